"""`why`: the whole story of an entry, in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias
from zoneinfo import ZoneInfo

import typer
from rich.text import Text

from digest.cli.app import Desk, app, command
from digest.cli.given import Edition, Now, clock
from digest.cli.show import jsonable, printable, problem_json, problem_text
from digest.model import Decision, Entry, Origin, Stamp, Verdict

if TYPE_CHECKING:
    from digest.press.explaining import Appearance, InEdition, Story

Row: TypeAlias = tuple[str, str | Text]

_BY: Final = {
    Origin.FRONT_MATTER: "by its front matter",
    Origin.PATH: "by its folder or address",
    Origin.FILE_NAME: "by its file name",
    Origin.HEADER: "by its first lines",
    Origin.GIT: "by the commit that added it to git",
    Origin.FIRST_SEEN: "since nothing else dates it: when it was first seen",
}
_STYLES: Final = {
    Verdict.SHOWN: "bold green",
    Verdict.OVERFLOW: "bold green",
    Verdict.ARCHIVE: "bold green",
    Verdict.HELD: "bold yellow",
    Verdict.OUT: "bold",
}


@command(app, "why")
def why(
    desk: Desk,
    entry: Annotated[str, typer.Argument(metavar="ENTRY", help="Its key, path, slug or title.")],
    edition: Edition = None,
    now: Now = None,
) -> None:
    """The story of an entry: its dates, the issues it was in, and what the next one does with it, and why."""
    from digest.press import explaining

    terminal, site = desk.terminal, desk.site()
    with terminal.progress("Looking") as step:
        step(entry)
        story = explaining.why(site, entry, now=clock(now), edition=edition)
    _show(desk, story, site.config.zone)
    terminal.emit(_json(story))


def _show(desk: Desk, story: Story, zone: ZoneInfo) -> None:
    terminal = desk.terminal
    terminal.say(_heading(story), "")
    terminal.facts(tuple(_facts(story, zone)))
    for each in story.editions:
        terminal.say("", Text(f"{printable(each.title)} · {each.edition}", "bold"))
        terminal.facts(tuple(_in_edition(each, zone)), indent=2)
    for problem in story.problems:
        terminal.say("", problem_text(problem, around=terminal.verbose))


def _heading(story: Story) -> Text:
    title = " ".join(story.entry.title.split()) if story.entry else story.key
    return Text(printable(title), "bold")


def _facts(story: Story, zone: ZoneInfo) -> Iterator[Row]:
    entry = story.entry
    if entry:
        yield "is", f"{_kind(entry)}, in {entry.language}"
        yield (
            "file",
            str(entry.position.path) if not story.is_gone else f"{entry.position.path}, which is gone",
        )
    if entry is None or story.key != entry.position.path:
        yield "key", story.key
    if len(story.names) > 1:
        yield "was called", "\n".join(story.names[:-1])
    if entry:
        yield from _dates(entry, zone)
    if story.first_seen:
        yield "first seen", _moment(story.first_seen, zone)
    if entry:
        tags = ", ".join(dict.fromkeys((*entry.categories, *entry.tags)))
        yield from (("tags", tags),) if tags else ()
        yield from (("feed", entry.feed),) if entry.feed else ()
    if story.is_gone:
        yield "now", "It is gone from the sources; this is what the archive knows of it."


def _kind(entry: Entry) -> str:
    return entry.kind if entry.kind == entry.type.value else f"{entry.type.value} ({entry.kind})"


def _dates(entry: Entry, zone: ZoneInfo) -> Iterator[Row]:
    yield "dated", _date(entry, entry.date, "date", zone) if entry.date else "by nothing"
    if entry.updated:
        yield "updated", _date(entry, entry.updated, "updated", zone)
    if entry.not_before:
        yield "not before", _stamp(entry.not_before, zone)
    if entry.expires:
        yield "expires", _stamp(entry.expires, zone)
    if entry.needs_approval:
        yield "approved", f"by {entry.approved_by}" if entry.approved_by else "by nobody yet"


_KEYS: Final = {
    "date": ("date", "publishDate", "pubdate", "published"),
    "updated": ("last_updated", "updated", "lastmod", "modified"),
}


def _date(entry: Entry, stamp: Stamp, which: str, zone: ZoneInfo) -> str:
    by = _BY[stamp.origin]
    lines = (entry.positions[key][0] for key in _KEYS[which] if key in entry.positions)
    line = next(lines, 0) if stamp.origin is Origin.FRONT_MATTER else 0
    return f"{_stamp(stamp, zone)}, {by}{f', line {line}' if line else ''}"


def _stamp(stamp: Stamp, zone: ZoneInfo) -> str:
    return f"{stamp.at:%Y-%m-%d}" if stamp.day_only else _moment(stamp.at, zone)


def _moment(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def _in_edition(each: InEdition, zone: ZoneInfo) -> Iterator[Row]:
    for found in each.appearances:
        yield f"{found.date:%Y-%m-%d}", _appearance(found)
    yield "next", _next(each, zone)


def _appearance(found: Appearance) -> Text:
    from digest.press.reasons import because

    said = Text()
    where = f", {_where(found.section)}" if found.section else ""
    was = {
        "renamed": f"found it renamed to {found.key}",
        "passed over": "passed it over",
        "in one line": "counted it in one line with others",
    }.get(found.role, f"had it as {found.role}{where}")
    said.append(f"{found.issue} ", "cyan")
    said.append(printable(was))
    if why := because(found.rule):
        said.append(f": {why}")
    said.append(".")
    if found.rule:
        said.append(f"  {found.rule}", "dim")
    for line in found.changes:
        said.append(f"\n  {printable(line)}")
    if found.note:
        said.append(f"\n  “{printable(found.note)}”", "italic")
    for line in found.since:
        said.append(f"\n  {printable(line)}", "yellow")
    if found.role not in ("renamed", "passed over"):
        said.append(f"\n{found.url}", "dim")
    return said


def _where(section: str) -> str:
    fixed = {
        "lead": "as its lead",
        "profiles": "among the profiles",
        "from the archive": "under “From the archive”",
        "on the web": "on its web page only",
        "in one line": "in one line with others",
    }
    return fixed.get(section, f"under “{section}”")


def _next(each: InEdition, zone: ZoneInfo) -> Text:
    from digest.press.reasons import because, does

    said = Text()
    said.append(f"{each.edition}/{each.number} ", "cyan")
    decision = each.decision
    if decision is None:
        said.append("cannot have it: it is gone from the sources.")
        return said
    said.append(does(decision), _STYLES[decision.verdict])
    if each.section and decision.verdict is Verdict.SHOWN:
        said.append(f", {printable(_where(each.section))}")
    if decision.until:
        said.append(f" until {_moment(decision.until, zone)}")
    said.append(f": {because(decision.rule)}")
    said.append(f" – {printable(decision.detail)}." if decision.detail else ".")
    said.append(f"  {decision.rule}", "dim")
    for line in each.changes:
        said.append(f"\n  {printable(line)}")
    return said


def _json(story: Story) -> dict[str, Any]:
    entry = story.entry
    return {
        "key": story.key,
        "title": entry.title if entry else None,
        "type": entry.type.value if entry else None,
        "kind": entry.kind if entry else None,
        "language": entry.language if entry else None,
        "origin": entry.position.path if entry else None,
        "gone": story.is_gone,
        "names": list(story.names),
        "date": _stamp_json(entry.date if entry else None),
        "updated": _stamp_json(entry.updated if entry else None),
        "not_before": _stamp_json(entry.not_before if entry else None),
        "expires": _stamp_json(entry.expires if entry else None),
        "first_seen": story.first_seen.isoformat() if story.first_seen else None,
        "editions": [
            {
                "edition": each.edition,
                "next": each.number,
                "decision": decision_json(each.decision) if each.decision else None,
                "section": each.section or None,
                "changes": list(each.changes),
                "issues": jsonable(each.appearances),
            }
            for each in story.editions
        ],
        "problems": [problem_json(each) for each in story.problems],
    }


def _stamp_json(stamp: Stamp | None) -> dict[str, Any] | None:
    if stamp is None:
        return None
    return {"at": stamp.at.isoformat(), "day_only": stamp.day_only, "from": stamp.origin.value}


def decision_json(decision: Decision) -> dict[str, Any]:
    """A decision as `--json` gives it, with its rule's sentence."""
    from digest.press.reasons import because

    return {
        "entry": decision.entry,
        "verdict": decision.verdict.value,
        "rule": decision.rule,
        "because": because(decision.rule),
        "detail": decision.detail,
        "until": decision.until.isoformat() if decision.until else None,
    }
