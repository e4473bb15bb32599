"""When an entry is of, from when to when it is shown, and what tells so."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.collect import dates
from digest.collect.dates import stamp
from digest.collect.entries import parse
from digest.model import Document, Entry, EntryType

TAIPEI = ZoneInfo("Asia/Taipei")


def read(text: str, path: str = "posts/a.md", kind: EntryType = EntryType.ARTICLE) -> tuple[Entry, list[str]]:
    """The entry of a text, and the rules of its problems."""
    document = Document(path=path, data=text.encode(), type=kind, language="en", source="posts")
    entry, problems = parse(document, TAIPEI)
    assert entry
    return entry, [one.rule for one in problems]


@pytest.mark.parametrize(
    ("front", "path", "day", "origin"),
    [
        ("date: 2026-01-02", "2020/01/01/2021-01-01-a.md", "2026-01-02", "front matter"),
        ("permalink: /2026/01/02/a/", "2021-01-01-a.md", "2026-01-02", "path"),
        ("path: 2026/01/02/a", "a.md", "2026-01-02", "path"),
        ("slug: 2026/1/2/a", "a.md", "2026-01-02", "path"),
        ("x: y", "2026/01/02/a.md", "2026-01-02", "path"),
        ("x: y", "2026-01-02-a.md", "2026-01-02", "file name"),
        ("lastmod: 2026-01-02", "a.md", "2026-01-02", "front matter"),
        ("lastmod: 2026-01-02", "2021-01-01-a.md", "2021-01-01", "file name"),
        ("updated: 2026-01-02", "a.md", "", ""),
        ("x: y", "2026-13-02-a.md", "", ""),
        ("permalink: /2026/13/02/a/", "a.md", "", ""),
        ("date: soon", "2026-01-02-a.md", "", ""),
    ],
)
def test_the_surest_thing_tells_the_date(front: str, path: str, day: str, origin: str) -> None:
    """Front matter, address, folders, file name; a wrong date is not guessed around."""
    date = read(f"---\ntitle: T\n{front}\n---\nx", f"posts/{path}")[0].date
    assert (str(date.at.date()) if date else "", date.origin if date else "") == (day, origin)
    assert date is None or date.day_only


def test_a_profile_is_of_no_day_for_having_been_changed() -> None:
    """When a page was touched is no date of a person."""
    assert read("---\nname: N\nlastmod: 2026-01-02\n---\nx", kind=EntryType.PROFILE)[0].date is None


def test_first_lines_tell_the_date_of_a_text_without_front_matter() -> None:
    """The day of publishing, not that of an update, and none where the words only mention one."""
    entry, _ = read("# Title\n\nPublished: 2026-01-02 · YouTube\n\nWords.\n")
    assert entry.date
    assert (str(entry.date.at.date()), entry.date.origin, entry.date.day_only) == (
        "2026-01-02",
        "header",
        True,
    )
    assert entry.date.at.tzinfo is TAIPEI
    assert read("# Title\n\nLast updated: 2026-01-02\n\nWords.\n")[0].date is None
    assert read("# Title\n\nOn 2026-01-02 it rained and nobody came to the market.\n")[0].date is None


@pytest.mark.parametrize(
    ("front", "begins", "ends"),
    [
        ("publishDate: 2026-02-01", "2026-02-01", ""),
        ("date: 2026-01-01\npublish_date: 2026-02-01\nembargo_until: 2026-03-01", "2026-03-01", ""),
        ("pubdate: 2026-02-01", "2026-02-01", ""),
        ("published: true", "", ""),
        ("date: 2026-02-01", "", ""),
        ("expiryDate: 2026-02-01\nunpublish_date: 2026-01-01", "", "2026-01-01"),
        ("expires: 2026-02-01", "", "2026-02-01"),
    ],
)
def test_an_entry_waits_and_ends(front: str, begins: str, ends: str) -> None:
    """The latest day to wait for, the earliest to end at."""
    entry, _ = read(f"---\ntitle: T\n{front}\n---\nx")
    assert (str(entry.not_before.at.date()) if entry.not_before else "") == begins
    assert (str(entry.expires.at.date()) if entry.expires else "") == ends


WRITTEN = st.one_of(
    st.from_regex(
        r"[0-9]{4}(-[0-9]{2}){2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:?[0-9]{2})?)?",
        fullmatch=True,
    ),
    st.datetimes(timezones=st.timezones()).map(lambda at: at.isoformat(timespec="seconds")),
    st.dates().map(str),
)  # fmt: skip


@given(WRITTEN)
def test_the_usual_way_reads_what_the_long_way_reads(written: str) -> None:
    """Most dates are ISO 8601; the short cut for them changes no date and lets no wrong one in."""

    def told() -> str:
        try:
            return repr(stamp(written, TAIPEI))
        except ValueError as error:
            return str(error)

    quick = told()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dates, "_quick", lambda *_: None)
        assert told() == quick
