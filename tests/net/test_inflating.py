"""Decompressing with a bound."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.net.inflating import MOST_MEMBERS, Inflating
from digest.net.reply import Fault, FetchError


def raw_deflate(data: bytes) -> bytes:
    """RFC 1951 without the frame of RFC 1950."""
    stream = zlib.compressobj(wbits=-15)
    return stream.compress(data) + stream.flush()


CODERS = {"gzip": gzip.compress, "x-gzip": gzip.compress, "deflate": zlib.compress, "Deflate": raw_deflate}


def inflate(encodings: str, data: bytes, limit: int = 10**6, step: int = 10**9) -> bytes:
    """Undo encodings, piece by piece."""
    layers = Inflating(encodings, limit)
    out = b"".join(b"".join(layers.feed(data[i : i + step])) for i in range(0, len(data), step))
    layers.close()
    return out


def fault(encodings: str, data: bytes, limit: int = 10**6) -> Fault:
    """The fault of a body."""
    with pytest.raises(FetchError) as caught:
        inflate(encodings, data, limit)
    return caught.value.kind


@given(st.binary(max_size=2000), st.lists(st.sampled_from(sorted(CODERS)), max_size=2), st.integers(1, 50))
def test_what_was_compressed_comes_back(data: bytes, names: list[str], step: int) -> None:
    """Every encoding, also twice over, in pieces of any size."""
    sent = data
    for name in names:
        sent = CODERS[name](sent)
    assert inflate(", ".join(names), sent, step=step) == data


@pytest.mark.parametrize("encodings", ["", "identity", " , identity"])
def test_plain_is_plain(encodings: str) -> None:
    """No encoding changes nothing, and is bounded too."""
    assert inflate(encodings, b"words") == b"words"
    assert fault(encodings, bytes(101), limit=100) is Fault.TOO_LARGE


@pytest.mark.parametrize("name", sorted(CODERS))
def test_a_bomb_stops_at_the_limit(name: str) -> None:
    """A limit is met to the byte, and what is larger never exists in memory."""
    assert inflate(name, CODERS[name](bytes(10_000)), limit=10_000) == bytes(10_000)
    assert fault(name, CODERS[name](bytes(10_001)), limit=10_000) is Fault.TOO_LARGE
    twice = f"{name}, {name}"
    assert fault(twice, CODERS[name](CODERS[name](bytes(10**8))), limit=10**6) is Fault.TOO_LARGE


def test_more_layers_than_two_are_refused() -> None:
    """Nobody compresses three times by accident."""
    assert fault("gzip, gzip, gzip", b"") is Fault.ENCODING


@pytest.mark.parametrize("name", ["br", "zstd", "compress", "gzip;q=1", "x" * 9999])
def test_what_was_not_offered_is_refused(name: str) -> None:
    """We offer gzip and deflate."""
    assert fault(name, b"") is Fault.ENCODING


def test_members_follow_each_other() -> None:
    """gzip may have several members (RFC 1952), and what follows the last one is padding."""
    two = gzip.compress(b"one ") + gzip.compress(b"two")
    for step in (1, 7, 10**9):
        assert inflate("gzip", two, step=step) == b"one two"
        assert inflate("gzip", two + bytes(512), step=step) == b"one two"
        assert inflate("gzip", two + b"trailing words", step=step) == b"one two"
    assert inflate("deflate", zlib.compress(b"one") + zlib.compress(b"two")) == b"one"


def test_empty_members_do_not_pile_up() -> None:
    """A hundred thousand members that say nothing end early, also under another layer."""
    members = gzip.compress(b"") * 100_000
    assert inflate("gzip", gzip.compress(b"x") * MOST_MEMBERS) == b"x" * MOST_MEMBERS
    assert fault("gzip", members, limit=10**7) is Fault.ENCODING
    assert fault("gzip, gzip", gzip.compress(members), limit=10**7) is Fault.ENCODING


def test_a_cut_is_noticed() -> None:
    """Half a feed is never taken for a whole one, wherever it was cut."""
    sent = gzip.compress(b"a feed of some length " * 20)
    for end in range(1, len(sent)):
        assert fault("gzip", sent[:end]) is Fault.INCOMPLETE
    assert fault("deflate", zlib.compress(b"words")[:-1]) is Fault.INCOMPLETE
    assert inflate("gzip", b"") == b""


def test_a_broken_stream_is_said() -> None:
    """Neither zlib nor anything else leaks out."""
    sent = bytearray(gzip.compress(b"a feed of some length " * 20))
    sent[15] ^= 0xFF
    assert fault("gzip", bytes(sent)) is Fault.ENCODING
    assert fault("gzip", b"<rss></rss>") is Fault.ENCODING
    assert fault("deflate", b"\xff<rss></rss>") is Fault.ENCODING


@given(st.binary(max_size=300), st.sampled_from(["gzip", "deflate", "gzip, deflate", "deflate, gzip"]))
def test_any_bytes_are_a_body_or_an_error(data: bytes, encodings: str) -> None:
    """No bytes raise anything but a FetchError."""
    for start in (b"", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", b"\x78\x9c"):
        try:
            inflate(encodings, start + data, limit=100_000)
        except FetchError:
            continue
