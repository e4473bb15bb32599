"""Code frames: the right lines, and nothing that drives a terminal."""

import time

import pytest

from digest.text.frames import frame


def test_two_lines_stand_on_each_side() -> None:
    """Numbers are the file's own, and all three kinds of line ends part lines."""
    assert frame("a\r\nb\rc\nd\ne\nf", 3) == ((1, "a"), (2, "b"), (3, "c"), (4, "d"), (5, "e"))
    assert frame("a\nb\nc\nd", 1) == ((1, "a"), (2, "b"), (3, "c"))
    assert frame("", 1) == ()


def test_control_characters_are_drawn_and_columns_stay() -> None:
    """An escape sequence or a bidi override in an article cannot reach the terminal."""
    ((_, line),) = frame("\x1b[31m\u202ex\x7f\t", 1)
    assert line == "␛[31m\N{REPLACEMENT CHARACTER}x␡\t"


@pytest.mark.no_cover
def test_a_thousand_problems_of_a_file_cost_one_reading() -> None:
    """A frame for every shortcode that is broken, in one line or in many, takes no time to speak of."""
    for text in ("{{< " * 25_000, "{{< \n" * 20_000):
        began = time.process_time()
        rows = [frame(text, 1 + number % (1 + text.count("\n"))) for number in range(20_000)]
        assert time.process_time() - began < 5
        assert rows[0][0][0] == 1
