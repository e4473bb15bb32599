"""Cells of a display."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.text.widths import cells


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("abc", 3),
        ("字", 2),
        ("，", 2),
        ("한글", 4),
        ("ｱ", 1),
        ("é", 1),
        ("…—“”", 4),
        ("👩\u200d💻", 2),
        ("❤\ufe0f", 2),
        ("a\tb", 2),
        ("字\n", 2),
        ("\x1b", 0),
        ("👩\u200d💻\n", 2),
    ],
)
def test_measures_as_a_terminal_does(text: str, expected: int) -> None:
    """Wide characters take two cells, marks and controls none, an emoji sequence two as a whole."""
    assert cells(text) == expected


@given(st.text())
def test_is_never_negative(text: str) -> None:
    """Whatever the text, its width is a number of cells."""
    assert 0 <= cells(text) <= 2 * len(text)
