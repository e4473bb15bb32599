"""Reading the record: what is sealed, and whether it still is what was."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from digest.archive import manifest as manifests
from digest.archive.manifest import Manifest
from digest.archive.record import load_issue
from digest.errors import SealError, UnsealedError
from digest.model import Position, Problem, SealedIssue, Severity


def load(folder: Path, edition: str, number: int) -> SealedIssue:
    """A sealed issue by its edition and number; `folder` is the archive's root.

    Raises:
        SealError: where there is none, or its manifest or `issue.json` is not what was sealed.
    """
    place = _place(folder, edition, number)
    sealed_as = manifest_of(folder, edition, number)
    subject = str(place / manifests.ISSUE)
    issue = load_issue(_checked(place, manifests.ISSUE, sealed_as), subject)
    if (issue.edition, issue.number) != (edition, number):
        raise SealError(f"holds issue {issue.id}", subject=subject, hint="the folder has been renamed")
    return SealedIssue(issue=issue, folder=str(place), seal=sealed_as.seal)


def manifest_of(folder: Path, edition: str, number: int) -> Manifest:
    """The manifest of a sealed issue, its own seal proved. Raises SealError."""
    path = _place(folder, edition, number) / manifests.NAME
    found = manifests.parse(_bytes(path), str(path))
    if (found.edition, found.number) != (edition, number):
        raise SealError(
            f"is the manifest of {found.edition}/{found.number}",
            subject=str(path),
            hint="the folder has been renamed",
        )
    return found


def read(folder: Path, edition: str, number: int, name: str) -> bytes:
    """A file of a sealed issue, such as `email.html`, proved against its manifest. Raises SealError."""
    return _checked(_place(folder, edition, number), name, manifest_of(folder, edition, number))


def sealed(folder: Path, edition: str | None = None) -> list[SealedIssue]:
    """Every sealed issue, or an edition's, the oldest first (by date, then edition, then number).

    Raises:
        SealError: at the first one that is damaged.
    """
    found = [
        load(folder, name, number) for name, number in _numbers(folder) if edition is None or name == edition
    ]
    return sorted(found, key=lambda each: (each.issue.date, each.issue.edition, each.issue.number))


def asset_copies(issue: SealedIssue) -> Iterator[tuple[str, Path]]:
    """Where each asset of a sealed issue stands on the site (`EDITION/NUMBER/assets/…`), and its file."""
    place = Path(issue.folder)
    for name in manifests.parse(_bytes(place / manifests.NAME), str(place / manifests.NAME)).files:
        if name.startswith("assets/"):
            if (place / name).is_symlink():  # what it leads to was not sealed, and is nobody's to publish
                raise SealError("is a link, not what was sealed", subject=str(place / name))
            yield f"{issue.issue.edition}/{issue.issue.number}/{name}", place / name


def verify(folder: Path, name: str = "archive") -> tuple[Problem, ...]:
    """Every difference between the archive and its manifests, by reading every byte.

    Args:
        folder: the archive's root.
        name: the archive's path relative to the site, for the positions of the problems.
    """
    problems: list[Problem] = []
    for edition, number in _numbers(folder):
        problems += _faults(folder, edition, number, f"{name}/{edition}/{number}")
    return tuple(problems)


def _faults(folder: Path, edition: str, number: int, shown: str) -> Iterator[Problem]:
    place = folder / edition / str(number)
    try:
        files = manifest_of(folder, edition, number).files
    except SealError as error:
        yield _problem("archive-manifest", f"{shown}/{manifests.NAME}", error.sentence, error.hint)
        return
    present = {
        path.relative_to(place).as_posix(): path
        for path in place.rglob("*")
        if path.is_symlink() or not path.is_dir()
    }
    present.pop(manifests.NAME)
    restore = "restore it from git or from a backup"
    for each in sorted(files.keys() | present.keys()):
        at = f"{shown}/{each}"
        if each not in present:
            yield _problem("archive-missing", at, "a sealed file is missing", restore)
        elif each not in files:
            yield _problem("archive-extra", at, "this file was not sealed with the issue", "take it away")
        elif not _is(present[each], files[each].sha256):
            yield _problem("archive-changed", at, "is not what was sealed", restore)


def _is(path: Path, sha256: str) -> bool:
    try:
        return not path.is_symlink() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    except OSError:
        return False


def _problem(rule: str, path: str, sentence: str, hint: str) -> Problem:
    return Problem(
        severity=Severity.ERROR, rule=rule, sentence=sentence, position=Position(path=path), hint=hint
    )


def _numbers(folder: Path) -> list[tuple[str, int]]:
    """Edition and number of every folder that is an issue's, whether or not it is whole."""
    if not folder.is_dir():
        return []
    return sorted(
        (edition.name, int(number.name))
        for edition in folder.iterdir()
        if manifests.is_edition(edition.name) and edition.is_dir()
        for number in edition.iterdir()
        if manifests.is_number(number.name) and number.is_dir()
    )


def _place(folder: Path, edition: str, number: int) -> Path:
    if not (manifests.is_edition(edition) and manifests.is_number(str(number))):
        raise SealError(f"{edition}/{number} is not an issue", subject=f"{edition}/{number}")
    place = folder / edition / str(number)
    if not place.is_dir():
        raise UnsealedError(
            f"there is no sealed issue {edition}/{number}",
            subject=str(place),
            hint="`digest archive list` shows those that there are",
        )
    return place


def _checked(place: Path, name: str, sealed_as: Manifest) -> bytes:
    if name not in sealed_as.files:
        raise SealError(f"the issue was sealed without {name}", subject=str(place / name))
    data = _bytes(place / name)
    if hashlib.sha256(data).hexdigest() != sealed_as.files[name].sha256:
        raise SealError(
            "is not what was sealed",
            subject=str(place / name),
            hint="restore it from git or from a backup; `digest archive verify` shows all that changed",
        )
    return data


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SealError(
            f"a sealed file cannot be read: {error.strerror or error}",
            subject=str(path),
            hint="restore it from git or from a backup; `digest archive verify` shows all that is missing",
        ) from error
