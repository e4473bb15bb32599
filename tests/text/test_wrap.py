"""Lines of a given width."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest.text.widths import cells
from digest.text.wrap import NOT_AT_END, NOT_AT_START, wrap

PIECES = [
    *"漢字很長，。、；：？！「」『』（）《》かなー",
    *("한국어", "단어는", "Transformer", "a", "I", " ", " ", "\u3000", "50%", "…", "“", "”", "(x)", "\n"),
    *("https://example.org/a/b?c=d", "👩\u200d💻", "葛󠄀"),
]
PROSE = st.lists(st.sampled_from(PIECES), max_size=80).map("".join)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, [""]),
        ("一二三四五六", 8, ["一二三四", "五六"]),
        ("一二三四，五六", 8, ["一二三", "四，五六"]),
        ("一二三「四五」", 8, ["一二三", "「四五」"]),
        ("한국어 단어는 온전히", 8, ["한국어", "단어는", "온전히"]),
        (
            "see https://example.org/very/long/path now",
            12,
            ["see", "https://example.org/very/long/path", "now"],
        ),
        ("abc架構很好", 8, ["abc架構", "很好"]),
        ("one two three", 7, ["one two", "three"]),
        ("one  two\tthree", 20, ["one two three"]),
        ("\u3000\u3000段落開始了", 10, ["\u3000\u3000段落開", "始了"]),
        ("a\n\nb", 10, ["a", "", "b"]),
        ("supercalifragilistic", 8, ["supercal", "ifragili", "stic"]),
        ("一二三 。", 6, ["一二", "三 。"]),
        ("他說 「 好」了", 8, ["他說", "「 好」", "了"]),
        ("aaaaaaaa」」b", 8, ["aaaaaaa", "a」」b"]),
        ("」」」」」」", 4, ["」」", "」」", "」」"]),
    ],
)
def test_breaks_where_the_writing_allows(text: str, width: int, lines: list[str]) -> None:
    """Han break anywhere but at kinsoku signs, words stay whole, addresses are never cut."""
    assert wrap(text, width).split("\n") == lines


def test_indents_first_and_other_lines() -> None:
    """`indent` stands before the first line, `subsequent` before all others, and both count."""
    assert wrap("一二三四五六七", 8, "- ", "  ") == "- 一二三\n  四五六\n  七"


@given(PROSE)
@example("字" * 40 + "，" * 3 + "字")
def test_keeps_the_width_and_kinsoku(text: str) -> None:
    """No line is over 72 cells but for an address, begins with a closing sign or ends with an opening one."""
    for line in wrap(text.replace("\n", " ")).split("\n"):
        assert cells(line) <= 72 or "://" in line
    for line in wrap(text.replace("\n", " ")).split("\n")[1:]:
        assert line[:1] not in {sign for sign in NOT_AT_START if sign > "\u2fff"} or not line
    for line in wrap(text.replace("\n", " ")).split("\n")[:-1]:
        assert line[-1:] not in {sign for sign in NOT_AT_END if sign > "\u2fff"} or not line


@given(st.text(), st.integers(2, 100))
def test_loses_no_character(text: str, width: int) -> None:
    """Whatever the text and the width, only spaces change."""
    assert "".join(wrap(text, width).split()) == "".join(text.split())


@given(st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join))
def test_keeps_words_whole(text: str) -> None:
    """Hangul and Latin words are never divided."""
    broken = wrap(text, 30)
    for word in ("한국어", "Transformer"):
        assert broken.count(word) == text.count(word)


def test_has_room_for_a_character_however_deep_the_indent() -> None:
    """An indent wider than the line leaves two cells, so that the text ends."""
    assert wrap("字字", 4, "      ", "      ") == "      字\n      字"


@pytest.mark.parametrize("sign", ["a", "[", "<!--", "a+", "字", "https:/"])
def test_long_runs_are_wrapped_in_a_moment(sign: str) -> None:
    """The time grows with the text, not with its square: 100,000 characters without a space are no attack."""
    began = time.process_time()
    wrapped = wrap(sign * (100_000 // len(sign)) + "\x01!z")
    assert time.process_time() - began < 8
    assert max(map(cells, wrapped.split("\n"))) <= 72
