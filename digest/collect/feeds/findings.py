"""What is told of a feed as a whole: problems at its address, and the feed that failed."""

from __future__ import annotations

from typing import Final

from digest.collect.feeds.items import ParsedFeed
from digest.model import Position, Problem, Severity

CRASHED: Final = "save the feed and report it to us; other feeds are not affected"


def problem(
    severity: Severity, rule: str, sentence: str, url: str, hint: str = "", *, at: tuple[int, int] = (1, 1)
) -> Problem:
    """A finding in a feed, at its address."""
    position = Position(path=url, line=at[0], column=at[1])
    return Problem(severity=severity, rule=rule, sentence=sentence, position=position, hint=hint)


def fail(url: str, rule: str, sentence: str, hint: str, *, at: tuple[int, int] = (1, 1)) -> ParsedFeed:
    """A feed of which nothing can be used, and why."""
    finding = problem(Severity.ERROR, rule, sentence, url, hint, at=at)
    return ParsedFeed(url=url, problems=(finding,), failed=True)


def shrunk(url: str, total: int, last: int, *, more: bool = False) -> tuple[Problem, ...]:
    """The warning when a feed has less than half of the items that it had, and had at least four."""
    if last < 4 or total * 2 >= last or more or not total:
        return ()
    now = f"{total} item{'' if total == 1 else 's'}"
    sentence = f"the feed has {now}, and had {last} the last time"
    return (problem(Severity.WARNING, "feed-shrunk", sentence, url, "look whether it is still whole"),)


def too_large(url: str) -> ParsedFeed:
    """The feed would take more memory than its size allows."""
    sentence = "the feed was given up: it takes far more memory than its size allows"
    return fail(url, "feed-memory", sentence, "look at the address in a browser")
