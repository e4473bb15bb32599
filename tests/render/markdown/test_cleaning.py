"""Sanitised HTML: whatever an author writes, readers get no harm and no broken layout."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from digest.render.markdown import Body, Medium, render_body, render_note
from digest.render.markdown.cleaning import depth
from digest.render.markdown.engine import tree
from digest.render.plain import plain_body
from digest.render.theme import Theme

from .conftest import PAGE, PICTURES, make_entry

Render = Callable[..., Body]

NAMES = [
    *(
        "youtube",
        "vimeo",
        "bilibili",
        "spotify",
        "apple-podcast",
        "x",
        "tweet",
        "instagram",
        "gist",
        "github",
    ),
    *(
        "figure",
        "img",
        "video",
        "audio",
        "highlight",
        "mermaid",
        "callout",
        "note",
        "tip",
        "quote",
        "details",
    ),
    *("cta", "button", "link-card", "ref", "relref", "speakerdeck", "slideshare", "codepen", "table", "nope"),
]
ARGUMENTS = [
    *(
        "dQw4w9WgXcQ",
        '"javascript:alert(1)"',
        'src="x.png"',
        'url="https://a.b/c?d=e&f"',
        "`raw`",
        'alt="{{"',
    ),
    *(
        'title="a \\"b\\" <i>c</i>"',
        'id="\\"><script>alert(1)</script>"',
        '"https://a.b/<script>"',
        "12345678",
    ),
    *('link="data:text/html,x"', 'text="{{ 7*7 }}"', 'caption="**x**"', 'href="//evil"', 'author="<b>"'),
    *("type=tip", "start=5", '"episode/5zKGl6HNid03ExP7n5i4U8"', 'user="a" id="1234567890"', "open=true"),
    *('poster="p.png"', 'image="i.png"'),
]
PIECES = [
    *(
        "{{<",
        "{{%",
        ">}}",
        "%}}",
        "{{",
        "}}",
        "<",
        "&lt;",
        "&#123;",
        "\n",
        "\n\n",
        " ",
        "    ",
        "> ",
        "- ",
        "1. ",
    ),
    *(
        "# ",
        "| a | b |\n|--|:-:|\n| 1 | 2 |\n",
        "**",
        "*",
        "_",
        "~~",
        "`",
        "```\n",
        "[x](",
        ")",
        "![",
        "](x.png",
    ),
    *(
        "javascript:alert(1)",
        "<script>",
        "</script>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:x'>",
    ),
    *(
        "<iframe src='//e'>",
        "<svg onload=x>",
        "<style>",
        "<div>",
        "</div>",
        "<p",
        "<table>",
        "<td>",
        "<pre>\n\nx",
    ),
    *(
        "<h1>",
        "<ruby>漢<rp>(</rp><rt>かん</rt></ruby>",
        "[^1]",
        "[^1]: note",
        "^[in]",
        "- [x] ",
        "漢字",
        "한글",
    ),
    *(
        "，。",
        "「」",
        "　　",
        "\U0010fff0",
        "\U0010fff01\U0010fff1",
        "\U0010fff0B1\U0010fff1",
        "%F4%8F%BF%B0",
    ),
    *("\U0010fff33\U0010fff1", "<!--", "-->", "<![CDATA[", "https://a.b/c", "&amp;", "\x00", "\r\n", "\x0b"),
    *(
        "\u2028",
        'data-line="9999999"',
        "<p data-line='x'>",
        "<p data-line=99999>",
        "<b id='q' style='color:red'>",
    ),
    *(
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        '<p title="</p><script>x</script>">',
    ),
    *("👩\u200d💻", "<form><input>", "<video src=a.mp4 poster=b.png>", "<details open><summary>"),
]


@st.composite
def shortcodes(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    """A shortcode with arguments that may make no sense, alone or around a text."""
    name = draw(st.sampled_from(NAMES))
    arguments = " ".join(draw(st.lists(st.sampled_from(ARGUMENTS), max_size=3)))
    opening, closing = draw(st.sampled_from(["<>", "%%"]))
    tag = f"{{{{{opening} {name} {arguments} {closing}}}}}"
    if draw(st.booleans()):
        return tag
    return f"{tag}{draw(inner)}{{{{{opening} /{name} {closing}}}}}"


PIECE = st.sampled_from(PIECES)
BODIES = st.recursive(
    st.lists(PIECE, max_size=12).map("".join),
    lambda inner: st.lists(st.one_of(PIECE, inner, shortcodes(inner)), max_size=6).map("".join),
    max_leaves=12,
)


class Checker(HTMLParser):
    """Fails for any tag, attribute or address that a medium must not hold."""

    def __init__(self, medium: Medium) -> None:
        super().__init__()
        self.medium = medium

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        forbidden = (
            "script style iframe frame object embed form input svg math base meta link template noscript"
        )
        assert tag not in forbidden.split()
        assert self.medium is not Medium.EMAIL or tag not in ("video", "audio", "source")
        for name, value in attrs:
            assert not name.startswith("on")
            assert name != "data-line"
            if name in ("href", "src", "poster", "cite"):
                assert value
                assert re.match(r"https?://|mailto:|#", value, re.IGNORECASE)
                assert not re.search(r'[\s<>"]', value)
            if name == "class":
                assert self.medium is Medium.WEB or value in ("btn", "task-list-item", "contains-task-list")
            if name == "style":
                assert self.medium is Medium.EMAIL or (value or "").startswith("text-align")


def check(text: str, medium: Medium) -> None:
    """Everything that must hold of any body in a medium."""
    result = render_body(
        make_entry(text),
        theme=Theme.load("ink"),
        medium=medium,
        language="ko",
        base_url=PAGE,
        pictures=PICTURES,
    )
    for leak in ("{{<", "{{&lt;", "{{%"):
        assert leak not in result.html
    assert not re.search("[\U0010fff0-\U0010fff3]", result.html)
    assert not re.search("%F4%8F%BF%B[0-3]", result.html.replace("%F4%8F%BF%B0" if "%F4" in text else "", ""))
    checker = Checker(medium)
    checker.feed(result.html)
    checker.close()
    for mark in result.marks:
        assert 0 <= mark.start < mark.end <= len(result.html)
        assert 1 <= mark.position.line <= text.count("\n") + 1


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(BODIES)
@example("{{{{< nope >}}<")
@example("{{{{% details %}}x{{% /details %}}")
@example("[x]({{< youtube dQw4w9WgXcQ >}})")
@example("![{{< youtube dQw4w9WgXcQ >}}](x.png)")
@example('<img alt="{{< youtube dQw4w9WgXcQ >}}" src=x.png>')
@example('{{< figure src=tea.jpg title="\U0010fff0B0\U0010fff1" >}}')
def test_no_text_does_harm(text: str) -> None:
    """In no medium does any text give a script, a handler, a false address, a shortcode or a broken mark."""
    for medium in Medium:
        check(text, medium)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(BODIES)
@example("*" * 3000 + "a" + "*" * 3000)
def test_plain_text_never_fails(text: str) -> None:
    """Any text has a plain form without shortcodes or signs of ours."""
    plain = plain_body(make_entry(text), language="zh-Hant-TW", base_url=PAGE)
    assert not re.search(r"\{\{[<%]|[\U0010fff0-\U0010fff3]", plain)


@pytest.mark.soak
@settings(max_examples=20_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(BODIES)
def test_no_text_does_harm_at_length(text: str) -> None:
    """The same, at length."""
    for medium in Medium:
        check(text, medium)


@pytest.mark.parametrize(
    "bomb",
    [
        "<div>" * 3000, "<rp>" * 3000, "<rt>" * 3000, "<div></b>" * 3000, "<div><table></div></table>" * 2000,
        "> " * 5000 + "x", "- " * 5000 + "x", "*" * 5000 + "a" + "*" * 5000, "[" * 5000, "![" * 3000,
        "{{" * 10_000, "{{< note >}}" * 2000, "{{< note >}}" * 300 + "x" + "{{< /note >}}" * 300,
        "`" * 5000, "<ul><li>" * 3000, "^[" * 2000, "<b><p></b>" * 2000,
        "|a" * 2000 + "\n" + "|-" * 2000, "https://" + ")" * 5000,
    ],
    ids=lambda bomb: bomb[:24],
)  # fmt: skip
def test_no_nest_is_too_deep(bomb: str) -> None:
    """A nest of thousands of levels ends neither the process nor a reader's patience."""
    start = time.process_time()
    for medium in Medium:
        check(bomb, medium)
    plain_body(make_entry(bomb), language="en", base_url=PAGE)
    assert (
        time.process_time() - start < 90
    )  # seconds on a busy machine; the next power of the length is hours


@pytest.mark.parametrize(("stars", "kinds"), [(60, ["text", "strong", "text"]), (120, ["text"])])
def test_a_line_nested_too_deep_is_text(stars: int, kinds: list[str]) -> None:
    """Emphasis within emphasis, as a tree: beyond forty levels what was written stays."""
    (line,) = tree("*" * stars + "a" + "*" * stars).children[0].children
    assert [each.type for each in line.children] == kinds


def test_deep_raw_html_becomes_its_text(body: Render) -> None:
    """Beyond a hundred levels tags go and words stay, also where unclosed tags hide from counting."""
    assert body("<div>" * 150 + "words").html.strip() == "words"
    assert "<div>" not in body("<div><table></div></table>" * 150 + "words").html
    assert "words" in body("<div><table></div></table>" * 150 + "words").html
    assert "<div>" * 50 in body("<div>" * 50 + "words").html


@pytest.mark.parametrize(
    ("html", "levels"),
    [
        ("<p><b>x</b></p>", 1),
        ("<br><li><td>", 0),
        ("<a></b></b><a>", 2),
        ("</div><div>", 1),
        ("<DIV><div>", 2),
    ],
)
def test_counts_open_tags_by_name(html: str, levels: int) -> None:
    """An end without a beginning takes nothing away."""
    assert depth(html) == levels


@pytest.mark.parametrize(
    ("markdown", "kept", "gone"),
    [
        ("[x](javascript:alert(1))", "[x]", "<a"),
        ("<a href='javascript:x'>y</a>", "<a>y</a>", "javascript"),
        ("<a href='data:text/html,x'>y</a>", "<a>y</a>", "data:"),
        ("![alt](data:image/png;base64,AA==)", "alt", "<img"),
        ("<img src='vbscript:x' alt='a \"q\"'>", "a &quot;q&quot;", "<img"),
        ("<script>alert(1)</script>ok", "ok", "alert"),
        ("<b onclick=x>ok</b>", "<b>ok</b>", "onclick"),
        ("<p style='position:fixed'>ok</p>", "<p>ok</p>", "fixed"),
        ("a <svg><text>t</text></svg> b", "a", "<text"),
        ("<!-- secret -->x", "x", "secret"),
        ('<a href="http://[">x</a>', "<a>x</a>", "["),
        ("<iframe src='https://a.b'>inner</iframe>", "", "iframe"),
    ],
)
def test_takes_the_harm_out(body: Render, markdown: str, kept: str, gone: str) -> None:
    """Known ways in are shut, and the words stay."""
    for medium in Medium:
        html = body(markdown, medium, theme=Theme.load("ink")).html
        assert kept in re.sub(r' style="[^"]*"', "", html)
        assert gone not in html


def test_keeps_awkward_characters(body: Render) -> None:
    """Full-width spaces, joiners, quotes and comparison signs come through in every medium."""
    text = (
        '全　形 👩\u200d💻 a < b & c "q"\n\n![全　形 "q" 👩\u200d💻](https://x.y/a.png)\n\n'
        '{{< figure src="tea.jpg" alt="a \\"b\\" 全　形" >}}'
    )
    for medium in Medium:
        html = body(text, medium).html
        assert "全　形 👩\u200d💻 a &lt; b &amp; c" in html
        assert 'alt="全　形 &quot;q&quot; 👩\u200d💻"' in html
        assert 'alt="a &#34;b&#34; 全　形"' in html


def test_notes_are_made_as_bodies_are() -> None:
    """The editor's note is Markdown, sanitised like a body."""
    html = render_note(
        "**hi** <script>x</script>{{< nope >}}", theme=Theme.load("ink"), language="en", base_url=PAGE
    )
    assert html == "<p><strong>hi</strong> </p>\n"
    assert "script" not in html
    assert render_note("", theme=Theme.load("ink"), language="en", base_url=PAGE) == ""
