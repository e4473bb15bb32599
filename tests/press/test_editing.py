"""The overrides' file written by a program: comments stay, and only differences are held."""

from datetime import datetime
from pathlib import Path

import pytest

from digest.compose import Arranged, Arrangement
from digest.errors import DigestError
from digest.press import Site, build
from digest.press.editing import OverridesError, change, rearrange, suggestions
from tests.press.conftest import NOW

WRITTEN = """\
# Mine.
lead = "ferry"  # because

[sections.history]
title = "Then"  # and now
"""


@pytest.fixture
def file(make_site) -> tuple[Site, Path]:
    site = make_site()
    return site, site.root / "issues" / "weekly" / "1.toml"


def test_a_change_keeps_all_else(file) -> None:
    """Keys are set and taken away; comments, order and what was not named stay as they were."""
    site, path = file
    change(site, "weekly", 1, {"subject": "S", "sections": {"tea": {"entries": ["tea"]}}})
    assert path.read_text() == 'subject = "S"\n\n[sections.tea]\nentries = ["tea"]\n'
    path.write_text(WRITTEN)
    change(site, "weekly", 1, {"pins": ["a", "b", "c"], "note": "One\nTwo\n"})
    text = path.read_text()
    assert "# Mine.\n" in text
    assert '"ferry"  # because' in text
    assert 'title = "Then"  # and now' in text
    assert text.index("pins") < text.index("[sections")
    change(site, "weekly", 1, {"pins": None, "note": None})
    assert path.read_text().split() == WRITTEN.split()


def test_what_is_the_composers_again_goes(file) -> None:
    """None takes a key away, and a section with it when nothing is left; twice is once."""
    site, path = file
    path.parent.mkdir(parents=True)
    path.write_text(WRITTEN)
    for _ in range(2):
        change(
            site, "weekly", 1, {"lead": None, "sections": {"history": {"title": None}, "x": {"title": None}}}
        )
        assert path.read_text().strip() == "# Mine."


def test_nothing_to_say_makes_no_file(file) -> None:
    """A file is not made for nothing."""
    site, path = file
    change(site, "weekly", 1, {"lead": None, "sections": {"a": {"entries": None}}})
    assert not path.exists()


def test_skips_as_a_program_writes_them(file) -> None:
    """A skip until the next issue is a table in one line."""
    site, path = file
    change(site, "weekly", 1, {"skips": ["tea", {"entry": "ferry", "until": "next"}]})
    assert path.read_text() == 'skips = ["tea", {entry = "ferry", until = "next"}]\n'
    draft = build(site, now=NOW)
    assert not {"articles/tea.md", "articles/ferry.md:ko"} & {
        each.entry.key for each in draft.issue.everything
    }


def test_a_file_that_is_no_toml_is_not_touched(file) -> None:
    """Neither is one written that nobody could read."""
    site, path = file
    path.parent.mkdir(parents=True)
    path.write_text("lead =\n")
    with pytest.raises(OverridesError, match="not TOML"):
        change(site, "weekly", 1, {"lead": "tea"})
    assert path.read_text() == "lead =\n"
    path.unlink()
    with pytest.raises(OverridesError, match="there is no key leed"):
        change(site, "weekly", 1, {"leed": "tea"})
    assert not path.exists()


def test_a_file_that_cannot_be_read_is_told(file) -> None:
    """Bytes that are no text, and a folder in its place: a problem of the draft, not an end of it."""
    site, path = file
    path.parent.mkdir(parents=True)
    path.write_bytes(b"lead = \xff")
    (problem,) = [each for each in build(site, now=NOW).problems if each.rule == "override-syntax"]
    assert problem.sentence == "cannot be read: it is not text in UTF-8"
    path.unlink()
    path.mkdir()
    (problem,) = [each for each in build(site, now=NOW).problems if each.rule == "override-syntax"]
    assert problem.sentence == "cannot be read: Is a directory"


def test_the_disk_may_refuse(file) -> None:
    """A file in the way of the folder is an error with its path."""
    site, _ = file
    (site.root / "issues").write_text("x")
    with pytest.raises(DigestError, match=r"cannot write 1\.toml"):
        change(site, "weekly", 1, {"lead": "tea"})


def test_dragging_writes_differences_only(file) -> None:
    """An arrangement becomes the file, which brings a build there; back again, nothing is left of it."""
    site, path = file
    composed = build(site, now=NOW).issue
    wanted = Arrangement(
        lead=composed.lead.entry.key,
        sections=tuple(
            Arranged(
                key=each.key, title=each.title, entries=tuple(item.entry.key for item in each.items)[::-1]
            )
            for each in composed.sections
        ),
        profiles=tuple(each.entry.key for each in composed.profiles),
    )
    rearrange(site, composed, wanted)
    made = build(site, now=NOW).issue
    assert [tuple(item.entry.key for item in each.items) for each in made.sections] == [
        each.entries for each in wanted.sections
    ]
    assert "lead" not in path.read_text()
    as_it_was = Arrangement(
        lead=wanted.lead,
        sections=tuple(
            Arranged(key=each.key, title="", entries=tuple(item.entry.key for item in each.items))
            for each in composed.sections
        ),
    )
    rearrange(site, composed, as_it_was)
    assert path.read_text().strip() == ""


def test_titles_that_no_comment_holds(make_site) -> None:
    """A title of several lines or with control characters stays out of the comments."""
    site = make_site({"articles/odd.md": '---\ntitle: "A\\x07 b"\ndate: 2026-01-25\n---\nWords.\n'})
    text = suggestions(build(site, now=datetime.fromisoformat("2026-01-26T09:00:00+08:00")).issue)
    assert "\x07" not in text
    assert all(not line or line.startswith("#") for line in text.splitlines())
