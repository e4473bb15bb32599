"""A folder of documents: what its source says of its files, and how a fault of one is told."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Final

from digest.model import Document, EntryType, Position, Problem, Severity

LARGEST: Final = 5_000_000
"""Bytes of the largest file that is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """A folder that documents are read from, and what its source says of them.

    `path` is POSIX and relative to the site, `claimed` the folders below it that others answer for. One that
    is not `configured` (the inbox of feeds) need not exist.
    """

    path: str
    type: EntryType
    language: str
    tags: tuple[str, ...] = ()
    flavour: str = "auto"
    encoding: str = ""
    needs_approval: bool = False
    claimed: tuple[str, ...] = ()
    configured: bool = True

    def document(self, path: str, data: bytes) -> Document:
        """A file of this folder as a document."""
        return Document(
            path=path,
            data=data,
            type=self.type,
            language=self.language,
            tags=self.tags,
            source=self.path,
            flavour=self.flavour,
            encoding=self.encoding,
            needs_approval=self.needs_approval,
        )


def fault(rule: str, path: bytes | str, sentence: str, hint: str) -> Problem:
    """A fault of a file or folder as a problem."""
    place = Position(path=printable(path) if isinstance(path, bytes) else path)
    return Problem(severity=Severity.ERROR, rule=rule, sentence=sentence, position=place, hint=hint)


def outside(path: bytes) -> Problem:
    """The problem of a link whose target is not in the site."""
    sentence = "this link points outside the site, so it is not read"
    return fault("file-outside", path, sentence, "copy what it points to into the source folder")


def unreadable(path: bytes, error: OSError | str) -> Problem:
    """The problem of a file or folder that the disk does not give us."""
    if isinstance(error, str):
        return fault("file-unreadable", path, error, "remove or replace it")
    why = (error.strerror or str(error)).lower()
    sentence = f"this file cannot be read: {why}"
    return fault("file-unreadable", path, sentence, "look at its permissions")


def too_large(path: bytes, size: int) -> Problem:
    """The problem of a file over the largest size."""
    sentence = f"this file has {size:,} bytes, more than {LARGEST:,}"
    return fault("file-size", path, sentence, "split it, or move its data elsewhere")


def printable(name: bytes) -> str:
    """A path with undecodable bytes made visible, so that it can be printed and stored."""
    return os.fsdecode(name).encode("utf-8", "backslashreplace").decode("utf-8")
