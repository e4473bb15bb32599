"""Asking somebody to confirm whom an editor added: a wish without a form, which `digest serve` answers."""

from __future__ import annotations

import os
from datetime import datetime
from hmac import digest

from digest.deliver.secrets import keyring
from digest.model.people import Subscriber
from digest.press.places import Site
from digest.store import Store
from digest.store.subscribers import key_of
from digest.store.wishes import Wish, Wishes


def ask_back(site: Site, store: Store, person: Subscriber, now: datetime) -> None:
    """Queue the mail that asks somebody to confirm whom an editor added; `digest serve` sends it.

    Raises:
        DeliveryError: the site's secret cannot be read.
        StoreError: the database failed.
    """
    edition = site.edition(person.edition)
    who = hashed(keyring(os.environ, site.root).key("wishes"), person.address)
    Wishes(store).add(
        Wish(
            edition=person.edition,
            address=person.address,
            who=who,
            asked_at=now,
            page_language=person.language or site.config.language(edition),
            language=person.language,
            topics=person.topics,
        )
    )


def hashed(key: bytes, address: str) -> str:
    """An address as the wishes know it, by which nobody is mailed too often."""
    return digest(key, key_of(address).encode(), "sha256").hex()
