"""The local images of entries on disk: beside the entry, or in the site's static folders."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from stat import S_ISLNK, S_ISREG
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import unquote, urlsplit

from digest.collect.youth import is_young
from digest.model import Entry, ImageRef, Problem, Severity
from digest.text.frames import frame

if TYPE_CHECKING:  # helper processes read files without it, and start in half the time
    from digest.config import Config

_LARGEST: Final = 30_000_000

_ATTACHMENTS: Final = ("attachments", "assets")
"""Folders that editors of notes put pictures into, which the notes name without a folder."""

FolderState: TypeAlias = tuple[int, int, int] | None
"""Mtime, ctime (nanoseconds) and inode of a folder; None where there is none."""
NEVER: Final = (0, 0, -1)
"""How no folder ever is."""


def is_remote(src: str) -> bool:
    """Whether an image's address leads elsewhere: http, https, data or any other scheme."""
    try:
        parts = urlsplit(src.strip())
    except ValueError:
        return True
    return bool(parts.scheme) or bool(parts.netloc)


def find_image(config: Config, root: Path, entry: Entry, src: str) -> Path | None:
    """The file of a local image inside the site; None when there is none."""
    return None if is_remote(src) else _found(config.site.static, root, entry.position.path, src)


def load_image(config: Config, root: Path, entry: Entry, src: str) -> bytes | None:
    """The bytes of a local image; None for a remote one, one that is not there, and one over 30 MB.

    `/x` is looked for in the folders of `site.static`, other addresses first beside the entry. Nothing
    outside `root` is read.
    """
    path = find_image(config, root, entry, src)
    try:
        return path.read_bytes() if path and path.stat().st_size <= _LARGEST else None
    except OSError:
        return None


def local_images(entry: Entry) -> tuple[ImageRef, ...]:
    """The images of an entry that must lie in the site."""
    every: Iterable[ImageRef] = (*((entry.image,) if entry.image else ()), *entry.images)
    return tuple(image for image in every if not is_remote(image.src))


def missing_image(image: ImageRef, static: Sequence[str], text: str) -> Problem:
    """The problem of an image that is not there; `text` is the file's, for the code frame."""
    rooted = image.src.startswith("/")
    hint = (
        f"put the file into the static folders ({', '.join(static)})"
        if rooted
        else "put the file into the article's folder, or correct the address"
    )
    return Problem(
        severity=Severity.WARNING,
        rule="image-missing",
        sentence=f"the image {image.src} is not there",
        position=image.position,
        hint=hint,
        frame=frame(text, image.position.line),
    )


class Looks:
    """Looks for images, and remembers how each folder was before it looked in there.

    While all those folders are the same, so is every answer: what lies in a folder cannot change without
    the folder's own times. Where an image is a link that does not hold, and the folder is like none again.
    """

    def __init__(self, root: Path, static: Sequence[str]) -> None:
        self.root = root
        self.static = static
        self.folders: dict[str, FolderState] = {}
        self._inside: dict[str, bool] = {}
        self._top = os.fspath(root)

    def look(self, path: str, sources: Sequence[str]) -> tuple[frozenset[str], tuple[str, ...]]:
        """Which images of the entry at `path` are missing, and the folders in which they were looked for."""
        missing: set[str] = set()
        places: dict[str, None] = {}
        steady = True
        for src in sources:
            found = False
            for candidate in _candidates(self.static, path, src):
                folder, _, name = candidate.rpartition("/")
                if folder not in self.folders:
                    self.folders[folder] = _settled(os.path.join(self._top, folder))  # noqa: PTH118 - bytes
                places[folder] = None
                if self.folders[folder] is None:
                    continue
                plain = self._is_plain(folder, name)
                steady = steady and plain is not None
                found = bool(plain) or (plain is None and self._is_linked(path, src))
                if found:
                    break
            if not found:
                missing.add(src)
        if not steady:
            self.folders |= {folder: NEVER for folder in places if self.folders[folder]}
        return frozenset(missing), tuple(places)

    def _is_plain(self, folder: str, name: str) -> bool | None:
        """Whether a plain file of the site lies there; None where a link does, and must be followed."""
        try:
            mode = os.lstat(os.path.join(self._top, folder, name)).st_mode  # noqa: PTH118
        except (OSError, ValueError):  # a NUL in the name, a name too long
            return False
        if S_ISLNK(mode):
            return None
        if not S_ISREG(mode):
            return False
        if folder not in self._inside:
            own = os.path.realpath(self._top)
            real = os.path.realpath(os.path.join(self._top, folder))  # noqa: PTH118
            self._inside[folder] = real == own or real.startswith(own.rstrip("/") + "/")
        return self._inside[folder]

    def _is_linked(self, path: str, src: str) -> bool:
        return _found(self.static, self.root, path, src) is not None


def folder_state(folder: str) -> FolderState:
    """How a folder is now."""
    try:
        at = os.stat(folder)  # noqa: PTH116 -- ten times cheaper than a Path, for every folder at every run
    except (OSError, ValueError):
        return None
    return at.st_mtime_ns, at.st_ctime_ns, at.st_ino


def _settled(folder: str) -> FolderState:
    """How a folder is; like none where it has just changed, and may again without its times showing it."""
    state = folder_state(folder)
    return NEVER if state and is_young(*state[:2]) else state


def _found(static: Sequence[str], root: Path, path: str, src: str) -> Path | None:
    own = root.resolve()
    for candidate in _candidates(static, path, src):
        try:
            real = (root / candidate).resolve()
            if real.is_relative_to(own) and real.is_file():
                return real
        except (OSError, ValueError, RuntimeError):  # a NUL in the name, a name too long, links in a circle
            continue
    return None


def _candidates(static: Sequence[str], path: str, src: str) -> Iterator[str]:
    """Where the image may lie: with the address as written, and without percent signs, query and fragment."""
    written = src.strip()
    bare = written.split("#", maxsplit=1)[0].split("?", maxsplit=1)[0]
    for name in dict.fromkeys((written, unquote(bare))):
        relative = name.lstrip("/")
        if not relative:
            continue
        if not name.startswith("/"):
            yield _joined(path.rpartition("/")[0], relative)
        for folder in static:
            yield _joined(PurePosixPath(folder).as_posix(), relative)
        if not name.startswith(("/", ".")):
            yield from _above(path.rpartition("/")[0], relative)


def _above(folder: str, name: str) -> Iterator[str]:
    """In the folders of attachments, and in each folder above: Obsidian's notes name a picture alone."""
    while True:
        if "/" not in name:
            for each in _ATTACHMENTS:
                yield _joined(_joined(folder, each), name)
        if not folder:
            return
        folder = folder.rpartition("/")[0]
        yield _joined(folder, name)


def _joined(folder: str, name: str) -> str:
    return name if folder in ("", ".") else f"{folder}/{name}"
