"""Notices beside a sealed issue, in `EDITION/NUMBER.notices/`: added one by one, each bound to the last."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from digest.archive import manifest as manifests
from digest.archive.reading import manifest_of
from digest.archive.sealing import sync
from digest.errors import DigestError, SealError
from digest.model import Notice, NoticeKind, Position, Problem, Severity

FORMAT: Final = 1
SUFFIX: Final = ".notices"

_FILE: Final = re.compile(r"[0-9]{4}\.json")
_RESTORE: Final = "restore it from git or from a backup"


def notices(folder: Path, edition: str, number: int) -> tuple[Notice, ...]:
    """What was said of a sealed issue since, the oldest first; `folder` is the archive's root.

    Raises:
        SealError: a notice is damaged, missing or of another issue.
    """
    return tuple(notice for notice, _ in _chain(folder, edition, number))


def add_notice(folder: Path, edition: str, number: int, notice: Notice) -> Path:
    """Put a notice beside a sealed issue, behind those that are there; whole or not at all, over no other.

    Raises:
        SealError: the issue or a notice of it is not what it was.
        DigestError: the disk refuses, or another notice was added at the same moment.
    """
    chain = list(_chain(folder, edition, number))
    before = chain[-1][1] if chain else manifest_of(folder, edition, number).seal
    place = _place(folder, edition, number)
    path = place / f"{len(chain) + 1:04}.json"
    draft = place / f".{path.name}.tmp"
    try:
        place.mkdir(exist_ok=True)
        sync(folder / edition)
        draft.unlink(missing_ok=True)  # of one who died while writing it
        _write(draft, _dump(edition, number, notice, before))
        os.link(draft, path)
        sync(place)
    except FileExistsError as error:
        raise DigestError(
            "another notice was added meanwhile", subject=str(path), hint="look at it, and do it again"
        ) from error
    except OSError as error:
        raise DigestError(
            f"the notice could not be written: {error.strerror or error}",
            subject=str(error.filename or path),
            hint="nothing of it was kept; mend the cause and do it again",
        ) from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
    return path


def verify_notices(folder: Path, name: str = "archive") -> tuple[Problem, ...]:
    """Every notice that is not what was written, or is of no issue; `name` is the archive's path as told."""
    return tuple(
        problem
        for place in sorted(folder.glob(f"*/*{SUFFIX}"))
        for problem in _faults(folder, place, f"{name}/{place.parent.name}/{place.name}")
    )


def _faults(folder: Path, place: Path, shown: str) -> Iterator[Problem]:
    number = place.name.removesuffix(SUFFIX)
    if not (manifests.is_edition(place.parent.name) and manifests.is_number(number)):
        return
    try:
        list(_chain(folder, place.parent.name, int(number)))
    except SealError as error:
        at = f"{shown}/{Path(error.subject).name}" if Path(error.subject).parent == place else shown
        yield Problem(
            severity=Severity.ERROR,
            rule="archive-notice",
            sentence=error.sentence,
            position=Position(path=at),
            hint=error.hint,
        )


def _place(folder: Path, edition: str, number: int) -> Path:
    return folder / edition / f"{number}{SUFFIX}"


def _chain(folder: Path, edition: str, number: int) -> Iterator[tuple[Notice, str]]:
    """Each notice with the hash of its file; each names that of the file before it, the first the seal."""
    place = _place(folder, edition, number)
    if not place.is_dir():
        return
    before = manifest_of(folder, edition, number).seal
    names = sorted(path.name for path in place.iterdir() if not path.name.startswith("."))
    for index, name in enumerate(names, 1):
        if not _FILE.fullmatch(name):
            raise SealError("this file is no notice", subject=str(place / name), hint="take it away")
        if name != f"{index:04}.json":
            missing = place / f"{index:04}.json"
            raise SealError("a notice is missing", subject=str(missing), hint=_RESTORE)
        notice, before = _read(place / name, edition, number, before)
        yield notice, before


def _read(path: Path, edition: str, number: int, before: str) -> tuple[Notice, str]:
    try:
        data = path.read_bytes() if not path.is_symlink() else b""
        table = json.loads(data)
        notice = Notice(
            kind=NoticeKind(table["kind"]),
            date=datetime.fromisoformat(table["date"]),
            text=str(table["text"]),
            entry=str(table["entry"]),
            released=bool(table["released"]),
        )
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise SealError(
            "is not a notice that this digest understands", subject=str(path), hint=_RESTORE
        ) from error
    # Compared as bytes: whatever was changed, or was written behind another notice or issue, is found.
    if _dump(edition, number, notice, before) != data:
        raise SealError("is not the notice that was written", subject=str(path), hint=_RESTORE)
    return notice, hashlib.sha256(data).hexdigest()


def _dump(edition: str, number: int, notice: Notice, before: str) -> bytes:
    table: Mapping[str, Any] = {
        "format": FORMAT,
        "edition": edition,
        "number": number,
        "kind": notice.kind.value,
        "date": notice.date.isoformat(),
        "entry": notice.entry,
        "text": notice.text,
        "released": notice.released,
        "before": before,
    }
    return _signed(table)


def _signed(table: Mapping[str, Any]) -> bytes:
    """The bytes of a notice, with the hash of what it says, so that a changed letter in the last is found."""
    plain = json.dumps(table, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    signed = {**table, "hash": hashlib.sha256(plain.encode("ascii")).hexdigest()}
    return (json.dumps(signed, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def _write(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
