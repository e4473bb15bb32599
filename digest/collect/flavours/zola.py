"""Zola: shortcodes that look like calls, and links that begin with `@/` (getzola.org/documentation)."""

from __future__ import annotations

import re
from typing import Final

from digest.collect.flavours.arguments import arguments
from digest.collect.flavours.liquid import hidden
from digest.collect.flavours.sheet import Sheet
from digest.collect.flavours.writing import alone, closing, quoted, tag

_CALL: Final = re.compile(
    r"\{(?P<mark>[{%])\s*(?P<name>\w+)\((?P<rest>(?:\"[^\"]{0,1000}\"|'[^']{0,1000}'|`[^`]{0,1000}`|[^\"'`()]){0,500})\)\s*[%}]\}|"
    r"\{%\s*end\s*%\}"
)
_ESCAPED: Final = re.compile(r"(?<!\{)\{([{%])/\*(.{0,300}?)\*/([%}])\}")
_LINK: Final = re.compile(r"\]\(\s*<?@/(?P<path>[^()\s<>]*)>?")


def escapes(sheet: Sheet) -> None:
    """`{{/* name() */}}` and `{%/* name() */%}` are printed without their signs."""
    if "/*" in sheet.text:
        sheet.text = _ESCAPED.sub(lambda found: hidden(f"{{{found[1]}{found[2]}{found[3]}}}"), sheet.text)


def calls(sheet: Sheet) -> None:
    """Write calls as shortcodes, with what stands before `{% end %}` in them."""
    if "{{" not in sheet.text and "{%" not in sheet.text:
        return
    opened: list[str] = []
    masked = sheet.masked
    ends = sum(not found["name"] for found in _CALL.finditer(masked))

    def write(found: re.Match[str]) -> str:
        nonlocal ends
        if not found["name"]:
            ends -= 1
            return closing(opened.pop()) if opened else ""
        rest = sheet.text[slice(*found.span("rest"))]
        args, params = arguments(rest)
        if found["mark"] == "%" and ends > len(opened):
            opened.append(found["name"])
            return tag(found["name"], args, params)
        return alone(found["name"], args, params)

    sheet.sub(_CALL, lambda found: write(found.match))


def links(sheet: Sheet) -> None:
    """Write `](@/posts/tea.md#soil)` as a reference."""
    if "](@/" in sheet.text or "](<@/" in sheet.text:
        sheet.sub(_LINK, lambda found: f"]({{{{< ref {quoted(found['path'])} >}}}}")
