"""The one way out: which addresses are connected to, whatever names and redirects say."""

from __future__ import annotations

import asyncio
import socket

import pytest

from digest.net import Fault, FetchError, guard
from digest.net.addresses import Allowed
from digest.net.guard import Guard
from digest.net.resolving import resolve
from tests.net.conftest import Fails, Get, Names
from tests.servers.feeds import FeedServer, feed, redirect

pytestmark = pytest.mark.network

PRIVATE = ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", "fd00:ec2::254", "0.0.0.0"]


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every address that a socket of this process is connected to, in a test that allows none."""
    seen: list[str] = []
    real = asyncio.BaseEventLoop.sock_connect

    async def note(loop: asyncio.AbstractEventLoop, sock: socket.socket, address: tuple[str, int]) -> None:
        seen.append(address[0])
        raise OSError("no way in tests")

    # anyio and asyncio both go through the loop's connect.
    monkeypatch.setattr("asyncio.selector_events.BaseSelectorEventLoop.sock_connect", note)
    assert real
    return seen


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_number_is_not_connected_to(fails: Fails, connected: list[str], address: str) -> None:
    """Written as a number, in brackets or not."""
    host = f"[{address}]" if ":" in address else address
    error = fails(Fault.PRIVATE, f"http://{host}/latest/meta-data/", allow_hosts=[])
    assert "allow_hosts" in error.hint
    assert not connected


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_of_a_private_number_is_not_connected_to(
    fails: Fails, connected: list[str], address: str
) -> None:
    """Anybody may let a name of theirs lead into our network."""
    names = Names(feeds_example=[[address]])
    fails(Fault.PRIVATE, "http://feeds.example/", allow_hosts=[], resolver=names)
    assert not connected


def test_of_several_addresses_only_public_ones_are_tried(fails: Fails, connected: list[str]) -> None:
    """A private address among public ones is passed over; IPv6 and IPv4 are tried by turns."""
    names = Names(
        feeds_example=[
            ["10.0.0.1", "2606:4700::1", "2606:4700::2", "::1", "192.0.2.1", "1.1.1.1", "nonsense"]
        ]
    )
    fails(Fault.REFUSED, "http://feeds.example/", allow_hosts=[], resolver=names)
    assert connected == ["2606:4700::1", "1.1.1.1", "2606:4700::2"]


def test_a_name_of_a_thousand_addresses(fails: Fails, connected: list[str]) -> None:
    """Only the first few are tried."""
    names = Names(feeds_example=[[f"1.1.{n // 250}.{n % 250}" for n in range(1000)]])
    fails(Fault.REFUSED, "http://feeds.example/", resolver=names)
    assert len(connected) == 8


def test_the_checked_address_is_the_one_connected_to(feed_server: FeedServer, get: Get, fails: Fails) -> None:
    """A name is asked for once a connection: one that rebinds between check and connect gains nothing."""
    feed_server.serve("/feed", feed("x"))
    url = feed_server.at("/feed", host="feeds.example")
    names = Names(feeds_example=[["127.0.0.1"], ["10.0.0.1"]])
    assert get(url, resolver=names).body == b"x"
    assert names.asked == ["feeds.example"]
    assert feed_server.asked[0].headers["host"] == f"feeds.example:{feed_server.port}"
    names = Names(feeds_example=[["10.0.0.1"], ["127.0.0.1"]])
    fails(Fault.PRIVATE, url, resolver=names)


def test_a_name_that_rebinds_is_checked_at_each_connection(feed_server: FeedServer, fails: Fails) -> None:
    """Public at first, private on the way back: every hop that connects is checked anew."""
    feed_server.serve("/feed", redirect(302, "/feed", connection="close", set_cookie="a=b"))
    names = Names(feeds_example=[["127.0.0.1"], ["169.254.169.254"]])
    error = fails(Fault.PRIVATE, feed_server.at("/feed", host="feeds.example"), resolver=names)
    assert "169.254.169.254" in error.sentence
    assert len(feed_server.asked) == 1


@pytest.mark.parametrize(
    ("place", "fault"),
    [
        ("http://169.254.169.254/latest/meta-data/", Fault.PRIVATE),
        ("http://metadata.google.internal/computeMetadata/v1/", Fault.PRIVATE),
        ("//[::ffff:10.0.0.1]/", Fault.PRIVATE),
        ("http://[::1]/", Fault.PRIVATE),
        ("http://2130706433/", Fault.BAD_URL),
        ("http://0x7f.1/", Fault.BAD_URL),
        ("http://user:word@feeds.example/", Fault.BAD_URL),
        ("file:///etc/passwd", Fault.BAD_URL),
        ("gopher://feeds.example:70/_x", Fault.BAD_URL),
        ("http://feeds.example:6379/", Fault.BAD_URL),
        ("http://feeds.example/a b", Fault.BAD_URL),
        ("http://nobody.example/", Fault.DNS),
    ],
)
def test_a_redirect_leads_nowhere_else(
    feed_server: FeedServer, fails: Fails, place: str, fault: Fault
) -> None:
    """What is refused as an address is refused as a redirect; the error is about the address asked for."""
    names = Names(feeds_example=[["127.0.0.1"]], metadata_google_internal=[["169.254.169.254"]])
    url = feed_server.serve("/feed", redirect(301, place))
    error = fails(fault, url, resolver=names, allow_hosts=["127.0.0.1"])
    assert error.subject == url
    assert len(feed_server.asked) == 1


def test_an_allowed_name_leads_anywhere(feed_server: FeedServer, get: Get, fails: Fails) -> None:
    """A host of one's own is named by its name; another name for the same address is not it."""
    feed_server.serve("/feed", feed("x"))
    names = Names(feeds_internal=[["127.0.0.1"]], evil_example=[["127.0.0.1"]])
    given = {"allow_hosts": ["Feeds.Internal"], "resolver": names}
    assert get(feed_server.at("/feed", host="feeds.internal"), **given).body == b"x"
    fails(Fault.PRIVATE, feed_server.at("/feed", host="evil.example"), **given)
    fails(Fault.PRIVATE, feed_server.at("/feed"), **given)


def test_a_redirect_from_outside_reaches_no_host_of_one_s_own(
    feed_server: FeedServer, get: Get, fails: Fails, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is allowed is allowed to who was subscribed to, not to every server that knows its name."""
    real = guard.public
    monkeypatch.setattr(guard, "public", lambda address: str(address) == "127.0.0.2" or real(address))
    own = feed_server.serve("/own", feed("x"))
    given = {"allow_hosts": ["127.0.0.1", "feeds.internal"]}
    with FeedServer(host="127.0.0.2") as outside:
        feed_server.serve("/home", redirect(302, own))
        feed_server.serve("/out", redirect(302, outside.serve("/back", redirect(302, own))))
        names = Names(feeds_internal=[["127.0.0.1"]])
        assert get(own, **given).body == b"x"
        assert get(feed_server.at("/home"), **given).body == b"x"
        before = len(feed_server.asked)
        for place in (own, feed_server.at("/own", host="feeds.internal")):
            url = outside.serve("/feed", redirect(301, place))
            error = fails(Fault.PRIVATE, url, resolver=names, **given)
            assert "allow_hosts" not in error.hint
        assert len(feed_server.asked) == before
        fails(Fault.PRIVATE, feed_server.at("/out"), **given)
        assert [asked.path for asked in feed_server.asked[before:]] == ["/out"]


def test_a_dead_address_keeps_nobody_from_the_next(feed_server: FeedServer, get: Get) -> None:
    """Where the first address refuses, the second serves."""
    feed_server.serve("/feed", feed("x"))
    names = Names(feeds_example=[["127.0.0.99", "127.0.0.1"]])
    assert get(feed_server.at("/feed", host="feeds.example"), resolver=names).body == b"x"


def test_a_silent_address_keeps_nobody_from_the_next(
    feed_server: FeedServer, get: Get, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An address that swallows what is sent is left for the next within a moment, and its try is given up."""
    import httpcore

    real = httpcore.AnyIOBackend.connect_tcp
    ended: list[str] = []

    async def connect(self: object, host: str, port: int, **rest: object) -> object:
        if host == "127.0.0.99":
            try:
                await asyncio.sleep(60)
            finally:
                ended.append(host)
        return await real(self, host, port, **rest)  # type: ignore[arg-type]

    monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", connect)
    feed_server.serve("/feed", feed("x"))
    names = Names(feeds_example=[["127.0.0.99", "127.0.0.1"]])
    assert get(feed_server.at("/feed", host="feeds.example"), resolver=names).body == b"x"
    assert ended == ["127.0.0.99"]


def test_a_name_without_addresses(fails: Fails) -> None:
    """No answer, an empty one, and one that makes no sense are all no address."""
    for answer in ([], ["nonsense"]):
        fails(Fault.DNS, "http://feeds.example/", resolver=Names(feeds_example=[answer]))


def test_a_name_that_only_looks_like_idn(fails: Fails) -> None:
    """xn-- may be followed by anything: such a name is asked for, and is not there."""
    for name in ("xn--a", "xn--99999.example", "a.xn--0.example"):
        error = fails(Fault.DNS, f"http://{name}/", resolver=Names())
        assert name in error.sentence


def test_no_other_way_out() -> None:
    """Unix sockets are refused, and waiting waits."""
    guard = Guard(Allowed(), resolve)

    async def run() -> None:
        await guard.sleep(0)
        with pytest.raises(FetchError):
            await guard.connect_unix_socket("/run/x")

    asyncio.run(run())


def test_the_resolver_says_what_the_system_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """Addresses once each and in order; every fault, also a label that it cannot encode, is an OSError."""

    def rows(host: str, port: int, **_: object) -> list[object]:
        if host == "label.example":
            raise UnicodeError("label too long")
        return [
            (0, 0, 0, "", ("1.1.1.1", port)),
            (0, 0, 0, "", ("2606::1", port, 0, 0)),
            (0, 0, 0, "", ("1.1.1.1", port)),
        ]

    monkeypatch.setattr(socket, "getaddrinfo", rows)
    assert asyncio.run(resolve("feeds.example", 80)) == ("1.1.1.1", "2606::1")
    with pytest.raises(OSError, match="label too long"):
        asyncio.run(resolve("label.example", 80))


def test_a_resolver_that_answers_too_late_is_not_waited_for(
    fails: Fails, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The deadline holds for names too, and neither loop nor process waits for what comes after it."""
    import threading

    release = threading.Event()

    def wait(*_: object, **__: object) -> list[object]:
        release.wait(10)
        raise OSError("too late")

    monkeypatch.setattr(socket, "getaddrinfo", wait)
    fails(Fault.TIMEOUT, "http://feeds.example/", timeout=0.1)
    threads = [thread for thread in threading.enumerate() if thread.name == "resolve feeds.example"]
    assert threads
    assert all(thread.daemon for thread in threads)
    release.set()
    for thread in threads:
        thread.join(10)
