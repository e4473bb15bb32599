"""What lies in the source folders now: every Markdown file's name and state, by the disk's own records."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import Final, TypeAlias
from zlib import crc32

import msgspec

from digest.collect.documents import LARGEST, Shelf, fault, outside, too_large, unreadable
from digest.collect.loading import staying
from digest.model import Problem, Severity

_SUFFIXES: Final = (".md", ".markdown", ".mdown", ".mkd", ".mdx", ".qmd")
_FOREIGN: Final = frozenset((b"node_modules", b"bower_components", b"__pycache__"))
_NAMES: Final = sys.getfilesystemencoding()
ALWAYS: Final = -1
"""Stands for the ctime of a file that is read at every run: a link, whose target may be changed unseen."""

State: TypeAlias = tuple[bytes, int, int, int, int]
"""Name, size in bytes, mtime and ctime in nanoseconds, inode."""
_encode: Final = msgspec.msgpack.Encoder().encode
_decoder: Final = msgspec.msgpack.Decoder(list[State])


@dataclass(frozen=True, slots=True)
class Folder:
    """The Markdown files right in one folder (`path`, relative to the site), as their packed states."""

    shelf: int
    path: bytes
    listing: bytes


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that could not be looked at; `is_file` when it is one file of the source and no folder."""

    shelf: int
    problem: Problem
    is_file: bool = True


@dataclass(slots=True)
class Scan:
    """Everything found in one walk through the sources."""

    folders: list[Folder] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def packed(states: Collection[State]) -> bytes:
    """States of the files of one folder as bytes: packing is ten times cheaper than comparing one by one."""
    return _encode(list(states)) if states else b""


def listed(listing: bytes) -> dict[bytes, State]:
    """The states again, by name. Raises msgspec.DecodeError."""
    return {state[0]: state for state in _decoder.decode(listing)}


def joined(folder: bytes, name: bytes) -> bytes:
    """The path of a name in a folder; that of the site is empty."""
    return folder + b"/" + name if folder else name


def scan(shelves: Sequence[Shelf], root: Path, half: int | None = None) -> Scan:
    """Walk every source folder under `root`, and list them by shelf and path.

    Hidden files and folders, packages of other programs and folders that are links are not entered; the last
    are told, and so is what cannot be read. `half` (0 or 1) leaves every other folder to somebody else: both
    halves together are what there is.
    """
    found = Scan()
    with staying():
        for number, shelf in enumerate(shelves):
            _Walk(found, number, shelf, root, half).walk()
    found.folders.sort(key=_by_path)
    return found


def together(one: Scan, other: Scan) -> Scan:
    """Two halves as one."""
    folders = sorted((*one.folders, *other.folders), key=_by_path)
    return Scan(folders=folders, faults=[*one.faults, *other.faults])


def _by_path(folder: Folder) -> tuple[int, bytes]:
    return folder.shelf, folder.path


class _Walk:
    """The walk through one shelf."""

    def __init__(self, found: Scan, number: int, shelf: Shelf, root: Path, half: int | None) -> None:
        self.half = half
        self.found = found
        self.number = number
        self.shelf = shelf
        self.root = os.fsencode(root)
        self.real = os.path.realpath(self.root)
        self.claimed = frozenset(os.fsencode(each) for each in shelf.claimed)

    def walk(self) -> None:
        """Look at the shelf's folder and all below."""
        start = b"" if self.shelf.path == "." else os.fsencode(self.shelf.path)
        folder = os.path.join(self.root, start)  # noqa: PTH118 -- bytes: names need not be text
        if not os.path.isdir(folder):  # noqa: PTH112
            if self.shelf.configured and self._is_ours(start):
                sentence = f"the source folder {self.shelf.path} does not exist"
                hint = "make it, or correct `path` in config.toml"
                self._fault(fault("source-missing", self.shelf.path, sentence, hint), is_file=False)
            return
        if not self._is_inside(folder):
            if self._is_ours(start):
                self._fault(outside(start), is_file=False)
            return
        folders = [start]
        while folders:
            here = folders.pop()
            folders.extend(self._look(here) if self._is_ours(here) else self._pass(here))

    def _is_ours(self, here: bytes) -> bool:
        return self.half is None or crc32(here) & 1 == self.half

    def _pass(self, here: bytes) -> list[bytes]:
        """The folders in one that somebody else takes down."""
        inner = here + b"/" if here else b""
        try:
            with os.scandir(os.path.join(self.root, here)) as entries:  # noqa: PTH118
                return [
                    inner + entry.name
                    for entry in entries
                    if entry.name[:1] != b"."
                    and entry.is_dir(follow_symlinks=False)
                    and self._is_entered(entry.name, inner)
                ]
        except OSError:
            return []

    def _is_entered(self, name: bytes, inner: bytes) -> bool:
        return name not in _FOREIGN and inner + name not in self.claimed

    def _look(self, here: bytes) -> list[bytes]:
        """Take down one folder; returns those in it."""
        below: list[bytes] = []
        states: list[State] = []
        inner = here + b"/" if here else b""
        try:
            with _opened(os.path.join(self.root, here)) as handle, os.scandir(handle) as entries:  # noqa: PTH118
                for entry in entries:
                    shown = entry.name
                    if shown[0] == ".":
                        continue
                    is_markdown = shown.endswith(_SUFFIXES) or shown.lower().endswith(_SUFFIXES)
                    name = shown.encode(_NAMES, "surrogateescape")  # as os.fsencode, in half the time
                    if is_markdown and entry.is_file(follow_symlinks=False):
                        at = entry.stat(follow_symlinks=False)
                        if at.st_size <= LARGEST:
                            states.append((name, at.st_size, at.st_mtime_ns, at.st_ctime_ns, at.st_ino))
                        else:
                            self._fault(too_large(inner + name, at.st_size))
                    elif entry.is_dir(follow_symlinks=False):
                        if self._is_entered(name, inner):
                            below.append(inner + name)
                    elif is_markdown or entry.is_symlink():
                        states.extend(self._odd(entry, inner + name, is_markdown))
        except FileNotFoundError:  # gone since its parent was read: there is nothing to tell
            return below
        except OSError as error:
            self._fault(unreadable(here, error), is_file=False)
            return below
        if states:
            self.found.folders.append(Folder(self.number, here, packed(states)))
        return below

    def _odd(self, entry: os.DirEntry[str], path: bytes, is_markdown: bool) -> Iterator[State]:
        """What is no plain file: a link to a Markdown file inside the site is read, all else is told."""
        try:
            at = entry.stat()
        except OSError as error:
            if is_markdown and (entry.is_symlink() or not isinstance(error, FileNotFoundError)):
                self._fault(unreadable(path, error))
            return
        if S_ISDIR(at.st_mode):
            self._fault(_linked(path), is_file=False)
        elif not is_markdown:
            return
        elif not self._is_inside(os.path.join(self.root, path)):  # noqa: PTH118
            self._fault(outside(path))
        elif not S_ISREG(at.st_mode):
            self._fault(unreadable(path, "this is not a regular file"))
        elif at.st_size > LARGEST:
            self._fault(too_large(path, at.st_size))
        else:
            yield (os.path.basename(path), at.st_size, at.st_mtime_ns, ALWAYS, at.st_ino)  # noqa: PTH119

    def _is_inside(self, path: bytes) -> bool:
        real = os.path.realpath(path)
        return real == self.real or real.startswith(self.real.rstrip(b"/") + b"/")

    def _fault(self, problem: Problem, *, is_file: bool = True) -> None:
        self.found.faults.append(Fault(self.number, problem, is_file))


@contextmanager
def _opened(folder: bytes) -> Iterator[int]:
    """A folder held open: by its handle, its files are looked at in half the time that their paths take."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield handle
    finally:
        os.close(handle)


def _linked(path: bytes) -> Problem:
    sentence = "this folder is a link, and links to folders are not followed"
    hint = "make the folder that it points to a source of its own, or move it here"
    return replace(fault("folder-linked", path, sentence, hint), severity=Severity.WARNING)
