"""What keeps an entry back: dates, embargoes, approval, and its end; and that nothing held is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from digest.compose import Why, held, remember
from digest.model import Reason
from tests.compose.conftest import NOW, make_config, make_entry, make_profile, stamp, week_later

CONFIG = make_config()


def keys(issue):
    return sorted(item.entry.key for item in issue.everything) if issue else []


def why(entries, *, before=(), now=NOW):
    """Why each entry is held back, by its key."""
    found = held(CONFIG.editions[0], CONFIG, entries, remember(before), now=now)
    return {each.entry.key: each.why for each in found}


def test_an_embargo_ends(composed):
    """An entry waits until its publish date, though its date has come; then it is new."""
    entries = [make_entry("a"), make_entry("e", not_before=stamp("2026-01-28"))]
    first = composed(entries)
    assert keys(first) == ["a"]
    assert first.passed == ()
    assert why(entries) == {"e": Why.EMBARGO}
    assert keys(composed(entries, before=[first], now=week_later())) == ["e"]


@pytest.mark.parametrize(
    ("until", "waits"),
    [("2026-01-26T09:00", False), ("2026-01-26T09:01", True), ("2026-01-26", False), ("2026-01-27", True)],
)
def test_an_embargo_to_the_minute(composed, until, waits):
    """A time is a time, here; a day begins with its local midnight."""
    entries = [make_entry("a"), make_entry("e", not_before=stamp(until))]
    assert keys(composed(entries)) == (["a"] if waits else ["a", "e"])


@pytest.mark.parametrize(
    ("until", "is_over"),
    [("2026-01-26T09:00", True), ("2026-01-26T09:01", False), ("2026-01-26", True), ("2026-01-27", False)],
)
def test_an_entry_ends(composed, until, is_over):
    """From its expiry on an entry is not told; a day without a time is over when it begins, as in Hugo."""
    entries = [make_entry("a"), make_entry("x", expires=stamp(until))]
    assert keys(composed(entries)) == (["a"] if is_over else ["a", "x"])
    assert why(entries) == ({"x": Why.EXPIRED} if is_over else {})


def test_what_was_over_before_the_first_issue_is_remembered(composed):
    """An old offer without its expiry is no news; one that came and went between two issues may be."""
    old = make_entry("old", "2020-01-01", expires=stamp("2020-02-01"))
    first = composed([make_entry("a"), old])
    assert [each.key for each in first.passed] == ["old"]
    mended = replace(old, expires=None)
    assert composed([make_entry("a"), mended], before=[first], now=week_later()) is None
    brief = make_entry("brief", "2026-01-27", expires=stamp("2026-01-30"))
    here = [make_entry("a"), old, brief]
    assert composed(here, before=[first], now=week_later()) is None
    assert why(here, before=[first], now=week_later()) == {"brief": Why.EXPIRED}
    assert keys(composed([replace(brief, expires=None)], before=[first], now=week_later())) == ["brief"]


def test_an_entry_waits_for_its_approval(composed):
    """Where the source asks for it, an entry without a name under `approved_by` waits, and is not lost."""
    waiting = make_entry("w", needs_approval=True)
    first = composed([make_entry("a"), waiting])
    assert keys(first) == ["a"]
    assert why([waiting]) == {"w": Why.APPROVAL}
    approved = replace(waiting, approved_by="Mina")
    issue = composed([make_entry("a"), approved], before=[first], now=week_later())
    assert [(item.entry.key, item.reason) for item in issue.everything] == [("w", Reason.NEW)]


def test_a_profile_waits_with_what_changed(composed):
    """The changes of a known profile that is held back come later, all of them; it is told only if any."""
    profile = make_profile("p", position="Writer")
    first = composed([profile])
    edited = replace(profile, fields={"position": "Editor"}, fingerprint="e", not_before=stamp("2026-03-01"))
    assert composed([edited], before=[first], now=week_later()) is None
    assert why([edited], before=[first], now=week_later()) == {"p": Why.EMBARGO}
    assert why([replace(profile, not_before=edited.not_before)], before=[first], now=week_later()) == {}
    issue = composed([edited], before=[first], now=week_later(9))
    assert [item.changes[0].new for item in issue.profiles] == [("Editor",)]


def test_what_is_out_is_not_told_as_waiting(composed):
    """An article that was published and then given a future date, an embargo or an end is out already."""
    article = make_entry("a")
    first = composed([article])
    for values in (
        {"date": stamp("2026-03-01")}, {"not_before": stamp("2026-03-01")}, {"expires": stamp("2026-01-01")}
    ):  # fmt: skip
        assert why([replace(article, **values)], before=[first], now=week_later()) == {}


def test_a_future_date_is_told(composed):
    """Drafts are not: they wait for nothing but their author. Nor is what is none of the edition's."""
    entries = [make_entry("f", "2026-02-01"), make_entry("d", "2026-02-01", draft=True)]
    assert why(entries) == {"f": Why.DATE}
    config = make_config('tags = ["tea"]')
    assert held(config.editions[0], config, entries, remember(()), now=NOW) == ()
