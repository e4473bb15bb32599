"""Ways without a connection, a call for each delivery: a folder of .eml files, and the system's sendmail."""

from __future__ import annotations

import asyncio
import re
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from digest.deliver.office import Letter, Office
from digest.deliver.replies import Reply, Step, verdict
from digest.deliver.transports import write_eml
from digest.errors import DeliveryError

Hand = Callable[[Letter], Reply]
"""Hands one delivery over and says what became of it, as an SMTP server would. Raises DeliveryError."""

_SYSEXITS: Final = {
    0: "250 2.0.0 taken",
    64: "501 5.7.0 sendmail does not understand how it is called",
    65: "554 5.7.0 sendmail does not take the message",
    67: "550 5.1.1 no such address",
    68: "550 5.1.2 no such host",
    77: "550 5.7.1 sendmail does not let us",
    78: "550 5.7.0 sendmail is not set up",
}
"""What sendmail's exit codes (sysexits.h) mean; every other one is for now."""
_PATIENCE: Final = 120.0  # seconds that sendmail may take
_ID: Final = re.compile(rb"^Message-ID: *<([^>\r\n]+)>", re.IGNORECASE | re.MULTILINE)


class Call:
    """A channel that hands deliveries over one by one, in a thread, so that nobody else waits."""

    def __init__(self, office: Office, hand: Hand) -> None:
        self._office, self._hand = office, hand
        self._letter: Letter | None = None
        self._task: asyncio.Task[None] | None = None
        self._open = True
        self.deadline = float("inf")  # `hand` keeps its own

    @property
    def alive(self) -> bool:
        """See Channel."""
        return self._open

    @property
    def busy(self) -> bool:
        """See Channel."""
        return self._task is not None

    def begin(self) -> None:
        """See Channel."""
        self._letter = self._office.next()
        if self._letter is None:
            self._office.idle(self)
        else:
            self._office.mark(self, self._letter)

    def go(self, letter: Letter) -> None:
        """See Channel."""
        self._letter = None
        self._task = asyncio.get_running_loop().create_task(self._go(letter))

    def withdraw(self, why: str) -> None:  # noqa: ARG002 # as every channel
        """See Channel."""
        self._letter = None
        self.quit()

    def quit(self) -> None:
        """See Channel."""
        if self._open:
            self._open = False
            if self._letter is not None:
                self._office.back(self._letter)
            self._office.lost(self, "")

    def drop(self, why: str) -> None:  # noqa: ARG002 # as every channel
        """See Channel: what has been handed over is not taken back, so its end is waited for."""
        if self._task is None:
            self.quit()

    def expire(self) -> None:
        """See Channel; never overdue."""

    async def _go(self, letter: Letter) -> None:
        try:
            reply = await asyncio.to_thread(self._hand, letter)
            self._task = None
            self._office.settle(letter, verdict(Step.DOT, reply), reply)
            if self._open:
                self.begin()
        except Exception as error:
            self._task = None
            self._office.back(letter)
            self._office.broken(error)


def folder(place: Path) -> Hand:
    """Write each message as a file of its own, under its Message-ID: again, it is the same file."""

    def hand(letter: Letter) -> Reply:
        found = _ID.search(letter.data)
        name = found[1].decode() if found else f"{letter.subscriber}"
        write_eml(place, letter.data + b"\r\n", name)
        return Reply(code=250, text="2.0.0 written")

    return hand


def sendmail(program: str) -> Hand:
    """Give each message to a program that is called as sendmail is (`-i -f SENDER -- RECIPIENT`)."""

    def hand(letter: Letter) -> Reply:
        line = [program, "-i", "-f", letter.sender, "--", letter.recipient]
        try:
            done = subprocess.run(
                line,
                # A program of the system takes its line ends.
                input=letter.data.replace(b"\r\n", b"\n") + b"\n",
                capture_output=True,
                timeout=_PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Reply(code=451, text=f"4.4.2 {program} did not end in {_PATIENCE:g} s")
        except OSError as error:
            raise DeliveryError(
                f"{program} cannot be called: {error.strerror}",
                subject="[delivery] sendmail",
                hint="name the program, or use another transport",
            ) from error
        code, _, text = _SYSEXITS.get(done.returncode, "451 4.3.0 sendmail cannot now").partition(" ")
        said = " ".join(done.stderr.decode("utf-8", "replace").split())
        return Reply(code=int(code), text=f"{text}: {said}"[:300] if said else text)

    return hand


def caller(hand: Hand) -> Callable[[Office], Awaitable[Call]]:
    """What opens such channels for a sender."""

    async def open_call(office: Office) -> Call:
        return Call(office, hand)

    return open_call
