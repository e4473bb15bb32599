"""Emphasis that works in Chinese, Japanese and Korean text: `**…「詞」。**後面` closes where it should.

CommonMark lets `*` open or close only where punctuation and spaces say so; where nobody writes spaces they
say the wrong thing. The rule is that of markdown-cjk-friendly by tats-u, as markdown-it-cjk-friendly 3 has it
(https://github.com/tats-u/markdown-cjk-friendly/blob/main/specification.md).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline.state_inline import Scanned, StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType

# Characters whose East Asian width is wide, full or half (UAX #11) and that are no emoji, with all of Hangul.
_CJK: Final = re.compile(
    "[\u1100-\u11ff\u20a9\u2329\u232a\u2630-\u2637\u268a-\u268f\u2e80-\u2e99\u2e9b-\u2ef3\u2f00-\u2fd5"
    "\u2ff0-\u303e\u3041-\u3096\u3099-\u30ff\u3105-\u312f\u3131-\u318e\u3190-\u31e5\u31ef-\u321e"
    "\u3220-\u3247\u3250-\ua48c\ua490-\ua4c6\ua960-\ua97c\uac00-\ud7a3\ud7b0-\ud7c6\ud7cb-\ud7fb"
    "\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe52\ufe54-\ufe66\ufe68-\ufe6b\uff01-\uffbe\uffc2-\uffc7"
    "\uffca-\uffcf\uffd2-\uffd7\uffda-\uffdc\uffe0-\uffe6\uffe8-\uffee\U00016fe0-\U00016fe4"
    "\U00016ff0-\U00016ff6\U00017000-\U00018cda\U00018cff-\U00018d20\U00018d80-\U00018df2"
    "\U00018e00-\U00019191\U000191a0-\U000191d2\U0001aff0-\U0001aff3\U0001aff5-\U0001affb"
    "\U0001affd\U0001affe\U0001b000-\U0001b128\U0001b132\U0001b150-\U0001b152\U0001b155"
    "\U0001b164-\U0001b168\U0001b170-\U0001b2fb\U0001d300-\U0001d356\U0001d360-\U0001d376\U0001f200"
    "\U0001f202\U0001f210-\U0001f219\U0001f21b-\U0001f22e\U0001f230\U0001f231\U0001f237\U0001f23b"
    "\U0001f240-\U0001f248\U0001f260-\U0001f265\U00020000-\U0002fffd\U00030000-\U0003fffd]"
)
_IDEOGRAPHIC_SELECTORS: Final = ("\U000e0100", "\U000e01ef")
_QUOTES: Final = frozenset("‘’“”")


@lru_cache(maxsize=8192)
def _is_cjk(character: str) -> bool:
    return _CJK.match(character) is not None


@lru_cache(maxsize=8192)
def _is_punctuation(character: str) -> bool:
    return isMdAsciiPunct(ord(character)) or isPunctChar(character)


class CjkState(StateInline):
    """The inline state with the CJK-friendly rule for what may open and close emphasis."""

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803 - markdown-it's names
        """Measure a run of markers and tell whether it can open and close.

        `canSplitWord` is true for `*` and `~`, which may stand inside a word, and false for `_`.
        """
        end = start
        while end < self.posMax and self.src[end] == self.src[start]:
            end += 1
        after = self.src[end] if end < self.posMax else " "
        selector = self.src[start - 1] if start else " "
        before, selected = self._seen_before(start, selector)
        if isWhiteSpace(ord(before)) or isWhiteSpace(ord(after)):
            return Scanned(not isWhiteSpace(ord(after)), not isWhiteSpace(ord(before)), end - start)
        opens, closes = _is_punctuation(before), _is_punctuation(after)
        if canSplitWord:
            if _is_cjk(after) or _counts_as_cjk(selected, selector):
                return Scanned(True, True, end - start)
            opens, closes = opens or not closes, closes or not opens
        return Scanned(opens, closes, end - start)

    def _seen_before(self, start: int, character: str) -> tuple[str, str | None]:
        """The character seen before the run, and it again if a variation selector follows it."""
        if not "\ufe00" <= character <= "\ufe0e":
            return character, None
        selected = self.src[start - 2] if start > 1 else " "
        return (character if unicodedata.category(selected) == "Zs" else selected), selected


def _counts_as_cjk(selected: str | None, character: str) -> bool:
    """Whether what stands before is CJK: a selector may tell, or make quotes full-width."""
    if selected is not None:
        return _is_cjk(selected) or (character == "\ufe01" and selected in _QUOTES)
    return _is_cjk(character) or _IDEOGRAPHIC_SELECTORS[0] <= character <= _IDEOGRAPHIC_SELECTORS[1]


class CjkInline(ParserInline):
    """The inline parser on such a state, for one MarkdownIt instance: nothing is patched for others."""

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        """Parse the text of one block into `tokens`."""
        state = CjkState(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens
