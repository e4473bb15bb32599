"""An HTML page as Markdown and what its head says of it, with the standard library's parser only."""

from __future__ import annotations

import datetime
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from digest.collect.dates import stamp
from digest.collect.loose_findings import Hints
from digest.collect.naming import language_tag
from digest.collect.values import is_web_address, one_line

_IGNORED: Final = frozenset((
    "script", "style", "noscript", "template", "svg", "nav", "footer", "aside", "form", "button", "select",
    "object", "iframe", "canvas", "dialog",
))  # fmt: skip
_BLOCKS: Final = frozenset((
    "p", "div", "section", "article", "main", "header", "figure", "figcaption", "address", "details",
    "summary", "dl", "dt", "dd", "table", "tr", "td", "th", "tbody", "thead", "caption", "center", "body",
    "hgroup",
))  # fmt: skip
_VOID: Final = frozenset((
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
))  # fmt: skip
_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
_INLINE: Final = {"strong": "**", "b": "**", "em": "*", "i": "*", "cite": "*", "del": "~~", "s": "~~"}
_SPACE: Final = re.compile(r"[ \t\n\r\f\v\u00a0]+")
_SPECIAL: Final = re.compile(r"([\\`*_\[\]<])")
_LINE_START: Final = re.compile(r"^(\s*)(#{1,6}(?=\s)|[-+](?=\s)|>|(\d{1,9})([.)])(?=\s))")
_UNCLOSED: Final = ("**", "*", "~~", "`", "[")
"""What opened an emphasis, code or a link; one that was closed has its words around it by then."""

_PLAYER: Final = re.compile(r"https?://(?:www\.)?youtube(?:-nocookie)?\.com/embed/([\w-]{11})")
_ITEM: Final = re.compile(r"( *)(-|\d+\.) ")
_ENDLESS: Final = re.compile(r"<(?=[^<>]*(?:<|\Z))")
_MOST_ENDLESS: Final = 50
_LONGEST_LINE: Final = 2_000
_DEEPEST: Final = 12
_LEAST: Final = 200


def read_html(source: str) -> tuple[str, Hints]:
    """The page's words as Markdown, those in `<article>` or `<main>` if they hold most, and its own facts."""
    page = _Page()
    page.feed(_tamed(source))
    page.close()
    page.flush()
    inside = [text for text, in_main in page.blocks if in_main]
    chosen = inside if sum(map(len, inside)) >= _LEAST else [text for text, _ in page.blocks]
    return _joined(chosen), page.hints()


def _tamed(source: str) -> str:
    """The page without comments and declarations, and with tags that never end as text.

    The standard parser takes quadratic time over those (CVE-2025-6069): half a megabyte would take minutes.
    """
    for opening, closing in (("<!--", "-->"), ("<![", ">"), ("<?", ">")):
        pieces, done = [], 0
        while (start := source.find(opening, done)) >= 0:
            pieces.append(source[done:start])
            end = source.find(closing, start + len(opening))
            done = len(source) if end < 0 else end + len(closing)
        source = "".join([*pieces, source[done:]])
    return _ENDLESS.sub("&lt;", source) if len(_ENDLESS.findall(source)) > _MOST_ENDLESS else source


def _joined(blocks: list[str]) -> str:
    """Blocks with blank lines between them, but not between the items of one list."""
    pieces: list[str] = []
    before, outer = "", ""
    for block in blocks:
        if before:
            pieces.append(_between(before, block, outer))
        pieces.append(block)
        item = _ITEM.match(block)
        outer = outer if item and item[1] else item[2][-1] if item else ""
        before = block
    return "".join(pieces)


def _between(before: str, block: str, outer: str) -> str:
    """What parts two blocks: a line break the items of one list, a marked line two quoted paragraphs.

    `outer` is the sign of the last item of the outermost list: `-` or `.`.
    """
    item = _ITEM.match(block)
    if item and _ITEM.match(before):
        return "\n" if item[1] or item[2][-1] == outer else "\n\n"
    return "\n>\n" if before[0] == block[0] == ">" else "\n\n"


class _Page(HTMLParser):
    """Walks the tags; text gathers in a line until a block begins or ends."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[tuple[str, bool]] = []
        self._line: list[str] = []
        self._ignored = 0
        self._main = 0
        self._quotes = 0
        self._heading = 0
        self._pre = False
        self._code = False
        self._item = ""
        self._lists: list[int] = []
        self._links: list[str] = []
        self._meta: dict[str, str] = {}
        self._title: list[str] = []
        self._in_title = False
        self._first_heading = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag begins."""
        values = {name: value or "" for name, value in attrs}
        if tag in _IGNORED:
            self._player(tag, values)
            self._ignored += 1
        elif self._ignored:
            return
        elif tag in ("html", "meta", "link", "time", "title"):
            self._about(tag, values)
        elif tag in _HEADINGS or tag in _BLOCKS or tag in ("ul", "ol", "li", "blockquote", "pre"):
            self._open(tag)
        else:
            self._inline(tag, values)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag that ends itself: XHTML's `<br/>`."""
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """A tag ends; one that was never begun does no harm."""
        if tag in _IGNORED:
            self._ignored = max(0, self._ignored - 1)
        elif self._ignored:
            return
        elif tag == "title":
            self._in_title = False
        elif tag in _INLINE:
            self._close_mark(_INLINE[tag])
        elif tag == "code" and not self._pre:
            self._code = False
            self._close_mark("`")
        elif tag == "a":
            self._close_link()
        elif tag in _HEADINGS or tag in _BLOCKS or tag in ("ul", "ol", "li", "blockquote", "pre"):
            self._close(tag)

    def handle_data(self, data: str) -> None:
        """Words."""
        if self._in_title:
            self._title.append(data)
        elif (self._pre or self._code) and not self._ignored:
            self._line.append(data if self._pre else _SPACE.sub(" ", data))
        elif not self._ignored:
            self._line.append(_SPECIAL.sub(r"\\\1", _SPACE.sub(" ", data)))

    def flush(self) -> None:
        """End the line that gathers; marks that were never closed are dropped."""
        text = "".join(piece for piece in self._line if self._pre or piece not in _UNCLOSED)
        self._line = []
        self._links = []
        self._code = False
        written = self._fenced(text) if self._pre else self._plain(text)
        if written:
            mark = "> " * min(self._quotes, _DEEPEST)
            quoted = "\n".join(mark + line if line else mark.rstrip() for line in written.split("\n"))
            self.blocks.append((quoted, self._main > 0))

    def hints(self) -> Hints:
        """What the page says of itself: Open Graph, article and Dublin Core names, `<title>`, `<time>`."""
        meta = self._meta
        title = (
            meta.get("og:title")
            or meta.get("dc.title")
            or self._first_heading
            or one_line("".join(self._title))
        )
        hints = Hints(
            title=title,
            date=_day(
                meta.get("article:published_time")
                or meta.get("datepublished")
                or meta.get("dc.date")
                or meta.get("date")
                or meta.get("time")
                or ""
            ),
            updated=_day(meta.get("article:modified_time") or meta.get("last-modified") or ""),
            author=meta.get("author") or meta.get("article:author") or meta.get("dc.creator") or "",
            source=meta.get("og:site_name", ""),
            source_url=meta.get("canonical") or meta.get("og:url") or "",
            language=language_tag(meta.get("lang", "")),
            description=meta.get("og:description") or meta.get("description") or "",
            tags=tuple(word.strip() for word in meta.get("keywords", "").split(",") if word.strip()),
        )
        return replace(
            hints,
            source_url=hints.source_url if is_web_address(hints.source_url) else "",
            author="" if is_web_address(hints.author) else hints.author,
        )

    def _about(self, tag: str, values: dict[str, str]) -> None:
        """A fact of the page."""
        if tag == "title":
            self._in_title = not self._title
        elif tag == "html":
            self._know("lang", values.get("lang", ""))
        elif tag == "time":
            self._know("time", values.get("datetime", ""))
        elif tag == "link" and "canonical" in values.get("rel", "").casefold().split():
            self._know("canonical", values.get("href", ""))
        elif tag == "meta":
            name = values.get("property") or values.get("name") or values.get("itemprop") or ""
            self._know(name.casefold(), values.get("content", ""))

    def _know(self, name: str, value: str) -> None:
        if name and value.strip():
            self._meta.setdefault(name, one_line(value))

    def _player(self, tag: str, values: dict[str, str]) -> None:
        """A YouTube player becomes the shortcode for it."""
        found = _PLAYER.match(values.get("src", "")) if tag == "iframe" and not self._ignored else None
        if found:
            self.flush()
            self.blocks.append((f"{{{{< youtube {found[1]} >}}}}", self._main > 0))

    def _open(self, tag: str) -> None:
        self.flush()
        if tag in ("article", "main"):
            self._main += 1
        elif tag in ("ul", "ol"):
            self._lists.append(0 if tag == "ol" else -1)
        elif tag == "li":
            self._begin_item()
        elif tag == "blockquote":
            self._quotes += 1
        elif tag in _HEADINGS:
            self._heading = _HEADINGS[tag]
        elif tag == "pre":
            self._pre = True

    def _close(self, tag: str) -> None:
        self.flush()
        if tag in ("article", "main"):
            self._main = max(0, self._main - 1)
        elif tag in ("ul", "ol"):
            self._lists[-1:] = []
        elif tag == "li":
            self._item = ""
        elif tag == "blockquote":
            self._quotes = max(0, self._quotes - 1)
        elif tag in _HEADINGS:
            self._heading = 0
        elif tag == "pre":
            self._pre = False

    def _begin_item(self) -> None:
        level = min(max(len(self._lists) - 1, 0), _DEEPEST)
        if self._lists and self._lists[-1] >= 0:
            self._lists[-1] += 1
            self._item = f"{'   ' * level}{self._lists[-1]}. "
        else:
            self._item = f"{'   ' * level}- "

    def _inline(self, tag: str, values: dict[str, str]) -> None:
        if len(self._line) > _LONGEST_LINE:  # no paragraph has so many pieces
            self.flush()
        if tag == "br":
            self._line.append("\n")
        elif tag == "hr":
            self.flush()
            self.blocks.append(("---", self._main > 0))
        elif tag == "img":
            src = _address(values.get("src", ""))
            alt = _SPECIAL.sub(r"\\\1", one_line(values.get("alt", "")))
            self._line.append(f"![{alt}]({src})" if src else "")
        elif tag == "a":
            self._links.append(_address(values.get("href", "")))
            self._line.append("[")
        elif tag in _INLINE:
            self._line.append(_INLINE[tag])
        elif tag == "code" and not self._pre:
            self._code = True
            self._line.append("`")

    def _close_mark(self, mark: str) -> None:
        """End an emphasis, if it has words and began in this line; else take its beginning away."""
        if mark not in self._line:
            return
        start = len(self._line) - 1 - self._line[::-1].index(mark)
        words = "".join(self._line[start + 1 :])
        del self._line[start:]
        bare = words.strip()
        if bare:
            before, after = words[: len(words) - len(words.lstrip())], words[len(words.rstrip()) :]
            self._line.append(f"{before}{mark}{bare}{mark}{after}")
        else:
            self._line.append(words)

    def _close_link(self) -> None:
        if "[" not in self._line or not self._links:
            return
        start = len(self._line) - 1 - self._line[::-1].index("[")
        words = "".join(self._line[start + 1 :])
        del self._line[start:]
        address = self._links.pop()
        self._line.append(f"[{words.strip()}]({address})" if address and words.strip() else words)

    def _plain(self, text: str) -> str:
        """A paragraph, a heading or a list item."""
        lines = [_SPACE.sub(" ", line).strip() for line in text.split("\n")]
        lines = [_LINE_START.sub(_escaped, line) for line in lines if line]
        if not lines:
            return ""
        if self._heading:
            words = " ".join(lines)
            self._first_heading = self._first_heading or (
                re.sub(r"\\(.)", r"\1", words) if self._heading == 1 else ""
            )
            return f"{'#' * self._heading} {words}"
        begin, self._item = self._item, " " * len(self._item)
        return begin + f"  \n{' ' * len(begin)}".join(lines)

    def _fenced(self, text: str) -> str:
        fence = "`" * max(3, max((len(run) for run in re.findall("`+", text)), default=0) + 1)
        return f"{fence}\n{text.strip(chr(10))}\n{fence}" if text.strip() else ""


def _escaped(found: re.Match[str]) -> str:
    """The beginning of a line, so that it begins no heading, list or quote."""
    if found[3]:
        return f"{found[1]}{found[3]}\\{found[4]}"
    return f"{found[1]}\\{found[2]}"


def _address(url: str) -> str:
    """An address for Markdown; empty for scripts, mail trackers' data and what cannot be written."""
    url = url.strip()
    try:
        scheme = urlsplit(url).scheme.lower()
    except ValueError:
        return ""
    if scheme not in ("", "http", "https", "mailto") or url.startswith("#"):
        return ""
    return re.sub(r"[\s()<>]", lambda one: f"%{ord(one[0]):02X}", url)


def _day(written: str) -> datetime.date | None:
    try:
        found = stamp(written, ZoneInfo("UTC"))
    except ValueError:
        return None
    return found.at.date() if found else None
