"""One file read, understood and packed for the index: what we do ourselves, and helpers for us."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from digest.collect.decoding import decode
from digest.collect.documents import LARGEST, printable, too_large, unreadable
from digest.collect.entries import understand
from digest.collect.fingerprints import body_mark
from digest.collect.jobs import Job, Light, Order, Pictures, Reading
from digest.collect.packing import pack, pack_entry, pack_problems
from digest.collect.pictures import FolderState, Looks, local_images, missing_image
from digest.collect.youth import is_young
from digest.model import Document, Entry, EntryType, ImageRef, Problem, Severity

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
        name, path = job.scanned[0], job.path
        try:
            data, times = _data(os.path.join(self._root, path))  # noqa: PTH118 -- bytes
        except FileNotFoundError:  # since it was scanned: as if it had never been there
            return Reading(job.folder, name, is_steady=False, is_gone=True)
        except OSError as error:
            return Reading(job.folder, name, is_steady=False, fault=unreadable(path, error))
        if len(data) > LARGEST:
            return Reading(job.folder, name, is_steady=False, fault=too_large(path, len(data)))
        is_steady = (name, *times) == job.scanned and not is_young(times[1], times[2])
        hashed = _HASH(data).digest()
        unread = Reading(job.folder, name, is_steady)
        if hashed == job.known and not job.is_forced:
            return unread
        document = self._shelves[job.shelf].document(printable(path), data)
        return self._understood(unread, path, document, hashed)

    def _understood(self, unread: Reading, path: bytes, document: Document, hashed: bytes) -> Reading:
        entry, problems = understand(document, self._zone, roles=self._roles)
        if entry is None:
            light = _light(document, problems, hashed)
            return replace(unread, light=pack(light, path), problems=pack_problems(problems, path))
        images = local_images(entry)
        pictures = self._pictures(images, document.path) if images else None
        if pictures and pictures.missing:
            text = decode(document.data).text
            absent = [
                missing_image(each, self._static, text) for each in images if each.src in pictures.missing
            ]
            problems = (*problems, *absent)
        return Reading(
            unread.folder,
            unread.name,
            unread.is_steady,
            light=pack(_entry_light(document, entry, hashed), path),
            key=entry.key,
            entry=pack_entry(entry, path),
            problems=pack_problems(problems, path),
            pictures=pack(pictures, path) if pictures else b"",
        )

    def _pictures(self, images: Sequence[ImageRef], path: str) -> Pictures:
        sources = tuple(dict.fromkeys(image.src for image in images))
        return Pictures(path, sources, *self._looks.look(path, sources))


def _light(document: Document, problems: Sequence[Problem], hashed: bytes) -> Light:
    failed = any(problem.severity is Severity.ERROR for problem in problems)
    return Light(hashed, document.source, document.path, "failed" if failed else "passed")


def _entry_light(document: Document, entry: Entry, hashed: bytes) -> Light:
    day = str(entry.date.at.date()) if entry.date and entry.type is not EntryType.PROFILE else ""
    return Light(
        hashed, document.source, document.path, "entry", entry.key, entry.type, entry.language, entry.slug,
        body_mark(entry.body), entry.title, day, bool(entry.date or entry.updated),
    )  # fmt: skip


def _data(path: bytes) -> tuple[bytes, tuple[int, int, int, int]]:
    """The bytes of a file, one more than the largest at most, and its size, mtime, ctime and inode before."""
    handle = os.open(path, _READ)
    try:
        at = os.fstat(handle)
        parts = []
        left = LARGEST + 1
        while left and (part := os.read(handle, min(left, at.st_size + 1))):
            parts.append(part)
            left -= len(part)
            if len(part) <= at.st_size:  # less than was asked for: a file ends there
                break
    finally:
        os.close(handle)
    return b"".join(parts), (at.st_size, at.st_mtime_ns, at.st_ctime_ns, at.st_ino)
