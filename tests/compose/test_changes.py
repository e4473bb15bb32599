"""What changed in a profile: every planted change told, every planted non-change silent."""

import copy
import dataclasses

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from digest.compose.changes import compare, match
from digest.model import Operation, Position
from tests.compose.conftest import make_profile

CAREER = [
    {"organization": "OpenAI", "position": "研究員", "years": "2021-現在", "org_slug": "openai"},
    {"organization": "Google Brain", "position": "研究科學家", "years": "2013-2021", "org_slug": "google"},
]


def told(old, new):
    """The changes between two maps of front matter, as (operation, field, old, new)."""
    before, after = make_profile(**old), make_profile(**new)
    return [
        (change.operation.value, change.field, change.old, change.new) for change in compare(before, after)
    ]


def test_a_scalar_added_changed_and_removed():
    """Fields come in the order of the new file, removed ones last."""
    old = {"residence": "舊金山", "death_year": None, "employer": "A"}
    new = {"employer": "B", "death_year": 2031}
    assert told(old, new) == [
        ("changed", "employer", ("A",), ("B",)),
        ("added", "death_year", (), ("2031",)),
        ("removed", "residence", ("舊金山",), ()),
    ]


def test_of_several_alike_those_are_paired_that_are_written_alike():
    """`false` and 0 are one value to a reader, and none of them stands for two."""
    assert match([False, 0, "a"], ["a", 0]) == ([False], [], [])
    assert match([0, False, "a"], ["a", False]) == ([0], [], [])
    assert match(["a", False], [0, "a", False]) == ([], [0], [])


@pytest.mark.parametrize("empty", [None, "", "  ", [], {}, [None, ""], {"a": None}])
def test_empty_equals_missing(empty):
    """An emptied field, a null and an absent key are the same to a reader."""
    assert told({"awards": empty}, {}) == []
    assert told({}, {"awards": empty}) == []
    assert told({"awards": empty}, {"awards": ["A"]}) == [("added", "awards", (), ("A",))]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"year": 2017}, {"year": "2017"}),
        ({"score": 2.0}, {"score": 2}),
        ({"name": "Łukasz  Kaiser\n"}, {"name": "Łukasz Kaiser"}),
        ({"name": "e\u0301"}, {"name": "\u00e9"}),
        ({"ai_domains": ["A", "B"]}, {"ai_domains": ["B", "A"]}),
        ({"career": CAREER}, {"career": CAREER[::-1]}),
        ({"papers": [{"title": "T", "by": ["A", "B"]}]}, {"papers": [{"title": "T", "by": ["B", "A"]}]}),
        ({"career": CAREER}, {"career": [each | {"org_slug": "elsewhere"} for each in CAREER]}),
        ({"person_type": ["科學家"]}, {"person_type": "科學家"}),
        ({"last_updated": "2026-01-01", "tags": ["a"], "photo_credit": "x"}, {"last_updated": "2026-02-01"}),
        ({"slug": "a", "draft": True, "data_sources": ["x"]}, {"slug": "b", "draft": False}),
        ({"social": {"twitter": ""}}, {"social": {}}),
    ],
)
def test_what_no_reader_sees_is_silent(old, new):
    """Types, white space, composition, order, links between files and bookkeeping are no news."""
    assert told(old, new) == []


def test_list_items_are_said_by_what_names_them():
    """A line for each item: name, role, time; a hyphen in a span of years becomes a dash."""
    assert told({}, {"career": CAREER}) == [
        ("added", "career", (), ("OpenAI · 研究員 · 2021–現在", "Google Brain · 研究科學家 · 2013–2021"))
    ]


def test_a_new_position_in_the_same_place_is_a_change():
    """Items are matched by organization; the same one with another position changed."""
    new = [CAREER[1], CAREER[0] | {"position": "資深研究員"}]
    assert told({"career": CAREER}, {"career": new}) == [
        ("changed", "career", ("OpenAI · 研究員 · 2021–現在",), ("OpenAI · 資深研究員 · 2021–現在",))
    ]


def test_a_second_position_in_the_same_place_is_an_addition():
    """Position and years match before organization alone, so the old position is not taken for the new."""
    new = [
        {"organization": "OpenAI", "position": "總監", "years": "2026-現在"},
        CAREER[0] | {"years": "2021-2026"},
        CAREER[1],
    ]
    assert told({"career": CAREER}, {"career": new}) == [
        ("added", "career", (), ("OpenAI · 總監 · 2026–現在",)),
        ("changed", "career", ("OpenAI · 研究員 · 2021–現在",), ("OpenAI · 研究員 · 2021–2026",)),
    ]


def test_two_degrees_of_one_university_stay_apart():
    """Items with the same institution are matched by their degree."""
    old = [
        {"institution": "弗羅茨瓦夫大學", "degree": "電腦科學碩士", "years": "2004"},
        {"institution": "弗羅茨瓦夫大學", "degree": "數學碩士", "years": "2001"},
    ]
    new = [old[1] | {"years": "2002"}, old[0]]
    assert told({"education": old}, {"education": new}) == [
        ("changed", "education", ("弗羅茨瓦夫大學 · 數學碩士 · 2001",), ("弗羅茨瓦夫大學 · 數學碩士 · 2002",))
    ]


def test_a_change_that_the_line_does_not_show_is_added_to_it():
    """A citation count is not among what names a paper, so it is said after it."""
    old = {"papers": [{"title": "T", "year": 2017, "citations": 173000, "url": "u"}]}
    new = {"papers": [{"title": "T", "year": 2017, "citations": 180000, "url": "u"}]}
    assert told(old, new) == [("changed", "papers", ("T · 2017 · 173000",), ("T · 2017 · 180000",))]
    gone = {"papers": [{"title": "T", "year": 2017, "url": "u"}]}
    assert told(old, gone) == [("changed", "papers", ("T · 2017 · 173000",), ("T · 2017",))]


def test_related_people_are_matched_by_slug_and_named_by_it():
    """A slug is a name where there is no other."""
    old = {"related_people": [{"slug": "ada", "relation": "friend"}, {"slug": "bo", "relation": "friend"}]}
    new = {"related_people": [{"slug": "ada", "relation": "rival"}, {"slug": "cy-lee", "relation": "friend"}]}
    assert told(old, new) == [
        ("added", "related_people", (), ("Cy Lee · friend",)),
        ("changed", "related_people", ("Ada · friend",), ("Ada · rival",)),
        ("removed", "related_people", ("Bo · friend",), ()),
    ]


def test_items_without_a_known_name_are_still_told():
    """Maps of unknown keys are said by their first values; identical lists within lists match."""
    old = {"stats": [{"goals": 3, "season": "2024"}], "pairs": [["a", "b"]]}
    new = {"stats": [{"goals": 5, "season": "2025"}], "pairs": [["a", "b"], ["c", "d"]]}
    assert told(old, new) == [
        ("added", "stats", (), ("5 · 2025",)),
        ("removed", "stats", ("3 · 2024",), ()),
        ("added", "pairs", (), ("c, d",)),
    ]


def test_nested_maps_go_by_leaf():
    """Each address of `social` is a change of its own, in a field with a dot."""
    old = {"social": {"twitter": "t", "github": "g"}}
    new = {"social": {"github": "h", "site": "s"}}
    assert told(old, new) == [
        ("changed", "social.github", ("g",), ("h",)),
        ("added", "social.site", (), ("s",)),
        ("removed", "social.twitter", ("t",), ()),
    ]
    assert told({}, new)[0] == ("added", "social.github", (), ("h",))


def test_a_field_may_change_its_shape():
    """A scalar that became a map or a list is still said in words."""
    assert told({"born": "1981"}, {"born": {"name": "Wrocław", "year": 1981}}) == [
        ("changed", "born", ("1981",), ("Wrocław · 1981",))
    ]
    assert told({"place": {"name": "X"}}, {"place": ["Y"]}) == [
        ("added", "place", (), ("Y",)),
        ("removed", "place", ("X",), ()),
    ]


def test_truth_is_said_in_the_entrys_language():
    """A yes becomes 是 in a Chinese profile."""
    assert told({"open": False}, {"open": True}) == [("changed", "open", ("no",), ("yes",))]
    chinese = dataclasses.replace(make_profile(open=True), language="zh-Hant-TW")
    (change,) = compare(make_profile(open=False), chinese)
    assert (change.old, change.new) == (("否",), ("是",))


def test_values_are_told_whole():
    """Nothing is cut in the record: that is done where a value is shown."""
    long = "多年來他在同一家機構從事研究工作，很少公開談論自己。" * 20
    ((_, _, (old,), (new,)),) = told({"view": f"{long}他住在台北。"}, {"view": f"{long}他搬到釜山了。"})
    assert (old, new) == (f"{long}他住在台北。", f"{long}他搬到釜山了。")
    ((_, _, _, (added,)),) = told({}, {"awards": [{"name": long}]})
    assert added == long


def test_items_between_equal_ones_are_found():
    """What stands alike at both ends of two lists is not looked at; what is between is told."""
    first, last = {"name": "A", "year": 1}, {"name": "Z", "year": 1}
    assert told({"awards": [first, last]}, {"awards": [first, {"name": "M"}, last]}) == [
        ("added", "awards", (), ("M",))
    ]
    assert told({"awards": [first, first, last]}, {"awards": [first, last]}) == [
        ("removed", "awards", ("A · 1",), ())
    ]
    assert told({"awards": ["x", {}, ""]}, {"awards": [{}, "x"]}) == []


def test_one_item_that_is_left_on_each_side_is_the_same_one():
    """Once those that read the same are paired, a name is enough for the last two."""
    old = [{"name": "A", "year": 1}, {"name": "B", "year": 1}]
    new = [{"name": "B", "year": 2}, {"name": "A", "year": "1"}]
    assert told({"awards": old}, {"awards": new}) == [("changed", "awards", ("B · 1",), ("B · 2",))]


def test_the_position_is_that_of_the_field_now():
    """A change points at its line; at the map where the leaf is gone, at the file where all is."""
    old = make_profile(social={"a": "1", "b": "1"}, gone="x")
    new = make_profile(social={"a": "2"})
    new = dataclasses.replace(new, positions={"social": (7, 1), "social.a": (8, 3)})
    place = dataclasses.replace(new.position, line=7)
    leaf = dataclasses.replace(new.position, line=8, column=3)
    assert sorted(change.position.line for change in compare(old, new)) == [1, 7, 8]
    assert {change.field: change.position for change in compare(old, new)} == {
        "social.a": leaf,
        "social.b": place,
        "gone": new.position,
    }


def test_a_rewritten_body_is_a_change_at_its_first_line():
    """The body's change stands after the fields, with its line."""
    old = make_profile(body="short")
    new = dataclasses.replace(make_profile(body="word and other words " * 40), body_line=12)
    (change,) = compare(old, new)
    assert (change.operation, change.field) == (Operation.CHANGED, "body")
    assert change.position == Position(path="articles/p.md", line=12)


SEED_EDITS = {
    "current_position": lambda fields: fields.update(current_position="資深研究員"),
    "awards": lambda fields: fields["awards"].append({"name": "Turing Award", "year": 2026}),
    "career_history": lambda fields: fields["career_history"][-1].update(years="2021-2026"),
    "publications": lambda fields: fields["publications"][0].update(citations=180000),
    "notable_quotes": lambda fields: fields["notable_quotes"].pop(),
    "social.github": lambda fields: fields["social"].update(github="https://github.example/x"),
}


def test_planted_edits_of_a_real_profile(seeds):
    """Six edits of a seed's front matter, under reordering and noise: six changes, and nothing else."""
    fields = yaml.safe_load(seeds("000").read_text(encoding="utf-8").split("---\n")[1])
    edited = copy.deepcopy(fields)
    for name in ("education", "career_history", "tags", "resources", "representative_works"):
        edited[name].reverse()
    edited |= {"last_updated": "2026-02-02", "update_notes": "x", "mentors": None, "photo_credit": "y"}
    assert told(fields, edited) == []
    for edit in SEED_EDITS.values():
        edit(edited)
    found = told(fields, dict(reversed(edited.items())))
    assert sorted(field for _, field, _, _ in found) == sorted(SEED_EDITS)
    assert [new for _, field, _, new in found if field == "career_history"] == [
        ("OpenAI · 研究員 · 2021–2026",)
    ]


def test_true_and_one_are_the_same_in_any_order():
    """Python takes False for 0 where nothing is moved; so do we where a list is in another order."""
    assert told({"view": [False, "", False, ""]}, {"view": [False, "", 0, ""]}) == []
    assert told({"view": [False, "", False, ""]}, {"view": [0, "", False, ""]}) == []
    assert told({"view": [1, False]}, {"view": [0, True]}) == []


SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(0, 9), st.text("ab -2", max_size=4), st.floats(0, 2)
)
ITEMS = st.dictionaries(st.sampled_from(["name", "slug", "year", "role", "x"]), SCALARS, max_size=3)
VALUES = st.recursive(SCALARS | ITEMS, lambda inner: st.lists(inner, max_size=4), max_leaves=6)
FIELDS = st.dictionaries(st.sampled_from(["awards", "social", "view", "tags"]), VALUES, max_size=4)


@given(FIELDS, FIELDS, st.randoms(use_true_random=False))
def test_any_two_maps_compare(old, new, shuffler):
    """Never an exception; equal maps are silent; told changes are not empty; list order plays no part."""
    assert told(old, copy.deepcopy(old)) == []
    found = told(old, new)
    for operation, _, before, after in found:
        assert bool(before) == (operation != "added")
        assert bool(after) == (operation != "removed")
    mixed = copy.deepcopy(new)
    for value in mixed.values():
        if isinstance(value, list):
            shuffler.shuffle(value)

    def unordered(changes):
        return sorted((operation, field, sorted(zip_longest(o, n))) for operation, field, o, n in changes)

    assert unordered(told(old, mixed)) == unordered(found)


def zip_longest(old, new):
    return list(zip(old or new, new or old, strict=True))


@given(st.lists(ITEMS, max_size=5), st.lists(ITEMS, max_size=5))
def test_matching_uses_each_item_once(old, new):
    """Every item that is not in both lists is removed, added or half of a pair."""
    removed, added, pairs = match(old, new)
    same = len(old) - len(removed) - len(pairs)
    assert same >= 0
    assert len(new) - len(added) - len(pairs) == same


@pytest.mark.parametrize(
    "key", ["last_updated", "last-updated", "lastUpdated", "Last_Updated", "updateNotes"]
)
def test_bookkeeping_is_no_news_in_whatever_spelling(key):
    """Snake, kebab and camel case name the same key."""
    assert compare(make_profile(**{key: "2026-01-01"}), make_profile(**{key: "2026-01-08"})) == ()


@pytest.mark.parametrize(("old", "new"), [(True, "yes"), ({"name": "Mina"}, "Mina")])
def test_values_that_read_the_same_are_no_change(old, new):
    """No line says that something became what it was: `yes → yes`."""
    assert compare(make_profile(field=old), make_profile(field=new)) == ()


def test_items_that_lack_what_names_the_others():
    """Where some of a list have a name and some a title, each is matched by its own."""
    old = [{"name": "a", "year": 1}, {"title": "b", "year": 1}, {"title": "gone"}]
    new = [{"title": "b", "year": 2}, {"name": "a", "year": 2}, {"label": "came"}]
    removed, added, pairs = match(old, new)
    assert (removed, added) == ([{"title": "gone"}], [{"label": "came"}])
    assert pairs == [(old[1], new[0]), (old[0], new[1])]
