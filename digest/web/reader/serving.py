"""`digest serve`: the reader's pages, the round that sends what was asked for, and mail by LMTP."""

from __future__ import annotations

import asyncio
import gc
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress
from typing import Final

import uvicorn
from starlette.applications import Starlette

from digest.deliver.bounces_lmtp import listening as lmtp_listening
from digest.errors import DigestError
from digest.press.bouncing import mailbox_for_us
from digest.press.places import Site
from digest.press.subscription import Reception, Round
from digest.store import Store
from digest.store.bounces import Bounces
from digest.web.reader.app import Desk, application, now_utc

_PAUSE: Final = 5.0  # seconds between rounds; a wish begins one at once
_LONGEST_PAUSE: Final = 300.0
_GRACE: Final = 5  # seconds that open requests get when the server is told to stop

Say = Callable[[str], None]
Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]


def serve(
    site: Site,
    *,
    host: str,
    port: int,
    say: Say = print,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serve a site's readers until SIGTERM or Ctrl-C; `say` gets the address, then what must be told.

    Raises:
        DigestError: the address is taken or not ours, or the database or the secret cannot be used.
    """
    with site.store(tidies=False) as store:
        reception = Reception(site, store)
        with _bound(host, port) as listener:
            address = _address(listener)
            desk = Desk(site, reception)
            config = uvicorn.Config(
                application(desk, lifespan=_living(site, store, desk, say)),
                log_level="warning",
                access_log=False,  # no address of a reader, and no token, in any log
                http="h11",  # httptools, which uvicorn prefers where it is, reads headers without end
                proxy_headers=False,  # clients.network believes the proxies that config.toml names
                server_header=False,
                date_header=True,
                ws="none",
                lifespan="on",
                limit_concurrency=400,
                timeout_keep_alive=10,
                timeout_graceful_shutdown=_GRACE,
            )
            say(f"{address}  (Ctrl-C ends it)")
            if ready:
                ready(address)
            server = uvicorn.Server(config)
            with _settled(), suppress(KeyboardInterrupt):  # uvicorn raises the signal again when it stops
                server.run(sockets=[listener])
            if not server.started:
                raise DigestError("the server did not start", subject=address, hint="the lines above say why")


@contextmanager
def _settled() -> Iterator[None]:
    """What is loaded by now stays: no reader waits while the collector looks at all of it again."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _living(site: Site, store: Store, desk: Desk, say: Say) -> Lifespan:
    """What runs beside the pages: rounds, and LMTP where config.toml names a place for it."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        rounds = asyncio.create_task(_rounds(desk, say))
        place = site.config.bounces.lmtp
        loop = asyncio.get_running_loop()

        def keep(raw: bytes, recipients: tuple[str, ...]) -> None:
            Bounces(store).keep(raw, "lmtp", now_utc(), recipients)
            loop.call_soon_threadsafe(desk.woken.set)

        server = await lmtp_listening(place, keep, mailbox_for_us(site)) if place else None
        if server:
            say(f"lmtp://{place}")
        try:
            yield
        finally:
            if server:
                server.close()
            rounds.cancel()
            with suppress(asyncio.CancelledError):
                await rounds

    return lifespan


async def _rounds(desk: Desk, say: Say) -> None:
    """One round after another, the first at once; what fails is told once, and tried more and more seldom."""
    told, pause = "", _PAUSE
    while True:
        desk.woken.clear()
        try:
            done = await asyncio.to_thread(desk.reception.round, now_utc())
            fault = _faults(done)
        except DigestError as error:
            fault = f"{error.sentence} ({error.subject})" if error.subject else error.sentence
        except Exception as error:  # one broken round must not end all that come after it
            fault = f"digest itself failed: {type(error).__name__}: {error}"
        if fault and fault != told:
            say(f"error  {fault}")
        told, pause = fault, min(pause * 2, _LONGEST_PAUSE) if fault else _PAUSE
        with suppress(TimeoutError):
            await asyncio.wait_for(desk.woken.wait(), pause)


def _faults(done: Round) -> str:
    if done.returned and done.returned.paused_since:
        return (
            "returned mail wants more addresses suppressed than [bounces] max_suppressions allows: it "
            "suppresses none until `digest bounces resume`"
        )
    return f"a confirmation mail waits: {done.fault}" if done.fault else ""


def _bound(host: str, port: int) -> socket.socket:
    """A socket that listens there. Raises DigestError."""
    try:
        family, kind, proto, _, place = socket.getaddrinfo(
            host.strip("[]"), port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, proto)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(place)
            listener.listen(128)
        except OSError:
            listener.close()
            raise
    except OSError as error:
        raise DigestError(
            f"nothing can listen there: {error.strerror or error}",
            subject=f"{host}:{port}",
            hint="choose another --port, or end what listens there",
        ) from error
    return listener


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
