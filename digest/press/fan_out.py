"""From a seal to the outbox: a row for each active subscriber, promised before and made good after it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from digest.press.notices import is_withdrawn
from digest.press.places import Site
from digest.store.audience import Audience
from digest.store.outbox import Outbox


def outbox_of(site: Site) -> Path:
    """The outbox's file: apart from the people's database, whatever that is."""
    return site.root / "var" / "outbox.db"


def promise(site: Site, edition: str, number: int, now: datetime) -> None:
    """Say, before an issue is sealed, that it is published here: its deliveries are owed from the seal on.

    Without the promise a fresh clone, or an outbox that was lost, would owe every issue of the archive anew.
    """
    if _folder(site, edition, number).exists():
        return  # sealed before: the seal will refuse, and nothing new is owed
    with Outbox.open(outbox_of(site)) as outbox:
        outbox.promise(edition, number, now)


def fan_out(site: Site, edition: str, number: int, now: datetime) -> int:
    """Give each active subscriber a row of a sealed issue; again adds only who came since."""
    with site.store() as store, Audience(store, edition) as audience, Outbox.open(outbox_of(site)) as outbox:
        return outbox.fan_out(edition, number, audience.numbers(), now)


def keep_promises(site: Site) -> int:
    """Fan out what was sealed before a crash, and forget what never was; returns how many rows are new.

    The caller holds the press's lock, so that nobody is between promise and seal.
    """
    outbox = Outbox.peek(outbox_of(site))
    if outbox is None:
        return 0
    added = 0
    with outbox:
        for owed in outbox.owed():
            if is_withdrawn(site, owed.edition, owed.number):
                outbox.cancel(owed, owed.promised_at)
            elif _folder(site, owed.edition, owed.number).is_dir():
                added += fan_out(site, owed.edition, owed.number, owed.promised_at)
            else:
                outbox.withdraw(owed.edition, owed.number)
    return added


def _folder(site: Site, edition: str, number: int) -> Path:
    return site.archive / edition / str(number)
