"""Every message that is spliced, read back by the standard library, is what the slow way makes of it."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import lru_cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.config import Config
from digest.deliver.compiling import Compiled, compile_issue
from digest.deliver.readers import Reader
from digest.errors import DeliveryError
from digest.model import Issue, Parts, Rendition
from digest.render import render
from digest.render.theme import Theme
from digest.text import personal
from digest.text.phrases import phrases
from tests.render import conftest as rich
from tests.render.personal import parted, slowly

NOW = datetime(2026, 1, 26, 9, 0, tzinfo=rich.ZONE)
THEME = Theme.load("ink")
CONFIG: Config = rich.configuration.parse(rich.CONFIG)
ISSUE: Issue = rich.rich_issue._get_wrapped_function()()
PARTS: Parts = parted(ISSUE, CONFIG, THEME)
TOPICS = sorted({tag for item in PARTS.items for tag in item.tags})


def by_language(renditions: tuple[Rendition, ...]) -> dict[str, tuple[str, str]]:
    texts = [each.text for each in renditions]
    return dict(zip(ISSUE.languages, zip(texts[::2], texts[1::2], strict=True), strict=True))


MAILS = by_language(render(ISSUE, THEME, CONFIG))


def compiled(**changes: object) -> Compiled:
    values: dict[str, object] = {
        "issue": ISSUE,
        "mails": MAILS,
        "parts": PARTS,
        "sender": "紙與字週報 <weekly@paper.example>",
        "reply_to": "letters@paper.example",
        "now": NOW,
        "site": rich.BASE,
        "postal_address": CONFIG.site.postal_address,
    }
    return compile_issue(**(values | changes))  # type: ignore[arg-type]


def reader(**changes: object) -> Reader:
    values: dict[str, object] = {
        "id": 7,
        "address": "ann@example.org",
        "unsubscribe_url": f"{rich.BASE}/unsubscribe/abcdefghijklmnopqrstuvwxyz234567",
        "unsubscribe_mailto": "mailto:b+abcdefghijklmnopqrstuvwxyz234567@paper.example?subject=unsubscribe",
        "preferences_url": f"{rich.BASE}/preferences/abcdefghijklmnopqrstuvwxyz234567",
        "message_id": "weekly.14.abc@paper.example",
        "since": datetime(2025, 3, 2, tzinfo=UTC),
    }
    return Reader(**(values | changes))  # type: ignore[arg-type]


READY = compiled()


def parsed(data: bytes | None) -> EmailMessage:
    assert data is not None
    found = message_from_bytes(data + b"\r\n", policy=policy.default)
    assert isinstance(found, EmailMessage)
    assert not [defect for part in found.walk() for defect in part.defects]
    return found


def content(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    data = part.get_payload(decode=True)
    assert isinstance(data, bytes)
    return data.decode().replace("\r\n", "\n")


@lru_cache(maxsize=256)
def slow(topics: frozenset[str]) -> Mapping[str, tuple[str, str]] | None:
    made = slowly(ISSUE, CONFIG, THEME, topics)
    return None if made is None else by_language(made)


def clean(data: bytes) -> None:
    """What every message must be on the wire."""
    assert not data.endswith(b"\r\n")
    lines = data.split(b"\r\n")
    assert max(map(len, lines)) <= 998
    assert not any(line.startswith(b".") or b"\r" in line or b"\n" in line for line in lines)
    _, _, body = data.partition(b"\r\n\r\n")
    assert max(len(line) for line in body.split(b"\r\n")) <= 78
    assert not re.search(rb"[ \t]\r\n|[ \t]{2}", body)  # its own canonical form, for DKIM
    assert body.isascii()


names = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp", "Cs"]), max_size=40)


@settings(deadline=None, max_examples=60)
@given(
    topics=st.frozensets(st.sampled_from(TOPICS), max_size=4),
    language=st.sampled_from(["", "zh-Hant-TW", "ko", "en", "fr"]),
    name=names,
    local=st.from_regex(r"[a-z0-9.=_&']{1,20}x", fullmatch=True),
    url=st.from_regex(r"https://[a-z]{2,9}\.example/[a-z0-9=&._~%@-]{0,200}", fullmatch=True),
)
def test_a_splice_equals_a_slow_render(
    topics: frozenset[str], language: str, name: str, local: str, url: str
) -> None:
    """For any topics, language, name, address and link: both texts, to the byte, and clean on the wire."""
    person = reader(
        topics=topics,
        language=language,
        name=name,
        address=f"{local.strip('.').replace('..', '.')}@example.org",
    )
    person = dataclasses.replace(person, unsubscribe_url=url, preferences_url=url + "/p")
    data = READY.wire(person)
    wanted = slow(topics)
    assert wanted is not None
    assert data is not None
    clean(data)
    mail = parsed(data)
    own = language if language in wanted else "zh-Hant-TW"
    words = phrases(own)
    said = words.list(sorted(PARTS.topics[each] for each in topics)) or words("All topics")
    values = {
        personal.ADDRESS: person.address,
        personal.SINCE: words.date(datetime(2025, 3, 2)),
        personal.TOPICS: said,
        personal.UNSUBSCRIBE: url,
        personal.PREFERENCES: url + "/p",
    }
    for kind, text in zip(("html", "plain"), wanted[own], strict=True):
        assert content(mail, kind) == personal.fill(text, values, markup=kind == "html")
    assert mail["To"].addresses[0].addr_spec == person.address
    # Python 3.11 shows a blank between encoded-words of a name, where RFC 2047 §6.2 says that there is none.
    assert "".join(mail["To"].addresses[0].display_name.split()) == "".join(name.split())


def test_topics_that_match_nothing() -> None:
    """Such a reader is skipped, or gets the lead, as the edition says."""
    person = reader(topics=frozenset({"no such topic"}))
    assert READY.wire(person) is None
    assert not READY.reaches(person.topics)
    lead = compiled(no_match="lead")
    assert lead.reaches(person.topics)
    text = content(parsed(lead.wire(person)), "plain")
    assert ISSUE.lead is not None
    assert "一枚鉛字的重量" in text
    assert "Kinsoku" not in text
    assert "1 篇" in text


def test_an_issue_sealed_without_parts_goes_whole_to_everybody() -> None:
    """Topics cannot be chosen of it; nobody is skipped."""
    ready = compiled(parts=None)
    mail = parsed(ready.wire(reader(topics=frozenset({"no such topic"}), language="ko")))
    before = MAILS["ko"][0].split(personal.OPENING)[0]
    assert content(mail, "html").startswith(before)


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Ann\r\nBcc: eve@example.org"},
        {"address": "ann@example.org\r\nBcc: eve@example.org"},
        {"address": "ann@example.org> <eve@example.org"},
        {"message_id": "a@b>\r\nX: y"},
        {"unsubscribe_url": "https://x.example/>\r\nX: y"},
        {"unsubscribe_url": "javascript:alert(1)"},
        {"unsubscribe_url": "http://x.example/plain"},
        {"preferences_url": "https://x.example/ y"},
        {"unsubscribe_mailto": "mailto:a@b.example>, <https://eve.example"},
    ],
)
def test_injection_is_refused(changes: dict[str, object]) -> None:
    """Nothing of a reader's can begin a header, or put another address into one."""
    with pytest.raises(DeliveryError):
        READY.wire(reader(**changes))


def test_a_value_that_holds_a_token_stays_a_value() -> None:
    """An address with a token's text is filled in once, not filled again."""
    ready = compiled(
        mails={"en": ("<p>x@@digest:address@@ y @@digest:unsubscribe@@</p>", "@@digest:address@@ z")},
        parts=None,
        test=True,
    )
    url = "https://x.example/@@digest:address@@"
    mail = parsed(ready.wire(reader(unsubscribe_url=url)))
    assert content(mail, "html") == f"<p>xann@example.org y {url}</p>"


def test_an_address_beyond_ascii_needs_smtputf8() -> None:
    """It stands in the header in UTF-8 (RFC 6532), and the envelope must say so."""
    person = reader(address="用戶@example.org", name="用戶")
    assert READY.smtputf8(person)
    assert not READY.smtputf8(reader())
    assert "<用戶@example.org>\r\n".encode() in (READY.wire(person) or b"")


def test_the_same_reader_gets_the_same_bytes() -> None:
    """Also from an issue compiled anew, in whatever order readers came."""
    person = reader(topics=frozenset({"印刷", "한글"}), language="en")
    again = compiled()
    again.wire(reader())
    assert READY.wire(person) == again.wire(person)
