"""What waits, told to an editor: a note on each entry that would be news but for a date or a word."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from digest.compose import Held, Why
from digest.model import Problem, Severity, Stamp

_SHOWN = 3


def notes(held: Iterable[Held], zone: ZoneInfo) -> tuple[Problem, ...]:
    """A note on each entry that is held back; times are in the edition's zone."""
    return tuple(_note(each, zone) for each in held)


def _note(each: Held, zone: ZoneInfo) -> Problem:
    at = _written(each.stamp, zone) if each.stamp else ""
    rule, sentence, hint = {
        Why.DATE: ("entry-waits", f"waits for its date, {at}", "publish it later, or mend the date"),
        Why.EMBARGO: ("entry-waits", f"waits for its publish date or embargo, {at}", "it comes by itself"),
        Why.EXPIRED: ("entry-expired", f"is over since {at}", "take its expiry date away if it is not"),
        Why.APPROVAL: (
            "entry-unapproved",
            "waits for somebody's approval",
            "add `approved_by: NAME` to its front matter",
        ),
    }[each.why]
    return Problem(
        severity=Severity.INFO, rule=rule, sentence=sentence, position=each.entry.position, hint=hint
    )


def _written(stamp: Stamp, zone: ZoneInfo) -> str:
    return f"{stamp.at:%Y-%m-%d}" if stamp.day_only else f"{stamp.at.astimezone(zone):%Y-%m-%d %H:%M}"


def hint(waiting: Sequence[Problem]) -> str:
    """What helps where nothing is new: the first entries that wait, else how to look for what there is."""
    if not waiting:
        return "`digest collect` shows what the sources hold; `digest build --drafts` takes drafts in, too"
    first = [f"{each.position.path} {each.sentence}" for each in waiting[:_SHOWN]]
    more = [f"{len(waiting) - _SHOWN} more wait"] if len(waiting) > _SHOWN else []
    return "; ".join(first + more)
