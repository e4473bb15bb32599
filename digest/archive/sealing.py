"""Sealing: an issue, its renditions and assets become a folder, written once, whole or not at all."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from digest.archive import manifest as manifests
from digest.archive.manifest import Manifest, SealedFile
from digest.archive.record import dump_issue, load_issue
from digest.errors import SealError
from digest.model import Draft, Issue, Rendition, SealedIssue

_HINTS: Final = {
    errno.ENOSPC: "the disk is full; free some space and publish again",
    errno.EDQUOT: "the disk quota is used up; free some space and publish again",
    errno.EFBIG: "a file is larger than the system lets it be",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "this user may not write there",
    errno.EPERM: "this user may not write there",
    errno.ENOTDIR: "a file stands where a folder should be",
    errno.EEXIST: "a file stands where a folder should be",
}


def seal(
    folder: Path, issue: Issue, renditions: Iterable[Rendition], assets: Mapping[str, bytes]
) -> SealedIssue:
    """Write an issue for good, into `folder/EDITION/NUMBER/`.

    Everything is written to a hidden folder beside it, synced to the disk, and renamed into place: that
    rename is the moment of publication (`rename(2)` refuses to replace a folder that is not empty). Sealers
    of one edition wait for each other; what a crashed one left behind is cleared away first.

    Args:
        folder: the archive's root; it is made when it does not exist.
        assets: files for `assets/`, by file name.

    Raises:
        SealError: where the number is sealed already, a file name is unsafe, or the disk refuses; nothing
            of the issue is left behind then.
    """
    files = _files(issue, renditions, assets)
    manifest = _manifest(issue, files)
    target = folder / issue.edition / str(issue.number)
    try:
        with _locked(folder, target.parent) as edition:
            _commit(target, {**files, manifests.NAME: manifest.dump()}, manifest.seal)
            os.fsync(edition)
        sync(folder)
    except OSError as error:
        raise _refused(error, target) from error
    stored = load_issue(files[manifests.ISSUE], str(target / manifests.ISSUE))
    return SealedIssue(issue=stored, folder=str(target), seal=manifest.seal)


def manifest_for(draft: Draft) -> Manifest:
    """The manifest that a draft would be sealed under as it is. Raises SealError as `seal` does."""
    return _manifest(draft.issue, _files(draft.issue, draft.renditions, draft.assets))


def _manifest(issue: Issue, files: Mapping[str, bytes]) -> Manifest:
    return Manifest(
        edition=issue.edition,
        number=issue.number,
        date=issue.date.isoformat(),
        files={name: SealedFile.of(data) for name, data in files.items()},
    )


def _files(issue: Issue, renditions: Iterable[Rendition], assets: Mapping[str, bytes]) -> dict[str, bytes]:
    if not (manifests.is_edition(issue.edition) and manifests.is_number(str(issue.number))):
        raise SealError(
            f"{issue.id!r} cannot be the name of an issue's folder",
            subject=issue.id,
            hint="editions are named in lower-case letters, digits and hyphens; numbers begin at 1",
        )
    files = {manifests.ISSUE: dump_issue(issue)}
    for name, data in _named(renditions, assets):
        if not manifests.is_file(name) or name in {*files, manifests.NAME}:
            raise SealError(
                f"{name!r} cannot be the name of a sealed file, or is there twice",
                subject=issue.id,
                hint="use letters, digits, full stops, hyphens and underscores",
            )
        files[name] = data
    return files


def _named(renditions: Iterable[Rendition], assets: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    for rendition in renditions:
        # Half a surrogate pair (foreign text can hold one) has no bytes: it becomes a question mark.
        yield rendition.name, rendition.text.encode("utf-8", "replace")
    for name in sorted(assets):
        yield f"assets/{name}", assets[name]


@contextmanager
def _locked(folder: Path, edition: Path) -> Iterator[int]:
    """The edition's folder, open, with no other sealer in it; a failure leaves no empty folder behind."""
    while True:
        edition.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(edition, os.O_RDONLY | os.O_DIRECTORY)
        except FileNotFoundError:
            continue  # taken away by a sealer that failed just now
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if not _is_still(descriptor, edition):
                continue  # the sealer before us failed and took its empty folder away
            try:
                yield descriptor
            except BaseException:
                for empty in (edition, folder):
                    with suppress(OSError):
                        empty.rmdir()
                raise
            return
        finally:
            os.close(descriptor)


def _is_still(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _commit(target: Path, files: Mapping[str, bytes], seal: str) -> None:
    for leftover in target.parent.glob(".[0-9]*.tmp-*"):
        shutil.rmtree(leftover)
    if target.exists():
        raise _sealed_already(target)
    draft = target.parent / f".{target.name}.tmp-{seal[:16]}"
    try:
        draft.mkdir()
        for name in sorted(files):
            _write(draft / name, files[name])
        for inner in sorted({(draft / name).parent for name in files}):
            sync(inner)
        draft.rename(target)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sealed_already(target: Path) -> SealError:
    return SealError(
        f"issue {target.parent.name}/{target.name} is sealed already",
        subject=str(target),
        hint="a sealed issue is never written over; publish the next number",
    )


def _refused(error: OSError, target: Path) -> SealError:
    code = error.errno or 0
    if code == errno.ENOTEMPTY:
        return _sealed_already(target)
    return SealError(
        f"the issue could not be sealed: {error.strerror or error}",
        subject=str(error.filename or target),
        hint=_HINTS.get(code, "nothing of it was kept; mend the cause and publish again"),
    )
