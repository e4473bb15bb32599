"""Durations, numbers and texts in the shapes that feeds give them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.collect.feeds.facts import number, seconds, text


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("3723", 3723), (3723, 3723), (95.5, 95), ("-5", 0),
        ("1:02:03", 3723), ("62:03", 3723), ("00:01:05.200", 65),
        ("PT1H2M3S", 3723), ("pt5m", 300), ("P1DT1S", 86_401), ("62 min", 3720), ("1 hr 2 min", 3720),
        ("1小時2分鐘", 3720), ("1시간 2분 3초", 3723), ("90s", 90), ("", 0), (None, 0),
        (True, 0), ("long", 0),
        ("1:2:3:4", 0), ("99999999", 0), ("P", 0), ("1:", 0),
    ],
)  # fmt: skip
def test_durations(written: object, expected: int) -> None:
    """Apple's clock, ISO 8601, and words in three languages; nothing over two weeks."""
    assert seconds(written) == expected


def test_numbers_and_texts() -> None:
    """Not negative, of bounded length; control characters and half surrogates are no text."""
    assert [number(each) for each in ("640", 480, "640px", "-1", None, "1" * 30)] == [640, 480, 0, 0, 0, 0]
    assert [text(each) for each in (" a\x00\ud800 ", 12, True, [1], None)] == ["a", "12", "", "", ""]


@given(st.text(max_size=40) | st.text("0123456789:PTHMS. min", max_size=20))
def test_any_text_is_a_duration_or_none(written: str) -> None:
    """Never negative, never over two weeks."""
    assert 0 <= seconds(written) <= 14 * 86_400
