"""The editor's word that an edition has no issue at its slot: its entries wait for the next one."""

from __future__ import annotations

from datetime import datetime

from digest.config import EditionTable
from digest.errors import UsageError
from digest.press import Site
from digest.schedule.slots import Slot, latest_slot, next_slot, zone_of
from digest.store import Store

SKIPPED = "skipped"
"""The outcome of such a slot, in its row."""


def slot_ahead(site: Site, edition: EditionTable, now: datetime, *, skipped: bool = False) -> Slot:
    """The slot that an edition's next issue is for: the one that has come and is open still, else the next.

    With `skipped` one that an editor skips counts, too.

    Raises:
        UsageError: the edition has no schedule.
        StoreError: the database cannot be read.
    """
    schedule = edition.schedule
    if schedule is None:
        raise UsageError(
            f"{edition.name} has no schedule", subject="config.toml", hint="add [editions.schedule]"
        )
    zone = zone_of(schedule, site.config)
    come = latest_slot(schedule, zone, now)
    outcome = _outcome(site, edition.name, come) if come else None
    # An outcome with a colon tells why a slot failed or waits: it is tried again.
    if come and (outcome is None or ": " in outcome or (skipped and outcome == SKIPPED)):
        return come
    slot = next_slot(schedule, zone, now)
    while not skipped and is_skipped(site, edition.name, slot):
        slot = next_slot(schedule, zone, slot.at)
    return slot


def is_skipped(site: Site, edition: str, slot: Slot) -> bool:
    """Whether an editor wants no issue at a slot; nothing is written."""
    return _outcome(site, edition, slot) == SKIPPED


def _outcome(site: Site, edition: str, slot: Slot) -> str | None:
    store = Store.peek(site.database, site.root)
    if store is None:
        return None
    with store:
        found = store.slot(edition, slot.key)
    return found.outcome if found else None


def skip(site: Site, edition: str, slot: Slot, now: datetime) -> bool:
    """Let a slot go by without an issue; whether it was not skipped before.

    Raises:
        UsageError: its issue was made, or is being made.
    """
    with site.store() as store:
        found = store.slot(edition, slot.key)
        if found is not None and found.outcome == SKIPPED:
            return False
        if found is not None and found.outcome is not None:
            taken = store.reopen_slot(found, now)
        else:
            taken = store.claim_slot(edition, slot.key, now)
        if not taken:
            raise UsageError(
                f"the issue of {slot.key.replace('T', ' ')} is being made", hint="look at `digest status`"
            )
        store.settle_slot(edition, slot.key, outcome=SKIPPED)
    return True


def unskip(site: Site, edition: str, slot: Slot) -> bool:
    """Want an issue at a slot again; whether it was skipped."""
    with site.store() as store:
        found = store.slot(edition, slot.key)
        if found is None or found.outcome != SKIPPED:
            return False
        store.free_slot(edition, slot.key)
    return True
