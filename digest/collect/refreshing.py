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
from digest.collect.index import Index, lights
from digest.collect.jobs import Job, Light, Order, Reading
from digest.collect.packing import unpack
from digest.collect.pictures import FolderState, Looks, folder_state
from digest.collect.scanning import Fault, Scan, State, joined, listed, packed
from digest.collect.signature import signature
from digest.collect.summing import History, Summary, dated, histories, resummed, summaries, summed

_BATCH: Final = 500
_UNSURE: Final = 0
"""Stands for the ctime of a file that has to be read again."""
_looked: Final = msgspec.msgpack.Decoder(dict[str, FolderState])
_FEW: Final = 1_000
"""Edits up to which it is seen one by one whether they matter to other files."""
_NONE: Final = (0, 0)
_turns: Final = msgspec.msgpack.Decoder(tuple[int, int])

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
    found, turn = _Difference(), _NONE
    while True:
        index.look()
        if index.is_made_by(made_by):
            found = _compare(index, scan, order, found.history)
            if found.is_none:
                return _told(index, scan.faults)
            turn = index.told("turn", _turns)
        index.begin()
        if not index.is_made_by(made_by):
            index.clear(made_by)
            _begin(index, order)
        if index.told("turn", _turns) != turn or turn == _NONE:  # another process was faster
            found = _compare(index, scan, order, found.history)
        faults = _Refreshing(index, scan, order, found, progress).run()
        turn = (os.getpid(), time.time_ns())
        index.tell("turn", turn)
        index.commit()
        index.share()
        index.look()
        # Between our writing and our looking another process may have written: then it is our turn again.
        if index.is_made_by(made_by) and index.told("turn", _turns) == turn:
            return _told(index, [*scan.faults, *faults])


def _begin(index: Index, order: Order) -> None:
    """Note what is true of no files."""
    index.tell("turn", _NONE)
    index.tell("looked", {})
    index.tell("summary", summed(index, order))
    index.tell("history", History("", {}))


def _told(index: Index, faults: Iterable[Fault]) -> Refreshed:
    summary, history = index.told("summary", summaries), index.told("history", histories)
    return Refreshed(summary=summary, history=history, faults=tuple(faults))


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
        news = [state for name, state in now.items() if known.pop(name, None) != state]
        found.jobs += [Job(folder.shelf, folder.path, state) for state in news]
        found.gone += [joined(folder.path, name) for name in known]
        found.listings[folder.path] = now
    for path, listing in before.items():
        found.gone += [joined(path, name) for name in listed(listing)]
        found.listings[path] = {}
    found.jobs.sort(key=lambda job: (job.folder, job.scanned[0]))
    found.looked = frozenset(
        folder
        for folder, state in index.told("looked", _looked).items()
        if folder_state(os.path.join(order.root, folder)) != state  # noqa: PTH118 -- for each, every time
    )
    known_history = index.told("history", histories)
    now_true = dated(index.told("summary", summaries), history or known_history, order)
    found.history = None if now_true == known_history else now_true
    return found


class _Refreshing:
    """One writing."""

    def __init__(
        self, index: Index, scan: Scan, order: Order, found: _Difference, progress: Progress | None
    ) -> None:
        self.index = index
        self.order = order
        self.scan = scan
        self.found = found
        self.progress = progress
        self.faults: list[Fault] = []
        self.before: dict[bytes, Light] = {}
        self.edited: dict[bytes, tuple[Light, Light]] = {}
        self.has_changed = False  # beyond edits that matter to no other file

    def run(self) -> list[Fault]:
        """Read what has changed and note it; returns what could not be read."""
        index, found = self.index, self.found
        looks = self._look_again()
        index.forget(found.gone)
        folders = self._read() | looks.folders
        index.set_folders({path: packed(states.values()) for path, states in found.listings.items()})
        before = index.told("looked", _looked).items()
        index.tell("looked", {name: state for name, state in before if name not in found.looked} | folders)
        found.listings.clear()  # with a hundred thousand files, what is done with should go
        summary = index.told("summary", summaries)
        known = None if found.gone or self.has_changed else resummed(summary, self.edited)
        if known != summary:
            index.tell("summary", known or summed(index, self.order))
        history = found.history or index.told("history", histories)
        index.tell("history", dated(index.told("summary", summaries), history, self.order))
        return self.faults

    def _look_again(self) -> Looks:
        """Read a file anew, for the finding and its place, if one of its images has come or gone."""
        looks = Looks(Path(self.order.root), self.order.static)
        if not self.found.looked:
            return looks
        gone = frozenset(self.found.gone)
        again = {
            path
            for path, pictures in self.index.pictures()
            if path not in gone
            and not self.found.looked.isdisjoint(pictures.folders)
            and looks.look(pictures.path, pictures.sources) != (pictures.missing, pictures.folders)
        }
        folders = {folder.path: folder for folder in self.scan.folders}
        self.found.jobs = [job for job in self.found.jobs if job.path not in again]
        for path in sorted(again):
            parent, _, name = path.rpartition(b"/")
            states = self.found.listings.setdefault(parent, listed(folders[parent].listing))
            self.found.jobs.append(Job(folders[parent].shelf, parent, states[name], is_forced=True))
        return looks

    def _read(self) -> dict[str, FolderState]:
        """Read the files that changed and note what came of them; returns the folders of their images."""
        jobs = self.found.jobs
        if not jobs:
            return {}
        from digest.collect.workers import Readings  # and with it YAML and its kind: for who needs them

        shelves = {job.folder: job.shelf for job in jobs}
        readings = Readings(self.order)
        for batch in _batches(readings.of(self._known(jobs), len(jobs))):
            for reading in batch:
                self._note(reading, shelves[reading.folder])
            news = [each for each in batch if not each.is_same]
            self.index.forget(each.path for each in news)
            self.index.put([each for each in news if each.light])
            for reading in news:
                self._weigh(reading)
        return readings.folders

    def _known(self, jobs: list[Job]) -> Iterator[Job]:
        """The jobs, each with the hash that is known of its file; the list is used up."""
        jobs.reverse()
        while jobs:
            job = jobs.pop()
            known = self.index.known(job.path)
            if known and len(self.before) < _FEW:
                self.before[job.path] = known
            yield msgspec.structs.replace(job, known=known.hash) if known else job

    def _weigh(self, reading: Reading) -> None:
        """Keep what a file was and is, or that more than an edit has come to pass."""
        before = self.before.get(reading.path)
        if before and reading.light:
            self.edited[reading.path] = before, unpack(reading.light, reading.path, lights)
        else:
            self.has_changed = True

    def _note(self, reading: Reading, shelf: int) -> None:
        """Tell who watches, keep what cannot be stored, and see to it that what is unsure is read again."""
        if self.progress:
            self.progress(printable(reading.path))
        if reading.fault:
            self.faults.append(Fault(shelf, reading.fault))
        states = self.found.listings[reading.folder]
        if reading.fault or reading.is_gone:
            states.pop(reading.name, None)
        elif not reading.is_steady:
            name, size, mtime, _, inode = states[reading.name]
            states[name] = (name, size, mtime, _UNSURE, inode)


def _batches(values: Iterator[Value]) -> Iterator[list[Value]]:
    while batch := list(islice(values, _BATCH)):
        yield batch
