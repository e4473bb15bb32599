"""What became of an edition when the schedule was looked at, as a value and as a line."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from digest.schedule.slots import Slot


class Result(StrEnum):
    """What became of an edition when the schedule was looked at."""

    NOT_DUE = "not due"
    PUBLISHED = "published"
    NOTHING_NEW = "nothing new"
    WAITING = "waiting"  # for the editor's word: held, not approved, or not what was approved
    SKIPPED = "skipped"  # the editor wants no issue at this slot
    FAILED = "failed"
    DONE = "done before"  # the slot was settled by an earlier run
    BUSY = "busy"  # another process is at it


FAILED: Final = f"{Result.FAILED}: "
WAITING: Final = f"{Result.WAITING}: "
"""How the row of a slot begins that failed, or that waits for the editor."""
OPEN: Final = (FAILED, WAITING)
STAY_OPEN: Final = (Result.FAILED, Result.WAITING)
NEWS: Final = (Result.PUBLISHED, Result.NOTHING_NEW, Result.FAILED, Result.WAITING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The result for one edition; `number` is the issue, `sentence` says what an editor wants to read.

    `told` is true of a failure or a wait whose sentence an earlier look has said already.
    """

    edition: str
    result: Result
    slot: Slot | None = None
    number: int | None = None
    sentence: str = ""
    subject: str = ""
    hint: str = ""
    told: bool = False


def told(outcome: Outcome) -> str:
    """An outcome as a line for an editor."""
    about = f" ({outcome.subject})" if outcome.subject else ""
    said = {
        Result.NOT_DUE: "nothing is due",
        Result.PUBLISHED: f"issue {outcome.number} is published",
        Result.NOTHING_NEW: "nothing new, so there is no issue this time",
        Result.WAITING: f"no issue yet: {outcome.sentence}",
        Result.SKIPPED: "skipped by the editor",
        Result.FAILED: f"the issue could not be made: {outcome.sentence}{about}",
        Result.DONE: f"issue {outcome.number} was made before" if outcome.number else "was settled before",
        Result.BUSY: "another process is making it",
    }[outcome.result]
    slot = f" (due {outcome.slot.key.replace('T', ' ')})" if outcome.slot else ""
    hint = f"; {outcome.hint}" if outcome.hint else ""
    again = "; it is tried again until it is too late" if outcome.result in STAY_OPEN else ""
    return f"{outcome.edition}: {said}{slot}{hint}{again}"
