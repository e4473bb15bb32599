"""Which entry a reference means: by path, file name, slug, title or alias, as `ref` and wikilinks have it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from posixpath import normpath
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from digest.config import Config
from digest.model import Entry, EntryType
from digest.render.address import entry_url, stands_elsewhere
from digest.text.scripts import primary

_SUFFIX: Final = re.compile(r"\.(?:md|markdown|mdown|mkd|mdx|qmd|html?)$", re.IGNORECASE)
_LANGUAGE: Final = re.compile(r"\.[a-z]{2,3}(?:[-_][a-z]{2,4}){0,2}$", re.IGNORECASE)
_DATED: Final = re.compile(r"^\d{4}-\d{2}-\d{2}[-_ ]+(?=.)")
_BUNDLES: Final = ("index", "_index", "readme")
_NOT_ID: Final = re.compile(r"[^\w\- ]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An entry that may be referred to.

    `url` is where it is read; `prefix` is what the ids of its headings begin with on a page that we build,
    empty where the page is not ours. `path` is that of its file, without suffix and language.
    """

    key: str
    url: str
    prefix: str
    language: str
    path: str
    names: tuple[str, ...]


class References:
    """Entries by all that they are called. Compared by identity: it may be large."""

    def __init__(self, entries: Iterable[Entry], config: Config) -> None:
        self._entries = tuple(entries)
        self._config = config

    def address(self, written: str, near: Entry | None = None) -> str:
        """The address that a reference means (`notes/tea.md#Part two`); empty where no one entry is meant.

        Of several entries of a name, one in the language of `near`, then one in its folder is meant.
        """
        path, _, fragment = written.strip().partition("#")
        target = self._found(unquote(path), near)
        if target is None:
            return ""
        part = anchor(fragment)
        if not part:
            return target.url
        return f"{target.url}#{target.prefix}-{part}" if target.prefix else f"{target.url}#{part}"

    def _found(self, written: str, near: Entry | None) -> Target | None:
        """The one entry: by path from the folder of the referring one, by the end of a path, by a name."""
        asked = _bare(written)
        if not asked:
            return None
        folder = PurePosixPath(near.position.path).parent.as_posix() if near else ""
        beside = normpath(f"{folder}/{asked}") if not written.startswith("/") else ""
        whole = normpath(asked).lstrip("./")
        for index, name in (
            (self._by_path, _folded(beside)),
            (self._by_path, _folded(whole)),
            (self._by_end, _folded(whole)),
            (self._by_name, _folded(whole)),
            (self._by_name, _folded(written.strip("/"))),
        ):
            if candidates := index.get(name):
                return _one(candidates, near, folder)
        return None

    @cached_property
    def _targets(self) -> tuple[Target, ...]:
        return tuple(self._target(entry) for entry in self._entries)

    def _target(self, entry: Entry) -> Target:
        url = entry_url(entry, self._config)
        return Target(
            key=entry.key,
            url=url,
            prefix="" if stands_elsewhere(entry, self._config) else prefix(entry),
            language=primary(entry.language),
            path=_bare(entry.position.path),
            names=(entry.slug, entry.title, *_aliases(entry), urlsplit(url).path),
        )

    @cached_property
    def _by_path(self) -> dict[str, dict[str, Target]]:
        index: dict[str, dict[str, Target]] = {}
        for target in self._targets:
            index.setdefault(_folded(target.path), {})[target.key] = target
        return index

    @cached_property
    def _by_end(self) -> dict[str, dict[str, Target]]:
        index: dict[str, dict[str, Target]] = {}
        for target in self._targets:
            parts = _folded(target.path).split("/")
            ends = ["/".join(parts[at:]) for at in range(1, len(parts))]
            for end in {*ends, parts[-1], _DATED.sub("", parts[-1])}:
                index.setdefault(end, {})[target.key] = target
        return index

    @cached_property
    def _by_name(self) -> dict[str, dict[str, Target]]:
        index: dict[str, dict[str, Target]] = {}
        for target in self._targets:
            for name in target.names:
                if folded := _folded(name.strip("/")):
                    index.setdefault(folded, {})[target.key] = target
        return index


def prefix(entry: Entry) -> str:
    """What the ids of an entry's headings begin with, so that several bodies may stand on one page."""
    own = re.sub(r"[^\w-]+", "-", entry.slug) or "entry"
    return own if entry.type is EntryType.ARTICLE else f"{entry.type}-{own}"


def heading_id(words: str) -> str:
    """The id of a heading, as GitHub makes it: lower case, no punctuation, hyphens for spaces."""
    return _NOT_ID.sub("", words).strip().lower().replace(" ", "-")


def anchor(fragment: str) -> str:
    """The id of the heading that a reference's fragment means, written as words or as the id.

    Of Obsidian's `A#B` the last; its block ids (`^x`) name nothing that a page has.
    """
    last = unquote(fragment).rpartition("#")[2]
    return "" if last.startswith("^") else heading_id(last)


def _one(candidates: dict[str, Target], near: Entry | None, folder: str) -> Target | None:
    found = list(candidates.values())
    if near and len(found) > 1:
        found = [each for each in found if each.language == primary(near.language)] or found
    if near and len(found) > 1:
        found = [each for each in found if PurePosixPath(each.path).parent.as_posix() == folder] or found
    return found[0] if len(found) == 1 else None


def _bare(path: str) -> str:
    """A path without suffix and language; a bundle's is its folder."""
    text = _LANGUAGE.sub("", _SUFFIX.sub("", path.strip())) if _SUFFIX.search(path.strip()) else path.strip()
    text = text.rstrip("/")
    folder, _, last = text.rpartition("/")
    return folder if folder and last.casefold() in _BUNDLES else text


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold()).split())


def _aliases(entry: Entry) -> tuple[str, ...]:
    """Other names and former addresses in the front matter: Hugo's, Obsidian's and Jekyll's."""
    found: list[str] = []
    for key in ("aliases", "alias", "redirect_from"):
        value: Any = entry.fields.get(key)
        found += [value] if isinstance(value, str) else value if isinstance(value, list | tuple) else []
    return tuple(each for each in found if isinstance(each, str))
