"""Articles that are about the same: by tags that few share, and by the people they speak of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from digest.model import Entry

_RARE: Final = 0.1
"""Share of all articles that a topic may be on, and still say that two of them are alike."""
_FEW: Final = 4
"""Articles that may share a topic, however few there are in all."""
_ENOUGH: Final = 0.25
"""Likeness that is worth a word: a tag that five articles share at most, or somebody of whom they speak."""


@dataclass(slots=True)
class Topics:
    """What the articles of an issue are about, and who else is about that; `topic` gives a tag's key.

    The articles of the issue are taken in first: of later ones only what they share with these counts.
    """

    topic: Callable[[str], str]
    keys: dict[str, frozenset[str]] = field(default_factory=dict)
    holders: dict[str, list[str]] = field(default_factory=dict)
    count: int = 0
    _known: dict[str, str] = field(default_factory=dict)

    def begin(self, entry: Entry, people: Iterable[str]) -> None:
        """Take an article of the issue in, with the topics of those it speaks of."""
        found = {self._key(tag) for tag in (*entry.categories, *entry.tags)}.union(people)
        found.discard("")
        self.keys[entry.key] = frozenset(found)
        for key in found:
            self.holders.setdefault(key, []).append(entry.key)
        self.count += 1

    def add(self, entries: Iterable[Entry]) -> None:
        """Take earlier articles in."""
        holders, known = self.holders, self._known
        for entry in entries:
            self.count += 1
            tags = (*entry.categories, *entry.tags) if entry.categories else entry.tags
            for tag in tags:
                if tag not in known:
                    self._key(tag)
                if (key := known[tag]) in holders and holders[key][-1] != entry.key:
                    holders[key].append(entry.key)

    def _key(self, tag: str) -> str:
        key = self._known[tag] = self.topic(tag)
        return key

    def like(self, key: str) -> Mapping[str, float]:
        """How alike others are to an article of the issue: the rarer what both are about, the more."""
        limit = max(_FEW, int(_RARE * self.count))
        scores: dict[str, float] = {}
        for topic in sorted(self.keys[key]):
            holders = self.holders[topic]
            if 1 < len(holders) <= limit:
                worth = (2.0 if topic.startswith("@") else 1.0) / (len(holders) - 1)
                for other in holders:
                    scores[other] = scores.get(other, 0.0) + worth
        scores.pop(key, None)
        return {other: score for other, score in scores.items() if score >= _ENOUGH}


def closest(scores: Mapping[str, float], order: Callable[[str], tuple[float, str]], most: int) -> list[str]:
    """The keys of the highest scores; ties go by `order`."""
    return sorted(scores, key=lambda key: (-round(scores[key], 6), order(key)))[:most]
