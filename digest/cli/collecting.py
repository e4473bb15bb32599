"""`collect`: what became of each source since the last time, and what is wrong with its files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias

import typer
from rich.cells import cell_len

from digest.cli.app import Desk, app, command
from digest.cli.given import Now, clock
from digest.cli.reading import partly, tell_problems
from digest.cli.show import closing, count, entry_json, problem_json, renamed, shortened
from digest.model import Entry, Origin

Row: TypeAlias = tuple[str, str, str, str]

if TYPE_CHECKING:
    from digest.compose import Held
    from digest.press import Collected, FeedReport, Found, SourceReport

_LISTED: Final = 20  # entries that are listed without -v
_HEADINGS: Final = ("new", "updated", "moved", "unchanged", "gone", "failed")
_NUMBERS: Final = 50  # cells of the table that are not the source's name
_BEFORE: Final = 24  # cells of a listed entry before its title
_INFERRED: Final = frozenset((Origin.GIT, Origin.FIRST_SEEN))


@command(app, "collect")
def collect(
    desk: Desk,
    source: Annotated[
        str | None, typer.Option("--source", metavar="NAME", help="One source: its folder or feed.")
    ] = None,
    no_fetch: Annotated[bool, typer.Option("--no-fetch", help="Fetch no feeds.")] = False,
    now: Now = None,
) -> int:
    """Fetch the feeds and read the sources: what is new, updated, moved, gone, and what is wrong."""
    from digest import press

    terminal, site = desk.terminal, desk.site()
    everything = terminal.verbose
    with terminal.progress("Collecting") as step:
        found = press.collect(
            site,
            now=clock(now),
            source=source,
            fetch=not no_fetch,
            everything=everything,
            full=None if everything or terminal.json else _LISTED,
            progress=step,
        )
    if not terminal.quiet:
        _show(desk, found)
    tell_problems(desk, found.problems)
    files = sum(each.files for each in found.sources)
    terminal.note(closing(found.problems, files, terminal.seconds, _summary(found)))
    terminal.emit(_json(found))
    return partly(found.problems)


def _show(desk: Desk, found: Collected) -> None:
    """The table of the sources, and below it the entries that something became of."""
    terminal = desk.terminal
    room = max(16, terminal.out.width - _NUMBERS)
    rows = [*map(_source_row, found.sources), *map(_feed_row, found.feeds)]
    terminal.table(
        ("source", *_HEADINGS),
        [(shortened(name, room), *numbers) for name, *numbers in rows],
        right=tuple(range(1, len(_HEADINGS) + 1)),
    )
    for line in chain(map(_source_note, found.sources), map(_feed_note, found.feeds)):
        if line:
            terminal.note(line)
    listed = found.found if terminal.verbose else found.found[:_LISTED]
    if listed:
        terminal.say("")
        _list(desk, [_row(each, found) for each in listed])
    if more := len(found.found) - len(listed):
        terminal.say(f"… and {more} more; -v lists all")
    terminal.say("")


def _source_row(each: SourceReport) -> tuple[str, ...]:
    numbers = {what.value: number for what, number in each.changes.items()} | {"failed": each.failed}
    return (each.name, *(_number(numbers.get(name, 0)) for name in _HEADINGS))


def _feed_row(each: FeedReport) -> tuple[str, ...]:
    """A feed by its items: those that became files, and those that joined one; the rest is of its file."""
    failed = sum(problem.severity == "error" for problem in each.problems)
    numbers = {"new": len(each.files), "updated": len(each.joined), "failed": min(1, failed)}
    return (each.name, *(_number(numbers.get(name, 0)) for name in _HEADINGS))


def _number(number: int) -> str:
    return str(number) if number else "-"


def _source_note(each: SourceReport) -> str:
    """What the numbers of a source do not tell."""
    if each.is_new and each.entries:
        return f"{each.name} is a new source: {count(each.entries, 'entry')}."
    return ""


def _feed_note(each: FeedReport) -> str:
    """What the numbers of a feed do not tell."""
    words = {"passed over": each.passed, "unwanted": each.unwanted, "told elsewhere": each.merged}
    told = [f"{number} {word}" for word, number in words.items() if number]
    if not told and not each.is_new:
        return ""
    return f"{each.name}{' is a new feed' if each.is_new else ''}{': ' if told else ''}{', '.join(told)}."


def _row(each: Found, found: Collected) -> Row:
    """One entry: what became of it, its date (after `~` where it is inferred), title and file."""
    sighting = each.sighting
    entry = found.entries.get(sighting.key)
    state = _state(entry, found.held.get(sighting.key)) if entry else ""
    title = f"[{state}] {sighting.likeness[2]}" if state else sighting.likeness[2]
    path = renamed(each.was, sighting.path) if each.was else sighting.path
    return each.what.value, _date(entry, sighting.likeness[3]), " ".join(title.split()), path


def _list(desk: Desk, rows: Sequence[Row]) -> None:
    """A line for each entry where all of them fit; else each has a second one, so that no path is cut."""
    terminal = desk.terminal
    width = terminal.out.width
    titles, files = (max(cell_len(row[column]) for row in rows) for column in (2, 3))
    if _BEFORE + titles + 2 + files <= width:
        terminal.table(("", "date", "title", "file"), rows)
        return
    for what, day, title, path in rows:
        terminal.say(f"{what:<9}  {day:<11}  {shortened(title, max(20, width - _BEFORE))}", f"{'':24}{path}")


def _date(entry: Entry | None, day: str) -> str:
    stamp = (entry.date or entry.updated) if entry else None
    if stamp is None:
        return day or "—"
    return f"{'~' if stamp.origin in _INFERRED else ''}{stamp.at:%Y-%m-%d}"


def _state(entry: Entry, held: Held | None) -> str:
    """Why an entry would be in no issue now."""
    if entry.draft:
        return "draft"
    if held is None:
        return ""
    if held.is_over:
        return "over"
    return f"until {held.stamp.at:%Y-%m-%d}" if held.stamp else "unapproved"


def _summary(found: Collected) -> str:
    """`12 entries: 2 new, 10 unchanged.`"""
    total = sum(each.entries for each in found.sources)
    counts: dict[str, int] = {}
    for what, number in chain.from_iterable(each.changes.items() for each in found.sources):
        counts[what.value] = counts.get(what.value, 0) + number
    told = [f"{counts[name]} {name}" for name in _HEADINGS if counts.get(name)]
    return f"{count(total, 'entry').capitalize()}{': ' if told else ''}{', '.join(told)}."


def _json(found: Collected) -> dict[str, Any]:
    return {
        "sources": [_source_json(each) for each in found.sources],
        "feeds": [_feed_json(each) for each in found.feeds],
        "entries": list(_entries_json(found)),
        "gone": [
            {"origin": each.sighting.path, "key": each.sighting.key, "source": each.sighting.source}
            for each in found.found
            if each.what.value == "gone"
        ],
        "problems": [problem_json(each) for each in found.problems],
    }


def _entries_json(found: Collected) -> Iterable[dict[str, Any]]:
    """The entries that something became of, in full; `change` says what, `was` is a former path."""
    for each in found.found:
        if entry := found.entries.get(each.sighting.key):
            yield {
                "change": each.what.value,
                "was": each.was or None,
                "state": _state(entry, found.held.get(entry.key)) or None,
                **entry_json(entry),
            }


def _source_json(each: SourceReport) -> dict[str, Any]:
    return {
        "name": each.name,
        "is_new": each.is_new,
        "files": each.files,
        "entries": each.entries,
        **{what.value: number for what, number in each.changes.items()},
        "failed": each.failed,
        "passed": each.passed,
    }


def _feed_json(each: FeedReport) -> dict[str, Any]:
    return {
        "url": each.url,
        "title": each.title,
        "result": each.result.value,
        "is_new": each.is_new,
        "files": list(each.files),
        "joined": list(each.joined),
        "merged": each.merged,
        "passed": each.passed,
        "unwanted": each.unwanted,
        "next_at": each.next_at.isoformat() if each.next_at else None,
    }
