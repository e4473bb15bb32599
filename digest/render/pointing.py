"""What an issue points to as a whole: the people and companies it speaks of, the most often named first."""

from __future__ import annotations

from collections import Counter
from typing import Final

from digest.model import Issue, Pointer

PEOPLE: Final = 8
"""Profiles that are named for an issue as a whole."""


def people(issue: Issue) -> tuple[Pointer, ...]:
    """The profiles of whom the items of an issue speak, without those that it tells of itself."""
    own = {item.entry.key for item in issue.profiles}
    found = [each for item in (*issue.items, *issue.archive) for each in item.mentions]
    times = Counter(each.entry for each in found if each.entry not in own)
    first = {each.entry: each for each in reversed(found)}
    return tuple(first[key] for key in sorted(times, key=lambda key: (-times[key], key))[:PEOPLE])
