"""Subject and preheader."""

import dataclasses
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.compose.words import one_line
from digest.errors import TemplateError
from digest.model import EntryType
from tests.compose.conftest import make_config, make_entry, make_profile, week_later


def written(composed, entries, subject="", preheader="", **values):
    import json

    lines = "".join(
        f"{key} = {json.dumps(value)}\n"
        for key, value in (("subject", subject), ("preheader", preheader))
        if value
    )
    issue = composed(entries, config=make_config(lines), **values)
    return issue.subject, issue.preheader


def test_by_default_the_lead_speaks(composed):
    """Title as subject, description as preheader, no counts."""
    entries = [make_entry("a", title="Tea & <salt>", description="On   roots.\n")]
    assert written(composed, entries) == ("Tea & <salt>", "On roots.")


def test_a_missing_description_is_the_beginning_of_the_text(composed):
    """Without its headings and marks."""
    entries = [make_entry("a", body="# Head\n\nThe **first** words.")]
    assert written(composed, entries)[1] == "The first words."


def test_templates_know_the_issue(composed):
    """Edition, number, label, date, lead, sections and profiles."""
    entries = [
        make_entry(
            "a", "2026-01-26", lead=True, kind="video", authors=("Ada",), source_name="Tube", tags=("x",)
        ),
        *(make_entry(f"b{n}", tags=("tea",)) for n in range(2)),
        make_profile("p"),
    ]
    subject = (
        "{{ edition.name }} {{ edition.title }}{{ edition.tagline }} {{ number }} {{ label }} {{ date.year }}"
        " {{ lead.kind }} {{ lead.minutes }} {{ lead.authors[0] }} {{ lead.source }} {{ lead.tags | first }}"
    )
    preheader = (
        "{% for section in sections %}{{ section.title }}: "
        "{{ section.stories | map(attribute='title') | join('; ') }}{% endfor %}"
        " + {{ profiles[0].title }} {{ profiles[0].url }}"
    )
    assert written(composed, entries, subject, preheader) == (
        "weekly Scratch Weekly 1 2026-W05 2026 video 1 Ada Tube x",
        "tea: Title of b0; Title of b1 + Title of p https://scratch.example/p/",
    )


def test_without_a_lead_the_first_item_speaks(composed):
    """An issue of profiles or links alone still has a subject."""
    first = composed([make_profile("p", position="a")])
    assert first.subject == "Title of p"
    assert (
        written(composed, [make_profile("p", position="b")], before=[first], now=week_later())[0]
        == "Title of p"
    )
    assert written(composed, [make_entry("l", type=EntryType.LINK)])[0] == "Title of l"


def test_an_empty_subject_is_edition_and_label(composed):
    """A mail is never sent without a subject."""
    assert written(composed, [make_entry(title="\u200e")])[0] == "Scratch Weekly · 2026-W05"


def test_an_endless_title_is_cut(composed):
    """A subject has a length that mail programs bear."""
    subject, _ = written(composed, [make_entry(title="字" * 500)])
    assert subject == "字" * 99 + "…"


@pytest.mark.parametrize(
    "template",
    ["{{ lead.titel }}", "{{", "{% for %}", "{{ number / 0 }}", "{{ lead + 1 }}", "{{ lead.title.x.y }}"],
)
@pytest.mark.parametrize("key", ["subject", "preheader"])
def test_faults_are_template_errors(composed, key, template):
    """Each names its key, and no template can break the press in another way."""
    with pytest.raises(TemplateError) as caught:
        written(composed, [make_entry()], **{key: template})
    assert caught.value.problems[0].rule == f"{key}-template"


@pytest.mark.parametrize(
    "template", ["{{ ''.__class__.__mro__ }}", "{{ lead.__init__.__globals__ }}", "{{ range(10**9) | list }}"]
)
def test_templates_are_in_a_sandbox(composed, template):
    """A config.toml from elsewhere cannot reach into Python."""
    with pytest.raises(TemplateError):
        written(composed, [make_entry()], template)


@given(st.text())
def test_one_line_is_one_line(text):
    """No line break, control character or direction mark survives, and letters do."""
    line = one_line(text)
    assert line == one_line(line)
    assert len(line.splitlines()) <= 1
    assert not any(unicodedata.category(each) in ("Cc", "Cs", "Zl", "Zp") for each in line)


def test_one_line_keeps_joined_emoji():
    """The joiner in a family is no control character."""
    assert one_line("a\r\nBcc: x\u2028\u202eb 👩\u200d👧") == "a Bcc: x b 👩\u200d👧"


def test_stories_have_no_more_than_is_promised():
    """What templates see is a frozen type of its own, not the entry."""
    from digest.compose.words import Story

    assert {field.name for field in dataclasses.fields(Story)} == {
        *("title", "description", "kind", "url", "minutes", "tags", "authors", "source"),
    }
