"""Flavours as a whole: what tells them, and that a translation keeps its lines."""

from __future__ import annotations

from digest.collect.flavours import flavour_of, translate


def test_a_callout_becomes_a_shortcode_on_its_own_lines() -> None:
    """Only the marks change: every line of the file stays where it is."""
    done = translate("> [!tip]- 記得\n> 先澆水。\n\n文。\n", "hugo")
    assert done.body == '{{< callout type="tip" title="記得" >}}\n先澆水。{{< /callout >}}\n\n文。\n'
    assert done.mistakes == ()


def test_plain_markdown_is_plain() -> None:
    """A shell's brackets are no link, and three colons are none's."""
    text = "if [[ -f x ]]; then\n\n:::\n\nsee [[1]](https://example.org/)\n"
    assert flavour_of("articles/a.md", text, "yaml") == "plain"
    assert translate(text, "plain").body == text
