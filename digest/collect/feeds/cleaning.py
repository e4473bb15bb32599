"""The markup of an item as words: cleaned by nh3, its links made absolute, cut to a summary in Markdown."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Final

import nh3

from digest.collect.loose_html import read_html
from digest.collect.values import one_line
from digest.text.canonical import untracked
from digest.text.characters import legal
from digest.text.excerpt import excerpt
from digest.text.links import absolute
from digest.text.markup import plain_text
from digest.text.widths import cells

_TAGS: Final = {
    "p", "br", "div", "section", "article", "a", "em", "strong", "b", "i", "ul", "ol", "li", "blockquote",
    "h1", "h2", "h3", "h4", "h5", "h6", "table", "tr", "td", "th", "figure", "figcaption", "dl", "dt", "dd",
    "img", "hr",
}  # fmt: skip
_UNREAD: Final = {
    "script", "style", "noscript", "template", "iframe", "object", "svg", "math", "form", "button", "select",
    "textarea", "title", "head", "nav", "audio", "video",
}  # fmt: skip
_MARKUP: Final = re.compile(r"</?[A-Za-z][^<>]{0,2000}>|&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,31});")
_IMAGE: Final = re.compile(r"<img\b[^<>]*>")
_ATTRIBUTE: Final = re.compile(r'(src|width|height)="([^"]*)"')
_BEACON: Final = re.compile(
    r"feedburner|doubleclick|/pixel|/b\?|stats\.wordpress|/track|1x1|spacer|s\.w\.org/images/core/emoji"
    r"|gravatar|share-buttons|feeds\.wordpress\.com|impactradius|/display-ad"
)
_HEADING: Final = re.compile(r"^#{1,6} ", re.MULTILINE)
_TAIL: Final = re.compile(
    r"(?:\[?(?:…|\.\.\.)\]?\s*)?(?:continue reading|read more|read the rest|view (?:full )?(?:post|article)|"
    r"繼續閱讀|继续阅读|閱讀全文|阅读全文|더 보기|계속 읽기|더 읽기)[^\n]{0,120}",
    re.IGNORECASE,
)
_LAST_WORDS: Final = re.compile(
    r"\s*(?:…|\.\.\.|\\\[(?:…|\.\.\.)\\\])?\s*"
    r"\[(?:continue reading|read more|read on|繼續閱讀|继续阅读|閱讀更多|더 보기)"
    r"[^\[\]\n]{0,300}\]\([^()\s]*\)\s*\Z|\s*\\\[(?:…|\.\.\.)\\\]\s*\Z",
    re.IGNORECASE,
)
_APPEARED: Final = re.compile(
    r"(?:The post\s.{0,600}\sappeared first on\s.{0,300}|Source:?\s*$|Comments)", re.DOTALL
)
_LINK: Final = re.compile(r"!?\[((?:[^\[\]\\\n]|\\.)*)\]\([^()\s]*\)")
_LINE_START: Final = re.compile(r"^(\s*(?:> ?)*)(:::|-{2,}|=|\^\w|\||[-+#]+\s*$)", re.MULTILINE)
_BARE_NUMBER: Final = re.compile(r"^(\s*(?:> ?)*\d{1,9})([.)])(?=\s*$)", re.MULTILINE)
_ACTIVE: Final = re.compile(r"(?<=\{)[{%:#]|(?<=[}%])\}|(?<=%)%|(?<==)=|(?<=\$)\$|(?<=~)~|&(?=#?\w{1,31};)")
_LONGEST: Final = 50_000
"""Characters of markup that are looked at: a summary is their beginning."""

_CELLS: Final = 700
_LONGEST_LINE: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """A summary in Markdown, and the address of the first picture in it that is one; either may be empty."""

    summary: str = ""
    image: str = ""


def words(value: str, *, plain: bool, longest: int = 300) -> str:
    """A title, name or tag as one line of plain text; of HTML its words, of longer ones the beginning.

    No shortcode stands in it: its braces are set apart.
    """
    value = value[: _LONGEST_LINE * 4]
    if not plain and _MARKUP.search(value):
        bare = nh3.clean(value, tags=set(), clean_content_tags={"script", "style"})
        value = html.unescape(bare)
    line = one_line(legal(value))
    return excerpt(line, longest).replace("{{<", "{{ <").replace("{{%", "{{ %")


def clean(markup: str, base: str, *, plain: bool) -> Cleaned:
    """The beginning of a markup as Markdown of about 700 cells, whole paragraphs if they fit."""
    safe = _safe(_paragraphs(markup[:_LONGEST]) if plain or not _MARKUP.search(markup) else markup, base)
    image = next((src for found in _IMAGE.finditer(safe) if (src := _picture(found[0]))), "")
    text, _ = read_html(_IMAGE.sub(" ", safe))
    blocks = [
        _LAST_WORDS.sub(" …", each)
        for each in _HEADING.sub("", text).split("\n\n")
        if each.strip("> \n-*") and not _hollow(each)
    ]
    return Cleaned(summary="\n\n".join(_inert(each) for each in _beginning(blocks)), image=image)


def _safe(markup: str, base: str) -> str:
    """HTML of the allowed tags only, well-formed, its links absolute and without tracking."""

    def address(tag: str, name: str, value: str) -> str | None:
        if (tag, name) not in (("a", "href"), ("img", "src")):
            return value
        return untracked(absolute(html.unescape(value), base)) or None

    return nh3.clean(
        markup[:_LONGEST],
        tags=_TAGS,
        clean_content_tags=_UNREAD,
        attributes={"a": {"href"}, "img": {"src", "width", "height"}},
        attribute_filter=address,
        url_schemes={"http", "https"},
        link_rel=None,
    )


def _paragraphs(text: str) -> str:
    """Plain text as HTML: blank lines part paragraphs."""
    blocks = re.split(r"\n[ \t]*\n", html.escape(text.replace("\r\n", "\n").replace("\r", "\n")))
    return "".join(f"<p>{each.strip().replace(chr(10), '<br>')}</p>" for each in blocks[:50])


def _picture(tag: str) -> str:
    """The address of a picture that is worth a card: no pixel that counts readers, no smiley."""
    values = {name: html.unescape(value) for name, value in _ATTRIBUTE.findall(tag)}
    small = any(values.get(side, "").isdigit() and int(values[side]) < 80 for side in ("width", "height"))
    src = values.get("src", "")
    return "" if small or _BEACON.search(src) else src


def _hollow(block: str) -> bool:
    """Whether a block says only where to read on."""
    bare = _LINK.sub(r"\1", block).strip()
    return bool(_TAIL.fullmatch(bare) or _APPEARED.fullmatch(bare))


def _beginning(blocks: list[str]) -> list[str]:
    """As many blocks as fit; of a first one that is too long its first sentences, without links."""
    kept: list[str] = []
    room = _CELLS
    for block in blocks:
        plain = plain_text(block)
        if cells(plain) > room:
            return [*kept, _escaped(excerpt(plain, max(room, 200)))] if room > 200 else kept
        kept.append(block)
        room -= cells(plain)
    return kept


def _escaped(plain: str) -> str:
    """Plain text that Markdown prints as it is."""
    line = re.sub(r"([\\`*_\[\]<])", r"\\\1", plain)
    return re.sub(r"^(\d{1,9})(?=[.)]\s)|^(?=[#>+-])", lambda at: f"{at[1]}\\" if at[1] else "\\", line)


def _inert(block: str) -> str:
    """Markdown in which no other tool's sign stands: no shortcode, directive, template or entity."""
    block = _BARE_NUMBER.sub(r"\1\\\2", _ACTIVE.sub(lambda found: f"\\{found[0]}", block))
    return _LINE_START.sub(r"\1\\\2", block)
