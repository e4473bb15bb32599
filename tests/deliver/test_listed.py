"""Addresses of lists."""

from __future__ import annotations

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given
from hypothesis import strategies as st

from digest.deliver.listed import listed, plain, readable
from digest.errors import DeliveryError

WORD = st.text(alphabet="abzAZ019_+-.!'@ü漢", min_size=1, max_size=12)
LABEL = st.text(alphabet="abzAZ09--.", min_size=1, max_size=40)
TLD = st.sampled_from(
    ["org", "ORG", "test", "Test", "local", "onion", "x", "xn--p1ai", "c1", "co.uk", "arpa."]
)
ADDRESS = st.builds("{}@{}.{}".format, WORD, LABEL, TLD) | st.emails() | st.text(max_size=30)


def by_library(text: str) -> str | None:
    """What email-validator makes of it, without DNS: the part before the @ and the domain in ASCII."""
    try:
        found = validate_email(text, check_deliverability=False)
    except EmailNotValidError:
        return None
    return f"{found.local_part}@{found.ascii_domain}"


@given(ADDRESS)
@example("a@" + "b" * 63 + ".org")
@example("a@" + "b" * 64 + ".org")
@example("a@b-.org")
@example("a@-b.org")
@example("a@ab--c.org")
@example("a@b.test")
@example("a@b.TEST")
@example("a@b.contest")
@example("a@b.test.org")
@example("a@b.org\n")
@example("A.B+c@Example.ORG")
@example(".a@b.org")
@example("a.@b.org")
@example("a..b@b.org")
def test_the_quick_way_is_the_librarys(text: str) -> None:
    """What the quick way takes, the library takes, and makes the same of it."""
    found = plain(text)
    if found is not None:
        assert found == by_library(text)


@given(
    st.from_regex(
        r"[a-z0-9]{1,10}(\.[a-z0-9_+-]{1,10})?@[a-z][a-z0-9]{0,9}(\.[a-z]{2,6}){1,2}", fullmatch=True
    )
)
def test_the_quick_way_takes_what_is_plain(text: str) -> None:
    """So that it is the way of most addresses."""
    assert (plain(text) is not None) == (by_library(text) is not None)


@given(ADDRESS)
def test_every_address_is_the_librarys_or_refused(text: str) -> None:
    """The slow way, too, takes nothing that the library refuses."""
    try:
        address, _ = listed(text)
    except DeliveryError:
        return
    assert by_library(address) == address


@pytest.mark.parametrize(
    ("text", "address", "name"),
    [
        ("ann@例子.台灣", "ann@xn--fsqu00a.xn--kpry57d", ""),
        ("Ann@BÜCHER.example.org", "Ann@xn--bcher-kva.example.org", ""),
        ("週報@example.org", "週報@example.org", ""),
        ("Ann Lee <ann@example.org>", "ann@example.org", "Ann Lee"),
    ],
)
def test_addresses_of_the_world(text: str, address: str, name: str) -> None:
    """International domains, international local parts, and a name beside it."""
    assert listed(text) == (address, name)


@pytest.mark.parametrize("text", ["", "ann", "ann@localhost", "test@test", "ann@corp.local", "a@b.c, d@e.fg"])
def test_what_is_no_address_of_a_list_is_refused(text: str) -> None:
    """With a sentence."""
    with pytest.raises(DeliveryError, match="cannot be used"):
        listed(text)


def test_people_read_their_own_letters() -> None:
    """A domain that is none in other letters stays as it is."""
    assert readable("ann@xn--fsqu00a.xn--kpry57d") == "ann@例子.台灣"
    assert readable("ann@example.org") == "ann@example.org"
    assert readable("ann@xn--a.org") == "ann@xn--a.org"
