"""What is asked of whoever reads files, and what they answer: values that cross from process to process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import msgspec

from digest.collect.documents import Shelf
from digest.model import Problem

Times: TypeAlias = tuple[int, int, int, int]
"""Size, mtime, ctime, inode."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What must be known to understand a site's files, in values that another process can be sent."""

    root: str
    zone: str
    language: str
    static: tuple[str, ...]
    shelves: tuple[Shelf, ...]
    roles: dict[str, tuple[str, ...]]


class Job(msgspec.Struct, array_like=True, frozen=True):
    """A file to be read: its shelf, path in the site, times when it was scanned, and the hash that we know.

    `is_forced` when it is to be understood anew although it is the same.
    """

    shelf: int
    path: bytes
    times: Times
    known: bytes = b""
    is_forced: bool = False


class Light(msgspec.Struct, array_like=True, frozen=True):
    """The little of a file that is kept at hand: `status` is entry, failed or passed.

    `day` is empty where nothing in or around the file tells it, and for profiles.
    """

    hash: bytes
    source: str
    path: str
    status: str
    key: str = ""
    type: str = ""
    language: str = ""
    slug: str = ""
    mark: str = ""
    title: str = ""
    day: str = ""
    is_dated: bool = True


class Pictures(msgspec.Struct, array_like=True, frozen=True):
    """The local images of a file: their addresses, which are missing, and the folders that told."""

    sources: tuple[str, ...]
    missing: frozenset[str]
    folders: tuple[str, ...]


class Reading(msgspec.Struct, array_like=True, frozen=True):
    """What came of a file: `light` is empty where it could not be read, or is as we know it.

    It is not `steady` when it may still be being written: then it is read again next time.
    """

    path: bytes
    is_steady: bool
    light: bytes = b""
    key: str = ""
    entry: bytes = b""
    problems: bytes = b""
    pictures: bytes = b""
    fault: Problem | None = None
    is_gone: bool = False

    @property
    def is_same(self) -> bool:
        """Whether the file holds what we know."""
        return not (self.light or self.fault or self.is_gone)
