"""Obsidian and Quartz: wikilinks, embeds, comments, highlights and block ids (help.obsidian.md)."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Final

from digest.collect.flavours.fences import fences
from digest.collect.flavours.sheet import Found, Sheet
from digest.collect.flavours.writing import address, alone, label, reference, words

WIKILINK: Final = re.compile(
    r"(?<!\\)(?P<embed>!?)\[\[(?P<target>[^\s#\[\]|][^#\[\]\n|]*)?(?P<heading>#[^\[\]\n|]*)?"
    r"(?:\\?\|(?P<alias>[^\[\]\n]*))?\]\](?![(\[])"
)
_IMAGES: Final = frozenset((".avif", ".bmp", ".gif", ".jpeg", ".jpg", ".png", ".svg", ".webp"))
_FILMS: Final = frozenset((".mkv", ".mov", ".mp4", ".ogv", ".webm"))
_SOUNDS: Final = frozenset((".3gp", ".flac", ".m4a", ".mp3", ".ogg", ".wav"))
_SIZE: Final = re.compile(r"\s*\d+(?:x\d+)?\s*")
_SIZED: Final = re.compile(r"!\[(?P<alt>[^\[\]\n|]*)\|\s*\d+(?:x\d+)?\s*\](?=\()")
_COMMENT: Final = re.compile(r"%%.*?%%", re.DOTALL)
_MARK: Final = re.compile(r"(?<![=\w])==(?=[^\s=])(?P<words>[^=\n]+?)(?<=\S)==(?!=)")
_BLOCK_ID: Final = re.compile(r"(?:^|(?<=\S)[ \t]+)\^[A-Za-z0-9][A-Za-z0-9-]*[ \t]*$", re.MULTILINE)
_NOTE: Final = re.compile(r"\^\[(?P<words>[^\[\]\n]+)\]")
_TEMPLATE: Final = re.compile(r"<%(?:(?!<%|%>).)*%>", re.DOTALL)
_QUERIES: Final = frozenset(("dataview", "dataviewjs", "query", "tasks", "button", "base"))


def comments(sheet: Sheet) -> None:
    """Leave out `%%…%%`, in a line or over several."""
    if "%%" in sheet.text:
        sheet.drop(_COMMENT, "a comment")


def wikilinks(sheet: Sheet) -> None:
    """Write `[[Note#Heading|words]]` as links, and `![[file]]` as what it embeds."""
    if "[[" in sheet.text:
        sheet.sub(WIKILINK, _wikilink)


def marks(sheet: Sheet) -> None:
    """Write `==words==`, sizes of images, inline footnotes; leave out block ids and what plugins compute."""
    if "==" in sheet.text:
        sheet.sub(_MARK, lambda found: f"<mark>{found['words']}</mark>")
    if "![" in sheet.text:
        sheet.sub(_SIZED, lambda found: f"![{found['alt']}]")
    if "^[" in sheet.text:
        sheet.sub(_NOTE, lambda found: f" ({found['words']})")
    if "^" in sheet.text:
        sheet.drop(_BLOCK_ID, "the name of a block")


def plugins(sheet: Sheet) -> None:
    """Leave out queries and templates, which only their plugins can answer."""
    if "<%" in sheet.text:
        _lose(sheet, _TEMPLATE, "a template of a plugin")
    if "```" in sheet.text or "~~~" in sheet.text:
        _lose_queries(sheet)


def _lose(sheet: Sheet, pattern: re.Pattern[str], what: str) -> None:
    def write(found: Found) -> str:
        sheet.lost(what, found[0], found.start)
        return ""

    sheet.sub(pattern, write)


def _lose_queries(sheet: Sheet) -> None:
    lines = sheet.text.split("\n")
    for fence in fences(lines):
        if fence.info.partition(" ")[0] in _QUERIES:
            offset = sum(len(line) + 1 for line in lines[: fence.first])
            sheet.lost("a query that only its plugin can answer", fence.info, offset)
            lines[fence.first : fence.last + 1] = [""] * (fence.last + 1 - fence.first)
    sheet.text = "\n".join(lines)


def _wikilink(found: Found) -> str | None:
    target, heading = found["target"].strip(" \\"), found["heading"].strip(" \\")
    if not target and not heading:
        return None
    if not found["embed"]:
        return reference(_plain(target) + _anchor(heading), _text(target, heading, found["alias"]))
    kind = PurePosixPath(target).suffix.casefold()
    alias = "" if _SIZE.fullmatch(found["alias"]) else words(found["alias"])
    alias = _SIZE.sub("", alias.rpartition("|")[0]) if "|" in alias else alias
    if kind in _IMAGES:
        return f"![{label(alias)}]({address(target)})"
    if kind in _FILMS or kind in _SOUNDS:
        return alone("video" if kind in _FILMS else "audio", (), {"src": target, "title": alias})
    if kind and kind not in (".md", ".canvas") and " " not in kind and len(kind) < 6:
        return f"[{label(alias or PurePosixPath(target).name)}]({address(target)})"
    return reference(_plain(target) + _anchor(heading), _text(target, heading, alias))


def _plain(target: str) -> str:
    return target.removesuffix(".md")


def _anchor(heading: str) -> str:
    """The deepest heading (`#One#Two` is Two); a block's name leads nowhere on a page."""
    last = heading.rpartition("#")[2].strip()
    return f"#{last}" if last and not last.startswith("^") else ""


def _text(target: str, heading: str, alias: str) -> str:
    """What a wikilink shows: its alias, else the note's name and headings as Obsidian joins them."""
    if alias.strip():
        return alias.strip()
    headings = [one.strip() for one in heading.split("#") if one.strip() and not one.strip().startswith("^")]
    name = PurePosixPath(_plain(target)).name
    return label(" > ".join(filter(None, (name, *headings))) or heading.strip("#^ "))
