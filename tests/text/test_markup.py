"""The words of Markdown."""

from __future__ import annotations

import os
import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.text.markup import bare_words, plain_text, without_shortcodes
from tests.text import slow_markup


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("", ""),
        ("# Title #\n\ntext", "Title\ntext"),
        ("Title\n=====\ntext", "Title\ntext"),
        ("**bold** *it* ~~no~~ `code` __b__ _i_", "bold it no code b i"),
        ("snake_case and 2 * 3", "snake_case and 2 3"),
        ('[text](https://a.b/c_(d) "t") ![alt](x.png)', "text alt"),
        ("[![alt](x.png)](https://a.b)", "alt"),
        ("[ref][1] [solo]\n\n[1]: https://a.b", "ref solo"),
        ("note[^1]\n\n[^1]: the note", "note\nthe note"),
        ("- one\n- [x] two\n\n1. three", "one\ntwo\nthree"),
        ("> quoted\n> more", "quoted more"),
        ("> - a\n> - b", "a\nb"),
        ("| a | b |\n|---|:-:|\n| 1 | 2 |", "a b\n1 2"),
        ("a | b\n--|--\n1 | 2", "a | b\n1 | 2"),
        ("```py\nx = 1\n```", "x = 1"),
        ("---\n\n***\n\n___", ""),
        ("<b>a</b> <!-- no --> <script>x()</script> <https://a.b/c>", "a https://a.b/c"),
        ("&lt;b&gt; &amp; \\*kept\\*", "<b> & *kept*"),
        ("{{< youtube x >}} seen {{% note %}}**in**{{% /note %}} {{</* shown */>}}", "seen in {{< shown >}}"),
        ("{{< unclosed", ""),
        ("漢字\n漢字。\n「引」\nword\n字", "漢字漢字。「引」 word 字"),
        ("한국어\n단어", "한국어 단어"),
        ("a\r\nb", "a b"),
        ("1984 was", "1984 was"),
    ],
)
def test_leaves_the_words(markdown: str, words: str) -> None:
    """Marks, addresses, tags and shortcodes go; what a reader reads stays, a line for each paragraph."""
    assert plain_text(markdown) == words


def test_leaves_headings_out_for_an_excerpt() -> None:
    """An excerpt does not begin with a heading."""
    assert plain_text("# Title\n\ntext", headings=False) == "text"


@given(st.text(alphabet="[]()!*_~`#>-+|:<>{}%/\\\n ^&;a1字한 \"'="))
def test_never_raises(markdown: str) -> None:
    """Whatever is written, there are words, and no line of them has spaces at its ends."""
    assert all(line == line.strip() for line in plain_text(markdown).split("\n"))


@pytest.mark.parametrize(
    "piece",
    ["[", "![", "*", "_", "<a ", "<!--", "> ", "- ", "# ", "|", "{{<", '{{< "', " ", "\n", "\\", "[a](", "`"],
)
def test_takes_no_longer_than_the_text_is_long(piece: str) -> None:
    """Twenty thousand of any opening mark are read in a second: nothing is quadratic."""
    start = time.perf_counter()
    plain_text(piece * 20_000)
    assert time.perf_counter() - start < 5


MARKS = (
    "# |## |#|-|*|_|__|**|`|```|~~~|~~|[|]|(|)|![|](|]:|][|[^|[^1]:|[x] |- |+ |1. |> |>|=|==|---|:-|a|b1|漢"
    "|か|é|word |two words |\\|\\*|\\_|<|<!--|-->|<b>|</b>|<script>|</script>|<http://x.y>|&amp;|&|{{< a >}}"
    "|{{< /a >}}|{{|http://x|、|「|---\n|#\n"
)
PIECES = (*MARKS.split("|"), *"|\n \t\r\x0b\u2003\u2028\u3099", "e\u0301", "\n\n", "  ", "| ")
EXAMPLES = 20_000 if os.environ.get("DIGEST_SOAK") == "1" else 400


@settings(max_examples=EXAMPLES)
@given(st.lists(st.sampled_from(PIECES), max_size=16).map("".join))
def test_says_what_one_search_after_the_other_said(markdown: str) -> None:
    """The quick way changes no word: fingerprints of sealed issues stay true."""
    slow = slow_markup.plain_text(markdown)
    assert plain_text(markdown) == slow
    assert plain_text(markdown, headings=False) == slow_markup.plain_text(markdown, headings=False)
    assert bare_words(without_shortcodes(markdown)) == "".join(unicodedata.normalize("NFC", slow).split())
