"""Which people and companies an entry speaks of: those it names as related, then whole names in its words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from digest.model import Entry, EntryType
from digest.text.counts import HAN_AND_KANA, HANGUL
from digest.text.keys import folded
from digest.text.markup import plain_text
from digest.text.names import Searched, beginning, occurrences, unmarked
from digest.text.roles import GUESSES, roles
from digest.text.scripts import primary
from digest.text.tags import tag_key

MOST: Final = 8
"""Profiles that one entry points to, at most."""

_SEARCHED: Final = 10_000
"""Characters of a body in which names are looked for."""

_RELATED: Final = frozenset(map(folded, GUESSES["related"]))
_NAME_KEY: Final = re.compile(r"(?i)(?:\w+_)?name(?:_\w+)?|nickname|alias(?:es)?|aka|also_known_as")
_NOT_NAMES: Final = re.compile(r"(?i)(?:first|last|middle|given|family|file|source|highlight)_name")
_TWO_NAMES: Final = re.compile(
    f"([{HAN_AND_KANA}{HANGUL}·・‧•]{{2,}})\\s+([^{HAN_AND_KANA}{HANGUL}\\s]+(?:\\s+[^{HAN_AND_KANA}{HANGUL}\\s]+)*)"
)
_BRACKET: Final = re.compile("[()（）/／|｜]")
_BRACKETS: Final = re.compile(r"[()（）]|\s[/／|｜]\s")


class Names:
    """Profiles by all their whole names; one name that two of them bear means neither.

    Versions of a profile in other languages share its slug, and are one subject.
    """

    def __init__(self, profiles: Iterable[Entry]) -> None:
        self._versions: dict[str, list[Entry]] = {}
        for entry in sorted(profiles, key=lambda entry: entry.key):
            self._versions.setdefault(entry.slug, []).append(entry)
        bearers: dict[str, set[str]] = {}
        spelt: dict[str, str] = {}
        for slug, versions in self._versions.items():
            for name in {name for entry in versions for name in names(entry)}:
                key = tag_key(name)
                bearers.setdefault(key, set()).add(slug)
                spelt[key] = min(name, spelt.get(key, name))
        self._keys = {key: next(iter(slugs)) for key, slugs in bearers.items() if len(slugs) == 1 and key}
        self._starts: dict[str, list[tuple[str, str]]] = {}
        for key, slug in self._keys.items():
            if start := beginning(spelt[key]):
                self._starts.setdefault(start, []).append((spelt[key], slug))
        self._spelt = spelt

    def mentioned(self, entry: Entry) -> tuple[Entry, ...]:
        """The profiles that an entry speaks of, in its language where there are several versions.

        Those that it names as related come first, in its order; then those in its title, its tags, its text,
        the most often named first. Of a profile, not itself.
        """
        found = dict.fromkeys(slug for slug in related(entry) if slug in self._versions)
        scored = self._scored(entry)
        found |= dict.fromkeys(sorted(scored, key=lambda slug: (-scored[slug], slug)))
        if entry.type is EntryType.PROFILE:
            found.pop(entry.slug, None)
        return tuple(self._version(slug, entry.language) for slug in list(found)[:MOST])

    def tagged(self, tag: str) -> str:
        """The slug of the one whose name a tag is; empty where it is nobody's.

        A tag of one Latin word must be written as the name is: `cloud` is not the firm Cloud.
        """
        key = tag_key(tag)
        slug = self._keys.get(key, "")
        if slug and key.isascii() and "-" not in key:
            return slug if unmarked(tag.strip("#＃ ")) == unmarked(self._spelt[key]) else ""
        return slug

    def _scored(self, entry: Entry) -> Mapping[str, int]:
        """How much an entry speaks of each subject: its title says most, then its tags, then its text."""
        scores: dict[str, int] = {}
        for slug in filter(None, map(self.tagged, (*entry.tags, *entry.categories))):
            scores[slug] = scores.get(slug, 0) + 100
        if not self._starts:
            return scores
        said = (entry.description, *entry.key_points, plain_text(entry.body)[:_SEARCHED])
        for text, worth in ((entry.title, 1000), ("\n".join(said), 1)):
            searched = Searched.of(text)
            for start in self._starts.keys() & searched.beginnings():
                for name, slug in self._starts[start]:
                    if count := occurrences(name, searched):
                        scores[slug] = scores.get(slug, 0) + worth * count
        return scores

    def _version(self, slug: str, language: str) -> Entry:
        versions = self._versions[slug]
        return next((each for each in versions if primary(each.language) == primary(language)), versions[0])


def related(entry: Entry) -> tuple[str, ...]:
    """The slugs that an entry names as related, whatever it is."""
    if entry.roles.related or _RELATED.isdisjoint(map(folded, entry.fields)):
        return entry.roles.related
    return roles(entry.fields).related


def names(entry: Entry) -> Iterator[str]:
    """Every whole name of a profile; of a title that holds two, each. Never a part of one."""
    told = [entry.title, entry.roles.native_name]
    for key, value in entry.fields.items():
        if _is_name_key(key):
            told += _texts(value)
    for name in told:
        parts = [part.strip() for part in _BRACKETS.split(name)] if _BRACKET.search(name) else [name.strip()]
        for part in parts:
            two = None if part.isascii() else _TWO_NAMES.fullmatch(part)
            yield from (each for each in (two.groups() if two else (part,)) if each)
            if two and len(parts) == 1:
                yield part


@lru_cache(maxsize=1024)
def _is_name_key(key: str) -> bool:
    return bool(_NAME_KEY.fullmatch(key)) and not _NOT_NAMES.fullmatch(key)


def _texts(value: Any) -> list[str]:
    """The names that a field holds; former addresses, which Hugo calls aliases, are none."""
    items = value if isinstance(value, list | tuple) else [value]
    return [item for item in items if isinstance(item, str) and "/" not in item]


def short(entry: Entry) -> str:
    """A profile's name without its original one, where its title holds both."""
    two = _TWO_NAMES.fullmatch(entry.title.strip())
    if two:
        return two[1]
    foreign = entry.roles.native_name
    rest = entry.title.replace(foreign, "").strip(" ()（）·／/|-–—") if foreign else ""
    return rest or entry.title
