"""The rules by which an entry is in an issue or not, by their stable names (docs/choosing.md)."""

from __future__ import annotations

from enum import StrEnum


class Rule(StrEnum):
    """What decided of an entry."""

    # These bring it.
    NEVER_PUBLISHED = "never-published"
    MAJOR_CHANGE = "major-change"
    ASKED_FOR = "asked-for"
    TAKEN_BACK = "taken-back"
    LATE = "late"

    # These hold it back.
    DATE = "future-date"
    EMBARGO = "embargo"
    APPROVAL = "approval"
    COOLDOWN = "cooldown"
    ARCHIVE_FULL = "archive-full"
    SKIPPED_ONCE = "skipped-once"

    # These leave it out.
    UNCHANGED = "unchanged"
    SMALL_CHANGE = "small-change"
    BULK = "bulk-guard"
    LINK_ONCE = "link-once"
    NO_VERSION = "no-version"
    PASSED_OVER = "passed-over"
    BEFORE_FIRST_DAYS = "before-first-days"
    OVER_FIRST_ITEMS = "over-first-items"
    SAME_STORY = "same-story"
    OTHER_EDITION = "other-edition"
    EXPIRED = "expired"
    DRAFT = "draft"
    IGNORED = "ignored"
    SKIPPED = "skipped"
