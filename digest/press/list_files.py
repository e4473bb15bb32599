"""Files of lists: opened in whatever encoding, line by line where they are UTF-8, however long they are."""

from __future__ import annotations

import codecs
import io
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, Final, cast

from digest.collect.decoding import decode
from digest.errors import UsageError

_PIECE: Final = 1 << 20  # bytes looked at together


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFile:
    """A list that is open: its lines, its name in messages, and what is to be said of its encoding."""

    lines: IO[str]
    name: str
    note: str = ""


@contextmanager
def opened(path: Path, encoding: str = "") -> Iterator[ListFile]:
    """Open a list; `-` is standard input. `encoding` is that of a list that is not UTF-8, guessed when empty.

    Raises:
        UsageError: it cannot be read, or is no text.
    """
    name = "standard input" if str(path) == "-" else str(path)
    _check(encoding)
    with _bytes(path, name) as data:
        if _is_utf8(data):
            data.seek(0)
            yield ListFile(lines=io.TextIOWrapper(data, encoding="utf-8-sig", newline=""), name=name)
            return
        data.seek(0)
        found = decode(data.read(), encoding)
        if not found.readable and found.mistake:
            hint = "save it as UTF-8, or name what it is: --encoding cp1252, big5, gb18030, euc-kr, shift-jis"
            raise UsageError(found.mistake.sentence, subject=name, hint=hint)
        note = found.mistake.sentence if found.mistake else ""
        yield ListFile(lines=io.StringIO(found.text, newline=""), name=name, note=note)


def _check(encoding: str) -> None:
    """Refuse an encoding that nobody knows, also where the list turns out to be UTF-8."""
    try:
        known = not encoding or codecs.lookup(encoding)._is_text_encoding
    except (LookupError, ValueError):
        known = False
    if not known:
        raise UsageError(
            f"there is no encoding {encoding!r}",
            subject="--encoding",
            hint="such as cp1252, big5, gb18030, euc-kr, shift-jis; of a list in UTF-8 none need be named",
        )


@contextmanager
def _bytes(path: Path, name: str) -> Iterator[BinaryIO]:
    """The list as bytes that can be read twice."""
    try:
        if str(path) == "-":
            file = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115 # closed below
            shutil.copyfileobj(sys.stdin.buffer, file)
            file.seek(0)
        else:
            file = path.open("rb")
    except OSError as error:
        raise UsageError(
            f"the list cannot be read: {(error.strerror or str(error)).lower()}",
            subject=name,
            hint="name a CSV file, or - for standard input",
        ) from None
    with file:
        yield file


def _is_utf8(data: BinaryIO) -> bool:
    """Whether all of it is UTF-8 text without a NUL, as UTF-16 has."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while piece := data.read(_PIECE):
            if b"\0" in piece:
                return False
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
