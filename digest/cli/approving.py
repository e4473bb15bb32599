"""`approve`, `hold` and `skip`: the editor's word on an issue that is to come."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from digest.cli.app import Desk, app, command
from digest.cli.given import Edition, IssueName, Now, Since, clock, issue
from digest.cli.making import tell_issue
from digest.cli.reading import partly, tell_problems
from digest.cli.show import problem_json
from digest.errors import UsageError

if TYPE_CHECKING:
    from digest.press import Site


@command(app, "approve")
def approve(
    desk: Desk,
    name: IssueName = None,
    edition: Edition = None,
    now: Now = None,
    since: Since = None,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Take an approval back.")] = False,
) -> int:
    """Pin the draft as it is: at its slot, or by `publish`, it goes out like this or not at all."""
    from digest.press import approving

    terminal, site = desk.terminal, desk.site()
    named, number = _coming(site, name, edition)
    which = f"{named}/{number}"
    if withdraw:
        was = approving.withdraw(site, named, number)
        terminal.say(f"{which} is approved no more." if was else f"{which} was not approved.")
        terminal.emit({"issue": which, "approved": False, "changed": was})
        return 0
    at = now or _slot_time(site, named)
    with terminal.progress("Building") as step:
        done = approving.approve(site, named, number, now=at, at=clock(None), since=since, progress=step)
    tell_issue(desk, done.draft.issue)
    tell_problems(desk, done.draft.problems)
    day = f"{done.draft.issue.date:%Y-%m-%d %H:%M}"
    again = ", as it was before" if done.again else ""
    terminal.say(f"Approved {which} as of {day}{again}: {done.approval.hash[:12]}")
    terminal.emit(
        {
            "issue": which,
            "approved": True,
            "changed": not done.again,
            "now": done.draft.issue.date.isoformat(),
            "hash": done.approval.hash,
            "problems": [problem_json(each) for each in done.draft.problems],
        }
    )
    return partly(done.draft.problems)


def _slot_time(site: Site, edition: str) -> datetime:
    """When the issue is due: what is published then is dated then; now where there is no schedule."""
    from digest.schedule.skipping import slot_ahead

    now, table = datetime.now(UTC), site.edition(edition)
    return max(now, slot_ahead(site, table, now).at) if table.schedule else now


@command(app, "hold")
def hold(
    desk: Desk,
    name: IssueName = None,
    edition: Edition = None,
    reason: Annotated[str, typer.Option("--reason", help="Why, for those who ask.")] = "",
    release: Annotated[bool, typer.Option("--release", help="Hold it no longer.")] = False,
) -> None:
    """Let nothing publish an issue until it is released or approved."""
    from digest.press import approving

    terminal, site = desk.terminal, desk.site()
    if release and reason:
        raise UsageError("--reason goes with holding, and not with --release", hint="leave one out")
    named, number = _coming(site, name, edition)
    which = f"{named}/{number}"
    if release:
        changed = approving.release(site, named, number)
        terminal.say(f"{which} is released." if changed else f"{which} was not held.")
    else:
        said = " ".join(reason.split())
        changed = approving.hold(site, named, number, reason=said, at=clock(None))
        why = f": {said}" if said else ""
        terminal.say(f"{which} is held{why}" if changed else f"{which} was held already{why}")
    terminal.emit({"issue": which, "held": not release, "changed": changed, "reason": reason})


@command(app, "skip")
def skip(
    desk: Desk,
    name: IssueName = None,
    edition: Edition = None,
    now: Now = None,
    undo: Annotated[bool, typer.Option("--undo", help="Make an issue at that slot after all.")] = False,
) -> None:
    """Let the next slot go by without an issue; its entries wait for the one after it."""
    from digest.press import approving
    from digest.schedule import skipping

    terminal, site, at = desk.terminal, desk.site(), clock(now)
    named, number = _coming(site, name, edition)
    table = site.edition(named)
    slot = skipping.slot_ahead(site, table, at, skipped=True)
    changed = skipping.unskip(site, named, slot) if undo else skipping.skip(site, named, slot, at)
    when = slot.key.replace("T", " ")
    said = {
        (False, True): f"No issue of {named} on {when}; {named}/{number} comes at the slot after it.",
        (False, False): f"The slot of {named} on {when} was skipped already.",
        (True, True): f"{named}/{number} comes on {when} after all.",
        (True, False): f"The slot of {named} on {when} was not skipped.",
    }[undo, changed]
    terminal.say(said)
    if changed and not undo and approving.withdraw(site, named, number):
        terminal.note("Its approval was for that slot, and is taken back.")
    terminal.emit({"issue": f"{named}/{number}", "slot": slot.key, "skipped": not undo, "changed": changed})


def _coming(site: Site, name: str | None, edition: str | None) -> tuple[str, int]:
    """The edition, and the number of the issue that is named, else of its next one. Raises UsageError."""
    from digest.press import approving
    from digest.press.coming import next_number

    named, number = issue(site, name, edition)
    coming = next_number(site, named)
    if number and number != coming:
        approving.only_coming(site, named, number)
    return named, coming
