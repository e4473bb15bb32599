"""Pelican's links and Python-Markdown's boxes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Ours = Callable[[str, str], tuple[str, list[str]]]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("[a]({filename}/posts/b.md#c)", '[a]({{< ref "posts/b.md#c" >}})'),
        ("[a](|filename|b.md)", '[a]({{< ref "b.md" >}})'),
        ("![a]({static}/images/b.png) ![c]({attach}d.png)", "![a](/images/b.png) ![c](d.png)"),
        ("[a]({tag}茶) [b]({index}) [c]({unknown}d)", "[a](/tag/茶) [b](/) [c]({unknown}d)"),
        ('<a href="{filename}b.md">', '<a href="{{< ref "b.md" >}}">'),
        ("[TOC]\na", "\na"),
        ("a\n\n    :::python\n    x = 1\n\n    #!sh\n    y", "a\n\n\n    x = 1\n\n\n    y"),
        (
            '!!! note "標題"\n    a\n\n    b\n\nc',
            '{{< callout type="note" title="標題" >}}\na\n\nb\n{{< /callout >}}\nc',
        ),
        ("!!! warning inline end\n\ta", '{{< callout type="warning" >}}\na{{< /callout >}}'),
        ("??? note\n    a\nb", '{{< details summary="Note" >}}\na{{< /details >}}\nb'),
        ("!!! tip\n    ```\n    a\n    ```", '{{< callout type="tip" >}}\n```\na\n```\n{{< /callout >}}'),
        (
            "!!! tip\n    !!! note\n        a\n",
            '{{< callout type="tip" >}}\n{{< callout type="note" >}}\na{{< /callout >}}\n{{< /callout >}}',
        ),
        ("!!! note\nno lines of its own", "!!! note\nno lines of its own"),
        ("{% youtube dQw4w9WgXcQ 640 390 %}", '{{< youtube "dQw4w9WgXcQ" "640" "390" />}}'),
    ],
)
def test_links_boxes_and_code(ours: Ours, text: str, written: str) -> None:
    """Each as its readers see it."""
    assert ours("pelican", text)[0] == written
