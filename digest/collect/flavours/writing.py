"""Shortcodes as text: what other tools' marks are rewritten into."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from digest.text.markup import plain_text

_KINDS: Final = {
    "attention": "warning", "bug": "danger", "caution": "caution", "check": "success", "danger": "danger",
    "deprecated": "warning", "done": "success", "error": "error", "fail": "danger", "failure": "danger",
    "hint": "hint", "important": "important", "info": "info", "missing": "danger", "note": "note",
    "success": "success", "tip": "tip", "todo": "note", "warning": "warning",
}  # fmt: skip
"""What others call a callout → the kind of ours that looks like it."""

_NAMED_AFTER_KIND: Final = frozenset((
    "attention", "caution", "check", "danger", "done", "error", "hint", "important", "info", "note",
    "success", "tip", "warning", "admonition", "callout", "secondary",
))  # fmt: skip
"""Kinds whose own label says what they are, so that they need no title."""

_QUOTES: Final = frozenset(("blockquote", "cite", "epigraph", "pullquote", "quote"))
_LABEL: Final = re.compile(r"[\[\]*_`<\\]")
_WIKI: Final = re.compile(r"!?\[\[(?:[^\[\]\n|]*\|)?([^\[\]\n|]*)\]\]")


def quoted(value: str) -> str:
    """An argument of a shortcode, in quotes that it does not hold itself."""
    value = " ".join(value.split())
    if '"' not in value and "\\" not in value:
        return f'"{value}"'
    if "`" not in value:
        return f"`{value}`"
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def opening(name: str, *args: str, **params: str) -> str:
    """The opening tag of a shortcode, with the arguments that are not empty."""
    return tag(name, args, params)


def tag(name: str, args: tuple[str, ...] = (), params: Mapping[str, str] | None = None) -> str:
    """The same, its named arguments under any names."""
    parts = [name, *(quoted(each) for each in args)]
    parts += [f"{key}={quoted(value)}" for key, value in (params or {}).items() if value]
    return f"{{{{< {' '.join(parts)} >}}}}"


def closing(name: str) -> str:
    """The closing tag of a shortcode."""
    return f"{{{{< /{name} >}}}}"


def alone(name: str, args: tuple[str, ...] = (), params: Mapping[str, str] | None = None) -> str:
    """A shortcode that encloses nothing, whatever follows."""
    return tag(name, args, params).removesuffix(">}}") + "/>}}"


def callout(kind: str, title: str = "") -> tuple[str, str]:
    """The tags of a box beside the text, by what the other tool calls it; of a quotation for a quote."""
    kind = kind.casefold()
    title = words(title)
    if kind.replace("-", "") in _QUOTES:
        return opening("quote", author=title), closing("quote")
    if not title and kind not in _NAMED_AFTER_KIND:
        title = kind.replace("-", " ").replace("_", " ").capitalize()
    return opening("callout", type=_KINDS.get(kind, "note"), title=title), closing("callout")


def words(markdown: str) -> str:
    """A title's words without marks: an argument of a shortcode holds no Markdown."""
    return plain_text(_WIKI.sub(r"\1", markdown)).strip() if markdown else ""


def label(text: str) -> str:
    """Text for between the brackets of a link, printed as it is."""
    return _LABEL.sub(r"\\\g<0>", text)


def reference(target: str, text: str) -> str:
    """A link to another entry, by its path, file name or title, which is looked up when rendering."""
    return f"[{text}]({{{{< ref {quoted(target)} >}}}})"


def address(url: str) -> str:
    """An address as Markdown takes it between the parentheses of a link."""
    return f"<{url}>" if re.search(r"[\s()]", url) else url
