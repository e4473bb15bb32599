"""Tokens say who and what for, are made by nobody else, and outlive a change of keys."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.deliver.tokens import LENGTH, Claim, Links, Purpose, Tokens, tagged, token_of

NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)
KEY, OTHER = b"k" * 32, b"o" * 16
TOKENS = Tokens([KEY])
MAKERS = {
    Purpose.UNSUBSCRIBE: TOKENS.unsubscribe,
    Purpose.PREFERENCES: TOKENS.preferences,
    Purpose.BOUNCE: TOKENS.bounce,
}
IDS = st.integers(1, 2**40 - 1)
ISSUES = st.integers(0, 2**24 - 1)


@given(st.sampled_from(list(MAKERS)), IDS, ISSUES)
def test_a_token_says_what_went_in(purpose: Purpose, subscriber: int, issue: int) -> None:
    """What is read is what was made, in 32 small letters and digits; equal claims give equal tokens."""
    token = MAKERS[purpose](subscriber, issue)
    assert len(token) == LENGTH
    assert token == MAKERS[purpose](subscriber, issue)
    assert set(token) <= set("abcdefghijklmnopqrstuvwxyz234567")
    assert TOKENS.read(purpose, token, NOW) == Claim(purpose=purpose, subscriber=subscriber, issue=issue)


@given(IDS, ISSUES, st.integers(0, LENGTH - 1), st.characters())
def test_a_changed_letter_gives_nothing(subscriber: int, issue: int, place: int, letter: str) -> None:
    """A token in which any letter is another one is no token, whatever the letter."""
    token = TOKENS.unsubscribe(subscriber, issue)
    changed = token[:place] + letter + token[place + 1 :]
    assert changed == token or TOKENS.read(Purpose.UNSUBSCRIBE, changed, NOW) is None


@given(st.text())
def test_foreign_text_is_no_token(text: str) -> None:
    """Whatever somebody writes in its place is nothing, and raises nothing."""
    assert all(TOKENS.read(purpose, text, NOW) is None for purpose in Purpose)


def test_a_token_is_good_for_its_purpose_only() -> None:
    """Who knows the return path of a mail cannot unsubscribe with it, nor see the preferences."""
    made = {purpose: MAKERS[purpose](7, 14) for purpose in MAKERS} | {Purpose.CONFIRM: TOKENS.confirm(7, NOW)}
    for purpose, token in made.items():
        assert {each for each in Purpose if TOKENS.read(each, token, NOW)} == {purpose}


def test_keys_rotate() -> None:
    """The first key signs; tokens of every key that is kept are read, those of one thrown away are not."""
    old = TOKENS.unsubscribe(7)
    rotated = Tokens([OTHER, KEY])
    assert rotated.read(Purpose.UNSUBSCRIBE, old, NOW)
    assert rotated.unsubscribe(7) == Tokens([OTHER]).unsubscribe(7) != old
    assert Tokens([OTHER]).read(Purpose.UNSUBSCRIBE, old, NOW) is None


def test_confirmations_end_and_others_do_not() -> None:
    """A confirmation lives 72 hours to the minute, not before it was made; leaving works for years."""
    token = TOKENS.confirm(7, NOW)
    claim = TOKENS.read(Purpose.CONFIRM, token, NOW + timedelta(hours=71, minutes=59))
    assert claim == Claim(purpose=Purpose.CONFIRM, subscriber=7, made=NOW)
    assert TOKENS.read(Purpose.CONFIRM, token, NOW + timedelta(hours=72)) is None
    assert TOKENS.read(Purpose.CONFIRM, token, NOW - timedelta(hours=1)) is None
    assert TOKENS.read(Purpose.CONFIRM, token, NOW - timedelta(minutes=1))
    assert TOKENS.read(Purpose.UNSUBSCRIBE, TOKENS.unsubscribe(7), NOW + timedelta(days=3650))


def test_neither_subscriber_nor_issue_can_be_read_from_it() -> None:
    """Tokens of neighbours have nothing in common: the mask differs as the tags do."""
    one, other = TOKENS.unsubscribe(1000, 1), TOKENS.unsubscribe(1001, 1)
    assert sum(a == b for a, b in zip(one, other, strict=True)) < 8


@pytest.mark.parametrize("numbers", [(0, 0), (-1, 0), (2**40, 0), (1, -1), (1, 2**24)])
def test_what_has_no_room_is_refused(numbers: tuple[int, int]) -> None:
    """A number that would become another one is an error of ours."""
    with pytest.raises(ValueError, match="no token has room"):
        TOKENS.unsubscribe(*numbers)


@pytest.mark.parametrize("keys", [[], [b"short"], [KEY, b""]])
def test_weak_keys_are_refused(keys: list[bytes]) -> None:
    """Without a key, or with one that can be guessed, nothing is signed."""
    with pytest.raises(ValueError, match="16 octets"):
        Tokens(keys)


def test_links() -> None:
    """Addresses of three pages, the return path and the mailto; the last two where there are mailboxes."""
    links = Links(
        tokens=TOKENS,
        url="https://example.org/news",
        bounces="b@in.example.org",
        unsubscribe_box="u@example.org",
    )
    assert links.confirm(7, NOW) == f"https://example.org/news/confirm/{TOKENS.confirm(7, NOW)}"
    assert links.unsubscribe(7, 14) == f"https://example.org/news/unsubscribe/{TOKENS.unsubscribe(7, 14)}"
    assert links.preferences(7, 14) == f"https://example.org/news/preferences/{TOKENS.preferences(7, 14)}"
    assert links.return_path(7, 14) == f"b+{TOKENS.bounce(7, 14)}@in.example.org"
    mailto = f"mailto:u+{TOKENS.unsubscribe(7, 14)}@example.org?subject=unsubscribe"
    assert links.unsubscribe_mailto(7, 14) == mailto
    bare = Links(tokens=TOKENS, url="https://example.org")
    assert (bare.return_path(7), bare.unsubscribe_mailto(7)) == ("", "")


def test_tokens_in_addresses() -> None:
    """A token is found behind the plus, whatever an MTA did to its case; there are 64 octets at most."""
    token = TOKENS.bounce(7, 14)
    address = tagged("b" * 31 + "@example.org", token)
    assert len(address.partition("@")[0]) == 64
    assert token_of(address) == token_of(address.upper()) == token
    assert token_of(f"b+{token}=example.org@relay.example") == ""
    assert [token_of(each) for each in ("", "b@example.org", "b+1@example.org", f"+{token[:-1]}!@x")] == [
        ""
    ] * 4
    with pytest.raises(ValueError, match="no room"):
        tagged("b" * 32 + "@example.org", token)
