"""Which addresses are public: what nobody on the outside may make us connect to is not."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from digest.net.locating import host_of, locate
from digest.net.reply import FetchError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

FOREIGN_V4: Final = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this host (RFC 791)
        "10.0.0.0/8",  # private (RFC 1918)
        "100.64.0.0/10",  # carrier-grade NAT (RFC 6598); 100.100.100.200 is a cloud's metadata
        "127.0.0.0/8",  # loopback (RFC 1122)
        "168.63.129.16/32",  # Azure's host, though the address looks public
        "169.254.0.0/16",  # link-local (RFC 3927); 169.254.169.254 is the metadata of most clouds
        "172.16.0.0/12",  # private (RFC 1918)
        "192.0.0.0/24",  # IETF protocol assignments (RFC 6890); 192.0.0.192 is a cloud's metadata
        "192.0.2.0/24",  # documentation (RFC 5737)
        "192.88.99.0/24",  # 6to4 relays, deprecated (RFC 7526)
        "192.168.0.0/16",  # private (RFC 1918)
        "198.18.0.0/15",  # benchmarks (RFC 2544)
        "198.51.100.0/24",  # documentation (RFC 5737)
        "203.0.113.0/24",  # documentation (RFC 5737)
        "224.0.0.0/4",  # multicast (RFC 5771)
        "240.0.0.0/4",  # reserved, and broadcast (RFC 1112, RFC 919)
    )
)
PUBLIC_V6: Final = IPv6Network("2000::/3")
"""Global unicast (RFC 4291); outside lie loopback, v4-mapped, NAT64, unique local, link-local, multicast."""
FOREIGN_V6: Final = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # IETF protocol assignments: Teredo, ORCHID, benchmarks (RFC 2928)
        "2001:db8::/32",  # documentation (RFC 3849)
        "2002::/16",  # 6to4, which carries an IPv4 address (RFC 3056)
        "3fff::/20",  # documentation (RFC 9637)
    )
)


def public(address: Address) -> bool:
    """Whether an address belongs to the public internet (IANA's registries of special-purpose addresses)."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in FOREIGN_V4)
    if address.scope_id is not None:
        return False
    return address in PUBLIC_V6 and not any(address in network for network in FOREIGN_V6)


class Allowed:
    """Hosts and networks of one's own, which may be fetched from although their addresses are not public."""

    def __init__(self, entries: Iterable[str] = ()) -> None:
        """Take names (`feeds.internal`), addresses (`10.1.2.3`) and networks (`10.1.0.0/16`, `fd00::/8`)."""
        self._names: set[str] = set()
        self._networks: list[Network] = []
        for entry in entries:
            self._add(entry.strip().lower().strip("[]").rstrip("."))

    def _add(self, entry: str) -> None:
        try:
            self._networks.append(ip_network(entry, strict=False))
        except ValueError:
            with suppress(FetchError):  # a name that there cannot be allows nothing
                self._names.add(host_of(locate(f"http://{entry}/")))

    def host(self, name: str) -> bool:
        """Whether every address of this name is allowed."""
        return name in self._names

    def address(self, address: Address) -> bool:
        """Whether this very address is allowed."""
        return any(address.version == network.version and address in network for network in self._networks)


def parse(text: str) -> Address | None:
    """An address as a resolver writes it, or None where it is none."""
    try:
        return ip_address(text)
    except ValueError:
        return None
