"""Who asks: the network of a reader's address, believed from our own proxies only, and how often it asked."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

from starlette.datastructures import Headers
from starlette.types import Scope

_HOUR: Final = 3600.0
_MOST: Final = 20_000  # networks that are remembered; who brings more of them at once is no reader


def network(scope: Scope, proxies: Sequence[str]) -> str:
    """The network that a request comes from: an IPv4 /24 or an IPv6 /48, which one subscriber may have.

    Of X-Forwarded-For what our own `proxies` added is believed, from the right, and nothing before it.
    """
    client = scope.get("client")
    address = client[0] if client else ""
    told = Headers(scope=scope).getlist("x-forwarded-for")
    hops = [hop.strip() for line in told for hop in line.split(",")]
    while hops and _is_among(address, proxies):
        address = hops.pop()
    return _network(address)


def _is_among(address: str, proxies: Sequence[str]) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(_holds(proxy, str(found)) for proxy in proxies)


def _holds(proxy: str, address: str) -> bool:
    try:
        return ip_address(address) in ip_network(proxy.strip("[]"), strict=False)
    except ValueError:
        return False


def _network(address: str) -> str:
    try:
        found = ip_address(address.partition("%")[0].strip("[]"))
    except ValueError:
        return "unknown"
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return str(ip_network(f"{found}/{24 if found.version == 4 else 48}", strict=False))


class Turns:
    """How often each network asked within the last hour; kept in memory, forgotten with the process."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._asked: dict[str, deque[float]] = {}

    def take(self, network: str, now: float) -> bool:
        """Whether a network may ask once more, and that it did; `now` in seconds of a monotonic clock."""
        asked = self._asked.pop(network, None) or deque()
        while asked and asked[0] <= now - _HOUR:
            asked.popleft()
        may = len(asked) < self._most
        if may:
            asked.append(now)
        self._asked[network] = asked  # the last one now
        while len(self._asked) > _MOST:
            del self._asked[next(iter(self._asked))]
        return may
