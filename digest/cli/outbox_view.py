"""How the outbox is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from digest.cli.given import clock
from digest.cli.show import count
from digest.model.people import DeliveryState
from digest.press import outbox as verbs

if TYPE_CHECKING:
    from digest.cli.app import Desk
    from digest.press import Site
    from digest.press.outbox import Owed
    from digest.store.delivery_log import DeliveryRow

_SHOWN = tuple(DeliveryState)


def tell_all(desk: Desk, site: Site) -> int:
    """A row an issue."""
    owed = verbs.look(site)
    rows = [
        (each.issue.name, _state(each), *(str(each.counts.get(state, 0)) for state in _SHOWN))
        for each in owed
    ]
    headings = ("issue", "stands", *(state.value for state in _SHOWN))
    desk.terminal.table(headings, rows, right=tuple(range(2, len(headings))))
    if not owed:
        desk.terminal.note("Nothing is owed to anybody; `digest publish` fans an issue out.")
    desk.terminal.emit({"issues": [_json(each) for each in owed]})
    return 0


def _state(owed: Owed) -> str:
    if owed.issue.paused:
        return f"paused: {owed.issue.paused}"
    if owed.issue.ended_at and not owed.counts:
        return "nobody to send to"
    if owed.issue.ended_at:
        return f"done {owed.issue.ended_at:%Y-%m-%d %H:%M}"
    return "begun" if owed.issue.begun_at else "waits for `send`"


def tell_one(desk: Desk, site: Site, edition: str, number: int | None) -> int:
    """An issue's counts, why deliveries failed, and those that want a decision."""
    owed = verbs.look_at(site, edition, number)
    terminal = desk.terminal
    terminal.say(f"{owed.issue.name} · {_state(owed)}")
    rows = []
    for state, many in owed.counts.items():
        causes = {DeliveryState.FAILED: owed.failed, DeliveryState.SKIPPED: owed.skipped}.get(state, {})
        rows.append((state.value, str(many)))
        rows += [(f"  {cause}", str(some)) for cause, some in causes.items()]
    terminal.table(("deliveries", "number"), rows, right=(1,))
    listed = (*owed.uncertain, *owed.deferred, *owed.failures)
    if listed:
        terminal.say("")
        headings = ("state", "subscriber", "tries", "since", "next", "reply")
        terminal.table(headings, [_row(each) for each in listed], right=(1, 2))
    if owed.uncertain:
        terminal.note(
            f"{count(len(owed.uncertain), 'delivery')} may or may not have arrived. Decide:",
            f"  digest outbox {owed.issue.name} --retry-uncertain   to send again",
            f"  digest outbox {owed.issue.name} --sent              to take for sent",
        )
    terminal.emit(_json(owed))
    return 0


def decide(desk: Desk, site: Site, edition: str, number: int | None, *, again: bool) -> int:
    """Settle what is uncertain."""
    name, many = verbs.decide(site, edition, number, again=again, now=clock(None))
    what = f"will be sent again by: digest send {name}" if again else f"of {name} taken for sent"
    desk.terminal.say(f"{count(many, 'delivery')} {what}" if many else f"Nothing of {name} is uncertain.")
    desk.terminal.emit({"issue": name, "decided": many, "again": again})
    return 0 if many else 4


def accepted(desk: Desk, site: Site) -> int:
    """Go on with an outbox that is older than the last sending."""
    from digest.press.putting_back import accept

    held = accept(site, clock(None))
    desk.terminal.say(f"{count(held, 'delivery')} may have left before: uncertain from now on.")
    desk.terminal.note(
        "`digest outbox` shows of which issue; decide for each with --sent or --retry-uncertain."
    )
    desk.terminal.emit({"accepted": True, "held": held})
    return 0


def _row(each: DeliveryRow) -> tuple[str, ...]:
    return (
        each.state.value,
        str(each.subscriber),
        str(each.attempts),
        f"{each.at:%Y-%m-%d %H:%M}" if each.at else "",
        f"{each.next_at:%H:%M}" if each.next_at else "",
        each.reply or each.cause,
    )


def _json(owed: Owed) -> dict[str, Any]:
    issue = owed.issue
    return {
        "issue": issue.name,
        "published_at": issue.promised_at.isoformat(),
        "begun_at": issue.begun_at.isoformat() if issue.begun_at else None,
        "ended_at": issue.ended_at.isoformat() if issue.ended_at else None,
        "paused": issue.paused,
        "states": {state.value: many for state, many in owed.counts.items()},
        "failed": owed.failed,
        "skipped": owed.skipped,
        "deliveries": [
            {
                "subscriber": each.subscriber,
                "state": each.state.value,
                "attempts": each.attempts,
                "at": each.at.isoformat() if each.at else None,
                "next_at": each.next_at.isoformat() if each.next_at else None,
                "cause": each.cause,
                "reply": each.reply,
            }
            for each in (*owed.uncertain, *owed.deferred, *owed.failures)
        ],
    }
