"""Politeness, counted by the server."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest

from digest.net import Net
from tests.net.conftest import Names, options
from tests.servers.feeds import Answer, FeedServer

pytestmark = pytest.mark.network


def fetch_all(urls: list[str], **given: object) -> None:
    """Fetch side by side."""

    async def run() -> None:
        async with Net(**options(**given)) as net:
            await asyncio.gather(*map(net.get, urls))

    asyncio.run(run())


def test_a_host_is_asked_for_one_thing_at_a_time(feed_server: FeedServer) -> None:
    """Twenty feeds of one host come over one connection, with a pause between them."""
    urls = [feed_server.serve(f"/{n}", Answer(body=b"x", delay=0.005)) for n in range(10)]
    fetch_all(urls, pause=0.02)
    assert feed_server.most_open == 1
    times = [asked.at for asked in feed_server.asked]
    assert len(times) == 10
    assert min(b - a for a, b in pairwise(times)) >= 0.02


def test_hosts_are_asked_side_by_side(feed_server: FeedServer) -> None:
    """As many as the limit says, and no more; who waits for a busy host takes no place from others."""
    most, now = 0, 0

    async def meet(*_: object) -> Answer:
        nonlocal most, now
        now += 1
        most = max(most, now)
        for _ in range(200):  # until all five are here, or it is clear that they do not come
            if most >= 5:
                break
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)  # a sixth would come now
        now -= 1
        return Answer(body=b"x")

    feed_server.serve("/feed", meet)
    names = Names(**{f"host{n}_example": [["127.0.0.1"]] for n in range(12)})
    same = [feed_server.at("/feed", host="host0.example")] * 10
    others = [feed_server.at("/feed", host=f"host{n}.example") for n in range(1, 12)]
    fetch_all(same + others, concurrency=5, resolver=names)
    assert most == 5
    assert len(feed_server.asked) == 21
