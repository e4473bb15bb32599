"""The rules of composing as sentences that an editor understands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from digest.compose import Rule
from digest.model import Decision, Verdict

BECAUSE: Final[Mapping[Rule, str]] = {
    Rule.NEVER_PUBLISHED: "it was in no issue yet",
    Rule.MAJOR_CHANGE: "enough changed since readers last had it",
    Rule.ASKED_FOR: "its front matter says `digest: update`",
    Rule.TAKEN_BACK: "it was passed over, and `--since` takes it back",
    Rule.LATE: "it is new, but dated long before the last issue",
    Rule.DATE: "its date is still to come",
    Rule.EMBARGO: "its publish date or embargo is still to come",
    Rule.APPROVAL: "its source wants somebody's approval, and it has none",
    Rule.COOLDOWN: "readers had it only a short while ago, and an update of it waits",
    Rule.ARCHIVE_FULL: "others that were filed late fill the list; its turn comes",
    Rule.SKIPPED_ONCE: "the editor skipped it this time; it comes back in the next issue",
    Rule.UNCHANGED: "nothing in it that counts changed since readers last had it",
    Rule.SMALL_CHANGE: "too little changed since readers last had it; small changes add up",
    Rule.BULK: "so many entries changed at once that one line tells of them all",
    Rule.LINK_ONCE: "an item of a feed is told once",
    Rule.NO_VERSION: "no earlier version is known to compare it with; from now on this one is",
    Rule.PASSED_OVER: "an earlier issue passed it over",
    Rule.BEFORE_FIRST_DAYS: "it is older than the days that a first issue, or a new source, reaches back",
    Rule.OVER_FIRST_ITEMS: "a first issue, or a new source, brings only so many, and newer ones came first",
    Rule.SAME_STORY: "another entry tells the same story",
    Rule.OTHER_EDITION: "the edition does not take such entries",
    Rule.EXPIRED: "its expiry date has come",
    Rule.DRAFT: "it is a draft",
    Rule.IGNORED: "its front matter says `digest: ignore`",
    Rule.SKIPPED: "the editor skipped it for good",
}
"""Why, for each rule (docs/commands.md has the same sentences)."""

_DOES: Final[Mapping[Verdict, str]] = {
    Verdict.SHOWN: "has it",
    Verdict.OVERFLOW: "has it, on its web page only: the mail has no room",
    Verdict.ARCHIVE: "has it, under “From the archive”",
    Verdict.HELD: "holds it back",
    Verdict.OUT: "leaves it out",
}


def does(decision: Decision) -> str:
    """What an issue does with an entry: `leaves it out`."""
    if decision.rule == Rule.BULK:
        return "counts it in one line"
    return _DOES[decision.verdict]


def because(rule: str) -> str:
    """Why, in words; empty where an issue was sealed before there were rules."""
    return BECAUSE[Rule(rule)] if rule in set(Rule) else ""
