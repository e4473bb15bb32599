"""Fetching an address: redirects by us, one deadline over all, nothing kept from visit to visit."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final

import httpx

from digest import __version__
from digest.net.addresses import Allowed
from digest.net.cookies import Cookies
from digest.net.guard import Guard
from digest.net.inflating import OFFERED, Inflating, too_large
from digest.net.locating import host_of, locate, shown
from digest.net.reply import Fault, FetchError, Redirect, Reply
from digest.net.resolving import Resolver, resolve
from digest.net.turns import Turns
from digest.net.wire import Wire, metered

MOST_REDIRECTS: Final = 10
MOST_PIECES: Final = 20_000
"""Chunks of less than 64 bytes: each costs some 10 µs of everybody's time."""
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
ALLOW: Final = "if it is a host of your own, name it in `allow_hosts` of [feeds]"
SUBSCRIBE: Final = "A redirect from outside leads there; if that is right, use the address that it leads to."
BODILESS: Final = frozenset({204, 304})
"""Read to their end, of which nothing comes, the connection is free for the next feed of its host."""
SECRET: Final = frozenset({"authorization", "cookie", "proxy-authorization"})
"""Headers that a redirect does not carry to another host."""
SILENT: Final = frozenset({Fault.DNS, Fault.REFUSED, Fault.TIMEOUT})
GIVE_UP: Final = 3
"""Visits in a row that a host may leave without an answer, before the others are not made at all."""


@dataclass(slots=True, kw_only=True)
class _Visit:
    """One `get` on its way from hop to hop."""

    url: httpx.URL
    headers: dict[str, str]
    left: float
    cookies: Cookies = field(default_factory=Cookies)
    hops: list[Redirect] = field(default_factory=list)
    seen: set[tuple[str, bytes]] = field(default_factory=set)
    lifted: bool = False
    trusted: bool = True
    """Whether hosts of one's own may be reached: not by a redirect that came from outside."""


class Net:
    """A client that reaches public hosts and those allowed, and no others.

    Use it as `async with Net(…) as net:` within one event loop.
    """

    def __init__(
        self,
        *,
        allow_hosts: Iterable[str] = (),
        timeout: float = 20.0,
        max_bytes: int = 5_000_000,
        user_agent: str = f"digest/{__version__}",
        concurrency: int = 16,
        pause: float = 0.2,
        resolver: Resolver = resolve,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """Take the limits.

        Args:
            allow_hosts: names, addresses and networks that may be reached although they are not public.
            timeout: seconds of a whole visit, redirects included; waiting for one's turn is not counted.
            max_bytes: size of a body, as sent and decompressed.
            user_agent: what servers are told.
            concurrency: hosts that are asked side by side.
            pause: seconds between two visits of one host.
            resolver: from names to addresses; the system's by default.
            tls: what is trusted; the certificates that httpx brings, whatever the environment says.
        """
        self._timeout = timeout
        self._max_bytes = max_bytes
        self._user_agent = user_agent
        self._turns = Turns(concurrency=concurrency, pause=pause)
        self._silent: dict[bytes, list[Fault]] = {}
        trust = tls or httpx.create_ssl_context(trust_env=False)
        self._wire = Wire(
            trusted=Guard(Allowed(allow_hosts), resolver, hint=ALLOW),
            outside=Guard(Allowed(), resolver, hint=SUBSCRIBE),
            tls=trust,
        )

    async def __aenter__(self) -> Net:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close every connection."""
        await self._wire.aclose()

    async def get(self, url: str, headers: Mapping[str, str] | None = None, *, trusted: bool = True) -> Reply:
        """Fetch an address and follow its redirects.

        Args:
            url: http or https.
            headers: sent besides ours, such as If-None-Match.
            trusted: whether hosts of one's own may be reached; not if a page from outside named the address.

        Raises:
            FetchError: there is no reply; its `subject` is `url`.
        """
        try:
            visit = _Visit(url=locate(url), headers=dict(headers or {}), left=self._timeout, trusted=trusted)
            while True:
                reply = await self._hop(visit)
                if reply is not None:
                    return reply
        except FetchError as error:
            error.subject = shown(url)
            raise

    async def _hop(self, visit: _Visit) -> Reply | None:
        """One request in its turn; None where it led to another address."""
        host = host_of(visit.url)
        async with self._turns.turn(host, pause=not visit.hops) as door:
            silent = self._silent.setdefault(visit.url.netloc, [])
            if len(silent) >= GIVE_UP:
                raise FetchError(silent[-1], f"{host} did not answer {GIVE_UP} others before")
            going_on = False
            try:
                reply = await self._within(visit)
                going_on = reply is None and host_of(visit.url) == host
            except FetchError as error:
                silent[:] = [*silent, error.kind] if error.kind in SILENT else []
                raise _lifted(error) if visit.lifted else error from error.__cause__
            finally:
                if not (going_on or door.wanted):
                    await self._wire.part(host)
            silent.clear()
            return reply

    async def _within(self, visit: _Visit) -> Reply | None:
        clock = asyncio.get_running_loop().time
        began = clock()
        try:
            async with asyncio.timeout(visit.left):
                return await self._ask(visit)
        except TimeoutError as error:
            sentence = f"the answer of {host_of(visit.url)} was not complete in {self._timeout:g} s"
            raise FetchError(Fault.TIMEOUT, sentence) from error
        finally:
            visit.left -= clock() - began

    async def _ask(self, visit: _Visit) -> Reply | None:
        request = self._request(visit)
        response = await self._wire.handle_async_request(request)
        try:
            connection = metered(response.extensions)
            connection.allow(2 * self._max_bytes + 65_536)
            visit.trusted &= not connection.outside
            if response.status_code in REDIRECTS:
                self._follow(visit, response)
                return None
            return Reply(
                url=str(visit.url),
                status=response.status_code,
                headers=_headers(response),
                body=await self._body(response),
                redirects=tuple(visit.hops),
                trusted=visit.trusted,
            )
        finally:
            await response.aclose()

    def _request(self, visit: _Visit) -> httpx.Request:
        ours = {"User-Agent": self._user_agent, "Accept": "*/*", "Accept-Encoding": OFFERED}
        fields = {
            name.lower(): (name, value)
            for name, value in (ours | visit.headers).items()
            if name.lower() != "host"
        }
        pairs = [(name.encode("ascii"), value.encode()) for name, value in fields.values()]
        pairs.insert(0, (b"Host", visit.url.netloc))
        cookie = visit.cookies.give(host_of(visit.url))
        if cookie:
            pairs.append((b"Cookie", cookie))
        step = (str(visit.url), cookie)
        if step in visit.seen or len(visit.hops) > MOST_REDIRECTS:
            raise FetchError(Fault.REDIRECT_LOOP, "the redirects of this address do not end")
        visit.seen.add(step)
        return httpx.Request("GET", visit.url, headers=pairs, extensions={"trusted": visit.trusted})

    def _follow(self, visit: _Visit, response: httpx.Response) -> None:
        """Go on to where a redirect leads; its cookies last for the visit, because some servers want them."""
        places = [value for name, value in response.headers.raw if name.lower() == b"location"]
        if not places or not places[0].strip():
            raise FetchError(Fault.PROTOCOL, f"status {response.status_code} does not say where it leads")
        visit.cookies.take(host_of(visit.url), response.headers.raw)
        target = locate(_text(places[0]), visit.url)
        if visit.url.scheme == "https" and target.scheme == "http":
            target = _lift(target)
            visit.lifted = True
        if host_of(target) != host_of(visit.url):
            visit.headers = {k: v for k, v in visit.headers.items() if k.lower() not in SECRET}
        visit.url = target
        visit.hops.append(Redirect(status=response.status_code, url=str(target)))

    async def _body(self, response: httpx.Response) -> bytes:
        if response.status_code in BODILESS:
            return b"".join([piece async for piece in response.aiter_raw()])
        if not 200 <= response.status_code < 300:
            return b""
        length = response.headers.get("content-length", "")
        if length.isdigit() and int(length) > self._max_bytes:
            raise too_large(self._max_bytes)
        layers = Inflating(response.headers.get("content-encoding", ""), self._max_bytes)
        body = bytearray()
        pieces = sent = 0
        async for piece in response.aiter_raw():
            pieces, sent = pieces + 1, sent + len(piece)
            if pieces > MOST_PIECES + sent // 64:
                raise FetchError(Fault.PROTOCOL, "the body comes in too many crumbs")
            for part in layers.feed(piece):
                body += part
        layers.close()
        return bytes(body)


def _lift(url: httpx.URL) -> httpx.URL:
    """The https address in place of an http one: what was asked for in secret stays so."""
    if url.port not in (None, 80):
        raise _lifted(None)
    return url.copy_with(scheme="https", port=None)


def _lifted(error: FetchError | None) -> FetchError:
    """A redirect from https to http that https could not stand in for."""
    if error is not None and error.kind not in (Fault.REFUSED, Fault.TLS, Fault.REDIRECT_LOOP):
        return error
    return FetchError(
        Fault.DOWNGRADE,
        "the address redirects from https to http, and is not there by https",
        hint="if you trust it all the same, give its http address",
    )


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _headers(response: httpx.Response) -> dict[str, str]:
    found: dict[str, str] = {}
    for raw, value in response.headers.raw:
        name = raw.decode("ascii").lower()
        if name != "set-cookie":
            found[name] = f"{found[name]}, {_text(value)}" if name in found else _text(value)
    return found
