"""Writing the inbox's files: whole or not at all, and never over what an editor has changed."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from digest.errors import DigestError


class State(StrEnum):
    """What became of a file."""

    NEW = "new"
    UNCHANGED = "unchanged"
    UPDATED = "updated"
    KEPT = "kept"  # an editor has changed it, or it is not known whether one has


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A file of the inbox, the sha256 of what we last wrote there, and what became of it now."""

    path: Path
    hash: str
    state: State


def write(folder: Path, name: str, text: str, *, before: str = "") -> Written:
    """Write a file of the inbox; `before` is the `hash` of the last time, empty for the first.

    A file that is there is only replaced if it is byte for byte what we wrote before. A file of the same item
    under another name (they end alike) counts as it. The folder is made if it is not there.

    Raises:
        DigestError: the disk refuses.
    """
    data = text.encode("utf-8", "replace")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = _there(folder, name) or folder / name
        if _create(path, data):
            return Written(path=path, hash=_hash(data), state=State.NEW)
        present = _hash(path.read_bytes())
        if present == _hash(data):
            return Written(path=path, hash=present, state=State.UNCHANGED)
        if present != before:
            return Written(path=path, hash=before, state=State.KEPT)
        _replace(path, data)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise DigestError(
            f"cannot write {name}: {why}", subject=str(folder), hint="look at the disk"
        ) from error
    return Written(path=path, hash=_hash(data), state=State.UPDATED)


def _there(folder: Path, name: str) -> Path | None:
    """The file that the item has already: its name ends with the same letters of its id."""
    tail = name[-12:]
    found = sorted(each.name for each in os.scandir(folder) if each.name.endswith(tail) and each.is_file())
    return folder / found[0] if found else None


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _temporary(path: Path, data: bytes) -> Path:
    handle, name = tempfile.mkstemp(prefix=".inbox-", dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    Path(name).chmod(0o644)
    return Path(name)


def _create(path: Path, data: bytes) -> bool:
    """Make a file that must not be there yet; False when it is."""
    temporary = _temporary(path, data)
    try:
        os.link(temporary, path)
    except FileExistsError:
        return False
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()
    return True


def _replace(path: Path, data: bytes) -> None:
    temporary = _temporary(path, data)
    try:
        temporary.replace(path)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()
