"""HTTP over guarded connections: an httpx transport that opens none by itself."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from typing import Any, Final

import httpcore
import httpx

from digest.net.guard import Guard, Metered
from digest.net.locating import host_of
from digest.net.reply import Fault, FetchError

IDLE: Final = 10.0
"""Seconds that a connection is kept for the next request to the same host."""
FAULTS: Final = (httpcore.NetworkError, httpcore.ProtocolError, OSError)


class Wire(httpx.AsyncBaseTransport):
    """Send requests; no proxy, no environment, HTTP/1.1.

    Of two ways out, the extension `trusted` of a request chooses the one to hosts of one's own.

    A pool for each host: httpcore looks at all idle connections of a pool, with a system call each, whenever
    a request begins or ends.
    """

    def __init__(self, *, trusted: Guard, outside: Guard, tls: ssl.SSLContext) -> None:
        """Take the ways out, and what TLS trusts."""
        self._guards = {True: trusted, False: outside}
        self._tls = tls
        self._pools: dict[tuple[str, bool], httpcore.AsyncConnectionPool] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and read the head of its answer.

        A connection that was kept may have been closed meanwhile, or hold what a wrong Content-Length left
        in it: then the request is sent once more, over a new one (RFC 9110, section 9.2.2).

        Raises:
            FetchError: whatever its kind.
        """
        while True:
            fresh: list[str] = []
            try:
                return await self._send(request, fresh)
            except FAULTS as error:
                if fresh:
                    raise broken(error) from error

    async def _send(self, request: httpx.Request, fresh: list[str]) -> httpx.Response:
        async def trace(name: str, _: Any) -> None:
            if name == "connection.connect_tcp.started":
                fresh.append(name)

        url = request.url
        pool = self._pool(host_of(url), bool(request.extensions.get("trusted")))
        response = await pool.handle_async_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
                ),
                headers=request.headers.raw,
                extensions={"trace": trace},
            )
        )
        return httpx.Response(
            response.status,
            headers=response.headers,
            stream=_Body(response),
            extensions=response.extensions,
            request=request,
        )

    def _pool(self, host: str, trusted: bool) -> httpcore.AsyncConnectionPool:
        if (host, trusted) not in self._pools:
            self._pools[host, trusted] = httpcore.AsyncConnectionPool(
                ssl_context=self._tls, keepalive_expiry=IDLE, network_backend=self._guards[trusted]
            )
        return self._pools[host, trusted]

    async def part(self, host: str) -> None:
        """Close the connections to a host that nobody wants anything of any more."""
        for trusted in (True, False):
            pool = self._pools.pop((host, trusted), None)
            if pool is not None:
                await pool.aclose()

    async def aclose(self) -> None:
        """Close every connection."""
        for host, _ in list(self._pools):
            await self.part(host)


class _Body(httpx.AsyncByteStream):
    """The body, as it comes."""

    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for piece in self._response.aiter_stream():
                yield piece
        except FAULTS as error:
            raise broken(error, ended=metered(self._response.extensions).ended) from error

    async def aclose(self) -> None:
        await self._response.aclose()


def metered(extensions: Any) -> Metered:
    """The connection that an answer came over.

    Raises:
        FetchError: the server took it for another protocol (101).
    """
    stream = extensions["network_stream"]
    if not isinstance(stream, Metered):
        raise FetchError(Fault.PROTOCOL, "the server wants to speak another protocol")
    return stream


def broken(error: Exception, *, ended: bool = False) -> FetchError:
    """What a fault of httpcore means."""
    if isinstance(error, ssl.SSLError):
        return FetchError(Fault.TLS, "the TLS connection broke off")
    if ended or isinstance(error, (httpcore.NetworkError, OSError)) or "disconnected" in str(error):
        return FetchError(Fault.INCOMPLETE, "the connection ended before the answer did")
    return FetchError(Fault.PROTOCOL, f"what came is not HTTP: {str(error)[:120]}")
