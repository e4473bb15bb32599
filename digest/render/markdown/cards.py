"""What a shortcode becomes before a template shows it, and how its arguments are read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from digest.render.markdown.finishing import Place
from digest.text.links import encoded, safe_url
from digest.text.phrases import Phrases
from digest.text.shortcodes import Shortcode


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a template shows of a shortcode.

    `brand` and `glyph` make the badge, in the colours of `tone`; `title` is the text of the link to `url`.
    `image` is the address of a thumbnail; `extra` holds what only this shortcode has.
    """

    brand: str
    glyph: str
    tone: str
    title: str
    url: str = ""
    description: str = ""
    image: str = ""
    extra: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What a shortcode may ask of its surroundings."""

    place: Place
    words: Phrases

    @property
    def fields(self) -> Mapping[str, Any]:
        """The front matter of the entry; empty for a note."""
        return self.place.entry.fields if self.place.entry else {}


Reader = Callable[[Shortcode, Scene], Card | None]
"""The card of a shortcode; None when its arguments make no sense."""


def made(
    shortcode: Shortcode, scene: Scene, message: str, *, brand: str, glyph: str, tone: str, url: str,
    image: str = "", **extra: Any,
) -> Card:  # fmt: skip
    """A card of a service: its own title, or what one does there in the reader's language."""
    return Card(
        brand=brand, glyph=glyph, tone=tone, url=url, image=image, extra=extra,
        title=shortcode.get("title") or shortcode.get("label") or scene.words(message, name=brand),
        description=shortcode.get("description"),
    )  # fmt: skip


def found(pattern: str, *candidates: str) -> re.Match[str] | None:
    """The first candidate that matches as a whole, in ASCII."""
    matches = (re.fullmatch(pattern, each.strip(), re.ASCII) for each in candidates)
    return next((match for match in matches if match), None)


def web(url: str, *hosts: str) -> str:
    """An http or https address, of one of the hosts or below it where hosts are given; else empty."""
    url = url.strip()
    if not url.lower().startswith(("http://", "https://")) or not safe_url(url):
        return ""
    host = (urlsplit(url).hostname or "").lower()
    fits = not hosts or any(host == each or host.endswith(f".{each}") for each in hosts)
    return encoded(url) if fits else ""


def first(shortcode: Shortcode, *names: str) -> str:
    """The first of these named arguments, else the first positional one."""
    return next((shortcode.params[name] for name in names if name in shortcode.params), shortcode.get("", 0))


def text_line(card: Card | None) -> str:
    """A card as a line of plain text: `▶ YouTube: https://…`; empty when it has no address."""
    if card is None or not (card.url or card.image):
        return ""
    if "image" in card.extra:
        return f"[{card.title}]"
    badge = " ".join(filter(None, (card.glyph, card.brand)))
    return f"{badge}: {card.url}" if badge else f"{card.title}: {card.url}"
