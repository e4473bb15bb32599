"""Header lines in bytes: encoded-words, folding, and the refusal of what could start another line."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from typing import Final

from digest.deliver.addresses import Mailbox
from digest.errors import DeliveryError

LINE: Final = 76
"""Octets of a line that holds an encoded-word (RFC 2047 §2); other lines are folded there too."""
LIMIT: Final = 998
"""Octets of any line, without its CRLF (RFC 5322 §2.1.1)."""

_WORD: Final = 75
_FRAME: Final = len("=?utf-8?b??=")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_PLAIN: Final = re.compile(r"[\x20-\x7e]*")
_ATOMS: Final = re.compile(r"[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+( [A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+)*")
_SAFE: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/")


def text_header(name: str, text: str) -> bytes:
    """A header of free text, such as Subject: plain where it is ASCII, else encoded-words (RFC 2047).

    Raises:
        DeliveryError: the text holds a line break or another control character.
    """
    text = checked(name, text).strip()
    if _PLAIN.fullmatch(text) and "=?" not in text:
        lines = _folded(f"{name}:", f" {text}" if text else "")
        if all(len(line) <= LIMIT for line in lines):
            return _joined(lines)
    return _joined(_with_words(f"{name}: ", text))


def mailbox_header(name: str, box: Mailbox) -> bytes:
    """A header of one address, such as From (RFC 5322 §3.4); UTF-8 in the address itself by RFC 6532."""
    checked(name, box.name + box.address)
    lines = _phrase(f"{name}: ", box.name)
    address = f"<{box.address}>" if box.name else box.address
    return _joined(_with_last(lines, address))


def list_id_header(phrase: str, identity: str) -> bytes:
    """List-Id (RFC 2919): a phrase and a dot-atom of at most 255 octets, the same in every issue."""
    checked("List-Id", phrase)
    if len(identity) > 255 or not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", identity):
        raise DeliveryError(f"{identity!r} cannot name a list", subject=identity, hint="check site.base_url")
    return _joined(_with_last(_phrase("List-Id: ", phrase), f"<{identity}>"))


def raw_header(name: str, value: str) -> bytes:
    """A header that no encoding or folding may touch: List-Unsubscribe (RFC 8058 §3.1), Message-ID, Date.

    Raises:
        DeliveryError: the value is not printable ASCII, or does not fit on one line of 998 octets.
    """
    line = f"{name}: {checked(name, value)}"
    if not _PLAIN.fullmatch(line) or len(line) > LIMIT:
        raise DeliveryError(
            f"{name} must be ASCII on one line of at most {LIMIT} octets", subject=value, hint="shorten it"
        )
    return _joined([line])


def url_header(name: str, url: str) -> bytes:
    """A header of one address of the web in angle brackets (RFC 2369), raw."""
    if not re.fullmatch(r"(https?|mailto):[\x21-\x3b\x3d\x3f-\x7e]+", checked(name, url)):
        raise DeliveryError(f"{name} cannot hold {url!r}", subject=url, hint="percent-encode the address")
    return raw_header(name, f"<{url}>")


def checked(name: str, value: str) -> str:
    """The value itself; DeliveryError where it holds what could end a line or break a decoder."""
    found = _CONTROL.search(value)
    if found:
        raise DeliveryError(
            f"{name} holds the control character U+{ord(found[0]):04X}",
            subject=value,
            hint="a header is one line of text: take the line break or control character out",
        )
    return value


def encoded_words(text: str, first: int) -> list[str]:
    """Encoded-words in UTF-8 of at most 75 octets, the first of at most `first`, cut between characters.

    B or Q, whichever is shorter for the whole text (RFC 2047 §4).
    """
    base64 = [_base64(chunk) for chunk in _chunks(text, first, _base64_room)]
    quoted = [_quoted(chunk) for chunk in _chunks(text, first, _quoted_room)]
    return min(base64, quoted, key=lambda words: sum(map(len, words)))


def _chunks(text: str, first: int, fits: Callable[[str, int], bool]) -> Iterator[str]:
    room, chunk = first - _FRAME, ""
    for character in text:
        if chunk and not fits(chunk + character, room):
            yield chunk
            room, chunk = _WORD - _FRAME, ""
        chunk += character
    if chunk:
        yield chunk


def _base64_room(chunk: str, room: int) -> bool:
    return -(-len(chunk.encode()) // 3) * 4 <= room


def _quoted_room(chunk: str, room: int) -> bool:
    return sum(1 if byte in _SAFE or byte == 0x20 else 3 for byte in chunk.encode()) <= room


def _base64(chunk: str) -> str:
    return f"=?utf-8?b?{b64encode(chunk.encode()).decode()}?="


def _quoted(chunk: str) -> str:
    letters = (
        "_" if byte == 0x20 else chr(byte) if byte in _SAFE else f"={byte:02X}" for byte in chunk.encode()
    )
    return f"=?utf-8?q?{''.join(letters)}?="


def _with_words(head: str, text: str) -> list[str]:
    words = encoded_words(text, LINE - len(head))
    return [head + words[0], *(f" {word}" for word in words[1:])]


def _phrase(head: str, name: str) -> list[str]:
    """Lines of a display name: as it is, in quotes, or in encoded-words."""
    if not name:
        return [head]
    if len(name) <= LINE - len(head) - 2 and _PLAIN.fullmatch(name) and "=?" not in name:
        quoted = re.sub(r'(["\\])', r"\\\1", name)
        return [head + (name if _ATOMS.fullmatch(name) else f'"{quoted}"')]
    return _with_words(head, name)


def _with_last(lines: list[str], last: str) -> list[str]:
    """Lines with one more word, on a line of its own where the last one is full."""
    space = "" if lines[-1].endswith(" ") else " "
    if len(f"{lines[-1]}{space}{last}".encode()) <= LINE or not space:
        return [*lines[:-1], f"{lines[-1]}{space}{last}"]
    return [*lines, f" {last}"]


def _folded(head: str, text: str) -> list[str]:
    lines, room = [head], False
    for piece in re.findall(r" *[^ ]+", text):
        if room and len(lines[-1]) + len(piece) > LINE:
            lines.append(piece)
        else:
            lines[-1] += piece
        room = True
    return lines


def _joined(lines: list[str]) -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode()
