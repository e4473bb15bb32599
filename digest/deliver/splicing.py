"""Bodies of mail in pieces that are transfer-encoded once, and joined anew for each set of topics.

A piece in base64 is encoded for each of the three ways in which it may meet the bits of the piece before it,
so that no blank need fill it up; one in quoted-printable ends in a soft line break, where it ends within a
line (RFC 2045 §6.7, §6.8). Lines have 76 octets at most and none begins with a dot.
"""

from __future__ import annotations

import re
from binascii import b2a_base64
from collections.abc import Iterable, Sequence
from typing import Final, Protocol, TypeAlias

_LINE: Final = 57  # bytes whose base64 fills a line of 76
_QUOTED: Final = (
    73  # octets of a line in quoted-printable: `=2E` for a dot and `=` for a soft break still fit
)
_EASY: Final = re.compile(r"[!-\-/-<>-~][!-<>-~]*")
_HEX: Final = [b"=%02X" % byte for byte in range(256)]
_UNSAFE: Final = re.compile(rb"[^\n\x20-\x3c\x3e-\x7e]|[\x20](?=[\x20\n]|\Z)")

Piece: TypeAlias = tuple[tuple[bytes, bytes, bytes], ...]
"""By the number of bytes that wait: the bytes that these need, encoded lines, the bytes that wait then."""


class Encoding(Protocol):
    """A transfer encoding of pieces."""

    name: str

    def pieces(self, text: str) -> Piece:
        """A text as a piece of a body."""
        ...

    def join(self, pieces: Iterable[Piece]) -> tuple[bytes, bytes]:
        """The encoded pieces one after another, and the last bytes (0 to 2) that wait for their next ones."""
        ...

    def ready(self, text: str) -> bytes:
        """A part of what closes a body: its own text, or a reader's."""
        ...

    def end(self, waiting: bytes, tail: Sequence[bytes]) -> bytes:
        """What closes a body, without its last line end: the bytes that wait, and ready parts."""
        ...


def lines(text: str) -> bytes:
    """A text in UTF-8 with the line ends of mail; half a surrogate pair is a question mark."""
    if "\n" not in text and "\r" not in text:
        return text.encode("utf-8", "replace")
    return re.sub(r"\r\n?|\n", "\r\n", text).encode("utf-8", "replace")


def base64(data: bytes, first: int = _LINE) -> bytes:
    """Bytes in base64, each line with its CRLF; the first line holds `first` bytes."""
    if not data:
        return b""
    cuts = [data[:first], *[data[at : at + _LINE] for at in range(first, len(data), _LINE)]]
    return b"\r\n".join([b2a_base64(cut, newline=False) for cut in cuts]) + b"\r\n"


def quoted(data: bytes) -> bytes:
    """Bytes (lines in CRLF) in quoted-printable, whose last line ends in a soft break unless it is whole."""
    encoded = _UNSAFE.sub(lambda found: _HEX[found[0][0]], data.replace(b"\r\n", b"\n"))
    out: list[bytes] = []
    for line in encoded.split(b"\n"):
        out.append(_broken(line))
        out.append(b"\r\n")
    out.pop()
    whole = b"".join(out)
    return whole if not whole or whole.endswith(b"\r\n") else whole + b"=\r\n"


def _broken(line: bytes) -> bytes:
    """A line with soft breaks, a dot at the beginning of each part of it encoded."""
    parts: list[bytes] = []
    while len(line) > _QUOTED:
        cut = _QUOTED
        sign = line.rfind(b"=", cut - 2, cut)
        cut = sign if sign > 0 else cut
        parts.append(line[:cut])
        line = line[cut:]
    parts.append(line)
    return b"=\r\n".join(b"=2E" + part[1:] if part.startswith(b".") else part for part in parts)


class Base64:
    """Base64: the shorter one for Chinese and Korean."""

    name = "base64"

    def pieces(self, text: str) -> Piece:
        """A text as it is after no, one or two bytes that wait."""
        data = lines(text)
        return tuple(self._after(data, waiting) for waiting in range(3))

    @staticmethod
    def _after(data: bytes, waiting: int) -> tuple[bytes, bytes, bytes]:
        head = data[: -waiting % 3]
        rest = data[len(head) :]
        whole = len(rest) - len(rest) % 3
        # Four signs of the bytes that waited stand before the first line.
        return head, base64(rest[:whole], _LINE - 3 if waiting else _LINE), rest[whole:]

    def join(self, pieces: Iterable[Piece]) -> tuple[bytes, bytes]:
        """See Encoding."""
        out: list[bytes] = []
        waiting = b""
        for piece in pieces:
            head, body, rest = piece[len(waiting)]
            if waiting:
                waiting += head
                if len(waiting) < 3:
                    continue
                out.append(b2a_base64(waiting, newline=False))
                if not body:
                    out.append(b"\r\n")
            out.append(body)
            waiting = rest
        return b"".join(out), waiting

    def ready(self, text: str) -> bytes:
        """See Encoding."""
        return lines(text)

    def end(self, waiting: bytes, tail: Sequence[bytes]) -> bytes:
        """See Encoding."""
        return base64(waiting + b"".join(tail))[:-2]


class Quoted:
    """Quoted-printable: the shorter one for languages in Latin letters."""

    name = "quoted-printable"

    def pieces(self, text: str) -> Piece:
        """A text that needs nothing of what stands before it."""
        return ((b"", quoted(lines(text)), b""),)

    def join(self, pieces: Iterable[Piece]) -> tuple[bytes, bytes]:
        """See Encoding."""
        return b"".join([piece[0][1] for piece in pieces]), b""

    def ready(self, text: str) -> bytes:
        """See Encoding."""
        if len(text) <= _QUOTED and _EASY.fullmatch(text):
            return text.encode() + b"=\r\n"
        return quoted(lines(text))

    def end(self, waiting: bytes, tail: Sequence[bytes]) -> bytes:  # noqa: ARG002 nothing waits here
        """See Encoding."""
        return b"".join(tail).removesuffix(b"=\r\n")


ENCODINGS: Final[tuple[Encoding, ...]] = (Quoted(), Base64())
