"""Shortcodes in the two Hugo forms, as a small tree of tokens: pure, and it never raises.

`{{< name … >}}` and `{{% name … %}}` are read alone, self-closed (`/>}}`), paired with `{{< /name >}}`,
nested, over several lines and without spaces. The escaped forms `{{</* … */>}}` and `{{%/* … */%}}` become
literal text.
Code is not spared, as Hugo does not spare it (https://gohugo.io/content-management/shortcodes/).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Plain text between shortcodes, escaped shortcodes already made literal; begins at `line`, `column`."""

    text: str
    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stray:
    """What looks like a shortcode and cannot be read: print nothing of it, and tell the editor.

    `raw` is what is dropped, `rule`, `sentence` and `hint` are for the problem.
    """

    raw: str
    rule: str
    sentence: str
    hint: str
    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortcode:
    r"""One shortcode with everything it encloses.

    `args` are the positional arguments, `params` the named ones in the order written; quotes are removed, and
    Markdown's escapes in them undone (`hC\_q` is the id `hC_q`). `inner` is the source between the tags of a
    pair and `tokens` the same, read (both empty when not paired). `raw` is the whole source, closing tag
    included. `percent` tells `{{% %}}`, whose inner text is Markdown, from `{{< >}}`.
    """

    name: str
    args: tuple[str, ...] = ()
    params: Mapping[str, str] = field(default_factory=dict)
    raw: str
    line: int
    column: int
    percent: bool = False
    self_closed: bool = False
    paired: bool = False
    inner: str = ""
    tokens: tuple[Token, ...] = ()

    def get(self, name: str, position: int | None = None, default: str = "") -> str:
        """The named argument, else the positional one (0-based), else the default."""
        if name in self.params:
            return self.params[name]
        if position is not None and position < len(self.args):
            return self.args[position]
        return default


Token: TypeAlias = Text | Shortcode | Stray


@dataclass(slots=True, kw_only=True)
class _Tag:
    """A tag as scanned, before pairs are found: `[start, end)` in the source."""

    start: int
    end: int
    name: str
    closing: bool
    self_closed: bool
    percent: bool
    args: tuple[str, ...]
    params: dict[str, str]


@dataclass(slots=True, kw_only=True)
class _Node:
    """A token in the making, with its tag when it may still become a pair, and how deep it nests."""

    token: Token
    tag: _Tag | None = None
    depth: int = 0
    loose: list[_Node] | None = None
    """Nodes that stand here instead of the token: those of a pair that dissolved."""


_LONGEST: Final = 5_000
"""Characters of the longest tag: bounds the search for an end that never comes."""

_FEW: Final = 8
"""Shortcodes whose lines are counted one by one; those of more are looked up."""

_DEEPEST: Final = 32
"""Levels of nested pairs that are kept, so that a renderer may recurse."""

_OPENING: Final = re.compile(r"\{\{([<%])")
_NAME: Final = re.compile(r"\w(?:[\w.-]|/(?=\w))*")
_KEY: Final = re.compile(r"([A-Za-z_][\w.-]*)\s*=\s*")
_BARE: Final = {
    "<": re.compile(r"(?:(?!/?>\}\}|\{\{[<%])\S)+"),
    "%": re.compile(r"(?:(?!/?%\}\}|\{\{[<%])\S)+"),
}
_QUOTES: Final = {'"': '"', "`": "`", "'": "'", "“": "”", "‘": "’"}
_SPACE: Final = re.compile(r"\s*")
_MARKDOWN_ESCAPE: Final = re.compile(r"\\([_*~&=.\-])")
_REST: Final = re.compile(r"\{\{[<%](?:(?!\{\{)[^\n])*?\}\}")
_LINE: Final = re.compile(r"\{\{[<%](?:(?!\{\{[<%])[^\n])*")


def tokenize(text: str, line: int = 1) -> tuple[Token, ...]:
    """The tokens of a text whose first line has the number `line`; their sources, joined, are the text."""
    if "{" not in text or "{{" not in text:
        return (Text(text=text, line=line, column=1),) if text else ()
    places = _Places(text, line)
    nodes: list[_Node] = []
    opened: Counter[str] = Counter()
    for piece in _scan(text, places):
        if isinstance(piece, _Tag):
            _place(piece, nodes, opened, text, places)
        else:
            nodes.append(_Node(token=piece))
    return _joined(_tokens(nodes))


def walk(tokens: Iterable[Token]) -> Iterator[Token]:
    """Every token, the enclosed ones after the shortcode that encloses them."""
    for token in tokens:
        yield token
        if isinstance(token, Shortcode):
            yield from walk(token.tokens)


class _Places:
    """Line and column of an offset."""

    def __init__(self, text: str, line: int) -> None:
        self._text = text
        self._line = line
        self._few = text.count("{{") <= _FEW
        self._breaks = [] if self._few else [found.start() for found in re.finditer("\n", text)]

    def __call__(self, offset: int) -> tuple[int, int]:
        if self._few:
            row = self._text.count("\n", 0, offset)
            return self._line + row, offset - self._text.rfind("\n", 0, offset)
        row = bisect_right(self._breaks, offset - 1)
        return self._line + row, offset - (self._breaks[row - 1] if row else -1)


def _scan(text: str, places: _Places) -> Iterator[_Tag | Text | Stray]:
    """Tags, literal text and strays in the order of the source."""
    start = 0
    while opening := _OPENING.search(text, start):
        if opening.start() > start:
            yield _text(text[start : opening.start()], start, places)
        piece = _escaped(text, opening, places) or _tag(text, opening) or _unclosed(text, opening, places)
        yield piece[0] if isinstance(piece, tuple) else piece
        start = piece[1] if isinstance(piece, tuple) else piece.end
    if start < len(text):
        yield _text(text[start:], start, places)


def _text(text: str, offset: int, places: _Places) -> Text:
    line, column = places(offset)
    return Text(text=text, line=line, column=column)


def _escaped(text: str, opening: re.Match[str], places: _Places) -> tuple[Text, int] | None:
    """`{{</* … */>}}` as the shortcode that it shows, and where it ends."""
    mark, start = opening[1], opening.end()
    closing = "*/" + _closing(mark)
    end = text.find(closing, start + 2, start + _LONGEST) if text.startswith("/*", start) else -1
    if end < 0:
        return None
    literal = opening[0] + text[start + 2 : end] + _closing(mark)
    return _text(literal, opening.start(), places), end + len(closing)


def _tag(text: str, opening: re.Match[str]) -> _Tag | None:
    """The tag that begins here; None when it has no name or no end."""
    mark, limit = opening[1], min(len(text), opening.end() + _LONGEST)
    at = _skip(text, opening.end(), limit)
    closing = text.startswith("/", at)
    at = _skip(text, at + 1, limit) if closing else at
    name = _NAME.match(text, at, limit)
    if name is None:
        return None
    tag = _Tag(
        start=opening.start(), end=0, name=name[0], closing=closing, self_closed=False,
        percent=mark == "%", args=(), params={},
    )  # fmt: skip
    return _arguments(text, name.end(), limit, tag)


def _arguments(text: str, at: int, limit: int, tag: _Tag) -> _Tag | None:
    """The tag with its arguments and its end; None when it does not end."""
    mark = "%" if tag.percent else "<"
    args: list[str] = []
    while True:
        at = _skip(text, at, limit)
        for ending in ("/" + _closing(mark), _closing(mark)):
            if text.startswith(ending, at):
                tag.end, tag.args, tag.self_closed = at + len(ending), tuple(args), ending[0] == "/"
                return tag
        key = _KEY.match(text, at, limit)
        value = _value(text, key.end() if key else at, limit, mark)
        if value is None:
            return None
        at = value[1]
        if key:
            tag.params.setdefault(key[1], value[0])
        else:
            args.append(value[0])


def _value(text: str, at: int, limit: int, mark: str) -> tuple[str, int] | None:
    """A quoted, raw or bare value and where it ends."""
    quote = text[at : at + 1]
    if quote in _QUOTES and quote:
        closing = _QUOTES[quote]
        end = text.find(closing, at + 1, limit)
        while end > 0 and quote == '"' and _is_escaped(text, end, at):
            end = text.find(closing, end + 1, limit)
        if end < 0:
            return None
        value = text[at + 1 : end]
        return (value if quote == "`" else _plain(value)), end + 1
    bare = _BARE[mark].match(text, at, limit)
    return (_plain(bare[0]), bare.end()) if bare else None


def _is_escaped(text: str, at: int, start: int) -> bool:
    """Whether an odd number of backslashes stands before this character."""
    run = at
    while run > start + 1 and text[run - 1] == "\\":
        run -= 1
    return (at - run) % 2 == 1


def _plain(value: str) -> str:
    """A value without escaped quotes and without the escapes that Markdown editors put into ids."""
    return _MARKDOWN_ESCAPE.sub(r"\1", value).replace('\\"', '"').replace("\\\\", "\\")


def _unclosed(text: str, opening: re.Match[str], places: _Places) -> tuple[Stray, int]:
    """What to drop of a shortcode that does not end: to its wrong end, its own line, or its delimiter."""
    start, mark = opening.start(), opening[1]
    before = text[text.rfind("\n", 0, start) + 1 : start]
    wrong = _REST.match(text, start, start + _LONGEST)
    line = _LINE.match(text, start, start + _LONGEST)
    end = wrong.end() if wrong else line.end() if line and not before.strip() else opening.end()
    row, column = places(start)
    closing = _closing(mark)
    stray = Stray(
        raw=text[start:end],
        rule="shortcode-unclosed",
        sentence=f"the shortcode that begins with `{opening[0]}` here does not end",
        hint=f"close it with `{closing}`; to show one as text, write `{opening[0]}/* … */{closing}`",
        line=row,
        column=column,
    )
    return stray, end


def _closing(mark: str) -> str:
    return ">}}" if mark == "<" else "%}}"


def _skip(text: str, at: int, limit: int) -> int:
    found = _SPACE.match(text, at, limit)
    return found.end() if found else at


def _place(tag: _Tag, nodes: list[_Node], opened: Counter[str], text: str, places: _Places) -> None:
    """Put a tag among the nodes: an opening one as a shortcode alone, a closing one around what it ends."""
    line, column = places(tag.start)
    raw = text[tag.start : tag.end]
    if not tag.closing:
        token = Shortcode(
            name=tag.name, args=tag.args, params=tag.params, raw=raw, line=line, column=column,
            percent=tag.percent, self_closed=tag.self_closed,
        )  # fmt: skip
        nodes.append(_Node(token=token, tag=None if tag.self_closed else tag))
        opened[tag.name] += not tag.self_closed
    elif not opened[tag.name]:
        stray = Stray(
            raw=raw,
            rule="shortcode-unopened",
            sentence=f"`{raw}` closes a shortcode `{tag.name}` that was not opened",
            hint=f"remove it, or open `{tag.name}` before it",
            line=line,
            column=column,
        )
        nodes.append(_Node(token=stray))
    else:
        _enclose(tag, nodes, opened, text)


def _enclose(tag: _Tag, nodes: list[_Node], opened: Counter[str], text: str) -> None:
    """Make the nearest opening of the same name a pair around all that came since."""
    inside: list[_Node] = []
    while (node := nodes.pop()).tag is None or node.tag.name != tag.name:
        if node.tag:
            opened[node.tag.name] -= 1
            node.tag = None
        inside.append(node)
    opened[tag.name] -= 1
    inside.reverse()
    depth = 1 + max((one.depth for one in inside), default=0)
    assert isinstance(node.token, Shortcode)  # noqa: S101 - only openings carry a tag
    if depth > _DEEPEST:  # such nesting is no editor's: the pair dissolves into what it encloses
        # As one node: the next closing does not walk through them again, and dissolves, too.
        nodes.append(_Node(token=node.token, depth=_DEEPEST, loose=inside))
        return
    pair = replace(
        node.token,
        paired=True,
        raw=text[node.tag.start : tag.end],
        inner=text[node.tag.end : tag.start],
        tokens=_joined(one.token for one in inside),
    )
    nodes.append(_Node(token=pair, depth=depth))


def _tokens(nodes: list[_Node]) -> Iterator[Token]:
    """The tokens of nodes and of those that dissolved, in the order of the text."""
    waiting = [iter(nodes)]
    while waiting:
        node = next(waiting[-1], None)
        if node is None:
            waiting.pop()
        elif node.loose is None:
            yield node.token
        else:
            waiting.append(iter(node.loose))


def _joined(tokens: Iterable[Token]) -> tuple[Token, ...]:
    """The tokens, neighbouring texts made one."""
    joined: list[Token] = []
    run: list[str] = []
    for token in tokens:
        last = joined[-1] if joined else None
        if isinstance(token, Text) and isinstance(last, Text):
            run.append(token.text)
            continue
        if run and isinstance(last, Text):
            joined[-1] = replace(last, text="".join([last.text, *run]))
        run = []
        joined.append(token)
    if run and isinstance(joined[-1], Text):
        joined[-1] = replace(joined[-1], text="".join([joined[-1].text, *run]))
    return tuple(joined)
