"""Zola's calls and links."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Ours = Callable[[str, str], tuple[str, list[str]]]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ('{{ youtube(id="a", autoplay=true, w=3) }}', '{{< youtube id="a" autoplay="true" w="3" />}}'),
        ("{{ toc() }}", "{{< toc />}}"),
        ('{{ gallery(files=["a b.png", "c.png"]) }}', '{{< gallery files="a b.png c.png" />}}'),
        (
            "{% quote(author='甲 (乙)') %}\n**a**\n{% end %}",
            '{{< quote author="甲 (乙)" >}}\n**a**\n{{< /quote >}}',
        ),
        ("{% a() %}{% b() %}c{% end %}{% end %}", "{{< a >}}{{< b >}}c{{< /b >}}{{< /a >}}"),
        ("{% a() %} never ends", "{{< a />}} never ends"),
        ("a {% end %} b", "a  b"),
        (
            "[a](@/posts/b.md#c) [d](@/e/_index.md)",
            '[a]({{< ref "posts/b.md#c" >}}) [d]({{< ref "e/_index.md" >}})',
        ),
        ("{{/* toc() */}} {%/* end */%}", "{{ toc() }} {% end %}"),
        ("`{{ toc() }}` {{ toc }} {% end of it", "`{{ toc() }}` {{ toc }} {% end of it"),
    ],
)
def test_calls_are_shortcodes(ours: Ours, text: str, written: str) -> None:
    """Those of code and those that are escaped are printed."""
    assert ours("zola", text) == (written, [])
