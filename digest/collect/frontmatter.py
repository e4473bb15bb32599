"""Front matter and body apart: which dialect a text begins with, where it ends, what it says.

The dialects are python-frontmatter handlers that keep every offset, so that a finding can point at its line.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import frontmatter
from frontmatter.default_handlers import BaseHandler

from digest.collect import header_dialect, json_dialect, toml_dialect, yaml_dialect
from digest.collect.mistakes import Mistake, MistakeError
from digest.collect.yaml_dialect import Block


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """A text taken apart: its front matter, which begins at `start`, and where its body begins.

    `dialect` is "" for a text without front matter. The block's offsets and mistakes count from `start`.
    """

    dialect: str
    block: Block
    start: int
    body_start: int


@dataclass(frozen=True, slots=True)
class Bounds:
    """Offsets of the front matter `[start, end)` without its fences, and of the body."""

    start: int
    end: int
    body: int


_LARGEST: Final = 1_000_000
_END_OF_HEADER: Final = re.compile(r"(?:-{3,}|\.{3})?[ \t]*(?:\n|\Z)")
_LOOKS_LIKE_KEYS: Final = re.compile(
    r"""\s*(?:#.*\n\s*)*(?:[\w-]+\s*[:：=]|"[\w-]+"\s*:|[\w-]+\.[\w-]+\s*=)"""
)
_ENDS_KEYS: Final = re.compile(r"^[ \t]*$|^#{1,6} |^[-+=*_]{2,}[ \t]*$", re.MULTILINE)


class Fenced(BaseHandler):  # type: ignore[misc, unused-ignore]  # python-frontmatter's types come and go
    """Front matter between two lines of three or more equal signs.

    `opening` takes its line end with it, `closing` begins with one: the search for it skips what is none.
    """

    def __init__(self, opening: str, closing: str, read: Callable[[str], Block]) -> None:
        super().__init__(re.compile(opening))
        self._closing = re.compile(closing, re.MULTILINE)
        self._read = read

    def bounds(self, text: str) -> Bounds | None:
        """Where front matter and body are; None for a text that only begins with a ruled line.

        Raises:
            MistakeError: the closing fence is missing.
        """
        opening = self.FM_BOUNDARY.match(text) if self.FM_BOUNDARY else None
        if opening is None:
            return None
        closing = self._closing.search(text, opening.end() - 1)
        if closing:
            body = closing.end() + (text[closing.end() : closing.end() + 1] == "\n")
            return Bounds(opening.end(), closing.start() + 1, body)
        if _LOOKS_LIKE_KEYS.match(text, opening.end()):
            raise MistakeError(_unclosed(text, opening))
        return None

    def split(self, text: str) -> tuple[str, str]:
        """Front matter and body; ValueError without front matter, as python-frontmatter wants it."""
        bounds = self.bounds(text)
        if bounds is None:
            raise ValueError("no front matter")
        return text[bounds.start : bounds.end], text[bounds.body :]

    def read(self, block: str) -> Block:
        """The values of a block with their offsets. Raises MistakeError."""
        return self._read(block)

    def load(self, fm: str) -> dict[str, Any]:
        """The values of a block. Raises MistakeError."""
        return self.read(fm).values


class Braced(Fenced):
    """Front matter that is one JSON object at the beginning of the text."""

    def __init__(self) -> None:
        super().__init__(r'\s*(?=\{\s*(?:"|\n|\}|' + r"'))", "", json_dialect.read)

    def bounds(self, text: str) -> Bounds | None:
        """Where the object and the body are. Raises MistakeError for what is no JSON."""
        opening = self.FM_BOUNDARY.match(text) if self.FM_BOUNDARY else None
        if opening is None:
            return None
        start = opening.end()
        try:
            _, end = json_dialect.read_object(text, start)
        except MistakeError as error:
            raise MistakeError(error.mistake.moved(start)) from None
        line_end = text.find("\n", end)
        line_end = len(text) if line_end < 0 else line_end
        return Bounds(start, line_end, min(line_end + 1, len(text)))


class Unfenced(Fenced):
    """Front matter that is a header of `Key: value` lines, down to a blank line."""

    def __init__(self) -> None:
        keys = "|".join(sorted(header_dialect.KNOWN)).replace("_", "[ _]")
        super().__init__(rf"\s*(?<![^\n])(?=(?i:{keys})[ \t]*:(?:[ \t]|\n|$))", "", header_dialect.read)

    def bounds(self, text: str) -> Bounds | None:
        """Where the header and the body are; None for a text that only begins with a word and a colon."""
        opening = self.FM_BOUNDARY.match(text) if self.FM_BOUNDARY else None
        end = header_dialect.end_of(text, opening.end()) if opening else None
        if opening is None or end is None:
            return None
        closing = _END_OF_HEADER.match(text, end)
        return Bounds(opening.end(), end, closing.end() if closing else end)


DIALECTS: Final[dict[str, Fenced]] = {
    "yaml": Fenced(r"\s*(?<![^\n])-{3,}[ \t]*\n", r"\n(?:-{3,}|\.{3})[ \t]*$", yaml_dialect.read),
    "toml": Fenced(r"\s*(?<![^\n])\+{3,}[ \t]*\n", r"\n\+{3,}[ \t]*$", toml_dialect.read),
    "json": Braced(),
    "header": Unfenced(),
}
"""The dialects by name, in the order in which a text is tried."""

_NAMES: Final = {handler: name for name, handler in DIALECTS.items()}


def split(text: str) -> Parts:
    """Take a text (LF line ends, no byte order mark) apart. Raises MistakeError with an offset in it."""
    handler = frontmatter.detect_format(text, DIALECTS.values())
    bounds = handler.bounds(text) if isinstance(handler, Fenced) else None
    if not isinstance(handler, Fenced) or bounds is None:
        return Parts(dialect="", block=Block(values={}), start=0, body_start=0)
    if bounds.end - bounds.start > _LARGEST:
        sentence = "the front matter is longer than a million characters"
        raise MistakeError(Mistake(rule="front-matter-size", sentence=sentence, offset=bounds.start))
    try:
        block = handler.read(text[bounds.start : bounds.end])
    except MistakeError as error:
        raise MistakeError(error.mistake.moved(bounds.start)) from None
    return Parts(dialect=_NAMES[handler], block=block, start=bounds.start, body_start=bounds.body)


def _unclosed(text: str, opening: re.Match[str]) -> Mistake:
    """The missing closing fence, where it probably belongs: after the lines that look like keys."""
    fence = opening[0].strip()
    line = text.count("\n", 0, opening.end())
    ends = _ENDS_KEYS.search(text, opening.end())
    at = ends.start() if ends else len(text)
    return Mistake(
        rule="fence-missing",
        sentence=f"the front matter that begins with `{fence}` on line {line} never ends",
        offset=at,
        hint=f"write a line `{fence}` after the last key",
    )
