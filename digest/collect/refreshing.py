"""The index brought to what lies on disk: only what changed is read, and what follows of it decided anew."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from digest.collect.documents import printable
from digest.collect.index import Index
from digest.collect.jobs import Job, Order, Reading
from digest.collect.packing import pack, unpack
from digest.collect.pictures import FolderState, Looks, folder_state
from digest.collect.scanning import Fault, Scan, State, listed, packed
from digest.collect.signature import signature
from digest.collect.summing import History, Summary, dated, histories, summaries, summed

_BATCH: Final = 500
_UNSURE: Final = 0
"""Stands for the ctime of a file that has to be read again."""
_looked: Final = msgspec.msgpack.Decoder(dict[str, FolderState])

Value = TypeVar("Value")
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshed:
    """What is true of the sources now, and what could not be read."""

    summary: Summary
    history: History
    faults: tuple[Fault, ...]


@dataclass(slots=True)
class _Difference:
    """How the disk differs from the index; `looked` are folders of images that have changed."""

    jobs: list[Job] = field(default_factory=list)
    gone: list[bytes] = field(default_factory=list)
    listings: dict[bytes, dict[bytes, State]] = field(default_factory=dict)
    looked: frozenset[str] = frozenset()
    history: History | None = None

    @property
    def is_none(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.jobs or self.gone or self.listings or self.looked or self.history)


def refresh(index: Index, scan: Scan, order: Order, progress: Progress | None = None) -> Refreshed:
    """Bring the index to what was scanned, and leave it in a look that nobody else's writing changes.

    Raises sqlite3.Error and BrokenError where the index cannot be used.
    """
    made_by = signature(order)
    history = None
    while True:
        index.look()
        if index.is_made_by(made_by):
            difference = _compare(index, scan, order, history)
            if difference.is_none:
                return _told(index, scan.faults)
            history = difference.history
        index.begin()
        is_new = not index.is_made_by(made_by)
        if is_new:
            index.clear(made_by)
        faults = _Refreshing(index, scan, order, history, progress).run()
        turn = pack((os.getpid(), time.time_ns()))
        index.tell("turn", turn)
        index.commit()
        if is_new:
            index.share()
        index.look()
        if index.told("turn") == turn:  # else another process has written in between
            return _told(index, [*scan.faults, *faults])


def _told(index: Index, faults: Iterable[Fault]) -> Refreshed:
    return Refreshed(
        summary=unpack(index.told("summary"), summaries),
        history=unpack(index.told("history"), histories),
        faults=tuple(faults),
    )


def _compare(index: Index, scan: Scan, order: Order, history: History | None) -> _Difference:
    """What has to be read, forgotten or decided anew; `history` is what we asked git a moment ago."""
    found = _Difference()
    before = index.folders()
    for folder in scan.folders:
        listing = before.pop(folder.path, b"")
        if listing == folder.listing:
            continue
        known = listed(listing) if listing else {}
        now = listed(folder.listing)
        for name, state in now.items():
            if known.pop(name, None) != state:
                found.jobs.append(Job(folder.shelf, _joined(folder.path, name), state[1:]))
        found.gone += (_joined(folder.path, name) for name in known)
        found.listings[folder.path] = now
    for path, listing in before.items():
        found.gone += (_joined(path, name) for name in listed(listing))
        found.listings[path] = {}
    found.jobs.sort(key=lambda job: job.path)
    found.looked = frozenset(
        folder
        for folder, state in _told_folders(index).items()
        if folder_state(os.path.join(order.root, folder)) != state  # noqa: PTH118 -- for each, every time
    )
    told = index.told("summary")
    if told:
        before_us = unpack(index.told("history"), histories)
        now_known = dated(unpack(told, summaries), history or before_us, order)
        found.history = None if now_known == before_us else now_known
    return found


class _Refreshing:
    """One writing."""

    def __init__(
        self, index: Index, scan: Scan, order: Order, history: History | None, progress: Progress | None
    ) -> None:
        self.index = index
        self.order = order
        self.scan = scan
        self.progress = progress
        self.found = _compare(index, scan, order, history)
        self.faults: list[Fault] = []
        self.has_changed = False

    def run(self) -> list[Fault]:
        """Read what has changed and note it; returns what could not be read."""
        index, found = self.index, self.found
        looks = self._look_again()
        index.forget(found.gone)
        self.has_changed = bool(found.gone) or not index.told("summary")
        folders = self._read() | looks.folders
        index.set_folders({path: packed(states.values()) for path, states in found.listings.items()})
        known = {name: state for name, state in _told_folders(index).items() if name not in found.looked}
        index.tell("looked", pack(known | folders))
        if self.has_changed:
            index.tell("summary", pack(summed(index, self.order)))
        summary = unpack(index.told("summary"), summaries)
        index.tell("history", pack(dated(summary, self._history(), self.order)))
        return self.faults

    def _history(self) -> History | None:
        told = self.index.told("history")
        return self.found.history or (unpack(told, histories) if told else None)

    def _look_again(self) -> Looks:
        """Read a file anew, for the finding and its place, if one of its images has come or gone."""
        looks = Looks(Path(self.order.root), self.order.static)
        taken = {job.path for job in self.found.jobs} | set(self.found.gone)
        listings = {folder.path: folder for folder in self.scan.folders}
        for path, shown, pictures in self.index.pictures() if self.found.looked else ():
            if path in taken or self.found.looked.isdisjoint(pictures.folders):
                continue
            if looks.look(shown, pictures.sources) != (pictures.missing, pictures.folders):
                parent, _, name = path.rpartition(b"/")
                folder = listings[parent]
                now = self.found.listings.setdefault(parent, listed(folder.listing))
                self.found.jobs.append(Job(folder.shelf, path, now[name][1:], is_forced=True))
        return looks

    def _read(self) -> dict[str, FolderState]:
        """Read the files that changed and note what came of them; returns the folders of their images."""
        jobs = self.found.jobs
        if not jobs:
            return {}
        from digest.collect.workers import Readings  # and with it YAML and its kind: for who needs them

        known = self.index.known([job.path for job in jobs])
        shelves = {job.path: job.shelf for job in jobs}
        wanted = [
            msgspec.structs.replace(job, known=known[job.path])
            if job.path in known and not job.is_forced
            else job
            for job in jobs
        ]
        readings = Readings(self.order)
        for batch in _batches(readings.of(wanted)):
            for reading in batch:
                self._note(reading, shelves[reading.path])
            news = [each for each in batch if not each.is_same]
            self.index.forget([each.path for each in news if each.path in known])
            self.index.put([each for each in news if each.light])
            self.has_changed = self.has_changed or bool(news)
        return readings.folders

    def _note(self, reading: Reading, shelf: int) -> None:
        """Tell who watches, keep what cannot be stored, and see to it that what is unsure is read again."""
        if self.progress:
            self.progress(printable(reading.path))
        if reading.fault:
            self.faults.append(Fault(shelf, reading.fault))
        parent, _, name = reading.path.rpartition(b"/")
        states = self.found.listings[parent]
        if reading.fault or reading.is_gone:
            states.pop(name, None)
        elif not reading.is_steady:
            states[name] = (*states[name][:3], _UNSURE, states[name][4])


def _told_folders(index: Index) -> dict[str, FolderState]:
    told = index.told("looked")
    return unpack(told, _looked) if told else {}


def _joined(folder: bytes, name: bytes) -> bytes:
    return folder + b"/" + name if folder else name


def _batches(values: Iterator[Value]) -> Iterator[list[Value]]:
    while batch := list(islice(values, _BATCH)):
        yield batch
