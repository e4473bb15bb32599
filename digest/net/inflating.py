"""Decompressing bodies, never further than their limit: a few kilobytes of gzip can mean gigabytes."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Final

from digest.net.reply import Fault, FetchError

OFFERED: Final = "gzip, deflate"
"""Accept-Encoding: what the standard library decompresses with a bound on its output."""
MOST_LAYERS: Final = 2
"""One is usual; a second comes of a proxy that compresses what was compressed."""
MOST_MEMBERS: Final = 100
"""Members of one gzip stream (RFC 1952, section 2.2); empty ones cost time and add nothing."""
_SLICE: Final = 65_536


def too_large(limit: int) -> FetchError:
    """The body is over its limit."""
    return FetchError(
        Fault.TOO_LARGE,
        f"the body is larger than {limit:,} bytes",
        hint="if that is right, raise `max_bytes` of [feeds]",
    )


class Inflating:
    """The layers of a body's Content-Encoding, undone as it comes."""

    def __init__(self, encodings: str, limit: int) -> None:
        """Take the header's value and the largest size in bytes, which holds for every layer.

        Raises:
            FetchError: `encoding`, for one that was not offered.
        """
        names = [name.strip().lower() for name in encodings.split(",")]
        names = [name for name in names if name not in ("", "identity")]
        if len(names) > MOST_LAYERS:
            raise FetchError(Fault.ENCODING, f"the body is compressed {len(names)} times over")
        self._layers = [_Layer(name, limit) for name in reversed(names)]
        self._limit = limit
        self._count = 0

    def feed(self, data: bytes) -> Sequence[bytes]:
        """What a piece of the body says.

        Raises:
            FetchError: `too-large` or `encoding`.
        """
        pieces: Sequence[bytes] = [data]
        for layer in self._layers:
            pieces = [out for piece in pieces for out in layer.feed(piece)]
        self._count += sum(map(len, pieces))
        if self._count > self._limit:
            raise too_large(self._limit)
        return pieces

    def close(self) -> None:
        """Nothing more comes.

        Raises:
            FetchError: `incomplete`, where the compression did not end.
        """
        if any(layer.cut for layer in self._layers):
            raise FetchError(Fault.INCOMPLETE, "the compressed body is cut short")


class _Layer:
    """One compression: gzip with all its members, or deflate with or without its zlib frame."""

    def __init__(self, name: str, limit: int) -> None:
        if name not in ("gzip", "x-gzip", "deflate"):
            raise FetchError(
                Fault.ENCODING, f"the body is compressed by {name[:20]!r}, which nobody asked for"
            )
        self._gzip = name != "deflate"
        self._limit = limit
        self._count = 0
        self._members = 0
        self._done = False
        self._start = b""
        self._stream = zlib.decompressobj()

    @property
    def cut(self) -> bool:
        """Whether something began and did not end."""
        return bool(self._start) or (self._members > 0 and not self._stream.eof)

    def feed(self, data: bytes) -> list[bytes]:
        out: list[bytes] = []
        for start in range(0, len(data), _SLICE):
            rest = data[start : start + _SLICE]
            while rest and not self._done:
                rest = self._step(rest, out)
        return out

    def _step(self, data: bytes, out: list[bytes]) -> bytes:
        """Decompress until a member ends; the rest of the data is the next one's."""
        if self._stream.eof or not self._members:
            data = self._start + data
            self._start = b""
            if len(data) < 2:  # two bytes tell what begins here
                self._start = data
                return b""
            if not self._begin(data):
                return b""
        try:
            piece = self._stream.decompress(data, self._limit - self._count + 1)
        except zlib.error as error:
            raise FetchError(Fault.ENCODING, "the compression of the body is broken") from error
        self._count += len(piece)
        if self._count > self._limit:
            raise too_large(self._limit)
        out.append(piece)
        return self._stream.unused_data if self._stream.eof else self._stream.unconsumed_tail

    def _begin(self, data: bytes) -> bool:
        """Open the next member; False where only padding follows the last one."""
        if self._members and not (self._gzip and data.startswith(b"\x1f\x8b")):
            self._done = True
            return False
        self._members += 1
        if self._members > MOST_MEMBERS:
            raise FetchError(Fault.ENCODING, f"the body is gzip of more than {MOST_MEMBERS} members")
        # Some servers say deflate and leave out the frame of RFC 1950, whose first two bytes divide by 31.
        framed = data[0] & 15 == 8 and int.from_bytes(data[:2], "big") % 31 == 0
        self._stream = zlib.decompressobj(31 if self._gzip else 15 if framed else -15)
        return True
