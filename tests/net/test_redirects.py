"""Redirects: followed by us, one checked hop after the other."""

from __future__ import annotations

import pytest

from digest.net import Fault, Redirect, Reply
from digest.net.fetching import MOST_REDIRECTS
from tests.net.conftest import Fails, Get, Names
from tests.servers.feeds import Answer, FeedServer, endless, feed, redirect

pytestmark = pytest.mark.network


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed_and_told(feed_server: FeedServer, get: Get, status: int) -> None:
    """The reply says where it came from, over which hops, and whether the address has moved for good."""
    url = feed_server.serve("/old", redirect(status, "/new"))
    new = feed_server.serve("/new", feed("<rss/>"))
    reply = get(url)
    assert (reply.url, reply.body, reply.redirects) == (new, b"<rss/>", (Redirect(status=status, url=new),))
    assert reply.moved == (new if status in (301, 308) else "")


def test_only_a_chain_of_permanent_redirects_moves_an_address() -> None:
    """One temporary hop among them, and the old address stays the right one."""

    def moved(*statuses: int) -> str:
        hops = tuple(Redirect(status=status, url="x") for status in statuses)
        return Reply(url="https://new.example/", status=200, redirects=hops).moved

    assert moved(301, 308, 301) == "https://new.example/"
    for chain in [(), (302,), (301, 302), (302, 301), (301, 307, 308), (303,)]:
        assert moved(*chain) == ""


@pytest.mark.parametrize("status", [300, 304, 305, 306, 399])
def test_other_statuses_of_300_are_replies(feed_server: FeedServer, get: Get, status: int) -> None:
    """A Location means nothing in them."""
    url = feed_server.serve("/old", redirect(status, "/new"))
    assert get(url).status == status


@pytest.mark.parametrize("place", ["new?b=c", "/a/new?b=c", "../a/./new?b=c", "new?b=c#part", " /a/new?b=c "])
def test_a_place_may_be_relative(feed_server: FeedServer, get: Get, place: str) -> None:
    """To the address that it was given for (RFC 9110, section 10.2.2)."""
    url = feed_server.serve("/a/old", redirect(302, place))
    feed_server.serve("/a/new?b=c", feed("x"))
    assert get(url).body == b"x"


def test_a_place_in_any_letters(feed_server: FeedServer, get: Get) -> None:
    """Servers send raw UTF-8 and raw Latin-1."""
    feed_server.serve("/caf%C3%A9", feed("x"))
    for number, raw in enumerate(("/café".encode(), "/café".encode("latin-1"))):
        url = feed_server.serve(
            f"/{number}", b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + raw + b"\r\n\r\n"
        )
        assert get(url).body == b"x"


def test_an_end_of_all_redirects(feed_server: FeedServer, get: Get, fails: Fails) -> None:
    """Ten hops are followed; the eleventh, and a circle of any size, are an error."""
    for number in range(MOST_REDIRECTS + 1):
        feed_server.serve(f"/{number}", redirect(302, f"/{number + 1}"))
    feed_server.serve(f"/{MOST_REDIRECTS + 1}", feed("x"))
    assert len(get(feed_server.at("/1")).redirects) == MOST_REDIRECTS
    fails(Fault.REDIRECT_LOOP, feed_server.at("/0"))
    feed_server.asked.clear()
    fails(Fault.REDIRECT_LOOP, feed_server.serve("/self", redirect(301, "/self")))
    assert len(feed_server.asked) == 1
    feed_server.serve("/b", redirect(301, "/a"))
    fails(Fault.REDIRECT_LOOP, feed_server.serve("/a", redirect(301, "/b")))


def test_addresses_that_grow_for_ever(feed_server: FeedServer, fails: Fails) -> None:
    """A place that is always new ends at the same bound, and one that is too long at its length."""
    for number in range(20):
        feed_server.serve("/" + "x/" * number, redirect(302, "x/"))
    fails(Fault.REDIRECT_LOOP, feed_server.at("/"))
    url = feed_server.serve("/long", redirect(302, "/" + "x" * 9000))
    fails(Fault.BAD_URL, url)


def test_cookies_live_for_one_visit(feed_server: FeedServer, get: Get) -> None:
    """Publishers of papers redirect until their cookie comes back; the next visit knows nothing of it."""
    url = feed_server.serve(
        "/feed", redirect(302, "/feed", set_cookie="seen=1; Path=/"), feed("x"), redirect(302, "/other")
    )
    feed_server.serve("/other", feed("y"))
    assert get(url).body == b"x"
    assert [asked.headers.get("cookie") for asked in feed_server.asked] == [None, "seen=1"]
    assert get(url).body == b"y"
    assert feed_server.asked[-1].headers.get("cookie") is None


def test_any_cookie_comes_back_as_it_was(feed_server: FeedServer, get: Get) -> None:
    """Bytes that are no ASCII, a cookie that is over, one without a name, and a flood of them harm nobody."""
    flood = b"".join(b"Set-Cookie: n%d=1\r\n" % number for number in range(90))
    url = feed_server.serve(
        "/feed",
        b"HTTP/1.1 302 Found\r\nLocation: /next\r\nset-cookie:  a = \xc3\xa9 ; Secure\r\nSet-Cookie: b=1\r\n"
        b"Set-Cookie: b=; Max-Age=0\r\nSet-Cookie: =x\r\nSet-Cookie: novalue\r\nSet-Cookie: c\r\n"
        b"Set-Cookie: d=1; Max-Age=-1\r\nSet-Cookie: e="
        + b"x" * 5000
        + b"\r\nSet-Cookie: f=1; Max-Age=09\r\n\r\n",
    )
    feed_server.serve("/next", b"HTTP/1.1 302 Found\r\nLocation: /last\r\n" + flood + b"\r\n")
    feed_server.serve("/last", feed("x"))
    assert get(url).body == b"x"
    assert feed_server.asked[1].headers["cookie"] == "a=é; f=1"
    assert len(feed_server.asked[2].headers["cookie"].split("; ")) == 50


def test_cookies_stay_with_their_host(feed_server: FeedServer, get: Get) -> None:
    """Neither a cookie nor a secret goes to another host; what is only a condition does."""
    names = Names(one_example=[["127.0.0.1"]], two_example=[["127.0.0.1"]])
    feed_server.serve("/two", feed("x"))
    two = feed_server.at("/two", host="two.example")
    feed_server.serve("/one", redirect(301, two, set_cookie="seen=1; Domain=two.example"))
    secret = {"Authorization": "Bearer x", "Cookie": "a=b", "If-None-Match": '"1"'}
    assert get(feed_server.at("/one", host="one.example"), secret, resolver=names).body == b"x"
    first, second = (asked.headers for asked in feed_server.asked)
    assert first["authorization"] == "Bearer x"
    assert first["cookie"] == "a=b"
    assert not {"authorization", "cookie"} & set(second)
    assert second["if-none-match"] == '"1"'


def test_a_redirect_s_endless_page_is_not_read(feed_server: FeedServer, get: Get) -> None:
    """What stands below a Location does not matter."""
    head = b"HTTP/1.1 302 Found\r\nLocation: /new\r\nTransfer-Encoding: chunked\r\n\r\n"
    url = feed_server.serve("/old", endless(head, b"1\r\nx\r\n"))
    feed_server.serve("/new", feed("x"))
    assert get(url).body == b"x"


def test_the_first_of_two_places_counts(feed_server: FeedServer, get: Get) -> None:
    """As in browsers; the second is not looked at."""
    url = feed_server.serve(
        "/old", b"HTTP/1.1 302 Found\r\nLocation: /new\r\nLocation: http://169.254.169.254/\r\n\r\n"
    )
    feed_server.serve("/new", feed("x"))
    assert get(url).body == b"x"


def test_hosts_that_send_to_each_other_do_not_wait_for_each_other(feed_server: FeedServer) -> None:
    """Two feeds whose redirects cross are both fetched: a turn ends with its hop."""
    import asyncio

    from digest.net import Net
    from tests.net.conftest import options

    names = Names(one_example=[["127.0.0.1"]], two_example=[["127.0.0.1"]])
    for here, there in (("one", "two"), ("two", "one")):
        place = feed_server.at(f"/{here}/end", host=f"{there}.example")
        feed_server.serve(f"/{here}", Answer(status=302, headers={"Location": place}, delay=0.1))
        feed_server.serve(f"/{here}/end", Answer(body=here.encode(), delay=0.05))

    async def run() -> list[Reply]:
        async with Net(**options(resolver=names)) as net:
            urls = [feed_server.at(f"/{here}", host=f"{here}.example") for here in ("one", "two")]
            return await asyncio.gather(*map(net.get, urls))

    assert [reply.body for reply in asyncio.run(run())] == [b"one", b"two"]
