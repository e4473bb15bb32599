"""Who has the deliveries, and the ways that take them one after another: what either may ask of the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from digest.deliver.replies import Reply, Step, Verdict


@dataclass(frozen=True, slots=True, eq=False)
class Letter:
    """A message for one recipient as it goes over the wire: its envelope, and its bytes.

    `data` has CRLF line ends, none after the last line, and no line that begins with a dot. `attempts` counts
    the tries before this one. `round` is the state of the people's database that its reader was read in.
    """

    subscriber: int
    attempts: int
    sender: str
    recipient: str
    data: bytes
    smtputf8: bool = False
    round: int = 0

    @property
    def domain(self) -> str:
        """The recipient's domain, as it is paced by."""
        return self.recipient.rpartition("@")[2].lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """Seconds that a server may take for a whole reply, however it trickles in (RFC 5321 §4.5.3.2).

    `dot` is for the reply after a message, with the sending of the message.
    """

    command: float = 300.0
    data: float = 120.0
    dot: float = 600.0

    def of(self, step: Step) -> float:
        """The seconds for the reply to a step."""
        if step in (Step.DOT, Step.EMPTY):
            return self.dot
        return self.data if step is Step.DATA else self.command


class Office(Protocol):
    """Who has the deliveries: see digest.deliver.sending."""

    def next(self) -> Letter | None:
        """The next delivery that may go now; None where none may."""
        ...

    def mark(self, channel: Channel, letter: Letter) -> None:
        """Ask for a delivery's mark; the office calls the channel's `go` when it is on the disk."""
        ...

    def settle(self, letter: Letter, outcome: Verdict, reply: Reply) -> None:
        """A server's word on a delivery."""
        ...

    def ambiguous(self, letter: Letter, why: str) -> None:
        """A body left and no reply came."""
        ...

    def back(self, letter: Letter) -> None:
        """A delivery whose body has not left and will not."""
        ...

    def closing(self) -> None:
        """The server said 421: it has too many of us."""
        ...

    def idle(self, channel: Channel) -> None:
        """There was nothing next for a channel."""
        ...

    def lost(self, channel: Channel, why: str) -> None:
        """A channel has ended; `why` is empty where we ended it ourselves for no fault of it."""
        ...

    def broken(self, error: BaseException) -> None:
        """A fault of ours in a callback, where nobody would hear of it."""
        ...


class Channel(Protocol):
    """A way for one delivery after another: a connection, or a program that is called."""

    deadline: float
    """When the reply that it waits for is overdue, in monotonic seconds."""

    @property
    def alive(self) -> bool:
        """Whether something can be sent."""
        ...

    @property
    def busy(self) -> bool:
        """Whether a body is on its way."""
        ...

    def begin(self) -> None:
        """Take the next delivery, or be idle."""
        ...

    def go(self, letter: Letter) -> None:
        """Let a body leave, whose mark is on the disk."""
        ...

    def withdraw(self, why: str) -> None:
        """Do not send what waits for its mark."""
        ...

    def quit(self) -> None:
        """Say farewell."""
        ...

    def drop(self, why: str) -> None:
        """End it now."""
        ...

    def expire(self) -> None:
        """End it, as a reply is overdue."""
        ...
