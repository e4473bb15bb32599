"""Answers with bytes changed, lost, doubled and added: each is a reply or a FetchError, and none hangs."""

from __future__ import annotations

import asyncio
import gzip
import random
import zlib
from collections import Counter

import pytest

from digest.net import FetchError, Net
from tests.net.conftest import Names, options
from tests.servers.feeds import Asked, FeedServer

pytestmark = pytest.mark.network

BODY = "<rss><channel><title>茶</title></channel></rss>".encode() * 20
PACKED = gzip.compress(BODY, mtime=0)
TWICE = gzip.compress(zlib.compress(BODY), mtime=0)
SOUND = (
    b'HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nETag: "1"\r\nContent-Length: %d\r\n\r\n' % len(BODY)
    + BODY,
    b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(PACKED) + PACKED,
    b"HTTP/1.1 200 OK\r\nContent-Encoding: deflate, gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
    + b"%x\r\n%b\r\n0\r\nX: y\r\n\r\n" % (len(TWICE), TWICE),
    b"HTTP/1.0 200 OK\r\nServer: old\r\n\r\n" + BODY,
    b'HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n',
    b"HTTP/1.1 302 Found\r\nLocation: http://feeds.example:81/a?b#c\r\nContent-Length: 0\r\n"
    b"Set-Cookie: a=b; Domain=x; Path=/; Max-Age=9; Expires=Wed, 28 Jan 2026 09:00:00 GMT; Secure\r\n\r\n",
    b"HTTP/1.1 301 Moved\r\nLocation: ../feed\r\n"
    b'Set-Cookie: a="b;c"; Version=1; Port="80,443"\r\nContent-Length: 0\r\n\r\n',
    b"HTTP/1.1 503 No\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n",
)
WORDS = (
    b"\r\n", b"\r", b"\n", b"\0", b"\xff", b": ", b",", b";", b"-1", b"9" * 30, b"chunked", b"gzip", b"%",
    b"[::1]", b"//", b"\\", b"@", b"xn--a", b" ", b"\t", b"0", b"HTTP/1.1 200 OK\r\n",
    b"Content-Length: 1\r\n", b"Transfer-Encoding: chunked\r\n", b"Set-Cookie: \x80=\xff\r\n",
    b"Location: http://[\r\n", b"\x1f\x8b",
)  # fmt: skip


def mutated(chance: random.Random) -> bytes:
    """A sound answer with a few changes."""
    data = bytearray(chance.choice(SOUND))
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(data) + 1)
        if chance.random() < 0.6:  # most of what matters stands in the head
            at = min(at, chance.randrange(200))
        match chance.randrange(5):
            case 0:
                data[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del data[at : at + chance.randint(1, 30)]
            case 2:
                data[at:at] = chance.choice(WORDS)
            case 3:
                data[at:at] = data[at : at + chance.randint(1, 60)]
            case 4:
                data[at : at + len(chance.choice(WORDS))] = chance.choice(WORDS)
    return bytes(data)


def fetch_mutated(server: FeedServer, count: int, seed: int) -> Counter[str]:
    """How so many mutated answers end: a status, or the kind of a fault."""
    chance = random.Random(seed)
    ends: Counter[str] = Counter()

    async def play(_: Asked, __: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(mutated(chance))
        await writer.drain()

    url = server.serve("/feed", play)

    async def run() -> None:
        for _ in range(count // 50):
            async with Net(**options(timeout=30, max_bytes=100_000, resolver=Names())) as net:
                for _ in range(50):
                    try:
                        async with asyncio.timeout(60):
                            ends[str((await net.get(url)).status)] += 1
                    except FetchError as error:
                        ends[error.kind] += 1

    asyncio.run(run())
    return ends


@pytest.mark.no_cover
def test_any_answer_is_a_reply_or_a_fault(feed_server: FeedServer) -> None:
    """Nothing else is raised, nothing waits for its deadline, and enough of each kind has been seen."""
    ends = fetch_mutated(feed_server, 400, 7)
    assert sum(ends.values()) == 400
    assert ends["timeout"] == 0
    assert {"200", "protocol", "incomplete"} <= set(ends)


@pytest.mark.soak
def test_any_answer_is_a_reply_or_a_fault_in_the_long_run(feed_server: FeedServer) -> None:
    """The same for ten thousand."""
    for seed in range(25):
        assert fetch_mutated(feed_server, 400, seed)["timeout"] == 0
