"""Whether two titles head the same story, in alphabets and in Chinese, Japanese and Korean."""

from __future__ import annotations

import math
import re
import unicodedata
from functools import lru_cache
from typing import Final

from digest.text.counts import HAN_AND_KANA, HANGUL

_CJK: Final = re.compile(f"[{HAN_AND_KANA}{HANGUL}]+")
_WORD: Final = re.compile(r"[^\W_]+(?:[.'’][^\W_]+)*")
_NUMBER: Final = re.compile(
    r"\d+(?:[.,:]\d+)*|第[〇零一二三四五六七八九十百千]+|[〇零一二三四五六七八九十百千]+(?=[期集年月日屆届回話话章])"
)
_PLAIN: Final = frozenset((
    "a", "an", "the", "of", "to", "in", "on", "at", "for", "and", "or", "is", "are", "was", "be", "by",
    "with", "from", "as", "its", "it", "this", "that", "how", "why",
))  # fmt: skip
"""Words that say nothing of what a title is about."""

_TAIL: Final = re.compile(r"\s[|｜–—·•»-]\s|[｜|]")
_ENOUGH: Final = 4
_ALIKE: Final = 0.8
_LONGEST: Final = 300


@lru_cache(maxsize=8192)
def traits(title: str) -> frozenset[str]:
    """What a title is compared by: its words without the plainest, pairs of CJK letters, and its numbers."""
    text = unicodedata.normalize("NFKC", title[:_LONGEST]).casefold()
    found = {f"#{number}" for number in _NUMBER.findall(text)}
    for run in _CJK.findall(text):
        found.update(run[at : at + 2] for at in range(max(1, len(run) - 1)))
    found.update(word.replace("’", "'") for word in _WORD.findall(_CJK.sub(" ", text)) if word not in _PLAIN)
    return frozenset(found)


def alike(one: str, other: str) -> bool:
    """Whether two titles head the same story: four fifths of their words, and all their numbers, in common.

    Titles of fewer than four words or pairs of letters are never alike: every site has its `Friday links`.
    """
    return close(traits(one), traits(other))


def close(one: frozenset[str], other: frozenset[str]) -> bool:
    """`alike` for the traits of two titles."""
    if min(len(one), len(other)) < _ENOUGH or _numbers(one) != _numbers(other):
        return False
    return 2 * len(one & other) >= _ALIKE * (len(one) + len(other))


def probes(marks: frozenset[str], commonness: dict[str, int]) -> list[str]:
    """The rarest traits of a title, of which every title that is alike has at least one.

    By `close`, two titles share two thirds of either; so whoever shares none of these cannot be alike.
    """
    needed = math.ceil(len(marks) * _ALIKE / (2 - _ALIKE) - 1e-9)
    return sorted(marks, key=lambda mark: (commonness.get(mark, 0), mark))[: len(marks) - needed + 1]


def without_site(title: str, site: str) -> str:
    """A title without the site's name behind a bar or a dash: `Title | Site` is `Title`."""
    found = list(_TAIL.finditer(title))
    if not found or not site:
        return title
    tail = title[found[-1].end() :].strip()
    head = title[: found[-1].start()].strip()
    return head if head and tail.casefold() == site.strip().casefold() else title


def _numbers(marks: frozenset[str]) -> frozenset[str]:
    return frozenset(mark for mark in marks if mark[0] == "#")
