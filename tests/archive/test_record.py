"""issue.json: an issue comes back as it went."""

from __future__ import annotations

import dataclasses
import json
import re
from datetime import timedelta, timezone
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digest.archive import dump_issue, load_issue
from digest.errors import SealError
from digest.model import Entry, Issue, Item

WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@cache
def issues() -> st.SearchStrategy[Issue]:
    st.register_type_strategy(str, WORDS)
    times = st.datetimes(timezones=ZONES)
    entry = st.builds(
        Entry,
        date=st.none() | st.builds(_stamp(), at=times),
        updated=st.none(),
        fields=st.dictionaries(WORDS, JSON, max_size=3),
        positions=st.just({}),
        images=st.just(()),
        image=st.none(),
    )
    item = st.builds(Item, entry=entry)
    few = st.lists(item, max_size=2).map(tuple)
    return st.builds(
        Issue,
        date=times,
        lead=st.none() | item,
        sections=st.just(()),
        profiles=few,
        overflow=few,
        baselines=st.lists(entry, max_size=1).map(tuple),
    )


def _stamp() -> type:
    from digest.model import Stamp

    return Stamp


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_round_trip(data):
    """Any issue of JSON values and whole-minute zones is read back equal, and dumped as the same bytes."""
    issue = data.draw(issues())
    text = dump_issue(issue)
    back = load_issue(text, "issue.json")
    assert back == issue
    assert dump_issue(back) == text


def test_layout(make_issue):
    """The file is for people and diffs too: one space of indent, letters as they are, the model's order."""
    text = dump_issue(make_issue()).decode()
    assert text.startswith('{\n "edition": "weekly",\n "number": 1,\n')
    assert "測試週報" in text
    assert text.endswith("}\n")
    assert list(json.loads(text)) == [field.name for field in dataclasses.fields(Issue)]


def test_broken_character(make_issue):
    """Half a surrogate pair cannot be written, and the error says so."""
    with pytest.raises(SealError, match="cannot be written") as error:
        dump_issue(make_issue(title="\ud800"))
    assert error.value.subject == "weekly/1"


@pytest.mark.parametrize("text", [b"", b"{}", b"[1]", b"\xff", b'{"edition": 3}'])
def test_not_an_issue(text):
    """What is no issue is refused with the place of the first fault."""
    with pytest.raises(SealError, match="is not an issue") as error:
        load_issue(text, "archive/weekly/1/issue.json")
    assert error.value.subject == "archive/weekly/1/issue.json"


def test_the_first_issues_told_the_path_of_every_key():
    """An issue that was sealed then is read as it is now; a place without a line is none."""
    data = (Path(__file__).parents[2] / "archive/weekly/1/issue.json").read_bytes()
    issue = load_issue(data, "weekly/1")
    assert issue.lead is not None
    assert issue.lead.entry.place("title") == issue.lead.entry.position
    assert load_issue(dump_issue(issue), "weekly/1") == issue
    with pytest.raises(SealError, match=r"lead\.entry\.positions\.title"):
        load_issue(re.sub(rb'("positions": \{\s+"title": \{[^}]*"line": )\d+', rb'\1"x"', data), "weekly/1")
