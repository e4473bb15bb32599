"""The YAML that most front matter is written in, read without the parser: or not at all, when in doubt.

Lines of `key: value`, lists, tables in lists and texts behind `|` or `>`, with nothing that YAML could mean
otherwise. Whatever else a block holds, and every mistake, is left to yaml_dialect, which knows all of it.
tests/collect/test_yaml_plain.py proves that the two agree.
"""

from __future__ import annotations

import re
from typing import Any, Final

_LARGEST: Final = 20_000
"""Lines and commas of a block; a larger one is left to the limits of the parser."""

_DEEPEST: Final = 12
_FOREIGN: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
"""Tabs, line ends that only YAML knows, and what it forbids."""

_FIRST: Final = r"""[^\s\-?:,\[\]{}\#&*!|>'"%@`=<.~]"""
_KEY: Final = r"[^\W\d][\w-]{0,100}"
_DOUBLE: Final = r'"[^"\\\n]*+(?:\\["\\/][^"\\\n]*+)*+"'
_SINGLE: Final = r"'[^'\n]*+(?:''[^'\n]*+)*+'"
_BLANK: Final = r"(?:[ ]*+(?:\#[^\n]*+)?\n)*+"
_LINE: Final = re.compile(
    rf"""
    (                                              # the line and the blank ones after it
    ([ ]*)                                         # its indent
    (-(?:[ ]+|(?=\n)))?                            # the dash of a list
    (?:({_KEY}):(?:[ ]+|(?=\n)))?                  # its key
    ({_DOUBLE}|{_SINGLE}|\[[^\n]*|[|>]-?[ ]*(?=\n) # its value
      |{_FIRST}[^\n:\#]*+(?:(?::(?![ \n])|(?<![ ])\#)[^\n:\#]*+)*+
    )?
    [ ]*+(?:(?<=[ ])\#[^\n]*+)?\n{_BLANK}
    )|[^\n]*+\n                                    # or a line that is not for us""",
    re.VERBOSE,
)
_BLANKS: Final = re.compile(_BLANK)
_TEXT: Final = re.compile(rf"^([ ]*(?:-[ ]+)?){_KEY}:[ ]+([|>]-?)[ ]*\n", re.MULTILINE)
_ITEM: Final = re.compile(rf"""[ ]*({_DOUBLE}|{_SINGLE}|{_FIRST}[^\n:,\[\]{{}}\#"'?]*)[ ]*([,\]])""")
_AFTER_LIST: Final = re.compile(r"\][ ]*(?:(?<=[ ])#.*)?")
_ESCAPE: Final = re.compile(r"\\(.)")
_NULL: Final = frozenset(("", "~", "null", "Null", "NULL"))
_BOOL: Final = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_RESOLVED: Final = frozenset("tTfFnN~+-.0123456789")
"""What a plain scalar begins with that may be no text."""

_QUOTING: Final = frozenset("\"'[|>\0")
"""What a value begins with here that is no plain scalar; NUL stands before the text behind `|` or `>`."""

_INT: Final = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_FLOAT: Final = re.compile(r"-?[0-9]+\.[0-9]+")


def read_plain(block: str) -> tuple[dict[str, Any], dict[str, int]] | None:
    """Values by key and the offset of each key, as yaml_dialect has them; None when in doubt."""
    if block[-1:] != "\n" or _is_foreign(block) or block.count("\n") + block.count(",") > _LARGEST:
        return None
    try:
        found = _BLANKS.match(block)
        return _built(_rows(block, found.end() if found else 0), found.end() if found else 0)
    except _DoubtError:
        return None


def resolved(text: str) -> Any:
    """A plain scalar by the core schema; a number that would not print as written (`1.10`) stays text."""
    if text and text[0] not in _RESOLVED:
        return text
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    if _INT.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text) and repr(float(text)) == text:
        return float(text)
    return text


def _is_foreign(block: str) -> bool:
    """Whether a sign stands in it that is not for us; nothing that can be printed is one."""
    return not block.replace("\n", "").isprintable() and bool(_FOREIGN.search(block))


class _DoubtError(Exception):
    """Something that is not read here."""


_Row = tuple[str, str, str, str, str]
"""A line with the blank ones after it, its indent, dash, key and value."""


def _rows(block: str, at: int) -> list[_Row]:
    """The lines from an offset on; one that announces a text has it, in quotes, as its value."""
    rows: list[_Row] = []
    while at < len(block):
        text = _TEXT.search(block, at) if "|" in block or ">" in block else None
        piece = block[at : text.end() if text else len(block)]
        found: list[_Row] = _LINE.findall(piece)
        if sum([len(row[0]) for row in found]) != len(piece):
            raise _DoubtError
        rows += found
        at += len(piece)
        if text:
            words, end = _text(block, at, len(text[1]), text[2])
            row = rows[-1]
            rows[-1] = (row[0] + block[at:end], row[1], row[2], row[3], f"\0{words}")
            at = end
    return rows


def _built(rows: list[_Row], at: int) -> tuple[dict[str, Any], dict[str, int]] | None:
    """The values of lines, by their columns. `stack` holds the lists and tables that may still grow."""
    root: dict[str, Any] = {}
    offsets: dict[str, int] = {}
    stack: list[tuple[int, Any]] = [(0, root)]
    box: Any = root  # what the last value went into, under which key or number, and its words if plain
    slot: Any = None
    words = ""
    waits = -1  # the column of a key without a value yet
    for whole, indent, dash, key, value in rows:
        is_plain = value and value[0] not in _QUOTING
        if key and not indent and not dash:  # most lines
            if key in root:
                raise _DoubtError
            del stack[1:]
            offsets[key] = at
            box, slot, waits = root, key, -1 if value else 0
            root[key] = _scalar(value) if value else None
            words = value if is_plain else ""
        elif key or dash:
            column = len(indent)
            top, into = stack[-1]
            if dash or waits >= 0 or top != column or not isinstance(into, dict):
                column, into = _place(stack, column, dash, key, box, slot, waits)
            box = into
            slot = _put(box, key, value)
            waits = column if key and not value else -1
            words = value if is_plain else ""
        elif words and is_plain and len(indent) > stack[-1][0]:  # a plain text that goes on
            words = f"{words.rstrip(' ')} {value}"
            box[slot] = resolved(words.rstrip(" "))
        else:
            raise _DoubtError
        if words and ("#" in whole or whole.count("\n") > 1):  # it ends there
            words = ""
        at += len(whole)
    return (root, offsets) if root else None


def _place(
    stack: list[tuple[int, Any]], column: int, dash: str, key: str, box: Any, slot: Any, waits: int
) -> tuple[int, Any]:
    """The list or table that a line belongs to, and its column there; it may begin one below a key."""
    if dash and 0 <= waits <= column:
        box[slot] = []
        stack.append((column, box[slot]))
    elif not dash and 0 <= waits < column:
        box[slot] = {}
        stack.append((column, box[slot]))
    else:
        while stack[-1][0] > column or (
            not dash and stack[-1][0] == column and isinstance(stack[-1][1], list)
        ):
            stack.pop()
    found, into = stack[-1]
    if found != column or isinstance(into, list) != bool(dash):
        raise _DoubtError
    if dash and key:
        column += len(dash)
        into.append({})
        stack.append((column, into[-1]))
    if len(stack) > _DEEPEST:
        raise _DoubtError
    return column, stack[-1][1]


def _put(box: Any, key: str, value: str) -> Any:
    """Put a value into a table or at the end of a list; under which key or number."""
    if not key:
        box.append(_scalar(value) if value else None)
        return -1
    if key in box:
        raise _DoubtError
    box[key] = _scalar(value) if value else None
    return key


def _scalar(value: str) -> Any:
    first = value[0]
    if first not in _QUOTING:
        return resolved(value.rstrip(" "))
    if first == '"':
        return _ESCAPE.sub(r"\1", value[1:-1]) if "\\" in value else value[1:-1]
    if first == "'":
        return value[1:-1].replace("''", "'")
    if first == "[":
        return _flow(value)
    if first != "\0":
        raise _DoubtError
    return value[1:]


def _text(block: str, at: int, column: int, sign: str) -> tuple[str, int]:
    """The lines from an offset on that are deeper than their key's column, and where they end."""
    first = block[at : block.find("\n", at)]
    deep = len(first) - len(first.lstrip(" "))
    if not first.strip(" ") or deep <= column:
        raise _DoubtError
    lines: list[str] = []
    while at < len(block):
        end = block.find("\n", at)
        line = block[at:end]
        if line and not line.startswith(first[:deep]):
            break
        lines.append(line[deep:])
        at = end + 1
    while not lines[-1]:
        lines.pop()
    if any(line.isspace() for line in lines) or (at < len(block) and line.isspace()):
        raise _DoubtError
    if sign[0] == ">" and any(not line or line[0] == " " or line[-1] == " " for line in lines):
        raise _DoubtError
    found = _BLANKS.match(block, at)
    text = ("\n" if sign[0] == "|" else " ").join(lines)
    return text + ("" if sign[-1] == "-" else "\n"), found.end() if found else at


def _flow(written: str) -> list[Any]:
    """The words of a list in brackets on one line."""
    items: list[Any] = []
    at = 1
    while found := _ITEM.match(written, at):
        items.append(_scalar(found[1]))
        at = found.end()
        if found[2] == "]":
            at -= 1
            break
    if not items:
        at += len(written[1:]) - len(written[1:].lstrip(" "))
    if not _AFTER_LIST.fullmatch(written, at):
        raise _DoubtError
    return items
