"""Attributes behind blocks, words and headings (kramdown, Python-Markdown, Pandoc, Hugo): not for readers."""

from __future__ import annotations

import re
from typing import Final

from digest.collect.flavours.sheet import Sheet

_ANY: Final = re.compile(r"\{(?::\s?[.#]|[.#][\w-]|[\w-]+=)")
_CONTENTS: Final = re.compile(
    r"^[ \t]*(?:[-*+]|\d+\.)[ \t][^\n]*\n\{:\s*toc\b[^{}\n]*\}[ \t]*$", re.MULTILINE
)
_COMMENT: Final = re.compile(r"\{::comment\}(?:(?!\{::comment\}).)*?\{:/(?:comment)?\}", re.DOTALL)
_EXTENSION: Final = re.compile(r"\{::?/?(?:nomarkdown|options|comment)?[^{}\n]*/?\}")
_EDGE: Final = re.compile(r"<(?P<end>/?)(?P<name>div|section|article|aside)\b(?P<given>[^<>\n]*)>")
_READ: Final = re.compile(r"""\smarkdown=["']?(?:1|block)\b""")
_LINE: Final = re.compile(r"^[ \t]*\{:[^{}\n]*\}[ \t]*$", re.MULTILINE)
_SPAN: Final = re.compile(r"(?<=[)\]*_`~>])\{:[^{}\n]*\}")
_HEADING: Final = re.compile(r"(?<=\S)[ \t]*\{:?\s*[#.][^{}\n]*\}(?=[ \t]*#*[ \t]*$)", re.MULTILINE)
_ABBREVIATION: Final = re.compile(r"^\*\[[^\[\]\n]+\]:[^\n]*$", re.MULTILINE)
_BLOCK: Final = re.compile(r"^[ \t]*\{(?:[.#][\w-][^{}\n]*|[\w-]+=[\"'][^{}\n]*)\}[ \t]*$", re.MULTILINE)
_INLINE: Final = re.compile(r"(?<=[)\]*_~])\{(?:[.#][\w-][^{}\n]*|[\w-]+=[^{}\n]*)\}")
_BRACKETED: Final = re.compile(r"(?<![!\]\\])\[(?P<words>[^\[\]\n]+)\]\{[.#][^{}\n]*\}")


def kramdown(sheet: Sheet) -> None:
    """Leave out `{: …}`, tables of contents, meanings of abbreviations, and HTML around Markdown."""
    if "{:" in sheet.text:
        sheet.drop(_CONTENTS, "a table of contents")
        sheet.drop(_COMMENT, "a comment")
        for pattern in (_LINE, _SPAN, _EXTENSION):
            sheet.drop(pattern, "an attribute")
    if "markdown=" in sheet.text:
        _unwrap(sheet)
    if "*[" in sheet.text:
        sheet.drop(_ABBREVIATION, "an abbreviation's meaning")


def _unwrap(sheet: Sheet) -> None:
    """Leave out tags with `markdown="1"` and their ends: what is between them is Markdown, as ours is not."""
    edges = list(_EDGE.finditer(sheet.masked))
    opened: list[int] = []
    gone: set[int] = set()
    for number, edge in enumerate(edges):
        if not edge["end"]:
            opened.append(number)
        elif opened:
            begin = opened.pop()
            gone |= {begin, number} if _READ.search(edges[begin]["given"]) else set()
    starts = {edges[number].start() for number in gone}
    sheet.sub(_EDGE, lambda found: "" if found.start in starts else None)


def attributes(sheet: Sheet) -> None:
    """Leave out `{#id .class}` behind headings, blocks and words."""
    if _ANY.search(sheet.text):
        sheet.sub(_BRACKETED, lambda found: found["words"])
        for pattern in (_HEADING, _BLOCK, _INLINE):
            sheet.drop(pattern, "an attribute")
