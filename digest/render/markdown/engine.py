"""The one Markdown parser: CommonMark with GFM tables, strikethrough, tasks and footnotes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin

from digest.render.markdown import rules, seals
from digest.render.markdown.emphasis import CjkInline
from digest.render.markdown.views import Medium

_NESTING: Final = 40
"""Levels of blocks and of inline marks that are read; what is deeper is text."""

_TAG_NAME: Final = re.compile(r"<[A-Za-z][A-Za-z0-9]*(?=[\s/>])")
_HEADING_TAG: Final = re.compile(r"(</?[hH])([1-6])\b")
_PHRASING: Final = re.compile(r"<(?:p|a|span|h[1-6]|strong|em|b|i|td|th)\b", re.IGNORECASE)
_CARD_LINE: Final = re.compile(rf"(?m)^[ \t]*{seals.OPEN}\d+{seals.CLOSE}[ \t]*$")
_TASK: Final = '<input class="task-list-item-checkbox"'


@cache
def parser() -> MarkdownIt:
    """The MarkdownIt instance, made once. Links are not guessed by linkify: our own rule knows CJK."""
    md = MarkdownIt("commonmark", renderer_cls=Renderer)
    md.inline = CjkInline()
    md.configure("commonmark", {"html": True, "maxNesting": _NESTING, "xhtmlOut": False})
    md.enable(["table", "strikethrough"])
    md.use(footnote_plugin).use(tasklists_plugin)
    assert isinstance(md.renderer, Renderer)  # noqa: S101 - for the type checker
    md.renderer.rules |= md.renderer.own()  # the plugin's functions for footnotes give way
    alternatives = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    md.block.ruler.before("html_block", "card", rules.card_block, alternatives)  # type: ignore[arg-type]  # a plain dict does
    md.core.ruler.before("inline", "indents", rules.keep_indents)
    md.core.ruler.push("headings", rules.number_headings)
    md.core.ruler.push("figures", rules.caption_figures)
    md.core.ruler.push("addresses", rules.link_addresses)
    md.core.ruler.push("lines", rules.place_lines)
    return md


def parse(text: str, *, medium: Medium = Medium.WEB, heading: int = 2) -> tuple[list[Token], dict[str, Any]]:
    """The tokens of a text whose shortcodes are signs already, and the environment that renders them."""
    env: dict[str, Any] = {"medium": medium, "heading": heading, "ids": medium is not Medium.EMAIL}
    return parser().parse(text, env), env


def tree(text: str) -> SyntaxTreeNode:
    """The same as a tree: blocks with the blocks and words that they hold; a line nested too deep is text."""
    tokens, _ = parse(text)
    for token in tokens:
        if token.children and max(child.level for child in token.children) > _NESTING:
            token.children = [Token("text", "", 0, content=token.content)]
    return SyntaxTreeNode(tokens)


def to_html(text: str, medium: Medium, heading: int) -> str:
    """The HTML of a text, not yet sanitised; its highest heading is `heading`."""
    tokens, env = parse(text, medium=medium, heading=heading)
    return str(parser().renderer.render(tokens, parser().options, env))


class Renderer(RendererHTML):
    """HTML by medium; the methods are named after the tokens that they render."""

    def own(self) -> dict[str, Any]:
        """Our rules by token name."""
        names = (name for name in vars(Renderer) if not name.startswith("_") and name != "own")
        return {name: getattr(self, name) for name in names}

    def softbreak(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: EnvType) -> str:
        """A line break in the source: nothing between Han and kana, a break before an ideographic indent."""
        after = _first(tokens, idx)
        if after == "\u3000":
            return "<br>\n"
        return "" if after and rules.joins(_last(tokens, idx), after) else "\n"

    def hardbreak(self, _tokens: Sequence[Token], _idx: int, _options: OptionsDict, _env: EnvType) -> str:
        """A break that the author wrote."""
        return "<br>\n"

    def card(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: EnvType) -> str:
        """Shortcodes on a line of their own."""
        return tokens[idx].content + "\n"

    def fence(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: EnvType) -> str:
        """Code: shortcodes in it become text, as Hugo would run them and HTML could not hold a card."""
        token = tokens[idx]
        language = token.info.split(maxsplit=1)[0] if token.info.strip() else ""
        named = f' class="language-{escapeHtml(language)}"' if language else ""
        code = escapeHtml(seals.as_kind(token.content, "T"))
        return f"<pre{self.renderAttrs(token)}><code{named}>{code}</code></pre>\n"

    def code_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Indented code."""
        return self.fence(tokens, idx, options, env)

    def code_inline(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: EnvType) -> str:
        """Code in a line."""
        return f"<code>{escapeHtml(seals.as_kind(tokens[idx].content, 'T'))}</code>"

    def html_block(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, env: EnvType) -> str:
        """Raw HTML, its first tag given the line, its headings shifted, shortcodes on lines of their own."""
        token = tokens[idx]
        text = _shifted(token.content, env)
        if seals.OPEN in text and not _PHRASING.search(text):
            text = _CARD_LINE.sub(lambda found: seals.as_kind(found[0], "B"), text)
        tag = _TAG_NAME.match(text.lstrip())
        if tag and "data-line" in token.attrs:
            text = f'{tag[0]} data-line="{token.attrs["data-line"]}"{text.lstrip()[tag.end() :]}'
        return text

    def html_inline(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, env: EnvType) -> str:
        """Raw HTML in a line; the plugin's check boxes as signs, which every reader's program shows."""
        text = tokens[idx].content
        if text.startswith(_TASK):
            return "☑" if "checked=" in text else "☐"
        return _shifted(text, env)

    def table_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """A table; on the web inside a box that scrolls by itself, reachable by keyboard."""
        opening = self.renderToken(tokens, idx, options, env)
        return f'<div class="table-scroll" tabindex="0">{opening}' if _on(env, Medium.WEB) else opening

    def table_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """The end of both."""
        return "</table></div>\n" if _on(env, Medium.WEB) else self.renderToken(tokens, idx, options, env)

    def th_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """A column's head says so, and mail programs get the old attribute for its alignment."""
        tokens[idx].attrSet("scope", "col")
        return self.td_open(tokens, idx, options, env)

    def td_open(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, env: EnvType) -> str:
        """A cell."""
        token = tokens[idx]
        style = str(token.attrs.get("style", ""))
        if style and _on(env, Medium.EMAIL):
            token.attrSet("align", style.removeprefix("text-align:"))
        return f"<{token.tag}{self.renderAttrs(token)}>"

    def footnote_ref(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, env: EnvType) -> str:
        """A footnote's number: a link, but in mail, where links inside a message fail."""
        number, again = tokens[idx].meta["id"] + 1, tokens[idx].meta.get("subId", 0)
        if _on(env, Medium.EMAIL):
            return f"<sup>[{number}]</sup>"
        name = f"fnref-{number}" + (f"-{again + 1}" if again else "")
        return f'<sup id="{name}" class="footnote-ref"><a href="#fn-{number}">[{number}]</a></sup>'

    def footnote_block_open(self, *_: Any) -> str:
        """The list of notes at the end."""
        return '<hr class="footnotes-rule">\n<ol class="footnotes">\n'

    def footnote_block_close(self, *_: Any) -> str:
        """Its end."""
        return "</ol>\n"

    def footnote_open(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, env: EnvType) -> str:
        """One note."""
        return "<li>" if _on(env, Medium.EMAIL) else f'<li id="fn-{tokens[idx].meta["id"] + 1}">'

    def footnote_close(self, *_: Any) -> str:
        """Its end."""
        return "</li>\n"

    def footnote_anchor(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, env: EnvType) -> str:
        """The way back to the text."""
        if _on(env, Medium.EMAIL):
            return ""
        number, again = tokens[idx].meta["id"] + 1, tokens[idx].meta.get("subId", 0)
        name = f"fnref-{number}" + (f"-{again + 1}" if again else "")
        return f' <a href="#{name}" class="footnote-back">↩\ufe0e</a>'


def _on(env: EnvType, medium: Medium) -> bool:
    return env["medium"] is medium


def _shifted(text: str, env: EnvType) -> str:
    """Raw HTML with its headings shifted as the others are."""
    if "<h" not in text.lower() and "</h" not in text.lower():
        return text
    top, shift = env["heading"], env["shift"]
    return _HEADING_TAG.sub(lambda found: f"{found[1]}{max(top, min(6, int(found[2]) + shift))}", text)


def _last(tokens: Sequence[Token], idx: int) -> str:
    """The character that a reader sees before a token of a line."""
    return next((token.content[-1] for token in reversed(tokens[:idx]) if token.content), "")


def _first(tokens: Sequence[Token], idx: int) -> str:
    """The character that a reader sees after a token of a line."""
    return next((token.content[0] for token in tokens[idx + 1 :] if token.content), "")
