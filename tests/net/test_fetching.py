"""Fetching over real sockets: what comes back, where it may not go, and how it ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from digest.net import Fault, FetchError, Net, Reply
from tests.servers.feeds import FeedServer, conditional, feed

pytestmark = pytest.mark.network

Get = Callable[..., Reply]


@pytest.fixture
def get() -> Get:
    """Fetch one address by a client of its own that may reach loopback."""

    def fetch(url: str, headers: dict[str, str] | None = None, **options: object) -> Reply:
        async def run() -> Reply:
            async with Net(**({"allow_hosts": ["127.0.0.0/8"], "pause": 0, "timeout": 10} | options)) as net:  # type: ignore[arg-type]
                return await net.get(url, headers)

        return asyncio.run(run())

    return fetch


def test_a_feed_comes_back(feed_server: FeedServer, get: Get) -> None:
    """A reply has its address, status, lower-case headers and body."""
    url = feed_server.serve("/feed", feed("<rss/>", etag='"1"'))
    reply = get(url)
    assert (reply.url, reply.status, reply.body, reply.moved) == (url, 200, b"<rss/>", "")
    assert reply.headers["etag"] == '"1"'


def test_what_is_known_is_not_sent_again(feed_server: FeedServer, get: Get) -> None:
    """If-None-Match reaches the server, and its 304 is a reply without a body."""
    url = feed_server.serve("/feed", conditional("<rss/>", '"1"'))
    assert get(url).status == 200
    reply = get(url, {"If-None-Match": '"1"'})
    assert (reply.status, reply.body) == (304, b"")


def test_loopback_is_not_reached_unless_allowed(feed_server: FeedServer, get: Get) -> None:
    """Without allow_hosts a server on loopback hears nothing."""
    url = feed_server.serve("/feed", feed("<rss/>"))
    with pytest.raises(FetchError) as caught:
        get(url, allow_hosts=[])
    assert caught.value.kind is Fault.PRIVATE
    assert caught.value.subject == url
    assert not feed_server.asked
