"""The plain text of Markdown, one search after the other: what the quick way must say too."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from typing import Final

from digest.text.counts import HAN_AND_KANA
from digest.text.shortcodes import Shortcode, Text, Token, tokenize

# Runs of blanks are one blank before the others are searched, so none of these backtracks over a run.
_BLANKS: Final = re.compile(r"[ \t\r]+")
_COMMENT: Final = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_UNREAD: Final = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_TAG: Final = re.compile(r"</?[A-Za-z][^<>]*>")
_AUTOLINK: Final = re.compile(r"<((?:https?://|mailto:)[^<>\s]*)>")
_FENCE: Final = re.compile(r"^[ >]*(`{3,}|~{3,})[^\n]*$", re.MULTILINE)
_RULE: Final = re.compile(r"^[ >]*(?:(?:[-*_] ?){3,}|=+ ?|\|? ?:?-+:? ?(?:\|[ :|-]*)?)$", re.MULTILINE)
_DEFINITION: Final = re.compile(r"^ ?\[(?!\^)[^\[\]\n]+\]: ?\S.*$", re.MULTILINE)
_NOTE: Final = re.compile(r"^ ?\[\^[^\[\]\n]+\]: ?", re.MULTILINE)
_NOTE_MARK: Final = re.compile(r"\[\^[^\[\]\n]+\]")
_HEADING: Final = re.compile(r"^[ >]*#{1,6}(?: (.*?))?$", re.MULTILINE)
_BLOCK: Final = re.compile(r"^(?: ?(?:>|(?:[-+*]|\d{1,9}[.)]|\[[ xX]\])(?= )))+ ?", re.MULTILINE)
_LABEL: Final = r"!?\[((?:[^\[\]\\\n]|\\.){0,1000})\]"
_LINK: Final = re.compile(_LABEL + r"(?:\((?:[^()\n]|\([^()\n]*\)){0,2000}\)|\[[^\[\]\n]*\])")
_BRACKETED: Final = re.compile(_LABEL)
_EMPHASIS: Final = re.compile(r"\\([!-/:-@\[-`{-~])|\*+|~~+|`+|(?<![^\W_])_+(?=\S)|(?<=\S)_+(?![^\W_])")
_PIPE: Final = re.compile(r"^ ?\|(.*)\| ?$", re.MULTILINE)
_BETWEEN_HAN: Final = re.compile(
    rf"(?<=[{HAN_AND_KANA}，。、；：？！」』）]) ?\n ?(?=[{HAN_AND_KANA}「『（])"
)
_PARAGRAPHS: Final = re.compile(r" ?\n(?: ?\n)+")


def plain_text(body: str, *, headings: bool = True) -> str:
    """The words of a Markdown body, a line for each paragraph."""
    text = without_shortcodes(body)
    text = _BLANKS.sub(" ", text)
    if "<" in text:
        text = _UNREAD.sub("", _COMMENT.sub("", text))
        text = _TAG.sub("", _AUTOLINK.sub(r"\1", text))
    text = _blocks(text, headings=headings)
    text = _inline(text)
    if "&" in text:
        text = html.unescape(text)
    paragraphs = _PARAGRAPHS.split(_BETWEEN_HAN.sub("", text).strip())
    return "\n".join(filter(None, (" ".join(each.split()) for each in paragraphs)))


def without_shortcodes(text: str) -> str:
    """The text outside shortcodes and between the tags of pairs; escaped ones are the text that they show."""
    return _between(tokenize(text)) if "{{" in text else text


def _between(tokens: Iterable[Token]) -> str:
    parts = []
    for token in tokens:
        if isinstance(token, Text):
            parts.append(token.text)
        elif isinstance(token, Shortcode):
            parts.append(_between(token.tokens))
    return "".join(parts)


def _blocks(text: str, *, headings: bool) -> str:
    """Without the marks at the beginnings of lines; each heading, list item and row its own paragraph."""
    if "#" in text:
        text = _HEADING.sub(lambda found: _heading(found[1] or "") if headings else "\n", text)
    text = _RULE.sub("\n", _FENCE.sub("\n", text))
    if "[" in text:
        text = _NOTE.sub("", _DEFINITION.sub("", text))
    text = _BLOCK.sub(lambda found: "\n" if found[0].strip(" >") else "", text)
    return _PIPE.sub(lambda row: f"\n{row[1].replace('|', ' ')}\n", text) if "|" in text else text


def _heading(words: str) -> str:
    bare = words.rstrip(" #") if words.endswith(("#", "# ")) else words
    return f"\n{bare}\n"


def _inline(text: str) -> str:
    """Without the marks inside lines. Links are undone twice: an image may be inside one."""
    if "[" in text:
        text = _NOTE_MARK.sub("", text)
        text = _LINK.sub(r"\1", _LINK.sub(r"\1", text))
        text = _BRACKETED.sub(r"\1", text)
    return _EMPHASIS.sub(r"\1", text)
