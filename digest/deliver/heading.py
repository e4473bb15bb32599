"""The header of an issue's messages: the lines that all have, and each reader's own among them."""

from __future__ import annotations

import re
from base64 import b64encode
from datetime import datetime
from email.utils import format_datetime
from hashlib import sha256
from typing import Final
from urllib.parse import quote

from digest.deliver.addresses import Mailbox, mailbox
from digest.deliver.headers import (
    checked,
    list_id_header,
    mailbox_header,
    raw_header,
    text_header,
    url_header,
)
from digest.deliver.identities import list_identity
from digest.deliver.readers import Reader
from digest.errors import DeliveryError
from digest.model import Issue

_PLAIN_NAME: Final = re.compile(r"[A-Za-z0-9]+( [A-Za-z0-9]+){0,5}")


class Heading:
    """What writes it for each reader; `listed` says whether they can leave, `smtputf8` is as in Letter."""

    def __init__(self, *, before: bytes, middle: bytes, after: bytes, smtputf8: bool, listed: bool) -> None:
        self._before, self._middle, self._after = before, middle, after
        self.smtputf8 = smtputf8
        self.listed = listed

    def of(self, reader: Reader, address: str, kind: bytes) -> bytes:
        """The header of a reader's message, whose last field is `kind`, of its body."""
        return b"".join(
            (
                self._before,
                _to(reader.name, address),
                self._middle,
                f"Message-ID: <{reader.message_id}>\r\n".encode(),
                _leaving(reader) if self.listed else b"",
                self._after,
                kind,
            )
        )


def heading_of(
    issue: Issue, author: Mailbox, reply_to: str, now: datetime, site: str, *, test: bool
) -> Heading:
    """The header of an issue; see digest.deliver.compiling.compile_issue.

    Raises:
        DeliveryError: a field cannot be written.
    """
    answers = mailbox(reply_to, "reply_to") if reply_to else None
    owner = (answers or author).address
    human = f"mailto:{quote(owner, safe='@+')}"
    identity = list_identity(issue.edition, site)
    before = [mailbox_header("From", author), mailbox_header("Reply-To", answers) if answers else b""]
    middle = [
        text_header("Subject", ("[TEST] " if test else "") + checked("Subject", issue.subject)),
        raw_header("Date", format_datetime(now)),
    ]
    after = [
        list_id_header(issue.title, identity),
        url_header("List-Archive", f"{site}/"),
        url_header("List-Help", f"{human}?subject=help"),
        url_header("List-Owner", human),
        raw_header("List-Post", "NO"),
        # Google counts complaints by issue and edition; the sender's name comes last, of 5 to 15 signs.
        raw_header("Feedback-ID", f"{issue.number}:{issue.edition}:issue:{_short(identity)}"),
        raw_header("MIME-Version", "1.0"),
    ]
    return Heading(
        before=b"".join(before),
        middle=b"".join(middle),
        after=b"".join(after),
        smtputf8=author.smtputf8 or (answers is not None and answers.smtputf8),
        listed=not test,
    )


def author_of(issue: Issue, sender: str) -> Mailbox:
    """Whom an issue is from. Raises DeliveryError where its edition says nobody."""
    if not sender:
        raise DeliveryError(
            f"the edition {issue.edition} names no sender",
            subject=issue.edition,
            hint='give it one in config.toml: sender = "Weekly <weekly@example.org>"',
        )
    return mailbox(sender, "sender")


def _short(identity: str) -> str:
    return sha256(identity.encode()).hexdigest()[:12]


def _to(name: str, address: str) -> bytes:
    if not name:
        return f"To: {address}\r\n".encode()
    if len(name) < 50 and _PLAIN_NAME.fullmatch(name) and len(address) < 900:
        return f"To: {name}\r\n <{address}>\r\n".encode()
    encoded = name.encode()
    if len(encoded) <= 36 and not name.isascii():
        return b"To: =?utf-8?b?" + b64encode(encoded) + f"?=\r\n <{address}>\r\n".encode()
    return mailbox_header("To", Mailbox(address=address, name=name))


def _leaving(reader: Reader) -> bytes:
    """How one leaves, raw and on one line (RFC 8058 §3.1): some mail programs take nothing else."""
    mail = f", <{reader.unsubscribe_mailto}>" if reader.unsubscribe_mailto else ""
    return (
        f"List-Unsubscribe: <{reader.unsubscribe_url}>{mail}\r\n"
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    ).encode()
