"""An outbox that is older than the last sending: known before it mails again whoever was mailed since.

Each sender counts its beginning and its end, in the outbox and in a file outside `var/`. The outbox is
written first, so that a crash between the two makes no good one look old; the file before anything leaves.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from digest import archive
from digest.errors import DigestError, GateError, NothingNewError
from digest.press.fan_out import fan_out, outbox_of
from digest.press.notices import is_withdrawn
from digest.press.places import Site
from digest.press.replacing import replaced
from digest.store.outbox import Outbox
from digest.store.outbox_file import sole_sender
from digest.store.outbox_turns import hold_all, set_turn, turn_of

PLACE: Final = (".digest", "sent.json")
"""Where the file is: out of `var/`, so that no backup of that brings it back."""

_NEVER: Final = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What the file says: the last turn of a sender, and when that was."""

    turn: int = 0
    at: datetime = _NEVER


def check_age(site: Site, outbox: Outbox) -> None:
    """Refuse an outbox that does not know of the last sending.

    Raises:
        GateError: it is an older one, or a new one; with when mail left last.
    """
    mark = _mark(site)
    if turn_of(outbox) >= mark.turn:
        return
    raise GateError(
        f"the outbox is older than the last sending ({mark.at:%Y-%m-%d %H:%M} UTC) and would mail twice",
        subject=str(outbox.path),
        hint="put the newest var/ back; or `digest outbox --accept` holds all that this one takes for unsent",
    )


def is_older(site: Site, outbox: Outbox) -> bool:
    """Whether mail has left of which an outbox does not know."""
    return turn_of(outbox) < _mark(site).turn


def count_turn(site: Site, outbox: Outbox, now: datetime) -> None:
    """Count a beginning or an end of sending."""
    turn = max(turn_of(outbox), _mark(site).turn) + 1
    set_turn(outbox, turn)
    place = _place(site)
    # A folder that cannot be written costs this one guard, and no sending.
    with suppress(DigestError):
        replaced(place, json.dumps({"turn": turn, "at": now.astimezone(UTC).isoformat()}).encode())


def accept(site: Site, now: datetime) -> int:
    """Go on with an older outbox: what it takes for unsent waits for an operator; returns how much that is.

    So does the newest issue of an edition where the outbox has never heard of it.

    Raises:
        NothingNewError: the outbox is not older.
        BusyError: somebody is sending.
    """
    path = outbox_of(site)
    with sole_sender(path), Outbox.open(path) as outbox:
        if not is_older(site, outbox):
            raise NothingNewError(
                "the outbox knows of the last sending: there is nothing to accept", subject=str(path)
            )
        for edition, number in _unheard(site, outbox):
            fan_out(site, edition, number, now)
        held = hold_all(outbox, now)
        count_turn(site, outbox, now)
    return held


def _unheard(site: Site, outbox: Outbox) -> list[tuple[str, int]]:
    """The newest issue of each edition that the outbox does not know."""
    newest: dict[str, int] = {}
    for each in archive.sealed(site.archive):
        newest[each.issue.edition] = max(each.issue.number, newest.get(each.issue.edition, 0))
    return [
        (edition, number)
        for edition, number in newest.items()
        if outbox.issue(edition, number) is None and not is_withdrawn(site, edition, number)
    ]


def _place(site: Site) -> Path:
    return site.root.joinpath(*PLACE)


def _mark(site: Site) -> Mark:
    """What the file says; nothing where there is none, or none that can be read."""
    try:
        said = json.loads(_place(site).read_bytes())
        return Mark(turn=int(said["turn"]), at=datetime.fromisoformat(said["at"]))
    except (OSError, ValueError, TypeError, KeyError):
        return Mark()
