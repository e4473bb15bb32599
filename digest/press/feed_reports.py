"""What is told of each feed when feeds were fetched."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from digest.model import Problem, Severity


class Result(StrEnum):
    """What came of a feed when feeds were fetched."""

    FETCHED = "fetched"  # it was read
    UNCHANGED = "unchanged"  # it is what it was
    WAITING = "waiting"  # it is not due, or its server wants to be left alone
    FAILED = "failed"
    GONE = "gone"  # for good, said its server


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedReport:
    """What came of one feed, by the address that config.toml has.

    `files` are the paths of its new files, relative to the site, and `joined` of those that a story of it
    was added to. `passed` counts items that were wanted and not taken (too old at the first visit, or more
    than `max_items`), `unwanted` those that its rules left out, `merged` those whose story another feed
    brings. `next_at` is when it is asked again, None for never.
    """

    url: str
    result: Result
    title: str = ""
    is_new: bool = False
    files: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()
    merged: int = 0
    passed: int = 0
    unwanted: int = 0
    problems: tuple[Problem, ...] = ()
    next_at: datetime | None = None

    @property
    def name(self) -> str:
        """What it is called in tables."""
        return self.title or self.url


_QUIET: Final = ("feed-busy", "feed-moved")  # said by `feeds list`, and no news at each visit


def news(reports: Iterable[FeedReport]) -> tuple[str, ...]:
    """What came of the feeds, in lines for a log: how many new items of how many feeds, and each fault."""
    reports = tuple(reports)
    counts = [len(each.files) for each in reports if each.files]
    lines = [f"feeds: {sum(counts)} new of {len(counts)}"] if counts else []
    for each in reports:
        for problem in each.problems:
            if problem.severity is not Severity.INFO and problem.rule not in _QUIET:
                lines.append(f"{each.name}: {problem.sentence} ({each.url})")
    return tuple(lines)
