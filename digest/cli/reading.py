"""`import`: loose text made into articles; and problems, as every command tells them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from digest.cli.app import Desk, app, command
from digest.cli.given import Yes, day
from digest.cli.show import errors, in_order, jsonable, problem_text, shortened
from digest.errors import DigestError, UsageError
from digest.model import Problem, Severity

_MOST: Final = {Severity.INFO: 0, Severity.WARNING: 5, Severity.ERROR: 20}
"""How many problems of one rule are shown without -v."""

if TYPE_CHECKING:
    from digest.collect.loose import Finding, Loose


def tell_problems(desk: Desk, problems: tuple[Problem, ...]) -> None:
    """Show problems on stderr, a blank line between them; with --quiet only the errors.

    Without --verbose notes are not shown, and of many of one rule only the first: they are counted.
    """
    for severity in (Severity.INFO, Severity.WARNING, Severity.ERROR):
        show = desk.terminal.error if severity is Severity.ERROR else desk.terminal.note
        most = None if desk.terminal.verbose else _MOST[severity]
        seen: Counter[str] = Counter()
        for problem in in_order(each for each in problems if each.severity is severity):
            seen[problem.rule] += 1
            if most is None or seen[problem.rule] <= most:
                show(problem_text(problem, around=desk.terminal.verbose).append("\n"))
        for rule, number in seen.items():
            if most and number > most:
                show(f"… and {number - most} more of {rule}; -v shows all\n")


def partly(problems: tuple[Problem, ...]) -> int:
    """The exit code where problems of single files kept these out: 5, partly done."""
    return 5 if errors(problems) else 0


@command(app, "import")
def import_(
    desk: Desk,
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Text, HTML or mail.")],
    yes: Yes = False,
    on: Annotated[
        date | None, typer.Option("--date", parser=day, metavar="DAY", help="Its date, as 2026-01-26.")
    ] = None,
    kind: Annotated[str, typer.Option("--kind", help="article, video, podcast, wiki, quotes, …")] = "",
    tag: Annotated[list[str] | None, typer.Option("--tag", help="A tag; as often as you like.")] = None,
    title: Annotated[str, typer.Option("--title", help="Its title; of one file only.")] = "",
    language: Annotated[str, typer.Option("--language", help="Its language (BCP 47).")] = "",
) -> int:
    """Make articles of loose text, HTML or mail, after showing what was found in it."""
    from digest.cli.skeleton import kind_of_source
    from digest.collect.importing import import_file, write_article

    terminal, site = desk.terminal, desk.site()
    if title and len(files) > 1:
        raise UsageError("--title is for one file", hint="import the files one after another")
    given: dict[str, Any] = {
        "date": on, "kind": kind, "tags": tuple(tag or ()), "title": title, "language": language
    }  # fmt: skip
    told: list[dict[str, Any]] = []
    failures = 0
    for path in files:
        try:
            loose = import_file(path)
            _show(desk, path, loose, given)
            if loose.left_out:
                terminal.note(f"left out: {shortened(' · '.join(loose.left_out), 120)}")
            written = None
            if _agreed(desk, yes, loose):
                source = kind_of_source(site, "profile" if loose.is_profile else "article")
                written = write_article(site.root, loose, source.path, **given)
                written = written.relative_to(site.root.resolve())
                terminal.say(f"{path} → {written}")
            told.append({"file": str(path), "written": _posix(written), "found": _findings_json(loose)})
        except DigestError as error:
            failures += 1
            _refused(desk, error)
            told.append({"file": str(path), "written": None, "error": error.sentence, "hint": error.hint})
    terminal.emit({"imported": told})
    if failures:
        return 1 if failures == len(files) else 5
    return 3 if any(each["written"] is None for each in told) else 0


def _posix(path: Path | None) -> str | None:
    return path.as_posix() if path else None


def _agreed(desk: Desk, yes: bool, loose: Loose) -> bool:
    if yes:
        return True
    if desk.terminal.interactive:
        return desk.terminal.confirm(f"Write the article {loose.title.value!r}?")
    desk.terminal.note("Nothing was written; --yes writes it.")
    return False


def _refused(desk: Desk, error: DigestError) -> None:
    desk.terminal.error(f"error  {error.sentence}")
    if error.hint:
        desk.terminal.error(f"  hint  {error.hint}")


def _findings(loose: Loose) -> Iterator[tuple[str, Finding[Any]]]:
    from digest.collect.loose import Finding

    for each in fields(loose):
        value = getattr(loose, each.name)
        if isinstance(value, Finding):
            name = "updated" if each.name == "date" and loose.date_is_update else each.name
            yield name.replace("_", " "), value


def _show(desk: Desk, path: Path, loose: Loose, given: dict[str, Any]) -> None:
    """The table of findings: how sure each is, and the line that says so; what was given is certain."""
    if desk.terminal.quiet:
        return
    rows = []
    for name, finding in _findings(loose):
        key = "date" if name == "updated" else name
        if given.get(key):
            rows.append((name, _said(given[key]), "given", ""))
        else:
            rows.append(
                (
                    name,
                    shortened(_said(finding.value), 90),
                    f"{finding.confidence:.0%}",
                    shortened(finding.evidence, 40),
                )
            )
    if loose.date is None:
        rows.append(
            ("date", _said(given["date"]), "given", "") if given["date"] else ("date", "none", "", "")
        )
    if loose.tags is None and given["tags"]:
        rows.append(("tags", _said(given["tags"]), "given", ""))
    desk.terminal.say(str(path))
    desk.terminal.table(("found", "value", "sure", "because of"), rows, right=(2,))


def _said(value: Any) -> str:
    """A finding in a cell: lists by what they hold, long ones by how much."""
    if isinstance(value, tuple):
        if value and not isinstance(value[0], str):
            topics = sorted({each.topic for each in value if each.topic})
            return f"{len(value)}" + (f", on {', '.join(topics)}" if topics else "")
        return " · ".join(value)
    return str(value)


def _findings_json(loose: Loose) -> dict[str, Any]:
    found = {
        name.replace(" ", "_"): {
            "value": jsonable(each.value),
            "confidence": each.confidence,
            "evidence": each.evidence,
        }
        for name, each in _findings(loose)
    }
    return found | {"finished": loose.finished, "left_out": list(loose.left_out)}
