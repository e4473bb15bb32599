"""What is asked of whoever reads files, and what they answer: values that cross from process to process."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from digest.collect.documents import Shelf
from digest.collect.scanning import State, joined
from digest.model import Problem


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
    """A file to be read: its shelf, its folder in the site, how it was when it was scanned, its known hash.

    `is_forced` when it is to be understood anew although it is the same.
    """

    shelf: int
    folder: bytes
    scanned: State
    known: bytes = b""
    is_forced: bool = False

    @property
    def path(self) -> bytes:
        """The file, relative to the site."""
        return joined(self.folder, self.scanned[0])


class Light(msgspec.Struct, array_like=True, frozen=True):
    """The little of a file that is kept at hand: `status` is entry, failed or passed, `mark` its `body_mark`.

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
    """The local images of a file (its path as printed): addresses, which are missing, folders that told."""

    path: str
    sources: tuple[str, ...]
    missing: frozenset[str]
    folders: tuple[str, ...]


class Reading(msgspec.Struct, array_like=True, frozen=True):
    """What came of a file: `light` is empty where it could not be read, or is as we know it.

    It is not `steady` when it may still be being written: then it is read again next time.
    """

    folder: bytes
    name: bytes
    is_steady: bool
    light: bytes = b""
    key: str = ""
    entry: bytes = b""
    problems: bytes = b""
    pictures: bytes = b""
    fault: Problem | None = None
    is_gone: bool = False

    @property
    def path(self) -> bytes:
        """The file, relative to the site."""
        return joined(self.folder, self.name)

    @property
    def is_same(self) -> bool:
        """Whether the file holds what we know."""
        return not (self.light or self.fault or self.is_gone)
