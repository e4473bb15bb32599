"""MyST within lines: roles, targets, comments, substitutions (myst-parser.readthedocs.io, "Syntax")."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from digest.collect.flavours.sheet import Found, Sheet
from digest.collect.flavours.writing import label, reference

_ROLE: Final = re.compile(r"\{(?P<name>[A-Za-z][\w:+.-]*)\}(?P<ticks>`{1,3})(?P<text>[^`\n]+)(?P=ticks)(?!`)")
_TARGET: Final = re.compile(r"^[ \t]*\([^()\n]+\)=[ \t]*$", re.MULTILINE)
_COMMENT: Final = re.compile(r"^%.*$", re.MULTILINE)
_BREAK: Final = re.compile(r"^\+\+\+(?:[ \t].*)?$", re.MULTILINE)
_SUBSTITUTION: Final = re.compile(r"\{\{(?![<%])[^{}\n]{1,300}\}\}")
_CITED: Final = re.compile(r"(?P<text>.*?)\s*<(?P<target>[^<>]+)>", re.DOTALL)
_MEANING: Final = re.compile(r"(?P<text>.*?)\s*\((?P<target>[^()]+)\)", re.DOTALL)
_CODE_ROLES: Final = frozenset((
    "code", "command", "envvar", "file", "literal", "math", "option", "program", "samp", "eq",
))  # fmt: skip


def roles(sheet: Sheet) -> None:
    """Write roles as links, HTML or code: only their braces stand outside of code marks."""
    if "}`" not in sheet.text:
        return
    masked, text = sheet.masked, sheet.text
    pieces: list[str] = []
    done = 0
    for match in _ROLE.finditer(text):
        if masked[match.start()] == "{":
            pieces += [text[done : match.start()], _role(match["name"].casefold(), match["text"].strip())]
            done = match.end()
    sheet.text = "".join([*pieces, text[done:]])


def notes(sheet: Sheet) -> None:
    """Leave out targets, comments and breaks between cells; substitutions are not known here."""
    if ")=" in sheet.text:
        sheet.drop(_TARGET, "a target")
    if "%" in sheet.text:
        sheet.drop(_COMMENT, "a comment")
    if "+++" in sheet.text:
        sheet.drop(_BREAK, "a break between cells")
    if "{{" in sheet.text:
        sheet.sub(_SUBSTITUTION, lambda found: _lost(sheet, found))


def _lost(sheet: Sheet, found: Found) -> str:
    sheet.lost("a value that only its own tool knows", found[0], found.start)
    return ""


def _role(name: str, text: str) -> str:
    """What stands for a role; the text of one that is not known, which for a domain's is code."""
    if name in _ROLES:
        return _ROLES[name](text)
    if name in _HTML:
        return f"<{_HTML[name]}>{text}</{_HTML[name]}>"
    if name in _CODE_ROLES or ":" in name:
        return _code(_cited(text)[0].removeprefix("~").removeprefix("!"))
    return _cited(text)[0]


def _cited(text: str) -> tuple[str, str]:
    """Words and target of `words <target>`; a bare target is both."""
    found = _CITED.fullmatch(text)
    return (found["text"] or found["target"], found["target"]) if found else (text, text)


def _code(text: str) -> str:
    return f"`{text}`"


def _link(text: str) -> str:
    shown, target = _cited(text)
    name = label(shown if shown != target else target.strip("/").rpartition("/")[2])
    return f"[{name}]({target})" if "://" in target else reference(target.lstrip("/"), name)


def _meaning(text: str) -> str:
    found = _MEANING.fullmatch(text)
    return f'<abbr title="{found["target"]}">{found["text"]}</abbr>' if found and '"' not in text else text


def _cite(text: str) -> str:
    return f"({text})"


_HTML: Final = {
    "del": "del", "emphasis": "em", "guilabel": "strong", "kbd": "kbd", "menuselection": "strong",
    "strong": "strong", "sub": "sub", "subscript": "sub", "sup": "sup", "superscript": "sup",
    "underline": "u", "u": "u",
}  # fmt: skip

_ROLES: Final[dict[str, Callable[[str], str]]] = {
    "abbr": _meaning,
    "any": _link,
    "cite": _cite,
    "cite:p": _cite,
    "cite:t": _cite,
    "doc": _link,
    "download": _link,
    "numref": _link,
    "ref": _link,
}
"""Roles that are more than a style."""
