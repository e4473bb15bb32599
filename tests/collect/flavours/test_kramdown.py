"""Attributes that no reader sees."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Ours = Callable[[str, str], tuple[str, list[str]]]


@pytest.mark.parametrize(
    ("text", "written", "told"),
    [
        ("* x\n{:toc}\na", "\n\na", ["passed: * x {:toc}"]),
        ("1. x\n{: toc .y}\na", "\n\na", ["passed: 1. x {: toc .y}"]),
        ("a\n{: .lead #x}\n", "a\n\n", ["passed: {: .lead #x}"]),
        ('![a](b.png){: width="3"} *c*{:.d}', "![a](b.png) *c*", ['passed: {: width="3"}']),
        ("a {::comment}b\nc{:/comment} d", "a \n d", ["passed: {::comment}b c{:/comment}"]),
        ("{::nomarkdown}\n<b>a</b>\n{:/}\n", "\n<b>a</b>\n\n", ["passed: {::nomarkdown}"]),
        ("{::options a='b' /}\na", "\na", ["passed: {::options a='b' /}"]),
        ("## a {#b}\n", "## a\n", ["passed: {#b}"]),
        ("*[HTML]: words\na", "\na", ["passed: *[HTML]: words"]),
        ('<div markdown="1">\n**a**\n<div>b</div>\n</div>', "\n**a**\n<div>b</div>\n", []),
        ('<div>\n<div markdown="1">', '<div>\n<div markdown="1">', []),
        ("`{: .a}` {a: b}", "`{: .a}` {a: b}", []),
    ],
)
def test_kramdown_attributes_go(ours: Ours, text: str, written: str, told: list[str]) -> None:
    """Behind blocks and words; tables of contents and comments too."""
    assert ours("jekyll", text) == (written, told)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("## 標題 {#top .x}\n", "## 標題\n"),
        ("## a {#b} ##\n", "## a ##\n"),
        ("a\n{.wide}\n", "a\n\n"),
        ('![a](b.png){width=300}\n{attribution="x"}\n', "![a](b.png)\n\n"),
        ("[words]{.smallcaps} a", "words a"),
        ("a {b} {.c is a class", "a {b} {.c is a class"),
    ],
)
def test_pandoc_and_hugo_attributes_go(ours: Ours, text: str, written: str) -> None:
    """Braces that say something else stay."""
    assert ours("hugo", text)[0] == written
