"""Obsidian's and Quartz's Markdown: links, embeds, comments, marks, plugins."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Ours = Callable[[str, str], tuple[str, list[str]]]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("[[茶樹]]", '[茶樹]({{< ref "茶樹" >}})'),
        ("[[植物/茶樹.md|茶]]", '[茶]({{< ref "植物/茶樹" >}})'),
        ("[[茶樹#土壤]]", '[茶樹 > 土壤]({{< ref "茶樹#土壤" >}})'),
        ("[[茶樹#土壤#酸|酸]]", '[酸]({{< ref "茶樹#酸" >}})'),
        ("[[茶樹#^ab12]]", '[茶樹]({{< ref "茶樹" >}})'),
        ("[[#土壤]]", '[土壤]({{< ref "#土壤" >}})'),
        ("| [[茶\\|葉]] |", '| [葉]({{< ref "茶" >}}) |'),
        ("[[a_b *c*]]", '[a\\_b \\*c\\*]({{< ref "a_b *c*" >}})'),
        ('[[say "x"]]', '[say "x"]({{< ref `say "x"` >}})'),
        ("![[圖 1.png]]", "![](<圖 1.png>)"),
        ("![[a.jpg|300x200]]", "![](a.jpg)"),
        ("![[a.webp|一張圖|300]]", "![一張圖](a.webp)"),
        ("![[a.mp4]]", '{{< video src="a.mp4" />}}'),
        ("![[a.mp3|聽]]", '{{< audio src="a.mp3" title="聽" />}}'),
        ("![[檔/a.pdf]]", "[a.pdf](檔/a.pdf)"),
        ("![[茶樹#土壤]]", '[茶樹 > 土壤]({{< ref "茶樹#土壤" >}})'),
        ("![[v1.2 of it]]", '[v1.2 of it]({{< ref "v1.2 of it" >}})'),
        ("![a|300](b.png) ![c|d](e.png)", "![a](b.png) ![c|d](e.png)"),
        ("==重點== a==b==c", "<mark>重點</mark> a==b==c"),
        ("話^[旁註]。", "話 (旁註)。"),
        ("段落 ^abc-1\n\n^def\n", "段落\n\n\n"),
        ("a %%b\nc%% d", "a \n d"),
        ("\\[[a]] [[]] [[ -f x ]] [[b](c)", "\\[[a]] [[]] [[ -f x ]] [[b](c)"),
        ("`[[a]]` `==b==`", "`[[a]]` `==b==`"),
    ],
)
def test_marks_are_written_in_ours(ours: Ours, text: str, written: str) -> None:
    """Each as a reader of the note sees it; code and what only looks alike stays."""
    assert ours("obsidian", text)[0] == written


def test_what_a_plugin_computes_is_told(ours: Ours) -> None:
    """A query and a template have no words of their own."""
    text = "a\n```dataview\nLIST\n```\n<% tp.date.now() %>\n```sh\nls\n```\n"
    assert ours("obsidian", text) == (
        "a\n\n\n\n\n```sh\nls\n```\n",
        ["lost: <% tp.date.now() %>", "lost: dataview"],
    )
