"""Addresses as they stand in lists: the plain ones told quickly, all others by email-validator."""

from __future__ import annotations

import re
from typing import Final

from digest.deliver.addresses import mailbox
from digest.errors import DeliveryError

_PLAIN: Final = re.compile(
    r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*"
    r"@(?:[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*\.)+"
    r"(?!(?i:arpa|invalid|local|localhost|onion|test)\Z)[A-Za-z]{2,}"
)
_SHORT: Final = 64
"""Characters of an address in which nothing can be too long: neither a label nor the whole."""

_plain = _PLAIN.fullmatch


def plain(text: str) -> str | None:
    """A plain ASCII address as email-validator gives it back; None where it takes more to tell.

    That is most of them, in a fortieth of the time. A test holds it equal to the library.
    """
    if len(text) > _SHORT or _plain(text) is None:
        return None
    lower = text.lower()
    if lower == text:
        return text
    at = text.index("@")
    return text[:at] + lower[at:]


def listed(text: str) -> tuple[str, str]:
    """An address of a list and the name beside it, if any: `Ann <ann@example.org>`.

    Its domain is in ASCII. Domains of networks of one's own are refused: in a list they are slips.

    Raises:
        DeliveryError: it is none.
    """
    found = mailbox(text)
    if plain(found.address) is None:
        _check(found.address)
    return found.address, found.name


def _check(address: str) -> None:
    from email_validator import EmailNotValidError, validate_email

    try:
        validate_email(address, check_deliverability=False)
    except EmailNotValidError as error:
        raise DeliveryError(
            f"the address {address!r} cannot be used: {str(error).rstrip('.')}",
            subject=address,
            hint="`digest subscribers add` takes addresses of networks of one's own",
        ) from None


def readable(address: str) -> str:
    """An address with its domain as people write it: `ann@例子.台灣`."""
    local, _, domain = address.rpartition("@")
    if "xn--" not in domain:
        return address
    from email_validator import EmailNotValidError, validate_email

    try:
        return f"{local}@{validate_email(f'a@{domain}', check_deliverability=False).domain}"
    except EmailNotValidError:
        return address
