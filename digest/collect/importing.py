"""Importing on disk: loose text is read and understood, its article written, nothing overwritten."""

from __future__ import annotations

import contextlib
import datetime
import os
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Final

from digest.collect.decoding import decode
from digest.collect.loose import Loose, article, file_name, understand
from digest.collect.loose_html import read_html
from digest.collect.loose_mail import read_mail
from digest.errors import DigestError, UsageError

_LARGEST: Final = 5_000_000
_PAGE: Final = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?<(?:!doctype html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_MAIL: Final = re.compile(rb"\A(?:[A-Za-z][A-Za-z-]*:[^\n]*\n(?:[ \t][^\n]*\n)*){3,}\r?\n")
_MAIL_HEADERS: Final = re.compile(
    rb"^(?:From|Date|Subject|MIME-Version|Message-ID):", re.IGNORECASE | re.MULTILINE
)


def import_file(path: Path) -> Loose:
    """Read and understand a file of loose text, HTML or mail.

    Raises:
        DigestError: the file cannot be read, is over 5 MB, empty, or not text.
    """
    data = _read(path)
    if _is_mail(path, data):
        try:
            text, hints, is_markdown = read_mail(data)
        except RecursionError:  # of the standard library's parser: no mail program writes such a nest
            raise DigestError(f"{path.name} nests its parts too deeply", subject=str(path)) from None
        return understand(_not_empty(text, path), path.name, hints, is_markdown=is_markdown)
    decoded = decode(data)
    if not decoded.readable:
        mistake = decoded.mistake
        sentence = f"{path.name}: {mistake.sentence if mistake else 'is not text'}"
        raise DigestError(
            sentence, subject=str(path), hint="import text, HTML or mail (.txt, .md, .html, .eml)"
        )
    if path.suffix.casefold() in (".html", ".htm", ".xhtml") or _PAGE.match(decoded.text):
        text, hints = read_html(decoded.text)
        return understand(_not_empty(text, path), path.name, hints, is_markdown=True)
    is_markdown = path.suffix.casefold() in (".md", ".markdown")
    return understand(_not_empty(decoded.text, path), path.name, is_markdown=is_markdown)


def write_article(
    root: Path,
    loose: Loose,
    folder: str,
    *,
    title: str = "",
    date: datetime.date | None = None,
    kind: str = "",
    language: str = "",
    tags: Sequence[str] = (),
) -> Path:
    """Write the article of understood text into a folder of the site; its path.

    No file is ever overwritten: a name that is taken gets a number, and the same article again is left alone.

    Raises:
        UsageError: the folder is outside the site, or something is given for a finished text.
        DigestError: the disk refuses.
    """
    target = (root / folder).resolve()
    if not target.is_relative_to(root.resolve()):
        raise UsageError(f"{folder} is outside the site", subject=folder, hint="name a folder of the site")
    text = article(loose, title=title, date=date, kind=kind, language=language, tags=tags)
    name = PurePosixPath(file_name(loose))
    try:
        target.mkdir(parents=True, exist_ok=True)
        for number in range(1, 1000):
            path = target / (name.name if number == 1 else f"{name.stem}-{number}{name.suffix}")
            if _write_new(path, text.encode()) or path.read_bytes() == text.encode():
                return path
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise DigestError(
            f"cannot write into {folder}: {why}", subject=str(target), hint="look at the disk"
        ) from None
    raise DigestError(f"{folder} has a thousand files named {name.stem}", subject=str(target))


def _read(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise UsageError(f"there is no file {path}", subject=str(path), hint="name an existing file")
        if path.stat().st_size > _LARGEST:
            sentence = f"{path.name} is larger than {_LARGEST // 1_000_000} MB"
            raise DigestError(sentence, subject=str(path), hint="cut it into articles first")
        return path.read_bytes()
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise DigestError(f"{path.name} cannot be read: {why}", subject=str(path)) from None


def _is_mail(path: Path, data: bytes) -> bool:
    head = data[:20_000].replace(b"\r\n", b"\n")
    found = _MAIL.match(head)
    return path.suffix.casefold() == ".eml" or bool(found and len(_MAIL_HEADERS.findall(found[0])) > 1)


def _not_empty(text: str, path: Path) -> str:
    if text.strip():
        return text
    raise DigestError(
        f"there are no words in {path.name}", subject=str(path), hint="import a file with text in it"
    )


def _write_new(path: Path, data: bytes) -> bool:
    """Write a file that must not exist yet, whole or not at all; False when it exists."""
    handle, temporary = tempfile.mkstemp(prefix=".import-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(temporary).chmod(0o644)
        os.link(temporary, path)
    except FileExistsError:
        return False
    finally:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
    return True
