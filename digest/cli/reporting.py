"""`report`: what became of an issue, as a table, a chart or JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from digest.cli.app import Desk, app, command
from digest.cli.given import Edition, IssueName, issue
from digest.cli.sending import duration
from digest.model.people import DeliveryState, ReturnKind

if TYPE_CHECKING:
    from digest.press.reporting import Course, Report

_BARS: Final = "▁▂▃▄▅▆▇█"
_RETURNS: Final = {
    ReturnKind.HARD: "bounced: no such address",
    ReturnKind.SOFT: "bounced: may pass",
    ReturnKind.BLOCKED: "bounced: blocked",
    ReturnKind.COMPLAINT: "complaints",
    ReturnKind.LEAVING: "unsubscribed",
}


@command(app, "report")
def report(desk: Desk, name: IssueName = None, edition: Edition = None) -> None:
    """What became of an issue: deliveries, bounces, complaints, unsubscribes, over time."""
    from digest.press import reporting

    terminal, site = desk.terminal, desk.site()
    named, number = issue(site, name, edition)
    found = reporting.report(site, edition=named, number=number)
    sent = found.counts.get(DeliveryState.SENT, 0)
    span = ""
    if found.first_sent and found.last_sent:
        seconds = (found.last_sent - found.first_sent).total_seconds()
        span = f", from {found.first_sent:%Y-%m-%d %H:%M} UTC"
        span += f" in {duration(seconds)}" if seconds >= 1 else ""
        span += f" ({found.rate:.0f}/s)" if found.rate >= 1 else ""
    terminal.say(f"{found.issue.name} · {sent} of {found.owed} sent{span}")
    if found.issue.paused:
        terminal.say(f"paused: {found.issue.paused}")
    terminal.table(("what", "number", "%"), _rows(found), right=(1, 2))
    for heading, course in (("sent", found.sent), ("came back", found.came_back)):
        if course.points:
            terminal.say("", *chart(heading, course))
    terminal.emit(_json(found))


def _rows(found: Report) -> list[tuple[str, ...]]:
    """Deliveries in percent of what was owed, what came back in percent of what was sent."""
    owed = found.owed or 1
    rows: list[tuple[str, ...]] = []
    for state, many in found.counts.items():
        if many and state is not DeliveryState.SKIPPED:
            rows.append((state.value, str(many), f"{100 * many / owed:.1f}"))
        if state is DeliveryState.FAILED:
            rows += [
                (f"  {cause}", str(some), f"{100 * some / owed:.1f}") for cause, some in found.failed.items()
            ]
    rows += [(f"passed over: {cause}", str(many), "") for cause, many in found.skipped.items()]
    back = ((words, found.returned.get(kind, 0)) for kind, words in _RETURNS.items())
    rows += [(words, str(many), f"{found.percent(many):.2f}") for words, many in back]
    return rows


def chart(heading: str, course: Course) -> list[str]:
    """Bars of eighths over a line that says when they begin and end, and how much the highest one is."""
    most = max(many for _, many in course.points)
    bars = "".join(_BARS[(many * 8 - 1) // most] if many else " " for _, many in course.points)
    begin, end = course.points[0][0], course.points[-1][0]
    when = f"{begin:%m-%d %H:%M} – {end:%m-%d %H:%M} UTC"
    return [f"{heading:<10}|{bars}|", f"{'':<10} {when}; a bar is {duration(course.seconds)}, {most} at most"]


def _json(found: Report) -> dict[str, Any]:
    made = found.issue
    return {
        "issue": made.name,
        "begun_at": made.begun_at.isoformat() if made.begun_at else None,
        "ended_at": made.ended_at.isoformat() if made.ended_at else None,
        "paused": made.paused,
        "owed": found.owed,
        "states": {state.value: many for state, many in found.counts.items()},
        "failed": found.failed,
        "skipped": found.skipped,
        "returned": {kind.value: many for kind, many in found.returned.items()},
        "percent": {kind.value: round(found.percent(many), 4) for kind, many in found.returned.items()},
        "first_sent": found.first_sent.isoformat() if found.first_sent else None,
        "last_sent": found.last_sent.isoformat() if found.last_sent else None,
        "per_second": round(found.rate, 3),
        "sent": _course_json(found.sent),
        "came_back": _course_json(found.came_back),
    }


def _course_json(course: Course) -> dict[str, Any]:
    return {
        "seconds": course.seconds,
        "points": [{"at": at.isoformat(), "number": many} for at, many in course.points],
    }
