"""The bytes of a feed as text that an XML parser takes: any encoding, no controls, no foreign entities."""

from __future__ import annotations

import codecs
import html.entities
import re
from typing import Final

from digest.collect.decoding import Decoded, decode
from digest.text.characters import legal

_DECLARED: Final = re.compile(r"""\s*<\?xml\b[^<>]{0,200}?\bencoding\s*=\s*["']([\w.:-]{1,40})["']""")
_DECLARATION: Final = re.compile(r"\A\s*<\?xml\b[^<>]*\?>")
_CHARSET: Final = re.compile(r"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
_REFERENCE: Final = re.compile(r"&#(?:[xX]([0-9a-fA-F]{1,8})|([0-9]{1,8}));")
_ENTITY: Final = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_KEPT: Final = frozenset(("amp", "lt", "gt", "quot", "apos", "AMP", "LT", "GT", "QUOT"))
_OWN_ENTITIES: Final = re.compile(r"<!ENTITY\b", re.IGNORECASE)
_LATIN: Final = re.compile(r"(?:iso-?8859-15?|latin-?1|windows-125[02]|cp125[02]|us-ascii|ascii|utf-?8)")
_HIGH: Final = re.compile(rb"[\x80-\xff]")
_PAIRED: Final = re.compile(rb"[\x80-\xff]{2}")
_STATEFUL: Final = ("iso-2022", "iso2022", "hz", "utf-7")
_WIDE: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)


def text_of(body: bytes, content_type: str) -> Decoded:
    """The text of a feed's bytes, without byte order marks.

    What is UTF-8 is UTF-8, whatever is declared: text in another encoding is so by accident next to never.
    Else the encoding that the document declares, then the one of the header (RFC 7303 has it first, and
    servers have it wrong), then the one that its letters tell. Latin-1 is no word to go by where bytes over
    0x7F come in pairs: it fits everything, and servers say it of everything.
    """
    if body.startswith(_WIDE):
        return decode(body)
    declared = _declared(body)
    told = (*declared, *_CHARSET.findall(content_type)[:1])
    stateful = [name for name in told if name.lower().startswith(_STATEFUL) and b"\x1b" in body]
    paired = _is_paired(body)
    sure = [name for name in told if not (paired and _LATIN.fullmatch(name.lower()))]
    for name in (*stateful, "utf-8", *sure):
        text = _in(name, body)
        if text is not None:
            return Decoded(text=text.lstrip("\ufeff"))
    guessed = decode(body)
    if guessed.readable:
        return guessed
    texts = (_in(name, body) for name in told)
    text = next(filter(None, texts), None) or body.decode("utf-8", "replace")
    return Decoded(text=text.lstrip("\ufeff"), mistake=guessed.mistake)


def parseable(text: str) -> str:
    """Feed text with what would stop an XML parser mended: controls, references to them, HTML's names.

    The declaration goes, for the text is no longer in the encoding that it names. A document with entities of
    its own is left to the parser, which bounds them.
    """
    text = legal(_DECLARATION.sub("", text, count=1)).lstrip()
    if "&#" in text:
        text = _REFERENCE.sub(_referred, text)
    if "&" in text and not _OWN_ENTITIES.search(text, 0, 10_000):
        text = _ENTITY.sub(_named, text)
    return text


def _declared(body: bytes) -> tuple[str, ...]:
    head = body[:400]
    if b"\0" in head:  # UTF-16 or UTF-32 without a byte order mark
        for name in ("utf-32-be", "utf-32-le", "utf-16-be", "utf-16-le"):
            if "<?xml" in head[:200].decode(name, "ignore")[:40]:
                return (name,)
    found = _DECLARED.match(head.decode("latin1").lstrip("\xef\xbb\xbf"))
    return (found[1],) if found else ()


def _in(name: str, body: bytes) -> str | None:
    if name.lower() in ("utf-8", "utf8") and b"\0" in body[:4]:
        return None
    try:
        return body.decode(name)
    except (LookupError, ValueError):  # there is no such encoding, or it is another
        return None


def _is_paired(body: bytes) -> bool:
    """Whether bytes over 0x7F mostly have neighbours, as in encodings of two bytes a letter."""
    sample = body[:50_000]
    high = len(_HIGH.findall(sample))
    return high > 8 and len(_PAIRED.findall(sample)) * 2 > high * 0.3


def _referred(found: re.Match[str]) -> str:
    """A reference to a character; nothing for one that XML forbids."""
    code = int(found[1], 16) if found[1] else int(found[2])
    return found[0] if code <= 0x10FFFF and legal(chr(code)) else ""


def _named(found: re.Match[str]) -> str:
    """HTML's name of a character as the character, which XML does not know by name."""
    if found[1] in _KEPT:
        return found[0]
    character = html.entities.html5.get(f"{found[1]};", "")
    return found[0] if not character or character in "&<>\"'" else character
