"""Header lines, parsed back by the standard library in both of its policies."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from digest.deliver.addresses import Mailbox
from digest.deliver.headers import (
    encoded_words,
    list_id_header,
    mailbox_header,
    raw_header,
    text_header,
    url_header,
)
from digest.errors import DeliveryError

VISIBLE = st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"))
SUBJECTS = st.text(st.one_of(VISIBLE, st.sampled_from("“”’—注意力週報발명 aeŁ=?_")), max_size=200)
MIXED = (
    "“Attention” — 發明 Transformer 的人，想取代它：Łukasz가 말하는 “추론”이란 무엇인가? "
    "It’s the first layer, 不是最後一層。"
)


def lines(header: bytes) -> list[bytes]:
    assert header.endswith(b"\r\n")
    return header[:-2].split(b"\r\n")


def parsed(header: bytes, name: str) -> str:
    return str(message_from_bytes(header + b"\r\n", policy=policy.default)[name])


def parsed_as_of_old(header: bytes, name: str) -> str:
    return str(make_header(decode_header(message_from_bytes(header + b"\r\n", policy=policy.compat32)[name])))


def assert_within_limits(header: bytes) -> None:
    for line in lines(header):
        assert len(line) <= 998
        if b"=?utf-8?" in line:
            assert len(line) <= 76
    for word in re.findall(rb"=\?utf-8\?[bq]\?[^?]*\?=", header):
        assert len(word) <= 75


@settings(deadline=None)  # the machine may be busy
@given(SUBJECTS)
@example(MIXED)
@example("=?utf-8?q?already?=")
@example("a" * 2000)
@example("")
def test_subject_comes_back_as_it_was(subject: str) -> None:
    """Any subject keeps to RFC 2047's limits and is read back as it was, but for space at its ends."""
    header = text_header("Subject", subject)
    assert_within_limits(header)
    assert parsed(header, "Subject") == subject.strip()


@settings(deadline=None)  # the machine may be busy
@given(st.text(st.sampled_from("“注意力週報발명 Łukasz’s 👩‍💻 reasoning"), min_size=1, max_size=120))
@example(MIXED)
def test_subject_is_read_by_old_readers_too(subject: str) -> None:
    """Each encoded-word holds whole characters, so that a decoder that takes them one by one agrees."""
    header = text_header("Subject", subject)
    assert parsed_as_of_old(header, "Subject") == subject.strip()


def test_mixed_subject_splits_between_characters() -> None:
    """Smart quotes, Chinese, Korean and Latin in one subject: every word is valid UTF-8 by itself."""
    words = encoded_words(MIXED, 67)
    assert len(words) > 3
    assert len(words[0]) <= 67
    assert all(decode_header(word)[0][0].decode("utf-8") for word in words)


def test_ascii_subject_stays_readable() -> None:
    """Plain English is not encoded, and is folded at 76 octets between words."""
    subject = "Transformers and what comes after them, told by the people who built the first one of all"
    header = text_header("Subject", subject)
    assert b"=?" not in header
    assert len(lines(header)) == 2
    assert max(map(len, lines(header))) <= 76
    assert parsed(header, "Subject") == subject


def test_latin_words_are_quoted_and_chinese_in_base64() -> None:
    """The shorter of Q and B is taken for the whole text."""
    assert text_header("Subject", "Łukasz and the first layer").startswith(
        b"Subject: =?utf-8?q?=C5=81ukasz_and"
    )
    assert text_header("Subject", "發明推理模型的人").startswith(b"Subject: =?utf-8?b?")


@pytest.mark.parametrize(
    "evil", ["a\r\nBcc: x@y.z", "a\nb", "a\rb", "a\0b", "a\x85b", "a\u2028b", "a\ud800b"]
)
def test_line_breaks_and_controls_are_refused(evil: str) -> None:
    """Whatever could end a line stops the message with its code point, in every kind of header."""
    with pytest.raises(DeliveryError, match=r"control character U\+"):
        text_header("Subject", evil)
    with pytest.raises(DeliveryError):
        mailbox_header("From", Mailbox(address="a@b.c", name=evil))
    with pytest.raises(DeliveryError):
        mailbox_header("From", Mailbox(address=f"{evil}@b.c"))
    with pytest.raises(DeliveryError):
        list_id_header(evil, "weekly.example.org")
    with pytest.raises(DeliveryError):
        url_header("List-Unsubscribe", f"https://example.org/{evil}")
    with pytest.raises(DeliveryError):
        raw_header("Message-ID", evil)


@settings(deadline=None)  # the machine may be busy
@given(SUBJECTS)
@example('Ann "the pen" O\'Neil, Jr.')
@example("back\\slash")
@example("週報")
@example("x" * 300)
def test_display_name_comes_back_as_it_was(name: str) -> None:
    """Any display name is an atom, a quoted string or encoded-words, and the address stays with it."""
    name = " ".join(name.split())
    header = mailbox_header("From", Mailbox(address="weekly@example.org", name=name))
    assert_within_limits(header)
    # policy.default of Python 3.11 keeps the space between two encoded-words, against RFC 2047 §6.2.
    shown, address = parseaddr(message_from_bytes(header + b"\r\n", policy=policy.compat32)["From"])
    assert (str(make_header(decode_header(shown))) if shown else "", address) == (name, "weekly@example.org")


def test_plain_name_is_not_dressed_up() -> None:
    """`Weekly <weekly@example.org>` is written just so, a comma brings quotes."""
    assert (
        mailbox_header("From", Mailbox(address="w@e.org", name="The Weekly"))
        == b"From: The Weekly <w@e.org>\r\n"
    )
    assert mailbox_header("From", Mailbox(address="w@e.org", name="A, B")) == b'From: "A, B" <w@e.org>\r\n'
    assert mailbox_header("To", Mailbox(address="w@e.org")) == b"To: w@e.org\r\n"
    posing = mailbox_header("From", Mailbox(address="w@e.org", name="=?utf-8?q?Boss?="))
    assert b"Boss?= <" not in posing  # what only looks like an encoded-word is not decoded as one


def test_address_moves_to_its_own_line() -> None:
    """A long name leaves the address to the next line."""
    header = mailbox_header(
        "From", Mailbox(address="weekly@newsletters.example.org", name="注意力週報編輯部")
    )
    assert len(lines(header)) == 2
    assert lines(header)[1] == b" <weekly@newsletters.example.org>"


def test_utf8_address_stands_raw() -> None:
    """An address that needs SMTPUTF8 is written in UTF-8 (RFC 6532), never as an encoded-word."""
    header = mailbox_header("To", Mailbox(address="週報@example.org", smtputf8=True))
    assert header == "To: 週報@example.org\r\n".encode()


def test_long_unsubscribe_address_stays_raw() -> None:
    """List-Unsubscribe is one raw ASCII line however long: an encoded one kills one-click unsubscribing."""
    url = "https://example.org/unsubscribe/" + "a1B2" * 60
    header = url_header("List-Unsubscribe", url)
    assert header == f"List-Unsubscribe: <{url}>\r\n".encode()
    assert b"=?" not in header


@pytest.mark.parametrize(
    "url", ["https://example.org/週報", "https://e.org/a b", "javascript:x", "https://e.org/<x>"]
)
def test_unfit_addresses_are_refused(url: str) -> None:
    """Only percent-encoded ASCII addresses of the web and of mail stand in angle brackets."""
    with pytest.raises(DeliveryError, match="cannot hold"):
        url_header("List-Archive", url)


def test_lines_over_998_octets_are_refused() -> None:
    """A raw header that does not fit on one line is an error and is never folded."""
    with pytest.raises(DeliveryError, match="998"):
        url_header("List-Unsubscribe", "https://example.org/" + "a" * 1000)


def test_list_id_is_a_dot_atom() -> None:
    """RFC 2919: a phrase and `label.domain`; what is no dot-atom or over 255 octets is refused."""
    assert list_id_header("Weekly", "weekly.example.org") == b"List-Id: Weekly <weekly.example.org>\r\n"
    assert list_id_header("", "weekly.example.org") == b"List-Id: <weekly.example.org>\r\n"
    encoded = list_id_header("注意力週報", "weekly.example.org")
    assert parsed(encoded, "List-Id").endswith("<weekly.example.org>")
    for wrong in ("weekly", "weekly..org", "weekly.exämple.org", f"{'a.' * 130}org"):
        with pytest.raises(DeliveryError, match="cannot name a list"):
            list_id_header("Weekly", wrong)
