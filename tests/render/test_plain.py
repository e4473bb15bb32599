"""Markdown as plain text."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.config import Config
from digest.model import Entry, EntryType, Position
from digest.render.plain import plain_body, plain_note
from digest.render.references import References
from digest.render.theme import Theme
from digest.text.widths import cells

ENTRY = Entry(
    key="a", type=EntryType.ARTICLE, kind="article", slug="tea", title="T", language="en",
    fingerprint="0", position=Position(path="articles/tea.md"), fields={"version": 2},
)  # fmt: skip


def plain(text: str, **values: Any) -> str:
    """A body as plain text."""
    entry = dataclasses.replace(ENTRY, body=text)
    usual = {"language": "en", "base_url": "https://press.example/articles/tea/"}
    return plain_body(entry, **(usual | values))


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("", ""),
        ("# Title 標題\n\ntext", "Title 標題\n----------\n\ntext"),
        ("# ![](x.png)", "[]\n--"),
        ("#", ""),
        ("**bold** *it* ~~no~~ `code`", "bold it no code"),
        ("one  \ntwo", "one\ntwo"),
        ("漢字\n漢字\nword", "漢字漢字 word"),
        ("甲\n　　乙", "甲\n　　乙"),
        ("**漢**\n[字](#x)", "漢字"),
        ("![](a.png)\nword", "[] word"),
        ("[here](https://a.b/c) [again](https://a.b/c)", "here [1] again [1]\n\n[1] https://a.b/c"),
        ("[x](/y) [z](/z)", "x [1] z [2]\n\n[1] https://press.example/y\n[2] https://press.example/z"),
        ('![a](b.png "Caption")', "[a]\nCaption"),
        ("<ruby>漢字<rt>かんじ</rt></ruby>", "漢字(かんじ)"),
        ("<ruby>漢字<rp>（</rp><rt>かんじ</rt><rp>）</rp></ruby>", "漢字（かんじ）"),
        ("<https://a.b/c> <me@a.b> [x](#y) [z](javascript:x)", "https://a.b/c me@a.b x [z](javascript:x)"),
        ("![A tree](tree.png) ![*a* b](c.png)", "[A tree] [a b]"),
        ("- one\n- two\n  - three", "- one\n- two\n  - three"),
        ("- one\n\n- two", "- one\n\n- two"),
        ("9. nine\n10. ten", "9. nine\n10. ten"),
        ("- [x] done\n- [ ] open", "- ☑ done\n- ☐ open"),
        ("> said\n>\n> - a\n> - b", "> said\n>\n> - a\n> - b"),
        ("```py\na < b\n\n  c\n```", "    a < b\n\n      c"),
        ("a\n\n---\n\nb", "a\n\n* * *\n\nb"),
        ("a[^1]\n\n[^1]: note", "a[^1]\n\n[^1] note"),
        ("a<br>b <i>c</i> <img src=x alt='d &amp; e'> <img src=x>", "a\nb c [d & e]"),
        ("<div>\n<b>raw</b> &amp; x\n</div>", "raw & x"),
        ("| a | 漢 |\n|---|---|\n| 1 | 2 |", "a  漢\n-  --\n1  2"),
        ("{{</* shown */>}}", "{{< shown >}}"),
    ],
)  # fmt: skip
def test_reads_as_text(markdown: str, expected: str) -> None:
    """Every kind of Markdown has a form in plain text; addresses are numbered once and listed."""
    assert plain(markdown) == expected


def test_flattens_a_table_that_is_too_wide() -> None:
    """Rows become lists of cells, each with its head."""
    wide = "x" * 40
    assert plain(f"| Name | | Note |\n|---|---|---|\n| {wide} | {wide} | c |") == (
        f"- Name: {wide}\n  {wide}\n  Note: c"
    )


@pytest.mark.parametrize(
    ("shortcode", "expected"),
    [
        ("{{< youtube dQw4w9WgXcQ >}}", "▶ YouTube: https://www.youtube.com/watch?v=dQw4w9WgXcQ"),
        ("`{{< youtube dQw4w9WgXcQ >}}`", "▶ YouTube: https://www.youtube.com/watch?v=dQw4w9WgXcQ"),
        ("<p>\n{{< youtube dQw4w9WgXcQ >}}\n</p>", "▶ YouTube: https://www.youtube.com/watch?v=dQw4w9WgXcQ"),
        ('{{< figure src="a.png" alt="A bush" caption="In May" >}}', "[A bush]\nIn May"),
        ('{{< figure src="a.png" caption="In May" >}}', "[In May]"),
        ('{{< button "/x" >}}Go there{{< /button >}}', "Go there: https://press.example/x"),
        ("{{% tip %}}\n- a\n- b\n{{% /tip %}}", "| Tip\n| - a\n| - b"),
        ('{{< note "All of it" >}}', "| Note\n| All of it"),
        ('{{< details "More" >}}**x**{{< /details >}}', "| More\n| x"),
        ('{{< quote author="A" source="S" link="https://a.b" >}}To *be*{{< /quote >}}', "> To be\n> — A, S\n> https://a.b"),
        ('{{< quote "To be" >}}', "> To be"),
        ("{{< highlight go >}}\na < b\n\n{{</* x */>}}\n{{< /highlight >}}", "    a < b\n\n    {{< x >}}"),
        ("{{< box >}}**kept**{{< /box >}}", "kept"),
        ("{{< table >}}\n- in\n{{< /table >}}", "- in"),
        ("{{< go https://a.b/c >}}", "↗ a.b: https://a.b/c"),
        ('[x]({{< ref "other.md" >}}) [y](other.md) z {{< ref a >}}', "x y z"),
        ('{{< param "no" >}}x {{< param version >}}', "x 2"),
        ('{{< gallery images="a.png, b.png" >}}\n![c](c.png)\n{{< /gallery >}}', "[c]"),
        ('{{< x user="n" id="1453110110599868418" >}}said{{< /x >}}', "❝ X: https://x.com/n/status/1453110110599868418\nsaid"),
        ("{{< ads >}}", ""),
    ],
)  # fmt: skip
def test_shortcodes_are_lines_of_text(shortcode: str, expected: str) -> None:
    """A shortcode is its address with a badge, or what it encloses."""
    assert plain(shortcode, ignore=["ads"]) == expected


def test_says_where_to_read_what_it_leaves_out() -> None:
    """What cannot be shown is on the web: once, with the address."""
    page = "https://press.example/articles/tea/"
    text = plain("a {{< nope >}} b {{< youtube >}}")
    assert text == f"a b\n\nPart of this can only be shown on the web: read it there.\n{page}"


def test_finds_other_entries(rich_config: Config) -> None:
    """`ref` asks for the addresses of other entries here too."""
    known = References([dataclasses.replace(ENTRY, slug="o", url="https://own.example/o")], rich_config)
    assert plain('[x]({{< ref "o" >}})', references=known).endswith("[1] https://own.example/o")


def test_notes_are_plain_too() -> None:
    """The editor's note is written the same way."""
    note = plain_note("**Hi** [all](https://a.b)", language="en", base_url="https://press.example/")
    assert note == "Hi all [1]\n\n[1] https://a.b"


@given(
    st.lists(
        st.sampled_from(
            [
                "漢字很長",
                "，",
                "。",
                "「",
                "」",
                "한국어 단어 ",
                "word ",
                "\n",
                "\n\n",
                "- ",
                "> ",
                "1. ",
                "**",
                "# ",
            ]
        ),
        max_size=60,
    ).map("".join)
)
def test_no_line_is_too_wide(text: str) -> None:
    """Prose, lists and quotes keep to 72 cells however they are nested, code and addresses aside."""
    lines = plain(text).split("\n")
    assert all(
        cells(line) <= 72 or line.startswith("    ") or line.lstrip("> ").startswith("    ") for line in lines
    )


def test_deep_lists_keep_room_for_words() -> None:
    """A list of many levels still has lines that can be read."""
    deep = "".join("  " * level + "- word word word word\n" for level in range(15))
    assert "word word word word" in plain(deep)


def test_a_shortcode_of_the_site_s_own_is_its_words(tmp_path: Path) -> None:
    """What its template makes for feeds, as text; one that makes nothing leaves the way to the page."""
    folder = tmp_path / "shortcodes"
    folder.mkdir()
    (folder / "stars.html.j2").write_text('<p>{{ "★" * 3 }} {{ medium }}</p>')
    (folder / "void.html.j2").write_text("")
    theme = Theme.load("ink", (tmp_path,))
    assert plain("a {{< stars >}} b\n\n{{< stars >}}", theme=theme) == "a ★★★ feed b\n\n★★★ feed"
    assert plain("{{< youtube dQw4w9WgXcQ >}}", theme=theme).startswith("▶ YouTube: https://")
    assert "Part of this" in plain("{{< void >}}", theme=theme)
