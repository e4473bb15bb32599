"""TLS: the certificate belongs to the name that was asked for, and https stays https."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from digest.net import Fault
from tests.conftest import need
from tests.net.conftest import Fails, Get, Names
from tests.servers.feeds import Answer, FeedServer, certificate, endless, feed, redirect

pytestmark = pytest.mark.network


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context for secure.example and 127.0.0.1, and a client's that trusts it."""
    need(shutil.which("openssl"), "openssl is missing: apt-get install openssl")
    folder: Path = tmp_path_factory.mktemp("tls")
    server, cert = certificate(folder, "secure.example", "127.0.0.1")
    return server, ssl.create_default_context(cafile=str(cert))


@pytest.fixture
def secure(own: tuple[ssl.SSLContext, ssl.SSLContext]) -> Iterator[FeedServer]:
    """An https server."""
    with FeedServer(tls=own[0]) as server:
        yield server


@pytest.fixture
def trust(own: tuple[ssl.SSLContext, ssl.SSLContext]) -> ssl.SSLContext:
    """A client's context that trusts the server."""
    return own[1]


def test_a_trusted_certificate(secure: FeedServer, get: Get, trust: ssl.SSLContext) -> None:
    """The name is checked, though it is an address that is connected to; a number may have one too."""
    secure.serve("/feed", feed("x"))
    names = Names(secure_example=[["127.0.0.1"]])
    assert get(secure.at("/feed", host="secure.example"), tls=trust, resolver=names).body == b"x"
    assert get(secure.at("/feed", host="secure.example."), tls=trust, resolver=names).body == b"x"
    assert get(secure.at("/feed"), tls=trust).body == b"x"


def test_a_certificate_of_another_name(secure: FeedServer, fails: Fails, trust: ssl.SSLContext) -> None:
    """A name that leads to somebody else's server is told by the certificate."""
    secure.serve("/feed", feed("x"))
    names = Names(other_example=[["127.0.0.1"]])
    error = fails(Fault.TLS, secure.at("/feed", host="other.example"), tls=trust, resolver=names)
    assert "other.example" in error.sentence
    assert not secure.asked


def test_a_self_signed_certificate(secure: FeedServer, fails: Fails) -> None:
    """Nobody vouches for it, so nothing is sent."""
    error = fails(Fault.TLS, secure.serve("/feed", feed("x")))
    assert "self" in error.sentence
    assert not secure.asked


def test_no_tls_behind_https(feed_server: FeedServer, fails: Fails) -> None:
    """A plain server, one that hangs up, and one that never says a word are no https servers."""
    fails(Fault.TLS, f"https://127.0.0.1:{feed_server.port}/feed")
    with socket.create_server(("127.0.0.1", 0)) as door:
        url = f"https://127.0.0.1:{door.getsockname()[1]}/feed"
        fails(Fault.TIMEOUT, url, timeout=0.2)
        threading.Thread(target=lambda: [door.accept()[0].close() for _ in range(2)]).start()
        fails(Fault.TLS, url)


def test_old_tls_is_refused(own: tuple[ssl.SSLContext, ssl.SSLContext], fails: Fails) -> None:
    """TLS 1.1 is not spoken (RFC 8996)."""
    server, client = own
    lowest, highest = server.minimum_version, server.maximum_version
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        server.minimum_version = ssl.TLSVersion.TLSv1_1
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        server.maximum_version = ssl.TLSVersion.TLSv1_1
    try:
        with FeedServer(tls=server) as old:
            fails(Fault.TLS, old.serve("/feed", feed("x")), tls=client)
    finally:
        server.maximum_version, server.minimum_version = highest, lowest


def test_faults_under_tls_have_the_same_names(
    secure: FeedServer, fails: Fails, trust: ssl.SSLContext
) -> None:
    """A connection that ends, and one that does not."""
    cut = secure.serve("/cut", Answer(body=b"x" * 99, cut=9))
    fails(Fault.INCOMPLETE, cut, tls=trust)
    head = endless(b"HTTP/1.1 200 OK\r\n", b"X-Pad: " + b"x" * 1000 + b"\r\n")
    fails(Fault.TOO_LARGE, secure.serve("/head", head), tls=trust)
    slow = secure.serve("/slow", Answer(body=b"x", delay=5))
    fails(Fault.TIMEOUT, slow, tls=trust, timeout=0.3)


def test_noise_within_tls(own: tuple[ssl.SSLContext, ssl.SSLContext], fails: Fails) -> None:
    """Bytes that break the cipher in the middle of an answer are a fault of TLS."""
    import asyncio

    from tests.servers.feeds import Asked

    async def noise(_: Asked, __: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nx")
        await writer.drain()
        raw = writer.get_extra_info("socket")
        os.write(raw.fileno(), b"\x17\x03\x03\x00\x20" + b"x" * 32)
        await asyncio.sleep(0.2)

    with FeedServer(tls=own[0]) as server:
        fails(Fault.TLS, server.serve("/feed", noise), tls=own[1])


def test_https_stays_https(secure: FeedServer, get: Get, trust: ssl.SSLContext) -> None:
    """A redirect to http is followed by https: what was asked for in secret is not fetched in the clear."""
    names = Names(secure_example=[["127.0.0.1"]])
    secure.serve("/new", feed("x"))
    url = secure.serve("/old", redirect(301, f"http://secure.example:{secure.port}/new"))
    from digest.net import FetchError

    with pytest.raises(FetchError) as caught:  # a port of its own has no https of its own
        get(url, tls=trust, resolver=names)
    assert caught.value.kind is Fault.DOWNGRADE


@pytest.mark.parametrize("port", ["", ":80"])
def test_a_way_back_to_http_is_lifted(
    secure: FeedServer,
    get: Get,
    fails: Fails,
    trust: ssl.SSLContext,
    monkeypatch: pytest.MonkeyPatch,
    port: str,
) -> None:
    """Old servers say http between two https addresses; https is asked instead, where it is there."""
    import httpcore

    real = httpcore.AnyIOBackend.connect_tcp
    open_ = [True]

    async def connect(self: object, host: str, number: int, **rest: object) -> object:
        if not open_[0] and number == 443:
            raise httpcore.ConnectError("closed")
        return await real(self, host, secure.port if number == 443 else number, **rest)  # type: ignore[arg-type]

    monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", connect)
    names = Names(secure_example=[["127.0.0.1"]])
    secure.serve("/new", feed("x"))
    url = secure.serve("/old", redirect(301, f"http://secure.example{port}/new"))
    reply = get(url, tls=trust, resolver=names)
    assert (reply.body, reply.url, reply.moved) == (b"x", *["https://secure.example/new"] * 2)
    secure.serve("/circle", redirect(301, f"http://secure.example{port}/circle"))
    fails(Fault.DOWNGRADE, "https://secure.example/circle", tls=trust, resolver=names)
    secure.serve("/gone", redirect(301, f"http://secure.example{port}/slow"))
    secure.serve("/slow", Answer(delay=5))
    fails(Fault.TIMEOUT, "https://secure.example/gone", tls=trust, resolver=names, timeout=0.5)
    open_[0] = False
    error = fails(Fault.DOWNGRADE, url, tls=trust, resolver=names)
    assert "http address" in error.hint


def test_http_may_become_https(
    secure: FeedServer, feed_server: FeedServer, get: Get, trust: ssl.SSLContext
) -> None:
    """The other way round is what everybody wants."""
    new = secure.serve("/new", feed("x"))
    assert get(feed_server.serve("/old", redirect(301, new)), tls=trust).moved == new
