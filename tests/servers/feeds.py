"""A web server on loopback that answers as it is told to, and as badly as a feed's server can."""

from __future__ import annotations

import asyncio
import gzip
import socket
import ssl
import struct
import subprocess
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from pathlib import Path

from tests.servers.listening import Listening

REASONS = {200: "OK", 204: "No Content", 301: "Moved Permanently", 302: "Found", 304: "Not Modified"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request as it came: `headers` by lower-case name, `at` on the monotonic clock."""

    method: str
    path: str
    headers: Mapping[str, str]
    at: float
    peer: int
    """The client's port: equal for requests over one connection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A well-formed answer, but for what is said otherwise.

    `delay` seconds pass before it; `drip` seconds between its bytes. `length` is a Content-Length that lies.
    `chunk` is a size of chunks, instead of a Content-Length. `cut` bytes of the body are sent, then the
    connection ends. `close` ends it after the answer.
    """

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    version: str = "1.1"
    delay: float = 0.0
    drip: float = 0.0
    length: int | None = None
    chunk: int = 0
    cut: int | None = None
    close: bool = False

    def head(self) -> bytes:
        """Status line and headers."""
        lines = [f"HTTP/{self.version} {self.status} {REASONS.get(self.status, 'Status')}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        if self.chunk:
            lines.append("Transfer-Encoding: chunked")
        elif self.status not in (204, 304) and self.length != -1:
            lines.append(f"Content-Length: {len(self.body) if self.length is None else self.length}")
        return "\r\n".join([*lines, "", ""]).encode()

    def sent(self) -> bytes:
        """The body as it is framed."""
        body = self.body if self.cut is None else self.body[: self.cut]
        if not self.chunk:
            return body
        pieces = [body[i : i + self.chunk] for i in range(0, len(body), self.chunk)]
        framed = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
        return framed if self.cut is not None else framed + b"0\r\n\r\n"


Play = Callable[[Asked, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[Answer | None]]
Part = Answer | bytes | Play
"""What a path answers: a proper answer, raw bytes, or a play that gives an answer or ends the connection."""


class FeedServer(Listening):
    """Answers on 127.0.0.1 in a thread of its own; use it in a `with` block."""

    def __init__(self, *, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> None:
        """Take what makes it an https server."""
        super().__init__(tls=tls, host=host)
        self._parts: dict[str, deque[Part]] = {}
        self.asked: list[Asked] = []

    def serve(self, path: str, *parts: Part) -> str:
        """Answer a path (with its query) by these, one a request, the last for ever; gives its address."""
        self._parts[path] = deque(parts)
        return self.at(path)

    def at(self, path: str, host: str = "") -> str:
        """The address of a path, by the server's number or under a name."""
        return f"{'https' if self.tls else 'http'}://{host or self.host}:{self.port}{path}"

    def asked_for(self, path: str) -> list[Asked]:
        """The requests for a path, in their order."""
        return [asked for asked in self.asked if asked.path == path]

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer request by request."""
        while await self._once(reader, writer):
            pass

    async def _once(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        start = await reader.readexactly(1)
        if start == b"\x16":  # a TLS handshake, at a server that speaks none
            writer.write(Answer(status=400).head())
            return False
        head = (start + await reader.readuntil(b"\r\n\r\n")).decode(errors="replace").split("\r\n")
        method, path, _ = head[0].split(" ", 2)
        pairs = (line.partition(":") for line in head[1:] if line)
        asked = Asked(
            method=method,
            path=path,
            headers={name.lower(): value.strip() for name, _, value in pairs},
            at=time.monotonic(),
            peer=writer.get_extra_info("peername")[1],
        )
        self.asked.append(asked)
        parts = self._parts.get(path) or deque([Answer(status=404)])
        part = parts.popleft() if len(parts) > 1 else parts[0]
        if isinstance(part, bytes):
            writer.write(part)
            await writer.drain()
            return False
        answer = part if isinstance(part, Answer) else await part(asked, reader, writer)
        return answer is not None and await self._answer(answer, writer)

    async def _answer(self, answer: Answer, writer: asyncio.StreamWriter) -> bool:
        await asyncio.sleep(answer.delay)
        data = answer.head() + answer.sent()
        if answer.drip:
            for byte in data:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(answer.drip)
        else:
            writer.write(data)
            await writer.drain()
        return not (answer.close or answer.cut is not None or answer.version == "1.0" or answer.length == -1)


def feed(body: str | bytes, **headers: str) -> Answer:
    """A feed with the headers of a good server; `etag="…"`, `last_modified="…"` and so on add to them."""
    data = body.encode() if isinstance(body, str) else body
    given = {name.replace("_", "-").title(): value for name, value in headers.items()}
    return Answer(body=data, headers={"Content-Type": "application/rss+xml; charset=utf-8"} | given)


def redirect(status: int, location: str, **headers: str) -> Answer:
    """A redirect."""
    given = {name.replace("_", "-").title(): value for name, value in headers.items()}
    return Answer(status=status, headers={"Location": location} | given)


def conditional(body: str | bytes, etag: str) -> Play:
    """A feed that answers 304 to who knows its ETag already."""
    full = feed(body, etag=etag)

    async def play(asked: Asked, _: asyncio.StreamReader, __: asyncio.StreamWriter) -> Answer:
        known = asked.headers.get("if-none-match") == etag
        return Answer(status=304, headers={"ETag": etag}) if known else full

    return play


def retry_after(status: int, value: str | int) -> Answer:
    """429 or 503 that says when to come again: seconds, or a moment as an HTTP-date."""
    return Answer(status=status, headers={"Retry-After": str(value)})


def http_date(moment: float) -> str:
    """A POSIX time as HTTP writes it."""
    return formatdate(moment, usegmt=True)


def bomb(size: int, layers: int = 1) -> Answer:
    """Zeros, compressed so often that hardly anything of them is left."""
    data = bytes(size)
    for _ in range(layers):
        data = gzip.compress(data, mtime=0)
    return Answer(body=data, headers={"Content-Encoding": ", ".join(["gzip"] * layers)})


def endless(start: bytes, again: bytes) -> Play:
    """Bytes, and then the same ones for ever."""

    async def play(_: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        while not writer.is_closing() and not reader.at_eof():
            writer.write(again)
            await writer.drain()
            await asyncio.sleep(0)

    return play


async def drop(_: Asked, __: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Close the connection without a word."""
    writer.close()


async def reset(_: Asked, __: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Reset the connection (RST)."""
    raw: socket.socket = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def silence(_: Asked, reader: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
    """Take the request and never answer."""
    await reader.read()


def certificate(folder: Path, *names: str) -> tuple[ssl.SSLContext, Path]:
    """A context for an https server, with a certificate of its own for these names, and that certificate."""
    key, cert = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
         "-keyout", key, "-out", cert, "-days", "2", "-subj", f"/CN={names[0]}",
         "-addext", "subjectAltName=" + ",".join(
             f"{'IP' if name.replace('.', '').isdigit() else 'DNS'}:{name}" for name in names)],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context, cert
