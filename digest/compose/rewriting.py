"""Whether a body changed enough to be news, and in which of its sections."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from digest.compose.passages import Passage, Thresholds, fresh_units, paired, passages, units
from digest.model import Change, Entry, Operation, Position, Weight
from digest.text.markup import plain_text

_NOTICED: Final = 5
"""Units of a section that is told of when it comes or goes; less is a stub or a heading alone."""


def body_changes(old: str, new: str, entry: Entry, thresholds: Thresholds) -> tuple[Change, ...]:
    """The changes of a body that a reader would notice: sections added, rewritten, removed; else none.

    They are major once enough is new in the whole of it. What was only moved, renamed or marked up
    differently is no news; what was only taken away is minor. The thresholds were measured on eight real
    histories (docs/decisions.md).
    """
    before, after = plain_text(old), plain_text(new)
    if before == after:
        return ()
    known, now = units(before), units(after)
    is_major = thresholds.exceeded(len(fresh_units(known, now)), len(now))
    found = tuple(_sections(passages(old), passages(new), known, entry, thresholds, is_major=is_major))
    if is_major and not any(each.operation is not Operation.REMOVED for each in found):
        operation = Operation.CHANGED if before else Operation.ADDED
        said = (_paragraph(before, after),)
        whole = Change(operation=operation, field="body", new=said, position=_line(entry, 0))
        return (whole, *found)
    return found


def _sections(
    old: Sequence[Passage],
    new: Sequence[Passage],
    known: tuple[str, ...],
    entry: Entry,
    thresholds: Thresholds,
    *,
    is_major: bool,
) -> Iterator[Change]:
    weight = Weight.MAJOR if is_major else Weight.MINOR
    before = "\n".join(each.plain for each in old)
    for was, now in paired(old, new):
        if now is None:
            if was and was.heading and len(was.units) >= _NOTICED:
                yield _change(Operation.REMOVED, was, _line_of(was.plain), entry, Weight.MINOR)
            continue
        fresh = len(fresh_units(known, now.units))
        if was is None:
            is_told = bool(now.heading) and fresh >= _NOTICED
        else:
            is_told = is_major and thresholds.exceeded(fresh, len(now.units))
        if is_told:
            operation = Operation.ADDED if was is None or not was.units else Operation.CHANGED
            yield _change(operation, now, _paragraph(before, now.plain), entry, weight)


def _change(operation: Operation, section: Passage, said: str, entry: Entry, weight: Weight) -> Change:
    is_gone = operation is Operation.REMOVED
    return Change(
        operation=operation,
        field="body",
        old=(said,) if is_gone else (),
        new=() if is_gone else (said,),
        position=_line(entry, 0 if is_gone else section.line),
        weight=weight,
        heading=section.heading,
    )


def _line(entry: Entry, line: int) -> Position:
    return Position(path=entry.position.path, line=entry.body_line + line)


def _paragraph(before: str, after: str) -> str:
    """The paragraph that brings most that is new."""
    known = set(before.split("\n"))
    old = units(before)
    paragraphs = [each for each in after.split("\n") if each not in known] or [after]
    return _line_of(max(paragraphs, key=lambda each: len(fresh_units(old, units(each)))))


def _line_of(plain: str) -> str:
    return " ".join(plain.split())
