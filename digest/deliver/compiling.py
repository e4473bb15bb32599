"""A sealed issue compiled for sending: once for each language, then spliced for each reader."""

from __future__ import annotations

import re
from base64 import b64encode
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import format_datetime
from functools import lru_cache
from hashlib import sha256
from html import escape, unescape
from typing import Final, Literal
from urllib.parse import quote, urlsplit

from digest.deliver.addresses import Mailbox, mailbox
from digest.deliver.bodies import Bodies, Texts, boundary, whole
from digest.deliver.dkim import Signer
from digest.deliver.headers import (
    checked,
    list_id_header,
    mailbox_header,
    raw_header,
    text_header,
    url_header,
)
from digest.deliver.message import list_identity
from digest.deliver.mime import Part
from digest.deliver.settings import is_loopback
from digest.errors import DeliveryError
from digest.model import Issue, MailParts, Parts
from digest.text import parts as splices
from digest.text.personal import ADDRESS, PREFERENCES, SINCE, TOPICS, UNSUBSCRIBE
from digest.text.phrases import phrases

NoMatch = Literal["skip", "lead"]

_TOPICS: Final = 8192
"""Sets of topics that are remembered with what they show."""
_ADDRESS: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,255}")
_MARKUP: Final = re.compile(r"[&<>\"']")
_ODD: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_URL: Final = re.compile(r"https?://[!-;=?-~]{1,480}")
_MAILTO: Final = re.compile(r"(mailto:[!-;=?-~]{1,400})?")
_IDENTITY: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,400}@[A-Za-z0-9.-]{1,255}")
_PLAIN_NAME: Final = re.compile(r"[A-Za-z0-9]+( [A-Za-z0-9]+){0,5}")
_PLACEHOLDER: Final = re.compile(
    r"\b(todo|tbd|lorem|placeholder|your (postal )?address)\b|x{3}", re.IGNORECASE
)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choice:
    """What a set of topics gets: the texts, and the topics in words, ready for each of the two texts."""

    texts: Texts
    plain: bytes
    html: bytes


class _Language:
    """The issue in one language."""

    def __init__(self, parts: Parts, mail: MailParts, issue: Issue, pictures: Sequence[Part]) -> None:
        self.bodies = Bodies(parts, mail)
        self.words = phrases(mail.language)
        self.names = parts.topics
        self._choices: OrderedDict[frozenset[str], _Choice] = OrderedDict()
        self._since = lru_cache(maxsize=4096)(self._said)
        texts = (issue.id, mail.language, *(each.text for each in (*mail.text, *mail.html)))
        self._outer, self._inner = boundary("alternative", *texts), boundary("related", *texts)
        self.kind = _kind("alternative", self._outer)
        self._frame(pictures)

    def _frame(self, pictures: Sequence[Part]) -> None:
        """What surrounds the texts: before the plain one, between them, and after the HTML."""
        plain, html = self.bodies.encodings
        outer, inner = f"--{self._outer}".encode(), f"--{self._inner}".encode()
        self._before = outer + b"\r\n" + _part("plain", plain.name)
        self._between = b"\r\n" + outer + b"\r\n"
        self._after = b"\r\n" + outer + b"--"
        if pictures:
            kind = _kind("related", self._inner, '\r\n type="text/html";')
            self._between += kind + b"\r\n" + inner + b"\r\n"
            shown = b"".join(inner + b"\r\n" + bytes(each) for each in pictures)
            self._after = b"\r\n" + shown + inner + b"--\r\n" + self._after
        self._between += _part("html", html.name)

    def body(self, reader: Reader, address: str, choice: _Choice, since: datetime) -> tuple[bytes, ...]:
        """The body of a reader's message in pieces, without its last line end."""
        plain, html = choice.texts.plain, choice.texts.html
        plain_since, html_since = self._since(since.date())
        leave, prefer = reader.unsubscribe_url, reader.preferences_url
        ready = plain.encoding.ready
        own = {
            ADDRESS: ready(address),
            SINCE: plain_since,
            TOPICS: choice.plain,
            UNSUBSCRIBE: ready(leave),
            PREFERENCES: ready(prefer),
        }
        end = plain.end(own)
        if html.encoding is not plain.encoding or _MARKUP.search(f"{address}{leave}{prefer}"):
            ready = html.encoding.ready
            own[ADDRESS], own[UNSUBSCRIBE] = ready(escape(address)), ready(escape(leave))
            own[PREFERENCES] = ready(escape(prefer))
        own[SINCE], own[TOPICS] = html_since, choice.html
        return self._before, plain.fixed, end, self._between, html.fixed, html.end(own), self._after

    def choice(self, topics: frozenset[str], items: frozenset[int]) -> _Choice:
        """What these topics get, remembered."""
        found = self._choices.get(topics)
        if found is None:
            found = self._choices[topics] = self._chosen(topics, items)
            if len(self._choices) > _TOPICS:
                self._choices.popitem(last=False)
        return found

    def _chosen(self, topics: frozenset[str], items: frozenset[int]) -> _Choice:
        names = self.words.list(sorted(self.names.get(key, key) for key in topics))
        said = names or self.words("All topics")
        plain, html = self.bodies.encodings
        return _Choice(texts=self.bodies.texts(items), plain=plain.ready(said), html=html.ready(escape(said)))

    def _said(self, day: date) -> tuple[bytes, bytes]:
        said = self.words.date(day)
        plain, html = self.bodies.encodings
        return plain.ready(said), html.ready(escape(said))


class Compiled:
    """An issue ready to be sent to any number of readers; made by compile_issue."""

    def __init__(
        self,
        *,
        parts: Parts | None,
        languages: Mapping[str, _Language],
        fields: _Fields,
        now: datetime,
        no_match: NoMatch,
        signer: Signer | None,
    ) -> None:
        self._parts = parts
        self._languages = languages
        self._own = next(iter(languages.values()))
        self._fields = fields
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
        address = _safe(reader, listed=self._fields.listed)
        language = self._languages.get(reader.language, self._own)
        body = language.body(
            reader, address, language.choice(reader.topics, items), reader.since or self._now
        )
        head = self._fields.head(reader, address, language.kind)
        if self._signer is None:
            return b"".join((head, b"\r\n", *body))
        joined = b"".join(body)
        return b"".join((self._signer.field(head, joined), head, b"\r\n", joined))

    def reaches(self, topics: frozenset[str]) -> bool:
        """Whether a reader of these topics gets the issue at all."""
        return self._items(topics) is not None

    def smtputf8(self, reader: Reader) -> bool:
        """Whether the message needs SMTPUTF8 (RFC 6531): an address in it is not ASCII before the @."""
        return self._fields.smtputf8 or not reader.address.isascii()

    def _items(self, topics: frozenset[str]) -> frozenset[int] | None:
        if self._parts is None:
            return frozenset()
        if topics not in self._shown:
            if len(self._shown) >= _TOPICS:
                self._shown.clear()
            self._shown[topics] = splices.shown(self._parts, topics) or self._nobody
        return self._shown[topics]


class _Fields:
    """The header fields: those of every message, and each reader's own among them."""

    def __init__(self, *, before: bytes, middle: bytes, after: bytes, smtputf8: bool, listed: bool) -> None:
        self._before, self._middle, self._after = before, middle, after
        self.smtputf8 = smtputf8
        self.listed = listed

    def head(self, reader: Reader, address: str, kind: bytes) -> bytes:
        """The header of a reader's message."""
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
    if not sender:
        raise DeliveryError(
            f"the edition {issue.edition} names no sender",
            subject=issue.edition,
            hint='give it one in config.toml: sender = "Weekly <weekly@example.org>"',
        )
    if not test:
        _check_postal(postal_address, mails)
    found = parts if parts is not None and parts.mails else whole(mails)
    return Compiled(
        parts=parts if parts is not None and parts.mails else None,
        languages={each.language: _Language(found, each, issue, pictures) for each in found.mails},
        fields=_fields(issue, sender, reply_to, now, site, test=test),
        now=now,
        no_match=no_match,
        signer=signer,
    )


def _fields(issue: Issue, sender: str, reply_to: str, now: datetime, site: str, *, test: bool) -> _Fields:
    author = mailbox(sender, "sender")
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
    return _Fields(
        before=b"".join(before),
        middle=b"".join(middle),
        after=b"".join(after),
        smtputf8=author.smtputf8 or (answers is not None and answers.smtputf8),
        listed=not test,
    )


def _short(identity: str) -> str:
    return sha256(identity.encode()).hexdigest()[:12]


def is_postal(address: str) -> bool:
    """Whether something stands where the sender's postal address is to be, and no placeholder."""
    return bool(address.strip()) and not _PLACEHOLDER.search(address)


def _check_postal(address: str, mails: Mapping[str, tuple[str, str]]) -> None:
    """Refuse a mail to readers without the sender's postal address in both of its texts (CAN-SPAM)."""
    if not is_postal(address):
        raise DeliveryError(
            "a mail to readers must hold the sender's postal address",
            subject="site.postal_address",
            hint="set it in config.toml, and publish the issue with it",
        )
    wanted = _pressed(address)
    for html, text in mails.values():
        if wanted not in _pressed(unescape(html)) or wanted not in _pressed(text):
            raise DeliveryError(
                "the issue was sealed without the sender's postal address",
                subject="site.postal_address",
                hint="it stands in the footer of what is published from now on: publish the next number",
            )


def _pressed(text: str) -> str:
    """A text without white space: the address may be wrapped."""
    return "".join(text.split())


def _kind(subtype: str, boundary: str, more: str = "") -> bytes:
    return f'Content-Type: multipart/{subtype};{more}\r\n boundary="{boundary}"\r\n'.encode()


def _part(subtype: str, encoding: str) -> bytes:
    return (
        f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n'
    ).encode()


def _safe(reader: Reader, *, listed: bool) -> str:
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
