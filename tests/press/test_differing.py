"""What differs between issues, as an editor sees it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from digest import press
from digest.errors import DigestError, NothingNewError, SealError, UsageError
from digest.press.differing import Kind, broken, compared, diff, newest, version
from tests.press.conftest import LATER, NOW

STORY = """\
---
title: {title}
date: 2026-01-{day}
language: en
tags: [{tag}]
description: {title} in a line.
---

Words of a story.
"""


def stories(**titles: str) -> dict[str, str | bytes]:
    """Articles by slug and title, each a day before the one that was named first."""
    return {
        f"articles/{slug}.md": STORY.format(title=title, day=25 - place, tag="ships")
        for place, (slug, title) in enumerate(titles.items())
    }


def kinds(found) -> dict[str, str]:
    """What became of each entry, by the last part of its key."""
    return {each.key.rpartition("/")[2].partition(".")[0]: each.kind.value for each in found.items}


@pytest.fixture
def published(make_site):
    """A site with an issue of five stories, and a second one with a sixth."""
    site = make_site(stories(anchor="Anchor", buoy="Buoy", canal="Canal"))
    press.publish(site, now=NOW)
    (site.root / "articles/delta.md").write_text(STORY.format(title="Delta", day=30, tag="ships"))
    return site


def test_draft_against_the_newest_sealed(published) -> None:
    """The draft has what is new, and the sealed issue what was: entries by title and section."""
    found = diff(published, newest(published, "weekly"), ("weekly", None), now=LATER)
    told = {each.title: each for each in found.items}
    assert (found.old.name, found.new.name) == ("weekly/1", "weekly/2 (draft)")
    assert (told["Delta"].kind, told["Delta"].old_section, told["Delta"].new_section) == (
        Kind.ADDED,
        "",
        "lead",
    )
    assert told["Anchor"].kind is Kind.REMOVED
    assert told["Anchor"].old_section
    assert told["Anchor"].new_section == ""
    assert ("subject", "A map of the shore", "Delta") in found.heads


def test_issue_against_issue(published) -> None:
    """Two sealed issues are read from the archive, whatever became of the files."""
    press.publish(published, now=LATER)
    (published.root / "articles/delta.md").unlink()
    found = diff(published, ("weekly", 2), ("weekly", 1), now=LATER)
    assert kinds(found)["delta"] == "removed"
    assert kinds(found)["anchor"] == "added"


def test_what_an_edit_did_to_a_draft(make_site) -> None:
    """A draft against the same draft before an edit: what was edited is changed, with what it says now."""
    site = make_site(stories(anchor="Anchor", buoy="Buoy", canal="Canal"))
    before = version(site, "weekly", None, NOW)
    path = site.root / "articles/buoy.md"
    text = path.read_text().replace("Buoy in a line.", "Another line.").replace("Words", "More words")
    path.write_text(text)
    (changed,) = compared(before, version(site, "weekly", None, NOW)).items
    assert (changed.kind, changed.title) == (Kind.CHANGED, "Buoy")
    assert changed.fields == (
        ("description", "Buoy in a line.", "Another line."),
        ("body", "17 characters", "22 characters"),
    )


def test_moved_is_told_of_as_few_as_possible() -> None:
    """Of three in a row the one that went to the end has moved; the two that stayed in order have not."""
    from digest.press.differing import _moved

    assert _moved(["a", "b", "c"], ["b", "c", "a"]) == {"a"}
    assert _moved(["a", "b"], ["a", "b"]) == set()


def test_text_and_html_are_unified_diffs(published) -> None:
    """Renditions are compared line by line, the HTML at its tags, each under the name of its issue."""
    found = diff(published, ("weekly", 1), ("weekly", None), now=LATER)
    text, html = found.text().splitlines(), found.html().splitlines()
    assert text[:2] == ["--- weekly/1 email.txt", "+++ weekly/2 (draft) email.txt"]
    assert "-Anchor" in text
    assert "+Delta" in text
    assert html[0] == "--- weekly/1 email.html"
    assert any(line.startswith("+") and ">Delta" in line for line in html)
    assert max(map(len, html)) < 2_000


def test_html_is_broken_at_its_tags() -> None:
    """A line begins where a tag begins something; words and closing tags within a line stay together."""
    html = '<style>a{b:c}.d{e:f}</style><table><tr><td>One <b>two</b><a href="x">three</a></td></tr></table>'
    assert broken(html) == [
        "<style>a{b:c}",
        ".d{e:f}",
        "</style>",
        "<table>",
        "<tr>",
        "<td>One <b>two</b>",
        '<a href="x">three</a></td>',
        "</tr>",
        "</table>",
    ]


def test_what_cannot_be_compared(make_site) -> None:
    """There is nothing to compare with before the first issue, nor with itself, nor what was never sealed."""
    site = make_site()
    with pytest.raises(DigestError, match="no issue of weekly is sealed yet"):
        newest(site, "weekly")
    press.publish(site, now=NOW)
    with pytest.raises(UsageError, match="does not differ from itself"):
        diff(site, ("weekly", 1), ("weekly", 1), now=NOW)
    with pytest.raises(SealError, match="no sealed issue weekly/7"):
        diff(site, ("weekly", 7), ("weekly", 1), now=NOW)
    with pytest.raises(NothingNewError):
        diff(site, ("weekly", 1), ("weekly", None), now=NOW + timedelta(hours=1))
