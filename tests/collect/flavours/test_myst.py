"""MyST, Pandoc and Quarto: directives, roles, notes to the tool."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from digest.collect.flavours import translate

Ours = Callable[[str, str], tuple[str, list[str]]]

NOTE = '{{< callout type="note" >}}\n'
END = "\n{{< /callout >}}"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("```{note}\na\n```", f"{NOTE}a{END}"),
        (":::{note}\na\n:::", f"{NOTE}a{END}"),
        ("````{note}\n```py\n{{< a >}}\n```\n````", NOTE + "```py\n{{</* a */>}}\n```" + END),
        ("```{admonition} *a*\n:class: tip wide\nb\n```", '\n{{< callout type="tip" title="a" >}}\nb' + END),
        ("```{versionadded} 2.0\na\n```", '{{< callout type="note" title="2.0" >}}\na' + END),
        ("```{code-block} py\n---\nlineno: 1\n---\na\n```", "\n\n\n```py\na\n```"),
        (":::{code}\na\n:::", "```text\na\n```"),
        ("```{mermaid}\na\n```", "```mermaid\na\n```"),
        ("```{python, echo=FALSE}\na\n```", "```python\na\n```"),
        (
            "```{figure} a.png\n:alt: b\n\nc\nd\n\ne\n```",
            '\n{{< figure src="a.png" alt="b" caption="c d" />}}\n\n\n\n\ne\n',
        ),
        ("```{image} a.png\n```", '{{< figure src="a.png" />}}\n'),
        ("```{youtube} abc\n```", '{{< youtube "abc" />}}\n'),
        ("```{epigraph}\na\n```", "{{< quote >}}\na\n{{< /quote >}}"),
        ("```{dropdown} a\nb\n```", '{{< details summary="a" >}}\nb\n{{< /details >}}'),
        (
            "::::{tab-set}\n:::{tab-item} a\nb\n:::\n::::",
            '\n{{< details summary="a" open="true" >}}\nb\n{{< /details >}}\n',
        ),
        ("```{list-table} a\n* - b\n```", "**a**\n* - b\n"),
        ("```{unknown} a\nb\n```", '{{< unknown title="a" >}}\nb\n{{< /unknown >}}'),
        ("::: {.callout-tip title='a'}\nb\n:::", '{{< callout type="tip" title="a" >}}\nb' + END),
        ("::: {layout-ncol=2}\nb\n:::", "\nb\n"),
        ("{ref}`a` {doc}`b </c/d>`", '[a]({{< ref "a" >}}) [b]({{< ref "c/d" >}})'),
        ("{doc}`/c/d` {any}`e <https://f.example/>`", '[d]({{< ref "c/d" >}}) [e](https://f.example/)'),
        ("{kbd}`A` {sub}`2` {py:func}`~a.b` {math}`x`", "<kbd>A</kbd> <sub>2</sub> `a.b` `x`"),
        ("{abbr}`AI (artificial)` {abbr}`b` {term}`c`", '<abbr title="artificial">AI</abbr> b c'),
        ("{cite:p}`a` {ref}``b`` `{ref}` `c`", '(a) [b]({{< ref "b" >}}) `{ref}` `c`'),
        ("```{note}\n---\na\n```", NOTE + "---\na" + END),
    ],
)
def test_directives_and_roles(ours: Ours, text: str, written: str) -> None:
    """Boxes, code, pictures and links; one that is not known by the rule for unknown shortcodes."""
    assert ours("myst", text) == (written, [])


def test_a_loss_is_told_at_its_line() -> None:
    """Also behind boxes that were rewritten before it."""
    text = "```{note} a long title\n:class: b\n\nc\n```\n\n```{toctree}\nd\n```\n"
    (mistake,) = translate(text, "myst").mistakes
    assert text[mistake.offset :].startswith("{toctree}")


def test_what_only_the_tool_can_do_is_told(ours: Ours) -> None:
    """Lists of pages and parts of other files are lost; targets and comments are not for readers."""
    text = "(a)=\n```{toctree}\n:depth: 1\nb\n```\n% c\n+++ {}\n{{ d }}\n```{py:function} e\nf\n```\n"
    assert ours("myst", text) == (
        "\n" * 11,
        ["lost: {toctree}", "passed: (a)=", "passed: % c", "passed: +++ {}", "lost: {{ d }}"],
    )
