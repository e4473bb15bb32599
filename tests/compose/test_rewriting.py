"""When a body changed enough to be news, and in which of its sections."""

import dataclasses

import pytest

from digest.compose.passages import Thresholds, passages
from digest.compose.rewriting import body_changes
from digest.model import Operation, Weight
from tests.compose.conftest import make_profile

PROFILE = dataclasses.replace(make_profile(), body_line=10)
HAN = "".join(chr(0x4E00 + i) for i in range(3000))  # 3,000 different characters


def changed(old, new, thresholds=None):
    return body_changes(old, new, PROFILE, thresholds or Thresholds())


def told(old, new, thresholds=None):
    """Operation, heading, weight and line of each change."""
    return [
        (each.operation.value, each.heading, each.weight.value, each.position.line)
        for each in changed(old, new, thresholds)
    ]


def words(name, count):
    """So many words that are nowhere else."""
    return " ".join(f"{name}{number}" for number in range(count))


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
    """The paragraph that brings most, whole; a first body is added."""
    old = "Old paragraph one.\n\nOld paragraph two."
    passage = "A fresh " + " ".join(f"idea{n}" for n in range(70))
    (change,) = changed(old, f"{old}\n\nShort fresh line.\n\n{passage}")
    assert change.operation is Operation.CHANGED
    assert change.new == (passage,)
    (first,) = changed("", passage)
    assert first.operation is Operation.ADDED


def test_a_long_body_is_compared_in_linear_time():
    """A rewritten book of 200,000 characters takes no minute."""
    assert changed(HAN * 60, HAN[::-1] * 60)


LIFE = (
    f"Intro {words('intro', 40)}\n\n## Early life\n\n{words('early', 80)}\n\n## Work\n\n{words('work', 80)}\n"
)


def test_a_section_that_was_added_is_told_by_its_heading_and_line():
    """What came is said with where it stands now."""
    new = f"{LIFE}\n## Awards\n\n{words('award', 70)}\n"
    assert told(LIFE, new) == [("added", "Awards", "major", 20)]
    (change,) = changed(LIFE, new)
    assert change.new[0].startswith("award0 award1")


def test_a_section_that_was_rewritten_is_told_and_its_neighbours_are_not():
    """Only the section with new words in it is named."""
    new = LIFE.replace(words("work", 80), words("labour", 80))
    assert told(LIFE, new) == [("changed", "Work", "major", 16)]


def test_a_section_that_was_removed_rides_along():
    """What is gone is minor by itself, and is told beside what is news."""
    without = LIFE[: LIFE.index("## Work")]
    assert told(LIFE, without) == [("removed", "Work", "minor", 10)]
    new = f"{without}\n## Awards\n\n{words('award', 70)}\n"
    assert told(LIFE, new) == [("added", "Awards", "major", 17), ("removed", "Work", "minor", 10)]


def test_a_small_section_that_was_added_is_minor():
    """Ten words under a new heading are found, and announce nobody."""
    assert told(LIFE, f"{LIFE}\n## Contact\n\n{words('contact', 10)}\n") == [
        ("added", "Contact", "minor", 20)
    ]
    assert told(LIFE, f"{LIFE}\n## Empty\n\nSoon.\n") == []


def test_a_section_under_another_heading_or_in_another_place_is_the_same():
    """A renamed heading and a moved section are no news."""
    assert told(LIFE, LIFE.replace("## Early life", "## Youth")) == []
    intro, early, work = LIFE.partition("## Early life")[0], *LIFE[LIFE.index("## Early") :].split("## Work")
    assert told(LIFE, f"{intro}## Work{work}\n{early}") == []


def test_edits_spread_over_all_sections_are_told_as_one():
    """Where no section by itself changed enough, the body as a whole did."""
    new = LIFE
    for name, count in (("intro", 25), ("early", 22), ("work", 22)):
        new = new.replace(f"{name}0 ", f"{name}0 {words(name + 'x', count)} ")
    strict = Thresholds(many=60, some_share=0.03, some=60, great_share=0.9)
    assert told(LIFE, new, strict) == [("changed", "", "major", 10)]


def test_a_heading_in_code_is_none():
    """What a fence holds is no section."""
    body = f"{words('a', 40)}\n\n```sh\n# not a heading\n```\n\n## One\n\n{words('b', 10)}\n"
    assert [each.heading for each in passages(body)] == ["", "One"]


def test_two_sections_of_one_name_stay_apart():
    """The first is the first and the second the second."""
    body = f"## 2025\n\n{words('a', 40)}\n\n## 2025\n\n{words('b', 40)}\n"
    assert told(body, body.replace(words("b", 40), words("c", 80))) == [("changed", "2025", "major", 14)]


@pytest.mark.parametrize("old", ["", LIFE])
def test_a_body_that_did_not_change_says_nothing(old):
    """Not even with other white space and marks."""
    assert changed(old, old.replace("Intro", "**Intro**") + "\n\n") == ()
    assert Weight.MAJOR.value == "major"
