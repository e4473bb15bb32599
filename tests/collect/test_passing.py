"""Files that are no entries on purpose, each told."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from digest.collect.entries import parse
from digest.collect.passing import is_in_drawer
from digest.model import Document, EntryType

GOOD = "---\ntitle: T\ndate: 2026-01-02\n---\nwords\n"


def read(path: str, text: str = GOOD, kind: EntryType = EntryType.ARTICLE) -> tuple[bool, list[str]]:
    """Whether the file is an entry, and its problems."""
    source = path.partition("/")[0]
    document = Document(path=path, data=text.encode(), type=kind, language="en", source=source)
    entry, problems = parse(document, ZoneInfo("UTC"))
    return entry is not None, [f"{one.severity} {one.rule} {one.sentence}" for one in problems]


@pytest.mark.parametrize(
    ("path", "text", "why"),
    [
        ("posts/_index.md", GOOD, "own page of a section"),
        ("posts/a/_index.zh-tw.md", GOOD, "own page of a section"),
        ("posts/archetype.md", GOOD, "pattern of new files"),
        ("posts/archetypes/default.md", GOOD, "lies in `archetypes`"),
        ("posts/_includes/note.md", GOOD, "lies in `_includes`"),
        ("posts/t.md", "---\ntitle: T\ndate: {{ .Date }}\n---\n", "still to be filled in"),
        ("posts/t.md", "+++\ntitle = '{{ replace .Name `-` ` ` | title }}'\n+++\n", "still to be filled in"),
        ("posts/t.md", "---\ncreated: <% tp.date.now() %>\n---\n", "still to be filled in"),
        ("posts/t.md", "---\ntitle: {{title}}\n", "still to be filled in"),
        ("posts/t.md", "---\ntitle: T\nheadless: true\n---\nx", "no page be made"),
        ("posts/t.md", "---\ntitle: T\npermalink: false\n---\nx", "no page be made"),
        ("posts/t.md", "---\ntitle: T\nbuild: {render: never}\n---\nx", "no page be made"),
        ("posts/t.md", "---\ntitle: T\n_build: {render: false}\n---\nx", "no page be made"),
        ("posts/t.md", "---\ntitle: T\neleventyExcludeFromCollections: true\n---\nx", "no page be made"),
    ],
)
def test_a_file_that_is_no_entry_is_told(path: str, text: str, why: str) -> None:
    """Nothing is silent, and nothing of it is an error."""
    is_entry, problems = read(path, text)
    assert not is_entry
    assert len(problems) == 1
    assert problems[0].startswith("info file-passed")
    assert why in problems[0]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("posts/my_index.md", GOOD),
        ("posts/_note.md", GOOD),
        ("posts/the archetype of x.md", GOOD),
        ("posts/t.md", GOOD + "```\ntitle: {{ .Title }}\n```\n"),
        (
            "posts/t.md",
            "---\ntitle: T\ndate: 2026-01-02\nurl: /x/\npermalink: /x/\nbuild: {list: never}\n---\nx",
        ),
        ("posts/t.md", "---\ntitle: What {{ .Date }} means\ndate: 2026-01-02\n---\nx"),
    ],
)
def test_what_only_looks_like_one_is_an_entry(path: str, text: str) -> None:
    """A tutorial about templates is an article."""
    assert read(path, text)[0]


def test_an_authors_own_page_is_a_profile() -> None:
    """Hugo's academic sites keep each author in `authors/NAME/_index.md`."""
    text = "---\ntitle: Jane Doe\nrole: Professor\n---\nWords.\n"
    assert read("authors/jane/_index.md", text, EntryType.PROFILE) == (True, [])
    assert not read("authors/_index.md", text, EntryType.PROFILE)[0]
    document = Document(
        path="authors/jane/_index.md",
        data=text.encode(),
        type=EntryType.PROFILE,
        language="en",
        source="authors",
    )
    entry, _ = parse(document, ZoneInfo("UTC"))
    assert entry
    assert (entry.key, entry.slug, entry.roles.role) == ("authors/jane", "jane", "Professor")


@pytest.mark.parametrize(
    ("path", "draft"),
    [
        ("site/_drafts/x.md", True),
        ("_drafts/x.md", True),
        ("a/my_drafts/x.md", False),
        ("a/_drafts.md", False),
    ],
)
def test_a_folder_of_drafts_has_drafts(path: str, draft: bool) -> None:
    """Jekyll's; not every folder whose name ends so."""
    assert is_in_drawer(path) is draft
    document = Document(path=path, data=GOOD.encode(), type=EntryType.ARTICLE, language="en")
    entry, _ = parse(document, ZoneInfo("UTC"))
    assert entry
    assert entry.draft is draft
