"""Markdown as it is read: spacing, headings, tables, tasks, notes, figures and addresses."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from digest.render.markdown import Body, Medium

Render = Callable[..., Body]


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("漢字\n漢字", "<p>漢字漢字</p>"),
        ("かな\nカナ", "<p>かなカナ</p>"),
        ("漢，\nword", "<p>漢，word</p>"),
        ("**漢**\n字", "<p><strong>漢</strong>字</p>"),
        ("한국어\n단어", "<p>한국어\n단어</p>"),
        ("漢字\nword", "<p>漢字\nword</p>"),
        ("one\ntwo", "<p>one\ntwo</p>"),
        ("one  \ntwo", "<p>one<br>\ntwo</p>"),
        ("漢字\n[字](https://a.b)", '<p>漢字\n<a href="https://a.b">字</a></p>'),
        ("*漢\n*", "<p>*漢\n*</p>"),
    ],
)
def test_drops_only_the_line_breaks_that_mean_nothing(body: Render, markdown: str, html: str) -> None:
    """A break in the source is nothing between Han and kana and a space between words and Hangul."""
    assert body(markdown).html.strip() == html.replace("漢字\n<a", "漢字<a")


def test_keeps_ideographic_indents(body: Render) -> None:
    """Paragraphs keep the ideographic spaces they begin with; an indented line begins anew."""
    assert body("　　甲\n　　乙\n\n> 　丙").html == (
        "<p>　　甲<br>\n　　乙</p>\n<blockquote>\n<p>　丙</p>\n</blockquote>\n"
    )


def test_reads_emphasis_after_an_indent(body: Render) -> None:
    """An indent is a space to the rule of emphasis."""
    assert '<p>　　<strong>"詞"</strong></p>' in body('　　**"詞"**').html


@pytest.mark.parametrize(
    ("markdown", "medium", "tags"),
    [
        ("# A\n\n## B", Medium.WEB, ["h2", "h3"]),
        ("## A\n\n### B", Medium.WEB, ["h2", "h3"]),
        ("#### A", Medium.FEED, ["h2"]),
        ("# A\n\n## B", Medium.EMAIL, ["h4", "h5"]),
        ("# A\n\n###### B", Medium.WEB, ["h2", "h6"]),
        ("<h1>A</h1>\n\n<h3>B</h3>", Medium.WEB, ["h2", "h4"]),
        ("## A\n\n<h1>B</h1>", Medium.WEB, ["h2", "h2"]),
    ],
)
def test_leaves_the_page_its_one_h1(body: Render, markdown: str, medium: Medium, tags: list[str]) -> None:
    """The highest heading of a body is h2, h4 in mail; the others keep their distance."""
    html = body(markdown, medium).html
    positions = [(html.index(f">{letter}</h"), tag) for letter, tag in zip("AB", tags, strict=False)]
    assert all(html[at:].startswith(f">{html[at + 1]}</{tag}>") for at, tag in positions)
    assert "<h1" not in html


def test_names_headings_for_links_to_them(body: Render) -> None:
    """A heading's id is made of its words and the entry; a link to it finds it, from mail on the web."""
    text = "## 你好, World!\n\n## 你好, World!\n\n## ?\n\n[x](#你好-world)"
    web = body(text).html
    assert 'id="tea-你好-world"' in web
    assert 'id="tea-你好-world-1"' in web
    assert 'id="tea-section"' in web
    assert 'href="#tea-你好-world"' in web
    mail = body(text, Medium.EMAIL).html
    assert "id=" not in mail
    assert 'href="https://press.example/articles/tea/#tea-你好-world"' in mail


def test_keeps_the_alignment_of_columns(body: Render) -> None:
    """Tables say which cells are heads and how columns align, in mail also by the old attribute."""
    table = "| a | b |\n|:-:|--:|\n| 1 | 2 |"
    web = body(table).html
    assert '<th style="text-align:center" scope="col">a</th>' in web
    assert '<td style="text-align:right">2</td>' in web
    assert web.startswith('<div class="table-scroll" tabindex="0"><table>')
    mail = body(table, Medium.EMAIL).html
    assert 'scope="col" align="center"' in mail
    assert "text-align:center" in mail.replace(" ", "")
    assert "<div" not in mail


def test_shows_tasks_as_signs(body: Render) -> None:
    """Check boxes are signs, which need no form."""
    for medium in Medium:
        html = body("- [x] done\n- [ ] open", medium).html
        assert "☑ done" in html
        assert "☐ open" in html
        assert "<input" not in html


def test_links_footnotes_but_in_mail(body: Render) -> None:
    """Notes are linked both ways under names of the entry's own; in mail they are plain superscripts."""
    text = "a[^x] b[^x] c^[inline]\n\n[^x]: the note"
    web = body(text).html
    assert '<sup id="tea-fnref-1" class="footnote-ref"><a href="#tea-fn-1">[1]</a></sup>' in web
    assert 'id="tea-fnref-1-2"' in web
    assert '<li id="tea-fn-1"><p>the note <a href="#tea-fnref-1" class="footnote-back">' in web
    assert 'href="#tea-fnref-1-2"' in web
    mail = body(text, Medium.EMAIL).html
    assert "<sup" in mail
    assert ">[1]</sup>" in mail
    assert "#" not in mail.replace("#9A2B16", "").replace("#E3DACB", "")
    feed = body(text, Medium.FEED).html
    assert 'href="https://press.example/articles/tea/#tea-fn-1"' in feed


def test_makes_a_figure_of_an_image_with_a_title(body: Render) -> None:
    """An image alone with a title is a figure, the title its caption; among words it is not."""
    assert "<figure>" in body('![a](https://x.y/a.png "The caption")').html
    assert (
        "<figcaption>The caption</figcaption></figure>" in body('![a](https://x.y/a.png "The caption")').html
    )
    assert "<figure>" not in body("![a](https://x.y/a.png)").html
    assert "<figure>" not in body('x ![a](https://x.y/a.png "t")').html
    assert "<figure>" not in body('- ![a](https://x.y/a.png "t")').html


@pytest.mark.parametrize(
    ("markdown", "href"),
    [
        ("見https://a.b/c，後", "https://a.b/c"),
        ("see https://a.b/c.", "https://a.b/c"),
        ("(https://a.b/c_(d))", "https://a.b/c_(d)"),
        ("<https://a.b/c>", "https://a.b/c"),
        ("https://a.b/字", "https://a.b/字"),
    ],
)
def test_links_bare_addresses(body: Render, markdown: str, href: str) -> None:
    """An address in the text is a link that ends before the sentence does."""
    assert f'<a href="{href}">{href}</a>' in body(markdown).html


def test_links_no_address_twice(body: Render) -> None:
    """An address within a link or in code stays as it is."""
    assert body("[https://a.b](https://c.d)").html.count("<a ") == 1
    assert "<a " not in body("`https://a.b`").html
    assert body("x https://").html == "<p>x https://</p>\n"


def test_keeps_the_lines_of_code(body: Render) -> None:
    """Code keeps its line ends, and `<` in it or in the text is a character."""
    html = body("```py title\na < b\n\nc\n```\n\nx < y\n\n    indented").html
    assert '<pre><code class="language-py">a &lt; b\n\nc\n</code></pre>' in html
    assert "x &lt; y" in html
    assert "<pre><code>indented\n</code></pre>" in html
    mail = body("```\na\nb\n```", Medium.EMAIL).html
    assert ">a\nb\n</code></pre>" in mail
    assert "white-space:pre-wrap" in mail


def test_spells_ruby_out_in_mail(body: Render) -> None:
    """Gmail shows the parts of ruby one after the other, so mail has the reading in brackets."""
    ruby = "<ruby>漢字<rp>（</rp><rt>かんじ</rt><rp>）</rp></ruby>"
    assert "漢字(かんじ)" in body(ruby, Medium.EMAIL).html
    assert "<ruby>漢字" in body(ruby).html


@pytest.mark.parametrize(
    ("markdown", "lines"),
    [
        ("a\n\nb\nc\n\nd", [10, 12, 15]),
        ("# h\n\n- x\n- y\n\n> q\n> r", [10, 12, 12, 13, 15, 15]),
        ("| a |\n|---|\n| 1 |\n| 2 |", [10, 12, 13]),
        ("```\nx\n```\n\n<div>raw</div>\n\n---", [10, 14, 16]),
        ("{{< youtube dQw4w9WgXcQ >}}\n\nafter", [10, 12]),
        ("{{< nope\n\n1 >}}\nafter\n\nend", [13, 15]),
        ("{{% note %}}\nin\n\nner\n{{% /note %}}\n\nafter", [10, 11, 13, 16]),
        ("{{% unknown %}}\nin\n\nner\n{{% /unknown %}}\n\nafter", [11, 13, 16]),
        ("", []),
    ],
)
def test_every_block_knows_its_line(body: Render, markdown: str, lines: list[int]) -> None:
    """Marks give each block's line in the file, counting from the body's first, through shortcodes too."""
    result = body(markdown, Medium.EMAIL, body_line=10)
    found = sorted(mark.position.line for mark in result.marks)
    assert sorted(set(found)) == sorted(set(lines))
    assert all(mark.position.path == "articles/tea.md" for mark in result.marks)
    assert "data-line" not in result.html


def test_marks_hold_the_text_of_their_lines(body: Render) -> None:
    """What a mark spans is the HTML made of its line."""
    result = body("first\n\nsecond\n\nthird", body_line=5)
    spans = {mark.position.line: result.html[mark.start : mark.end] for mark in result.marks}
    assert spans == {5: "<p>first</p>\n", 7: "<p>second</p>\n", 9: "<p>third</p>\n"}


def test_a_quotation_s_source_that_is_no_address_goes(body: Render) -> None:
    """The words stay, the address does not."""
    assert body('<blockquote cite="http://[">q</blockquote>').html == "<blockquote>q</blockquote>"
