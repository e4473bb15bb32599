"""Our rules on top of CommonMark: lines remembered, CJK spacing, shortcode blocks, bare addresses."""

from __future__ import annotations

import re
from typing import Final

from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from digest.render.markdown import seals
from digest.render.references import heading_id
from digest.text.counts import HAN_AND_KANA

_UNPLACED: Final = frozenset({"inline", "thead_open", "tbody_open", "th_open", "td_open"})
_INDENTED: Final = re.compile(r"[ \t>]*(\u3000+)")
_URL: Final = re.compile(
    r"(?<![A-Za-z0-9_/.-])https?://[^\s<>\"`「」『』（）【】《》〈〉，。、；：？！\u3000\U0010fff0-\U0010fff3]+",
    re.IGNORECASE,
)
_HAN: Final = re.compile(rf"[{HAN_AND_KANA}]")
_FULL_WIDTH: Final = re.compile(
    "[\u3001-\u3003\u3008-\u301f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff60]"
)


def card_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: ARG001 - the signature
    """A line of nothing but shortcodes is a block, even within a paragraph."""
    begin = state.bMarks[start] + state.tShift[start]
    if begin >= state.eMarks[start] or state.src[begin] != seals.OPEN or state.is_code_block(start):
        return False
    line = state.src[begin : state.eMarks[start]]
    if not seals.CARD_LINE.fullmatch(line):
        return False
    if not silent:
        token = state.push("card", "", 0)
        token.content = seals.as_kind(line, "B")
        state.line = start + 1
    return True


def keep_indents(state: StateCore) -> None:
    """Give paragraphs back the ideographic spaces that they begin with; markdown-it strips them."""
    if "\u3000" not in state.src:
        return
    lines = state.src.split("\n")
    for token, before in zip(state.tokens[1:], state.tokens, strict=False):
        if token.type == "inline" and before.type == "paragraph_open" and token.map:
            indent = _INDENTED.match(lines[token.map[0]])
            token.content = (indent[1] if indent else "") + token.content


def number_headings(state: StateCore) -> None:
    """Shift all headings so that the highest is `env["heading"]`, and name them for links to them."""
    headings = [
        (index, token) for index, token in enumerate(state.tokens) if token.type.startswith("heading_")
    ]
    top = min((int(token.tag[1]) for _, token in headings), default=1)
    state.env["shift"] = shift = state.env["heading"] - top
    seen: dict[str, int] = {}
    for index, token in headings:
        token.tag = f"h{min(6, int(token.tag[1]) + shift)}"
        if token.nesting == 1 and state.env["ids"]:
            words = seals.CARD.sub("", state.tokens[index + 1].content)
            name = heading_id(words) or "section"
            seen[name] = seen.get(name, -1) + 1
            token.attrSet("id", f"{name}-{seen[name]}" if seen[name] else name)


def caption_figures(state: StateCore) -> None:
    """A paragraph of one image with a title is a figure with a caption."""
    for index, token in enumerate(state.tokens):
        children = token.children or []
        if token.type != "inline" or len(children) != 1 or children[0].type != "image":
            continue
        title = children[0].attrs.get("title")
        opening = state.tokens[index - 1]
        if not title or opening.type != "paragraph_open" or opening.hidden:
            continue
        closing = state.tokens[index + 1]
        del children[0].attrs["title"]
        opening.tag = closing.tag = "figure"
        words = Token("text", "", 0, content=str(title))
        token.children = [
            *children, Token("caption_open", "figcaption", 1), words, Token("caption_close", "figcaption", -1)
        ]  # fmt: skip


def link_addresses(state: StateCore) -> None:
    """Make bare http and https addresses links; they end before CJK punctuation."""
    if "://" not in state.src:
        return
    for block in state.tokens:
        if block.type == "inline" and "://" in block.content and block.children:
            block.children = _linked(block.children)


def _linked(children: list[Token]) -> list[Token]:
    linked: list[Token] = []
    depth = 0
    for token in children:
        depth += token.nesting if token.type in ("link_open", "link_close") else 0
        if depth or token.type != "text" or "://" not in token.content:
            linked.append(token)
            continue
        start = 0
        for found in _URL.finditer(token.content):
            url = _trimmed(found[0])
            linked.append(Token("text", "", 0, content=token.content[start : found.start()]))
            start = found.start() + len(url)
            linked += [
                Token("link_open", "a", 1, attrs={"href": url}),
                Token("text", "", 0, content=url),
                Token("link_close", "a", -1),
            ]
        linked.append(Token("text", "", 0, content=token.content[start:]))
    return linked


def _trimmed(url: str) -> str:
    """An address without the punctuation of the sentence that it ends."""
    while url[-1] in ".,;:!?'*_~" or (url[-1] == ")" and url.count("(") < url.count(")")):
        url = url[:-1]
    return url


def place_lines(state: StateCore) -> None:
    """Remember each block's line (0-based, in the prepared text) in its tag."""
    for token in state.tokens:
        if token.map and token.nesting >= 0 and not token.hidden and token.type not in _UNPLACED:
            token.attrSet("data-line", str(token.map[0]))


def joins(before: str, after: str) -> bool:
    """Whether a line break between two characters means nothing.

    So it is between Han, kana and their punctuation, and beside a full-width sign, which has its own space;
    never between Hangul words.
    """
    if _FULL_WIDTH.match(before) or _FULL_WIDTH.match(after):
        return True
    return bool(_HAN.match(before) and _HAN.match(after))
