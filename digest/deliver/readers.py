"""Whom an issue goes to, and whether what is theirs can stand in a message."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from digest.deliver.addresses import mailbox
from digest.deliver.settings import is_loopback
from digest.errors import DeliveryError

_ADDRESS: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,255}")
_ODD: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_URL: Final = re.compile(r"https?://[!-;=?-~]{1,480}")
_MAILTO: Final = re.compile(r"(mailto:[!-;=?-~]{1,400})?")
_IDENTITY: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,400}@[A-Za-z0-9.-]{1,255}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Somebody whom an issue goes to, and what is theirs alone in it.

    Args:
        id: the subscriber's number.
        address, name: as in the To header; the domain of the address in its ASCII form.
        language: of the mail; one that the issue was not made in gets the issue's own.
        topics: keys of tags, aliases applied; none means all.
        unsubscribe_url: answers a POST by RFC 8058 and shows a button for a GET.
        unsubscribe_mailto: an address that unsubscribes by mail, `mailto:…`; empty where there is none.
        preferences_url: where topics are changed.
        message_id: the Message-ID without brackets, of digest.deliver.message_id; the same for every attempt.
        return_path: the envelope's sender (VERP); it is not in the message.
        since: the day of subscribing.
    """

    id: int
    address: str
    name: str = ""
    language: str = ""
    topics: frozenset[str] = frozenset()
    unsubscribe_url: str
    unsubscribe_mailto: str = ""
    preferences_url: str
    message_id: str
    return_path: str = ""
    since: datetime | None = None


def safe_address(reader: Reader, *, listed: bool) -> str:
    """The reader's address, after a look at everything of theirs that goes into the message.

    Raises DeliveryError, which never says more than the address.
    """
    address = reader.address
    if not _ADDRESS.fullmatch(address):
        address = mailbox(address, "recipient").address
    if _ODD.search(reader.name):
        raise _refused(reader, "the name holds a line break or another control character")
    if not _IDENTITY.fullmatch(reader.message_id):
        raise _refused(reader, "the Message-ID is none")
    if not (_URL.fullmatch(reader.unsubscribe_url) and _URL.fullmatch(reader.preferences_url)):
        raise _refused(reader, "an address of the web in it is none")
    if not _MAILTO.fullmatch(reader.unsubscribe_mailto):
        raise _refused(reader, "the address for unsubscribing by mail is none")
    if listed and not reader.unsubscribe_url.startswith("https://") and not _is_near(reader.unsubscribe_url):
        raise _refused(reader, "one-click unsubscribing needs https (RFC 8058)")
    return address


def _is_near(url: str) -> bool:
    """Whether an address is of this machine, where somebody tries things out."""
    return is_loopback(urlsplit(url).hostname or "")


def _refused(reader: Reader, reason: str) -> DeliveryError:
    return DeliveryError(
        f"the message to {reader.address} cannot be made: {reason}",
        subject=reader.address,
        hint="look at the subscriber with `digest subscribers show`, and at [serve] url in config.toml",
    )
