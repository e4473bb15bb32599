"""A body as its sections, and which of them were added, removed or rewritten."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from digest.text.counts import HAN_AND_KANA, HANGUL
from digest.text.images import without_code
from digest.text.markup import plain_text

_UNIT: Final = re.compile(f"[{HAN_AND_KANA}]|[{HANGUL}]+|[^\\W_]+")
_HEADING: Final = re.compile(r"^ {0,3}#{1,6}[ \t]+(?P<words>[^\n]*?)(?:[ \t]+#+)?[ \t]*$", re.MULTILINE)
_ALIKE: Final = 0.6
"""Share of a section's words that a section under another heading must have to be the same one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """From when on a text counts as changed: units are Chinese and Japanese characters, and words.

    So many new units and this share of the text: a passage was added; fewer are enough where a greater
    share is new: it was rewritten.
    """

    many: int = 60
    some_share: float = 0.03
    some: int = 30
    great_share: float = 0.20

    def exceeded(self, fresh: int, whole: int) -> bool:
        """Whether so many new units of so many in all are a change that a reader would notice."""
        share = fresh / max(1, whole)
        return (fresh >= self.many and share >= self.some_share) or (
            fresh >= self.some and share >= self.great_share
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A stretch of a body under one heading ("" before the first), as plain text and as units.

    `line` counts from the beginning of the body, 0 for its first line.
    """

    heading: str
    plain: str
    units: tuple[str, ...]
    line: int


@lru_cache(maxsize=32)  # both versions of a body are counted, compared and told of
def units(plain: str) -> tuple[str, ...]:
    """The characters and words of a text, in whatever case."""
    return tuple(_UNIT.findall(plain.casefold()))


def passages(body: str) -> tuple[Passage, ...]:
    """The sections of a body, in their order; without those that say nothing at all."""
    seen = without_code(body)
    starts = [(0, 0, "")]
    if "#" in seen:
        starts += [(each.start(), each.end(), plain_text(each["words"])) for each in _HEADING.finditer(seen)]
    ends = [start for start, _, _ in starts[1:]] + [len(body)]
    found = []
    for (start, after, heading), end in zip(starts, ends, strict=True):
        plain = plain_text(body[after:end])
        if plain or heading:
            line = body.count("\n", 0, start)
            found.append(Passage(heading=heading, plain=plain, units=units(plain), line=line))
    return tuple(found)


def fresh_units(old: tuple[str, ...], new: tuple[str, ...]) -> list[int]:
    """The places of the units that are new: those whose neighbours on both sides are new to them.

    Pairs of neighbours are looked up in a multiset of the old pairs: linear in time, where a difference of
    two sequences is quadratic, and moved passages keep their pairs.
    """
    left = dict(_pairs(old))
    fresh = []
    for pair in zip(("", *new), (*new, ""), strict=True):
        count = left.get(pair, 0)
        left[pair] = count - 1
        fresh.append(count <= 0)
    return [i for i in range(len(new)) if fresh[i] and fresh[i + 1]]


@lru_cache(maxsize=4)  # an old text is asked about once for each section of the new one
def _pairs(units: tuple[str, ...]) -> Mapping[tuple[str, str], int]:
    return Counter(zip(("", *units), (*units, ""), strict=True))


def paired(old: Sequence[Passage], new: Sequence[Passage]) -> Iterator[tuple[Passage | None, Passage | None]]:
    """Each section with what it was: by heading, else by most of its words; then those that are gone.

    A section that was only renamed or moved is the same one.
    """
    left = _by_heading(old)
    matched = {id(each): left[each.heading].pop(0) for each in new if left.get(each.heading)}
    gone = [each for each in old if any(each is one for many in left.values() for one in many)]
    for each in new:
        before = matched.get(id(each)) or _likest(each, gone)
        if before is not None and any(before is one for one in gone):
            gone = [one for one in gone if one is not before]
        yield before, each
    yield from ((each, None) for each in gone)


def _by_heading(sections: Sequence[Passage]) -> dict[str, list[Passage]]:
    found: dict[str, list[Passage]] = {}
    for each in sections:
        found.setdefault(each.heading, []).append(each)
    return found


def _likest(one: Passage, others: Sequence[Passage]) -> Passage | None:
    """The section that shares most words with this one, if it shares most of them."""
    own = Counter(one.units)
    scored = [(_shared(own, len(one.units), each), each) for each in others if each.units and one.units]
    best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    return best[1] if best[0] >= _ALIKE else None


def _shared(own: Mapping[str, int], count: int, other: Passage) -> float:
    common = sum((Counter(own) & Counter(other.units)).values())
    return common / max(count, len(other.units))
