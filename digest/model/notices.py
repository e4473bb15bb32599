"""What is said of an issue after its seal: corrections, and that it was withdrawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class NoticeKind(StrEnum):
    """What a notice is."""

    CORRECTION = "correction"
    RETRACTION = "retraction"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A dated word beside a sealed issue: a correction, of one `entry` (by key) or of all; or its retraction.

    `text` is Markdown. `released` says of a retraction that nobody had got the issue, so that its entries
    are free for the next one.
    """

    kind: NoticeKind
    date: datetime
    text: str
    entry: str = ""
    released: bool = False
