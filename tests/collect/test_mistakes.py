"""Mistakes become problems with places, and a file with a million of them is no burden."""

from __future__ import annotations

import random
from zoneinfo import ZoneInfo

from digest.collect.entries import parse
from digest.collect.mistakes import MOST, Mistake, Report
from digest.model import Document, EntryType, Severity
from tests.collect.watchdog import watchdog


def test_places_in_any_order() -> None:
    """What was counted for one place serves the next, and leads none astray."""
    text = "".join(random.Random(3).choices("ab\n茶", k=200))
    report = Report("a.md", text)
    offsets = [random.Random(4).randrange(200) for _ in range(300)]
    for offset in [*offsets, *sorted(offsets)]:
        place = report.place(offset)
        before = text[:offset].split("\n")
        assert (place.line, place.column) == (len(before), len(before[-1]) + 1)


def test_of_too_many_findings_the_last_counts_the_others() -> None:
    """Of each severity the first are told; an error behind a thousand warnings is."""
    report = Report("a.md", "x\n" * 2_000)
    for number in range(1_000):
        report.add(Mistake(rule="r", sentence="odd", offset=2 * number, severity=Severity.WARNING))
    report.add(Mistake(rule="r", sentence="broken", offset=3_000))
    *rest, counting, error = report.problems
    assert len(rest) == MOST - 1
    assert {one.sentence for one in rest} == {"odd"}
    assert (counting.position.line, counting.sentence) == (
        MOST,
        "odd; 500 more findings in this file are not told",
    )
    assert error.severity is Severity.ERROR


def test_a_large_file_full_of_mistakes_is_read_in_time() -> None:
    """A key four hundred thousand times over costs each line its own time only."""
    data = b"---\n" + b"a: b\n" * 400_000 + b"---\nx"
    document = Document(path="a.md", data=data, type=EntryType.ARTICLE, language="en", source="a")
    with watchdog(60, "on a key that is there again and again"):
        _, problems = parse(document, ZoneInfo("UTC"))
    assert len(problems) < 2 * MOST
