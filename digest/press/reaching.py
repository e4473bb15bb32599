"""How far back a first issue reaches: also over the slots that went by without one."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime, timedelta

from digest.compose import zone_of
from digest.config import EditionTable
from digest.model import Ledger
from digest.press.places import Site
from digest.store import Store


def reaching(site: Site, edition: EditionTable, ledger: Ledger, now: datetime) -> EditionTable:
    """The edition as its first issue takes it: its days count from the first slot that was let go by.

    What was skipped, held or not approved waits for the next slot, and what was withdrawn unsent comes again;
    it must not be too old by then. Later issues go by the ledger, and need no days.

    Raises:
        StoreError: the database cannot be read.
    """
    if ledger.last is not None:
        return edition
    zone = zone_of(edition, site.config)
    firsts = [datetime.fromisoformat(key).replace(tzinfo=zone) for key in _unmade(site, edition)]
    firsts += [ledger.released] if ledger.released else []
    if not firsts:
        return edition
    late = max(0, math.ceil((now - min(firsts)) / timedelta(days=1)))
    return edition.model_copy(update={"since_days": edition.since_days + late})


def _unmade(site: Site, edition: EditionTable) -> Iterable[str]:
    """The slots that went by without an issue."""
    store = Store.peek(site.database, site.root)
    if store is None:
        return ()
    with store:
        return store.unmade_slots(edition.name)
