"""The mail that asks back: a message of its own, without any list's headers."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Final

from digest.deliver.addresses import Mailbox, mailbox
from digest.deliver.headers import mailbox_header, raw_header, text_header
from digest.deliver.identities import message_id
from digest.deliver.message import Message
from digest.deliver.mime import multipart, text_part

LONGEST: Final = timedelta(hours=72)
"""For how long it is tried to send one: afterwards its link would be dead."""
_WAITS: Final = (1, 5, 15, 60, 120, 240)  # minutes


def confirmation(
    *,
    key: bytes,
    number: int,
    sender: str,
    to: str,
    subject: str,
    html: str,
    text: str,
    now: datetime,
    return_path: str = "",
    reply_to: str = "",
) -> Message:
    """The message for one wish, by its `number`: the same Message-ID however often it must be tried.

    It says that a machine wrote it (RFC 3834), so that no vacation answers.

    Raises:
        DeliveryError: an address or header cannot be used.
    """
    origin, recipient = mailbox(sender, "sender"), mailbox(to, "recipient")
    identity = message_id(key, "confirmation", str(number), origin.domain)
    lines = [
        mailbox_header("From", origin),
        mailbox_header("Reply-To", mailbox(reply_to, "reply_to")) if reply_to else b"",
        mailbox_header("To", Mailbox(address=recipient.address)),
        text_header("Subject", subject),
        raw_header("Date", format_datetime(now)),
        raw_header("Message-ID", f"<{identity}>"),
        raw_header("Auto-Submitted", "auto-generated"),
        raw_header("MIME-Version", "1.0"),
    ]
    body = multipart("alternative", [text_part(text, "plain"), text_part(html, "html")])
    return Message(
        sender=return_path or origin.address,
        recipient=recipient.address,
        message_id=identity,
        data=b"".join(lines) + bytes(body),
        smtputf8=origin.smtputf8 or recipient.smtputf8,
    )


def again_at(attempts: int, now: datetime) -> datetime:
    """When to try once more after so many attempts that failed."""
    return now + timedelta(minutes=_WAITS[min(attempts, len(_WAITS) - 1)])
