"""Shortcodes of services: films, sounds, posts and code elsewhere, as validated addresses."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qs, quote, urlsplit

from digest.render.markdown.cards import Card, Scene, first, found, made, web
from digest.text.shortcodes import Shortcode


def youtube(shortcode: Shortcode, scene: Scene) -> Card | None:
    """A video: its id of 11 letters, or any address of it."""
    asked = first(shortcode, "id", "url")
    parts = urlsplit(web(asked, "youtube.com", "youtu.be", "youtube-nocookie.com"))
    in_url = parse_qs(parts.query).get("v", [parts.path.rsplit("/", 1)[-1]])[0]
    match = found(r"[\w-]{11}", asked, in_url)
    if not match:
        return None
    start = found(r"[0-9]{1,6}", shortcode.get("start", 1))
    return made(
        shortcode, scene, "Watch on {name}", brand="YouTube", glyph="▶", tone="video",
        url=f"https://www.youtube.com/watch?v={match[0]}" + (f"&t={start[0]}s" if start else ""),
        image=f"https://i.ytimg.com/vi/{match[0]}/mqdefault.jpg",
    )  # fmt: skip


def vimeo(shortcode: Shortcode, scene: Scene) -> Card | None:
    """A video: its number or its address."""
    asked = first(shortcode, "id", "url")
    match = found(r"(?:https?://(?:www\.|player\.)?vimeo\.com/(?:video/)?)?([0-9]{4,12})(?:[/?#].*)?", asked)
    if not match:
        return None
    url = f"https://vimeo.com/{match[1]}"
    return made(shortcode, scene, "Watch on {name}", brand="Vimeo", glyph="▶", tone="article", url=url)


def bilibili(shortcode: Shortcode, scene: Scene) -> Card | None:
    """A video: its BV or av number, or its address."""
    asked = first(shortcode, "id", "bvid", "bv", "url")
    match = found(
        r"(?:https?://(?:www\.|m\.)?bilibili\.com/video/)?(BV[0-9A-Za-z]{10}|av[0-9]{1,12})(?:[/?#].*)?",
        asked,
    )
    if not match:
        return None
    part = found(r"[1-9][0-9]{0,3}", shortcode.get("p", 1), shortcode.get("page"))
    url = f"https://www.bilibili.com/video/{match[1]}" + (f"?p={part[0]}" if part else "")
    return made(shortcode, scene, "Watch on {name}", brand="Bilibili", glyph="▶", tone="article", url=url)


def spotify(shortcode: Shortcode, scene: Scene) -> Card | None:
    """An episode, show, track, album, playlist or artist: `episode/ID`, two arguments, URI or address."""
    kinds = r"(episode|show|track|album|playlist|artist)"
    two = f"{shortcode.get('type', 0)}/{shortcode.get('id', 1)}"
    asked = first(shortcode, "url", "uri", "id")
    match = found(
        rf"(?:https?://open\.spotify\.com/(?:embed/|intl-[a-z-]+/)?|spotify:|/)?{kinds}[/:]([0-9A-Za-z]{{16,32}})(?:\?.*)?",
        asked, two, f"{shortcode.get('type')}/{asked}",
    )  # fmt: skip
    if not match:
        return None
    url = f"https://open.spotify.com/{match[1]}/{match[2]}"
    return made(shortcode, scene, "Listen on {name}", brand="Spotify", glyph="◉", tone="podcast", url=url)


def apple_podcast(shortcode: Shortcode, scene: Scene) -> Card | None:
    """A show or an episode: the path after podcasts.apple.com, or the address."""
    asked = first(shortcode, "url", "path", "id")
    match = found(
        r"(?:https?://(?:embed\.)?podcasts\.apple\.com/)?/?((?:[a-z]{2}/)?podcast/(?:[^\s?#/\\]{1,300}/)?id[0-9]{4,15})"
        r"(?:\?(?:[^#\s]*&)?i=([0-9]{4,18})\S*|[?#]\S*)?",
        asked,
    )  # fmt: skip
    if not match:
        return None
    path = quote(match[1], safe="/%-._~")
    url = f"https://podcasts.apple.com/{path}" + (f"?i={match[2]}" if match[2] else "")
    return made(
        shortcode, scene, "Listen on {name}", brand="Apple Podcasts", glyph="◉", tone="podcast", url=url
    )  # fmt: skip


def post(shortcode: Shortcode, scene: Scene) -> Card | None:
    """A post on X: its number, its author and number, or its address."""
    asked = first(shortcode, "id", "url")
    match = found(
        r"https?://(?:www\.|mobile\.)?(?:x|twitter)\.com/(\w{1,15})/status/([0-9]{5,20})(?:[/?#].*)?", asked
    )
    user, number = (match[1], match[2]) if match else (shortcode.get("user", 0), shortcode.get("id", 1))
    if not found(r"[0-9]{5,20}", number):
        user, number = "i", asked
    if not (found(r"\w{1,15}", user) and found(r"[0-9]{5,20}", number)):
        return None
    url = f"https://x.com/{user}/status/{number.strip()}"
    author = f"@{user}" if user != "i" else ""
    return made(
        shortcode,
        scene,
        "Read the post on {name}",
        brand="X",
        glyph="❝",
        tone="article",
        url=url,
        author=author,
    )


def instagram(shortcode: Shortcode, scene: Scene) -> Card | None:
    """A post: its code or its address."""
    asked = first(shortcode, "id", "url")
    match = found(r"(?:https?://(?:www\.)?instagram\.com/(?:p|reel)/)?([\w-]{5,40})(?:[/?#].*)?", asked)
    if not match:
        return None
    url = f"https://www.instagram.com/p/{match[1]}/"
    return made(shortcode, scene, "See it on {name}", brand="Instagram", glyph="◎", tone="article", url=url)


def gist(shortcode: Shortcode, scene: Scene) -> Card | None:
    """Code on GitHub Gist: user, id and perhaps a file."""
    user, number = shortcode.get("user", 0), shortcode.get("id", 1)
    if not (found(r"[\w-]{1,39}", user) and found(r"[0-9a-fA-F]{1,40}", number)):
        return None
    file = shortcode.get("file", 2)
    anchor = "#file-" + re.sub(r"[^\w-]+", "-", file.lower(), flags=re.ASCII) if file else ""
    url = f"https://gist.github.com/{user}/{number}{anchor}"
    return made(
        shortcode, scene, "See the code on {name}", brand="GitHub Gist", glyph="‹›", tone="wiki", url=url
    )  # fmt: skip


def github(shortcode: Shortcode, _scene: Scene) -> Card | None:
    """A repository: owner/name."""
    match = found(
        r"(?:https://github\.com/)?([\w-]{1,39}/[\w.-]{1,100}?)/?", first(shortcode, "repo", "link", "url")
    )
    if not match:
        return None
    return Card(
        brand="GitHub", glyph="‹›", tone="wiki", title=shortcode.get("title") or match[1],
        url=f"https://github.com/{match[1]}", description=shortcode.get("description"), extra={},
    )  # fmt: skip


def slides(shortcode: Shortcode, scene: Scene) -> Card | None:
    """A deck on Speaker Deck or SlideShare: its address, or the id of its player."""
    asked = first(shortcode, "url", "id", "key")
    url = web(asked, "speakerdeck.com", "slideshare.net")
    if match := found(r"[0-9a-f]{32}", asked):
        url = f"https://speakerdeck.com/player/{match[0]}"
    elif shortcode.name == "slideshare" and (match := found(r"[0-9A-Za-z]{5,20}", asked)):
        key = match[0] if match[0].isdecimal() else f"key/{match[0]}"
        url = f"https://www.slideshare.net/slideshow/embed_code/{key}"
    brand = "SlideShare" if "slideshare.net" in url else "Speaker Deck"
    if not url:
        return None
    return made(shortcode, scene, "See it on {name}", brand=brand, glyph="▣", tone="article", url=url)


def codepen(shortcode: Shortcode, scene: Scene) -> Card | None:
    """A pen: user and id, or its address."""
    user, pen = shortcode.get("user", 0), shortcode.get("id", 1)
    pair = found(r"[\w-]{1,40}", user) and found(r"[\w-]{3,40}", pen)
    url = f"https://codepen.io/{user}/pen/{pen}" if pair else web(first(shortcode, "url"), "codepen.io")
    if not url:
        return None
    return made(shortcode, scene, "See the code on {name}", brand="CodePen", glyph="‹›", tone="wiki", url=url)


def elsewhere(shortcode: Shortcode, scene: Scene) -> Card | None:
    """Something on another service: its id there, or its address."""
    name = shortcode.name if shortcode.name in ELSEWHERE else shortcode.get("service", 0)
    asked = [each for each in (*shortcode.args, *shortcode.params.values()) if web(each) or each != name]
    service = ELSEWHERE.get(name.strip().casefold().replace("_", "-"))
    named = next(filter(None, (web(each) for each in asked)), "")
    if service is None:
        return _by_address(shortcode, named) if named else None
    brand, glyph, tone, message, pattern, address = service
    url = web(named, *_HOSTS.get(brand, ())) if named else ""
    if not url and pattern:
        kind = shortcode.get("type") or ("book" if brand == "豆瓣" else "song")
        number = found(pattern, shortcode.get("id") or shortcode.get("vid"), *asked)
        kind = kind if found(r"[a-z]{1,20}", kind) else "song"
        server = "tencent" if shortcode.get("server") in ("tencent", "qq") else ""
        url = (_TENCENT_MUSIC if server else address).format(id=number[0], kind=kind) if number else ""
    if not url:
        return None
    return made(shortcode, scene, message, brand=brand, glyph=glyph, tone=tone, url=url)


def _by_address(shortcode: Shortcode, url: str) -> Card:
    """An address of no service that we know by name."""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    title = shortcode.get("title") or shortcode.get("label") or url
    return Card(
        brand=host, glyph="↗", tone="article", title=title, url=url,
        description=shortcode.get("description"), extra={},
    )  # fmt: skip


_TENCENT_MUSIC: Final = "https://y.qq.com/n/ryqq/{kind}Detail/{id}"
_HOSTS: Final = {
    "豆瓣": ("douban.com",), "TikTok": ("tiktok.com",), "SoundCloud": ("soundcloud.com",),
    "Google Slides": ("docs.google.com",), "Scribd": ("scribd.com",), "Twitch": ("twitch.tv",),
}  # fmt: skip
"""Services at one host only: another address in their shortcode is no address of theirs."""

_WATCH: Final = "Watch on {name}"
_LISTEN: Final = "Listen on {name}"
_POST: Final = "Read the post on {name}"
_SEE: Final = "See it on {name}"
_CODE: Final = "See the code on {name}"

ELSEWHERE: Final = {
    "asciinema": ("asciinema", "▶", "video", _WATCH, r"[0-9A-Za-z]{1,40}", "https://asciinema.org/a/{id}"),
    "bluesky": ("Bluesky", "❝", "article", _POST, "", ""),
    "dailymotion": (
        "Dailymotion", "▶", "video", _WATCH, r"[0-9A-Za-z]{5,12}", "https://www.dailymotion.com/video/{id}"
    ),
    "douban": (
        "豆瓣", "§", "wiki", _SEE, r"[0-9]{5,10}", "https://{kind}.douban.com/subject/{id}/"
    ),
    "gitlab": ("GitLab", "‹›", "wiki", _CODE, r"[0-9]{1,12}", "https://gitlab.com/-/snippets/{id}"),
    "gslides": ("Google Slides", "▣", "article", _SEE, "", ""),
    "jsfiddle": ("JSFiddle", "‹›", "wiki", _CODE, r"[\w/-]{4,60}", "https://jsfiddle.net/{id}/"),
    "loom": ("Loom", "▶", "video", _WATCH, r"[0-9a-f]{32}", "https://www.loom.com/share/{id}"),
    "mastodon": ("Mastodon", "❝", "article", _POST, "", ""),
    "meting": ("网易云音乐", "◉", "podcast", _LISTEN, r"[0-9A-Za-z]{4,20}", "https://music.163.com/{kind}?id={id}"),
    "niconico": ("niconico", "▶", "video", _WATCH, r"(?:sm|nm|so)?[0-9]{1,12}", "https://www.nicovideo.jp/watch/{id}"),
    "scribd": ("Scribd", "▣", "article", _SEE, r"[0-9]{5,12}", "https://www.scribd.com/document/{id}"),
    "soundcloud": (
        "SoundCloud", "◉", "podcast", _LISTEN, r"[0-9]{5,12}", "https://api.soundcloud.com/tracks/{id}"
    ),
    "tencent": ("腾讯视频", "▶", "video", _WATCH, r"[0-9A-Za-z]{8,14}", "https://v.qq.com/x/page/{id}.html"),
    "threads": ("Threads", "❝", "article", _POST, "", ""),
    "tiktok": ("TikTok", "▶", "video", _WATCH, r"[0-9]{15,20}", "https://www.tiktok.com/embed/v2/{id}"),
    "twitch": ("Twitch", "▶", "video", _WATCH, r"[0-9]{6,12}", "https://www.twitch.tv/videos/{id}"),
}  # fmt: skip
"""Shortcode → brand, sign, colour, what one does there, the form of an id, the address made of it."""
