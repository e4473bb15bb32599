"""The issue that an edition makes next: its number, and what the editor has said of it."""

from __future__ import annotations

from digest.press.ledgers import ledger
from digest.press.places import Site
from digest.store import Editorial, Store, Word


def next_number(site: Site, edition: str) -> int:
    """The number of the issue that an edition makes next. Raises SealError."""
    return ledger(site, site.edition(edition)).next_number


def word(site: Site, edition: str, number: int) -> Word:
    """What the editor said of an issue: its approval, and whether it is held; nothing is written.

    Raises:
        StoreError: the database cannot be read.
    """
    store = Store.peek(site.database, site.root)
    if store is None:
        return Word()
    with store:
        return Editorial(store).word(edition, number)
