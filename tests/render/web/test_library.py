"""The library: each entry once, as last published, where it appeared, and under which tags."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

from digest.model import EntryType, Stamp
from digest.render.library import Library


def test_newest_version_wins(library):
    """An entry that two issues hold stands once, as the newer one has it; whatever order they come in."""
    record = next(each for each in library.records if each.entry.slug == "shen-kuo")
    assert record.entry.fields["residence"] == "潤州"
    assert [each.issue.number for each in record.appearances] == [14, 13]
    assert record.updated == record.appearances[0].issue.date


def test_order_of_issues_does_not_matter(issues, rich_config):
    """Issues given in another order make the same library."""
    one, two = Library(issues, rich_config), Library(issues[::-1], rich_config)
    assert one.records == two.records
    assert one.issues == two.issues
    assert one.tags == two.tags


def test_reading_order(library, rich_issue):
    """Records go by the newest issue, in its reading order."""
    keys = [each.entry.key for each in library.records]
    assert keys[: len(rich_issue.items)] == [item.entry.key for item in rich_issue.items]


def test_published(library):
    """An entry's date is its own, else that of its first issue, and never after the last one."""
    by_slug = {each.entry.slug: each for each in library.records}
    lead = by_slug["lead-type"]
    assert lead.published == lead.entry.date.at
    assert by_slug["kinsoku"].published == library.issues[-1].date
    late = dataclasses.replace(lead.entry, date=Stamp(at=lead.updated + timedelta(days=1)))
    assert dataclasses.replace(lead, entry=late).published == lead.updated


def test_own_pages(library, rich_config, rich_issue):
    """We build pages for what is read here: not for links, nor for what a permalink puts elsewhere."""
    slugs = {each.entry.slug for each in library.own}
    assert {"lead-type", "shen-kuo"} <= slugs
    assert "link-1" not in slugs
    site = rich_config.site.model_copy(update={"permalink": "/blog/{slug}/"})
    elsewhere = Library((rich_issue,), rich_config.model_copy(update={"site": site}))
    assert {each.entry.type for each in elsewhere.own} == {EntryType.PROFILE}


def test_one_address(rich_issue, rich_config, make_item):
    """Of two entries at one address the one published last has the page."""
    new = rich_issue.lead.entry
    old = dataclasses.replace(new, key="articles/renamed.md", title="舊")
    before = dataclasses.replace(
        rich_issue, number=1, date=rich_issue.date - timedelta(days=7), lead=make_item(old), sections=()
    )
    found = Library((before, rich_issue), rich_config).own
    assert [each.entry.title for each in found if each.entry.slug == new.slug] == [new.title]


def test_tags(library):
    """Tags go by how many entries carry them, then by key, and know their issues."""
    tags = list(library.tags.values())
    counts = [len(tag.records) for tag in tags]
    assert counts == sorted(counts, reverse=True)
    assert [issue.number for issue in library.tags["科學"].issues] == [14, 13]
    assert [issue.number for issue in library.tags["한글"].issues] == [14]


def test_spellings_and_aliases(rich_issue, rich_config, make_article, make_item):
    """Spellings of a tag are one, shown as most write it; an alias goes by the name in config.toml."""
    tags = (("Open Source",), ("open-source", "open source"), ("#Open Source",), ("開源",), ("",))
    entries = [make_article(f"e{n}", "x", "en", tags=each) for n, each in enumerate(tags)]
    issue = dataclasses.replace(rich_issue, lead=None, sections=(), profiles=(), quotes=(), overflow=())
    issue = dataclasses.replace(issue, overflow=tuple(make_item(each) for each in entries))
    plain = Library((issue,), rich_config)
    assert [(tag.key, tag.title, len(tag.records)) for tag in plain.tags.values()] == [
        ("open-source", "Open Source", 3),
        ("開源", "開源", 1),
    ]
    aliased = Library((issue,), rich_config.model_copy(update={"aliases": {"Open source": ("開源",)}}))
    assert [(tag.title, len(tag.records)) for tag in aliased.tags.values()] == [("Open source", 4)]


def test_categories_are_tags(rich_issue, rich_config, make_article, make_item):
    """A category has its page like a tag; one that is both counts once."""
    entry = make_article("c", "x", "en", tags=("Print",), categories=("print", "History"))
    issue = dataclasses.replace(rich_issue, lead=make_item(entry), sections=(), profiles=(), overflow=())
    assert list(Library((issue,), rich_config).tags) == ["history", "print"]


def test_nothing_sealed(rich_config):
    """A library of no issues is empty in every way."""
    empty = Library((), rich_config)
    assert (empty.issues, empty.records, empty.own, dict(empty.tags)) == ((), (), (), {})
