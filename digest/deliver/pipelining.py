"""One SMTP connection after its handshake: a message a round trip, by pipelining (RFC 2920).

`body CRLF . CRLF MAIL RCPT DATA` leave together: the end of one message and the envelope of the next. Where
the server offers no PIPELINING the same steps go one by one. The connection decides nothing: it asks its
office for deliveries, tells it every reply, and lets a body leave only when the office says that the mark is
on the disk.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Callable
from typing import Final, cast

from digest.deliver.office import Deadlines, Letter, Office
from digest.deliver.replies import Cause, Fate, Reply, Step, Verdict, parse, verdict

_FORBIDDEN: Final = re.compile(rb"[\x00-\x20<>\x7f]")


class Wire(asyncio.Protocol):
    """A connection that sends one delivery after another."""

    def __init__(
        self,
        office: Office,
        transport: asyncio.Transport,
        *,
        pipelining: bool,
        smtputf8: bool = False,
        eight_bit: bool = False,
        deadlines: Deadlines | None = None,
        clock: Callable[[], float],
        keep: object = None,
    ) -> None:
        """Take over a transport whose handshake, TLS and AUTH are done; `keep` stays alive with it."""
        self._office = office
        self._transport = transport
        self._pipelining = pipelining
        self.smtputf8 = smtputf8
        self._eight_bit = eight_bit
        self._deadlines = deadlines or Deadlines()
        self._clock = clock
        self._keep = keep
        self._buffer = bytearray()
        self._expected: deque[Step] = deque()  # what the server owes replies to, in their order
        self._unsent: deque[tuple[Step, bytes]] = deque()  # without PIPELINING: what waits for a reply
        self._flying: Letter | None = None  # its body has left
        self._letter: Letter | None = None  # its envelope is under way, or it waits for its mark
        self._refusal: tuple[Step, Reply] | None = None
        self._open = True
        self.sent = 0
        self.deadline = float("inf")
        transport.set_protocol(self)

    # What the office does.

    @property
    def alive(self) -> bool:
        """Whether something can be sent."""
        return self._open and not self._transport.is_closing()

    @property
    def busy(self) -> bool:
        """Whether a body is on its way."""
        return self._flying is not None

    def begin(self) -> None:
        """Take the next delivery, or be idle."""
        self._begin(rset=False)

    def go(self, letter: Letter) -> None:
        """Let a body leave, whose mark is on the disk, and the next envelope with it."""
        self._flying, self._letter = letter, None
        self._expect(_DOT)
        following = self._next() if self._pipelining else None
        if following is None:
            self._transport.write(letter.data + _END)
            return
        self._letter = following
        self._expected.extend(_ENVELOPE)
        self._transport.write(b"".join((letter.data, _END, *self._envelope(following))))

    def quit(self) -> None:
        """Say farewell, when nothing is under way; who does not answer is left."""
        if self.alive and not self._expected:
            self._expect(Step.QUIT)
            self._transport.write(b"QUIT\r\n")
        else:
            self._end("the end", ours=True)
            self._transport.abort()

    def drop(self, why: str) -> None:
        """End the connection now: a message without its dot was never sent."""
        self._end(why)
        self._transport.abort()

    def withdraw(self, why: str) -> None:
        """Do not send what waits for its mark: the server wants a message now, so the connection ends."""
        self._letter = None
        self._end(why, ours=True)
        self._transport.abort()

    def expire(self) -> None:
        """End a connection whose reply is overdue."""
        step = self._expected[0] if self._expected else Step.QUIT
        self.drop(f"no reply to {_SAID[step]} in {self._deadlines.of(step):g} s")

    # What the server does.

    def data_received(self, data: bytes) -> None:
        """Take replies."""
        self._buffer += data
        heard = False
        try:
            while self._buffer and self._open and (reply := self._parsed()):
                heard = True
                self._heard(reply)
        except Exception as error:
            self._office.broken(error)
        if heard:  # a part of a reply gives no more time for the rest
            self._await_next()

    def _await_next(self) -> None:
        """Begin to count the seconds for the reply that is owed next."""
        owed = self._open and self._expected
        self.deadline = self._clock() + self._deadlines.of(owed[0]) if owed else float("inf")

    def _parsed(self) -> Reply | None:
        try:
            return parse(self._buffer)
        except ValueError as error:
            self.drop(str(error))
            return None

    def eof_received(self) -> bool:
        """Close with the server."""
        return False

    def connection_lost(self, error: Exception | None) -> None:
        """Settle what was under way."""
        self._end(str(error) if error else "the server closed the connection")

    def _heard(self, reply: Reply) -> None:
        if not self._expected:
            self.drop(f"the server said, unasked: {reply}")
            return
        step = self._expected.popleft()
        if step is _DOT:
            self._dot(reply)
        elif step in _ENVELOPE:
            self._enveloped(step, reply)
        elif step is Step.QUIT:
            self.withdraw("the end")
        elif step is Step.EMPTY:
            self._refused()
        elif self._unsent:
            self._step()

    def _dot(self, reply: Reply) -> None:
        letter, self._flying = cast(Letter, self._flying), None
        outcome = verdict(_DOT, reply)
        self.sent += 1
        self._office.settle(letter, outcome, reply)
        if reply.code == 421:
            self._office.closing()
            self.drop(str(reply))
        elif self._letter is None and self._open:
            self._begin(rset=False)

    def _enveloped(self, step: Step, reply: Reply) -> None:
        """A reply to MAIL, RCPT or DATA."""
        outcome = verdict(step, reply)
        if outcome.fate is Fate.CLOSING:
            self._office.closing()
            self.drop(str(reply))
            return
        if outcome.fate is not Fate.SENT and self._refusal is None:
            self._refusal = step, reply
        if step is Step.DATA:
            self._data(reply)
        elif self._unsent:
            self._step()

    def _data(self, reply: Reply) -> None:
        if self._refusal is None:
            self._office.mark(self, cast(Letter, self._letter))
        elif reply.code == 354:
            # RFC 2920 §3.1: DATA was taken although the recipient was not; an empty message goes nowhere.
            self._expect(Step.EMPTY)
            self._transport.write(b".\r\n")
        else:
            self._refused()

    def _step(self) -> None:
        """Without PIPELINING: say the next thing, or leave off what was refused."""
        if self._refusal is not None:
            self._unsent.clear()
            self._refused()
            return
        step, line = self._unsent.popleft()
        self._expect(step)
        self._transport.write(line)

    def _refused(self) -> None:
        letter, self._letter = cast(Letter, self._letter), None
        step, reply = cast(tuple[Step, Reply], self._refusal)
        self._refusal = None
        self._office.settle(letter, verdict(step, reply), reply)
        if self._open:
            self._begin(rset=True)

    def _next(self) -> Letter | None:
        """The next delivery whose address this server can take."""
        while (letter := self._office.next()) and letter.smtputf8 and not self.smtputf8:
            self._office.settle(letter, _UNFIT, _NO_SMTPUTF8)
        return letter

    def _begin(self, *, rset: bool) -> None:
        """Send the next envelope; after a refusal the server must first forget the one before."""
        letter = self._next()
        lines = [(Step.RSET, b"RSET\r\n")] if rset else []
        if letter is not None:
            self._letter = letter
            lines += zip(_ENVELOPE, self._envelope(letter), strict=True)
        if not lines:
            self._office.idle(self)
            return
        if self._pipelining:
            for step, _ in lines:
                self._expect(step)
            self._transport.write(b"".join(line for _, line in lines))
        else:
            self._unsent.extend(lines)
            if not self._expected:
                self._step()
        if letter is None:
            self._office.idle(self)

    def _expect(self, step: Step) -> None:
        if not self._expected:
            self.deadline = self._clock() + self._deadlines.of(step)
        self._expected.append(step)

    def _envelope(self, letter: Letter) -> tuple[bytes, bytes, bytes]:
        options = b""
        if letter.smtputf8:
            options = b" SMTPUTF8 BODY=8BITMIME" if self._eight_bit else b" SMTPUTF8"
        return (
            b"MAIL FROM:<%b>%b\r\n" % (_address(letter.sender), options),
            b"RCPT TO:<%b>\r\n" % _address(letter.recipient),
            b"DATA\r\n",
        )

    def _end(self, why: str, *, ours: bool = False) -> None:
        if not self._open:
            return
        self._open = False
        self.deadline = float("inf")
        flying, letter = self._flying, self._letter
        self._flying = self._letter = None
        if flying is not None:
            self._office.ambiguous(flying, why)
        if letter is not None:
            self._office.back(letter)
        self._office.lost(self, "" if ours else why)


_END: Final = b"\r\n.\r\n"
_UNFIT: Final = Verdict(fate=Fate.FAILED, cause=Cause.UNFIT)
_NO_SMTPUTF8: Final = Reply(code=553, text="5.6.7 our server offers no SMTPUTF8")
_DOT: Final = Step.DOT
_ENVELOPE: Final = (Step.MAIL, Step.RCPT, Step.DATA)
_SAID: Final = {
    Step.RSET: "RSET",
    Step.MAIL: "the sender",
    Step.RCPT: "the recipient",
    Step.DATA: "DATA",
    Step.DOT: "the message",
    Step.EMPTY: "an empty message",
    Step.QUIT: "QUIT",
}


def _address(text: str) -> bytes:
    """An address for the envelope. Raises ValueError for what could end the command (SMTP smuggling)."""
    data = text.encode()
    if _FORBIDDEN.search(data):
        raise ValueError(f"{text!r} cannot stand in an envelope")
    return data


def fits_envelope(text: str) -> bool:
    """Whether an address can stand in an envelope: no space, control character or angle bracket."""
    return not _FORBIDDEN.search(text.encode("utf-8", "replace"))
