"""`make bench`: how long unsubscribing takes, at rest and beside a sender.

First the writing itself, from a token to what is safe on the disk, then a mail provider's whole POST (RFC
8058). `digest serve`, the sender and smtp-sink are processes of their own. Two lines say what nobody could
save: one commit of SQLite with its sync on this disk, and a POST that Starlette answers at once. While the
sender runs it writes down each claim with its time: none may be of somebody whose POST was answered before.
"""

from __future__ import annotations

import asyncio
import http.client
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import sending
from bench import config_toml, met

from digest.deliver.outbox import Queue
from digest.deliver.pacing import Pace
from digest.deliver.recording import Policy
from digest.deliver.sending import Sender
from digest.deliver.settings import Server
from digest.deliver.transports import opener
from digest.model.people import SubscriberState
from digest.press.bouncing import site_links
from digest.press.places import Site
from digest.press.subscription import Reception
from digest.store.audience import Audience
from digest.store.intake import Intake
from digest.store.outbox import Outbox
from digest.store.subscribers import Subscribers

CONFIG: Final = config_toml("https://127.0.0.1", articles="content")
READERS: Final = 60_000
POSTS: Final = 600
PAUSE: Final = 0.002  # seconds between two POSTs
AIM: Final = 5.0  # milliseconds
FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}


def milliseconds(do: Callable[[int], object], times: int) -> list[float]:
    """How long each of so many calls takes."""
    took = []
    for number in range(times):
        began = time.perf_counter()
        do(number)
        took.append((time.perf_counter() - began) * 1e3)
        time.sleep(PAUSE)
    return took


def told(what: str, took: list[float], aim: float = 0.0) -> None:
    """Print the median and the 99th percentile."""
    p99 = statistics.quantiles(took, n=100)[98]
    verdict = f"aim p99 ≤ {aim:g} ms: {met(p99 <= aim)}" if aim else ""
    print(f"  {what:<46}p50 {statistics.median(took):>6.2f} ms   p99 {p99:>6.2f} ms   {verdict}".rstrip())


def commits(folder: Path) -> list[float]:
    """One row changed, and on the disk."""
    with closing(sqlite3.connect(folder / "plain.db", isolation_level=None)) as database:
        for each in (
            "PRAGMA journal_mode=WAL",
            "PRAGMA synchronous=FULL",
            "CREATE TABLE IF NOT EXISTS t (x)",
        ):
            database.execute(each)
        return milliseconds(lambda number: database.execute("INSERT INTO t VALUES (?)", (number,)), POSTS)


def floors(folder: Path, port: int, when: str) -> None:
    """Print what an answer takes at least: the disk's part and the server's."""
    told(f"{when}a synced commit", commits(folder))
    told(f"{when}a POST answered at once", posts(port, ["/x"] * POSTS))


def writes(site: Site, paths: list[str]) -> list[float]:
    """The writing itself, as `digest serve` has it done."""
    with site.store(tidies=False) as store:
        reception = Reception(site, store)
        tokens = [path.rpartition("/")[2] for path in paths]

        def leave(number: int) -> None:
            if reception.leave(tokens[number], "one-click", datetime.now(UTC)) is None:
                raise SystemExit("not unsubscribed")

        leave(0)
        return milliseconds(lambda number: leave(number + 1), len(tokens) - 1)


@contextmanager
def child(what: str, *more: str) -> Iterator[subprocess.Popen[bytes]]:
    """A part of this file as a process of its own, which is told to end at the end."""
    with subprocess.Popen([sys.executable, __file__, what, *more]) as running:
        try:
            yield running
        finally:
            running.terminate()


def posts(port: int, paths: list[str], answered: list[float] | None = None) -> list[float]:
    """POST each path as RFC 8058 has it, over one connection; `answered` gets the time of each answer."""
    await_port(port)
    with closing(http.client.HTTPConnection("127.0.0.1", port)) as connection:
        connection.connect()
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        def post(number: int) -> None:
            connection.request("POST", paths[number], b"List-Unsubscribe=One-Click", FORM)
            answer = connection.getresponse()
            if answer.read() != b"unsubscribed\n":
                raise SystemExit(f"not unsubscribed: {answer.status}")
            if answered is not None:
                answered.append(time.time())

        post(0)  # what is loaded but once
        if answered is not None:
            answered.clear()
        return milliseconds(lambda number: post(number + 1), len(paths) - 1)


def await_port(port: int) -> None:
    """Return once somebody listens there."""
    for _ in range(500):
        with socket.socket() as trying:
            if trying.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise SystemExit("the server did not start")


def bare(port: int) -> None:
    """A POST that nothing is done for."""
    import uvicorn
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    async def answer(request: Request) -> PlainTextResponse:
        await request.body()
        return PlainTextResponse("unsubscribed\n")

    routes = [Route("/{token}", answer, methods=["POST"])]
    uvicorn.run(Starlette(routes=routes), port=port, log_level="error", access_log=False)


def serving(folder: Path, port: int) -> None:
    """`digest serve`."""
    from digest.web.reader.serving import serve

    serve(Site.load(folder), host="127.0.0.1", port=port, say=lambda _: None)


class Watched(Outbox):
    """An outbox that writes down whom it marks, and when it was about to."""

    claims: list[tuple[int, float]]

    def commit(self, issue, results, marks, at):  # type: ignore[no-untyped-def]
        """As every outbox."""
        now = time.time()
        self.claims += [(subscriber, now) for subscriber, _ in marks]
        super().commit(issue, results, marks, at)


def send(folder: Path, port: int) -> None:
    """Send to everybody who is there, until told to stop; then write the claims."""
    import signal

    ended = False

    def end(*_: object) -> None:
        nonlocal ended
        ended = True

    signal.signal(signal.SIGTERM, end)
    with Site.load(folder).store() as store, Watched.open(folder / "var" / "outbox.db") as outbox:
        outbox.claims = []
        issue = outbox.issue("weekly", 1)
        assert issue is not None
        with Audience(store, "weekly") as audience:
            pace, clock = Pace(0, 0, time.monotonic), time.monotonic
            queue = Queue(outbox, issue.id, audience, sending.write, pace, clock=clock, wall=time.time)
            server = Server(host="127.0.0.1", port=port, tls="none", verify=False)
            sender = Sender(
                outbox,
                issue,
                queue,
                audience,
                opener(server),
                Policy(connections=10, grace=2),
                stopped=lambda: ended,
            )
            asyncio.run(sender.run())
        (folder / "claims").write_text("".join(f"{who} {at}\n" for who, at in outbox.claims))


def owed(site: Site) -> list[str]:
    """Subscribe so many readers and owe each an issue; the paths by which they leave, by their numbers."""
    at = datetime.now(UTC)
    addresses = [f"reader{number}@example.org" for number in range(READERS)]
    rows = [(each, each, SubscriberState.ACTIVE.value, "", "", "", "", "") for each in addresses]
    with site.store() as store, Intake(Subscribers(store, (b"k" * 32,)), at, source="bench") as intake:
        intake.take("weekly", rows)
    with Outbox.open(site.root / "var" / "outbox.db") as outbox:
        outbox.fan_out("weekly", 1, range(1, READERS + 1), at)
    token = site_links(site).tokens.unsubscribe
    return [f"/unsubscribe/{token(number, 1)}" for number in range(1, READERS + 1)]


def claimed_late(folder: Path, leaving: list[int], answered: list[float]) -> tuple[int, int]:
    """How many were claimed in all, and how many of those after their POST was answered."""
    left = dict(zip(leaving, answered, strict=True))
    claims = [line.split() for line in (folder / "claims").read_text().splitlines()]
    late = sum(float(at) > left[int(who)] for who, at in claims if int(who) in left)
    return len(claims), late


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "config.toml").write_text(CONFIG)
        (folder / "content").mkdir()
        site = Site.load(folder)
        paths = owed(site)
        print(f"Unsubscribing, {POSTS} of {READERS} readers each time, one after another")
        bare_port, port, mail = sending.free_port(), sending.free_port(), sending.free_port()
        with (
            child("bare", str(bare_port)),
            child("serve", str(folder), str(port)),
            sending.process(sending.sink(mail), mail),
        ):
            await_port(port)  # so that nothing starts while others are measured
            floors(folder, bare_port, "")
            told("unsubscribing: the writing", writes(site, paths[POSTS : 2 * POSTS]), AIM)
            told("unsubscribing: the whole POST", posts(port, paths[:POSTS]), AIM)
            # From the end of the list, so that the sender has not been there yet.
            leaving = list(range(READERS, READERS - POSTS, -1))
            answered: list[float] = []
            with child("send", str(folder), str(mail)) as sender:
                time.sleep(1.0)
                took = posts(port, [paths[number - 1] for number in leaving], answered)
                wrote = writes(site, paths[-2 * POSTS : -POSTS])
                floors(folder, bare_port, "beside a sender: ")
                busy = sender.poll() is None
            told("beside a sender: the writing", wrote, AIM)
            told("beside a sender: the whole POST", took, AIM)
        many, late = claimed_late(folder, leaving[1:], answered)
        print(
            f"  {many} were claimed meanwhile{'' if busy else ' (the sender was done too early)'}; "
            f"after they had left: {late} (aim 0: {met(not late)})"
        )


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["bare", number]:
            bare(int(number))
        case ["serve", place, number]:
            serving(Path(place), int(number))
        case ["send", place, number]:
            send(Path(place), int(number))
        case _:
            main()
