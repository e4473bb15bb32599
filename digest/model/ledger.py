"""What an edition has published, before its next issue is composed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from digest.model.entries import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A ledger row: what an edition published of an entry last.

    `at` is the date of that issue; `likeness` is what the entry keeps under another name (type, language,
    title, day, slug, mark of its body), as far as it is known.
    """

    key: str
    fingerprint: str
    number: int
    at: datetime | None = None
    likeness: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What an edition has published, before an issue is composed.

    `published` and `passed` (fingerprints) go by entry key, `likeness` (as in Published) by the key of what
    was passed over; `snapshots` holds articles and profiles as last published, and profiles as passed over,
    by key. `names` has the former name of each entry that an issue found renamed. `sources` are the folders
    that the last issue knew, None where no issue tells; `deferred` are keys of what was kept for a later
    issue. `last` is the date of the newest sealed issue, None before the first; `released` that of the
    earliest one that was withdrawn before anybody got it.
    """

    published: Mapping[str, Published] = field(default_factory=dict)
    passed: Mapping[str, str] = field(default_factory=dict)
    likeness: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    snapshots: Mapping[str, Entry] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    sources: frozenset[str] | None = None
    deferred: frozenset[str] = frozenset()
    last: datetime | None = None
    released: datetime | None = None
    next_number: int = 1
