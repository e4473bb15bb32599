"""One file read, understood and packed for the index: what we do ourselves, and helpers for us."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from digest.collect.decoding import decode
from digest.collect.documents import LARGEST, printable, too_large, unreadable
from digest.collect.entries import parse
from digest.collect.jobs import Job, Light, Order, Pictures, Reading, Times
from digest.collect.packing import pack, pack_entry, pack_problems
from digest.collect.pictures import FolderState, Looks, local_images, missing_image
from digest.collect.youth import is_young
from digest.model import Document, Entry, EntryType, Problem, Severity

_HASH: Final = partial(blake2b, digest_size=16)
_READ: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)


class Reader:
    """Reads files as it was ordered."""

    def __init__(self, order: Order) -> None:
        self._root = os.fsencode(order.root)
        self._shelves = order.shelves
        self._static = order.static
        self._zone = ZoneInfo(order.zone)
        self._roles = order.roles
        self._looks = Looks(Path(order.root), order.static)

    @property
    def folders(self) -> dict[str, FolderState]:
        """How the folders were in which images were looked for, before."""
        return self._looks.folders

    def read_all(self, jobs: Sequence[Job]) -> list[Reading]:
        """Read so many files."""
        return [self.read(job) for job in jobs]

    def read(self, job: Job) -> Reading:
        """Read and understand a file; its faults are in the reading, never raised."""
        try:
            data, times = _data(os.path.join(self._root, job.path))  # noqa: PTH118 -- bytes
        except FileNotFoundError:  # since it was scanned: as if it had never been there
            return Reading(job.path, is_steady=False, is_gone=True)
        except OSError as error:
            return Reading(job.path, is_steady=False, fault=unreadable(job.path, error))
        if len(data) > LARGEST:
            return Reading(job.path, is_steady=False, fault=too_large(job.path, len(data)))
        is_steady = times == job.times and not is_young(times[1], times[2])
        summed = _HASH(data).digest()
        if summed == job.known and not job.is_forced:
            return Reading(job.path, is_steady=is_steady)
        return self._understood(job, data, summed, is_steady)

    def _understood(self, job: Job, data: bytes, summed: bytes, is_steady: bool) -> Reading:
        document = self._shelves[job.shelf].document(printable(job.path), data)
        entry, problems = parse(document, self._zone, roles=self._roles)
        pictures = b""
        if entry and (images := local_images(entry)):
            sources = tuple(dict.fromkeys(image.src for image in images))
            missing, folders = self._looks.look(document.path, sources)
            pictures = pack(Pictures(sources, missing, folders))
            if missing:
                text = decode(data).text
                absent = [missing_image(each, self._static, text) for each in images if each.src in missing]
                problems = (*problems, *absent)
        return Reading(
            job.path,
            is_steady=is_steady,
            light=pack(_light(document, entry, problems, summed)),
            key=entry.key if entry else "",
            entry=pack_entry(entry) if entry else b"",
            problems=pack_problems(problems),
            pictures=pictures,
        )


def _light(document: Document, entry: Entry | None, problems: Sequence[Problem], summed: bytes) -> Light:
    if entry is None:
        failed = any(problem.severity is Severity.ERROR for problem in problems)
        return Light(summed, document.source, document.path, "failed" if failed else "passed")
    day = str(entry.date.at.date()) if entry.date and entry.type is not EntryType.PROFILE else ""
    return Light(
        summed, document.source, document.path, "entry", entry.key, entry.type, entry.language, entry.slug,
        entry.mark, entry.title, day, bool(entry.date or entry.updated),
    )  # fmt: skip


def _data(path: bytes) -> tuple[bytes, Times]:
    """The bytes of a file (one more than the largest at most) and its times before they were read."""
    handle = os.open(path, _READ)
    try:
        at = os.fstat(handle)
        parts = []
        left = LARGEST + 1
        while left and (part := os.read(handle, min(left, at.st_size + 1))):
            parts.append(part)
            left -= len(part)
    finally:
        os.close(handle)
    return b"".join(parts), (at.st_size, at.st_mtime_ns, at.st_ctime_ns, at.st_ino)
