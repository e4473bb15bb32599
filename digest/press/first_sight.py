"""Dates of last resort: when an entry that nothing dates was first seen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from digest.collect.fingerprints import body_mark
from digest.collect.shelving import shelves
from digest.model import Entry, Origin, Stamp
from digest.press.places import Site
from digest.store import Store
from digest.store.sightings import Sighting, Sightings
from digest.text.renames import trace


def is_undated(entry: Entry) -> bool:
    """Whether nothing but its first sight can date an entry."""
    stamp = entry.date or entry.updated
    return stamp is None or stamp.origin is Origin.FIRST_SEEN


def dated(site: Site, entries: tuple[Entry, ...], now: datetime) -> tuple[Entry, ...]:
    """The entries, those that nothing dates with the moment that the database first saw them, else `now`.

    What was there when its source was first collected stays without a date: all that is known of it is
    that it is older. So a folder of undated notes is no news on its first day. Nothing is written.
    """
    undated = {entry.key for entry in entries if is_undated(entry)}
    store = Store.peek(site.database, site.root) if undated else None
    if store is None:
        return entries
    with store:
        sightings = Sightings(store)
        if not sightings.are_kept():
            return entries
        begun = sightings.begun()
        seen = {key: each.first_seen for key, each in sightings.some(undated).items()}

    zone = site.config.zone

    def first(entry: Entry) -> Entry:
        at = seen.get(entry.key, now)
        if entry.key not in undated or entry.source not in begun or at <= begun[entry.source]:
            return entry
        return replace(entry, date=Stamp(at=at.astimezone(zone), origin=Origin.FIRST_SEEN))

    return tuple(first(entry) for entry in entries)


def met(site: Site, store: Store, entries: Iterable[Entry], now: datetime) -> None:
    """Note when entries that nothing dates were first met, and their sources, unless that is known."""
    Sightings(store).meet(
        (
            Sighting(
                key=entry.key,
                source=entry.source,
                path=entry.position.path,
                hash="",
                mark=body_mark(entry.body),
                slug=entry.slug,
                likeness=trace(entry).likeness,
                first_seen=now,
            )
            for entry in entries
            if is_undated(entry)
        ),
        dict.fromkeys(folders(site), now),
    )


def folders(site: Site) -> tuple[str, ...]:
    """The folders that files are read from, as entries name them: of the sources, and the feeds' inbox."""
    return tuple(shelf.path for shelf in shelves(site.config))
