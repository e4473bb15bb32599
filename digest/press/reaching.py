"""How far back a first issue reaches: also over the slots that went by without one."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from digest.compose import zone_of
from digest.config import EditionTable
from digest.model import Ledger
from digest.press.places import Site
from digest.store import Store


def reaching(site: Site, edition: EditionTable, ledger: Ledger, now: datetime) -> EditionTable:
    """The edition as its first issue takes it: its days count from the first slot that was let go by.

    What was skipped, held or not approved waits for the next slot; it must not be too old by then. Later
    issues go by the ledger, and need no days.

    Raises:
        StoreError: the database cannot be read.
    """
    store = Store.peek(site.database, site.root) if ledger.last is None else None
    if store is None:
        return edition
    with store:
        keys = store.unmade_slots(edition.name)
    if not keys:
        return edition
    first = datetime.fromisoformat(min(keys)).replace(tzinfo=zone_of(edition, site.config))
    late = max(0, math.ceil((now - first) / timedelta(days=1)))
    return edition.model_copy(update={"since_days": edition.since_days + late})
