"""Bytes of a file as text: byte order marks, UTF-8, an older encoding only when it is sure."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Final

from digest.collect.mistakes import Mistake
from digest.model import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """Text with line ends made LF and no byte order mark; not `readable` when it is no text at all."""

    text: str
    readable: bool = True
    mistake: Mistake | None = None


_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ANY_MARK: Final = tuple(mark for mark, _ in _MARKS)
_KINDS: Final = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"RIFF", "a WebP image or a sound"),
    (b"\x1f\x8b", "a compressed file"),
)
_STARTS: Final = tuple(magic for magic, _ in _KINDS)
_SURE: Final = (
    "big5", "big5hkscs", "cp950", "gb18030", "gbk", "gb2312", "euc_kr", "cp949", "johab", "shift_jis",
    "cp932", "euc_jp", "cp1252", "latin_1", "iso8859_15",
)  # fmt: skip
_SAMPLE: Final = 50_000
_CONTROLS: Final = bytes((*range(0x01, 0x09), *range(0x0E, 0x1B), *range(0x1C, 0x20)))
_LINES: Final = re.compile(r"[\r\n\t\f\u2028\u2029\u00a0\u00ad\u200b-\u200f\ufeff]+")
_LINE_END: Final = re.compile(r"\r\n?")


def decode(data: bytes, configured: str = "") -> Decoded:
    """The text in these bytes. A guessed encoding comes with a warning, unreadable bytes with an error.

    `configured` is the encoding of a source's files that are not UTF-8: nothing is guessed of them.
    """
    for mark, encoding in _MARKS if data.startswith(_ANY_MARK) else ():
        if data.startswith(mark):
            return _wide(data[len(mark) :], encoding)
    has_nul = b"\0" in data
    if has_nul and (unmarked := _unmarked(data)):
        return unmarked
    foreign = _foreign(data, has_nul=has_nul)
    if foreign:
        return Decoded(text="", readable=False, mistake=foreign)
    while data.startswith(codecs.BOM_UTF8):  # some tools write it twice
        data = data[len(codecs.BOM_UTF8) :]
    try:
        return Decoded(text=_lines(data.decode("utf-8")))
    except UnicodeDecodeError as error:
        return _told(data, configured) if configured else _guessed(data) or _broken(data, error.start)


def _wide(data: bytes, encoding: str) -> Decoded:
    try:
        return Decoded(text=_lines(data.decode(encoding).lstrip("\ufeff")))
    except UnicodeDecodeError:
        sentence = f"begins as {encoding[:6].upper()} and is broken further on"
        return Decoded(text="", readable=False, mistake=_not_text(sentence))


def _unmarked(data: bytes) -> Decoded | None:
    """UTF-16 without its mark: every other byte of what is mostly ASCII, as front matter is, is NUL."""
    sample = data[:_SAMPLE]
    for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if (
            len(data) % 2 == 0
            and sample[first::2].count(0) * 3 > len(sample) // 2
            and 0 not in sample[1 - first :: 2]
        ) or _begins_wide(sample, first, encoding):
            return _wide(data, encoding)
    return None


def _begins_wide(sample: bytes, first: int, encoding: str) -> bool:
    """Whether ASCII (`---`, `# T`) stands first and only text follows, also Chinese: 一 (4E00) has a zero."""
    opening = sample[1 - first : 6 : 2]
    if sample[first:6:2] != b"\0\0\0" or not opening.isascii() or not opening.decode().isprintable():
        return False
    try:
        text = sample[: len(sample) // 2 * 2].decode(encoding)
    except UnicodeDecodeError:
        return False
    return _LINES.sub("", text).replace("\u3000", "").isprintable()


def _told(data: bytes, encoding: str) -> Decoded:
    """The text in the encoding that the source names."""
    try:
        return Decoded(text=_lines(data.decode(encoding)))
    except UnicodeDecodeError as error:
        sentence = f"the byte 0x{data[error.start]:02x} here is neither UTF-8 nor {encoding}"
        hint = "save the file as UTF-8, or correct `encoding` of its source in config.toml"
        text = _lines(data.decode(encoding, "replace"))
        offset = len(_lines(data[: error.start].decode(encoding, "replace")))
    except (LookupError, UnicodeError):
        sentence = f"there is no encoding {encoding}, which config.toml names for this source"
        hint = "write one such as big5, gb18030, euc-kr or shift-jis"
        text, offset = "", 0
    mistake = Mistake(rule="not-utf8", sentence=sentence, offset=offset, hint=hint)
    return Decoded(text=text, readable=False, mistake=mistake)


def _foreign(data: bytes, *, has_nul: bool) -> Mistake | None:
    """The mistake when these bytes are a picture, an archive or other binary data."""
    for magic, kind in _KINDS if data.startswith(_STARTS) else ():
        if data.startswith(magic):
            return _not_text(f"is {kind}, whatever its name says")
    if has_nul:
        return _not_text("holds NUL bytes")
    sample = data[:_SAMPLE]
    if (len(sample) - len(sample.translate(None, _CONTROLS))) * 20 > len(sample):
        return _not_text("holds control characters instead of words")
    return None


def _not_text(what: str) -> Mistake:
    return Mistake(
        rule="not-text",
        sentence=f"this file is not text: it {what}",
        hint="move it out of the source folder, or save it as UTF-8 text",
    )


def _guessed(data: bytes) -> Decoded | None:
    """The text in an older encoding, when most non-ASCII bytes are not UTF-8 and one fits them all."""
    lost = data.decode("utf-8", "replace").count("\ufffd")
    kept = sum(byte >= 0xC2 for byte in data) - lost
    if kept > lost:
        return None
    import charset_normalizer  # nearly every file is UTF-8, and this takes a while to load

    best = charset_normalizer.from_bytes(data[:_SAMPLE]).best()
    if best is None or best.encoding not in _SURE or best.chaos > 0.1:
        return None
    try:
        text = data.decode(best.encoding)
    except UnicodeDecodeError:
        return None
    mistake = Mistake(
        rule="encoding-guessed",
        sentence=f"this file is not UTF-8; it was read as {best.encoding.replace('_', '-')}",
        hint="look at its words, then save it as UTF-8",
        severity=Severity.WARNING,
    )
    return Decoded(text=_lines(text), mistake=mistake)


def _broken(data: bytes, start: int) -> Decoded:
    text = _lines(data.decode("utf-8", "replace"))
    mistake = Mistake(
        rule="not-utf8",
        sentence=f"the byte 0x{data[start]:02x} here is not UTF-8, and no other encoding surely fits",
        offset=len(_lines(data[:start].decode("utf-8"))),
        hint="save the file as UTF-8",
    )
    return Decoded(text=text, readable=False, mistake=mistake)


def _lines(text: str) -> str:
    return _LINE_END.sub("\n", text) if "\r" in text else text
