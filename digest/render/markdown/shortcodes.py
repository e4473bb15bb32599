"""What the known shortcodes mean: validated addresses, titles and pictures; another one is a row at the end."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs, quote, urlsplit

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


Reader = Callable[[Shortcode, Scene], Card | None]
"""The card of a shortcode; None when its arguments make no sense."""


def _made(
    shortcode: Shortcode, scene: Scene, message: str, *, brand: str, glyph: str, tone: str, url: str,
    image: str = "", **extra: Any,
) -> Card:  # fmt: skip
    """A card of a service: its own title, or what one does there in the reader's language."""
    return Card(
        brand=brand, glyph=glyph, tone=tone, url=url, image=image, extra=extra,
        title=shortcode.get("title") or shortcode.get("label") or scene.words(message, name=brand),
        description=shortcode.get("description"),
    )  # fmt: skip


def _found(pattern: str, *candidates: str) -> re.Match[str] | None:
    """The first candidate that matches as a whole, in ASCII."""
    matches = (re.fullmatch(pattern, each.strip(), re.ASCII) for each in candidates)
    return next((found for found in matches if found), None)


def _web(url: str, *hosts: str) -> str:
    """An http or https address, of one of the hosts or below it where hosts are given; else empty."""
    url = url.strip()
    if not url.lower().startswith(("http://", "https://")) or not safe_url(url):
        return ""
    host = (urlsplit(url).hostname or "").lower()
    fits = not hosts or any(host == each or host.endswith(f".{each}") for each in hosts)
    return encoded(url) if fits else ""


def _first(shortcode: Shortcode, *names: str) -> str:
    """The first of these named arguments, else the first positional one."""
    return next((shortcode.params[name] for name in names if name in shortcode.params), shortcode.get("", 0))


def youtube(shortcode: Shortcode, scene: Scene) -> Card | None:
    """A video: its id of 11 letters, or any address of it."""
    asked = _first(shortcode, "id", "url")
    parts = urlsplit(_web(asked, "youtube.com", "youtu.be", "youtube-nocookie.com"))
    in_url = parse_qs(parts.query).get("v", [parts.path.rsplit("/", 1)[-1]])[0]
    found = _found(r"[\w-]{11}", asked, in_url)
    if not found:
        return None
    start = _found(r"[0-9]{1,6}", shortcode.get("start", 1))
    return _made(
        shortcode, scene, "Watch on {name}", brand="YouTube", glyph="▶", tone="youtube",
        url=f"https://www.youtube.com/watch?v={found[0]}" + (f"&t={start[0]}s" if start else ""),
        image=f"https://i.ytimg.com/vi/{found[0]}/mqdefault.jpg",
    )  # fmt: skip


def vimeo(shortcode: Shortcode, scene: Scene) -> Card | None:
    """A video: its number or its address."""
    asked = _first(shortcode, "id", "url")
    found = _found(r"(?:https?://(?:www\.|player\.)?vimeo\.com/(?:video/)?)?([0-9]{4,12})(?:[/?#].*)?", asked)
    if not found:
        return None
    url = f"https://vimeo.com/{found[1]}"
    return _made(shortcode, scene, "Watch on {name}", brand="Vimeo", glyph="▶", tone="plain", url=url)


def bilibili(shortcode: Shortcode, scene: Scene) -> Card | None:
    """A video: its BV or av number, or its address."""
    asked = _first(shortcode, "id", "bvid", "bv", "url")
    found = _found(
        r"(?:https?://(?:www\.|m\.)?bilibili\.com/video/)?(BV[0-9A-Za-z]{10}|av[0-9]{1,12})(?:[/?#].*)?",
        asked,
    )
    if not found:
        return None
    part = _found(r"[1-9][0-9]{0,3}", shortcode.get("p", 1), shortcode.get("page"))
    url = f"https://www.bilibili.com/video/{found[1]}" + (f"?p={part[0]}" if part else "")
    return _made(shortcode, scene, "Watch on {name}", brand="Bilibili", glyph="▶", tone="plain", url=url)


def spotify(shortcode: Shortcode, scene: Scene) -> Card | None:
    """An episode, show, track, album, playlist or artist: `episode/ID`, two arguments, a URI or an address."""
    kinds = r"(episode|show|track|album|playlist|artist)"
    two = f"{shortcode.get('type', 0)}/{shortcode.get('id', 1)}"
    asked = _first(shortcode, "url", "uri", "id")
    found = _found(
        rf"(?:https?://open\.spotify\.com/(?:embed/|intl-[a-z-]+/)?|spotify:|/)?{kinds}[/:]([0-9A-Za-z]{{16,32}})(?:\?.*)?",
        asked, two, f"{shortcode.get('type')}/{asked}",
    )  # fmt: skip
    if not found:
        return None
    url = f"https://open.spotify.com/{found[1]}/{found[2]}"
    return _made(shortcode, scene, "Listen on {name}", brand="Spotify", glyph="◉", tone="podcast", url=url)


def apple_podcast(shortcode: Shortcode, scene: Scene) -> Card | None:
    """A show or an episode: the path after podcasts.apple.com, or the address."""
    asked = _first(shortcode, "url", "path", "id")
    found = _found(
        r"(?:https?://(?:embed\.)?podcasts\.apple\.com/)?/?((?:[a-z]{2}/)?podcast/(?:[^\s?#/\\]{1,300}/)?id[0-9]{4,15})"
        r"(?:\?(?:[^#\s]*&)?i=([0-9]{4,18})\S*|[?#]\S*)?",
        asked,
    )  # fmt: skip
    if not found:
        return None
    path = quote(found[1], safe="/%-._~")
    url = f"https://podcasts.apple.com/{path}" + (f"?i={found[2]}" if found[2] else "")
    return _made(
        shortcode, scene, "Listen on {name}", brand="Apple Podcasts", glyph="◉", tone="podcast", url=url
    )  # fmt: skip


def post(shortcode: Shortcode, scene: Scene) -> Card | None:
    """A post on X: its number, its author and number, or its address."""
    asked = _first(shortcode, "id", "url")
    found = _found(
        r"https?://(?:www\.|mobile\.)?(?:x|twitter)\.com/(\w{1,15})/status/([0-9]{5,20})(?:[/?#].*)?", asked
    )
    user, number = (found[1], found[2]) if found else (shortcode.get("user", 0), shortcode.get("id", 1))
    if not _found(r"[0-9]{5,20}", number):
        user, number = "i", asked
    if not (_found(r"\w{1,15}", user) and _found(r"[0-9]{5,20}", number)):
        return None
    url = f"https://x.com/{user}/status/{number.strip()}"
    author = f"@{user}" if user != "i" else ""
    return _made(
        shortcode,
        scene,
        "Read the post on {name}",
        brand="X",
        glyph="❝",
        tone="plain",
        url=url,
        author=author,
    )


def instagram(shortcode: Shortcode, scene: Scene) -> Card | None:
    """A post: its code or its address."""
    asked = _first(shortcode, "id", "url")
    found = _found(r"(?:https?://(?:www\.)?instagram\.com/(?:p|reel)/)?([\w-]{5,40})(?:[/?#].*)?", asked)
    if not found:
        return None
    url = f"https://www.instagram.com/p/{found[1]}/"
    return _made(shortcode, scene, "See it on {name}", brand="Instagram", glyph="◎", tone="plain", url=url)


def gist(shortcode: Shortcode, scene: Scene) -> Card | None:
    """Code on GitHub Gist: user, id and perhaps a file."""
    user, number = shortcode.get("user", 0), shortcode.get("id", 1)
    if not (_found(r"[\w-]{1,39}", user) and _found(r"[0-9a-fA-F]{1,40}", number)):
        return None
    file = shortcode.get("file", 2)
    anchor = "#file-" + re.sub(r"[^\w-]+", "-", file.lower(), flags=re.ASCII) if file else ""
    url = f"https://gist.github.com/{user}/{number}{anchor}"
    return _made(
        shortcode, scene, "See the code on {name}", brand="GitHub Gist", glyph="‹›", tone="wiki", url=url, file=file
    )  # fmt: skip


def github(shortcode: Shortcode, scene: Scene) -> Card | None:
    """A repository: owner/name."""
    found = _found(
        r"(?:https://github\.com/)?([\w-]{1,39}/[\w.-]{1,100}?)/?", _first(shortcode, "repo", "link", "url")
    )
    if not found:
        return None
    shown = Card(
        brand="GitHub", glyph="‹›", tone="wiki", title=shortcode.get("title") or found[1],
        url=f"https://github.com/{found[1]}", description=shortcode.get("description"), extra={},
    )  # fmt: skip
    return shown


def slides(shortcode: Shortcode, scene: Scene) -> Card | None:
    """A deck on Speaker Deck or SlideShare: its address, or the id of its player."""
    asked = _first(shortcode, "url", "id", "key")
    url = _web(asked, "speakerdeck.com", "slideshare.net")
    if found := _found(r"[0-9a-f]{32}", asked):
        url = f"https://speakerdeck.com/player/{found[0]}"
    elif shortcode.name == "slideshare" and (found := _found(r"[0-9A-Za-z]{5,20}", asked)):
        key = found[0] if found[0].isdecimal() else f"key/{found[0]}"
        url = f"https://www.slideshare.net/slideshow/embed_code/{key}"
    brand = "SlideShare" if "slideshare.net" in url else "Speaker Deck"
    if not url:
        return None
    return _made(shortcode, scene, "See it on {name}", brand=brand, glyph="▣", tone="plain", url=url)


def codepen(shortcode: Shortcode, scene: Scene) -> Card | None:
    """A pen: user and id, or its address."""
    user, pen = shortcode.get("user", 0), shortcode.get("id", 1)
    pair = _found(r"[\w-]{1,40}", user) and _found(r"[\w-]{3,40}", pen)
    url = f"https://codepen.io/{user}/pen/{pen}" if pair else _web(_first(shortcode, "url"), "codepen.io")
    if not url:
        return None
    return _made(
        shortcode, scene, "See the code on {name}", brand="CodePen", glyph="‹›", tone="wiki", url=url
    )


def figure(shortcode: Shortcode, scene: Scene) -> Card | None:
    """An image with a caption: Hugo's arguments."""
    image = scene.place.image({"src": _first(shortcode, "src", "url"), "alt": shortcode.get("alt", 1)})
    if not image["src"]:
        return None
    caption = shortcode.get("caption") or shortcode.get("title", 2)
    image["alt"] = image["alt"] or ("" if caption else scene.words("Image"))
    return Card(
        brand="", glyph="", tone="plain", title=image["alt"] or caption, description=caption,
        url=scene.place.link(shortcode.get("link")) if shortcode.get("link") else "", image=image["src"],
        extra={
            "image": image,
            "heading": shortcode.get("title") if shortcode.get("caption") else "",
            "attribution": shortcode.get("attr"),
            "attribution_url": scene.place.link(shortcode.get("attrlink")) if shortcode.get("attrlink") else "",
        },
    )  # fmt: skip


def _media(brand: str, message: str, glyph: str) -> Reader:
    """A film or sound of one's own: an address of the file."""

    def read(shortcode: Shortcode, scene: Scene) -> Card | None:
        asked = _first(shortcode, "src", "url", "mp4", "mp3", "file")
        url = scene.place.link(asked) if asked else ""
        if not url.startswith(("http://", "https://")):
            return None
        poster = (
            shortcode.get("poster") and scene.place.image({"src": shortcode.get("poster"), "alt": ""})["src"]
        )
        return Card(
            brand=scene.words(brand), glyph=glyph, tone="podcast" if glyph == "◉" else "youtube", url=url,
            title=shortcode.get("title") or shortcode.get("caption") or scene.words(message), image=poster, extra={},
        )  # fmt: skip

    return read


def link_card(shortcode: Shortcode, scene: Scene) -> Card | None:
    """A link to a page elsewhere, with its title and description."""
    values = (*shortcode.args, *shortcode.params.values())
    url = _web(_first(shortcode, "url", "href", "link", "src")) or next(filter(None, map(_web, values)), "")
    if not url:
        return None
    named = shortcode.get("title") or shortcode.get("text") or shortcode.get("label") or shortcode.get("name")
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    image = shortcode.get("image") or shortcode.get("cover")
    return Card(
        brand=host, glyph="↗", tone="plain", url=url, title=named or _words_in(shortcode) or url,
        description=shortcode.get("description") or shortcode.get("desc"),
        image=scene.place.image({"src": image, "alt": ""})["src"] if image else "", extra={},
    )  # fmt: skip


def _words_in(shortcode: Shortcode) -> str:
    """What stands between the tags on one line, or the first argument that is no address."""
    inner = " ".join(shortcode.inner.split())
    return inner or next((each for each in shortcode.args if each.strip() and not _web(each)), "")


def button(shortcode: Shortcode, scene: Scene) -> Card | None:
    """A button: an address, and its words as an argument or between the tags."""
    named = next(
        (shortcode.params[key] for key in ("href", "url", "link", "relref") if key in shortcode.params), ""
    )
    address = named or next((each for each in shortcode.args if _looks_like_address(each)), "")
    url = scene.place.link(address) if address else ""
    words = next((shortcode.params[key] for key in ("text", "label", "title") if key in shortcode.params), "")
    words = words or " ".join(shortcode.inner.split())
    words = words or next((each for each in shortcode.args if each.strip() and each != address), "")
    if not url:
        return None
    return Card(brand="", glyph="", tone="plain", title=words or url, url=url, extra={})


def _looks_like_address(value: str) -> bool:
    return bool(_web(value)) or value.startswith(("/", "#", "mailto:", "./", "../"))


_KINDS: Final = {
    "note": ("Note", "※", "blue"), "info": ("Note", "※", "blue"), "callout": ("Note", "※", "blue"),
    "notice": ("Note", "※", "blue"), "admonition": ("Note", "※", "blue"), "alert": ("Warning", "⚠", "ochre"),
    "tip": ("Tip", "✓", "teal"), "hint": ("Tip", "✓", "teal"), "success": ("Tip", "✓", "teal"),
    "important": ("Important", "❗", "plum"), "warning": ("Warning", "⚠", "ochre"),
    "caution": ("Warning", "⚠", "ochre"), "danger": ("Warning", "⚠", "ochre"), "error": ("Warning", "⚠", "ochre"),
}  # fmt: skip


def callout(shortcode: Shortcode, scene: Scene) -> Card | None:
    """A box beside the text: its kind and title, Markdown inside."""
    asked = (shortcode.get("type") or shortcode.get("kind") or shortcode.get("", 0)).strip().lower()
    message, glyph, tone = _KINDS.get(asked) or _KINDS.get(shortcode.name) or _KINDS["note"]
    others = [each for each in shortcode.args if each.strip().lower() != asked or asked not in _KINDS]
    title = shortcode.get("title") or (others[0] if others and shortcode.paired else "")
    return Card(
        brand=scene.words(message), glyph=glyph, tone=tone, title=title,
        description=shortcode.get("text") or (others[-1] if others and not shortcode.paired else ""), extra={},
    )  # fmt: skip


def quotation(shortcode: Shortcode, scene: Scene) -> Card | None:
    """Words of somebody: author, source and the address of the source."""
    url = shortcode.get("link") or shortcode.get("url") or shortcode.get("cite")
    return Card(
        brand="", glyph="❝", tone="plain", title=shortcode.get("author") or shortcode.get("by"),
        url=scene.place.link(url) if _web(url) else "", description=shortcode.get("source"),
        extra={"text": shortcode.get("text") or ("" if shortcode.paired else shortcode.get("", 0))},
    )  # fmt: skip


def details(shortcode: Shortcode, scene: Scene) -> Card | None:
    """Text that the web folds away."""
    title = shortcode.get("summary") or shortcode.get("title", 0) or scene.words("Details")
    return Card(
        brand="", glyph="", tone="plain", title=title, extra={"open": shortcode.get("open") == "true"}
    )


def highlight(shortcode: Shortcode, scene: Scene) -> Card | None:
    """Code in a language."""
    language = _found(r"[\w+#.-]{1,30}", shortcode.get("lang", 0))
    named = "mermaid" if shortcode.name == "mermaid" else language[0] if language else ""
    return Card(brand="", glyph="", tone="plain", title="", extra={"language": named})


def kept(shortcode: Shortcode, scene: Scene) -> Card | None:
    """A wrapper whose only task elsewhere is style: what it holds stays."""
    return Card(brand="", glyph="", tone="plain", title="", extra={})


def reference(shortcode: Shortcode, scene: Scene) -> Card | None:
    """The address of another entry, for a Markdown link."""
    url = scene.place.reference(_first(shortcode, "path"))
    return (
        Card(brand="", glyph="↗", tone="plain", title=url, url=encoded(url), extra={})
        if safe_url(url) and url
        else None
    )


def text_line(card: Card | None) -> str:
    """A card as a line of plain text: `▶ YouTube: https://…`; empty when it has no address."""
    if card is None or not (card.url or card.image):
        return ""
    if "image" in card.extra:
        return f"[{card.title}]"
    badge = " ".join(filter(None, (card.glyph, card.brand)))
    return f"{badge}: {card.url}" if badge else f"{card.title}: {card.url}"


TEXTUAL: Final = frozenset({"ref", "relref"})
"""Shortcodes that are replaced before Markdown is read, since they stand inside its links."""

ALIASES: Final = {
    "admonition": "callout", "alert": "callout", "apple-podcasts": "apple-podcast", "apple_podcast": "apple-podcast",
    "apple_podcasts": "apple-podcast", "applepodcast": "apple-podcast", "attention": "callout",
    "blockquote": "quote", "button": "cta", "caution": "callout", "danger": "callout",
    "external_link": "link-card", "external-link": "link-card", "github-repo": "github", "hint": "callout",
    "image": "figure", "img": "figure", "important": "callout", "info": "callout", "linkcard": "link-card",
    "link_card": "link-card", "note": "callout", "notice": "callout", "relref": "ref", "slideshare": "speakerdeck",
    "success": "callout", "tip": "callout", "tweet": "x", "twitter": "x", "warning": "callout", "x-post": "x",
    "mermaid": "highlight", "spoiler": "details", "gallery": "table",
}  # fmt: skip
"""Other names of shortcodes."""

READERS: Final[dict[str, Reader]] = {
    "apple-podcast": apple_podcast,
    "audio": _media("Audio", "Listen to the recording", "◉"),
    "bilibili": bilibili,
    "callout": callout,
    "codepen": codepen,
    "cta": button,
    "details": details,
    "figure": figure,
    "gist": gist,
    "github": github,
    "highlight": highlight,
    "instagram": instagram,
    "link-card": link_card,
    "quote": quotation,
    "ref": reference,
    "speakerdeck": slides,
    "spotify": spotify,
    "table": kept,
    "video": _media("Video", "Watch the video", "▶"),
    "vimeo": vimeo,
    "x": post,
    "youtube": youtube,
}
"""Name → what it means. A name with a template in templates/shortcodes/ and no row here gets no card."""
