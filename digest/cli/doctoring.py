"""`doctor`: what must be true before mail leaves, and what became of a probe."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from digest.cli.app import Desk, app, command
from digest.cli.given import Edition, Now, clock
from digest.cli.show import count, printable
from digest.errors import UsageError

if TYPE_CHECKING:
    from digest.deliver.domain import Checked
    from digest.net.names import Names

_STYLES: Final = {"ok": "green", "warning": "yellow", "error": "red", "skipped": "dim"}


@command(app, "doctor")
def doctor(
    desk: Desk,
    edition: Edition = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="Look at this machine only: no DNS, no mail server.")
    ] = False,
    dns: Annotated[
        str, typer.Option("--dns", metavar="ADDRESS", help="Ask this resolver; the system's when absent.")
    ] = "",
    probe: Annotated[
        str, typer.Option("--probe", metavar="ADDR", help="Mail the newest issue to a mailbox of yours.")
    ] = "",
    received: Annotated[
        Path | None, typer.Option("--received", metavar="FILE", help="Look at a message as it arrived.")
    ] = None,
    now: Now = None,
) -> int:
    """Look at all that must be true before mail leaves; nothing is changed."""
    from digest.net.names import Names
    from digest.press import doctor as verb

    if offline and (dns or probe or received):
        raise UsageError("--offline asks nobody", hint="leave it out, or --dns, --probe and --received")
    if probe and received:
        raise UsageError("--probe mails, --received looks at what arrived", hint="give one of them")
    names = None if offline else Names(dns)
    site = desk.site()
    if received and names:
        return _told(desk, _file(received, names))
    if probe and names:
        return _probed(desk, probe, edition, names, now)
    with desk.terminal.progress("Looking") as step:
        found = []
        for each in verb.examine(site, clock(now), names):
            step(each.name)
            found.append(each)
    return _told(desk, found)


def _file(path: Path, names: Names) -> Iterable[Checked]:
    from digest.deliver.arrived import check

    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"the message cannot be read: {(error.strerror or str(error)).lower()}",
            subject=str(path),
            hint="save it from your mail program as it arrived, with all its headers",
        ) from None
    return check(data, names)


def _probed(desk: Desk, to: str, edition: str | None, names: Names, now: datetime | None) -> int:
    from digest.deliver.arrived import check
    from digest.press import probing

    terminal, site = desk.terminal, desk.site()
    sent = probing.send_probe(site, to, clock(now), edition)
    terminal.note(f"{sent.issue} is on its way to {sent.to}: {sent.reply}")
    if probing.is_polled(site, sent.to):
        return _told(desk, check(probing.arrived(site, sent), names))
    terminal.say("When it has arrived, save it with all its headers, and: digest doctor --received FILE")
    terminal.emit({"probe": {"issue": sent.issue, "to": sent.to, "message_id": sent.message_id}})
    return 0


def _told(desk: Desk, found: Iterable[Checked]) -> int:
    """A line for each, then what to do; 1 where something is wrong."""
    from rich.text import Text

    terminal, listed = desk.terminal, list(found)
    for each in listed:
        told = printable(f"{each.name}: {each.sentence}")
        line = Text.assemble((f"{each.state:<8}", _STYLES[each.state]), f" {told}")
        terminal.say(line)
        if each.hint and each.state in ("warning", "error"):
            terminal.say(f"         hint  {each.hint}")
    many = Counter(each.state for each in listed)
    terminal.note(f"{count(many['error'], 'error')}, {count(many['warning'], 'warning')}.")
    terminal.emit(
        {
            "checks": [
                {"name": each.name, "state": each.state, "sentence": each.sentence, "hint": each.hint}
                for each in listed
            ],
            "errors": many["error"],
            "warnings": many["warning"],
        }
    )
    return 1 if many["error"] else 0
