"""Code of tools that have no shortcodes: what looks like one there is printed as it stands."""

from __future__ import annotations

import re
from typing import Final

from digest.collect.flavours.sheet import Sheet

_TAG: Final = re.compile(r"\{\{([<%])((?:(?!\{\{[<%]|[>%]\}\}).){0,4000}?)([>%])\}\}", re.DOTALL)
_OPEN: Final = re.compile(r"\{\{(?=[<%])")
_JOINER: Final = "\u2060"


def literal(text: str) -> str:
    """A text whose shortcodes are escaped, so that they are shown; a lone `{{<` gets an unseen joiner."""
    if "{{<" not in text and "{{%" not in text:
        return text
    pieces: list[str] = []
    done = 0
    for found in _TAG.finditer(text):
        if found[1].translate(_ENDS) == found[3]:
            pieces += [_loose(text[done : found.start()]), f"{{{{{found[1]}/*{found[2]}*/{found[3]}}}}}"]
            done = found.end()
    return "".join([*pieces, _loose(text[done:])])


def literal_code(sheet: Sheet) -> None:
    """Escape what looks like a shortcode wherever the text is code."""
    text = sheet.text
    if "{{<" not in text and "{{%" not in text:
        return
    shown = sheet.masked
    pieces: list[str] = []
    done = 0
    for start, end in _hidden(text, shown):
        pieces += [text[done:start], literal(text[start:end])]
        done = end
    sheet.text = "".join([*pieces, text[done:]])


def _hidden(text: str, shown: str) -> list[tuple[int, int]]:
    """Stretches of lines and of parts of lines that are blanked in `shown` around each `{{`."""
    found: list[tuple[int, int]] = []
    for one in _OPEN.finditer(text):
        if shown[one.start()] != "{" and (not found or one.start() >= found[-1][1]):
            found.append((one.start(), _until(text, shown, one.start())))
    return found


def _until(text: str, shown: str, start: int) -> int:
    """Where the stretch of code ends: at the next character that is shown, or the end."""
    end = start
    while end < len(text) and (shown[end] == text[end] in " \n\t" or shown[end] != text[end]):
        end += 1
    return end


def _loose(text: str) -> str:
    return _OPEN.sub("{" + _JOINER + "{", text)


_ENDS: Final = {ord("<"): ">"}
