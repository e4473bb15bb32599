"""Callouts in block quotes (`> [!note] Title`), as GitHub, Obsidian and Hugo write them."""

from __future__ import annotations

import re
from typing import Final

from digest.collect.flavours.sheet import Sheet, masked
from digest.collect.flavours.writing import callout

_OPENING: Final = re.compile(
    r"(?P<indent>[ \t]*)>[ \t]*\[!(?P<kind>[\w-]+)(?:\|[^\]\n]*)?\][+-]?(?P<title>.*)"
)
_ANY: Final = re.compile(r">[ \t]*\[![\w-]+[|\]]")
_QUOTED: Final = re.compile(r"([ \t]*)>[ \t]?")
_FENCE: Final = re.compile(r"[ >\t]*(?:`{3}|~{3})")
_DEEPEST: Final = 8


def callouts(sheet: Sheet) -> None:
    """Write every callout as a shortcode around its lines, which lose their `>`."""
    if "[!" in sheet.text and _ANY.search(sheet.text):
        lines, ends = _written(sheet.text.split("\n"), 0)
        sheet.text = "\n".join(lines) + (f"\n{ends}" if ends else "")


def _written(lines: list[str], depth: int) -> tuple[list[str], str]:
    """The lines with their callouts as shortcodes, and closing tags that found no place before their end."""
    text = "\n".join(lines)
    if "[!" not in text or depth == _DEEPEST:
        return lines, ""
    shown = masked(text).split("\n")
    number, ends = 0, ""
    while number < len(lines):
        found = _OPENING.match(shown[number])
        after = _after(lines, number)
        if found and after > number:  # else what stands before the sign is code
            ends = _box(lines, number, after, found, depth)
        number = max(after, number + 1)
    return lines, ends


def _after(lines: list[str], start: int) -> int:
    """The line after the block quote that begins here; this line where there is none."""
    while start < len(lines) and _QUOTED.match(lines[start]):
        start += 1
    return start


def _box(lines: list[str], start: int, after: int, found: re.Match[str], depth: int) -> str:
    """Write the callout of these lines; give its closing tag back where the text ends with it."""
    title = lines[start][found.start("title") : found.end("title")]
    begin, finish = callout(found["kind"], title.strip())
    inner, ends = _written(
        [_QUOTED.sub(r"\1", line, count=1) for line in lines[start + 1 : after]], depth + 1
    )
    indent, finish = found["indent"], ends + finish
    box = [indent + begin, *inner]
    if not _FENCE.match(box[-1]):
        box[-1] += finish
    elif after == len(lines):
        lines[start:after] = box
        return finish
    elif not lines[after].strip():
        lines[after] = indent + finish
    else:  # no line is free after the code: the first line of the box stands behind its opening tag
        box = ["".join(box[:2]), *box[2:], indent + finish]
    lines[start:after] = box
    return ""
