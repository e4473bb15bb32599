"""The whole message, as the standard library and SpamAssassin read it."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.deliver.addresses import Mailbox, mailbox
from digest.deliver.identities import list_identity, message_id
from digest.deliver.message import Message, message, message_for_test, nobody
from digest.errors import DeliveryError
from digest.model import Issue
from digest.text.personal import ADDRESS, PREFERENCES, SINCE, TOKENS, TOPICS, UNSUBSCRIBE
from tests.conftest import need

NOW = datetime(2026, 1, 26, 9, 0, tzinfo=ZoneInfo("Asia/Taipei"))
KEY = b"0123456789abcdef"
SITE = "https://weekly.example.org"
PICTURE = f"{SITE}/weekly/14/assets/ab-600.png"
PIXEL = b"\x89PNG\r\n\x1a\n" + b"pixels"
ISSUE = Issue(
    edition="weekly",
    number=14,
    label="2026-W05",
    title="注意力週報",
    tagline="",
    language="zh-Hant-TW",
    languages=("zh-Hant-TW",),
    date=NOW,
    subject="發明 Transformer 的人，想取代它",
    preheader="",
)
HTML = (
    "<!doctype html><html><head><title>注意力週報</title></head><body>"
    "<h1>發明 Transformer 的人，想取代它</h1>"
    + "<p>他說，推理是新的第一層。這一期的兩位主角，都是論文的共同作者。</p>" * 120
    + f'<p><img src="{PICTURE}" alt="螺旋"> <a href="{PICTURE}">圖</a></p>'
    + f'<p>{ADDRESS} {SINCE} {TOPICS} <a href="{UNSUBSCRIBE}">退訂</a> <a href="{PREFERENCES}">偏好</a></p>'
    + "</body></html>"
)
TEXT = (
    "發明 Transformer 的人，想取代它\n\n"
    + "他說，推理是新的第一層。這一期的兩位主角，都是論文的共同作者。\n" * 120
    + f"\n圖\n\n{ADDRESS} {SINCE} {TOPICS}\n退訂：\n{UNSUBSCRIBE}\n偏好：\n{PREFERENCES}\n"
)


def sent(**changes: object) -> Message:
    values: dict[str, object] = {
        "issue": ISSUE,
        "html": HTML,
        "text": TEXT,
        "subject": ISSUE.subject,
        "sender": "注意力週報 <weekly@example.org>",
        "to": "Ann <ann@example.org>",
        "now": NOW,
        "key": KEY,
        "site": SITE,
        "pictures": {PICTURE: PIXEL},
    }
    return message_for_test(**(values | changes))  # type: ignore[arg-type]


def parsed(data: bytes) -> EmailMessage:
    found = message_from_bytes(data, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def test_headers_of_a_message_for_test() -> None:
    """From, To, marked Subject, Date with its zone, Message-ID, List-Id and archive stand once each."""
    mail = parsed(sent(reply_to="editor@example.org").data)
    assert mail["From"].addresses[0].display_name == "注意力週報"
    assert mail["To"].addresses[0].addr_spec == "ann@example.org"
    assert mail["Reply-To"] == "editor@example.org"
    assert mail["Subject"] == "[TEST] 發明 Transformer 的人，想取代它"
    assert mail["Date"].datetime == NOW
    assert mail["Date"].endswith("+0800")
    assert mail["List-Id"].endswith("<weekly.weekly.example.org>")
    assert mail["List-Archive"] == f"<{SITE}/>"
    assert mail["List-Post"] == "NO"
    assert mail["MIME-Version"] == "1.0"
    assert len(mail.keys()) == len(set(mail.keys()))
    assert not mail.defects


def test_test_message_promises_no_unsubscribing() -> None:
    """Nobody is subscribed by a test: no List-Unsubscribe, and the links of the body lead to the site."""
    mail = sent().data
    assert b"List-Unsubscribe" not in mail
    html = parsed(mail).get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert f'<a href="{SITE}/">退訂</a>' in html


def test_every_personal_token_is_filled() -> None:
    """No token reaches a reader, in either part, in any language."""
    for language in ("zh-Hant-TW", "ko", "en"):
        mail = parsed(sent(language=language).data)
        for kind in ("html", "plain"):
            content = mail.get_body((kind,)).get_content()  # type: ignore[union-attr]
            assert "@@digest" not in content
            assert "ann@example.org" in content
    assert set(nobody("a@b.c", site=SITE, language="en", now=NOW)) == set(TOKENS)


def test_html_is_otherwise_the_rendition() -> None:
    """But for the filled tokens and the pictures' addresses, the HTML that arrives is the one rendered."""
    html = parsed(sent(pictures=None).data).get_body(("html",)).get_content()  # type: ignore[union-attr]
    before, after = HTML.split(ADDRESS)
    assert html.startswith(before)
    assert html.rstrip("\n").endswith("</body></html>")
    assert after[-14:] in html


def test_local_pictures_travel_with_a_test() -> None:
    """A picture's `src` becomes a cid: whose part is in the message; links to it stay as they are."""
    mail = parsed(sent().data)
    html = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    cid = re.search(r'src="cid:([^"]+)"', html)
    assert cid
    assert f'href="{PICTURE}"' in html
    pictures = [part for part in mail.walk() if part.get_content_maintype() == "image"]
    assert [part["Content-ID"] for part in pictures] == [f"<{cid[1]}>"]
    assert pictures[0].get_content() == PIXEL
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
    ]


def test_a_picture_is_found_by_its_address_as_escaped() -> None:
    """An `&` in the address stands as `&amp;` in the HTML."""
    mail = parsed(sent(html=f'<img src="{SITE}/a?b&amp;c.png">', pictures={f"{SITE}/a?b&c.png": PIXEL}).data)
    assert 'src="cid:' in mail.get_body(("html",)).get_content()  # type: ignore[union-attr]


def test_pictures_that_the_mail_does_not_show_stay_behind() -> None:
    """Other sizes of a picture are not sent."""
    mail = parsed(sent(pictures={f"{SITE}/weekly/14/assets/other.png": PIXEL}).data)
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


def test_wire_is_clean() -> None:
    """Every line ends in CRLF, none is over 998 octets, all is ASCII."""
    data = sent(html=HTML + "<p>" + "長" * 20_000).data
    assert data.endswith(b"\r\n")
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert b"\r" not in data.replace(b"\r\n", b"")
    assert max(map(len, data.split(b"\r\n"))) <= 998
    assert data.isascii()


def test_same_message_same_bytes() -> None:
    """Nothing in a message is random, and nothing is of the clock."""
    assert sent() == sent()


def test_second_test_has_another_message_id() -> None:
    """A mail reader that hides a known Message-ID shows the second test of an issue all the same."""
    later = NOW.replace(minute=1)
    assert sent().message_id != sent(now=later).message_id


def test_message_id_is_stable_and_unforgeable() -> None:
    """The same for every attempt; it differs by key, issue and recipient, and does not name the recipient."""
    identity = message_id(KEY, "weekly/14", "ann@example.org", "example.org")
    assert identity == message_id(KEY, "weekly/14", "ann@example.org", "example.org")
    assert re.fullmatch(r"weekly\.14\.[a-z2-7]{32}@example\.org", identity)
    assert "ann" not in identity
    others = {
        message_id(b"other", "weekly/14", "ann@example.org", "example.org"),
        message_id(KEY, "weekly/15", "ann@example.org", "example.org"),
        message_id(KEY, "weekly/14", "eve@example.org", "example.org"),
        message_id(KEY, "weekly/14", "ann@example.org", "example.org", "again"),
    }
    assert len(others | {identity}) == 5


UNSUBSCRIBE_URL = f"{SITE}/unsubscribe/" + "k3y" * 40


def plain_message(**changes: object) -> bytes:
    values: dict[str, object] = {
        "sender": mailbox("weekly@example.org"),
        "to": mailbox("ann@example.org"),
        "subject": "Weekly",
        "html": "<p>Hello</p>",
        "text": "Hello\n",
        "now": NOW,
        "identity": "a.b@example.org",
    }
    return message(**(values | changes))  # type: ignore[arg-type]


def test_one_click_headers_are_raw() -> None:
    """With an unsubscribe address both headers of RFC 8058 stand, raw, on a line each, however long it is."""
    data = plain_message(unsubscribe=UNSUBSCRIBE_URL, help_page=f"{SITE}/help", list_id="weekly.example.org")
    assert f"\r\nList-Unsubscribe: <{UNSUBSCRIBE_URL}>\r\n".encode() in data
    assert data.count(b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n") == 1
    assert f"\r\nList-Help: <{SITE}/help>\r\n".encode() in data


def test_message_to_nobody_in_particular_has_no_list_headers() -> None:
    """Without a list there is no header of one."""
    assert b"List-" not in plain_message()


def test_naive_date_is_refused() -> None:
    """A Date without a zone would be a guess."""
    with pytest.raises(ValueError, match="zone"):
        plain_message(now=datetime(2026, 1, 26))


def test_utc_date_is_written_with_its_offset() -> None:
    """UTC is +0000."""
    assert b"\r\nDate: Mon, 26 Jan 2026 01:00:00 +0000\r\n" in plain_message(now=NOW.astimezone(UTC))


@settings(deadline=None)  # the machine may be busy
@given(st.text(max_size=60), st.text(max_size=40))
def test_no_value_starts_a_header(subject: str, name: str) -> None:
    """Whatever a subject or a name holds, the message has the headers that we wrote, or is refused."""
    try:
        data = plain_message(subject=subject, sender=Mailbox(address="w@example.org", name=name))
    except DeliveryError:
        return
    mail = parsed(data)
    assert sorted(mail.keys()) == sorted(
        ["From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type"]
    )
    assert not mail.defects


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "Weekly\r\nBcc: eve@example.org"},
        {"sender": "Weekly\n <weekly@example.org>"},
        {"to": "ann@example.org\0"},
        {"reply_to": "eve\r@example.org"},
    ],
)
def test_injection_is_refused(changes: dict[str, object]) -> None:
    """CR, LF and NUL in a subject or an address stop the message."""
    with pytest.raises(DeliveryError, match="control character"):
        sent(**changes)


def test_edition_without_sender_is_told_so() -> None:
    """There is no From to invent."""
    with pytest.raises(DeliveryError, match="names no sender") as caught:
        sent(sender="")
    assert "sender =" in caught.value.hint


def test_international_addresses() -> None:
    """A domain goes as punycode; a local part that is not ASCII marks the message for SMTPUTF8."""
    assert sent(to="ann@例子.台灣").recipient == "ann@xn--fsqu00a.xn--kpry57d"
    assert not sent(to="ann@例子.台灣").smtputf8
    mail = sent(to="週報@example.org")
    assert mail.smtputf8
    assert "\r\nTo: 週報@example.org\r\n".encode() in mail.data


@pytest.mark.parametrize(
    ("site", "expected"),
    [
        ("https://example.org", "weekly.example.org"),
        ("http://LOCALHOST:8000/blog", "weekly.localhost"),
        ("http://127.0.0.1:8000", "weekly.127.0.0.1"),
        ("http://[::1]:8000", "weekly.1"),
        ("https://例子.台灣", "weekly.xn--fsqu00a.xn--kpry57d"),
    ],
)
def test_list_identity_is_a_dot_atom(site: str, expected: str) -> None:
    """The edition before the site's host, whatever kind of host it is."""
    assert list_identity("weekly", site) == expected


def test_host_that_idna_refuses_still_names_a_list() -> None:
    """A host that has no ASCII form gets a stable name in .invalid."""
    assert re.fullmatch(
        r"weekly\.site-[0-9a-f]{16}\.invalid", list_identity("weekly", f"https://{'é' * 70}.org")
    )


def test_spamassassin_has_nothing_against_it() -> None:
    """SpamAssassin's local rules score the message at 0.5 at most."""
    need(shutil.which("spamassassin"), "SpamAssassin is missing: apt-get install spamassassin")
    result = subprocess.run(
        ["spamassassin", "-L", "-t"], input=sent().data, capture_output=True, check=True, timeout=60
    )
    score = re.search(rb"^X-Spam-Status: \w+, score=(-?[\d.]+)", result.stdout, re.MULTILINE)
    assert score, result.stdout[:2000]
    assert float(score[1]) <= 0.5, result.stdout[-3000:].decode(errors="replace")
