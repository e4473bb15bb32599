"""Flavours as a whole: what tells them, what no flavour does, and that nothing breaks or hangs."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.collect.flavours import PASSES, flavour_of, translate
from digest.collect.flavours.fences import Fence, fences
from digest.text.shortcodes import tokenize
from tests.collect.watchdog import watchdog

FRAGMENTS = (
    "[[", "]]", "![[", "[[a|b]]", "![[a.png|300]]", "{{", "}}", "{{ ", "{{<", ">}}", "{{< x >}}",
    "{{< /x >}}", "{%", "%}", "{% raw %}", "{% endraw %}", "{% highlight x %}\n", "{% endhighlight %}",
    "{% if a %}", "{% x \"a\" %}", "{% endx %}", "{% end %}", "{{ f(a=\"b\") }}", "{{ '{{' }}",
    "{% comment %}", "{% endcomment %}", "{{/* x() */}}", "{: .a}", "{:toc}", "{::comment}", "{:/}", ":::",
    ":::note[a]\n", "::: {.b}\n", ":::{tip} c\n", "```{note} d\n", "```{toctree}\n", "```{figure} e\n",
    ":alt: f\n", "---\n", "```", "````", "~~~", "`", "    ", "\t", "> [!note] g\n", "> > [!tip]\n", "> ",
    "%%", "==", "^[h]", " ^i\n", "<%", "%>", "<Tabs>", "</Tabs>", "<A b={c}>", "<a d={{e}}>",
    "import x from 'y'\n", "export const z\n", "{/*", "*/}", "{w}", "(v)=\n", "% u\n", "{ref}`t`",
    "!!! note \"s\"\n", "??? r\n", "[TOC]", "]({filename}/q.md)", "](@/p.md)", "|o|", "<pre>", "</pre>",
    "<!--", "-->", "- ", "* n\n", "# m {#l}\n", "\n", "\n\n", "字", " ", "k", "\\", "$$", "\ufdd0", "\x00",
    "\u2060",
)  # fmt: skip


@pytest.mark.parametrize(
    ("path", "text", "dialect", "flavour"),
    [
        ("a.md", "only words\n", "yaml", "plain"),
        ("a.md", "see {{< youtube x >}}\n", "yaml", "hugo"),
        ("a.mdx", "only words\n", "yaml", "docusaurus"),
        ("a.qmd", "only words\n", "yaml", "myst"),
        ("a.md", "only words\n", "header", "pelican"),
        ("site/_posts/2020-01-02-a.md", "{{< x >}}\n", "yaml", "jekyll"),
        ("a.md", "{% highlight ruby %}\nx {{< y >}}\n{% endhighlight %}\n", "yaml", "jekyll"),
        ("a.md", "[x]({% post_url 2020-01-02-x %})\n", "yaml", "jekyll"),
        ("a.md", "![x]({{ site.baseurl }}/x.png)\n", "", "jekyll"),
        ("a.md", "words\n{: .lead}\n", "yaml", "jekyll"),
        ("a.md", '{% image "a.png", "words" %}\n{% set a = 1 %}\n', "yaml", "eleventy"),
        ("a.md", '> {{ youtube(id="x") }}\n', "toml", "zola"),
        ("a.md", "{% quote(by='a') %}\nx\n{% end %}\n", "toml", "zola"),
        ("a.md", "[x](@/posts/a.md)\n", "toml", "zola"),
        ("a.md", ":::tip\nx\n:::\n", "yaml", "docusaurus"),
        ("a.md", "import Tabs from '@theme/Tabs';\n\n<Tabs>\n</Tabs>\n", "yaml", "docusaurus"),
        ("a.md", "[a]({filename}/a.md)\n", "yaml", "pelican"),
        ("a.md", "!!! note\n    x\n", "yaml", "pelican"),
        ("a.md", "a [[Note]] b\n", "yaml", "obsidian"),
        ("a.md", "![[a.png]] {{< x >}}\n", "yaml", "obsidian"),
        ("a.md", "```{note}\nx\n```\n", "", "myst"),
        ("a.md", ":::{tip}\nx\n:::\n", "", "myst"),
    ],
)
def test_a_flavour_is_told_by_its_path_or_by_signs(path: str, text: str, dialect: str, flavour: str) -> None:
    """What the source says comes first, then the path, then what is no accident."""
    assert flavour_of(path, text, dialect) == flavour
    assert flavour_of(path, text, dialect, "zola") == "zola"


@pytest.mark.parametrize(
    "text",
    [
        "Use `[[Note]]` and `{% raw %}`.\n",
        "```bash\nif [[ -f x ]]; then\n```\n",
        "if [[ -f x ]]; then echo; fi\n",
        "    [[Note]] in indented code\n",
        "see [[1]](https://example.org/) and [[2]][ref]\n",
        "the matrix [[1, 2], [3, 4]] and x[[1]]\n",
        "Jekyll's {% include a.html %} stands in a sentence.\n",
        "{{ .Title }} is Go's, {{ title }} is Vue's.\n",
        ":::\n\nnothing\n",
        "::: note without an end\n",
        "````md\n```{note}\nx\n```\n````\n",
        "````md\n:::{note}\nx\n:::\n````\n",
        "import this and export that\n",
        "a == b and c == d, 50%% off, 2^10\n",
        "C++ templates: vector<vector<int>>\n",
        "{: is a smiley\n",
        "<!-- [[Note]] -->\n",
    ],
)
def test_plain_markdown_is_not_bent(text: str) -> None:
    """A shell's brackets are no link, three colons are none's, and code is code."""
    assert flavour_of("articles/a.md", text, "yaml") == "plain"
    assert translate(text, "plain").body == text
    assert translate(text, "hugo").body == text


@pytest.mark.parametrize(
    "text",
    [
        "{{< note >}}\n{% highlight x %}\n{{< /note >}}\nJekyll has {% include a.html %}.\n",
        "{{% tip %}}[[x]] {{ site.title }}{{% /tip %}}\n",
    ],
)
def test_hugo_that_tells_of_others_stays_hugo(text: str) -> None:
    """A site's own shortcodes speak against another tool."""
    assert flavour_of("content/a.md", text, "toml") == "hugo"
    assert translate(text, "hugo").body == text


@pytest.mark.parametrize("flavour", [name for name in PASSES if name != "hugo"])
def test_what_looks_like_a_shortcode_in_code_is_printed(flavour: str) -> None:
    """Only Hugo expands shortcodes there; escapes and loose beginnings are printed as they stand."""
    code = "`{{< a >}}` x `{{%/* b */%}}`\n\n```go\n{{< c\nd >}}\nv{{<w\n```\n\n{{< e >}}\n"
    done = translate(code, flavour)
    tokens = tokenize(done.body)
    told = "".join(token.text if hasattr(token, "text") else "<SHORTCODE>" for token in tokens)
    assert told.replace("\u2060", "") == code.replace("{{< e >}}", "<SHORTCODE>")
    assert done.mistakes == ()


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=40).map("".join), st.sampled_from([*PASSES, "unknown"]))
def test_a_translation_keeps_its_lines(text: str, flavour: str) -> None:
    """Whatever the text, no line moves; at most the end of a box is one line more at the end."""
    done = translate(text, flavour)
    assert 0 <= done.body.count("\n") - text.count("\n") <= 1
    assert all(0 <= mistake.offset <= len(text) for mistake in done.mistakes)
    assert flavour_of("a.md", text, "yaml") in PASSES


@given(st.text(max_size=200))
def test_words_alone_are_never_touched(text: str) -> None:
    """Without a sign of any tool a body is what it was."""
    plain = "".join(sign for sign in text if sign.isalnum() or sign in " \n，。")
    for flavour in PASSES:
        assert translate(plain, flavour).body == plain


def test_a_fence_without_an_end_goes_to_the_last_line() -> None:
    """As in CommonMark; the one before it has an end."""
    found = list(fences(["~~~", "a", "~~~", "b", "```py", "c", ""]))
    assert found == [Fence(0, 2, "", "~~~", ""), Fence(4, 6, "", "```", "py")]


def _hostile(count: int) -> Iterator[str]:
    chance = random.Random(20260121)
    for number in range(count):
        some = [chance.choice(FRAGMENTS) for _ in range(1 + number % 3)]
        yield "x {{ [[ %% :::\n" + "".join(some) * (20_000 // max(1, sum(map(len, some))))


@pytest.mark.parametrize("flavour", PASSES)
def test_a_beginning_without_an_end_costs_no_more_than_its_length(flavour: str) -> None:
    """Text of one fragment over and over, which quadratic searches choke on."""
    with watchdog(60):
        for text in _hostile(60):
            translate(text, flavour)
            flavour_of("a.md", text, "yaml")


@pytest.mark.soak
@pytest.mark.parametrize("flavour", PASSES)
def test_three_thousand_beginnings_without_an_end(flavour: str) -> None:
    """The long form."""
    for text in _hostile(3_000):
        with watchdog(60, repr(text[16:40])):
            translate(text, flavour)
            flavour_of("a.md", text, "yaml")


def test_what_is_left_out_is_counted_once_for_each_kind() -> None:
    """The first place is told, and how many more there were."""
    done = translate("a %%b%%\nc %%d%% %%e%%\n<% f %>\n", "obsidian")
    told = [(one.rule, str(one.severity), one.sentence, one.offset) for one in done.mistakes]
    assert told == [
        ("flavour-lost", "warning", "`<% f %>` is a template of a plugin and was left out", 22),
        ("flavour-passed", "info", "`%%b%%` is a comment and was left out, as were 2 more", 2),
    ]
    assert done.body == "a \nc  \n\n"
