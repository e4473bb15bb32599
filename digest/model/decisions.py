"""What an issue decided of an entry, and by which rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Verdict(StrEnum):
    """What becomes of an entry in the issue that is composed."""

    SHOWN = "shown"  # in a section, the lead, or among the profiles
    OVERFLOW = "overflow"  # over the limit of the mail: on the web page
    ARCHIVE = "archive"  # late: in the capped list "From the archive"
    HELD = "held"  # waits: a date, an embargo, an approval, an editor's word, the next issue
    OUT = "out"  # no news: published and not changed enough, passed over, another edition's, a draft


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One entry's verdict in one issue.

    `rule` is a stable kebab-case name with a sentence in docs/choosing.md (`never-published`, `major-change`,
    `small-change`, `cooldown`, `bulk-guard`, `embargo` …), `detail` what the rule saw (figures, dates), in
    English, `until` when it is decided anew, where that is known.
    """

    entry: str
    verdict: Verdict
    rule: str
    detail: str = ""
    until: datetime | None = None
