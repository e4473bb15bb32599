"""What is wrong with a text and where, and how a mistake at an offset becomes a problem at a line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from digest.model import Position, Problem, Severity
from digest.text.frames import frame

MOST: Final = 500
"""Findings of one severity in a file that are told one by one: a hostile file may have a million."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """A fault of a text: `offset` counts characters from the beginning of the text that was looked at."""

    rule: str
    sentence: str
    offset: int = 0
    hint: str = ""
    severity: Severity = Severity.ERROR

    def moved(self, by: int) -> Mistake:
        """The same mistake in a text that has `by` more characters before it."""
        return Mistake(
            rule=self.rule,
            sentence=self.sentence,
            offset=self.offset + by,
            hint=self.hint,
            severity=self.severity,
        )


def duplicate(key: str, offset: int) -> Mistake:
    """A key that front matter of any dialect has twice."""
    return Mistake(
        rule="duplicate-key",
        sentence=f"the key `{key}` is there twice; the last one counts",
        offset=offset,
        hint="remove one of the two",
        severity=Severity.WARNING,
    )


class MistakeError(Exception):
    """A text cannot be read on because of one mistake."""

    def __init__(self, mistake: Mistake) -> None:
        super().__init__(mistake.sentence)
        self.mistake = mistake


class Report:
    """Collects the problems of one file; lines end with LF."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self._problems: list[Problem] = []
        self._counts: dict[Severity, int] = {}
        self._counted = (0, 0)  # an offset, and the line breaks before it: findings mostly come in order

    def place(self, offset: int) -> Position:
        """The position of an offset in the text."""
        last, row = self._counted if offset >= self._counted[0] else (0, 0)
        row += self.text.count("\n", last, offset)
        self._counted = (offset, row)
        return Position(path=self.path, line=row + 1, column=offset - self.text.rfind("\n", 0, offset))

    def line(self, number: int) -> Position:
        """The beginning of a line."""
        return Position(path=self.path, line=number)

    def places(self, offsets: Mapping[str, int], start: int = 0) -> dict[str, tuple[int, int]]:
        """Line and column of each offset from `start` on; those in order are counted in one walk."""
        row, last, found = 1, 0, {}
        for key, counted in offsets.items():
            offset = start + counted
            if offset < last:
                row, last = 1, 0
            row += self.text.count("\n", last, offset)
            last = offset
            found[key] = row, offset - self.text.rfind("\n", 0, offset)
        return found

    def add(self, mistake: Mistake) -> None:
        """Remember a mistake as a problem with its place and code frame."""
        self.at(mistake, self.place(mistake.offset))

    def at(self, mistake: Mistake, position: Position) -> None:
        """Remember a mistake whose position is already known; beyond the most of a severity only count it."""
        count = self._counts[mistake.severity] = self._counts.get(mistake.severity, 0) + 1
        if count > MOST:
            return
        self._problems.append(
            Problem(
                severity=mistake.severity,
                rule=mistake.rule,
                sentence=mistake.sentence,
                position=position,
                hint=mistake.hint,
                frame=frame(self.text, position.line),
            )
        )

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All problems, each once, in the order of their places."""
        if not self._problems:
            return ()
        found = sorted(
            dict.fromkeys(self._problems),
            key=lambda one: (one.position.line, one.position.column, one.rule),
        )
        for severity, count in self._counts.items():
            if count > MOST:
                last = max(number for number, one in enumerate(found) if one.severity is severity)
                more = f"; {count - MOST:,} more findings in this file are not told"
                found[last] = replace(found[last], sentence=found[last].sentence + more)
        return tuple(found)
