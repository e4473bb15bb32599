"""`status`: what comes next, what waits and what is held, and what is ill."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from zoneinfo import ZoneInfo

from rich.text import Text

from digest.cli.app import Desk, app, command
from digest.cli.explaining import decision_json
from digest.cli.given import Edition, Now, clock
from digest.cli.show import count, printable, shortened
from digest.model import Issue, Severity

if TYPE_CHECKING:
    from digest.press import Site
    from digest.press.standing import FailingFeed, Standing, Status, Waiting
    from digest.schedule.slots import Slot

Row: TypeAlias = tuple[str, str | Text]

_LISTED: Final = 8  # entries that wait, without -v


@command(app, "status")
def status(desk: Desk, edition: Edition = None, now: Now = None) -> None:
    """What is next in each edition, what waits and why, and what is ill; nothing is written."""
    from digest.press import standing

    terminal, site, at = desk.terminal, desk.site(), clock(now)
    with terminal.progress("Looking") as step:
        step(str(site.root))
        found = standing.status(site, now=at, edition=edition)
    for each in found.editions:
        table = each.outlook.edition
        terminal.say(Text(f"{printable(table.title)} · {table.name}", "bold"))
        terminal.facts(tuple(_rows(desk, site, each, at)), indent=2)
        terminal.say("")
    terminal.facts(tuple(_ills(found)))
    terminal.emit(_json(site, found, at))


def _rows(desk: Desk, site: Site, each: Standing, now: datetime) -> Iterator[Row]:
    from digest.compose import zone_of

    ahead = each.outlook
    zone = zone_of(ahead.edition, site.config)
    slot = _slot(site, each, now)
    yield "next", _next(each, slot, now, zone)
    yield from _word(each, zone)
    if ahead.issue is None:
        yield "in it", "Nothing is new."
    else:
        yield "subject", ahead.issue.subject
        yield "in it", " · ".join(_contents(ahead.issue))
        yield from _highlights(ahead.issue)
    yield from _waiting_rows(each.waiting, slot, zone, everything=desk.terminal.verbose)
    if ahead.sealed:
        last = ahead.sealed[-1].issue
        yield "last", f"{last.id}, {last.date:%Y-%m-%d}, {last.label}: {last.subject}"
    else:
        yield "last", "No issue is sealed yet."


def _slot(site: Site, each: Standing, now: datetime) -> Slot | None:
    """The next slot that is not skipped."""
    from digest.schedule.skipping import slot_ahead

    return slot_ahead(site, each.outlook.edition, now) if each.outlook.edition.schedule else None


def _next(each: Standing, slot: Slot | None, now: datetime, zone: ZoneInfo) -> str:
    said = f"{each.outlook.edition.name}/{each.outlook.number}"
    if slot is None:
        said += ", when you publish it: the edition has no schedule"
    else:
        said += f", {_day(slot.at, zone)} {zone.key}, {_in(slot.at, now)}"
    return f"{said}; edited in issues/{said.partition(',')[0]}.toml" if each.is_edited else said


def _word(each: Standing, zone: ZoneInfo) -> Iterator[Row]:
    """What the editor said of the issue, or has to say before its slot makes it."""
    approval, hold, schedule = each.word.approval, each.word.hold, each.outlook.edition.schedule
    if hold:
        reason = f": {hold.reason}" if hold.reason else ""
        yield "on hold", Text(f"since {_time(hold.at, zone)}{printable(reason)}", "yellow")
    if approval:
        made = f"as it is made at {_time(approval.now, zone)}"
        yield "approved", Text(f"on {_time(approval.at, zone)}, {made}", "green")
    elif schedule and schedule.needs_approval:
        yield "approved", Text("not yet, and its slot waits for that: `digest approve`", "yellow")


def _time(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def _day(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%A %Y-%m-%d %H:%M}"


def _in(at: datetime, now: datetime) -> str:
    if at <= now:
        return "due now"
    left = int((at - now).total_seconds()) // 60
    days, hours, minutes = left // 1440, left // 60 % 24, left % 60
    return f"in {days} d {hours} h" if days else f"in {hours} h {minutes} min"


def _contents(issue: Issue) -> Iterator[str]:
    yield f"{count(len(issue.items), 'article')}, {issue.minutes} min"
    yield from (f"{section.title} {len(section.items)}" for section in issue.sections)
    yield from ((f"{count(len(issue.profiles), 'profile')}",) if issue.profiles else ())
    yield from ((f"{len(issue.archive)} from the archive",) if issue.archive else ())
    yield from ((f"{len(issue.overflow)} on the web only",) if issue.overflow else ())
    yield from ((f"{count(len(issue.bulk), 'update')} in one line",) if issue.bulk else ())


def _highlights(issue: Issue) -> Iterator[Row]:
    if issue.lead:
        yield "lead", issue.lead.entry.title
    updated = [item.entry.title for item in issue.everything if item.reason.value == "updated"]
    if updated:
        yield "updated", "\n".join(updated)


def _waiting_rows(
    waiting: tuple[Waiting, ...], slot: Slot | None, zone: ZoneInfo, *, everything: bool
) -> Iterator[Row]:
    """What waits for a moment, then what waits for somebody or for room."""
    for name, some in (
        ("waits", [each for each in waiting if each.decision.until]),
        ("held", [each for each in waiting if not each.decision.until]),
    ):
        shown = some if everything else some[:_LISTED]
        lines = [_waiting_line(each, slot, zone) for each in shown]
        if more := len(some) - len(shown):
            lines.append(Text(f"… and {more} more; -v lists all", "dim"))
        if lines:
            yield name, Text("\n").join(lines)


def _waiting_line(each: Waiting, slot: Slot | None, zone: ZoneInfo) -> Text:
    from digest.press.reasons import because

    said = Text(printable(shortened(each.entry.title, 60)))
    until = each.decision.until
    if until:
        in_time = slot is not None and until <= slot.at
        said.append(f"\n  until {_time(until, zone)}", "yellow")
        said.append(", in time for this issue" if in_time else "", "yellow")
        said.append(f": {because(each.decision.rule)}")
    else:
        said.append(f"\n  {because(each.decision.rule)}")
    said.append(f" – {printable(each.decision.detail)}" if each.decision.detail else "")
    said.append(f"  {each.decision.rule}", "dim")
    return said


def _ills(found: Status) -> Iterator[Row]:
    errors, warnings = (found.count(each) for each in (Severity.ERROR, Severity.WARNING))
    told = f"{count(errors, 'error')}, {count(warnings, 'warning')}"
    yield (
        "sources",
        f"{count(found.entries, 'entry')}; {told}"
        + ("; `digest collect` tells them" if errors or warnings else ""),
    )
    if found.feeds:
        lines = [count(found.feeds, "feed") + (f", {len(found.failing)} failing" if found.failing else "")]
        yield "feeds", "\n".join([*lines, *map(_failing_line, found.failing)])


def _failing_line(each: FailingFeed) -> str:
    times = (
        "gone" if each.is_gone else f"failed {each.failures} times" if each.failures > 1 else "failed once"
    )
    return f"{each.title}: {times}" + (f", {each.fault}" if each.fault else "")


def _json(site: Site, found: Status, now: datetime) -> dict[str, Any]:
    return {
        "editions": [_edition_json(site, each, now) for each in found.editions],
        "entries": found.entries,
        "problems": {
            severity.value: found.count(severity)
            for severity in (Severity.ERROR, Severity.WARNING, Severity.INFO)
        },
        "feeds": found.feeds,
        "failing": [
            {
                "url": each.url,
                "title": each.title,
                "failures": each.failures,
                "fault": each.fault,
                "gone": each.is_gone,
            }
            for each in found.failing
        ],
    }


def _edition_json(site: Site, each: Standing, now: datetime) -> dict[str, Any]:
    ahead, slot = each.outlook, _slot(site, each, now)
    last = ahead.sealed[-1].issue if ahead.sealed else None
    return {
        "edition": ahead.edition.name,
        "title": ahead.edition.title,
        "next": ahead.number,
        "slot": slot.at.isoformat() if slot else None,
        "seconds": int((slot.at - now).total_seconds()) if slot else None,
        "edited": each.is_edited,
        "approved": _approval_json(each),
        "hold": {"at": each.word.hold.at.isoformat(), "reason": each.word.hold.reason}
        if each.word.hold
        else None,
        "issue": _issue_json(ahead.issue) if ahead.issue else None,
        "waiting": [
            {**decision_json(one.decision), "title": one.entry.title, "origin": one.entry.position.path}
            for one in each.waiting
        ],
        "last": {
            "issue": last.id,
            "date": last.date.isoformat(),
            "label": last.label,
            "subject": last.subject,
        }
        if last
        else None,
    }


def _approval_json(each: Standing) -> dict[str, str] | None:
    approval = each.word.approval
    return {"at": approval.at.isoformat(), "now": approval.now.isoformat()} if approval else None


def _issue_json(issue: Issue) -> dict[str, Any]:
    return {
        "subject": issue.subject,
        "minutes": issue.minutes,
        "lead": issue.lead.entry.key if issue.lead else None,
        "sections": [
            {"key": each.key, "title": each.title, "items": len(each.items)} for each in issue.sections
        ],
        "articles": len(issue.items),
        "profiles": [item.entry.key for item in issue.profiles],
        "updated": [item.entry.key for item in issue.everything if item.reason.value == "updated"],
        "archive": [item.entry.key for item in issue.archive],
        "overflow": [item.entry.key for item in issue.overflow],
        "bulk": [item.entry.key for item in issue.bulk],
    }
