"""The words of a Markdown text without its marks: for counting, excerpts and fingerprints."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from digest.text.counts import HAN_AND_KANA
from digest.text.shortcodes import Shortcode, Text, Token, tokenize

# Runs of blanks are one blank before the others are searched, so none of these backtracks over a run.
# Each is tried only where a cheap look finds what it is about, and begins with a character where it can:
# then the search skips what cannot match. tests/text/test_markup.py proves that neither changes a word.
_COMMENT: Final = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_UNREAD: Final = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_TAG: Final = re.compile(r"</?[A-Za-z][^<>]*>")
_AUTOLINK: Final = re.compile(r"<((?:https?://|mailto:)[^<>\s]*)>")
_MARKED: Final = frozenset(" >#`~-*_=|:+[0123456789")
"""What a line begins with that has a mark of a block in front."""

_RULED: Final = frozenset("-*_=|: ")
_FENCE: Final = re.compile(r"[ >]*(?:`{3,}|~{3,})")
_RULE: Final = re.compile(r"[ >]*(?:(?:[-*_] ?){3,}|=+ ?|\|? ?:?-+:? ?(?:\|[ :|-]*)?)\Z")
_DEFINITION: Final = re.compile(r" ?\[(?!\^)[^\[\]\n]+\]: ?\S")
_NOTE: Final = re.compile(r" ?\[\^[^\[\]\n]+\]: ?")
_NOTE_MARK: Final = re.compile(r"\[\^[^\[\]\n]+\]")
_HEADING: Final = re.compile(r"[ >]*#{1,6}(?: (.*))?\Z")
_BLOCK: Final = re.compile(r"(?: ?(?:>|(?:[-+*]|\d{1,9}[.)]|\[[ xX]\])(?= )))+ ?")
_LABEL: Final = r"\[([^\[\]\\\n]{0,1000}(?=\])|(?:[^\[\]\\\n]|\\.){0,1000})\]"
_LINK: Final = re.compile(
    _LABEL + r"(?:\([^()\n]{0,2000}\)|\((?:[^()\n]|\([^()\n]*\)){0,2000}\)|\[[^\[\]\n]*\])"
)
_BRACKETED: Final = re.compile(_LABEL)
_LOW: Final = r"_(?<=(?<![^\W_])_)_*(?=\S)|_(?<=(?<=\S)_)_*(?![^\W_])"
_LOW_OR_STRUCK: Final = re.compile(rf"~~+|{_LOW}")
_EMPHASIS: Final = re.compile(rf"\\([!-/:-@\[-`{{-~])|\*\**|~~+|``*|{_LOW}")
_PIPE: Final = re.compile(r"^ ?\|(.*)\| ?$", re.MULTILINE)
_BETWEEN_HAN: Final = re.compile(
    rf"(?<=[{HAN_AND_KANA}，。、；：？！」』）]) ?\n ?(?=[{HAN_AND_KANA}「『（])"
)
_PARAGRAPHS: Final = re.compile(r" ?\n(?: ?\n)+")


@lru_cache(maxsize=512)  # a body is counted, compared and cut in one run
def plain_text(body: str, *, headings: bool = True) -> str:
    """The words of a Markdown body, a line for each paragraph.

    Shortcodes go, with what is between a pair of them kept; escaped ones stay as text; images are their
    alt text; code stays. Done with regular expressions, not a parser: some times cheaper, and exact enough to
    count and cut by. `headings=False` leaves the headings out, for an excerpt.
    """
    return _paragraphs(_unmarked(without_shortcodes(body), headings=headings))


def bare_words(text: str) -> str:
    """The plain text, composed (NFC), without any blank: what a fingerprint is taken of.

    `text` is a body without shortcodes. A third of the time of `plain_text`.
    """
    bare = _unmarked(text, headings=True)
    if (
        "\u3099" in bare or "\u309a" in bare
    ):  # a voicing mark may move to the line before, and be composed there
        bare = _paragraphs(bare)
    bare = bare if bare.isascii() else unicodedata.normalize("NFC", bare)
    return "".join(bare.replace(" ", "").replace("\n", "").split())


def without_shortcodes(text: str) -> str:
    """The text outside shortcodes and between the tags of pairs; escaped ones are the text that they show."""
    return between(tokenize(text)) if "{{" in text else text


def between(tokens: Iterable[Token]) -> str:
    """The text of tokens that is outside shortcodes and between the tags of pairs."""
    parts = []
    for token in tokens:
        if isinstance(token, Text):
            parts.append(token.text)
        elif isinstance(token, Shortcode):
            parts.append(between(token.tokens))
    return "".join(parts)


def _unmarked(text: str, *, headings: bool) -> str:
    """Without marks and tags, every blank as it falls."""
    text = text.replace("\t", " ").replace("\r", " ")
    while "  " in text:
        text = text.replace("  ", " ")
    if "<" in text:
        text = _UNREAD.sub("", _COMMENT.sub("", text))
        text = _TAG.sub("", "".join(_AUTOLINK.split(text)))
    text = _inline(_blocks(text, headings=headings))
    return html.unescape(text) if "&" in text else text


def _paragraphs(text: str) -> str:
    text = text.strip()
    text = text if text.isascii() else _BETWEEN_HAN.sub("", text)
    return "\n".join(filter(None, (" ".join(each.split()) for each in _PARAGRAPHS.split(text))))


def _blocks(text: str, *, headings: bool) -> str:
    """Without the marks at the beginnings of lines; each heading, list item and row its own paragraph."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if line and line[0] in _MARKED and (line[0] != " " or line[1:2] in _MARKED):
            lines[number] = _block(line, headings=headings)
    return "\n".join(lines)


def _block(line: str, *, headings: bool) -> str:
    found = _HEADING.match(line) if "#" in line else None
    if not found:
        return _rest(line)
    words = found[1] or ""
    bare = words.rstrip(" #") if words.endswith(("#", "# ")) else words
    return f"\n{_rest(bare)}\n" if headings else "\n"


def _rest(line: str) -> str:
    """A line that is no heading, or the words of one: without fences, rules, definitions and list marks."""
    if ("```" in line or "~~~" in line) and _FENCE.match(line):
        return "\n"
    if line and line[-1] in _RULED and _RULE.match(line):
        return "\n"
    if "]:" in line:
        line = "" if _DEFINITION.match(line) else _NOTE.sub("", line, count=1) if _NOTE.match(line) else line
    found = _BLOCK.match(line)
    if found:
        line = f"\n{line[found.end() :]}" if found[0].strip(" >") else line[found.end() :]
    return _PIPE.sub(_row, line) if "|" in line else line


def _row(found: re.Match[str]) -> str:
    return f"\n{found[1].replace('|', ' ')}\n"


def _inline(text: str) -> str:
    """Without the marks inside lines. Links are undone twice: an image may be inside one."""
    if "[" in text:
        if "[^" in text:
            text = _NOTE_MARK.sub("", text)
        for _ in range(2):
            if "](" in text or "][" in text:
                text = _labels(_LINK, text)
        text = _labels(_BRACKETED, text)
    if "\\" in text:
        return "".join([each for each in _EMPHASIS.split(text) if each])
    if "_" in text or "~~" in text:
        text = _LOW_OR_STRUCK.sub("", text)
    return text.replace("*", "").replace("`", "")


def _labels(pattern: re.Pattern[str], text: str) -> str:
    """The text with each match replaced by its label; an exclamation mark before it, as of images, goes."""
    parts = pattern.split(text)
    if "![" in text:
        for place in range(0, len(parts) - 1, 2):
            if parts[place][-1:] == "!":
                parts[place] = parts[place][:-1]
    return "".join(parts)
