"""Reading addresses."""

from __future__ import annotations

import pytest

from digest.deliver.addresses import Mailbox, mailbox
from digest.errors import DeliveryError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ann@example.org", Mailbox(address="ann@example.org")),
        ("  <ann@example.org> ", Mailbox(address="ann@example.org")),
        ("Ann Lee <ann@example.org>", Mailbox(address="ann@example.org", name="Ann Lee")),
        ('"Lee, Ann \\"A\\"" <ann@example.org>', Mailbox(address="ann@example.org", name='Lee, Ann "A"')),
        ("注意力週報 <weekly@example.org>", Mailbox(address="weekly@example.org", name="注意力週報")),
        ("ann@localhost", Mailbox(address="ann@localhost")),
        ("ann@mail.test", Mailbox(address="ann@mail.test")),
        ("ann@例子.台灣", Mailbox(address="ann@xn--fsqu00a.xn--kpry57d")),
        ("週報@example.org", Mailbox(address="週報@example.org", smtputf8=True)),
    ],
)
def test_addresses_are_understood(text: str, expected: Mailbox) -> None:
    """Names, quotes, local domains, international domains (as punycode) and international local parts."""
    assert mailbox(text) == expected


def test_domain_is_what_follows_the_at() -> None:
    """A mailbox knows its domain."""
    assert mailbox("ann@mail.example.org").domain == "mail.example.org"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ann",
        "ann@",
        "@example.org",
        "ann@exa mple.org",
        "a b@example.org",
        "ann@example.org\r\nBcc: eve@example.org",
        "ann@example.org\0",
        "ann\n@example.org",
        "A <ann@example.org> <eve@example.org>",
        "ann@example.org, eve@example.org",
        "<ann@example.org>\r\nX: y <b@c.de>",
        "ann@" + "a" * 300 + ".org",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    """A DeliveryError names the role and shows how an address is written."""
    with pytest.raises(DeliveryError, match=r"the recipient .* cannot be used") as caught:
        mailbox(text, "recipient")
    assert "user@example.org" in caught.value.hint
