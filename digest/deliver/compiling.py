"""A sealed issue compiled for sending: once for each language, then spliced for each reader."""

from __future__ import annotations

import html
import re
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Final, Literal

from digest.deliver.splicing import ENCODINGS, Encoding, Piece
from digest.errors import DeliveryError
from digest.model import Issue
from digest.model.parts import MailParts, Parts, Stretch
from digest.text import parts as splices
from digest.text import personal
from digest.text.phrases import Phrases, phrases

NoMatch = Literal["skip", "lead"]


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
        message_id: the Message-ID without brackets, from digest.deliver.message_id; the same for every attempt.
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


class Compiled:
    """An issue ready to be sent to any number of readers."""

    def wire(self, reader: Reader) -> bytes | None:
        """The whole message as it goes after DATA; None where the reader's topics match nothing in it.

        Lines end in CRLF, none has more than 998 octets and none begins with a dot, so that nothing is to be
        stuffed; the last one ends without its CRLF: what follows is CRLF, dot, CRLF.

        Raises:
            DeliveryError: the address or another of the reader's values cannot stand in a message.
        """
        raise NotImplementedError

    def reaches(self, topics: frozenset[str]) -> bool:
        """Whether a reader of these topics gets the issue at all."""
        raise NotImplementedError

    def smtputf8(self, reader: Reader) -> bool:
        """Whether the message needs SMTPUTF8 (RFC 6531): an address in it is not ASCII before the @."""
        raise NotImplementedError


def compile_issue(
    *,
    issue: Issue,
    mails: Mapping[str, tuple[str, str]],
    parts: Parts | None,
    sender: str,
    reply_to: str = "",
    now: datetime,
    site: str,
    postal_address: str,
    no_match: NoMatch = "skip",
) -> Compiled:
    """Make a sealed issue ready to be sent; press.compiled(site, sealed, now=now) calls it with all of this."""
    raise NotImplementedError
