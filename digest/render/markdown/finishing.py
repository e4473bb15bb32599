"""The last pass over sanitised HTML: addresses made absolute, pictures measured, ids and lines settled."""

from __future__ import annotations

import html as markup
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final
from urllib.parse import unquote

from digest.model import Entry, Mark, Position
from digest.render.markdown import seals
from digest.render.markdown.views import Medium, PictureView
from digest.render.references import References, anchor
from digest.text.links import absolute, encoded, safe_url

CONTENT_WIDTH: Final = 528
"""Pixels of text in a mail of 600 (the theme's padding is 36 on each side)."""

# nh3 and css-inline write every attribute as name="value", with `"` escaped.
_OPENING: Final = re.compile(r'<([a-z][a-z0-9]*)((?: [\w:-]+="[^"]*")+)( /)?>')
_ATTRIBUTE: Final = re.compile(r' ([\w:-]+)="([^"]*)"')
_WORTH: Final = re.compile(
    f' (?:data-line|href|src|id|cite|poster)="|[{seals.OPEN}{seals.BRACES}]|%F4%8F%BF%B',
    re.IGNORECASE,
)
# Braces before an escaped `<` or a `%` read as a shortcode; before a tag they only look so in the source.
_SIGNS: Final = f"(?:{seals.LINE}\\d+{seals.CLOSE})*"
_LEAK: Final = re.compile(rf"(?<!\{{)\{{{{2,}}+(?={_SIGNS}(?:&lt;|%))")
_BEFORE_TAG: Final = re.compile(rf"\{{\{{(?={_SIGNS}<)")
_MARKDOWN_FILE: Final = re.compile(r"^(?!\w+:)[^?#]*[^/?#]\.(?:md|markdown|mdx)(?:#[^?]*)?$", re.IGNORECASE)
_NOWHERE: Final = "<a data-nowhere>"
_LED_NOWHERE: Final = re.compile(rf"{_NOWHERE}(.*?)</a>", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a body stands: its page, its pictures, the prefix of its ids, and what it may refer to."""

    medium: Medium
    base_url: str
    prefix: str
    pictures: Mapping[str, PictureView] = field(default_factory=dict)
    references: References | None = None
    entry: Entry | None = None

    def __hash__(self) -> int:
        return hash((self.medium, self.base_url, self.prefix, frozenset(self.pictures)))

    def link(self, url: str) -> str:
        """The absolute address for a link as written; empty when nothing may point there."""
        url = url.strip()
        if not url or not safe_url(url):
            return ""
        if url.startswith("#"):
            own = f"#{self.prefix}-{unquote(url[1:])}" if url[1:] else "#"
            return own if self.medium is Medium.WEB else absolute(own, self.base_url)
        return encoded(self.reference(url) if _MARKDOWN_FILE.search(url) else absolute(url, self.base_url))

    def reference(self, target: str) -> str:
        """The address of another entry, as Hugo's `ref` and wikilinks name it; empty where there is none.

        A path from the site's root that is no file's may be a page that is no entry: it stays.
        """
        path, _, fragment = target.strip().partition("#")
        if "://" in path:
            return target.strip()
        if not path:
            return f"#{anchor(fragment)}" if anchor(fragment) else ""
        found = self.references.address(target, self.entry) if self.references else ""
        if found or not path.startswith("/") or _MARKDOWN_FILE.search(path):
            return found
        return absolute(target.strip(), self.base_url)

    def picture(self, src: str) -> PictureView | None:
        """The local picture that is meant by an image address as written, percent-encoded or not."""
        return self.pictures.get(src) or self.pictures.get(unquote(src))

    def image(self, attributes: dict[str, str]) -> dict[str, str]:
        """The attributes of an image: a size of the local picture that fits, or the remote address."""
        view = self.picture(attributes.get("src", ""))
        if view is None:
            url = attributes.get("src", "")
            remote = attributes | {
                "src": encoded(absolute(url, self.base_url)) if url and safe_url(url) else ""
            }
            told = remote.get("width", "")
            if self.medium is Medium.EMAIL and not (
                told.isascii() and told.isdecimal() and int(told) <= CONTENT_WIDTH
            ):
                remote.pop("width", ""), remote.pop("height", "")  # Outlook would widen the mail by it
            return remote
        plain = attributes | {"alt": attributes.get("alt") or view.alt}
        if self.medium is Medium.EMAIL:
            width = min(view.width, CONTENT_WIDTH)
            size = view.at_least(2 * width)  # sharp on dense screens
        else:
            width, size = view.width, view.at_least(view.width)
        height = max(1, round(width * view.height / max(1, view.width)))
        plain |= {"src": size.url, "width": str(width), "height": str(height)}
        if self.medium is Medium.WEB and len(view.sizes) > 1:
            plain["srcset"] = ", ".join(f"{each.url} {each.width}w" for each in view.sizes)
            plain["sizes"] = f"(min-width: 720px) {min(view.width, 720)}px, 100vw"
        return plain


def finish(html: str, place: Place, lines: Sequence[int]) -> str:
    """Sanitised HTML with its addresses, pictures and ids as read; lines become signs before the tags.

    `lines` gives the line in the file for each line of the prepared text.
    """

    def opening(found: re.Match[str]) -> str:
        if found[1] != "img" and not _WORTH.search(found[2]):
            return found[0]
        attributes = {name: markup.unescape(value) for name, value in _ATTRIBUTE.findall(found[2])}
        row = attributes.pop("data-line", "")
        sign = (
            seals.line(lines[int(row)]) if row.isascii() and row.isdecimal() and int(row) < len(lines) else ""
        )
        return sign + _tag(found[1], attributes, place)

    finished = _OPENING.sub(opening, html.replace("<img>", ""))
    return _LED_NOWHERE.sub(r"\1", finished) if _NOWHERE in finished else finished


def _tag(name: str, attributes: dict[str, str], place: Place) -> str:
    """A tag with the attributes that it keeps; an image without an address is its alternative text."""
    attributes = {key: seals.cleared(value) for key, value in attributes.items()}
    if name == "img":
        attributes = place.image(attributes)
        if not attributes["src"]:
            return markup.escape(attributes.get("alt", ""))
        attributes.setdefault("alt", "")
        if place.medium is Medium.WEB:
            attributes |= {"loading": "lazy", "decoding": "async"}
    for key in ("href", "src", "cite", "poster"):
        if key in attributes and name != "img":
            attributes[key] = place.link(attributes[key])
            if not attributes[key]:
                if name == "a":
                    return _NOWHERE  # its words stay
                del attributes[key]
    if "id" in attributes:
        attributes["id"] = f"{place.prefix}-{attributes['id']}"
    return f"<{name}{written(attributes)}>"


def written(attributes: Mapping[str, str]) -> str:
    """Attributes as they stand in a tag."""
    return "".join(f' {key}="{markup.escape(value)}"' for key, value in attributes.items())


def splice(html: str, card: Callable[[str, int], str]) -> str:
    """The HTML with each shortcode's sign replaced; a paragraph is not left empty around one."""
    if seals.OPEN not in html:
        return html
    return seals.CARD.sub(lambda found: card(found[1] or "I", int(found[2])), html)


def separate(html: str, path: str) -> tuple[str, tuple[Mark, ...]]:
    """The HTML without any sign, and a mark for each stretch that the line signs divide it into."""
    html = _BEFORE_TAG.sub("{&#123;", _LEAK.sub("", html)).replace(seals.BRACES, "{{")
    parts, starts, length = [], [], 0
    pieces = seals.LINE_SEAL.split(html)
    for index, piece in enumerate(pieces):
        if index % 2:
            starts.append((length, int(piece)))
            continue
        text = seals.SEALS.sub("", piece)
        parts.append(text)
        length += len(text)
    edges = [*starts, (length, 0)]
    marks = tuple(
        Mark(start=start, end=end, position=Position(path=path, line=line))
        for (start, line), (end, _) in pairwise(edges)
        if end > start
    )
    return "".join(parts), marks
