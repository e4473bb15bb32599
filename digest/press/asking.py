"""Asking people to confirm whom an editor brought in: wishes without a form, which `digest serve` answers."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from hmac import digest
from typing import Final

from digest.deliver.secrets import keyring
from digest.model.people import Subscriber
from digest.press.places import Site
from digest.store import Store
from digest.store.subscribers import key_of
from digest.store.wishes import Wish, Wishes

_REACH: Final = timedelta(days=25)
"""How far ahead somebody may be asked: who is pending for thirty days is forgotten."""


def ask_back(site: Site, store: Store, person: Subscriber, now: datetime) -> None:
    """Queue the mail that asks somebody to confirm whom an editor added; `digest serve` sends it.

    Raises:
        DeliveryError: the site's secret cannot be read.
        StoreError: the database failed.
    """
    Wishes(store).add(_wish(site, keyring(os.environ, site.root).key("wishes"), person, now))


class Asking:
    """Asks many to confirm, in an open store: each once, and no faster than half of what `[serve]` allows.

    The other half is for those who fill in the form. `asked` are queued, the last one for `until`; `over` are
    those whose turn would come when the thirty days of who is pending are almost over, and who are not asked.
    """

    def __init__(self, site: Site, store: Store, now: datetime) -> None:
        """Raises DeliveryError where the site's secret cannot be read."""
        self._site = site
        self._now = now
        self._wishes = Wishes(store)
        self._key = keyring(os.environ, site.root).key("wishes")
        self._pace = timedelta(hours=2) / site.config.serve.confirmations_per_hour
        last = self._wishes.last_turn()
        self._turn = max(now, last + self._pace) if last else now
        self.asked = 0
        self.over = 0
        self.until: datetime | None = None

    def take(self, edition: str, keys: Sequence[str]) -> None:
        """Ask those of some keys who are pending, and whom no mail has asked and none is about to."""
        people = self._wishes.unasked(edition, keys)
        made = [_wish(self._site, self._key, person, self._now) for person in people]
        waiting = self._wishes.open_of(edition, [each.who for each in made])
        new = [each for each in made if each.who not in waiting]
        room = max(0, -((self._turn - self._now - _REACH) // self._pace))
        turns = [self._turn + self._pace * number for number in range(min(room, len(new)))]
        self._wishes.queue(zip(new, turns, strict=False))
        self.asked += len(turns)
        self.over += len(new) - len(turns)
        if turns:
            self.until = turns[-1]
            self._turn = turns[-1] + self._pace


def _wish(site: Site, key: bytes, person: Subscriber, now: datetime) -> Wish:
    return Wish(
        edition=person.edition,
        address=person.address,
        who=hashed(key, person.address),
        asked_at=now,
        page_language=person.language or site.config.language(site.edition(person.edition)),
        language=person.language,
        topics=person.topics,
    )


def hashed(key: bytes, address: str) -> str:
    """An address as the wishes know it, by which nobody is mailed too often."""
    return digest(key, key_of(address).encode(), "sha256").hex()
