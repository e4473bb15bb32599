"""Writing the built site: only what changed, each file whole, and nothing of the editor's is ever deleted."""

from __future__ import annotations

import errno
import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Final

from digest.errors import DigestError
from digest.model import Page

INDEX: Final = ".digest-site.json"
"""The hidden list of the files that we wrote, in the site's folder."""

_DRAFT: Final = ".digest-site.tmp"


def write_site(public: Path, pages: Iterable[Page], copies: Iterable[tuple[str, Path]] = ()) -> int:
    """Bring the site's folder up to date; returns how many files were written or removed.

    A file is written beside the site and renamed into place, and only when its bytes differ. Files that an
    earlier call wrote and this one does not are removed, with folders that become empty; other files stay.

    Args:
        copies: path on the site and the file to copy there; names of assets carry the hash of their
            content, so a copy of the same length is taken to be there already.

    Raises:
        DigestError: where a path leads out of the folder, or the disk refuses.
    """
    try:
        with _locked(public):
            return _write_all(public, pages, copies)
    except OSError as error:
        raise DigestError(
            f"the site could not be written: {error.strerror or error}",
            subject=str(error.filename or public),
            hint="the archive is whole; mend the cause and run `digest archive build`",
        ) from error


def _write_all(public: Path, pages: Iterable[Page], copies: Iterable[tuple[str, Path]]) -> int:
    before = _read_index(public)
    wanted: dict[str, bytes | Path] = {_safe(page.path): page.data for page in pages}
    wanted |= {_safe(path): source for path, source in copies}
    # Written first: after a crash in the middle, we still know every file that may be ours.
    _put(public, INDEX, _index(before | wanted.keys()))
    changed = sum([_remove(public, path) for path in sorted(before - wanted.keys())])
    changed += sum([_put(public, path, wanted[path]) for path in sorted(wanted)])
    _put(public, INDEX, _index(set(wanted)))
    return changed


@contextmanager
def _locked(public: Path) -> Iterator[None]:
    """One builder at a time: they share the name of the draft."""
    public.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(public, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _safe(path: str) -> str:
    parts = PurePosixPath(path).parts
    if not parts or path != "/".join(parts) or {"..", ".", "/"} & set(parts) or "\0" in path:
        raise DigestError(f"{path!r} is not a path on the site", subject=path)
    return path


def _put(public: Path, path: str, content: bytes | Path) -> bool:
    target = public / path
    if _is_there(target, content):
        return False
    draft = public / _DRAFT
    try:
        draft.write_bytes(content if isinstance(content, bytes) else content.read_bytes())
        target.parent.mkdir(parents=True, exist_ok=True)
        draft.replace(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return True


def _is_there(target: Path, content: bytes | Path) -> bool:
    try:
        if isinstance(content, Path):
            return target.stat().st_size == content.stat().st_size
        return target.stat().st_size == len(content) and target.read_bytes() == content
    except (FileNotFoundError, NotADirectoryError):
        return False


def _remove(public: Path, path: str) -> bool:
    target = public / path
    try:
        target.unlink()
    except (FileNotFoundError, NotADirectoryError):
        return False
    for folder in target.parents:
        if folder == public or not _rmdir(folder):
            break
    return True


def _rmdir(folder: Path) -> bool:
    try:
        folder.rmdir()
    except OSError as error:
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
            return False
        raise
    return True


def _read_index(public: Path) -> set[str]:
    """The files that we wrote; none where the index is missing or broken, so that nothing is deleted."""
    try:
        files = json.loads((public / INDEX).read_bytes())["files"]
        return {_safe(path) for path in files}
    except (FileNotFoundError, ValueError, KeyError, TypeError, DigestError):
        return set()


def _index(paths: set[str]) -> bytes:
    return (json.dumps({"format": 1, "files": sorted(paths)}, indent=1) + "\n").encode("ascii")
