"""Problems as an editor reads them, and everything as JSON values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import takewhile
from typing import Any, Final

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from digest.model import Entry, Position, Problem, Severity

_STYLES: Final = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.INFO: "bold blue"}
_ORDER: Final = {Severity.INFO: 0, Severity.WARNING: 1, Severity.ERROR: 2}
_SIGNS: Final = {code: chr(0x2400 + code) for code in range(0x20) if code not in {0x09, 0x0A}}
_UNSEEN: Final = (0x7F, *range(0x80, 0xA0), 0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_PRINTABLE: Final = _SIGNS | dict.fromkeys(_UNSEEN, "\N{REPLACEMENT CHARACTER}")
_TAB: Final = "    "
_ROOM: Final = 100
"""Cells of a line in a code frame; a longer line is cut around the place."""


def printable(text: str) -> str:
    """The text with control characters made visible, so that no content can drive the terminal."""
    return text.translate(_PRINTABLE)


def problem_text(problem: Problem, *, around: bool = False) -> Text:
    """A problem in the form of the house: severity, sentence and rule; place; frame; hint.

    With `around`, the lines beside the faulty one are shown too.
    """
    said = Text()
    said.append(problem.severity.value, _STYLES[problem.severity])
    said.append(f"  {printable(problem.sentence)}   ")
    said.append(f"{problem.rule}\n", "dim")
    said.append(f"  {printable(_place(problem.position))}\n", "cyan")
    _frame(said, problem, around)
    if problem.hint:
        said.append("  hint  ", "bold")
        said.append(f"{printable(problem.hint)}\n")
    said.rstrip()
    return said


def _place(position: Position) -> str:
    """A place as an editor opens it: of a feed as a whole the address, which no line may follow."""
    whole = position.path.startswith(("http://", "https://")) and (position.line, position.column) == (1, 1)
    return position.path if whole else str(position)


def _frame(said: Text, problem: Problem, around: bool) -> None:
    place = problem.position
    lines = [(number, line) for number, line in problem.frame if around or number == place.line]
    gutter = max((len(str(number)) for number, _ in lines), default=1)
    for number, line in lines:
        shown, before = _cut(line, place.column if number == place.line else 1)
        said.append(f"  {number:>{gutter}} │ ", "dim")
        said.append(f"{shown}\n")
        if number == place.line:
            said.append(" " * (gutter + 3) + "│ ", "dim")
            said.append(f"{' ' * before}^\n", "bold red")


def _cut(line: str, column: int) -> tuple[str, int]:
    """A line cut to the room around a 1-based column, and the cells that stand before that column."""
    text = printable(line).expandtabs(4) if column == 1 else printable(line.replace("\t", _TAB))
    head = printable(line[: column - 1].replace("\t", _TAB))
    before = cell_len(head)
    if cell_len(text) <= _ROOM:
        return text, before
    start = 0
    while before - cell_len(head[:start]) > _ROOM * 2 // 3:
        start += 1
    lead = "…" if start else ""
    body = lead + text[start:]
    shown = body if cell_len(body) <= _ROOM else set_cell_size(body, _ROOM - 1) + "…"
    return shown, before - cell_len(head[:start]) + len(lead)


def shortened(text: str, cells: int) -> str:
    """The text on one line, cut with an ellipsis to so many cells."""
    line = " ".join(text.split())
    return line if cell_len(line) <= cells else set_cell_size(line, cells - 1).rstrip() + "…"


def renamed(old: str, new: str) -> str:
    """Two paths as one, the folders that they share written once: `articles/{2025 → 2026}/tea.md`."""
    first, second = old.split("/"), new.split("/")
    before = _shared(first, second)
    after = _shared(first[before:][::-1], second[before:][::-1])
    if not before and not after:
        return f"{old} → {new}"
    ways = ("/".join(each[before : len(each) - after]) for each in (first, second))
    return "/".join([*first[:before], f"{{{' → '.join(ways)}}}", *first[len(first) - after :]])


def _shared(first: Sequence[str], second: Sequence[str]) -> int:
    """How many parts two paths begin with in common."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, second, strict=False)))


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Problems with errors last, next to the line that counts them; by place within a severity."""
    return sorted(
        problems,
        key=lambda each: (
            _ORDER[each.severity],
            each.position.path,
            each.position.line,
            each.position.column,
        ),
    )


def errors(problems: Iterable[Problem]) -> int:
    """How many of the problems are errors."""
    return sum(each.severity is Severity.ERROR for each in problems)


def closing(problems: Sequence[Problem], files: int, seconds: float, last: str) -> str:
    """The closing line: `1 error, 1 warning in 5 files, 0.21 s. Nothing was sent.`"""
    warnings = sum(each.severity is Severity.WARNING for each in problems)
    notes = sum(each.severity is Severity.INFO for each in problems)
    counts = f"{count(errors(problems), 'error')}, {count(warnings, 'warning')}"
    counts += f", {count(notes, 'note')}" if notes else ""
    return f"{counts} in {count(files, 'file')}, {seconds:.2f} s. {last}"


def count(number: int, noun: str) -> str:
    """A number and its noun: `1 file`, `2 files`, `2 entries`."""
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun[:-1]}ies" if noun.endswith("ry") else f"{number} {noun}s"


def files_of(entries: Iterable[Entry], problems: Iterable[Problem]) -> int:
    """How many files entries and problems come from."""
    return len({each.position.path for each in entries} | {each.position.path for each in problems})


def jsonable(value: Any) -> Any:
    """The value in JSON's types: dataclasses as objects, times as ISO 8601, paths as strings."""
    from pydantic_core import to_jsonable_python

    return to_jsonable_python(value, fallback=str)


def problem_json(problem: Problem) -> dict[str, Any]:
    """A problem as `--json` gives it; `origin` is the path of its file."""
    return {
        "severity": problem.severity.value,
        "rule": problem.rule,
        "sentence": problem.sentence,
        "origin": problem.position.path,
        "line": problem.position.line,
        "column": problem.position.column,
        "hint": problem.hint,
        "frame": [[number, line] for number, line in problem.frame],
    }


def entry_json(entry: Entry) -> dict[str, Any]:
    """An entry as `--json` gives it; `origin` is the path of its file."""
    date_of, updated = entry.date, entry.updated
    return {
        "origin": entry.position.path,
        "key": entry.key,
        "type": entry.type.value,
        "kind": entry.kind,
        "slug": entry.slug,
        "title": entry.title,
        "language": entry.language,
        "date": date_of.at.isoformat() if date_of else None,
        "date_from": date_of.origin.value if date_of else None,
        "updated": updated.at.isoformat() if updated else None,
        "description": entry.description,
        "tags": list(entry.tags),
        "categories": list(entry.categories),
        "authors": list(entry.authors),
        "source": {"name": entry.source_name, "url": entry.source_url},
        "url": entry.url,
        "images": [each.src for each in entry.images],
        "draft": entry.draft,
        "not_before": entry.not_before.at.isoformat() if entry.not_before else None,
        "expires": entry.expires.at.isoformat() if entry.expires else None,
        "approved_by": entry.approved_by,
        "folder": entry.source,
        "feed": entry.feed,
        "duration": entry.duration,
        "also": [{"name": each.name, "url": each.url} for each in entry.also],
        "fields": jsonable(entry.fields),
        "fingerprint": entry.fingerprint,
    }
