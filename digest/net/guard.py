"""Connecting to checked addresses only: a name is resolved once, and what was checked is connected to."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterable, Sequence
from itertools import chain, zip_longest
from typing import Any, Final

import httpcore

from digest.net.addresses import Address, Allowed, parse, public
from digest.net.reply import Fault, FetchError
from digest.net.resolving import Resolver

MOST_ADDRESSES: Final = 8
"""Addresses of one name that are tried."""
NEXT_AFTER: Final = 0.25
"""Seconds until the next address is tried beside a silent one (RFC 8305, section 5)."""
LARGEST_HEAD: Final = 65_536
"""Bytes of a status line with its headers, and of everything that is sent before it (1xx)."""


class Guard(httpcore.AsyncNetworkBackend):
    """The only way out: every connection of a pool is made here, that of a redirect too."""

    def __init__(self, allowed: Allowed, resolver: Resolver, *, hint: str = "") -> None:
        """Take what may be reached besides the public, who knows names, and what to do about the rest."""
        self._allowed = allowed
        self._resolver = resolver
        self._hint = hint
        self._way = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 # httpcore's signature; one deadline is over all
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002
    ) -> httpcore.AsyncNetworkStream:
        """Connect to one of the host's addresses.

        Raises:
            FetchError: `dns`, `private` or `refused`.
        """
        addresses = self._public(host, await self._addresses(host, port))
        return await self._first(host, addresses[:MOST_ADDRESSES], port)

    async def connect_unix_socket(self, *_: object, **__: object) -> httpcore.AsyncNetworkStream:
        """No: a socket in the file system is nobody's feed."""
        raise FetchError(Fault.BAD_URL, "unix sockets are not fetched from")

    async def sleep(self, seconds: float) -> None:
        """Wait; a pool asks for it between tries."""
        await asyncio.sleep(seconds)

    async def _addresses(self, host: str, port: int) -> list[Address]:
        literal = parse(host)
        if literal is not None:
            return [literal]
        try:
            texts = await self._resolver(host, port)
        except OSError as error:
            raise FetchError(Fault.DNS, f"there is no address for the name {host}") from error
        found = [address for text in texts if (address := parse(text)) is not None]
        if not found:
            raise FetchError(Fault.DNS, f"there is no address for the name {host}")
        return found

    def _public(self, host: str, addresses: Sequence[Address]) -> list[Address]:
        free = self._allowed.host(host)
        kept = [each for each in addresses if free or public(each) or self._allowed.address(each)]
        if not kept:
            raise FetchError(
                Fault.PRIVATE,
                (host if parse(host) else f"{host} is at {addresses[0]}, which") + " is no public address",
                hint=self._hint,
            )
        return _mixed(kept)

    async def _connect(self, address: Address, port: int) -> Metered:
        return Metered(await self._way.connect_tcp(str(address), port), outside=public(address))

    async def _first(self, host: str, addresses: Sequence[Address], port: int) -> Metered:
        """The first connection that stands; a silent address does not keep the next from being tried."""
        waiting = list(addresses)
        tries: set[asyncio.Task[Metered]] = set()
        won: list[Metered] = []
        fault: BaseException | None = None
        try:
            while not won and (waiting or tries):
                if waiting:
                    tries.add(asyncio.create_task(self._connect(waiting.pop(0), port)))
                done, tries = await asyncio.wait(
                    tries,
                    timeout=NEXT_AFTER if waiting else None,
                    return_when=asyncio.FIRST_COMPLETED,
                )
                fault = next((task.exception() for task in done if task.exception()), fault)
                won += [task.result() for task in done if not task.exception()]
        finally:
            await _drop(tries, won[1:])
        if won:
            return won[0]
        raise FetchError(Fault.REFUSED, f"there is no connection to {host}, port {port}") from fault


def _mixed(addresses: Sequence[Address]) -> list[Address]:
    """IPv6 and IPv4 by turns, beginning with the resolver's choice: one of them may lead nowhere."""
    first = [each for each in addresses if each.version == addresses[0].version]
    other = [each for each in addresses if each.version != addresses[0].version]
    return [each for each in chain.from_iterable(zip_longest(first, other)) if each is not None]


async def _drop(tries: set[asyncio.Task[Metered]], won: Sequence[Metered]) -> None:
    """Leave no connection behind that nobody uses."""
    for task in tries:
        task.cancel()
    late = await asyncio.gather(*tries, return_exceptions=True)
    for stream in (*won, *late):
        if isinstance(stream, Metered):
            await stream.aclose()


class Metered(httpcore.AsyncNetworkStream):
    """A connection that counts what comes: httpcore bounds neither 1xx answers nor what frames a body."""

    def __init__(self, stream: httpcore.AsyncNetworkStream, *, outside: bool) -> None:
        """Take a connection, and whether it leads to a public address."""
        self._stream = stream
        self.outside = outside
        self._left = LARGEST_HEAD
        self._ended = False

    @property
    def ended(self) -> bool:
        """Whether the other side closed the connection."""
        return self._ended

    def allow(self, count: int) -> None:
        """From here on, `count` bytes may come: the head is over."""
        self._left = count

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what is there.

        Raises:
            FetchError: `too-large`.
        """
        if self._left <= 0:
            raise FetchError(Fault.TOO_LARGE, "the server sends more than an answer can have")
        data = await self._stream.read(min(max_bytes, self._left), timeout)
        self._left -= len(data)
        self._ended = not data
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send a request; the count begins anew."""
        self._left = LARGEST_HEAD
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        """Close it."""
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Go on in TLS; the certificate is checked against the name, not the address.

        Raises:
            FetchError: `tls`.
        """
        try:
            stream = await self._stream.start_tls(ssl_context, server_hostname, timeout)
        except httpcore.ConnectError as error:
            raise FetchError(Fault.TLS, _why(error, server_hostname or "")) from error
        except BaseException:  # httpcore leaves the socket open where the deadline falls into a handshake
            await self.aclose()
            raise
        return Metered(stream, outside=self.outside)

    def get_extra_info(self, info: str) -> Any:
        """What the connection knows of itself."""
        return self._stream.get_extra_info(info)


def _why(error: BaseException, host: str) -> str:
    cause = error.__cause__
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"the certificate of {host} is not to be trusted: {cause.verify_message}"
    return f"there is no TLS with {host}: the handshake failed"
