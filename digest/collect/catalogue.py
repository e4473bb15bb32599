"""Everything that the sources hold, asked of the index, or of one for the moment where that cannot be."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from digest.collect.halves import may_halve, scan_in_halves
from digest.collect.index import FOLDER, NAME, PATIENCE, Index
from digest.collect.jobs import Light, Order
from digest.collect.loading import staying
from digest.collect.packing import BrokenError
from digest.collect.refreshing import Progress, Refreshed, refresh
from digest.collect.scanning import scan
from digest.collect.shelving import shelves
from digest.collect.summing import Counts, when
from digest.config import Config
from digest.errors import DigestError
from digest.model import Entry, Origin, Problem, Stamp

_BUSY: Final = frozenset((
    sqlite3.SQLITE_PERM, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN,
))  # fmt: skip
"""Errors of an index that is none the worse; any other says that it is broken."""

Answer = TypeVar("Answer")


class Catalogue:
    """The sources as they were when they were looked at; `first_seen` dates by key what nothing else does."""

    def __init__(self, index: Index, found: Refreshed, order: Order, seen: Mapping[str, datetime]) -> None:
        self._index = index
        self._found = found
        self._order = order
        self._first_seen = seen

    @property
    def state(self) -> str:
        """One hash over all entries, first-seen dates apart: where it is equal, they are."""
        dates = self._found.history.dates
        by_git = [(path, at) for path in sorted(self._found.summary.undated) if (at := dates.get(path))]
        told = msgspec.msgpack.encode((self._found.summary.state, by_git))
        return blake2b(told, digest_size=16).hexdigest()

    def problems(self) -> tuple[Problem, ...]:
        """Every finding, in the order of their places."""
        found = [
            *self._index.problems(),
            *self._found.summary.problems,
            *(fault.problem for fault in self._found.faults),
        ]
        return tuple(sorted(found, key=_by_place))

    def counts(self) -> tuple[tuple[str, Counts], ...]:
        """For each source that has any files, or was configured: what became of them."""
        lost = Counter(fault.shelf for fault in self._found.faults if fault.is_file)
        return tuple(
            (shelf.path, Counts(counts.entries, counts.failed + lost[number], counts.passed))
            for number, shelf in enumerate(self._order.shelves)
            for counts in (self._found.summary.counts.get(shelf.path, Counts()),)
            if shelf.configured or lost[number] or counts != Counts()
        )

    def lights(self) -> list[Light]:
        """The little of every entry that stays, with the slug that it has in the end, by key."""
        summary = self._found.summary
        kept = [
            msgspec.structs.replace(light, slug=summary.slugs[path]) if path in summary.slugs else light
            for path, light in self._index.lights().items()
            if light.status == "entry" and path not in summary.left_out
        ]
        return sorted(kept, key=lambda light: light.key)

    def entries(self, keys: Collection[str] | None = None) -> tuple[Entry, ...]:
        """The entries with these keys, or all, by key."""
        rows = self._index.entries() if keys is None else self._index.entries_of(keys)
        with staying():
            return tuple(sorted(self._settled(rows), key=lambda entry: entry.key))

    def _settled(self, rows: Iterable[tuple[bytes, Entry]]) -> Iterator[Entry]:
        """The entries that stay, with the address and the date that they have in the end."""
        summary = self._found.summary
        for path, entry in rows:
            if path in summary.left_out:
                continue
            slug = summary.slugs.get(path, entry.slug)
            date = self._date(path, entry.key) if path in summary.undated else entry.date
            if slug == entry.slug and date is entry.date:
                yield entry
            else:
                yield replace(entry, slug=slug, date=date)

    def _date(self, path: bytes, key: str) -> Stamp | None:
        """The date of an entry that tells none: when git first had its file, else when we first saw it."""
        if moment := self._found.history.dates.get(path):
            return Stamp(at=when(moment), origin=Origin.GIT)
        seen = self._first_seen.get(key)
        return Stamp(at=seen, origin=Origin.FIRST_SEEN) if seen else None

    def close(self) -> None:
        """Let go of the index, and leave in it what was found out."""
        self._index.keep()
        self._index.close()


class Library:
    """Where questions are asked: of the index in `.digest/`, of a new one if that is broken, else of one
    that nobody else sees. All three give the same answers.
    """

    def __init__(
        self,
        config: Config,
        root: Path,
        progress: Progress | None = None,
        first_seen: Mapping[str, datetime] | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self._shelves = shelves(config)
        self._order = Order(
            root=str(root),
            zone=config.site.timezone,
            language=config.site.languages[0],
            static=config.site.static,
            shelves=self._shelves,
            roles={name: keys for name, keys in config.profile_roles.model_dump().items() if keys},
        )
        self._root = root
        self._progress = progress
        self._first_seen = first_seen or {}
        found = partial(Index.open, root, patience)
        self._ways: list[Callable[[], Index]] = [found, self._anew, Index.passing]
        self._catalogue: Catalogue | None = None

    def ask(self, question: Callable[[Catalogue], Answer]) -> Answer:
        """The answer; asked again another way where the index fails. Raises DigestError when none is left."""
        while True:
            try:
                return question(self._opened())
            except (OSError, sqlite3.Error, BrokenError, UnicodeDecodeError) as error:
                self.close()
                self._ways = self._ways[1:] if _is_broken(error) else self._ways[2:]
                if not self._ways:
                    raise DigestError(
                        f"the files that were read cannot be kept anywhere: {error}",
                        subject=str(self._root / FOLDER),
                        hint="make room on the disk, or set TMPDIR to a folder that has some",
                    ) from error

    def close(self) -> None:
        """Let go of the index."""
        if self._catalogue:
            self._catalogue.close()
            self._catalogue = None

    def _opened(self) -> Catalogue:
        if self._catalogue is None:
            index = self._ways[0]()
            try:
                look = scan_in_halves if index.is_large() and may_halve() else scan
                found = refresh(index, look(self._shelves, self._root), self._order, self._progress)
            except BaseException:
                index.close()
                raise
            self._catalogue = Catalogue(index, found, self._order, self._first_seen)
        return self._catalogue

    def _anew(self) -> Index:
        """A new index in the place of a broken one."""
        for ending in ("", "-wal", "-shm", "-journal"):
            (self._root / FOLDER / f"{NAME}{ending}").unlink(missing_ok=True)
        return Index.open(self._root, 0)


def _is_broken(error: Exception) -> bool:
    """Whether an error tells that the index is worth nothing, and not only that it is not to be had now."""
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
        return code & 0xFF not in _BUSY  # the low byte is the kind, the others are shades of it
    return isinstance(error, BrokenError | UnicodeDecodeError)


def _by_place(problem: Problem) -> tuple[str, int, int, str]:
    place = problem.position
    return place.path, place.line, place.column, problem.rule
