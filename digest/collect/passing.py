"""Which Markdown files are no entries on purpose: sections' own pages, archetypes, templates."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Final

from digest.collect.mistakes import Mistake
from digest.collect.values import Fields
from digest.model import Document, EntryType, Severity

_MACHINERY: Final = frozenset(("archetypes", "_archetypes", "_includes", "_layouts", "_templates", "_data"))
DRAWERS: Final = frozenset(("_drafts", "drafts_"))
"""Folders whose files are drafts."""

_HEAD: Final = 4_000
_FENCE: Final = re.compile(r"\s*(---|\+\+\+)[ \t]*\n")
_PLACEHOLDER: Final = re.compile(
    r"""^["']?(?:title|date|slug|name|id|created|lastmod|publishdate)["']?[ \t]*[:=][ \t]*["']?"""
    r"(?:\{\{(?![<%])[^\n]*\}\}|<%[^\n]*%>)",
    re.MULTILINE | re.IGNORECASE,
)
"""A key whose value a program was to fill in: `date: {{ .Date }}`, `created: <% tp.date.now() %>`."""


def passed_over(document: Document, text: str) -> Mistake | None:
    """Why a file is no entry, as a finding that only says so; None for one that may be."""
    why = _by_place(document) or _by_words(text)
    return _mistake(why) if why else None


def unlisted(fields: Fields) -> Mistake | None:
    """The same for a file whose front matter asks that no page be made of it (Hugo, Eleventy)."""
    if not fields.key("headless", "permalink", "eleventyExcludeFromCollections", "build"):
        return None
    build = next(fields.inner("build"), None)
    render = build.get("render") if build else None
    if (
        fields.get("headless") is True
        or fields.get("permalink") is False
        or fields.get("eleventyExcludeFromCollections") is True
        or render is False
        or render == "never"
    ):
        return _mistake("the front matter of this file asks that no page be made of it")
    return None


def _mistake(why: str) -> Mistake:
    return Mistake(rule="file-passed", sentence=f"{why}, so it is passed over", severity=Severity.INFO)


def is_in_drawer(path: str) -> bool:
    """Whether a file lies in a folder of drafts, such as Jekyll's `_drafts`."""
    return any(f"{folder}/" in path for folder in DRAWERS) and not DRAWERS.isdisjoint(path.split("/")[:-1])


def _by_place(document: Document) -> str:
    """What the path tells."""
    path = document.path
    if "/_" not in path and "archetype" not in path and path[:1] != "_":
        return ""
    place = PurePosixPath(path)
    if not _MACHINERY.isdisjoint(place.parts[:-1]):
        folder = next(part for part in place.parts if part in _MACHINERY)
        return f"this file lies in `{folder}`, where templates lie"
    name = place.name.split(".")[0]
    if name == "archetype":
        return "this is the pattern of new files"
    if name == "_index" and not _is_profile(document, place):
        return "this is the own page of a section"
    return ""


def _is_profile(document: Document, place: PurePosixPath) -> bool:
    """Hugo's academic sites keep each author in `authors/NAME/_index.md`."""
    return document.type is EntryType.PROFILE and place.parent.as_posix() not in (document.source, ".")


def _by_words(text: str) -> str:
    """What the front matter tells: a template has its values still to be filled in."""
    fence = _FENCE.match(text)
    if fence is None:
        return ""
    end = text.find(f"\n{fence[1]}", fence.end() - 1)
    head = text[fence.end() : end if 0 <= end < _HEAD else _HEAD]
    if ("{{" in head or "<%" in head) and _PLACEHOLDER.search(head):
        return "this is a template whose title or date is still to be filled in"
    return ""
