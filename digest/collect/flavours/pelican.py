"""Pelican and Python-Markdown: `{filename}` links, `!!! note` boxes, languages of indented code, `[TOC]`."""

from __future__ import annotations

import re
from typing import Final

from digest.collect.flavours.sheet import Found, Sheet, masked
from digest.collect.flavours.writing import callout, closing, opening, quoted, words

_LINK: Final = re.compile(
    r"(?P<before>\]\(\s*<?|(?:href|src)=[\"']|\]:[ \t]+<?)"
    r"(?:\{(?P<what>\w+)\}|\|(?P<old>\w+)\|)(?P<path>[^()\s<>\"']*)"
)
_CONTENTS: Final = re.compile(r"^\[TOC\][ \t]*$", re.MULTILINE)
_BOX: Final = re.compile(
    r"(?P<sign>!!!|\?\?\?)\+?[ \t]+(?P<kind>[\w-]+)(?:[ \t]+[\w-]+)*[ \t]*"
    r"(?:\"(?P<title>[^\"\n]*)\")?[ \t]*$"
)
_LANGUAGE: Final = re.compile(r"^((?: {4}|\t)+)(?::::|#!)(?=[a-z][\w+-]*[ \t]*$)[\w+#:! -]*$", re.MULTILINE)
_FENCE: Final = re.compile(r"[ >\t]*(?:`{3}|~{3})")


def links(sheet: Sheet) -> None:
    """Write links to files as references, and to images as paths; to lists of posts as their words."""
    if "{" in sheet.text or "|" in sheet.text:
        sheet.sub(_LINK, _link)
    if "[TOC]" in sheet.text:
        sheet.drop(_CONTENTS, "a table of contents")


def _link(found: Found) -> str | None:
    what = (found["what"] or found["old"]).casefold()
    if what in ("static", "attach", "photo"):
        return found["before"] + found["path"]
    if what == "filename":
        return f"{found['before']}{{{{< ref {quoted(found['path'].lstrip('/'))} >}}}}"
    if what in ("tag", "category", "author", "index", "lightbox"):
        return (
            f"{found['before']}/{what}/{found['path'].strip('/')}"
            if what != "index"
            else found["before"] + "/"
        )
    return None


def languages(sheet: Sheet) -> None:
    """Blank the line that names the language of indented code."""
    if ":::" in sheet.text or "#!" in sheet.text:
        sheet.text = _LANGUAGE.sub("", sheet.text)


def boxes(sheet: Sheet) -> None:
    """Write `!!! note "Title"` with its indented lines as a callout, `???` as text that folds away."""
    if "!!! " in sheet.text or "??? " in sheet.text or "???+ " in sheet.text:
        sheet.text = "\n".join(_boxes(sheet.text.split("\n"), masked(sheet.text).split("\n"), 0))


def _boxes(lines: list[str], shown: list[str], depth: int) -> list[str]:
    number = 0
    while number < len(lines):
        found = _BOX.match(shown[number].rstrip())
        end = _end(lines, number + 1) if found else number
        if found and depth < 8 and end > number:
            begin, finish = _tags(found)
            inner = [
                line.removeprefix("\t") if line[:1] == "\t" else line[4:]
                for line in lines[number + 1 : end + 1]
            ]
            inner = _boxes(inner, masked("\n".join(inner)).split("\n"), depth + 1)
            lines[number : end + 1] = [begin, *inner]
            if end + 1 < len(lines) and not lines[end + 1].strip():
                lines[end + 1] = finish
            else:
                lines[end] += ("\n" if _FENCE.match(lines[end]) and end + 1 == len(lines) else "") + finish
        number = end + 1
    return lines


def _end(lines: list[str], start: int) -> int:
    """The last indented line from here on; the line before for none."""
    end = start - 1
    for number in range(start, len(lines)):
        if lines[number].startswith(("    ", "\t")):
            end = number
        elif lines[number].strip():
            break
    return end


def _tags(found: re.Match[str]) -> tuple[str, str]:
    if found["sign"] == "???":
        title = words(found["title"] or "") or found["kind"].capitalize()
        return opening("details", summary=title), closing("details")
    return callout(found["kind"], found["title"] or "")
