"""What the tags of Jekyll, Hexo, Octopress, Eleventy and their plugins mean; another is a row at the end."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Final

from digest.collect.flavours.arguments import arguments
from digest.collect.flavours.writing import alone, label, quoted, reference, tag

SILENT: Final = frozenset((
    "assign", "asset", "block", "break", "continue", "css", "decrement", "extends", "feed_meta", "from",
    "import", "increment", "js", "layout", "macro", "seo", "set",
))  # fmt: skip
"""Tags that print nothing themselves."""

CONTROL: Final = frozenset((
    "asyncAll", "asyncEach", "call", "capture", "case", "comment", "cycle", "echo", "elif", "else", "elseif",
    "elsif", "filter", "for", "if", "ifAsync", "ifchanged", "liquid", "paginate", "raw", "tablerow",
    "unless", "verbatim", "when", "with",
))  # fmt: skip
"""Tags whose work only a template can do; what they enclose stays."""

_ADDRESS: Final = re.compile(r"https?://\S+")
_NUMBER: Final = re.compile(r"\d+(?:px|%)?")
_PICTURES: Final = frozenset(("figure", "image", "img", "picture"))
_SOURCES: Final = frozenset(("file", "image", "image_path", "path", "url"))
_NAMES: Final = {"blockquote": "quote", "pullquote": "quote", "quote": "quote"}


def name_of(name: str) -> str:
    """The name of our shortcode for a tag."""
    return _NAMES.get(name, name)


def written(name: str, rest: str, *, is_paired: bool) -> str:
    """The shortcode or link for a tag with these arguments, the opening half if it is paired."""
    if not is_paired and name in _ALONE:
        return _ALONE[name](rest)
    if name_of(name) == "quote":
        return _quote(rest, is_paired=is_paired)
    args, params = arguments(rest)
    return (tag if is_paired else alone)(name_of(name), args, params)


def _reference(rest: str) -> str:
    """`link` and `post_url`: the address of another entry, by its file."""
    return f"{{{{< ref {quoted(rest.split(maxsplit=1)[0].strip(chr(34) + chr(39)) if rest else '')} >}}}}"


def _post_link(rest: str) -> str:
    """Hexo's link to a post, with its words or the post's own name."""
    args, _ = arguments(rest)
    if not args:
        return ""
    return reference(
        args[0], label(" ".join(each for each in args[1:] if each not in ("true", "false")) or args[0])
    )


def _include(rest: str) -> str:
    """A part of the template: a shortcode of the part's name, by the rule for unknown ones."""
    file, _, more = rest.partition(" ")
    _, params = arguments(more.replace(",", " "))
    stem = re.sub(r"[^\w-]+", "-", PurePosixPath(file.strip("\"',")).stem).strip("-_")
    if stem in _PICTURES and "src" not in params:
        params = {"src" if key in _SOURCES else key: value for key, value in params.items()}
    return alone(stem, (), params) if stem else ""


def _image(rest: str) -> str:
    """An image: classes first (Octopress), then its address, sizes, title and alternative text."""
    args, params = arguments(rest)
    if "src" in params or "url" in params:
        kept = {key: params.get(key, "") for key in ("alt", "caption", "title", "link")}
        return alone("figure", (), {"src": params.get("src") or params.get("url", ""), **kept})
    at = next((number for number, each in enumerate(args) if "/" in each or "." in each), None)
    if at is None:
        return alone("figure", args, params)
    words = " ".join(each for each in args[at + 1 :] if not _NUMBER.fullmatch(each))
    return alone("figure", (), {"src": args[at], "alt": params.get("alt") or words})


def _video(rest: str) -> str:
    """A film: its files, its size, its poster."""
    args, params = arguments(rest)
    if params or not args:
        return alone("video", args, params)
    posters = [
        each for each in args[1:] if each.casefold().endswith((".png", ".jpg", ".jpeg", ".gif", ".webp"))
    ]
    return alone("video", (), {"src": args[0], "poster": posters[0] if posters else ""})


def _gist(rest: str) -> str:
    """Code on GitHub Gist: `user/id` or an id alone, and a file."""
    args, _ = arguments(rest)
    user, _, number = args[0].rpartition("/") if args else ("", "", "")
    if not user or "/" in user:
        return alone("link-card", (), {"url": f"https://gist.github.com/{number}"}) if number else ""
    return alone("gist", (user, number, *args[1:2]))


def _quote(rest: str, *, is_paired: bool) -> str:
    """`blockquote Author, Source https://… Title`; another tag of the name has named arguments."""
    args, params = arguments(rest)
    if params or rest[:1] in ("'", '"'):
        return (tag if is_paired else alone)("quote", args, params)
    found = _ADDRESS.search(rest)
    by, _, source = (rest[: found.start()] if found else rest).strip().partition(",")
    title = rest[found.end() :].strip() if found else ""
    values = {"author": by, "source": source.strip() or title, "link": found[0] if found else ""}
    return (tag if is_paired else alone)("quote", (), values)


_ALONE: Final[dict[str, Callable[[str], str]]] = {
    "asset_img": _image,
    "asset_link": _post_link,
    "asset_path": _reference,
    "figure": _image,
    "gist": _gist,
    "image": _image,
    "img": _image,
    "include": _include,
    "include_relative": _include,
    "include_cached": _include,
    "link": _reference,
    "post_link": _post_link,
    "post_path": _reference,
    "post_url": _reference,
    "render": _include,
    "video": _video,
}
"""Tags that are written otherwise than by their own name."""
