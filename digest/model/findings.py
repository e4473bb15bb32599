"""A finding for an editor, and the place that it is about."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a problem matters: an error keeps the entry or the issue out, a warning never does."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A place in a file: POSIX path relative to the site, 1-based line and column (in characters)."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A finding for an editor: one sentence, where it is, and what to do about it.

    `rule` is a stable kebab-case name, documented in docs/rules.md. `frame` holds (line number, text) pairs
    around the position, for the code frame.
    """

    severity: Severity
    rule: str
    sentence: str
    position: Position
    hint: str = ""
    frame: tuple[tuple[int, str], ...] = ()
