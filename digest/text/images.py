"""The images that a Markdown body refers to, and where: in Markdown, HTML and shortcodes, not in code."""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from functools import lru_cache
from typing import Final

from digest.model import ImageRef, Position
from digest.text.shortcodes import Shortcode, Token, tokenize, walk

IMAGE_SHORTCODES: Final = ("figure", "img", "image")
"""Shortcodes whose `src` (or first argument) is an image."""

GALLERIES: Final = ("gallery", "image-gallery", "photo-gallery")
"""Shortcodes that list images between commas."""

_NAMED: Final = frozenset((*IMAGE_SHORTCODES, *GALLERIES))
_PICTURE: Final = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|bmp|svg)(?:\?[^?]*)?$", re.IGNORECASE)

_FEW: Final = 3
_FENCE: Final = re.compile(r"^[ >]*(`{3,}|~{3,})(.*)$")
_TICKS: Final = re.compile(r"`+")
_BLANK: Final = re.compile(r"\n[ \t]*\n")
_SEEN: Final = re.compile(r"[^\n]")
_TARGET: Final = r"\(\s*(?:<(?P<angled>[^<>\n]*)>|(?P<bare>(?:[^\s()\\]|\\.|\([^\s()]*\))+))[^()\n]*?\)"
_ALT: Final = r"!\[(?P<alt>(?:[^\[\]\\\n]|\\.|\[[^\[\]\n]*\])*)\]"
_INLINE: Final = re.compile(_ALT + _TARGET)
_REFERENCE: Final = re.compile(_ALT + r"(?:\[(?P<label>[^\[\]\n]*)\])?(?!\()")
_DEFINITION: Final = re.compile(r"^ {0,3}\[(?P<label>[^\[\]\n]+)\]:[ \t]*<?(?P<src>[^\s<>]+)", re.MULTILINE)
_TAG: Final = re.compile(r"<[iI][mM][gG]\s[^<>]*>")
_ATTRIBUTE: Final = re.compile(r"""\b(src|alt)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""", re.IGNORECASE)
_ESCAPE: Final = re.compile(r"\\([!-/:-@\[-`{-~])")


def references(
    body: str, path: str, body_line: int, tokens: tuple[Token, ...] | None = None
) -> tuple[ImageRef, ...]:
    """The images of a body in the order written; `body_line` is the body's first line in the file `path`.

    `tokens` are those of the body from that line on, where they are known already: its shortcodes at least.
    """
    has_tags = "<" in body and _TAG.search(body)
    found = _markdown(body) if has_tags or "![" in body else []
    found += _shortcodes(body, body_line, tokenize(body, body_line) if tokens is None else tokens)
    if not found:
        return ()
    breaks = [one.start() for one in re.finditer("\n", body)] if len(found) > _FEW else []

    def place(offset: int) -> Position:
        row = bisect_left(breaks, offset) if breaks else body.count("\n", 0, offset)
        before = breaks[row - 1] if breaks and row else body.rfind("\n", 0, offset)
        return Position(path=path, line=body_line + row, column=offset - before)

    return tuple(ImageRef(src=src, alt=alt, position=place(at)) for at, src, alt in sorted(found))


@lru_cache(maxsize=4)  # a body is looked at for its flavour, its images and its quotes
def without_code(body: str) -> str:
    """The body with fenced code, code spans and comments blanked by spaces: every offset stays true."""
    text = _without_fences(body) if "`" in body or "~" in body else body
    text = _without_comments(text) if "<" in text and "<!--" in text else text
    return _without_spans(text) if "`" in text else text


def _markdown(body: str) -> list[tuple[int, str, str]]:
    """Offset, address and alternative text of Markdown's and HTML's images."""
    text = without_code(body)
    found = [
        (one.start(), _plain(one["angled"] if one["bare"] is None else one["bare"]), _plain(one["alt"]))
        for one in _INLINE.finditer(text)
    ]
    defined = _DEFINITION.finditer(text) if "]:" in text else ()
    addresses = {_label(one["label"]): _plain(one["src"]) for one in defined}
    for one in _REFERENCE.finditer(text) if addresses else ():
        src = addresses.get(_label(one["label"] or one["alt"]))
        found += [(one.start(), src, _plain(one["alt"]))] if src else []
    for tag in _TAG.finditer(text) if "<" in text else ():
        pairs = {
            name.lower(): html.unescape(value.strip("\"'")) for name, value in _ATTRIBUTE.findall(tag[0])
        }
        found += [(tag.start(), pairs["src"].strip(), pairs.get("alt", ""))] if pairs.get("src") else []
    return [one for one in found if one[1]]


def _shortcodes(body: str, line: int, tokens: tuple[Token, ...]) -> list[tuple[int, str, str]]:
    """The same for shortcodes; they count inside code too, since Hugo expands them there."""
    named = [token for token in walk(tokens) if isinstance(token, Shortcode) and token.name in _NAMED]
    starts = [0, *(one.end() for one in re.finditer("\n", body))] if named else []
    found = []
    for token in named:
        at = starts[token.line - line] + token.column - 1
        if token.name in GALLERIES:
            found += [(at, src, "") for src in listed(token)]
        elif src := token.get("src", 0):
            found.append((at, src, token.get("alt", 1, token.get("caption"))))
    return found


def listed(gallery: Shortcode) -> tuple[str, ...]:
    """The images that a gallery names in its arguments, between commas."""
    named = (gallery.params[key] for key in ("images", "src", "files") if key in gallery.params)
    sources = (src.strip() for each in (*named, *gallery.args) for src in each.split(","))
    return tuple(src for src in sources if _PICTURE.search(src))


def _without_fences(body: str) -> str:
    """The body without what stands in fenced code blocks (CommonMark 4.5); an unclosed one has no end."""
    if "```" not in body and "~~~" not in body:
        return body
    lines = body.split("\n")
    fence = ""
    for number, line in enumerate(lines):
        found = _FENCE.match(line) if "```" in line or "~~~" in line else None
        if fence:
            ends = found and found[1].startswith(fence) and not found[2].strip()
            lines[number] = " " * len(line)
            fence = "" if ends else fence
        elif found and not (found[1][0] == "`" and "`" in found[2]):
            fence = found[1]
            lines[number] = " " * len(line)
    return "\n".join(lines)


def _without_comments(text: str) -> str:
    """The text without HTML comments; one without an end is text."""
    pieces: list[str] = []
    done = 0
    while (start := text.find("<!--", done)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        pieces += [text[done:start], _SEEN.sub(" ", text[start : end + 3])]
        done = end + 3
    return "".join([*pieces, text[done:]])


def _without_spans(text: str) -> str:
    """The text without code spans (CommonMark 6.1): runs of as many backticks within one paragraph."""
    runs = [one.span() for one in _TICKS.finditer(text)]
    nearest: dict[int, int] = {}
    closing = [-1] * len(runs)  # where the next run of the same length begins
    for number in range(len(runs) - 1, -1, -1):
        start, end = runs[number]
        closing[number] = nearest.get(end - start, -1)
        nearest[end - start] = start
    pieces: list[str] = []
    done = 0
    for (start, end), close in zip(runs, closing, strict=True):
        if start < done or close < 0:
            continue
        is_line = text.find("\n", end, close) < 0
        if not is_line and _BLANK.search(text, end, close):
            continue
        stop = close + end - start
        span = " " * (stop - start) if is_line else _SEEN.sub(" ", text[start:stop])
        pieces += [text[done:start], span]
        done = stop
    return "".join([*pieces, text[done:]])


def _label(text: str) -> str:
    return " ".join(text.split()).casefold()


def _plain(text: str) -> str:
    return html.unescape(_ESCAPE.sub(r"\1", text)).strip()
