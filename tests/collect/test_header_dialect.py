"""Headers without fences: what is one, what it says, and what only looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.collect.frontmatter import split
from digest.collect.header_dialect import read
from digest.collect.mistakes import MistakeError


@pytest.mark.parametrize(
    ("text", "values", "body"),
    [
        (
            "Title: 潮間帶: 一年\nDate: 2019-05-01 10:20\nTags: 海, 紀錄\nCategory: 自然\n\n退潮。\n",
            {"title": "潮間帶: 一年", "date": "2019-05-01 10:20", "tags": "海, 紀錄", "category": "自然"},
            "退潮。\n",
        ),
        (
            "title:  x\nAuthors: A\n    B,\nSummary: one\n  two\n\nb",
            {"title": "x", "authors": ["A", "B"], "summary": "one two"},
            "b",
        ),
        ('\n\nTitle: "x"\nDraft: True\n---\nb', {"title": "x", "draft": True}, "b"),
        ("Title: x\nSave As: a.html\n...\nb", {"title": "x", "save_as": "a.html"}, "b"),
        ("Title: x\nThis line is no key.\n\nb", {"title": "x"}, "This line is no key.\n\nb"),
        ("Date: 2020-01-02\nSlug: x\n", {"date": "2020-01-02", "slug": "x"}, ""),
        ("Title: only", {"title": "only"}, ""),
    ],
)
def test_a_header_ends_at_a_blank_line(text: str, values: object, body: str) -> None:
    """Continued lines belong to their key, as lists where several are asked for; a fence may end it."""
    parts = split(text)
    assert (parts.dialect, parts.block.values, text[parts.body_start :]) == ("header", values, body)
    for key, offset in parts.block.offsets.items():
        assert text[parts.start + offset :].lower().startswith(key.replace("_", " "))


@pytest.mark.parametrize(
    "text",
    [
        "Note: this is a text.\n\nb",
        "Date: 2020 was a year.\n\nb",
        "Title:\n\nb",
        "Reading: a\nTitle: b\n\nc",
        "Summary: so it goes\n\nb",
        "title\n=====\n\nTitle: x\n",
    ],
)
def test_a_word_and_a_colon_are_no_header(text: str) -> None:
    """A title or two known keys are needed, from the first line on."""
    assert split(text).dialect == ""


def test_a_key_given_twice_is_told_and_a_stray_line_is_refused() -> None:
    """As in the other dialects."""
    block = read("Title: a\nTITLE: b")
    assert block.values == {"title": "b"}
    assert [(mistake.rule, mistake.offset) for mistake in block.mistakes] == [("duplicate-key", 9)]
    with pytest.raises(MistakeError) as caught:
        read("Title: a\nstray\n")
    assert (caught.value.mistake.rule, caught.value.mistake.offset) == ("header-line", 9)


@given(st.text(alphabet="Titledae: \n\t-.x", max_size=60))
def test_every_header_that_is_found_can_be_read(text: str) -> None:
    """What `split` takes for a header has no stray line in it."""
    parts = split("Title: x\n" + text)
    assert parts.dialect == "header"
