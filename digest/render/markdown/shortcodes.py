"""What the known shortcodes mean: validated addresses, titles, pictures; another is a row at the end."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from digest.render.markdown import services
from digest.render.markdown.cards import Card, Reader, Scene, first, found, web
from digest.text.images import listed, references
from digest.text.links import encoded, safe_url
from digest.text.shortcodes import Shortcode


def figure(shortcode: Shortcode, scene: Scene) -> Card | None:
    """An image with a caption: Hugo's arguments."""
    place = scene.place
    image = place.image({"src": first(shortcode, "src", "url"), "alt": shortcode.get("alt", 1)})
    if not image["src"]:
        return None
    caption = shortcode.get("caption") or shortcode.get("title", 2)
    image["alt"] = image["alt"] or ("" if caption else scene.words("Image"))
    return Card(
        brand="", glyph="", tone="article", title=image["alt"] or caption, description=caption,
        url=scene.place.link(shortcode.get("link")) if shortcode.get("link") else "", image=image["src"],
        extra={
            "image": image,
            "heading": shortcode.get("title") if shortcode.get("caption") else "",
            "attribution": shortcode.get("attr"),
            "attribution_url": place.link(shortcode.get("attrlink")) if shortcode.get("attrlink") else "",
        },
    )  # fmt: skip


def _media(brand: str, message: str, glyph: str) -> Reader:
    """A film or sound of one's own: an address of the file."""

    def read(shortcode: Shortcode, scene: Scene) -> Card | None:
        asked = first(shortcode, "src", "url", "mp4", "mp3", "file")
        url = scene.place.link(asked) if asked else ""
        if not url.startswith(("http://", "https://")):
            return None
        poster = (
            shortcode.get("poster") and scene.place.image({"src": shortcode.get("poster"), "alt": ""})["src"]
        )
        return Card(
            brand=scene.words(brand), glyph=glyph, tone="podcast" if glyph == "◉" else "video", url=url,
            title=shortcode.get("title") or shortcode.get("caption") or scene.words(message),
            image=poster, extra={},
        )  # fmt: skip

    return read


def link_card(shortcode: Shortcode, scene: Scene) -> Card | None:
    """A link to a page elsewhere, with its title and description."""
    values = (*shortcode.args, *shortcode.params.values())
    url = web(first(shortcode, "url", "href", "link", "src")) or next(filter(None, map(web, values)), "")
    if not url:
        return None
    named = shortcode.get("title") or shortcode.get("text") or shortcode.get("label") or shortcode.get("name")
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    image = shortcode.get("image") or shortcode.get("cover")
    return Card(
        brand=host, glyph="↗", tone="article", url=url, title=named or _words_in(shortcode) or url,
        description=shortcode.get("description") or shortcode.get("desc"),
        image=scene.place.image({"src": image, "alt": ""})["src"] if image else "", extra={},
    )  # fmt: skip


def _words_in(shortcode: Shortcode) -> str:
    """What stands between the tags on one line, or the first argument that is no address."""
    inner = " ".join(shortcode.inner.split())
    return inner or next((each for each in shortcode.args if each.strip() and not web(each)), "")


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
    return Card(brand="", glyph="", tone="article", title=words or url, url=url, extra={})


def _looks_like_address(value: str) -> bool:
    return bool(web(value)) or value.startswith(("/", "#", "mailto:", "./", "../"))


_KINDS: Final = {
    "note": ("Note", "※", "blue"), "info": ("Note", "※", "blue"), "callout": ("Note", "※", "blue"),
    "notice": ("Note", "※", "blue"), "admonition": ("Note", "※", "blue"), "alert": ("Warning", "⚠", "ochre"),
    "tip": ("Tip", "✓", "teal"), "hint": ("Tip", "✓", "teal"), "success": ("Tip", "✓", "teal"),
    "important": ("Important", "❗", "plum"), "warning": ("Warning", "⚠", "ochre"),
    "caution": ("Warning", "⚠", "ochre"), "danger": ("Warning", "⚠", "ochre"),
    "error": ("Warning", "⚠", "ochre"),
}  # fmt: skip


def callout(shortcode: Shortcode, scene: Scene) -> Card | None:
    """A box beside the text: its kind and title, Markdown inside."""
    asked = (shortcode.get("type") or shortcode.get("kind") or shortcode.get("", 0)).strip().lower()
    message, glyph, tone = _KINDS.get(asked) or _KINDS.get(shortcode.name) or _KINDS["note"]
    others = [each for each in shortcode.args if each.strip().lower() != asked or asked not in _KINDS]
    title = shortcode.get("title") or (others[0] if others and shortcode.paired else "")
    return Card(
        brand=scene.words(message), glyph=glyph, tone=tone, title=title,
        description=(
            shortcode.get("text") or shortcode.get("content")
            or (others[-1] if others and not shortcode.paired else "")
        ),
        extra={},
    )  # fmt: skip


def quotation(shortcode: Shortcode, scene: Scene) -> Card | None:
    """Words of somebody: author, source and the address of the source."""
    url = shortcode.get("link") or shortcode.get("url") or shortcode.get("cite")
    return Card(
        brand="", glyph="❝", tone="article", title=shortcode.get("author") or shortcode.get("by"),
        url=scene.place.link(url) if web(url) else "", description=shortcode.get("source"),
        extra={"text": shortcode.get("text") or ("" if shortcode.paired else shortcode.get("", 0))},
    )  # fmt: skip


def details(shortcode: Shortcode, scene: Scene) -> Card | None:
    """Text that the web folds away."""
    title = shortcode.get("summary") or shortcode.get("title", 0) or scene.words("Details")
    return Card(
        brand="", glyph="", tone="article", title=title, extra={"open": shortcode.get("open") == "true"}
    )


def highlight(shortcode: Shortcode, _scene: Scene) -> Card | None:
    """Code in a language."""
    language = found(r"[\w+#.-]{1,30}", shortcode.get("lang", 0))
    named = "mermaid" if shortcode.name == "mermaid" else language[0] if language else ""
    return Card(brand="", glyph="", tone="article", title="", extra={"language": named})


def kept(_shortcode: Shortcode, _scene: Scene) -> Card | None:
    """A wrapper whose only task elsewhere is style: what it holds stays."""
    return Card(brand="", glyph="", tone="article", title="", extra={})


def reference(shortcode: Shortcode, scene: Scene) -> Card | None:
    """The address of another entry, for a Markdown link."""
    url = scene.place.reference(first(shortcode, "path"))
    if not url or not safe_url(url):
        return None
    url = encoded(url).replace("(", "%28").replace(")", "%29")  # it stands between brackets
    return Card(brand="", glyph="", tone="article", title=url, url=url, extra={})


def parameter(shortcode: Shortcode, scene: Scene) -> Card | None:
    """A value of the front matter, in one line: `param "version"`, `param "address.city"`.

    Hugo keeps a page's own values under `params`, or beside the others.
    """
    steps = first(shortcode, "name").strip().removeprefix("params.").split(".")
    values = (_inside(scene.fields, each) for each in (["params", *steps], steps))
    value = next((each for each in values if each is not None), None)
    told = value if isinstance(value, list | tuple) else (value,)
    text = scene.words.list([str(each) for each in told if isinstance(each, str | int | float)])
    return Card(brand="", glyph="", tone="article", title=" ".join(text.split()), extra={}) if text else None


def _inside(value: Any, steps: list[str]) -> Any:
    """What lies at the end of steps into tables; None where one is missing."""
    for step in steps:
        if not isinstance(value, Mapping):
            return None
        value = {str(key).casefold(): each for key, each in value.items()}.get(step.casefold())
    return value


def gallery(shortcode: Shortcode, scene: Scene) -> Card | None:
    """Pictures side by side: those that it names, and what stands between its tags."""
    named = [{"src": src, "alt": ""} for src in listed(shortcode)]
    inside = [{"src": each.src, "alt": each.alt} for each in references(shortcode.inner, "", 1)]
    whole = bool(inside) and not _SHOWN.sub("", shortcode.inner).strip()  # nothing but pictures
    images = (scene.place.image(each) for each in (*named, *(inside if whole else ())))
    shown = [image for image in images if image["src"]]
    if not shown and not shortcode.inner.strip():
        return None
    return Card(
        brand="", glyph="", tone="article", title="", description=shortcode.get("caption"),
        extra={"images": shown, "whole": whole},
    )  # fmt: skip


_SHOWN: Final = re.compile(
    r"!\[[^\[\]]*\]\([^()\s]*\)|<img\s[^<>]*>|</?p>|<br\s*/?>"
    r"|\{\{[<%]\s*(?:img|image|figure)\s(?:(?!caption|title)[^{}])*[>%]\}\}"
)
"""A picture without a caption."""

TEXTUAL: Final = frozenset({"ref", "relref", "param"})
"""Shortcodes that are replaced by their title before Markdown is read, since they stand inside its links."""

ALIASES: Final = {
    other: name
    for name, others in {
        "apple-podcast": "apple-podcasts apple_podcast apple_podcasts",
        "callout": "admonition alert attention caution danger error hint important info note notice success "
        "tip warning",
        "cta": "button",
        "details": "spoiler",
        "figure": "image img",
        "github": "github-repo",
        "highlight": "mermaid",
        "link-card": "external-link external_link link_card linkcard",
        "quote": "blockquote",
        "embed": " ".join(services.ELSEWHERE),
        "gallery": "image-gallery photo-gallery",
        "ref": "relref",
        "speakerdeck": "slideshare",
        "x": "tweet twitter x-post",
    }.items()
    for other in others.split()
}
"""Other names of shortcodes."""

READERS: Final[dict[str, Reader]] = {
    "apple-podcast": services.apple_podcast,
    "audio": _media("Audio", "Listen to the recording", "◉"),
    "bilibili": services.bilibili,
    "callout": callout,
    "codepen": services.codepen,
    "cta": button,
    "details": details,
    "embed": services.elsewhere,
    "figure": figure,
    "gallery": gallery,
    "gist": services.gist,
    "github": services.github,
    "highlight": highlight,
    "instagram": services.instagram,
    "link-card": link_card,
    "param": parameter,
    "quote": quotation,
    "ref": reference,
    "speakerdeck": services.slides,
    "spotify": services.spotify,
    "table": kept,
    "video": _media("Video", "Watch the video", "▶"),
    "vimeo": services.vimeo,
    "x": services.post,
    "youtube": services.youtube,
}
"""Name → what it means. A name with a template in templates/shortcodes/ and no row here gets no card."""
