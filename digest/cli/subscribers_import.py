"""`subscribers import`: lists of people, whoever exported them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from digest.cli.app import Desk, command
from digest.cli.given import Edition, Now, clock
from digest.cli.show import count, printable
from digest.cli.subscribers import Language, Topics, chosen_language, subscribers, topic_keys
from digest.errors import DigestError, UsageError

if TYPE_CHECKING:
    from digest.deliver.list_rows import Refused
    from digest.press.list_importing import Imported

_SHOWN: Final = 20  # refused lines that are told on a screen
_SEPARATORS: Final = {"tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}
_WORDS: Final = (
    ("active", "new and active"),
    ("pending", "new and pending"),
    ("left", "new, and had left elsewhere"),
    ("confirmed", "pending before, active now"),
    ("changed", "changed"),
    ("unchanged", "as they were"),
    ("closed", "left or bounced elsewhere, and are closed here now"),
    ("barred", "bounced or complained elsewhere, and are suppressed from now on"),
    ("stayed_away", "had left here, and stay away"),
    ("kept_out", "suppressed here, and kept out"),
)


@command(subscribers, "import")
def import_(
    desk: Desk,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV file; - is standard input.")],
    edition: Edition = None,
    topic: Topics = None,
    language: Language = "",
    confirmed: Annotated[
        bool,
        typer.Option("--confirmed", help="They have confirmed elsewhere; the record says that you say so."),
    ] = False,
    confirm: Annotated[
        bool,
        typer.Option("--confirm", help="Ask each one who is pending to confirm, by a mail, once."),
    ] = False,
    mapping: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="FIELD=HEADING", help="What a column is, such as email=Mail."),
    ] = None,
    separator: Annotated[
        str, typer.Option("--separator", help="Comma, semicolon, tab or pipe; seen when absent.")
    ] = "",
    encoding: Annotated[
        str, typer.Option("--encoding", help="Of a list that is not UTF-8; guessed when absent.")
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would become of it; write nothing.")
    ] = False,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FILE", help="Write every refused line to this file.")
    ] = None,
    now: Now = None,
) -> int:
    """Take in a list of people, as a spreadsheet or another service exports it."""
    from digest.press.list_importing import Orders, import_list

    terminal, site = desk.terminal, desk.site()
    if confirm and confirmed:
        raise UsageError(
            "who has confirmed elsewhere is not asked to confirm",
            hint="give --confirm or --confirmed, not both",
        )
    orders = Orders(
        edition=edition,
        named=_named(mapping or []),
        encoding=encoding,
        separator=_separator(separator),
        confirmed=confirmed,
        topics=topic_keys(site, topic),
        language=chosen_language(site, edition, language) and language,
        rehearsal=dry_run,
        asking=confirm,
    )
    with terminal.progress("Importing") as step:
        done = import_list(site, file, orders, clock(now), step)
    _tell(desk, done, orders.rehearsal, report)
    return 5 if done.refused else 0


def _named(said: list[str]) -> dict[str, str]:
    pairs = [each.partition("=") for each in said]
    for name, mark, heading in pairs:
        if not mark or not name.strip() or not heading.strip():
            raise UsageError(f"--map {name}{mark}{heading} is no mapping", hint="write --map email=Mail")
    return {name.strip().lower(): heading.strip() for name, _, heading in pairs}


def _separator(said: str) -> str:
    mark = _SEPARATORS.get(said.lower(), said)
    if said and mark not in _SEPARATORS.values():
        raise UsageError(f"{said!r} separates nothing", hint="comma, semicolon, tab or pipe")
    return mark


def _tell(desk: Desk, done: Imported, rehearsal: bool, report: Path | None) -> None:
    terminal = desk.terminal
    terminal.note(*_understood(done))
    lines = list(_lines(done))
    if report:
        _write(report, lines)
    for line in lines[:_SHOWN]:
        terminal.error(line)
    if len(lines) > _SHOWN:
        where = f"{report} has them all" if report else "--report FILE writes them all"
        terminal.error(f"… and {len(lines) - _SHOWN:,} more; {where}")
    for language, number in done.foreign.most_common(5):
        said = f"no mail in {language!r}; {count(number, 'row')} get the edition's own language"
        terminal.note(f"warning  {said}")
    rows = [(f"{number:,}", words) for number, words in _numbers(done)]
    terminal.table(("rows", "are"), rows, right=(0,))
    terminal.say(*_last(done, rehearsal), *_asked(desk, done))
    terminal.emit(_json(done, rehearsal))


def _understood(done: Imported) -> Iterator[str]:
    """How the list was read, so that a mistake is seen."""
    columns = done.columns
    if done.note:
        yield f"warning  {done.note}"
    if not columns.headed:
        yield f"{done.name}: no headings; the addresses are in column {columns.places['email'] + 1}"
        return
    read = ", ".join(f"{name} = {columns.headings[place]}" for name, place in columns.places.items())
    whose = f"an export of {columns.service.name}; " if columns.service else ""
    yield f"{done.name}: {whose}{read}"
    if columns.unused:
        yield f"  not used: {', '.join(columns.unused)}"


def _lines(done: Imported) -> Iterator[str]:
    return (f"{done.name}:{each.line}: {printable(each.sentence)}" for each in done.refused)


def _numbers(done: Imported) -> Iterator[tuple[int, str]]:
    for field, words in _WORDS:
        if number := getattr(done.taken, field):
            yield number, words
    if done.repeated:
        yield done.repeated, "of an address that stood in the list before"
    if done.refused:
        yield len(done.refused), "refused"


def _last(done: Imported, rehearsal: bool) -> Iterator[str]:
    if rehearsal:
        yield "This was a rehearsal: nothing was written."
    elif not done.rows and not done.refused:
        yield "There is nobody in this list."
    if done.taken.pending and not rehearsal and not done.asking:
        yield "Who is pending gets no issue; --confirm asks them, --confirmed is for people who did confirm."


def _asked(desk: Desk, done: Imported) -> Iterator[str]:
    """Who is asked to confirm, how long that takes, and for whom there is no time."""
    asking = done.asking
    if asking is None:
        return
    if asking.until is None:
        yield "Nobody is asked to confirm who was not asked before."
    else:
        zone = desk.site().config.zone
        yield (
            f"{count(asking.asked, 'subscriber')} will be asked to confirm by a mail, while `digest serve` "
            f"runs; the last at {asking.until.astimezone(zone):%Y-%m-%d %H:%M}."
        )
    if asking.over:
        yield (
            f"{count(asking.over, 'subscriber')} cannot be asked in time. Raise [serve] "
            "confirmations_per_hour, or import the list again when these are through."
        )


def _write(report: Path, lines: list[str]) -> None:
    try:
        report.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise DigestError(
            f"the report cannot be written: {(error.strerror or str(error)).lower()}",
            subject=str(report),
            hint="the list was taken in all the same; name another file",
        ) from error


def _json(done: Imported, rehearsal: bool) -> dict[str, Any]:
    from dataclasses import asdict

    columns = done.columns
    headings = columns.headings
    return {
        "file": done.name,
        "service": columns.service.name if columns.service else "",
        "columns": {
            name: headings[place] if headings else place + 1 for name, place in columns.places.items()
        },
        "unused": list(columns.unused),
        "dry_run": rehearsal,
        "rows": done.rows,
        "repeated": done.repeated,
        "became": asdict(done.taken),
        "asked": done.asking.asked if done.asking else 0,
        "asked_until": done.asking.until.isoformat() if done.asking and done.asking.until else None,
        "not_asked": done.asking.over if done.asking else 0,
        "languages": dict(done.foreign),
        "refused": [_refused(each) for each in done.refused],
    }


def _refused(each: Refused) -> dict[str, Any]:
    return {"line": each.line, "sentence": each.sentence}
