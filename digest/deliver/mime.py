"""Bodies in bytes: the transfer encoding that makes them smallest, and parts in parts (RFC 2045, 2046)."""

from __future__ import annotations

import re
from base64 import encodebytes
from binascii import b2a_qp
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

_TYPES: Final = {
    b"\x89PNG": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A MIME part: the headers that describe it, each with its CRLF, and its body as it travels."""

    headers: bytes
    body: bytes

    def __bytes__(self) -> bytes:
        return self.headers + b"\r\n" + self.body


def text_part(text: str, subtype: str) -> Part:
    """A text in UTF-8, its line ends CRLF, in quoted-printable or base64: whichever is shorter.

    Chinese HTML is twice as long in quoted-printable as in base64, English HTML a third shorter.
    """
    unix = re.sub(r"\r\n?", "\n", text).encode()
    quoted = b2a_qp(unix, istext=True).replace(b"\n", b"\r\n")
    base64 = encodebytes(unix.replace(b"\n", b"\r\n")).replace(b"\n", b"\r\n")
    name, body = ("quoted-printable", quoted) if len(quoted) <= len(base64) else ("base64", base64)
    return Part(headers=text_headers(subtype, name), body=body)


def text_headers(subtype: str, encoding: str) -> bytes:
    """The headers of a text in UTF-8, in the transfer encoding of that name."""
    return (
        f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: {encoding}\r\n'
    ).encode()


def image_part(data: bytes, identity: str, name: str) -> Part:
    """A picture that the HTML beside it shows by `cid:` (RFC 2392); `identity` and `name` are plain ASCII."""
    media_type = next((kind for mark, kind in _TYPES.items() if data.startswith(mark)), "image/png")
    headers = (
        f"Content-Type: {media_type}\r\nContent-Transfer-Encoding: base64\r\n"
        f'Content-ID: <{identity}>\r\nContent-Disposition: inline; filename="{name}"\r\n'
    )
    return Part(headers=headers.encode(), body=encodebytes(data).replace(b"\n", b"\r\n"))


def multipart(subtype: str, parts: list[Part], parameters: str = "") -> Part:
    """Parts in one; the boundary is made of what it parts, so that the same parts give the same bytes.

    `=_` never stands in quoted-printable nor `_` in base64, so that no body can hold the boundary.
    """
    digest = sha256(b"\0".join(bytes(part) for part in parts)).hexdigest()[:24]
    boundary = f"=_{subtype}_{digest}"
    inner = b"".join(b"--%s\r\n%s\r\n" % (boundary.encode(), bytes(part)) for part in parts)
    return Part(
        headers=multipart_headers(subtype, boundary, parameters),
        body=inner + b"--%s--\r\n" % boundary.encode(),
    )


def multipart_headers(subtype: str, boundary: str, parameters: str = "") -> bytes:
    """The header of parts that a boundary parts."""
    return f'Content-Type: multipart/{subtype};{parameters}\r\n boundary="{boundary}"\r\n'.encode()
