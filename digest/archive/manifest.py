"""The manifest of a sealed issue: what it holds, by sha256, and the seal over all of it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from digest.errors import SealError

FORMAT: Final = 1
"""Version of the sealed folder's layout."""

NAME: Final = "manifest.json"
ISSUE: Final = "issue.json"

_EDITION: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,8}")
_FILE: Final = re.compile(r"(assets/)?[A-Za-z0-9][A-Za-z0-9._-]{0,199}")


def is_edition(name: str) -> bool:
    """Whether a folder may be an edition's (the names that config.toml allows)."""
    return _EDITION.fullmatch(name) is not None


def is_number(name: str) -> bool:
    """Whether a folder may be an issue's: a number as we write it, without leading zeros."""
    return _NUMBER.fullmatch(name) is not None


def is_file(name: str) -> bool:
    """Whether a name may stand in a manifest: a plain file in the issue's folder or under `assets/`."""
    return _FILE.fullmatch(name) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedFile:
    """A sealed file: its sha256 in hexadecimal and its length in bytes."""

    sha256: str
    length: int

    @classmethod
    def of(cls, data: bytes) -> SealedFile:
        """The entry of a manifest for these bytes."""
        return cls(sha256=hashlib.sha256(data).hexdigest(), length=len(data))


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What an issue's folder holds; `date` is the issue's, in ISO 8601, and `files` goes by name."""

    edition: str
    number: int
    date: str
    files: Mapping[str, SealedFile]

    @property
    def seal(self) -> str:
        """The sha256 of everything else in the manifest, as canonical JSON."""
        plain = json.dumps(self._table(), ensure_ascii=True, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(plain.encode("ascii")).hexdigest()

    def dump(self) -> bytes:
        """The bytes of `manifest.json`; no other bytes are the same manifest."""
        table = self._table() | {"seal": self.seal}
        return (json.dumps(table, ensure_ascii=True, indent=1) + "\n").encode("ascii")

    def _table(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "edition": self.edition,
            "number": self.number,
            "date": self.date,
            "files": {
                name: {"sha256": file.sha256, "bytes": file.length}
                for name, file in sorted(self.files.items())
            },
        }


def parse(data: bytes, subject: str) -> Manifest:
    """A manifest from its bytes; `subject` is the file that a fault is told of.

    Raises:
        SealError: where it is no manifest, names a file outside its folder, or its seal is broken.
    """
    try:
        manifest = _manifest(json.loads(data))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _broken("is not a manifest that this digest understands", subject) from error
    # Compared as bytes, so that a changed space or a second key of the same name is found as well.
    if manifest.dump() != data:
        raise _broken("is not the manifest that was sealed", subject)
    return manifest


def _manifest(table: Any) -> Manifest:
    if table["format"] != FORMAT or not is_edition(table["edition"]) or not is_number(str(table["number"])):
        raise ValueError("foreign")
    files = {
        name: SealedFile(sha256=str(file["sha256"]), length=int(file["bytes"]))
        for name, file in table["files"].items()
        if is_file(name) or _refuse(name)
    }
    return Manifest(
        edition=table["edition"], number=int(table["number"]), date=str(table["date"]), files=files
    )


def _refuse(name: str) -> bool:
    raise ValueError(f"{name!r} is outside the folder")


def _broken(sentence: str, subject: str) -> SealError:
    return SealError(sentence, subject=subject, hint="restore the folder from git or from a backup")
