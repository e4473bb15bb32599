"""Template tags and values in an article: Liquid (Jekyll, Hexo, Octopress), Nunjucks (Eleventy)."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from digest.collect.flavours import liquid_tags
from digest.collect.flavours.literal import literal
from digest.collect.flavours.sheet import Found, Sheet, fitting
from digest.collect.flavours.writing import closing, tag

BRACE: Final = "\ufdd0"
"""Stands for a brace that is to be printed: a noncharacter, which no text has (Unicode 23.7)."""

_TAG: Final = re.compile(
    r"\{%[-+]?\s*(?P<ends>end(?=\w)|/)?(?P<name>\w+)(?P<rest>(?:(?![-+]?%\}|\{%).){0,2000})[-+]?%\}",
    re.DOTALL,
)
_VALUE: Final = re.compile(r"\{\{(?![<%{])[-+]?(?P<code>[^{}\n]{0,500}?)[-+]?\}\}(?P<after>/|\{\{<)?")
_TEXT: Final = re.compile(r"""\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)')""")
_BASE: Final = re.compile(
    r"\s*(?:(?:site|page|config|metadata|meta)\.)?(?:github\.)?(?:base_?url|url|root|path_?prefix)\s*(?:\|.*)?",
    re.IGNORECASE,
)
_QUOTED: Final = re.compile(
    r"""\{\{-?\s*(?:"([^"\n]{0,200}[{%}][^"\n]{0,200})"|'([^'\n]{0,200}[{%}][^'\n]{0,200})')\s*-?\}\}"""
)
_BARE: Final = re.compile(r"[ \t]*(?:[-*+]|\d+[.)])[ \t]+[\[\]()<>:,.!\s\u2013\u2014-]*")
"""What is left of an item of a list when all that it had were values: no words, perhaps an empty link."""
_COMMENT: Final = re.compile(r"\{#[^{}]*?#\}")
_RUN: Final = re.compile(r"`+")
_LANGUAGE: Final = re.compile(r"\s*(?:lang(?:uage)?[:=]\s*)?[\"']?([\w+#.-]+)")


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag: its place, its name, whether it ends something, and what follows its name."""

    start: int
    end: int
    name: str
    ends: bool
    rest: str


def raw(sheet: Sheet) -> None:
    """What stands between `raw` and `endraw`, or is quoted to be printed, means nothing further."""
    if "{{" in sheet.text:
        sheet.text = _QUOTED.sub(lambda found: hidden(found[1] or found[2]), sheet.text)
    if "raw" in sheet.text or "verbatim" in sheet.text:
        _between(sheet, ("raw", "verbatim"), lambda _begin, _end, inner: hidden(inner))


def code(sheet: Sheet) -> None:
    """Write `highlight` and `codeblock` as fences where they stand on their own lines, else as shortcodes."""
    if "highlight" in sheet.text or "code" in sheet.text:
        text = sheet.text
        _between(
            sheet,
            ("highlight", "codeblock", "code"),
            lambda begin, end, inner: _code(text, begin, end, inner),
        )


def tags(sheet: Sheet) -> None:
    """Write every other tag as a shortcode or a link; what only a template can do is left out."""
    if "{%" not in sheet.text:
        return
    for name, what in (("comment", "a comment"), ("capture", "text kept for a template")):
        if name in sheet.text:
            _between(sheet, (name,), _passing(sheet, what))
    masked = sheet.masked
    found = [one for one in _tags(sheet.text) if masked[one.start] == "{"]
    paired = _paired(found)
    pieces: list[str] = []
    done = 0
    for number, one in enumerate(found):
        new = _written(sheet, one, is_paired=number in paired)
        pieces += [sheet.text[done : one.start], fitting(new, sheet.text[one.start : one.end])]
        done = one.end
    sheet.text = "".join([*pieces, sheet.text[done:]])


def values(sheet: Sheet) -> None:
    """Addresses that a template would complete stay; other values are not known here and are left out."""
    if "{#" in sheet.text:
        sheet.drop(_COMMENT, "a comment")
    if "{{" in sheet.text:
        before = sheet.text.split("\n")
        sheet.sub(_VALUE, lambda found: _value(sheet, found))
        after = zip(before, sheet.text.split("\n"), strict=True)
        sheet.text = "\n".join("" if "{{" in was and _BARE.fullmatch(now) else now for was, now in after)


def shown(sheet: Sheet) -> None:
    """Print the braces that were hidden from the steps before."""
    sheet.text = sheet.text.replace(BRACE, "{")


def hidden(text: str) -> str:
    """A text whose braces no further step sees."""
    return literal(text).replace("{", BRACE)


def _tags(text: str) -> Iterator[Tag]:
    for one in _TAG.finditer(text):
        yield Tag(one.start(), one.end(), one["name"], bool(one["ends"]), one["rest"].strip())


def _between(sheet: Sheet, names: Sequence[str], write: Callable[[Tag, Tag, str], str]) -> None:
    """Replace each pair of these tags with all between; one that does not end stays."""
    text = sheet.text
    found = list(_tags(text))
    ends: dict[str, list[int]] = defaultdict(list)
    for number, one in enumerate(found):
        if one.ends:
            ends[one.name].append(number)
    pieces: list[str] = []
    done = 0
    for number, one in enumerate(found):
        if one.start < done or one.ends or one.name not in names:
            continue
        following = bisect_left(ends[one.name], number)
        if following < len(ends[one.name]):
            last = found[ends[one.name][following]]
            new = write(one, last, text[one.end : last.start])
            pieces += [text[done : one.start], fitting(new, text[one.start : last.end])]
            done = last.end
    sheet.text = "".join([*pieces, text[done:]])


def _passing(sheet: Sheet, what: str) -> Callable[[Tag, Tag, str], str]:
    def write(begin: Tag, _end: Tag, inner: str) -> str:
        sheet.passed(what, inner, begin.start)
        return ""

    return write


def _code(text: str, begin: Tag, end: Tag, inner: str) -> str:
    found = _LANGUAGE.match(begin.rest) if begin.name != "codeblock" or "lang" in begin.rest else None
    language = found[1] if found else ""
    before = text[text.rfind("\n", 0, begin.start) + 1 : begin.start]
    after = text[end.end :].partition("\n")[0] if end.end < len(text) else ""
    first, _, rest = inner.partition("\n")
    if (
        before.strip()
        or after.strip()
        or first.strip()
        or inner.rpartition("\n")[2].strip()
        or not inner.strip()
    ):
        return tag("highlight", (language,) if language else ()) + hidden(inner) + closing("highlight")
    ticks = "`" * max(3, 1 + max((len(run) for run in _RUN.findall(inner)), default=0))
    return f"{ticks}{language}\n{rest}{ticks}"


def _paired(found: Sequence[Tag]) -> set[int]:
    """The numbers of tags that have their other half."""
    opened: dict[str, list[int]] = defaultdict(list)
    paired: set[int] = set()
    for number, one in enumerate(found):
        if not one.ends:
            opened[one.name].append(number)
        elif opened[one.name]:
            paired |= {number, opened[one.name].pop()}
    return paired


def _written(sheet: Sheet, one: Tag, *, is_paired: bool) -> str:
    """What stands for a tag."""
    source = sheet.text[one.start : one.end]
    if one.name in liquid_tags.SILENT:
        sheet.passed("an instruction to a template", source, one.start)
        return ""
    if one.name in liquid_tags.CONTROL:
        sheet.lost("an instruction that only a template can follow", source, one.start)
        return ""
    if one.ends:
        if is_paired:
            return closing(liquid_tags.name_of(one.name))
        sheet.passed("an end without a beginning", source, one.start)
        return ""
    return liquid_tags.written(one.name, one.rest, is_paired=is_paired)


def _value(sheet: Sheet, found: Found) -> str:
    """What stands for `{{ … }}`: text given in it, nothing for the site's own address, else a loss."""
    code, after = found["code"], found["after"]
    text = _TEXT.match(code)
    if text:
        return (text["double"] or text["single"] or "") + after
    if not (after and _BASE.fullmatch(code)):
        sheet.lost("a value that only a template knows", found[0], found.start)
    return after
