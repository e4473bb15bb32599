"""A resolver on loopback that answers from a table, and what a receiver asks it about a mail."""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.reversename
import dns.rrset

Zone = Mapping[tuple[str, str], Sequence[str]]
"""Records by name and type: `("_dmarc.paper.example", "TXT")`."""


class Resolver:
    """Listens on 127.0.0.1 in a thread of its own; use it in a `with` block."""

    def __init__(self, zone: Zone) -> None:
        self.zone = zone
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._asking = dns.resolver.Resolver(configure=False)
        self._asking.nameservers = ["127.0.0.1"]
        self._asking.port = self._socket.getsockname()[1]
        self._asking.lifetime = 10

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.sendto(b"", self._socket.getsockname())
        self._thread.join(10)
        self._socket.close()

    def _run(self) -> None:
        while True:
            data, peer = self._socket.recvfrom(4096)
            if not data:
                return
            self._socket.sendto(self._answer(dns.message.from_wire(data)).to_wire(), peer)

    def _answer(self, query: dns.message.Message) -> dns.message.Message:
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.RA
        (asked,) = query.question
        kind = asked.rdtype.name
        found = self.zone.get((str(asked.name).rstrip("."), kind))
        if found:
            reply.answer.append(dns.rrset.from_text(asked.name, 60, "IN", kind, *found))
        else:
            reply.set_rcode(dns.rcode.NXDOMAIN)
        return reply

    def ask(self, name: str, kind: str) -> list[str]:
        """The records of a name; of TXT the whole text."""
        try:
            answer = self._asking.resolve(name, kind)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        if kind == "TXT":
            return [b"".join(each.strings).decode() for each in answer]
        return [str(each).rstrip(".") for each in answer]

    def txt(self, name: bytes, timeout: int = 5) -> bytes:
        """As dkimpy asks."""
        return "".join(self.ask(name.decode().rstrip("."), "TXT")).encode()


def spf_passes(resolver: Resolver, address: str, domain: str) -> bool:
    """Whether a server may send for a domain (RFC 7208), as far as `ip4`, `ip6` and `all` tell."""
    records = [each for each in resolver.ask(domain, "TXT") if each.startswith("v=spf1 ")]
    assert len(records) <= 1
    for term in records[0].split()[1:] if records else ():
        kind, _, value = term.partition(":")
        if kind in ("ip4", "ip6") and ipaddress.ip_address(address) in ipaddress.ip_network(value):
            return True
    return False


def dmarc_policy(resolver: Resolver, domain: str) -> str:
    """The policy that a domain publishes (RFC 7489); empty where there is none."""
    for record in resolver.ask(f"_dmarc.{domain}", "TXT"):
        tags = dict(each.strip().split("=", 1) for each in record.split(";") if "=" in each)
        if tags.get("v") == "DMARC1":
            return tags["p"]
    return ""


def aligned(one: str, other: str) -> bool:
    """Whether two domains are one organisation's, by relaxed alignment; those here have two labels."""
    return one.lower().split(".")[-2:] == other.lower().split(".")[-2:]


def name_of(resolver: Resolver, address: str) -> str:
    """The name of an address that leads back to it (PTR, then A); empty where there is none."""
    pointer = dns.reversename.from_address(address).to_text().rstrip(".")
    return next((each for each in resolver.ask(pointer, "PTR") if address in resolver.ask(each, "A")), "")
