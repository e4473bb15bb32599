"""The guard against too many updates at once: what a script touched is no news one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from digest.compose.judging import Chosen, Ruled
from digest.compose.rules import Rule
from digest.config import NewsTable
from digest.model import Problem, Severity


def guarded(taken: Sequence[Chosen], known: Callable[[], int], news: NewsTable) -> tuple[Chosen, ...]:
    """The updates that are told in one line; `known` counts what the edition told before, if that is asked.

    Those of which more than `bulk_alike` changed in the very same keys; and all the others, where they are
    more than `bulk_updates` and more than `bulk_share` of what is known. What an editor asked for is no part
    of it.
    """
    groups: dict[tuple[str, frozenset[str]], list[Chosen]] = {}
    for each in taken:
        if each.rule is Rule.MAJOR_CHANGE:
            groups.setdefault((each.entry.type.value, _keys(each)), []).append(each)
    alike = [each for group in groups.values() if len(group) > news.bulk_alike for each in group]
    others = [each for group in groups.values() if len(group) <= news.bulk_alike for each in group]
    is_flood = len(others) > news.bulk_updates and len(others) > news.bulk_share * known()
    return tuple(sorted((*alike, *others) if is_flood else alike, key=lambda each: each.entry.key))


def _keys(each: Chosen) -> frozenset[str]:
    """The keys of the front matter that changed; `body` is that of the text."""
    return frozenset(change.field.partition(".")[0] for change in each.changes)


def ruled(bulk: Sequence[Chosen]) -> dict[str, Ruled]:
    """What the guard says of each of them."""
    return {
        each.entry.key: Ruled(rule=Rule.BULK, detail=f"one of {len(bulk)} at once; {each.detail}")
        for each in bulk
    }


def warning(bulk: Sequence[Chosen]) -> Problem:
    """The guard's word to the editor, at the first of the entries."""
    keys = sorted({key for each in bulk for key in _keys(each)})
    said = ", ".join(keys[:3]) + (f" and {len(keys) - 3} more keys" if len(keys) > 3 else "")
    return Problem(
        severity=Severity.WARNING,
        rule="bulk-updates",
        sentence=f"{len(bulk)} entries changed at once ({said}), so one line tells of them all",
        position=bulk[0].entry.position,
        hint=(
            "put `digest: update` into those that are news by themselves, or raise bulk_updates and "
            "bulk_alike in [news]; once the line is out, these versions count as told"
        ),
    )
