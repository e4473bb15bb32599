"""What stands before the reader's pages: our names, our prefix, and headers that keep quiet."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from digest.web.guard import NAMES, host_name

POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
"""The reader's pages run no script, and ask nobody else for anything."""

PUBLIC_POLICY: Final = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' https: data:; media-src 'self' https:; font-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
"""The public site shows pictures of elsewhere, too; no code but its own."""

HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
PUBLIC_HEADERS: Final = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": PUBLIC_POLICY,
    "Cross-Origin-Resource-Policy": "cross-origin",  # its pictures stand in mails
    "Referrer-Policy": "strict-origin-when-cross-origin",
}


class Guard:
    """Middleware: answers 421 to a name that is not ours, and puts the headers on what is answered."""

    def __init__(self, app: ASGIApp, hosts: Collection[str], prefix: str) -> None:
        self.app: Final = app
        self._hosts: Final = frozenset({*NAMES, *(host.lower() for host in hosts)})
        self._prefix: Final = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is for us, under the prefix whether or not a proxy has taken it off."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        app: ASGIApp = self.app
        if host_name(Headers(scope=scope).get("host", "")) not in self._hosts:
            app = PlainTextResponse("This is not the address of this site.\n", 421)
        path = scope["path"]
        if self._prefix and not f"{path}/".startswith(f"{self._prefix}/"):
            path = self._prefix + path
        placed = {**scope, "path": path, "root_path": self._prefix}
        await app(placed, receive, with_headers(send, HEADERS))


def with_headers(send: Send, headers: dict[str, str]) -> Send:
    """A send that adds headers where the answer has none of the name."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = MutableHeaders(scope=message)
            for name, value in headers.items():
                given.setdefault(name, value)
        await send(message)

    return sending
