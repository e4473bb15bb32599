"""Grouping by tag."""

from collections import Counter
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from digest.compose.sections import COLOURS, sections
from digest.compose.tags import GENERIC, Tags
from digest.config import SectionTable
from tests.compose.conftest import NOW, make_entry, make_item

PLAIN = Tags.of({})


def items(*tagged):
    """An item for each tuple of tags, a day older than the one before."""
    return [
        make_item(make_entry(f"e{number:02}", NOW - timedelta(days=number), tags=tags))
        for number, tags in enumerate(tagged)
    ]


def grouped(found):
    return [(section.title, [item.entry.key for item in section.items]) for section in found]


def test_the_tag_that_covers_most_comes_first():
    """Greedy: the largest group, then what is left."""
    found = sections(items(("a", "b"), ("b",), ("b", "c"), ("c",), ("c",)), (), PLAIN, "en")
    assert grouped(found) == [("b", ["e00", "e01", "e02"]), ("c", ["e03", "e04"])]
    assert [section.key for section in found] == ["b", "c"]


def test_ties_go_to_the_earlier_tag_then_to_the_name():
    """Two tags that cover the same items: the one that entries name first; then by key."""
    assert grouped(sections(items(("z", "a"), ("z", "a")), (), PLAIN, "en"))[0][0] == "z"
    assert grouped(sections(items(("z", "a"), ("a", "z")), (), PLAIN, "en"))[0][0] == "a"


def test_what_shares_no_tag_goes_under_more():
    """A tag of one item heads nothing, a generic one neither."""
    found = sections(items(("a",), ("a",), ("single",), ("podcast",), ("YouTube",)), (), PLAIN, "zh-Hant-TW")
    assert grouped(found) == [("a", ["e00", "e01"]), ("更多文章", ["e02", "e03", "e04"])]
    assert found[-1].key == ""


def test_an_issue_without_a_shared_tag_has_one_section():
    """There is nothing that it would be more than."""
    assert grouped(sections(items(("a",), ()), (), PLAIN, "en")) == [("In this issue", ["e00", "e01"])]
    assert sections([], (), PLAIN, "en") == ()


def test_configured_sections_come_first_in_their_order():
    """With what they gather, be it one item if an editor says so; empty ones are left out; by language."""
    tables = (
        SectionTable(tag="single", title="One", titles={"ko": "하나"}, colour="ochre", least=1),
        SectionTable(tag="none"),
        SectionTable(tag="B", least=1),
    )
    found = sections(items(("a", "b"), ("a",), ("single", "a"), ("a",)), tables, PLAIN, "ko")
    assert grouped(found) == [("하나", ["e02"]), ("B", ["e00"]), ("a", ["e01", "e03"])]
    assert grouped(sections(items(("single",)), tables, PLAIN, "en")) == [("One", ["e00"])]


def test_a_configured_section_of_one_item_is_none():
    """The item stands where its other tags put it; its own heads nothing but the section that is wanted."""
    tables = (SectionTable(tag="b", title="Bee"), SectionTable(tag="c", title="Sea", least=3))
    found = sections(items(("b", "a"), ("a",), ("c",), ("c",)), tables, PLAIN, "en")
    assert grouped(found) == [("a", ["e00", "e01"]), ("More", ["e02", "e03"])]
    assert grouped(sections(items(("b",), ("b",)), tables, PLAIN, "en")) == [("Bee", ["e00", "e01"])]


def test_a_tag_that_everything_carries_says_nothing():
    """Over the cap a tag heads a section only when nothing narrower is left, and then the narrowest."""
    wide = [("AI", "x" if n < 5 else "y" if n < 10 else "z") for n in range(12)]
    assert [title for title, _ in grouped(sections(items(*wide), (), PLAIN, "en"))] == ["x", "y", "z"]
    same = [("AI", "tech") if n else ("AI",) for n in range(12)]
    assert grouped(sections(items(*same), (), PLAIN, "en"))[0][0] == "tech"


def test_eight_items_are_not_yet_too_many():
    """The cap itself is allowed: a tag that eight items carry is their section."""
    eight = items(*[("AI", "x" if n < 4 else "y") for n in range(8)])
    assert [title for title, _ in grouped(sections(eight, (), PLAIN, "en"))] == ["AI"]
    assert "AI" not in [
        title for title, _ in grouped(sections([*eight, *items(*[("AI", "z")] * 9)[8:]], (), PLAIN, "en"))
    ]


def test_spellings_and_aliases_are_one_tag():
    """The heading is spelled as most entries write it, or as [aliases] names it."""
    tagged = items(("AI 產業",), ("AI產業",), ("ai_產業",), ("#AI產業",))
    assert [title for title, _ in grouped(sections(tagged, (), PLAIN, "en"))] == ["AI產業"]
    history = [make_entry(f"h{n}", tags=("AI 產業",)) for n in range(3)]
    assert sections(tagged, (), PLAIN, "en", spelled_by=history)[0].title == "AI 產業"
    aliases = Tags.of({"開源": ["open source", "오픈소스"]})
    found = sections(items(("Open Source",), ("오픈소스",), ("開源",)), (), aliases, "en")
    assert grouped(found) == [("開源", ["e00", "e01", "e02"])]


def test_categories_count_and_stand_before_tags():
    """An entry's category is the first of its tags."""
    entries = [make_entry(f"c{n}", categories=("Science",), tags=("tea",)) for n in range(2)]
    assert sections(map(make_item, entries), (), PLAIN, "en")[0].title == "Science"


def test_colours_cycle_and_configured_ones_win():
    """Neighbours never wear the same colour of the cycle."""
    tagged = items(*[(tag,) for tag in "aabbccddee"])
    found = sections(tagged, (SectionTable(tag="a", colour="teal"),), PLAIN, "en")
    assert [section.colour for section in found] == ["teal", "blue", "plum", "ochre", "teal"]
    assert [section.colour for section in sections(tagged, (), PLAIN, "en")][:4] == list(COLOURS)


def test_items_go_newest_first_undated_last():
    """Then by key; an entry without a date is dated by its update."""
    entries = [
        make_entry("b", None, tags=("t",)),
        make_entry("a", None, tags=("t",)),
        make_entry("c", "2026-01-01", tags=("t",)),
        make_entry("d", None, updated="2026-01-02", tags=("t",)),
    ]
    assert grouped(sections(map(make_item, entries), (), PLAIN, "en"))[0][1] == ["d", "c", "a", "b"]


TAGS = st.lists(st.sampled_from(["a", "A", "b", "c d", "c-d", "茶", "", "#", "podcast"]), max_size=4).map(
    tuple
)


@given(st.lists(TAGS, max_size=30), st.randoms(use_true_random=False))
def test_each_item_is_in_exactly_one_section(tagged, shuffler):
    """None is lost, none twice, no composed section of one item, no leftover that a section would take."""
    made = items(*tagged)
    mixed = list(made)
    shuffler.shuffle(mixed)
    tables = (SectionTable(tag="茶"),)
    found = sections(made, tables, PLAIN, "en")
    assert found == sections(mixed, tables, PLAIN, "en")
    counted = Counter(item.entry.key for section in found for item in section.items)
    assert counted == Counter(item.entry.key for item in made)
    heads = {section.key for section in found} - {""}
    for section in found:
        if section.key not in ("", "茶"):
            assert len(section.items) >= 2
            assert section.key not in GENERIC
        if section.key == "":
            assert section is found[-1]
            assert not any(heads & set(PLAIN.keys(item.entry)) for item in section.items)
