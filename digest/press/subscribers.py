"""`subscribers add|list|show|export|erase`: the people of an edition, as an editor works with them."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Final

from digest.deliver.addresses import Mailbox, mailbox
from digest.deliver.list_rows import guarded
from digest.deliver.secrets import keyring
from digest.errors import DeliveryError, StoreError, UsageError
from digest.model.people import Consent, Subscriber, SubscriberState, SuppressionReason
from digest.press.asking import ask_back
from digest.press.places import Site
from digest.store import Store
from digest.store.bounces import Bounces, Return
from digest.store.delivery_log import DeliveryLog, DeliveryRow
from digest.store.intake import Incoming, Intake, Taken
from digest.store.outbox import Outbox
from digest.store.people_lists import Filter, People, Row
from digest.store.subscribers import Subscribers, key_of, topics_of, topics_text
from digest.store.wishes import Wish, Wishes

PURPOSE: Final = "suppressions"
"""What the keys of suppressions are for."""

HEADINGS: Final = ("email", "name", "state", "language", "topics", "edition", "since")


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """All that is known of an address: its subscriptions, its suppression, and what it asked for last."""

    address: str
    wishes: tuple[Wish, ...] = ()
    subscriptions: tuple[Subscription, ...] = ()
    suppressed: tuple[SuppressionReason, datetime] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One subscription of an address, what was agreed to, the issues that it got, and what came back."""

    subscriber: Subscriber
    consents: tuple[Consent, ...]
    deliveries: tuple[DeliveryRow, ...]
    returned: tuple[Return, ...] = ()


@contextmanager
def people_of(site: Site) -> Iterator[Subscribers]:
    """The subscribers of a site, open for writing. Raises StoreError, DeliveryError."""
    keys = keyring(os.environ, site.root).keys(PURPOSE)
    with site.store() as store:
        yield Subscribers(store, keys)


@contextmanager
def _peeked(site: Site) -> Iterator[Store | None]:
    """The database, open for reading; None where there is none, or none yet that knows of people."""
    store = Store.peek(site.database, site.root)
    if store is None:
        yield None
        return
    with store:
        yield store if People(store).are_kept() else None


def add(
    site: Site,
    said: str,
    now: datetime,
    *,
    edition: str | None = None,
    name: str = "",
    language: str = "",
    topics: tuple[str, ...] = (),
    confirmed: bool = False,
    again: bool = False,
) -> tuple[Subscriber | None, Taken]:
    """Subscribe one address; `again` also one who left or is suppressed, since they asked for it themselves.

    Who is pending then is asked to confirm, by a mail that `digest serve` sends.

    Raises:
        UsageError: it is no address.
    """
    box = _mailbox(said)
    chosen = site.edition(edition).name
    state = SubscriberState.ACTIVE if confirmed else SubscriberState.PENDING
    key, called = key_of(box.address), name or box.name
    row: Incoming = (key, box.address, state.value, called, language, topics_text(topics), "", "")
    keys = keyring(os.environ, site.root).keys(PURPOSE)
    with site.store() as store:
        people = Subscribers(store, keys)
        if again:
            people.readmit(chosen, box.address, now, source="editor")
        with Intake(people, now, source="editor") as intake:
            taken = intake.take(chosen, [row])
        found = people.find(chosen, box.address)
        if found and found.state is SubscriberState.PENDING:
            ask_back(site, store, found, now)
        return found, taken


def _mailbox(said: str) -> Mailbox:
    try:
        return mailbox(said, "subscriber")
    except DeliveryError as error:
        raise UsageError(error.sentence, subject="ADDRESS", hint=error.hint) from None


def listing(site: Site, wanted: Filter, *, after: int, limit: int) -> tuple[list[Row], int]:
    """The next subscribers of a filter after a number, and how many there are in all."""
    with _peeked(site) as store:
        if store is None:
            return [], 0
        people = People(store)
        return people.page(wanted, after, limit), people.count(wanted)


def story(site: Site, said: str) -> Story:
    """All that is known of an address. Raises UsageError where it is none."""
    address = _mailbox(said).address
    with _peeked(site) as store:
        if store is None:
            return Story(address=address)
        people = Subscribers(store, keyring(os.environ, site.root).keys(PURPOSE))
        found = people.everywhere(address)
        return Story(
            address=address,
            suppressed=people.suppressed(address),
            wishes=Wishes(store).of(address),
            subscriptions=tuple(
                Subscription(
                    subscriber=each,
                    consents=people.consents(each.id),
                    deliveries=_deliveries(site, each.id),
                    returned=Bounces(store).of(each.id),
                )
                for each in found
            ),
        )


def _deliveries(site: Site, number: int) -> tuple[DeliveryRow, ...]:
    try:
        outbox = Outbox.peek(site.root / "var" / "outbox.db")
        if outbox is None:
            return ()
        with outbox:
            return DeliveryLog(outbox).of_subscriber(number)
    except StoreError:
        return ()  # the story of a person is not the place to tell that the outbox is ill


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What was erased: so many subscriptions; `traces` says that SQLite's log keeps them for now."""

    subscriptions: int
    traces: bool


def erase(site: Site, said: str, now: datetime) -> Erased:
    """Forget an address for good. Raises UsageError where it is none."""
    address = _mailbox(said).address
    keys = keyring(os.environ, site.root).keys(PURPOSE)
    with site.store() as store:
        number = Subscribers(store, keys).erase(address, now)
        return Erased(subscriptions=number, traces=not store.empty_log())


def export(site: Site, wanted: Filter, file: IO[str]) -> int:
    """Write the subscribers of a filter as CSV that a spreadsheet may open, and return how many there are."""
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(HEADINGS)
    number = 0
    with _peeked(site) as store:
        for batch in People(store).every(wanted) if store else ():
            writer.writerows(_cells(row) for row in batch)
            number += len(batch)
    return number


def _cells(row: Row) -> tuple[str, ...]:
    since = row.since.isoformat(timespec="seconds") if row.since else ""
    topics = ";".join(topics_of(row.topics))
    cells = (row.address, row.name, row.state, row.language, topics, row.edition, since)
    return tuple(guarded(each) for each in cells)
