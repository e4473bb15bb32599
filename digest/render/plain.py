"""Markdown as plain text: for the text part of a mail, lines of 72 cells, links numbered and listed after."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from digest.model import Entry
from digest.render.markdown import seals
from digest.render.markdown.body import Writer
from digest.render.markdown.cards import Card, Scene, text_line
from digest.render.markdown.engine import tree
from digest.render.markdown.finishing import Place
from digest.render.markdown.rules import joins
from digest.render.markdown.shortcodes import ALIASES, READERS, TEXTUAL, link_card
from digest.render.markdown.source import dedented
from digest.render.markdown.views import Medium
from digest.render.references import References
from digest.render.theme import Theme
from digest.text.markup import plain_text
from digest.text.phrases import phrases
from digest.text.shortcodes import Shortcode, Text, Token, tokenize
from digest.text.widths import cells as width
from digest.text.wrap import wrap

if TYPE_CHECKING:
    from markdown_it.tree import SyntaxTreeNode as Node

_LEAK: Final = re.compile(r"(?<!\{)\{{2,}+(?=[<%])")
_RUBY: Final = {"<rt>": "(", "</rt>": ")"}
_NARROWEST: Final = 24
"""Cells that a line keeps, however deep it is nested."""


def plain_body(
    entry: Entry,
    *,
    language: str,
    base_url: str,
    cells: int = 72,
    ignore: Collection[str] = (),
    references: References | None = None,
    theme: Theme | None = None,
) -> str:
    """An entry's body as plain text; `language` is the reader's, `base_url` the address of the entry's page.

    Lines have at most `cells` cells, but for addresses and code, which are never broken. A shortcode of a
    site's own (of `theme`) is the words of what its template makes for feeds.
    """
    place = Place(medium=Medium.EMAIL, base_url=base_url, prefix="plain", references=references, entry=entry)
    ignored = frozenset(ignore)
    own = (
        Writer(theme=theme, place=replace(place, medium=Medium.FEED), language=language, heading=2)
        if theme
        else None
    )
    return _Plain(place=place, language=language, cells=cells, ignore=ignored, own=own).whole(entry.body)


def plain_note(markdown: str, *, language: str, base_url: str, cells: int = 72) -> str:
    """An editor's note in Markdown as plain text."""
    place = Place(medium=Medium.EMAIL, base_url=base_url, prefix="note")
    return _Plain(place=place, language=language, cells=cells).whole(markdown)


@dataclass(kw_only=True)
class _Plain:
    """Writes one text; collects the addresses of its links on the way."""

    place: Place
    language: str
    cells: int
    ignore: frozenset[str] = frozenset()
    own: Writer | None = None
    urls: list[str] = field(default_factory=list)
    dropped: bool = False

    def whole(self, markdown: str) -> str:
        """The text, and the list of its addresses."""
        text = self.blocks(tokenize(seals.free(markdown)), self.cells)
        listed = "\n".join(f"[{number}] {url}" for number, url in enumerate(self.urls, 1))
        words = phrases(self.language)("Part of this can only be shown on the web: read it there.")
        missing = wrap(f"{words} {self.place.base_url}", self.cells) if self.dropped else ""
        text = "\n\n".join(filter(None, (text, missing, listed)))
        return _LEAK.sub("", text).replace(seals.BRACES, "{{")

    def blocks(self, tokens: Iterable[Token], cells: int) -> str:
        """Text of Markdown read as shortcode tokens."""
        source: list[str] = []
        cards: list[tuple[str, str]] = []
        scene = Scene(place=self.place, words=phrases(self.language))
        for token in tokens:
            self._take(token, scene, source, cards, cells)
        walk = _Walk(cards=cards, number=self._number)
        return walk.blocks(tree("".join(source)).children, max(cells, _NARROWEST))

    def _take(
        self, token: Token, scene: Scene, source: list[str], cards: list[tuple[str, str]], cells: int
    ) -> None:
        """Add a token to the text that Markdown reads: a shortcode as a sign, or what it encloses."""
        if isinstance(token, Text):
            source.append(seals.protect(token.text))
        elif isinstance(token, Shortcode) and token.name not in self.ignore:
            if self.own and (words := self.own.own_words(token)):
                source.append(seals.card(len(cards)))
                cards.append((wrap(words, cells), words))
                return
            known = ALIASES.get(token.name, token.name)
            reader = READERS.get(known) or (None if token.paired else link_card)
            card = reader(token, scene) if reader else None
            if token.name in TEXTUAL:
                source.append(seals.protect(card.title) if card else "")
            elif card and (known in _BOXES or text_line(card)):
                source.append(seals.card(len(cards)))
                cards.append((self._boxed(known, card, token, cells), text_line(card)))
            else:
                self.dropped = self.dropped or not token.paired
                for inner in token.tokens:
                    self._take(inner, scene, source, cards, cells)

    def _boxed(self, known: str, card: Card, shortcode: Shortcode, cells: int) -> str:
        """A shortcode on lines of its own."""
        if known == "highlight":
            return _prefixed(_raw(shortcode.tokens).strip("\r\n"), "    ")
        inner = self.blocks(dedented(shortcode.tokens), cells - 2) if shortcode.paired else ""
        if known == "quote":
            named = ", ".join(filter(None, (card.title, card.description)))
            said = inner or wrap(str(card.extra["text"]), cells - 2)
            return _prefixed(_lines(said, f"— {named}" if named else "", card.url), "> ")
        if known in _BOXES:
            head = ": ".join(filter(None, (card.brand, card.title)))
            return _prefixed(_lines(head, inner or wrap(card.description, cells - 2)), "| ")
        caption = card.description if "image" in card.extra and card.description != card.title else ""
        return _lines(text_line(card), wrap(caption, cells), inner if known != "cta" else "")

    def _number(self, url: str) -> str:
        """The number by which the text names an address; empty where it leads nowhere else."""
        address = "" if url.startswith("#") else self.place.link(url)
        if not address:
            return ""
        if address not in self.urls:
            self.urls.append(address)
        return f" [{self.urls.index(address) + 1}]"


_BOXES: Final = frozenset({"callout", "details", "highlight", "quote"})
"""Shortcodes that are shown for what they enclose."""


def _raw(tokens: Iterable[Token]) -> str:
    """What stands between the tags, as written; shortcodes in it go."""
    return "".join(seals.protect(token.text) for token in tokens if isinstance(token, Text))


def _lines(*parts: str) -> str:
    return "\n".join(filter(None, parts))


def _prefixed(text: str, prefix: str, first: str | None = None) -> str:
    """The text with a prefix before each line, another one before the first where given."""
    head, *rest = text.split("\n")
    return "\n".join(
        each.rstrip()
        for each in ((prefix if first is None else first) + head, *(prefix + line for line in rest))
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Walk:
    """Writes a tree; `cards` are shortcodes as blocks and as words, `number` names addresses."""

    cards: Sequence[tuple[str, str]]
    number: Callable[[str], str]

    def blocks(self, nodes: Iterable[Node], cells: int, *, tight: bool = False) -> str:
        """Blocks one after the other, an empty line between them unless they stand tight."""
        texts = (self.block(node, max(cells, _NARROWEST)) for node in nodes)
        return ("\n" if tight else "\n\n").join(filter(None, texts))

    def block(self, node: Node, cells: int) -> str:
        """One block; a kind that has no rule is the blocks in it."""
        rule = _BLOCKS.get(node.type)
        return rule(self, node, cells) if rule else self.blocks(node.children, cells)

    def heading(self, node: Node, cells: int) -> str:
        """A heading, underlined."""
        words = wrap(self.words(node), cells)
        return f"{words}\n{'-' * max(map(width, words.split(chr(10))))}" if words else ""

    def paragraph(self, node: Node, cells: int) -> str:
        """A paragraph."""
        return wrap(self.words(node), cells)

    def quotation(self, node: Node, cells: int) -> str:
        """A quotation, as mail quotes."""
        return _prefixed(self.blocks(node.children, cells - 2), "> ")

    def code(self, node: Node, _cells: int) -> str:
        """Code, kept as it is."""
        return _prefixed(self._spoken(node.content).rstrip("\n"), "    ")

    def rule(self, _node: Node, _cells: int) -> str:
        """A line between parts."""
        return "* * *"

    def markup(self, node: Node, cells: int) -> str:
        """Raw HTML: its words."""
        return wrap(plain_text(self._spoken(node.content)), cells)

    def card(self, node: Node, _cells: int) -> str:
        """Shortcodes on lines of their own."""
        return "\n".join(self.cards[int(found[2])][0] for found in seals.CARD.finditer(node.content))

    def note(self, node: Node, cells: int) -> str:
        """A footnote."""
        return wrap(self.blocks(node.children, cells), cells, f"[^{node.meta['id'] + 1}] ", "    ")

    def list(self, node: Node, cells: int) -> str:
        """A list, its items as tight as they were written."""
        start = int(node.attrs.get("start", 1))
        items = []
        for index, item in enumerate(node.children):
            tight = any(each.hidden for each in item.children if each.type == "paragraph")
            sign = f"{start + index}. " if node.type == "ordered_list" else "- "
            text = self.blocks(item.children, cells - len(sign), tight=tight)
            items.append((_prefixed(text, " " * len(sign), sign), tight))
        return "".join(text + ("\n" if tight else "\n\n") for text, tight in items).rstrip("\n")

    def table(self, node: Node, cells: int) -> str:
        """A table in columns if it fits, else each row as a list of its cells with their heads."""
        rows = [
            [self.words(cell).replace("\n", " ") for cell in row.children]
            for part in node.children
            for row in part.children
        ]
        widths = [max(width(row[column]) for row in rows) for column in range(len(rows[0]))]
        if sum(widths) + 2 * len(widths) - 2 <= cells:
            lines = [
                "  ".join(cell + " " * (room - width(cell)) for cell, room in zip(row, widths, strict=True))
                for row in rows
            ]
            return "\n".join(
                line.rstrip() for line in (lines[0], "  ".join("-" * room for room in widths), *lines[1:])
            )
        heads, *others = rows
        records = [
            "\n".join(
                wrap(f"{head}: {cell}" if head else cell, cells, "  " if index else "- ", "    ")
                for index, (head, cell) in enumerate(zip(heads, row, strict=True))
            )
            for row in others
        ]
        return "\n".join(records)

    def words(self, node: Node) -> str:
        """The text of a block's line, or of what stands in it."""
        return self._spoken(
            "".join(self._word(each) for each in node.walk(include_self=False) if each.type == "inline")
        )

    def _word(self, node: Node) -> str:
        """What stands in a line; ruby without brackets of its own gets them."""
        children = node.children
        bare = not any(each.content.startswith("<rp") for each in children)
        return "".join(
            _RUBY[each.content] if bare and each.content in _RUBY else self._inline(each, children, index)
            for index, each in enumerate(children)
        )

    def _inline(self, node: Node, siblings: Sequence[Node], index: int) -> str:
        """One piece of a line; a kind that has no rule is the pieces in it."""
        if node.type == "softbreak":
            before, after = _edge(siblings[:index], -1), _edge(siblings[index + 1 :], 0)
            return "\n" if after == "\u3000" else "" if before and after and joins(before, after) else " "
        rule = _PIECES.get(node.type)
        return rule(self, node) if rule else self._word(node)

    def image(self, node: Node) -> str:
        """An image: its words."""
        return f"[{self._word(node) or node.content}]"

    def link(self, node: Node) -> str:
        """A link: its words and the number of its address, unless they are the same."""
        text, href = self._word(node), seals.cleared(str(node.attrs.get("href", "")))
        return text if href in (text, f"mailto:{text}") else text + self.number(html.unescape(href))

    def _spoken(self, text: str) -> str:
        """Text with each shortcode's sign replaced by its words."""
        return seals.CARD.sub(lambda found: self.cards[int(found[2])][1], text)


def _edge(nodes: Sequence[Node], at: int) -> str:
    """The character of a line that is next to a break."""
    for node in nodes if at == 0 else reversed(nodes):
        text = (
            node.content
            if not node.children
            else "".join(each.content for each in node.walk() if not each.children)
        )
        if text:
            return text[at]
    return ""


def _shown_tag(tag: str) -> str:
    """What a reader of plain text sees of a tag: breaks, check boxes and the text of images."""
    if tag.startswith("<input"):
        return "☑" if "checked=" in tag else "☐"
    if re.match(r"<br\b", tag, re.IGNORECASE):
        return "\n"
    found = re.match(r"<img\b[^<>]*?\balt\s*=\s*[\"']([^\"'<>]*)", tag, re.IGNORECASE)
    return f"[{html.unescape(found[1])}]" if found and found[1] else ""


_BLOCKS: Final[dict[str, Callable[[_Walk, Node, int], str]]] = {
    "blockquote": _Walk.quotation,
    "bullet_list": _Walk.list,
    "card": _Walk.card,
    "code_block": _Walk.code,
    "fence": _Walk.code,
    "footnote": _Walk.note,
    "heading": _Walk.heading,
    "hr": _Walk.rule,
    "html_block": _Walk.markup,
    "ordered_list": _Walk.list,
    "paragraph": _Walk.paragraph,
    "table": _Walk.table,
}
"""Kind of block → how it is written."""

_PIECES: Final[dict[str, Callable[[_Walk, Node], str]]] = {
    "caption": lambda walk, node: f"\n{walk._word(node)}",
    "code_inline": lambda _walk, node: node.content,
    "footnote_ref": lambda _walk, node: f"[^{node.meta['id'] + 1}]",
    "hardbreak": lambda _walk, _node: "\n",
    "html_inline": lambda _walk, node: _shown_tag(node.content),
    "image": _Walk.image,
    "link": _Walk.link,
    "text": lambda _walk, node: node.content,
}
"""Kind of piece of a line → how it is written."""
