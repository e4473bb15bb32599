"""The message, byte for byte: headers of our own template over multipart/alternative, always the same bytes.

`email.message.EmailMessage` is not used for what is sent: it encodes a long List-Unsubscribe, which kills
one-click unsubscribing (cpython#85725), and writes encoded-words over RFC 2047's limit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime
from hashlib import sha256
from html import escape
from urllib.parse import urlsplit

from digest.deliver.addresses import Mailbox, mailbox
from digest.deliver.headers import (
    checked,
    list_id_header,
    mailbox_header,
    raw_header,
    text_header,
    url_header,
)
from digest.deliver.identities import message_id
from digest.deliver.mime import Part, image_part, multipart, text_part
from digest.model import Issue
from digest.text.personal import ADDRESS, PREFERENCES, SINCE, TOPICS, UNSUBSCRIBE
from digest.text.phrases import phrases


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message and its envelope: bare addresses as the server is told them, and the bytes of the DATA.

    Line ends are CRLF, no line is over 998 octets; dots are stuffed by the transport.
    """

    sender: str
    recipient: str
    message_id: str
    data: bytes
    smtputf8: bool = False


def message(
    *,
    sender: Mailbox,
    to: Mailbox,
    subject: str,
    html: str,
    text: str,
    now: datetime,
    identity: str,
    list_id: str = "",
    list_title: str = "",
    reply_to: Mailbox | None = None,
    unsubscribe: str = "",
    archive: str = "",
    help_page: str = "",
    pictures: Mapping[str, bytes] | None = None,
) -> bytes:
    """A whole message, made for one recipient; `html` and `text` are final, placeholders filled.

    Args:
        now: the Date header; aware.
        identity: the Message-ID without brackets, from message_id.
        list_id: names the edition for ever (RFC 2919), from list_identity; without it no List-Id.
        unsubscribe: the recipient's own address for one-click unsubscribing (RFC 8058), which must answer
            a POST. Without one both headers are absent: nothing is promised that nobody keeps.
        archive, help_page: addresses of the web for List-Archive and List-Help (RFC 2369).
        pictures: images that travel with the message: by the absolute address that stands in the HTML's
            `src`, their bytes. They become `cid:` parts; the HTML is otherwise as given.

    Raises:
        DeliveryError: a header would hold a line break or control character, or is over its limit.
    """
    if now.tzinfo is None:
        raise ValueError("the date of a message must have a zone")
    body = _body(html, text, pictures or {}, identity)
    lines = [
        mailbox_header("From", sender),
        mailbox_header("Reply-To", reply_to) if reply_to else b"",
        mailbox_header("To", to),
        text_header("Subject", subject),
        raw_header("Date", format_datetime(now)),
        raw_header("Message-ID", f"<{identity}>"),
        list_id_header(list_title, list_id) if list_id else b"",
        url_header("List-Unsubscribe", unsubscribe) if unsubscribe else b"",
        raw_header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click") if unsubscribe else b"",
        url_header("List-Archive", archive) if archive else b"",
        url_header("List-Help", help_page) if help_page else b"",
        raw_header("List-Post", "NO") if list_id else b"",
        raw_header("MIME-Version", "1.0"),
    ]
    return b"".join(lines) + bytes(body)


def message_for_test(
    *,
    issue: Issue,
    html: str,
    text: str,
    subject: str,
    sender: str,
    to: str,
    now: datetime,
    key: bytes,
    site: str,
    language: str = "",
    reply_to: str = "",
    pictures: Mapping[str, bytes] | None = None,
) -> Message:
    """An issue as its readers will get it, for one editor: by the real path, marked [TEST] in the subject.

    For `digest test`; press calls it with a draft or a sealed issue:

        deliver.message_for_test(
            issue=issue, html=…email.html, text=…email.txt, subject=issue.subject, sender=edition.sender,
            reply_to=edition.reply_to, to=ADDR, now=now, key=deliver.secret(os.environ, config.site.base_url),
            site=config.site.base_url,
            pictures={asset_url(issue, name, config): data for name, data in assets.items()},
        )

    It differs from a reader's message in four things, and in no other: the subject's mark; local images
    travel with it (`cid:` parts), so that an editor sees them before the site is online; it has no
    List-Unsubscribe, as nobody is subscribed by it, and its links for unsubscribing and preferences lead to
    the site's front page; and its Message-ID is made of `now` too, so that a mail reader shows the second
    test of an issue.

    Args:
        html, text: the renditions with the placeholders of digest.text.personal, which are filled here.
        sender, to, reply_to: `Name <user@example.org>` or a bare address.
        key: makes the Message-ID unforgeable; see digest.deliver.settings.secret.
        site: base_url, whose host names the list.
        language: the renditions' language; the issue's where it is empty.

    Raises:
        DeliveryError: an address or a header cannot be used, or the edition names no sender.
    """
    # Not at the top: every command that looks into this package would begin 20 ms later.
    from digest.deliver.compiling import compile_issue
    from digest.deliver.heading import author_of
    from digest.deliver.readers import Reader

    author, reader = author_of(issue, sender), mailbox(to, "recipient")
    identity = message_id(key, issue.id, reader.address, author.domain, f"test {now.isoformat()}")
    shown, parts = _with_pictures(html, pictures or {}, identity)
    ready = compile_issue(
        issue=replace(issue, subject=checked("Subject", subject)),
        mails={language or issue.language: (shown, text)},
        parts=None,
        sender=sender,
        reply_to=reply_to,
        now=now,
        site=site,
        test=True,
        pictures=parts,
    )
    person = Reader(
        id=0,
        address=reader.address,
        name=reader.name,
        unsubscribe_url=f"{site}/",
        preferences_url=f"{site}/",
        message_id=identity,
    )
    return Message(
        sender=author.address,
        recipient=reader.address,
        message_id=identity,
        data=(ready.wire(person) or b"") + b"\r\n",
        smtputf8=ready.smtputf8(person),
    )


def nobody(address: str, *, site: str, language: str, now: datetime) -> dict[str, str]:
    """Values for every personal token of a mail to somebody who is not a subscriber: an editor.

    There is nothing to leave and there are no preferences, so both addresses are the site's front page.
    """
    words = phrases(language)
    return {
        ADDRESS: address,
        SINCE: words.date(now),
        TOPICS: words("All topics"),
        UNSUBSCRIBE: f"{site}/",
        PREFERENCES: f"{site}/",
    }


def _body(html: str, text: str, pictures: Mapping[str, bytes], identity: str) -> Part:
    plain = text_part(text, "plain")
    shown, parts = _with_pictures(html, pictures, identity)
    rich = text_part(shown, "html")
    if parts:
        rich = multipart("related", [rich, *parts], '\r\n type="text/html";')
    return multipart("alternative", [plain, rich])


def _with_pictures(html: str, pictures: Mapping[str, bytes], identity: str) -> tuple[str, list[Part]]:
    """HTML whose local images are `cid:` addresses, and the parts that hold those that it shows."""
    if not pictures:
        return html, []
    names = {escape(url): url for url in sorted(pictures)}
    sources = re.compile(rf'(\b(?:src|background)=")({"|".join(map(re.escape, names))})(?=")')
    shown: dict[str, str] = {}

    def cid(found: re.Match[str]) -> str:
        url = names[found[2]]
        digest = sha256(pictures[url]).hexdigest()[:16]
        shown[url] = f"{digest}.{identity}"
        return f"{found[1]}cid:{shown[url]}"

    embedded = sources.sub(cid, html)
    return embedded, [image_part(pictures[url], shown[url], _file_name(url)) for url in sorted(shown)]


def _file_name(url: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]", "-", urlsplit(url).path.rpartition("/")[2]) or "picture"
