"""200 feeds that answer 304 after 20 ms, beside what the network alone would take.

The ideal is the latency times the rounds that the concurrency leaves: nobody who asks 16 hosts side by side
can be faster. The server is a process of its own, so that its work is not counted as ours.
"""

from __future__ import annotations

import asyncio
import math
import resource
import subprocess
import sys
import time
from typing import Final

from digest.net import Net

FEEDS: Final = 200
LATENCY: Final = 0.020
ROUNDS: Final = 7
BOUND: Final = 1.5
"""How much longer than the ideal counts as bounded by the network."""
NOT_MODIFIED: Final = b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\nDate: Mon, 26 Jan 2026 09:00:00 GMT\r\n\r\n'


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """304 to everything, late."""
    try:
        while True:
            await reader.readuntil(b"\r\n\r\n")
            await asyncio.sleep(LATENCY)
            writer.write(NOT_MODIFIED)
    except (asyncio.IncompleteReadError, OSError):
        writer.close()


async def serve() -> None:
    """Listen, say where, and answer until stdin ends."""
    server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


async def loopback(_: str, __: int) -> tuple[str, ...]:
    """Every name is this machine."""
    return ("127.0.0.1",)


async def fetch(urls: list[str], concurrency: int) -> float:
    """Seconds for all of them, conditionally, side by side."""
    net = Net(allow_hosts=["127.0.0.1"], concurrency=concurrency, pause=0, resolver=loopback)
    began = time.perf_counter()
    async with net:
        replies = await asyncio.gather(*(net.get(url, {"If-None-Match": '"1"'}) for url in urls))
    seconds = time.perf_counter() - began
    if {reply.status for reply in replies} != {304}:
        raise SystemExit("the server did not answer 304 to everything")
    return seconds


def cpu() -> float:
    """Seconds that this process has worked."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def measure(what: str, urls: list[str], concurrency: int, side_by_side: int) -> float:
    """Print the best beside the ideal, and give their ratio."""
    before = cpu()
    seconds = min(asyncio.run(fetch(urls, concurrency)) for _ in range(ROUNDS))
    work = (cpu() - before) / ROUNDS / len(urls)
    ideal = math.ceil(len(urls) / side_by_side) * LATENCY
    print(
        f"  {what:<38}{seconds * 1000:>6.0f} ms   ideal {ideal * 1000:>5.0f} ms   "
        f"ratio {seconds / ideal:>5.2f}   our work {work * 1000:.2f} ms a feed"
    )
    return seconds / ideal


def main() -> None:
    """Measure, and say whether the network is the bound."""
    line = [sys.executable, __file__, "serve"]
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        port = int(server.stdout.readline())
        hosts = [f"http://feed{number}.example:{port}/feed.xml" for number in range(FEEDS)]
        one = [f"http://feed.example:{port}/{number}.xml" for number in range(FEEDS)]
        print(
            f"{FEEDS} feeds that answer 304 after {LATENCY * 1000:.0f} ms (best of {ROUNDS}: noise only adds)"
        )
        ratio = measure("a host each, 16 side by side", hosts, 16, 16)
        measure("a host each, 64 side by side", hosts, 64, 64)
        measure("all of one host, one after the other", one, 16, 1)
        server.stdin.close()
    print(f"  bounded by the network (ratio at 16 ≤ {BOUND}): {'met' if ratio <= BOUND else 'NOT met'}")


if __name__ == "__main__":
    if sys.argv[1:] == ["serve"]:
        asyncio.run(serve())
    else:
        main()
