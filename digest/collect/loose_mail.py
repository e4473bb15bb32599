"""A mail file as text and what its headers say of it, with the standard library's parser only."""

from __future__ import annotations

import datetime
import email
import re
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from typing import Final

from digest.collect.loose_findings import Hints
from digest.collect.loose_html import read_html
from digest.collect.values import one_line

_PREFIX: Final = re.compile(r"^(?:(?:re|fwd?|aw|wg|回覆|轉寄|답장|전달)\s*[:：]\s*)+", re.IGNORECASE)
_SIGNATURE: Final = re.compile(r"^-- \n.*\Z", re.MULTILINE | re.DOTALL)


def read_mail(data: bytes) -> tuple[str, Hints, bool]:
    """The words of a mail, its facts, and whether the words are Markdown (made of HTML).

    The plain part is preferred, unless it only says that there is an HTML part.
    """
    message = email.message_from_bytes(data)
    plain, html = _part(message, "plain"), _part(message, "html")
    written, hints = read_html(html) if html else ("", Hints())
    is_markdown = bool(written) and len(plain) * 4 < len(written)
    text = written if is_markdown else _SIGNATURE.sub("", plain)
    author, address = _sender(message)
    return (
        text,
        Hints(
            title=_PREFIX.sub("", _words(message.get("Subject"))) or hints.title,
            date=_date(message),
            author=author or address,
            language=hints.language,
        ),
        is_markdown,
    )


def _part(message: Message, subtype: str) -> str:
    """The first text part of a subtype that is no attachment; whatever bytes it has are read."""
    for part in message.walk():
        if part.get_content_type() != f"text/{subtype}" or part.get_content_disposition() == "attachment":
            continue
        data = part.get_payload(decode=True)
        if isinstance(data, bytes):
            return _decoded(data, part.get_content_charset("utf-8")).replace("\r\n", "\n")
    return ""


def _decoded(data: bytes, charset: str) -> str:
    try:
        return data.decode(charset)
    except (LookupError, ValueError):  # an unknown charset, one with a NUL in its name, foreign bytes
        return data.decode("utf-8", "replace")


def _words(header: str | None) -> str:
    """A header's text with its encoded words read (RFC 2047); as it stands where they are broken."""
    raw = str(header or "")
    try:
        return one_line(str(make_header(decode_header(raw))))
    except (HeaderParseError, LookupError, ValueError):
        return one_line(raw)


def _sender(message: Message) -> tuple[str, str]:
    name, address = parseaddr(str(message.get("From", "")))
    return _words(name), one_line(address)


def _date(message: Message) -> datetime.date | None:
    try:
        return parsedate_to_datetime(str(message.get("Date", ""))).date()
    except (ValueError, TypeError, OverflowError):
        return None
