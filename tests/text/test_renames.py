"""Which name lives on in which: unique matches only, each old name once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model import Entry, EntryType, Origin, Position, Stamp
from digest.text.renames import Trace, renames, trace


def of(**values: str) -> Trace:
    return Trace(**{"type": "article", "language": "en"} | values)


def test_by_the_words_of_the_body() -> None:
    """The same body under another path, title and day is the same entry."""
    old, new = of(mark="m", title="A", day="2026-01-01"), of(mark="m", title="B", day="2026-01-09")
    assert renames({"a": old}, {"b": new}) == {"b": "a"}


def test_by_the_slug() -> None:
    """A file that keeps its slug in another folder is known, rewritten or not."""
    assert renames({"x/tea": of(slug="tea", mark="m")}, {"y/tea": of(slug="tea", mark="n")}) == {
        "y/tea": "x/tea"
    }


def test_a_slug_alone_is_not_enough_against_title_and_day() -> None:
    """Last year's review and this year's share a slug, and are two."""
    old = of(slug="review", title="The year 2025", day="2025-12-30")
    new = of(slug="review", title="The year 2026", day="2026-12-30")
    assert renames({"a": old}, {"b": new}) == {}
    assert renames({"a": old}, {"b": new._replace(day=old.day)}) == {"b": "a"}
    assert renames({"a": old}, {"b": new._replace(title=old.title)}) == {"b": "a"}


def test_by_title_and_day() -> None:
    """An article by both, a profile by its name; a title without a day is no proof."""
    dated = of(title="Tea", day="2026-01-01")
    assert renames({"a": dated}, {"b": dated}) == {"b": "a"}
    assert renames({"a": dated}, {"b": dated._replace(day="2026-01-02")}) == {}
    assert renames({"a": of(title="Notes")}, {"b": of(title="Notes")}) == {}
    profile = of(type="profile", title="Mina")
    assert renames({"a": profile}, {"b": profile}) == {"b": "a"}
    assert renames({"a": of(day="2026-01-01")}, {"b": of(day="2026-01-01")}) == {}


@pytest.mark.parametrize("values", [{"mark": "m"}, {"slug": "s"}, {"title": "T", "day": "2026-01-01"}])
def test_what_is_ambiguous_is_new(values: dict[str, str]) -> None:
    """Two gone or two new that agree match nobody."""
    each = of(**values)
    assert renames({"a": each, "b": each}, {"c": each}) == {}
    assert renames({"a": each}, {"b": each, "c": each}) == {}


def test_words_come_before_the_slug() -> None:
    """Two files that change their slugs are known by their bodies; each old name is given once."""
    gone = {"a": of(slug="one", mark="1"), "b": of(slug="two", mark="2")}
    new = {"c": of(slug="two", mark="1"), "d": of(slug="one", mark="2")}
    assert renames(gone, new) == {"c": "a", "d": "b"}


def test_a_doubt_is_settled_by_what_was_matched_before() -> None:
    """Of two with one slug the first is known by its words; then the other is the only one left."""
    gone = {"a": of(slug="s", mark="1"), "b": of(slug="s", mark="2")}
    new = {"c": of(slug="s", mark="1"), "d": of(slug="s", mark="3")}
    assert renames(gone, new) == {"c": "a", "d": "b"}


def test_translations_keep_apart() -> None:
    """Placeholders with the same words in two languages are each known in their own."""
    gone = {"a": of(mark="m"), "a.ko": of(mark="m", language="ko")}
    new = {"b": of(mark="m"), "b.ko": of(mark="m", language="ko")}
    assert renames(gone, new) == {"b": "a", "b.ko": "a.ko"}


def test_another_language_for_the_same_words() -> None:
    """A file whose language was corrected is the same; one that shares but its slug is a translation."""
    assert renames({"a": of(mark="m")}, {"a.ko": of(mark="m", language="ko")}) == {"a.ko": "a"}
    assert renames({"a": of(slug="s")}, {"a.ko": of(slug="s", language="ko")}) == {}


ENTRY = Entry(
    key="articles/tea.md",
    type=EntryType.ARTICLE,
    kind="article",
    slug="tea",
    title="Tea",
    language="en",
    position=Position(path="articles/tea.md"),
    fingerprint="f",
    mark="m",
    date=Stamp(at=datetime(2026, 1, 2, tzinfo=UTC)),
)


@pytest.mark.parametrize("origin", Origin)
def test_only_dates_of_the_file_are_kept(origin: Origin) -> None:
    """What git or we say of a file changes with its name; a profile's day is no part of it."""
    dated = replace(ENTRY, date=replace(ENTRY.date, origin=origin))
    told = "" if origin in (Origin.GIT, Origin.FIRST_SEEN) else "2026-01-02"
    assert trace(dated) == Trace("article", "en", "Tea", told, "tea", "m")
    assert trace(replace(dated, type=EntryType.PROFILE)).day == ""
    assert trace(replace(ENTRY, date=None)).day == ""


traces = st.builds(
    Trace,
    type=st.sampled_from(["article", "profile"]),
    language=st.sampled_from(["en", "ko"]),
    title=st.sampled_from(["", "T"]),
    day=st.sampled_from(["", "2026-01-01", "2026-01-02"]),
    slug=st.sampled_from(["", "s", "t"]),
    mark=st.sampled_from(["", "m", "n"]),
)
names = st.dictionaries(st.sampled_from("abcd"), traces, max_size=4)


@given(names, st.dictionaries(st.sampled_from("efgh"), traces, max_size=4))
def test_each_name_once_whatever_the_order(gone: dict[str, Trace], new: dict[str, Trace]) -> None:
    """Every match is of two names that were given, no name is used twice, and order does not matter."""
    found = renames(gone, new)
    assert len(set(found.values())) == len(found)
    assert found.keys() <= new.keys()
    assert set(found.values()) <= gone.keys()
    assert found == renames(dict(reversed(gone.items())), dict(reversed(new.items())))
