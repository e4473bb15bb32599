"""When a body changed enough to be news."""

import pytest

from digest.compose.rewriting import body_change
from digest.model import Operation, Position

PLACE = Position(path="p.md")
HAN = "".join(chr(0x4E00 + i) for i in range(3000))  # 3,000 different characters


def changed(old, new):
    return body_change(old, new, PLACE)


@pytest.mark.parametrize(
    ("size", "added", "news"),
    [
        (1940, 60, True),
        (1941, 59, False),
        (2500, 60, False),
        (120, 30, True),
        (121, 29, False),
        (150, 30, False),
    ],
)
def test_how_much_must_be_new(size, added, news):
    """60 new units that are 3 % of the text, or 30 that are 20 % of it."""
    old = HAN[:size]
    new = HAN[: size // 2] + HAN[-added:] + HAN[size // 2 : size]
    assert bool(changed(old, new)) is news


def test_a_word_is_a_unit_in_other_writings():
    """Latin and Hangul words count one each."""
    old = " ".join(f"word{n}" for n in range(100))
    hangul = " ".join("가나다라마바사아자차카타파하"[n % 14] + "도시" * (n // 14 + 1) for n in range(60))
    assert changed(old, f"{old} {hangul}")
    assert not changed(old, f"{old} {hangul[:120]}")


@pytest.mark.parametrize(
    "new",
    [
        "\n\n".join(reversed([HAN[:500], HAN[500:1000], HAN[1000:1500]])),
        HAN[:500],
        f"**{HAN[:500]}**\n\n## {HAN[500:1000]}\n\n[{HAN[1000:1500]}](https://example.org/a/long/address)",
        "",
    ],
)
def test_moving_cutting_and_marking_up_are_no_news(new):
    """Nothing in it is new to a reader."""
    assert not changed("\n\n".join([HAN[:500], HAN[500:1000], HAN[1000:1500]]), new)


def test_the_new_passage_is_quoted():
    """The paragraph that brings most, from its beginning; a first body is added."""
    old = "Old paragraph one.\n\nOld paragraph two."
    passage = "A fresh " + " ".join(f"idea{n}" for n in range(70))
    change = changed(old, f"{old}\n\nShort fresh line.\n\n{passage}")
    assert change.operation is Operation.CHANGED
    assert change.new[0].startswith("A fresh idea0")
    assert change.new[0].endswith("…")
    assert changed("", passage).operation is Operation.ADDED


def test_a_long_body_is_compared_in_linear_time():
    """A rewritten book of 200,000 characters takes no minute."""
    assert changed(HAN * 60, HAN[::-1] * 60)
