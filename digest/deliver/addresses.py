"""Mail addresses as they stand in a header and on the wire."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from digest.errors import DeliveryError

_NAMED: Final = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]*)>")
_FORBIDDEN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")

_STAND_IN: Final = "example.com"
"""A domain that is always right, in which a local part can be checked by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """A display name and an address; the domain is in its ASCII form (RFC 5891).

    `smtputf8` says that the part before the @ is not ASCII, so that it needs a server with RFC 6531.
    """

    address: str
    name: str = ""
    smtputf8: bool = False

    @property
    def domain(self) -> str:
        """What stands after the @."""
        return self.address.rpartition("@")[2]


def mailbox(text: str, role: str = "address") -> Mailbox:
    """Read `Name <user@example.org>` or `user@example.org`; the `role` stands in the error's sentence.

    Raises:
        DeliveryError: it is not an address, or holds a line break or another control character.
    """
    if _FORBIDDEN.search(text):
        raise _refused(role, text, "it holds a line break or another control character")
    found = _NAMED.fullmatch(text.strip())
    name, address = (found["name"], found["address"]) if found else ("", text)
    return _checked(address.strip(), _unquoted(name.strip()), role)


def _checked(address: str, name: str, role: str) -> Mailbox:
    from email_validator import EmailNotValidError, validate_email

    local, _, domain = address.rpartition("@")
    private = _is_private(domain)
    try:
        found = validate_email(f"{local}@{_STAND_IN}" if private else address, check_deliverability=False)
    except EmailNotValidError as error:
        raise _refused(role, address, str(error).rstrip(".")) from None
    local, domain = found.local_part, domain.lower() if private else found.ascii_domain or found.domain
    return Mailbox(address=f"{local}@{domain}", name=name, smtputf8=not local.isascii())


def _is_private(domain: str) -> bool:
    """Whether a domain is for networks of one's own or for tests (RFC 6761): such are right here."""
    from email_validator import SPECIAL_USE_DOMAIN_NAMES

    domain = domain.lower()
    special = any(domain == each or domain.endswith(f".{each}") for each in SPECIAL_USE_DOMAIN_NAMES)
    return special and re.fullmatch(r"[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*", domain) is not None


def _unquoted(name: str) -> str:
    if len(name) > 1 and name.startswith('"') and name.endswith('"'):
        return re.sub(r"\\(.)", r"\1", name[1:-1])
    return name


def _refused(role: str, text: str, reason: str) -> DeliveryError:
    return DeliveryError(
        f"the {role} {text!r} cannot be used: {reason}",
        subject=text,
        hint='write it as user@example.org, or as "Name <user@example.org>"',
    )
