"""A sealed issue compiled for sending: once for each language, then spliced for each reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, Literal

from digest.deliver.bodies import whole
from digest.deliver.dkim import Signer
from digest.deliver.heading import Heading, author_of, heading_of
from digest.deliver.language_body import LanguageBody
from digest.deliver.mime import Part
from digest.deliver.postal import check_postal
from digest.deliver.readers import Reader, safe_address
from digest.model import Issue, Parts
from digest.text import parts as splices

NoMatch = Literal["skip", "lead"]

_TOPICS: Final = 8192
"""Sets of topics that are remembered with what they show."""


class Compiled:
    """An issue ready to be sent to any number of readers; made by compile_issue."""

    def __init__(
        self,
        *,
        parts: Parts | None,
        languages: Mapping[str, LanguageBody],
        heading: Heading,
        now: datetime,
        no_match: NoMatch,
        signer: Signer | None,
    ) -> None:
        self._parts = parts
        self._languages = languages
        self._own = next(iter(languages.values()))
        self._heading = heading
        self._now = now
        self._signer = signer
        self._nobody = splices.best(parts) if parts and no_match == "lead" else None
        self._shown: dict[frozenset[str], frozenset[int] | None] = {}

    def wire(self, reader: Reader) -> bytes | None:
        """The whole message as it goes after DATA; None where the reader's topics match nothing in it.

        Lines end in CRLF, none has more than 998 octets and none begins with a dot, so that nothing is to be
        stuffed; the last one ends without its CRLF: what follows is CRLF, dot, CRLF.

        Raises:
            DeliveryError: the address or another of the reader's values cannot stand in a message.
        """
        items = self._items(reader.topics)
        if items is None:
            return None
        address = safe_address(reader, listed=self._heading.listed)
        language = self._languages.get(reader.language, self._own)
        body = language.pieces(reader, address, items, reader.since or self._now)
        head = self._heading.of(reader, address, language.kind)
        if self._signer is None:
            return b"".join((head, b"\r\n", *body))
        joined = b"".join(body)
        return b"".join((self._signer.field(head, joined), head, b"\r\n", joined))

    def reaches(self, topics: frozenset[str]) -> bool:
        """Whether a reader of these topics gets the issue at all."""
        return self._items(topics) is not None

    def smtputf8(self, reader: Reader) -> bool:
        """Whether the message needs SMTPUTF8 (RFC 6531): an address in it is not ASCII before the @."""
        return self._heading.smtputf8 or not reader.address.isascii()

    def _items(self, topics: frozenset[str]) -> frozenset[int] | None:
        if self._parts is None:
            return frozenset()
        if topics not in self._shown:
            if len(self._shown) >= _TOPICS:
                self._shown.clear()
            self._shown[topics] = splices.shown(self._parts, topics) or self._nobody
        return self._shown[topics]


def compile_issue(
    *,
    issue: Issue,
    mails: Mapping[str, tuple[str, str]],
    parts: Parts | None,
    sender: str,
    reply_to: str = "",
    now: datetime,
    site: str,
    postal_address: str = "",
    no_match: NoMatch = "skip",
    signer: Signer | None = None,
    test: bool = False,
    pictures: Sequence[Part] = (),
) -> Compiled:
    """Make an issue ready to be sent; press.compiling.compiled calls it for a sealed one.

    Args:
        mails: the sealed mails by language, HTML and text, the issue's own language first.
        parts: what they are spliced of; without, everybody gets all.
        sender, reply_to: `Name <user@example.org>` or a bare address.
        now: the Date of the messages; aware.
        site: base_url, whose host names the list and whose front page is its archive.
        postal_address: of the sender, which must stand in both texts (CAN-SPAM).
        no_match: what becomes of a reader of whose topics there is nothing: no mail, or the lead.
        signer: signs by DKIM; without, the relay does.
        test: for an editor: marked in the subject, from whom nobody unsubscribes; needs no postal address.
        pictures: parts that travel with the HTML, which shows them by `cid:`.

    Raises:
        DeliveryError: a header cannot be written, there is no sender, or no postal address.
    """
    author = author_of(issue, sender)
    if not test:
        check_postal(postal_address, mails)
    found = parts if parts is not None and parts.mails else whole(mails)
    return Compiled(
        parts=parts if parts is not None and parts.mails else None,
        languages={each.language: LanguageBody(found, each, issue, pictures) for each in found.mails},
        heading=heading_of(issue, author, reply_to, now, site, test=test),
        now=now,
        no_match=no_match,
        signer=signer,
    )
