"""The statements of research/features.md §4 that a message must keep, each by its number, on its bytes."""

from __future__ import annotations

import dataclasses
import re

import pytest

from digest.errors import DeliveryError
from tests.deliver.test_compiling import ISSUE, MAILS, READY, compiled, content, parsed, reader


def head() -> bytes:
    return (READY.wire(reader()) or b"").partition(b"\r\n\r\n")[0] + b"\r\n"


def test_01_one_list_unsubscribe_with_one_https_address() -> None:
    """RFC 8058 §3.1: one field, one https URI, optionally a mailto, nothing encoded, on one line."""
    (line,) = re.findall(rb"(?m)^List-Unsubscribe: (.*)\r$", head())
    assert line.count(b"https:") == 1
    assert re.fullmatch(rb"<https://[^>]+>, <mailto:[^>]+>", line)
    assert b"=?" not in line


def test_02_one_list_unsubscribe_post() -> None:
    """RFC 8058 §3.1: one field, of this value."""
    assert re.findall(rb"(?m)^List-Unsubscribe-Post: (.*)\r$", head()) == [b"List-Unsubscribe=One-Click"]


def test_04_list_headers() -> None:
    """RFC 2919, 2369: List-Id is a dot-atom, the others are URIs in angle brackets; nobody posts."""
    found = dict(re.findall(rb"(?m)^(List-[\w-]+): ((?:.*\r\n[ ])*.*)\r$", head()))
    assert re.search(rb"<weekly\.paper\.example>$", found[b"List-Id"])
    for name in (b"List-Archive", b"List-Help", b"List-Owner"):
        assert re.fullmatch(rb"<(https|mailto):[^<> ]+>", found[name])
    assert found[b"List-Post"] == b"NO"
    assert len(found[b"List-Id"]) <= 255
    later = dataclasses.replace(ISSUE, number=ISSUE.number + 1, label="2026-W06")
    for ready in (compiled(issue=later, parts=None), compiled()):
        data = ready.wire(reader(language="ko", topics=frozenset({"css"}))) or b""
        assert b"\r\nList-Id: " + found[b"List-Id"] + b"\r\n" in data


def test_12_both_texts_have_a_link_for_leaving() -> None:
    """Gmail and Yahoo: one that is seen, in HTML and text."""
    person = reader()
    mail = parsed(READY.wire(person))
    assert f'href="{person.unsubscribe_url}"' in content(mail, "html")
    assert f"\n{person.unsubscribe_url}\n" in content(mail, "plain")


def test_21_nothing_tracks() -> None:
    """No address of a reader's own but those of the footer; no picture that names a reader."""
    one, other = (
        content(parsed(READY.wire(reader(message_id=f"{name}@paper.example"))), "html") for name in "ab"
    )
    assert one == other
    assert "abcdefghijklmnopqrstuvwxyz234567" not in "".join(re.findall(r'src="[^"]*"', one))


@pytest.mark.parametrize("address", ["", "  ", "TODO", "Your address", "XXX"])
def test_22_no_mail_without_a_postal_address(address: str) -> None:
    """CAN-SPAM: in both texts, and no placeholder; else nothing is made."""
    with pytest.raises(DeliveryError, match="postal"):
        compiled(postal_address=address)
    with pytest.raises(DeliveryError, match="sealed without"):
        compiled(postal_address="Somewhere else 7")
    assert all("編輯部" in text for texts in MAILS.values() for text in texts)


def test_23_from_and_reply_to_are_the_edition_s() -> None:
    """CAN-SPAM: who sends is who is named."""
    mail = parsed(READY.wire(reader()))
    assert mail["From"].addresses[0].addr_spec == "weekly@paper.example"
    assert mail["Reply-To"].addresses[0].addr_spec == "letters@paper.example"
    with pytest.raises(DeliveryError, match="sender"):
        compiled(sender="")
