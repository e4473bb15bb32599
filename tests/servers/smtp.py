"""A mail server on loopback that takes what it gets, pipelined or not, and answers as badly as is wanted."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.servers.listening import Listening

_ID = re.compile(rb"^Message-ID: *<([^>]*)>", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A message that reached its dot, whatever was said of it then."""

    recipient: str
    sender: str
    message_id: str
    data: bytes
    session: int


@dataclass(frozen=True, slots=True)
class Hang:
    """Close the connection instead of a reply; `take` keeps the message first."""

    take: bool = False


@dataclass(frozen=True, slots=True)
class Drip:
    """A reply whose bytes come one by one, so many seconds apart."""

    text: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Late:
    """A reply that comes after so many seconds."""

    text: str
    seconds: float


Answer = str | Hang | Drip | Late | None
"""What is said; None for what a good server says."""


@dataclass(slots=True)
class Session:
    """A connection, and how far it is."""

    number: int
    server: MailServer
    sender: str = ""
    recipient: str = ""
    messages: int = 0
    commands: list[str] = field(default_factory=list)


Script = Callable[[Session, str, str], Answer]
"""Answers a step (CONNECT, EHLO, MAIL, RCPT, DATA, DOT, RSET, QUIT, AUTH) with its argument."""


class MailServer(Listening):
    """Listens on 127.0.0.1 in a thread of its own; use it in a `with` block.

    Args:
        offers: what EHLO names.
        keep: whether messages are kept in full.
    """

    def __init__(
        self,
        script: Script = lambda _session, _step, _text: None,
        *,
        offers: tuple[str, ...] = ("PIPELINING", "8BITMIME", "SMTPUTF8"),
        keep: bool = False,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        super().__init__(tls=tls)
        self.script = script
        self.offers = offers
        self.keep = keep
        self.taken: list[Taken] = []
        self.sessions: list[Session] = []

    @property
    def counts(self) -> Counter[str]:
        """How often each recipient's message was taken."""
        return Counter(each.recipient for each in self.taken)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Greet, and answer command by command."""
        session = Session(len(self.sessions), self)
        self.sessions.append(session)
        if await self._say(writer, self.script(session, "CONNECT", ""), "220 here"):
            while await self._once(session, reader, writer):
                pass

    def leave(self, writer: asyncio.StreamWriter) -> None:
        """End a connection at once, as a server that hangs does."""
        writer.transport.abort()

    async def _once(
        self, session: Session, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        line = (await reader.readuntil(b"\r\n")).decode().rstrip("\r\n")
        verb = line.partition(" ")[0].upper()
        session.commands.append(line)
        answer = self.script(session, verb, line)
        good = {
            "EHLO": "\r\n".join(f"250{'-' if more else ' '}{offer}" for more, offer in self._offered()),
            "HELO": "250 here",
            "DATA": "354 go on",
            "QUIT": "221 bye",
            "AUTH": "235 2.7.0 welcome",
        }.get(verb, "250 2.0.0 ok")
        if verb == "MAIL":
            session.sender, session.recipient = _address(line), ""
        elif verb == "DATA" and answer is None and not session.recipient:
            answer = "503 5.5.1 no valid recipients"
        if not await self._say(writer, answer, good):
            return False
        if verb == "RCPT" and (answer is None or _text(answer).startswith("2")):
            session.recipient = _address(line)
        if verb == "DATA" and (answer is None or _text(answer).startswith("354")):
            return await self._message(session, reader, writer)
        return verb != "QUIT"

    async def _message(
        self, session: Session, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        first = await reader.readexactly(3)
        rest = b"" if first == b".\r\n" else await reader.readuntil(b"\r\n.\r\n")
        if not session.recipient:
            return await self._say(writer, None, "554 5.5.1 no valid recipients")
        data = first + rest
        answer = self.script(session, "DOT", session.recipient)
        if answer is None or (isinstance(answer, Hang) and answer.take) or _text(answer).startswith("2"):
            self._take(session, data)
        session.messages += 1
        session.sender = session.recipient = ""
        return await self._say(writer, answer, "250 2.0.0 taken")

    def _take(self, session: Session, data: bytes) -> None:
        found = _ID.search(data)
        self.taken.append(
            Taken(
                recipient=session.recipient,
                sender=session.sender,
                message_id=found[1].decode() if found else "",
                data=data[: -len(b"\r\n.\r\n")] if self.keep else b"",
                session=session.number,
            )
        )

    def _offered(self) -> list[tuple[bool, str]]:
        offers = ["here", *self.offers]
        return [(number < len(offers) - 1, offer) for number, offer in enumerate(offers)]

    @staticmethod
    async def _say(writer: asyncio.StreamWriter, answer: Answer, good: str) -> bool:
        if isinstance(answer, Hang):
            return False
        if isinstance(answer, Drip):
            for byte in f"{answer.text}\r\n".encode():
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(answer.seconds)
            return True
        if isinstance(answer, Late):
            await asyncio.sleep(answer.seconds)
        text = good if answer is None else _text(answer)
        writer.write(f"{text}\r\n".encode())
        await writer.drain()
        return not text.startswith(("421", "554 5.3.2"))


def _text(answer: Answer) -> str:
    return answer if isinstance(answer, str) else answer.text if isinstance(answer, Drip | Late) else ""


def _address(line: str) -> str:
    return line.partition("<")[2].partition(">")[0]
