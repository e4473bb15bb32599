"""The mistakes that people make in YAML, each told in one sentence with its place and its cure."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import yaml

from digest.collect.mistakes import Mistake, MistakeError

_ILLEGAL: Final = re.compile("[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_KEY_LINE: Final = re.compile(r"^[ ]*(?:- +)*([^\s#\-\[\]{}\"'&*!|>%@`:：][^:\n：]{0,60}?)[ ]*:(?=[ \t]|$)")
_NO_SPACE: Final = re.compile(r"^[ ]*(?:- +)*[A-Za-z_][\w-]*(:)(?=[^\s/:])")
_ODD_SPACE: Final = re.compile(r"^[ ]*(?:- +)*[A-Za-z_][\w-]*:([\u00a0\u3000\u2000-\u200b])")
_WIDE_COLON: Final = re.compile(r"^[\s　]*(?:- +)*[\w-]+\s*(：)")
_NO_COLON: Final = re.compile(r"^[ ]*([A-Za-z_][\w-]*)(?:[ \t]+[^:]*|[ \t]*=.*)?$")
_TABBED: Final = re.compile(r"^[ ]*(\t)")
_OPENED: Final = re.compile(r"""^[ ]*(?:- +)*[^\s#"'][^"'\n]{0,80}?:[ ]+(["'])""")
_QUOTE_HINT: Final = 'put the whole value in double quotes: "…"'


def illegal(block: str) -> None:
    """Raise MistakeError for the first character that YAML forbids."""
    found = _ILLEGAL.search(block)
    if found:
        raise MistakeError(
            Mistake(
                rule="yaml-control-character",
                sentence=f"the invisible character U+{ord(found[0]):04X} here must not stand in front matter",
                offset=found.start(),
                hint="delete it; an editor that shows invisible characters helps",
            )
        )


def not_a_mapping(block: str) -> Mistake:
    """The mistake of front matter that is one text or a list."""
    lines = _Lines(block, len(block))
    return _spelling(lines, lines.meaningful(0)) or Mistake(
        rule="yaml-no-keys",
        sentence="the front matter has no keys: it should be lines such as `title: …`",
        offset=lines.starts[lines.meaningful(0)],
        hint="write `key: value`, a line for each",
    )


def explain(block: str, error: yaml.YAMLError) -> Mistake:
    """The editor's mistake behind an error of the parser."""
    marks = [getattr(error, name, None) for name in ("problem_mark", "context_mark")]
    at, context = (min(mark.index, len(block)) if mark else None for mark in marks)
    lines = _Lines(block, at or 0)
    context = lines.at if context is None else context
    problem = f"{getattr(error, 'context', '')} {getattr(error, 'problem', '')}"
    for words, teller in _TELLERS:
        found = teller(lines, context) if words in problem else None
        if found:
            return found
    return Mistake(
        rule="yaml-syntax",
        sentence="the front matter stops making sense to YAML here",
        offset=lines.at,
        hint=f"look at this line and the one before; if in doubt, {_QUOTE_HINT}",
    )


class _Lines:
    """The lines of a block, and which of them the parser stopped at."""

    def __init__(self, block: str, at: int) -> None:
        self.block = block
        self.at = at
        self.texts = block.split("\n")
        self.starts = [0]
        for text in self.texts:
            self.starts.append(self.starts[-1] + len(text) + 1)
        self.number = self.row(at)

    def row(self, offset: int) -> int:
        """The 0-based line of an offset."""
        return self.block.count("\n", 0, offset)

    @property
    def text(self) -> str:
        """The line that the parser stopped at."""
        return self.texts[self.number]

    def meaningful(self, number: int) -> int:
        """The first line from this one on that is neither blank nor a comment; else this one."""
        rest = range(number, len(self.texts))
        return next(
            (row for row in rest if self.texts[row].strip() and self.texts[row].lstrip()[0] != "#"), number
        )

    def previous(self) -> int:
        """The line before the one the parser stopped at, blank ones and comments passed over; else -1."""
        rest = range(self.number - 1, -1, -1)
        return next(
            (row for row in rest if self.texts[row].strip() and self.texts[row].lstrip()[0] != "#"), -1
        )


def _tab(lines: _Lines, _: int) -> Mistake | None:
    for row in (lines.number, lines.previous()):
        found = _TABBED.match(lines.texts[row]) if row >= 0 else None
        if found:
            return Mistake(
                rule="yaml-tab",
                sentence="this line is indented with a tab, which YAML forbids",
                offset=lines.starts[row] + found.start(1),
                hint="indent with spaces",
            )
    return None


def _spelling(lines: _Lines, row: int) -> Mistake | None:
    """A line whose colon is full-width, missing, or not followed by a space."""
    text, start = lines.texts[row], lines.starts[row]
    if found := _WIDE_COLON.match(text):
        sentence = "a full-width colon `：` stands after the key; YAML wants `: `"
        return Mistake(
            rule="yaml-fullwidth",
            sentence=sentence,
            offset=start + found.start(1),
            hint="type an ASCII colon and a space",
        )
    if found := _ODD_SPACE.match(text):
        sentence = f"after the colon stands the invisible character U+{ord(found[1]):04X} instead of a space"
        return Mistake(
            rule="yaml-fullwidth",
            sentence=sentence,
            offset=start + found.start(1),
            hint="type an ordinary space",
        )
    if found := _NO_SPACE.match(text):
        sentence = "there is no space after the colon"
        hint = f"write `{text.strip()[: found.start(1) - len(text) + len(text.lstrip()) + 1]} …`"
        return Mistake(rule="yaml-no-space", sentence=sentence, offset=start + found.start(1), hint=hint)
    if found := _NO_COLON.match(text):
        sentence = f"there is no colon after `{found[1]}`"
        return Mistake(
            rule="yaml-no-colon",
            sentence=sentence,
            offset=start + found.start(1),
            hint=f"write `{found[1]}: …`",
        )
    return None


def _colon(lines: _Lines, context: int) -> Mistake | None:
    """A second colon in one line, or a colon where the line before is at fault."""
    key = _KEY_LINE.match(lines.text)
    column = lines.at - lines.starts[lines.number]
    if key and key.end() <= column:
        return _second_colon(lines, key.end())
    row = lines.previous()
    if row < 0:
        return None
    return (
        _tab(lines, context)
        or _unclosed_quote(lines, context)
        or _misspelt(lines, row)
        or _deeper(lines, row)
    )


def _second_colon(lines: _Lines, after: int) -> Mistake:
    value = lines.text[after:].strip()
    if value[:1] in "“”‘’「":
        start = (
            lines.starts[lines.number] + after + len(lines.text[after:]) - len(lines.text[after:].lstrip())
        )
        return Mistake(
            rule="yaml-fullwidth",
            sentence=f"`{value[0]}` is no quote to YAML, so the colon after it begins a second value",
            offset=start,
            hint='put ASCII quotes around the whole value: "…"',
        )
    return Mistake(
        rule="yaml-colon",
        sentence="a second colon in this line makes its value ambiguous",
        offset=lines.at,
        hint=_QUOTE_HINT,
    )


def _misspelt(lines: _Lines, row: int) -> Mistake | None:
    return None if _KEY_LINE.match(lines.texts[row]) else _spelling(lines, row)


def _deeper(lines: _Lines, row: int) -> Mistake | None:
    indents = [len(text) - len(text.lstrip(" ")) for text in (lines.texts[row], lines.text)]
    return _indentation(lines, lines.number) if indents[1] > indents[0] else None


def _indentation(lines: _Lines, row: int) -> Mistake:
    text = lines.texts[row]
    return Mistake(
        rule="yaml-indentation",
        sentence="this line is indented differently from the ones that it belongs to",
        offset=lines.starts[row] + len(text) - len(text.lstrip()),
        hint="begin keys of one level, and the dashes of one list, in the same column",
    )


def _start(lines: _Lines, context: int) -> Mistake | None:
    sign = lines.block[lines.at : lines.at + 1]
    if sign == "\t":
        return _tab(lines, context) or Mistake(
            rule="yaml-tab",
            sentence="a tab stands here, where YAML wants spaces",
            offset=lines.at,
            hint="type a space",
        )
    if sign not in ("@", "`", "%", "*", "&", "!"):
        return None
    return _reserved(lines.at, sign)


def _reserved(offset: int, sign: str) -> Mistake:
    return Mistake(
        rule="yaml-reserved",
        sentence=f"a value cannot begin with {_named(sign)}, which means something else to YAML",
        offset=offset,
        hint=_QUOTE_HINT,
    )


def _named(sign: str) -> str:
    return "a backtick" if sign == "`" else f"`{sign}`"


def _sign(lines: _Lines, context: int) -> Mistake | None:
    """An anchor, alias or tag that is none: `* stars`, `& and`, `! bang`."""
    return _reserved(context, lines.block[context : context + 1] or "*")


def _quote(lines: _Lines, context: int) -> Mistake | None:
    sign = lines.block[context : context + 1]
    return Mistake(
        rule="yaml-quote",
        sentence=f"the quote `{sign}` that is opened here is never closed",
        offset=context,
        hint=f"add a {sign} at the end of the value",
    )


def _unclosed_quote(lines: _Lines, _: int) -> Mistake | None:
    """A quote opened in a line, not closed there, and followed by a line with a key of its own."""
    for row in range(lines.number):
        found = _OPENED.match(lines.texts[row])
        if not found or not _KEY_LINE.match(lines.texts[row + 1]):
            continue
        rest = lines.texts[row][found.end() :].replace('\\"', "").replace("''", "")
        if found[1] not in rest:
            return _quote(lines, lines.starts[row] + found.start(1))
    return None


def _escape(lines: _Lines, _: int) -> Mistake | None:
    return Mistake(
        rule="yaml-escape",
        sentence="a backslash between double quotes begins an escape that YAML does not know",
        offset=max(lines.block.rfind("\\", 0, lines.at + 1), 0),
        hint="double it (\\\\), or use single quotes",
    )


def _bracket(lines: _Lines, context: int) -> Mistake | None:
    sign = lines.block[context : context + 1]
    if sign not in ("[", "{"):
        return None
    return Mistake(
        rule="yaml-bracket",
        sentence=f"the bracket `{sign}` that is opened here is never closed, or a comma is missing after it",
        offset=context,
        hint=f"add {']' if sign == '[' else '}'}, or quote the value if it is text",
    )


def _after(lines: _Lines, context: int) -> Mistake | None:
    """Where a key should come and does not: text behind a closing quote or bracket, or a wrong indent."""
    column = lines.at - lines.starts[lines.number]
    before = lines.text[:column].rstrip()
    if not before:
        return _tab(lines, context) or _unclosed_quote(lines, context) or _indentation(lines, lines.number)
    if before[-1] in "]}":
        return Mistake(
            rule="yaml-bracket",
            sentence="text follows a closing bracket: a value that begins with [ or { is a list or a mapping",
            offset=lines.at,
            hint=_QUOTE_HINT,
        )
    if before[-1] in "\"'":
        return _unclosed_quote(lines, context) or Mistake(
            rule="yaml-inner-quote",
            sentence=f"the quote `{before[-1]}` ends the value before its end",
            offset=lines.starts[lines.number] + len(before) - 1,
            hint=f"use the other kind of quotes around the value, or {_doubled(before[-1])}",
        )
    return None


def _doubled(sign: str) -> str:
    return 'write \\" inside it' if sign == '"' else "double it: ''"


def _dash(lines: _Lines, _: int) -> Mistake | None:
    return Mistake(
        rule="yaml-dash",
        sentence="a list cannot begin behind its key on the same line",
        offset=lines.at,
        hint="begin each `- ` on a line of its own, or quote the value if it is text",
    )


def _key(lines: _Lines, context: int) -> Mistake | None:
    """A line that should hold a key and has no colon."""
    row = lines.row(context)
    stray = Mistake(
        rule="yaml-no-colon",
        sentence="this line is neither `key: value` nor a part of the value before it",
        offset=lines.starts[row] + len(lines.texts[row]) - len(lines.texts[row].lstrip()),
        hint="indent it if it belongs to the line before; else write `key: value`",
    )
    return _unclosed_quote(lines, context) or _spelling(lines, row) or stray


def _list_indent(lines: _Lines, context: int) -> Mistake | None:
    return _tab(lines, context) or _unclosed_quote(lines, context) or _indentation(lines, lines.number)


def _scalar(_: _Lines, context: int) -> Mistake | None:
    return Mistake(
        rule="yaml-block",
        sentence="text stands behind `|` or `>`, which announce text on the next lines",
        offset=context,
        hint=f"begin it on the next line, indented; or {_QUOTE_HINT}",
    )


_TELLERS: Final[tuple[tuple[str, Callable[[_Lines, int], Mistake | None]], ...]] = (
    ("tab character", _tab),
    ("mapping values are not allowed", _colon),
    ("cannot start any token", _start),
    ("while scanning an alias", _sign),
    ("while scanning an anchor", _sign),
    ("while parsing a tag", _sign),
    ("while scanning a tag", _sign),
    ("unknown escape", _escape),
    ("hexdecimal", _escape),
    ("Unicode character escape", _escape),
    ("quoted scalar", _quote),
    ("flow sequence", _bracket),
    ("flow mapping", _bracket),
    ("flow node", _bracket),
    ("block sequence entries are not allowed", _dash),
    ("could not find expected ':'", _key),
    ("expected comment or line break", _scalar),
    ("block scalar", _scalar),
    ("expected '-' indicator", _list_indent),
    ("expected key", _after),
)
"""What the parser says, and who knows what that means; the first that answers is believed."""
