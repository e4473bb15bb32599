"""Whether a profile's body changed enough to be news."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from digest.model import Change, Operation, Position
from digest.text.counts import HAN_AND_KANA, HANGUL
from digest.text.excerpt import excerpt
from digest.text.markup import plain_text

_UNIT: Final = re.compile(f"[{HAN_AND_KANA}]|[{HANGUL}]+|[^\\W_]+")
_MANY, _SOME_SHARE = 60, 0.03  # so many new units, and this share of the text: a passage was added
_SOME, _GREAT_SHARE = 30, 0.20  # fewer are enough where the text is short: it was rewritten
_EXCERPT: Final = 120  # cells


def body_change(old: str, new: str, position: Position) -> Change | None:
    """The change of a body that a reader would notice, with the beginning of a new passage; else None.

    A unit is a Chinese or Japanese character or a word. What was only moved, taken away or marked up
    differently is no news. The thresholds were measured on eight real histories (docs/decisions.md).
    """
    before, after = plain_text(old), plain_text(new)
    if before == after:
        return None
    units = _units(after)
    count = len(_new_units(_units(before), units))
    share = count / max(1, len(units))
    if not (count >= _MANY and share >= _SOME_SHARE) and not (count >= _SOME and share >= _GREAT_SHARE):
        return None
    operation = Operation.CHANGED if before else Operation.ADDED
    return Change(operation=operation, field="body", new=(_passage(before, after),), position=position)


def _units(plain: str) -> list[str]:
    return _UNIT.findall(plain.casefold())


def _new_units(old: list[str], new: list[str]) -> list[int]:
    """The places of the units that are new: those whose neighbours on both sides are new to them.

    Pairs of neighbours are looked up in a multiset of the old pairs: linear in time, where a difference of
    two sequences is quadratic, and moved passages keep their pairs.
    """
    pairs = Counter(zip(["", *old], [*old, ""], strict=True))
    fresh = []
    for pair in zip(["", *new], [*new, ""], strict=True):
        pairs[pair] -= 1
        fresh.append(pairs[pair] < 0)
    return [i for i in range(len(new)) if fresh[i] and fresh[i + 1]]


def _passage(before: str, after: str) -> str:
    """The paragraph that brings most that is new, from its beginning."""
    known = set(before.split("\n"))
    old = _units(before)
    paragraphs = [each for each in after.split("\n") if each not in known] or [after]
    return excerpt(max(paragraphs, key=lambda each: len(_new_units(old, _units(each)))), _EXCERPT)
