"""A mail file as text and what its headers say of it, with the standard library's parser only."""

from __future__ import annotations

import datetime
import email
import email.policy
import re
from email.message import EmailMessage
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
    message = email.message_from_bytes(data, policy=email.policy.default)
    plain, html = _part(message, "plain"), _part(message, "html")
    written, hints = read_html(html) if html else ("", Hints())
    is_markdown = bool(written) and len(plain) * 4 < len(written)
    text = written if is_markdown else _SIGNATURE.sub("", plain)
    author, address = _sender(message)
    return (
        text,
        Hints(
            title=_PREFIX.sub("", one_line(_header(message, "Subject"))) or hints.title,
            date=_date(message),
            author=author or address,
            language=hints.language,
        ),
        is_markdown,
    )


def _part(message: EmailMessage, subtype: str) -> str:
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
    except (LookupError, UnicodeDecodeError):
        return data.decode("utf-8", "replace")


def _header(message: EmailMessage, name: str) -> str:
    """A header, or nothing where it is so broken that it cannot be read."""
    try:
        return str(message.get(name, ""))
    except (ValueError, IndexError, AttributeError, TypeError):  # the parser fails so on hostile headers
        return ""


def _sender(message: EmailMessage) -> tuple[str, str]:
    name, address = parseaddr(_header(message, "From"))
    return one_line(name), one_line(address)


def _date(message: EmailMessage) -> datetime.date | None:
    try:
        return parsedate_to_datetime(_header(message, "Date")).date()
    except (ValueError, TypeError, OverflowError):
        return None
