"""The sender's postal address, without which no mail goes to readers (CAN-SPAM)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from typing import Final

from digest.errors import DeliveryError

_PLACEHOLDER: Final = re.compile(
    r"\b(todo|tbd|lorem|placeholder|your (postal )?address)\b|x{3}", re.IGNORECASE
)


def is_postal(address: str) -> bool:
    """Whether something stands where the sender's postal address is to be, and no placeholder."""
    return bool(address.strip()) and not _PLACEHOLDER.search(address)


def check_postal(address: str, mails: Mapping[str, tuple[str, str]]) -> None:
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
