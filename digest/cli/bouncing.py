"""`bounces`: mail that comes back, from files, by IMAP and by LMTP."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from digest.cli.app import Desk, app, command
from digest.cli.given import Now, Yes, clock
from digest.cli.show import count
from digest.errors import UsageError

if TYPE_CHECKING:
    from digest.press.bouncing import Settled

bounces = typer.Typer(no_args_is_help=True, help="Mail that comes back: who is to be mailed no more.")
app.add_typer(bounces, name="bounces")


@command(bounces, "import")
def import_(
    desk: Desk,
    file: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help="Mails: .eml, mbox, Maildir, a folder of .eml.")
    ],
    now: Now = None,
) -> int:
    """Read returned mail from files; the same mail counts once, however often it is read."""
    from digest.press import bouncing

    site = desk.site()
    with desk.terminal.progress("Reading") as tell:
        done = bouncing.take_in(site, file, clock(now), tell)
    return _told(desk, done)


@command(bounces, "poll")
def poll(desk: Desk, now: Now = None) -> int:
    """Fetch returned mail by IMAP from the folder that [bounces] names."""
    from digest.press import bouncing

    site = desk.site()
    with desk.terminal.progress("Fetching"):
        done = bouncing.poll(site, clock(now))
    return _told(desk, done)


@command(bounces, "listen")
def listen(
    desk: Desk,
    at: Annotated[
        str, typer.Option("--at", metavar="HOST:PORT", help="Where on loopback; [bounces] lmtp when absent.")
    ] = "",
) -> None:
    """Take returned mail by LMTP from an MTA on this machine, until told to stop."""
    from digest.press import bouncing

    site = desk.site()
    bouncing.listen(site, at or site.config.bounces.lmtp, desk.terminal.say)


@command(bounces, "resume")
def resume(desk: Desk, now: Now = None, yes: Yes = False) -> int:
    """Suppress what waits since the cap was reached, and go on; `digest report` shows what came back."""
    from digest.press import bouncing

    site, at = desk.site(), clock(now)
    held = bouncing.held_back(site, at)
    if held and not yes:
        if not desk.terminal.interactive:
            raise UsageError(f"{_addresses(held)} would be suppressed", hint="--yes does it without asking")
        if not desk.terminal.confirm(f"Suppress {_addresses(held)} and go on?"):
            return 1
    was, suppressed = bouncing.resume(site, at)
    if not was:
        desk.terminal.say("It was not paused.")
    else:
        desk.terminal.say(f"Suppressing goes on; {_addresses(suppressed)} suppressed now.")
    desk.terminal.emit({"was_paused": was, "suppressed": suppressed})
    return 0


def _told(desk: Desk, done: Settled) -> int:
    """Tell what returned mail came to; 5 where it is paused."""
    terminal = desk.terminal
    kinds = ", ".join(f"{number} {kind.value}" for kind, number in sorted(done.kinds.items()))
    terminal.say(f"{count(done.kept, 'new mail')}{f': {kinds}' if kinds else ''}.")
    if done.strangers:
        terminal.note(f"{done.strangers} without a token of ours, which count nothing.")
    if done.suppressed or done.left:
        terminal.say(f"{_addresses(done.suppressed)} suppressed, {done.left} unsubscribed by mail.")
    if done.paused_since:
        terminal.error(
            f"Paused since {_said(done.paused_since)}: more addresses were to be suppressed than [bounces] "
            "max_suppressions allows.\n  hint  if they are right, `digest bounces resume` goes on"
        )
    terminal.emit(_object(done))
    return 5 if done.paused_since else 0


def _addresses(number: int) -> str:
    return f"{number} address" if number == 1 else f"{number} addresses"


def _said(at: datetime) -> str:
    return at.isoformat(timespec="minutes")


def _object(done: Settled) -> dict[str, Any]:
    return {
        "new": done.kept,
        "kinds": {kind.value: number for kind, number in done.kinds.items()},
        "without_token": done.strangers,
        "suppressed": done.suppressed,
        "unsubscribed": done.left,
        "paused_since": done.paused_since.isoformat() if done.paused_since else None,
    }
