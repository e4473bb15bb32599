"""What became of every entry in an issue, and by which rule: for `why`, `status` and the editor's eye."""

from __future__ import annotations

from digest.compose.choosing import Choice, Chosen, Ruled
from digest.compose.overriding import Wishes
from digest.compose.rules import Rule
from digest.model import Decision, Issue, Verdict


def decisions(choice: Choice, issue: Issue | None, wishes: Wishes) -> tuple[Decision, ...]:
    """The verdict on each entry of a choice, in key order; `issue` says where what was taken stands."""
    places = _places(issue) if issue else {}
    found = {each.entry.key: _taken(each, places) for each in choice.taken}
    found |= {key: _ruled(key, each) for key, each in choice.ruled.items()}
    found = {**{key: _skipped(key, wishes.skips[key]) for key in wishes.skips}, **found}
    return tuple(found[key] for key in sorted(found))


def _places(issue: Issue) -> dict[str, Verdict]:
    return {
        **{item.entry.key: Verdict.SHOWN for item in (*issue.items, *issue.profiles)},
        **{item.entry.key: Verdict.OVERFLOW for item in issue.overflow},
        **{item.entry.key: Verdict.ARCHIVE for item in issue.archive},
    }


def _taken(each: Chosen, places: dict[str, Verdict]) -> Decision:
    key = each.entry.key
    return Decision(
        entry=key, verdict=places.get(key, Verdict.SHOWN), rule=each.rule.value, detail=each.detail
    )


def _ruled(key: str, each: Ruled) -> Decision:
    return Decision(
        entry=key, verdict=each.verdict, rule=each.rule.value, detail=each.detail, until=each.until
    )


def _skipped(key: str, for_good: bool) -> Decision:
    if for_good:
        return Decision(entry=key, verdict=Verdict.OUT, rule=Rule.SKIPPED.value)
    return Decision(entry=key, verdict=Verdict.HELD, rule=Rule.SKIPPED_ONCE.value)
