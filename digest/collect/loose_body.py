"""The body of loose text as Markdown: headings, lists and paragraphs as their lines suggest them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from digest.collect.quotes import quote_in

_BULLET: Final = re.compile(
    r"^(?P<indent>[ \t]*)(?:[•·●○▪◦‣∙*–-]|(?P<number>\d{1,3})[.)])[ \t]+(?P<text>\S.*)$"
)
_GLUED: Final = re.compile(r"^(\d{1,2})(?=[^\W\d_]|[\"“「『(])")
_RULE: Final = re.compile(r"^\s*(?:[-=_*~─—]\s*){3,}$")
_NUMBERED_HEADING: Final = re.compile(
    r"^(?:part|chapter|section|episode)\s+[\divxlc]+\b.{0,90}$|^第\s*[\d一二三四五六七八九十百]+\s*[章節部篇集回].{0,40}$|"
    r"^제?\s*\d+\s*[장부편]\b.{0,40}$",
    re.IGNORECASE,
)
_MARKED_HEADING: Final = re.compile(r"^#{1,6}\s+\S")
_ENDS_SENTENCE: Final = re.compile(r"[.。!！…,，、;；:：][\"'”’」』）)]*$")
_KEY_POINTS: Final = re.compile(
    r"^#{0,6}\s*\**(?:key\s+(?:points?|takeaways?|ideas|insights)|takeaways|highlights|tl;?dr|"
    r"重點(?:摘要|整理|速覽)?|本文重點|核心要點|要點|핵심\s*(?:요약|포인트|내용|정리)|주요\s*내용|요점|要点|ポイント)"
    r"\**\s*[:：]?\s*\**$",
    re.IGNORECASE,
)
_NAVIGATION: Final = re.compile(
    r"^(?:(?:return|back|go|skip) to\b.{0,40}|share(?: this)?\b.{0,30}|subscribe(?: now)?|sign (?:in|up)|"
    r"read more|next(?: post)?|previous(?: post)?|回到?.{0,10}|返回.{0,10}|"
    r"목록(?:으로)?|이전 글|다음 글|공유하기)$",
    re.IGNORECASE,
)
_CJK: Final = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uff60]")
_LONGEST_HEADING: Final = 80
_WRAPPED: Final = 100


@dataclass(slots=True, kw_only=True)
class _Block:
    """A run of lines that belong together: a heading, a list, a rule or a paragraph."""

    kind: str
    lines: list[str] = field(default_factory=list)


def key_points(lines: Sequence[str]) -> tuple[tuple[str, ...], range]:
    """The list under a heading such as "Key Points", and the lines that it and its heading take."""
    for number, line in enumerate(lines):
        if not _KEY_POINTS.match(line.strip()):
            continue
        end = number + 1
        points: list[str] = []
        while end < len(lines) and (not lines[end].strip() or _BULLET.match(lines[end])):
            found = _BULLET.match(lines[end])
            points += [found["text"]] if found else []
            end += 1
        if points:
            return tuple(unglued(points)), range(number, end)
    return (), range(0)


def unglued(items: Sequence[str]) -> list[str]:
    """List items without the numbers that copying glued to them: `1Lukasz`, `2This`; only a whole 1, 2, 3…"""
    numbers = [_GLUED.match(item) for item in items]
    if len(items) > 1 and all(one and int(one[1]) == place for place, one in enumerate(numbers, 1)):
        return [item[one.end() :] for item, one in zip(items, numbers, strict=True) if one]
    return list(items)


def markdown(lines: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Lines of loose text as Markdown, and the lines left out: headings over nothing, ways to other pages."""
    blocks = _blocks(lines)
    kept, left = _with_substance(blocks)
    if not kept:  # a few words without a full stop are all there is, not headings over nothing
        kept, left = [replace(block, kind="text") for block in blocks], []
    parts = [_written(block) for block in kept]
    return "\n\n".join(part for part in parts if part).strip(), tuple(left)


def _blocks(lines: Sequence[str]) -> list[_Block]:
    blocks: list[_Block] = []
    blank = True
    for number, raw in enumerate(lines):
        line = raw.rstrip()
        if not line.strip():
            blank = True
            continue
        kind = _kind(line, number, lines, blank)
        last = blocks[-1] if blocks else None
        joins = last is not None and last.kind == kind and (kind == "list" or (kind == "text" and not blank))
        if joins and last:
            last.lines.append(line)
        else:
            blocks.append(_Block(kind=kind, lines=[line]))
        blank = False
    return blocks


def _kind(line: str, number: int, lines: Sequence[str], blank_before: bool) -> str:
    text = line.strip()
    if _RULE.match(text):
        return "rule"
    if _MARKED_HEADING.match(text) or _NUMBERED_HEADING.match(text):
        return "heading"
    if _BULLET.match(line):
        return "list"
    blank_after = number + 1 >= len(lines) or not lines[number + 1].strip()
    return "heading" if blank_before and blank_after and _is_short_title(text) else "text"


def _is_short_title(text: str) -> bool:
    """Whether a line that stands alone reads like a heading: short, and not the end of a sentence."""
    width = len(text) + len(_CJK.findall(text))
    return width <= _LONGEST_HEADING and not _ENDS_SENTENCE.search(text) and text[0] not in '"“「『>|#<({['


def _with_substance(blocks: list[_Block]) -> tuple[list[_Block], list[str]]:
    """The blocks without ways to other pages and without headings that have nothing under them."""
    left: list[str] = []
    kept: list[_Block] = []
    for block in reversed(blocks):
        text = block.lines[0].strip()
        heads_nothing = block.kind == "heading" and (not kept or kept[-1].kind == "heading")
        nested = heads_nothing and kept and _level(text) < _level(kept[-1].lines[0].strip())
        if (heads_nothing and not nested) or (len(block.lines) == 1 and _NAVIGATION.match(text)):
            left.append(text)
        else:
            kept.append(block)
    return kept[::-1], left[::-1]


def _level(text: str) -> int:
    return len(text) - len(text.lstrip("#")) or 2


def _written(block: _Block) -> str:
    if block.kind == "heading":
        text = block.lines[0].strip()
        return text if text.startswith("#") else f"## {text}"
    if block.kind == "rule":
        return "---"
    if block.kind == "list":
        return _list(block.lines)
    return _paragraphs([line.strip() for line in block.lines])


def _list(lines: Sequence[str]) -> str:
    """List items with their levels by indentation, glued numbers removed, quotes set out."""
    found = [item for line in lines if (item := _BULLET.match(line))]
    indents = [len(item["indent"].expandtabs(4)) for item in found]
    texts = unglued([item["text"] for item in found])
    written: list[str] = []
    levels: list[tuple[int, int]] = []
    for item, indent, text in zip(found, indents, texts, strict=True):
        while levels and indent < levels[-1][0]:
            levels.pop()
        if not levels or indent > levels[-1][0]:
            levels.append((indent, levels[-1][1] + (3 if levels else 0) if levels else 0))
        mark = f"{item['number']}." if item["number"] else "-"
        written.append(f"{' ' * levels[-1][1]}{mark} {_set_out(text)}")
    return "\n".join(written)


def _set_out(text: str) -> str:
    """A quote of a collection with its topic in bold and its source without brackets."""
    quote = quote_in(f"- {text}")
    if quote is None or not quote.topic or not quote.source or text.startswith("**"):
        return text
    topic, _, rest = text.partition(":")
    words = rest.strip()
    ends = words.rfind(words[0] if words[:1] == '"' else "”")
    return f"**{topic.strip()}**: {words[: ends + 1]} — {quote.source}"


def _paragraphs(lines: Sequence[str]) -> str:
    """Lines that were wrapped become one paragraph, others one each; none becomes a heading or code."""
    longest = max(len(line) for line in lines)
    wrapped = longest <= _WRAPPED and all(len(line) > 0.6 * longest for line in lines[:-1])
    return _joined(lines) if wrapped and len(lines) > 1 else "\n\n".join(lines)


def _joined(lines: Sequence[str]) -> str:
    text = lines[0]
    for line in lines[1:]:
        between = "" if _CJK.match(text[-1]) and _CJK.match(line[0]) else " "
        text += between + line
    return text
