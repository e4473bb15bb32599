"""Mails out of files: .eml, mbox and Maildir, told apart by what they are."""

from __future__ import annotations

import mailbox
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from digest.errors import UsageError

_LARGEST: Final = 20_000_000


def mails(path: Path) -> Iterator[bytes]:
    """The raw mails of a file or a folder: a Maildir, a folder of .eml files, an mbox, or one mail.

    Raises:
        UsageError: there is no such file, or it cannot be read.
    """
    try:
        if path.is_dir():
            yield from _folder(path)
        else:
            yield from _file(path)
    except OSError as error:
        raise UsageError(
            f"the mail cannot be read: {error.strerror or error}",
            subject=str(path),
            hint="name an .eml file, an mbox, a Maildir, or a folder of .eml files",
        ) from None


def _folder(path: Path) -> Iterator[bytes]:
    if (path / "cur").is_dir() or (path / "new").is_dir():
        inside = [each for name in ("new", "cur") for each in sorted((path / name).glob("*"))]
    else:
        inside = sorted(each for each in path.iterdir() if each.suffix.lower() in (".eml", ".txt", ".mbox"))
    for each in inside:
        if each.is_file() and not each.name.startswith("."):
            yield from _file(each)


def _file(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        start = file.read(5)
    if start == b"From ":
        box = mailbox.mbox(path, create=False)
        try:
            yield from (box.get_bytes(key)[:_LARGEST] for key in box.iterkeys())
        finally:
            box.close()
    elif start:
        with path.open("rb") as file:
            yield file.read(_LARGEST)
