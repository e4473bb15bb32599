"""Fetching over real sockets: what comes back, and how every bad answer ends."""

from __future__ import annotations

import asyncio
import gzip
from pathlib import Path

import pytest

from digest.net import Fault, Net, Reply
from tests.net.conftest import Fails, Get, Names, options
from tests.servers.feeds import (
    Answer,
    Asked,
    FeedServer,
    bomb,
    conditional,
    drop,
    endless,
    feed,
    redirect,
    reset,
    silence,
)

pytestmark = pytest.mark.network

OK = b"HTTP/1.1 200 OK\r\n"


def test_a_feed_comes_back(feed_server: FeedServer, get: Get) -> None:
    """A reply has its address, status, lower-case headers and body."""
    url = feed_server.serve("/feed", feed("<rss/>", etag='"1"'))
    reply = get(url)
    assert (reply.url, reply.status, reply.body, reply.moved) == (url, 200, b"<rss/>", "")
    assert reply.headers["etag"] == '"1"'


def test_what_is_known_is_not_sent_again(feed_server: FeedServer, get: Get) -> None:
    """If-None-Match reaches the server, and its 304 is a reply without a body."""
    url = feed_server.serve("/feed", conditional("<rss/>", '"ä\\1"'))
    known = get(url).headers["etag"]
    reply = get(url, {"If-None-Match": known})
    assert (reply.status, reply.body, reply.headers["etag"]) == (304, b"", known)


def test_a_request_says_who_asks(feed_server: FeedServer, get: Get) -> None:
    """The server hears our name, what we decompress, the host, and nothing that was not asked for."""
    url = feed_server.serve("/feed?a=1", feed("x"))
    get(
        url,
        {"accept": "text/xml", "If-Modified-Since": "x", "HOST": "evil.example"},
        user_agent="Weekly (+https://weekly.example)",
    )
    (asked,) = feed_server.asked
    assert asked.headers == {
        "host": f"127.0.0.1:{feed_server.port}",
        "user-agent": "Weekly (+https://weekly.example)",
        "accept": "text/xml",
        "accept-encoding": "gzip, deflate",
        "if-modified-since": "x",
    }


@pytest.mark.parametrize("body", [b"", b"x", "茶".encode() * 10_000])
@pytest.mark.parametrize("chunk", [0, 7, 4096])
def test_bodies_of_any_frame(feed_server: FeedServer, get: Get, body: bytes, chunk: int) -> None:
    """Content-Length and chunks of any size give the same body, also compressed."""
    sent = gzip.compress(body)
    plain = feed_server.serve("/plain", Answer(body=body, chunk=chunk))
    packed = feed_server.serve(
        "/packed", Answer(body=sent, chunk=chunk, headers={"Content-Encoding": "gzip"})
    )
    assert get(plain).body == get(packed).body == body


@pytest.mark.parametrize("length", [None, -1])
def test_http_1_0_is_read_to_its_end(feed_server: FeedServer, get: Get, length: int | None) -> None:
    """An old server ends a body by closing the connection."""
    url = feed_server.serve("/feed", Answer(version="1.0", body=b"<rss/>" * 999, length=length))
    assert get(url).body == b"<rss/>" * 999


@pytest.mark.parametrize("status", [204, 205, 304, 400, 401, 404, 410, 429, 500, 503, 599])
def test_every_status_is_a_reply(feed_server: FeedServer, get: Get, status: int) -> None:
    """What it means is decided elsewhere; a body that is no feed is not even read."""
    url = feed_server.serve("/feed", Answer(status=status, headers={"Retry-After": "7"}))
    reply = get(url)
    assert (reply.status, reply.body, reply.headers["retry-after"]) == (status, b"", "7")


def test_a_304_may_tell_of_the_body_that_it_does_not_send(feed_server: FeedServer, get: Get) -> None:
    """Its Content-Length and Content-Encoding are those of a 200 (RFC 9110, section 15.4.5)."""
    headers = {"Content-Length": str(10**9), "Content-Encoding": "br"}
    assert get(feed_server.serve("/feed", Answer(status=304, headers=headers))).status == 304


def test_an_error_s_endless_page_is_not_read(feed_server: FeedServer, get: Get) -> None:
    """404 with a body that never ends is over with its head."""
    url = feed_server.serve(
        "/feed", endless(b"HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n")
    )
    assert get(url).status == 404


def test_interim_answers_are_passed_over(feed_server: FeedServer, get: Get) -> None:
    """100 and 103 come before the answer (RFC 9110, section 15.2)."""
    url = feed_server.serve(
        "/feed",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
        + OK
        + b"Content-Length: 2\r\n\r\nok",
    )
    assert get(url).body == b"ok"


def test_headers_that_come_twice_are_joined(feed_server: FeedServer, get: Get) -> None:
    """By commas (RFC 9110, section 5.3), but for Set-Cookie, which is not shown; any bytes are text."""
    url = feed_server.serve(
        "/feed",
        OK
        + b"X-A: 1\r\nx-a: 2\r\nSet-Cookie: a=b\r\nX-L: caf\xe9\r\nX-U: caf\xc3\xa9\r\n"
        + b"Content-Length: 0\r\n\r\n",
    )
    assert get(url).headers == {"x-a": "1, 2", "x-l": "café", "x-u": "café", "content-length": "0"}


FAULTS: dict[str, tuple[Fault, object]] = {
    "dropped": (Fault.INCOMPLETE, drop),
    "reset": (Fault.INCOMPLETE, reset),
    "half a head": (Fault.INCOMPLETE, OK + b"Content-Ty"),
    "dropped in the body": (Fault.INCOMPLETE, Answer(body=b"x" * 999, cut=99)),
    "dropped in a chunk": (Fault.INCOMPLETE, Answer(body=b"x" * 999, chunk=100, cut=150)),
    "no last chunk": (Fault.INCOMPLETE, OK + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n"),
    "a length that lies": (Fault.INCOMPLETE, Answer(body=b"x", length=2, close=True)),
    "gzip cut short": (
        Fault.INCOMPLETE,
        Answer(body=gzip.compress(b"<rss/>" * 99)[:-9], headers={"Content-Encoding": "gzip"}),
    ),
    "no gzip": (Fault.ENCODING, Answer(body=b"<rss/>", headers={"Content-Encoding": "gzip"})),
    "brotli": (Fault.ENCODING, Answer(body=b"x", headers={"Content-Encoding": "br"})),
    "another protocol": (Fault.PROTOCOL, b"SSH-2.0-x\r\nProtocol mismatch.\r\n\r\n"),
    "HTTP/0.9": (Fault.PROTOCOL, b"<rss></rss>\r\n\r\n"),
    "two lengths": (Fault.PROTOCOL, OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx"),
    "a negative length": (Fault.PROTOCOL, OK + b"Content-Length: -1\r\n\r\nxx"),
    "a length of digits without end": (Fault.PROTOCOL, OK + b"Content-Length: " + b"9" * 30 + b"\r\n\r\nx"),
    "a NUL in a header": (Fault.PROTOCOL, OK + b"X: a\0b\r\n\r\n"),
    "a header without colon": (Fault.PROTOCOL, OK + b"nothing\r\n\r\n"),
    "an unknown transfer encoding": (Fault.PROTOCOL, OK + b"Transfer-Encoding: gzip\r\n\r\nx"),
    "a chunk size that is none": (Fault.PROTOCOL, OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"),
    "a chunk larger than the world": (
        Fault.PROTOCOL,
        OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 30 + b"\r\nx",
    ),
    "an upgrade": (Fault.PROTOCOL, b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"),
    "a head larger than any": (Fault.TOO_LARGE, endless(OK, b"X-Pad: " + b"x" * 1000 + b"\r\n")),
    "one header without end": (Fault.TOO_LARGE, endless(OK + b"X-Pad: ", b"x" * 1000)),
    "interim answers without end": (Fault.TOO_LARGE, endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n")),
    "a body larger than said": (Fault.TOO_LARGE, Answer(body=b"x", length=10**9)),
    "chunks without end": (
        Fault.TOO_LARGE,
        endless(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"400\r\n" + b"x" * 1024 + b"\r\n"),
    ),
    "a body in crumbs": (
        Fault.PROTOCOL,
        endless(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 1000),
    ),
    "a chunk extension without end": (
        Fault.PROTOCOL,
        endless(OK + b"Transfer-Encoding: chunked\r\n\r\n1;", b"x" * 1024),
    ),
    "trailers without end": (
        Fault.PROTOCOL,
        endless(OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X: " + b"x" * 1024 + b"\r\n"),
    ),
    "HTTP/1.0 without end": (Fault.TOO_LARGE, endless(b"HTTP/1.0 200 OK\r\n\r\n", b"x" * 1024)),
    "a bomb": (Fault.TOO_LARGE, bomb(50_000_000)),
    "a bomb in a bomb": (Fault.TOO_LARGE, bomb(50_000_000, layers=2)),
    "a redirect to nowhere": (Fault.PROTOCOL, Answer(status=302)),
    "a redirect to nothing": (Fault.PROTOCOL, redirect(302, " ")),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_has_its_name(feed_server: FeedServer, fails: Fails, name: str) -> None:
    """A bad answer is one FetchError with a kind, a sentence and the address; none hangs."""
    fault, part = FAULTS[name]
    url = feed_server.serve("/feed", part)  # type: ignore[arg-type]
    error = fails(fault, url, max_bytes=1_000_000)
    assert error.subject == url
    assert not error.sentence.endswith(".")


SLOW = {
    "silence": silence,
    "a head byte by byte": Answer(body=b"x", drip=0.05),
    "a body byte by byte": Answer(body=b"x" * 10_000, chunk=1, drip=0.01),
    "headers without end, slowly": None,
    "an answer too late": Answer(body=b"x", delay=5),
}


@pytest.mark.parametrize("name", SLOW)
def test_one_deadline_is_over_everything(feed_server: FeedServer, fails: Fails, name: str) -> None:
    """Bytes that trickle in keep no visit alive, however many come in time."""

    async def drip(_: Asked, __: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(OK)
        while not writer.is_closing():
            writer.write(b"X: y\r\n")
            await asyncio.sleep(0.02)

    url = feed_server.serve("/feed", SLOW[name] or drip)  # type: ignore[arg-type]
    assert "0.3 s" in fails(Fault.TIMEOUT, url, timeout=0.3).sentence


def test_the_deadline_counts_all_hops(feed_server: FeedServer, fails: Fails) -> None:
    """Ten redirects do not give ten times the time."""
    for number in range(9):
        answer = redirect(302, f"/{number + 1}")
        feed_server.serve(f"/{number}", Answer(status=302, headers=answer.headers, delay=0.15))
    fails(Fault.TIMEOUT, feed_server.at("/0"), timeout=0.5)
    assert len(feed_server.asked) < 6


def test_a_limit_is_met_to_the_byte(feed_server: FeedServer, get: Get, fails: Fails) -> None:
    """As sent and decompressed, with and without a Content-Length."""
    for number, sent in enumerate([b"x" * 10_000, gzip.compress(b"x" * 10_000)]):
        for chunk in (0, 1000):
            headers = {"Content-Encoding": "gzip"} if number else {}
            url = feed_server.serve(f"/{number}{chunk}", Answer(body=sent, chunk=chunk, headers=headers))
            assert len(get(url, max_bytes=10_000).body) == 10_000
            fails(Fault.TOO_LARGE, url, max_bytes=9_999)


def test_nobody_listens(fails: Fails) -> None:
    """A closed port is said to be closed."""
    with FeedServer() as server:
        port = server.port
    error = fails(Fault.REFUSED, f"http://127.0.0.1:{port}/")
    assert str(port) in error.sentence


def test_a_header_that_cannot_be_sent(feed_server: FeedServer, fails: Fails) -> None:
    """No line break gets into a request: what stands in a database is not trusted either."""
    url = feed_server.serve("/feed", feed("x"))
    fails(Fault.PROTOCOL, url, {"If-None-Match": '"a"\r\nX-Evil: 1'})
    assert not feed_server.asked


def test_the_environment_does_not_matter(
    feed_server: FeedServer, get: Get, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Neither proxies nor .netrc nor certificate variables are looked at."""
    with FeedServer() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.at(""))
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        (tmp_path / ".netrc").write_text("machine 127.0.0.1 login user password word\n")
        (tmp_path / ".netrc").chmod(0o600)
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "missing.pem"))
        monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
        assert get(feed_server.serve("/feed", feed("direct"))).body == b"direct"
        assert "authorization" not in feed_server.asked[0].headers
        assert not proxy.asked


def test_a_kept_connection_that_went_stale_is_made_anew(feed_server: FeedServer) -> None:
    """A connection is kept for the next feed of its host; if it is closed or spoilt, a new one serves."""
    spoilt = b"HTTP/1.1 304 Not Modified\r\n\r\n<html>a body that a 304 cannot have</html>\r\n"

    async def leave(_: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(spoilt)
        await reader.read(1)

    first = feed_server.serve("/first", feed("1"), conditional("1", '"1"'))
    bad = feed_server.serve("/bad", leave)
    closed = feed_server.serve("/closed", drop, feed("2"))

    async def run() -> list[Reply]:
        async with Net(**options()) as net:
            known = {"If-None-Match": '"1"'}
            wanted = (first, first, bad, first, closed)
            return await asyncio.gather(*(net.get(url, known) for url in wanted))  # in this order: one host

    replies = asyncio.run(run())
    assert [(reply.status, reply.body) for reply in replies] == [
        (200, b"1"), (304, b""), (304, b""), (304, b""), (200, b"2"),
    ]  # fmt: skip
    peers = [asked.peer for asked in feed_server.asked]
    assert peers[0] == peers[1] == peers[2] != peers[3]
    assert [asked.path for asked in feed_server.asked] == [
        "/first",
        "/first",
        "/bad",
        "/first",
        "/closed",
        "/closed",
    ]


def test_a_connection_that_nobody_wants_is_closed(feed_server: FeedServer) -> None:
    """A host whose last feed is fetched is left at once: a thousand hosts are no thousand open files."""
    url = feed_server.serve("/feed", feed("x"))

    async def run() -> None:
        async with Net(**options()) as net:
            await net.get(url)
            for _ in range(100):
                if not feed_server.open:
                    return
                await asyncio.sleep(0.02)
            pytest.fail("the connection stays open")

    asyncio.run(run())


def test_nothing_is_left_open(feed_server: FeedServer) -> None:
    """After every kind of end, also of a task that is cancelled, no connection stays."""
    good = feed_server.serve("/good", feed("x"))
    slow = feed_server.serve("/slow", silence)
    broken = feed_server.serve("/broken", Answer(body=b"x" * 99, cut=9))

    async def run() -> None:
        async with Net(**options(timeout=0.2)) as net:
            await asyncio.gather(*(net.get(url) for url in (good, slow, broken)), return_exceptions=True)
            task = asyncio.create_task(net.get(slow))
            await asyncio.sleep(0.1)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        for _ in range(100):
            if not feed_server.open:
                return
            await asyncio.sleep(0.02)

    asyncio.run(run())
    assert feed_server.open == 0


def test_names_are_found_by_the_system(feed_server: FeedServer, get: Get, fails: Fails) -> None:
    """localhost is found by the system's resolver, and is as private as its number."""
    feed_server.serve("/feed", feed("x"))
    url = feed_server.at("/feed", host="localhost")
    assert get(url, allow_hosts=["localhost"]).body == b"x"
    fails(Fault.PRIVATE, url, allow_hosts=[])
    fails(Fault.DNS, "http://nobody.invalid/feed")


def test_a_dead_host_keeps_its_feeds_short(feed_server: FeedServer) -> None:
    """After three visits without an answer a host's other feeds are not asked for; other hosts are."""
    slow = [feed_server.serve(f"/{number}", silence) for number in range(8)]
    names = Names(other_example=[["127.0.0.1"]])
    feed_server.serve("/good", feed("x"))
    good = feed_server.at("/good", host="other.example")

    async def run() -> list[object]:
        async with Net(**options(timeout=0.2, resolver=names)) as net:
            return await asyncio.gather(*(net.get(url) for url in (*slow, good)), return_exceptions=True)

    *failed, reply = asyncio.run(run())
    assert [getattr(error, "kind", None) for error in failed] == [Fault.TIMEOUT] * 8
    assert len(feed_server.asked) == 4
    assert isinstance(reply, Reply)
    assert [getattr(error, "subject", "") for error in failed] == slow


def test_a_dead_name_is_asked_for_three_times() -> None:
    """The feeds of a name that leads nowhere all fail for that reason; another port is another server."""
    names = Names(feeds_example=[["127.0.0.1"]])

    async def run(urls: list[str]) -> list[object]:
        async with Net(**options(resolver=names)) as net:
            return await asyncio.gather(*map(net.get, urls), return_exceptions=True)

    failed = asyncio.run(run([f"http://nobody.example/{number}" for number in range(6)]))
    assert [getattr(error, "kind", None) for error in failed] == [Fault.DNS] * 6
    assert names.asked == ["nobody.example"] * 3
    with FeedServer() as server:
        dead = [f"http://feeds.example:2/{number}" for number in range(4)]
        *_, last = asyncio.run(
            run([*dead, server.serve("/feed", feed("x")).replace("127.0.0.1", "feeds.example")])
        )
    assert getattr(last, "body", None) == b"x"
