"""Cutting a text short."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.text.excerpt import excerpt
from digest.text.widths import cells


@pytest.mark.parametrize(
    ("text", "room", "expected"),
    [
        ("Short.", 20, "Short."),
        ("The quick brown fox jumps over", 20, "The quick brown fox…"),
        ("One sentence here. And then more", 24, "One sentence here. …"),
        ("他說的話很長。後面還有很多字", 18, "他說的話很長。…"),
        ("一句很長的話沒有句號一直寫下去", 12, "一句很長的…"),
        ("用Transformer寫成的文章", 10, "用…"),
        ("他說：「這句話」", 10, "他說…"),
        ("Pneumonoultramicroscopic", 10, "Pneumonou…"),
        ("한국어 단어를 자르지 않는다", 16, "한국어 단어를…"),
        ("first\nsecond   third", 40, "first second third"),
        ("A version 1.5 is not the end of it all", 20, "A version 1.5 is…"),
        ("Why not? Because of it all", 16, "Why not?…"),
    ],
)
def test_cuts_where_a_reader_would(text: str, room: int, expected: str) -> None:
    """At a sentence near the end, else between words, never after a bracket; with an ellipsis."""
    assert excerpt(text, room) == expected


@given(st.text(), st.integers(4, 300))
def test_fits(text: str, room: int) -> None:
    """An excerpt is one line that fits, and is whole or ends with an ellipsis."""
    short = excerpt(text, room)
    assert cells(short) <= room
    assert "\n" not in short
    assert short.endswith("…") or cells(text.strip()) <= room or len(short) < len(text)


def test_counts_an_emoji_as_a_reader_sees_it() -> None:
    """A heart in colour takes two cells, though it is written with a letter and a selector."""
    assert excerpt("❤\ufe0f" * 20, 11) == "❤\ufe0f" * 5 + "…"
