"""Code frames: the right lines, and nothing that drives a terminal."""

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
