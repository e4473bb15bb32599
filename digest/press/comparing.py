"""What became of each entry since the sources were last collected: new, updated, moved, unchanged, gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from digest.collect.survey import Seen
from digest.store.sightings import Sighting, Sightings
from digest.text.renames import Trace, renames


class What(StrEnum):
    """What became of an entry."""

    NEW = "new"
    UPDATED = "updated"
    MOVED = "moved"
    UNCHANGED = "unchanged"
    GONE = "gone"


_ORDER: Final = tuple(What)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An entry as it is seen now, or was when it is gone; `was` is the former path of a moved one."""

    what: What
    sighting: Sighting
    was: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What was found; what is unchanged is counted by source only. `gone` are keys to be forgotten."""

    found: tuple[Found, ...] = ()
    gone: Collection[str] = ()
    unchanged: Mapping[str, int] = field(default_factory=dict)


def compare(
    seen: Iterable[Seen], sightings: Sightings, *, failing: Collection[str], now: datetime, only: str | None
) -> Comparison:
    """Hold what is seen now against what was.

    `failing` are paths of files and sources with errors: what was there is not gone, but cannot be read.
    With `only`, one source is told of; an entry may still have come into it from another.
    """
    known = sightings.known()
    fresh: dict[str, Seen] = {}
    found: list[Found] = []
    unchanged: Counter[str] = Counter()
    for each in seen:
        path, summed = known.pop(each.key, ("", ""))
        if only is not None and each.source != only:
            continue
        if not summed:  # unknown, or met by an issue and never told of
            fresh[each.key] = each
        elif path == each.path and summed == each.hash:
            unchanged[each.source] += 1
        elif path == each.path:
            found.append(Found(what=What.UPDATED, sighting=_sighting(each, now)))
        else:
            found.append(Found(what=What.MOVED, sighting=_sighting(each, now), was=path))
    gone = {
        key: each
        for key, each in (sightings.some(known) if known else {}).items()
        if each.path not in failing and each.source not in failing
    }
    names = _same_files(gone, fresh)
    names |= renames(
        {
            key: Trace.of(each.likeness, each.slug, each.mark)
            for key, each in gone.items()
            if key not in names.values()
        },
        {
            key: Trace.of(each.likeness, each.slug, each.mark)
            for key, each in fresh.items()
            if key not in names
        },
    )
    for key, each in fresh.items():
        old = gone.pop(names[key]) if key in names else None
        at = old.first_seen if old else now
        was = old.path if old and old.path != each.path else ""
        what = What.MOVED if was else What.UPDATED if old else What.NEW
        found.append(Found(what=what, sighting=_sighting(each, at), was=was))
    lost = [each for each in gone.values() if only in (None, each.source)]
    found += [Found(what=What.GONE, sighting=each) for each in lost]
    return Comparison(
        found=tuple(sorted(found, key=_newest)),
        gone=(*names.values(), *(each.key for each in lost)),
        unchanged=unchanged,
    )


def _same_files(gone: Mapping[str, Sighting], fresh: Mapping[str, Seen]) -> dict[str, str]:
    """The old key of each file that lies where it lay, and only says another language of itself now."""
    before = {(each.path, _bare(key)): key for key, each in gone.items()}
    names = {key: before.get((each.path, _bare(key))) for key, each in fresh.items()}
    return {key: old for key, old in names.items() if old is not None}


def _bare(key: str) -> str:
    """A key without the language that may be part of it."""
    file, _, language = key.rpartition(":")
    return file if file and "." not in language and "/" not in language else key


def as_they_are(seen: Iterable[Seen], now: datetime) -> Iterable[Found]:
    """Entries that nothing became of."""
    return (Found(what=What.UNCHANGED, sighting=_sighting(each, now)) for each in seen)


def _sighting(each: Seen, first_seen: datetime) -> Sighting:
    return Sighting(
        key=each.key,
        source=each.source,
        path=each.path,
        hash=each.hash,
        mark=each.mark,
        slug=each.slug,
        likeness=each.likeness,
        first_seen=first_seen,
    )


def _newest(found: Found) -> tuple[int, tuple[int, ...], str]:
    """What is new first, then what was updated; within these the newest by their day, then by path."""
    day = found.sighting.likeness[3]
    return (_ORDER.index(found.what), tuple(-ord(each) for each in day) or (0,), found.sighting.path)
