"""Callouts in block quotes: kinds, titles, nesting, and where their end stands."""

from __future__ import annotations

import pytest

from digest.collect.flavours import translate


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("> [!NOTE]\n> a\n>\n> b\n", '{{< callout type="note" >}}\na\n\nb{{< /callout >}}\n'),
        ("> [!tip]+ 標題 **粗**\n> a", '{{< callout type="tip" title="標題 粗" >}}\na{{< /callout >}}'),
        (">[!faq]- [[茶|茶樹]]嗎?\n>a", '{{< callout type="note" title="茶樹嗎?" >}}\na{{< /callout >}}'),
        ("> [!bug]\n> a", '{{< callout type="danger" title="Bug" >}}\na{{< /callout >}}'),
        ("> [!done|wide] alone\n\nb", '{{< callout type="success" title="alone" >}}{{< /callout >}}\n\nb'),
        ('> [!note] says "a"\n> b', '{{< callout type="note" title=`says "a"` >}}\nb{{< /callout >}}'),
        ("> [!quote] 茶人\n> 水先滾。", '{{< quote author="茶人" >}}\n水先滾。{{< /quote >}}'),
        ("- a\n  > [!tip]\n  > b\n", '- a\n  {{< callout type="tip" >}}\n  b{{< /callout >}}\n'),
        (
            "> [!note] o\n> > [!tip] i\n> > a\n> b",
            '{{< callout type="note" title="o" >}}\n{{< callout type="tip" title="i" >}}\na{{< /callout >}}\n'
            "b{{< /callout >}}",
        ),
    ],
)
def test_a_callout_stands_around_its_lines(text: str, written: str) -> None:
    """Its lines lose their marks and stay where they are; its title is words."""
    assert translate(text, "hugo").body == written


@pytest.mark.parametrize(
    ("after", "written"),
    [
        ("\n\nb", '{{< callout type="note" >}}\n```\na\n```\n{{< /callout >}}\nb'),
        ("", '{{< callout type="note" >}}\n```\na\n```\n{{< /callout >}}'),
        ("\nb", '{{< callout type="note" >}}```\na\n```\n{{< /callout >}}\nb'),
    ],
)
def test_an_end_never_stands_on_the_line_of_a_fence(after: str, written: str) -> None:
    """It would keep the code open for whoever looks for it there."""
    assert translate("> [!note]\n> ```\n> a\n> ```" + after, "hugo").body == written


def test_ends_of_boxes_in_boxes_meet_behind_their_code() -> None:
    """The inner one's first."""
    done = translate("> [!note]\n> > [!tip]\n> > ```\n> > a\n> > ```\n", "hugo").body
    assert done.endswith("```\n{{< /callout >}}{{< /callout >}}")
    assert done.count("\n") == 5


@pytest.mark.parametrize(
    "text",
    [
        "```md\n> [!note]\n> a\n```\n",
        "> a\n> [!note]\n",
        "> [! note]\n",
        "[!note] a\n",
        "    > [!note]\n    > a\n",
    ],
)
def test_what_is_no_callout_stays(text: str) -> None:
    """Code, a mark further down in a quote, a mark outside of one."""
    assert translate(text, "hugo").body == text


def test_deep_nesting_ends() -> None:
    """Nobody means a hundred levels: the innermost stay quotes."""
    text = "".join(f"{'> ' * (level + 1)}[!note]\n" for level in range(100))
    assert translate(text, "hugo").body.count("{{< callout") == 8
