"""Reading time, in any mixture of writings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import frontmatter
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.text.counts import reading_minutes


@pytest.mark.parametrize(("number", "minutes"), [("003", 5), ("000", 3), ("001", 4), ("002", 10), ("004", 4)])
def test_measures_the_seeds_as_decided(seeds: Callable[[str], Path], number: str, minutes: int) -> None:
    """The five seeds take 5, 3, 4, 10 and 4 minutes: the body where there is front matter, else the whole."""
    text = seeds(number).read_text(encoding="utf-8")
    body = frontmatter.loads(text).content if text.startswith("---") else text
    assert reading_minutes(body) == minutes


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("", 1),
        ("字" * 400, 1),
        ("字" * 600, 2),
        ("かな" * 400, 2),
        ("한국어를 " * 360, 2),
        ("AI가 " * 360, 2),
        ("word " * 476, 2),
        ("don't " * 476, 2),
        ("字" * 400 + " word" * 238 + " 말" * 180, 3),
        ("，。「」" * 4000, 1),
    ],
)
def test_counts_each_writing_at_its_own_speed(text: str, minutes: int) -> None:
    """Han and kana go by characters, Hangul and other writings by words, and signs take no time."""
    assert reading_minutes(text) == minutes


@given(st.text())
def test_takes_at_least_a_minute(text: str) -> None:
    """Any text gives a whole number of minutes, one or more."""
    assert reading_minutes(text) >= 1
