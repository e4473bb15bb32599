"""`digest preview`: the issue in the browser, live on every save; it writes nothing."""

from __future__ import annotations

import asyncio
import mimetypes
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Final

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from digest.errors import DigestError
from digest.press import Site
from digest.render.theme import BUILT_IN
from digest.web.desk import Desk
from digest.web.guard import ISSUE_POLICY, Guard
from digest.web.live import Live
from digest.web.press_desk import PressDesk

HOST: Final = "127.0.0.1"
PORT: Final = 8120

_PAGES: Final = BUILT_IN / "preview"
_STATIC: Final = {"desk.js": "text/javascript", "desk.css": "text/css", "icon.svg": "image/svg+xml"}


def app(site: Site, now: datetime | None = None, edition: str | None = None) -> Starlette:
    """The preview of a site as an application; the clock runs where `now` is not given."""
    return desk_app(Live(PressDesk(site, now=now, edition=edition), say=lambda _: None))


def desk_app(live: Live) -> Starlette:
    """The preview of whatever a desk shows."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        running = asyncio.create_task(live.run())
        try:
            yield
        finally:
            live.stop()
            with suppress(asyncio.CancelledError):
                await running

    routes = [
        Route("/", _shell),
        Route("/frame", _frame),
        Route("/events", _events),
        Route("/static/{name}", _static),
        Route("/assets/{name:path}", _asset),
    ]
    application = Starlette(routes=routes, middleware=[Middleware(Guard)], lifespan=lifespan)
    application.state.live = live
    return application


async def _shell(_: Request) -> Response:
    return FileResponse(_PAGES / "desk.html", media_type="text/html")


async def _frame(_: Request) -> Response:
    """The empty page that the issue is put into."""
    page = '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Issue</title></head><body>'
    return HTMLResponse(page, headers={"Content-Security-Policy": ISSUE_POLICY})


async def _events(request: Request) -> Response:
    live: Live = request.app.state.live
    return StreamingResponse(live.events(), media_type="text/event-stream")


async def _static(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _STATIC:
        return PlainTextResponse("There is no such file.\n", 404)
    return FileResponse(_PAGES / name, media_type=_STATIC[name])


async def _asset(request: Request) -> Response:
    live: Live = request.app.state.live
    name = request.path_params["name"]
    data = live.showing.assets.get(name) if live.showing else None
    if data is None:
        return PlainTextResponse("There is no such asset in the issue.\n", 404)
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    # A picture may be SVG with a script in it: as a document of its own it runs nothing.
    return Response(data, media_type=kind, headers={"Content-Security-Policy": "default-src 'none'; sandbox"})


class DeskServer(uvicorn.Server):
    """A server whose streams end when it is told to stop, so that it exits at once."""

    def __init__(self, config: uvicorn.Config, live: Live) -> None:
        super().__init__(config)
        self._live = live

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close what listens, then end the streams."""
        self._live.stop()
        await super().shutdown(sockets)


def serve(
    site: Site,
    port: int = PORT,
    *,
    now: datetime | None = None,
    edition: str | None = None,
    say: Callable[[str], None] = print,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Show the preview until SIGTERM or Ctrl-C; `say` gets the address, then a line for every build.

    Args:
        port: wished for; another one is taken where it is in use.
        ready: called with the address once the page answers, such as to open a browser.

    Raises:
        DigestError: this machine lets us listen nowhere.
    """
    serve_desk(PressDesk(site, now=now, edition=edition), port, say=say, ready=ready)


def serve_desk(
    desk: Desk,
    port: int = PORT,
    *,
    say: Callable[[str], None] = print,
    ready: Callable[[str], None] | None = None,
) -> None:
    """As serve, for any desk."""
    live = Live(desk, say)
    with listening(port) as listener:
        address = f"http://{HOST}:{listener.getsockname()[1]}/"
        config = uvicorn.Config(
            desk_app(live),
            log_level="warning",
            access_log=False,
            ws="none",
            lifespan="on",
            timeout_graceful_shutdown=1,  # an open stream would hold the process otherwise
        )
        say(f"{address}  (Ctrl-C ends it)")
        if ready:
            ready(address)
        with suppress(KeyboardInterrupt):  # uvicorn raises the signal again once it has stopped
            DeskServer(config, live).run(sockets=[listener])


def listening(port: int) -> socket.socket:
    """A socket that listens on loopback at the port, or at a free one where that is taken."""
    for candidate in (port, 0):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, candidate))
            listener.listen(64)
        except OSError:
            listener.close()
            continue
        return listener
    raise DigestError(
        "this machine lets the preview listen on no port", subject=HOST, hint="check its network settings"
    )
