"""Asking the DNS: the system's resolver, or one that is named."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

from digest.errors import DigestError, UsageError

if TYPE_CHECKING:
    from dns.resolver import Answer

_SECONDS: Final = 5.0  # for one name, all tries together


class Names:
    """Asks a resolver; a name without such records has none, and only a resolver that fails is a fault.

    Methods raise DigestError with the name that could not be asked for.
    """

    def __init__(self, server: str = "") -> None:
        """The system's resolver, or that at `host` or `host:port`, an address. Raises DigestError."""
        from dns.resolver import NoResolverConfiguration, Resolver

        try:
            self._resolver = Resolver(configure=not server)
        except NoResolverConfiguration:
            raise DigestError("this machine has no resolver", hint="name one: --dns 9.9.9.9") from None
        self._resolver.lifetime = _SECONDS
        if server:
            self._resolver.nameservers, self._resolver.port = _place(server)

    def texts(self, name: str) -> tuple[str, ...]:
        """Its TXT records, each as one text."""
        return tuple(
            b"".join(each.strings).decode("utf-8", "replace") for each in self._ask(name, "TXT") or ()
        )

    def addresses(self, name: str) -> tuple[str, ...]:
        """Its addresses, IPv4 first."""
        return tuple(str(each.address) for kind in ("A", "AAAA") for each in self._ask(name, kind) or ())

    def exchangers(self, name: str) -> tuple[str, ...]:
        """The servers that take its mail (MX)."""
        return tuple(str(each.exchange).rstrip(".") for each in self._ask(name, "MX") or ())

    def names_of(self, address: str) -> tuple[str, ...]:
        """The names of an address (PTR)."""
        from dns.reversename import from_address

        return tuple(
            str(each.target).rstrip(".") for each in self._ask(str(from_address(address)), "PTR") or ()
        )

    def _ask(self, name: str, kind: str) -> Answer | None:
        from dns.exception import DNSException, Timeout
        from dns.name import EmptyLabel, LabelTooLong, NameTooLong
        from dns.resolver import NXDOMAIN, NoAnswer

        try:
            return self._resolver.resolve(name, kind)
        except (NXDOMAIN, NoAnswer, LabelTooLong, NameTooLong, EmptyLabel):
            return None
        except Timeout:
            said = f"no resolver answers within {self._resolver.lifetime:g} s"
        except DNSException as error:
            said = f"the resolver fails: {' '.join(str(error).split()).rstrip('.') or type(error).__name__}"
        hint = "check the network and its resolver, or name another: --dns 9.9.9.9"
        raise DigestError(said, subject=f"{kind} {name}", hint=hint)


def _place(server: str) -> tuple[list[str], int]:
    host, colon, port = server.rpartition(":") if server.count(":") == 1 else (server, "", "")
    try:
        found = str(ip_address(host.strip("[]")))
        number = int(port) if colon else 53
        if not 0 < number < 65_536:
            raise ValueError
    except ValueError:
        raise UsageError(
            f"{server!r} is no resolver", subject="--dns", hint="write an address: 9.9.9.9 or 127.0.0.1:5353"
        ) from None
    return [found], number
