"""Shortcodes: both forms, every argument, pairs, and whatever an editor may leave open."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.text.shortcodes import Shortcode, Stray, Text, tokenize, walk
from tests.collect.watchdog import watchdog


def only(text: str) -> Shortcode:
    """The one shortcode that a text consists of."""
    (token,) = tokenize(text)
    assert isinstance(token, Shortcode)
    return token


@pytest.mark.parametrize(
    "text", ["{{< youtube a_b >}}", "{{<youtube a_b>}}", '{{< youtube "a_b" >}}', "{{< youtube `a_b`>}}"]
)
def test_an_id_is_read_bare_quoted_raw_and_without_spaces(text: str) -> None:
    """However an id is written, it is the same id."""
    token = only(text)
    assert (token.name, token.args, token.raw, token.percent) == ("youtube", ("a_b",), text, False)


def test_markdown_escapes_in_an_id_are_undone_but_not_in_raw_text() -> None:
    r"""`hC\_q` is what Markdown editors make of the id `hC_q`; between backquotes nothing is touched."""
    assert only(r"{{< youtube hC\_qASRcBhU >}}").args == ("hC_qASRcBhU",)
    assert only(r"{{< x `a\_b` >}}").args == (r"a\_b",)


def test_named_arguments_keep_their_order_and_the_first_of_a_name_counts() -> None:
    """Named arguments may have spaces around `=`, escaped quotes and the closing sign in them."""
    token = only('{{< figure src = "a.png" alt=“甲” title="say \\"hi\\" >}}" src=b n=3 />}}')
    assert token.params == {"src": "a.png", "alt": "甲", "title": 'say "hi" >}}', "n": "3"}
    assert token.self_closed
    assert not token.paired


def test_get_prefers_the_name_then_the_place_then_the_default() -> None:
    """One lookup serves both ways of giving an argument."""
    assert only("{{< img src=a >}}").get("src", 0) == "a"
    assert only("{{< img a >}}").get("src", 0) == "a"
    assert only("{{< img >}}").get("src", 0, "none") == "none"
    assert only("{{< img a >}}").get("src") == ""


def test_a_pair_holds_its_source_and_its_tokens() -> None:
    """The inner text is there as written and as read, with true places."""
    token = only("{{% note %}}\n一 {{< b x >}}\n{{% /note %}}")
    assert token.paired
    assert token.percent
    assert token.inner == "\n一 {{< b x >}}\n"
    inner = token.tokens[1]
    assert isinstance(inner, Shortcode)
    assert (inner.name, inner.line, inner.column) == ("b", 2, 3)


def test_a_closing_tag_ends_the_nearest_opening_of_its_name() -> None:
    """Openings between the two stay alone; so does one before that has no end."""
    first, second = tokenize("{{< a >}}{{< a >}}x{{< b >}}{{< /a >}}")
    assert isinstance(first, Shortcode)
    assert not first.paired
    assert isinstance(second, Shortcode)
    assert second.inner == "x{{< b >}}"


def test_a_tag_may_run_over_lines() -> None:
    """Line breaks are spaces between arguments."""
    assert only('{{<\n  figure\n  src="a"\n>}}').params == {"src": "a"}


def test_names_may_have_folders_and_a_slash_before_the_end_closes() -> None:
    """`{{< ui/card/>}}` is the shortcode `ui/card`, self-closed."""
    token = only("{{< ui/card/>}}")
    assert (token.name, token.self_closed) == ("ui/card", True)


def test_escaped_shortcodes_become_literal_text() -> None:
    """`{{</* x */>}}` prints `{{< x >}}`, and neighbouring text is one token with it."""
    assert tokenize("a {{</* youtube x */>}} b {{%/* c */%}}") == (
        Text(text="a {{< youtube x >}} b {{% c %}}", line=1, column=1),
    )


def test_lines_are_counted_from_the_one_given() -> None:
    """A body that begins on line 10 has its shortcodes on the file's lines."""
    tokens = tokenize("a\nb {{< c >}}\nd", 10)
    assert [(token.line, token.column) for token in tokens] == [(10, 1), (11, 3), (11, 12)]


@pytest.mark.parametrize(
    ("text", "dropped", "left"),
    [
        ("{{< youtube abc\nnext", "{{< youtube abc", "\nnext"),  # alone on its line: the line goes
        ("use {{< here\n", "{{<", "use  here\n"),  # in a sentence: only the sign goes
        ("{{< youtube abc }} tail", "{{< youtube abc }}", " tail"),  # the wrong end
        ('{{< a "open\n', '{{< a "open', "\n"),
        ("{{< >}}", "{{< >}}", ""),  # no name
        ("{{< a {{< b >}}", "{{< a ", ""),
    ],
)
def test_an_unclosed_shortcode_is_dropped_and_told(text: str, dropped: str, left: str) -> None:
    """No `{{<` is left for a reader, and the rest of the article stays."""
    tokens = tokenize(text)
    strays = [token for token in tokens if isinstance(token, Stray)]
    assert [token.raw for token in strays] == [dropped]
    assert strays[0].rule == "shortcode-unclosed"
    assert "".join(token.text for token in tokens if isinstance(token, Text)) == left


def test_a_closing_tag_without_an_opening_is_a_stray() -> None:
    """It is dropped, with its name in the sentence."""
    (token,) = tokenize("{{< /note >}}")
    assert isinstance(token, Stray)
    assert token.rule == "shortcode-unopened"
    assert "note" in token.sentence


def test_nesting_beyond_32_levels_dissolves_instead_of_exhausting_a_renderer() -> None:
    """What is inside the outermost pairs is kept."""
    tokens = tokenize("{{< a >}}" * 40 + "x" + "{{< /a >}}" * 40)
    depth, inner = 0, list(tokens)
    while inner and (pairs := [token for token in inner if isinstance(token, Shortcode)]):
        depth, inner = depth + 1, list(pairs[0].tokens)
    assert depth <= 32
    assert any(isinstance(token, Text) and token.text == "x" for token in walk(tokens))


@pytest.mark.no_cover
def test_nesting_without_an_end_costs_no_more_than_its_length() -> None:
    """Pairs that dissolved are not walked through again by each that encloses them; nothing is lost."""
    with watchdog(30, "on thirty thousand levels"):
        tokens = tokenize("{{< a >}}x" * 30_000 + "{{< /a >}}y" * 30_000)
    assert sum(token.text.count("x") for token in walk(tokens) if isinstance(token, Text)) == 30_000
    assert sum(token.text.count("y") for token in walk(tokens) if isinstance(token, Text)) == 30_000


def test_text_without_shortcodes_is_one_token_and_nothing_is_none() -> None:
    """The common case is cheap; template braces are text."""
    assert tokenize("") == ()
    assert tokenize("a {{ b }}") == (Text(text="a {{ b }}", line=1, column=1),)


PIECES = st.lists(
    st.sampled_from(
        [
            "{{<",
            "{{%",
            ">}}",
            "%}}",
            "/>}}",
            "{{</*",
            "*/>}}",
            " a ",
            "/",
            "b",
            '"',
            "`",
            "“",
            "\\",
            "=",
            "\n",
            "字",
            " ",
        ]
    ),
    max_size=40,
).map("".join)


@given(PIECES)
def test_no_source_is_lost_and_nothing_raises(text: str) -> None:
    """The sources of all tokens, joined, are the text; plain text holds no opening but an escaped one."""
    tokens = tokenize(text)
    if "/*" not in text:
        parts = [token.text if isinstance(token, Text) else token.raw for token in tokens]
        assert "".join(parts) == text
        assert not any(
            "{{<" in token.text or "{{%" in token.text for token in tokens if isinstance(token, Text)
        )


@pytest.mark.parametrize(
    "piece", ["{{<", "{{< a “", '{{< a "', "{{</* a ", "{{< a >}}", "{{< /a >}}", '{{< a "\\"']
)
def test_hostile_text_takes_no_more_than_linear_time(piece: str) -> None:
    """A hundred kilobytes of openings are read in about a second at worst."""
    begin = time.perf_counter()
    tokenize(piece * (100_000 // len(piece)))
    assert time.perf_counter() - begin < 10
