"""The text that Markdown reads, put together of stretches, and the line in the file of each line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from digest.text.shortcodes import Text, Token

_INDENT: Final = re.compile(r"(?m)(?<=\n)[ \t]+(?=\S)|(?<=\n)(?=\S)")


@dataclass(slots=True)
class Source:
    """A text in the making; `lines[n]` is the line in the file of its line n (0-based)."""

    parts: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)

    def add(self, text: str, line: int) -> None:
        """Add text that begins on a line of the file."""
        if not self.lines:
            self.lines.append(line)
        self.parts.append(text)
        self.lines.extend(range(line + 1, line + 1 + text.count("\n")))

    @property
    def text(self) -> str:
        """The whole."""
        return "".join(self.parts)


def dedented(tokens: Iterable[Token]) -> tuple[Token, ...]:
    """Tokens without the indent that all their lines share, lest what a pair encloses become code."""
    kept = tuple(tokens)
    texts = [token.text for token in kept if isinstance(token, Text)]
    indents = [found[0] for text in texts for found in _INDENT.finditer(text)]
    shared = min((len(each) for each in indents), default=0)
    if not shared:
        return kept
    strip = re.compile(rf"(?<=\n)[ \t]{{1,{shared}}}")
    return tuple(
        replace(token, text=strip.sub("", token.text)) if isinstance(token, Text) else token for token in kept
    )
