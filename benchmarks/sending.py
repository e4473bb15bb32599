"""Sending with a synced outbox beside Postfix's smtp-source, into the same smtp-sink, over loopback.

Rounds are interleaved and medians compared, as other work on the machine hits both. For the second figure
both go through a proxy that holds every packet back, so that a round trip takes 20 ms.
"""

from __future__ import annotations

import asyncio
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, cast

from digest.deliver.outbox import Queue, Written
from digest.deliver.pacing import Pace
from digest.deliver.recording import Policy
from digest.deliver.sending import Sender
from digest.deliver.settings import Server
from digest.deliver.transports import opener
from digest.store.outbox import Outbox

ROUNDS: Final = 5
DELAY: Final = 0.010  # seconds that the proxy holds a packet back, each way
LINE: Final = b"<p style=3D'margin:0'>" + b"x" * 50 + b"</p>\r\n"
BODY: Final = (LINE * (55_000 // len(LINE))).removesuffix(b"\r\n")
HEAD: Final = (
    b"From: weekly@example.org\r\nTo: %b\r\nSubject: An issue\r\nMessage-ID: <%d@example.org>\r\n\r\n"
)


@dataclass(frozen=True, slots=True)
class Somebody:
    """A subscriber."""

    id: int
    address: str


class Everybody:
    """A people's database in which nobody leaves."""

    def read(self, numbers: Sequence[int]) -> Mapping[int, Somebody]:
        """All of them."""
        return {number: Somebody(number, f"reader{number}@example.org") for number in numbers}

    def still(self, numbers: Collection[int]) -> Collection[int]:
        """All of them."""
        return numbers

    def round(self) -> int:
        """Always the same."""
        return 0


def write(person: Somebody) -> Written:
    """A message of its own for everybody, spliced of what is the same for all."""
    head = HEAD % (person.address.encode(), person.id)
    return Written(sender="b@example.org", recipient=person.address, data=head + BODY)


def free_port() -> int:
    """A port on loopback that nobody listens on."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@contextmanager
def process(line: Sequence[str], port: int):
    """A server as a process of its own, once it listens."""
    with subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        for _ in range(200):
            with socket.socket() as trying:
                if trying.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.02)
        try:
            yield
        finally:
            server.terminate()


def sink(port: int) -> list[str]:
    """The command of a server that takes everything and keeps nothing."""
    return [tool("smtp-sink"), "-u", "nobody", "-c", f"127.0.0.1:{port}", "512"]


def tool(name: str) -> str:
    """One of Postfix's tools, which are in the system's sbin."""
    found = shutil.which(name, path="/usr/sbin:/usr/local/sbin:/usr/bin")
    if not found:
        raise SystemExit(
            f"{name} is missing: apt-get install postfix (make system does it, and starts nothing)"
        )
    return found


def ours(port: int, messages: int, connections: int) -> tuple[float, float]:
    """Messages a second, and microseconds of our processor's time for each."""
    with tempfile.TemporaryDirectory() as folder, Outbox.open(Path(folder) / "outbox.db") as store:
        store.fan_out("weekly", 1, range(1, messages + 1), datetime.now(UTC))
        issue = store.issue("weekly", 1)
        assert issue is not None
        server = Server(host="127.0.0.1", port=port, tls="none", verify=False)
        began, worked = time.perf_counter(), cpu()
        asyncio.run(_send(store, issue, server, connections))
        seconds, work = time.perf_counter() - began, cpu() - worked
        if {state.value: many for state, many in store.counts(issue).items()} != {"sent": messages}:
            raise SystemExit(f"not everything was sent: {store.counts(issue)}")
    return messages / seconds, work / messages * 1e6


async def _send(store, issue, server: Server, connections: int) -> None:
    everybody = Everybody()
    store.begin(issue, datetime.now(UTC), hold=False)
    pace = Pace(0, 0, time.monotonic)
    queue = Queue(store, issue.id, everybody, write, pace, clock=time.monotonic, wall=time.time)
    sender = Sender(store, issue, queue, everybody, opener(server), Policy(connections=connections))
    await sender.run()


def theirs(port: int, messages: int, connections: int) -> tuple[float, float]:
    """The same for smtp-source, which sends the same bytes to everybody and records nothing."""
    with tempfile.NamedTemporaryFile(suffix=".eml") as file:
        file.write((HEAD % (b"reader@example.org", 1) + BODY).replace(b"\r\n", b"\n"))
        file.flush()
        line = [tool("smtp-source"), "-d", "-s", str(connections), "-m", str(messages), "-F", file.name]
        line += ["-f", "b@example.org", "-t", "reader@example.org", f"127.0.0.1:{port}"]
        began = time.perf_counter()
        subprocess.run(line, check=True, capture_output=True)
        return messages / (time.perf_counter() - began), 0.0


def cpu() -> float:
    """Seconds that this process has worked."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def compare(what: str, port: int, messages: int, connections: int, goal: float) -> float:
    """Interleave rounds of both, print medians, and give the ratio."""
    rates: dict[Callable[..., tuple[float, float]], list[float]] = {ours: [], theirs: []}
    work = []
    for _ in range(ROUNDS):
        for sender, found in rates.items():
            rate, micro = sender(port, messages, connections)
            found.append(rate)
            if sender is ours:
                work.append(micro)
    mine, other = (statistics.median(rates[each]) for each in (ours, theirs))
    ratio = statistics.median(a / b for a, b in zip(rates[ours], rates[theirs], strict=True))
    print(
        f"  {what:<34}{mine:>7.0f} msg/s   smtp-source {other:>6.0f}   ratio {ratio:>5.2f}   "
        f"our work {statistics.median(work):.0f} us a message   "
        f"(goal {goal}: {'met' if ratio >= goal else 'NOT met'})"
    )
    return ratio


class Side(asyncio.Protocol):
    """One of the proxy's two connections: what comes here leaves by the other one, later.

    Protocols and not streams: all three programs share two processors, and these cost less.
    """

    transport: asyncio.Transport

    def __init__(self, target: int, other: Side | None = None) -> None:
        self._target, self._other = target, other
        self._loop = asyncio.get_running_loop()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Read nothing before the other side is there."""
        self.transport = cast(asyncio.Transport, transport)
        if self._other is None:
            self.transport.pause_reading()
            self._reaching = self._loop.create_task(self._reach())

    async def _reach(self) -> None:
        reached = self._loop.create_connection(lambda: Side(0, self), "127.0.0.1", self._target)
        _, self._other = await reached
        self.transport.resume_reading()

    def data_received(self, data: bytes) -> None:
        """Hold it back, without slowing the stream down."""
        assert self._other is not None
        self._loop.call_later(DELAY, self._other.transport.write, data)

    def connection_lost(self, _: Exception | None) -> None:
        """Close the other one, once everything has left."""
        if self._other is not None:
            self._loop.call_later(DELAY, self._other.transport.close)


async def proxy(port: int, target: int) -> None:
    """Hold back whatever comes, each way."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Side(target), "127.0.0.1", port, backlog=512)
    async with server:
        await server.serve_forever()


def main() -> None:
    """Measure both distances."""
    print(f"messages of {len(BODY) // 1000} KB over loopback (medians of {ROUNDS} interleaved rounds)")
    port = free_port()
    with process(sink(port), port):
        compare("10 connections, synced outbox", port, 4_000, 10, 0.95)
        far = free_port()
        with process([sys.executable, __file__, "proxy", str(far), str(port)], far):
            compare("50 connections, 20 ms round trips", far, 3_000, 50, 3.0)


if __name__ == "__main__":
    if sys.argv[1:2] == ["proxy"]:
        asyncio.run(proxy(int(sys.argv[2]), int(sys.argv[3])))
    else:
        main()
