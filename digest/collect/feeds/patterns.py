"""Regular expressions of an editor, matched in time that is linear in the text: no pattern can hold us.

Python's own engine goes back and forth, and `(a+)+b` against thirty letters takes it minutes. Here all ways
through a pattern are walked at once (Thompson 1968), and what was worked out for a set of ways is kept. What
needs going back is not spoken: look-around and back references.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from digest.collect.feeds.pattern_syntax import (
    Char,
    Edge,
    Either,
    Node,
    Parser,
    PatternError,
    Repeat,
    Row,
    Test,
    folded,
    is_word,
)

__all__ = ["Pattern", "PatternError", "folded"]

_SIZE: Final = 2_000  # nodes of a tree whose repeats are written out
_KEPT: Final = 20_000  # moves that are remembered for one pattern


@dataclass(frozen=True, slots=True)
class _Step:
    """A step of a program: a test of one character, an edge to be at, or (neither) a fork."""

    test: Test | None = None
    edge: str = ""
    to: tuple[int, ...] = ()


_State: TypeAlias = frozenset[int]


@dataclass(slots=True)
class Pattern:
    """A pattern ready to be searched for; raises PatternError for one that cannot be read."""

    source: str
    _steps: list[_Step] = field(init=False, default_factory=list)
    _nodes: int = field(init=False, default=0)
    _moves: dict[tuple[_State, str, str], _State | None] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._write(Parser(self.source).parse())

    def found_in(self, text: str) -> bool:
        """Whether the pattern is anywhere in a text that is `folded`; `^` and `$` are the edges of a line."""
        state: _State = frozenset((0,))
        before = "\n"
        for character in text:
            ahead = self._move(state, before, character)
            if ahead is None:
                return True
            state, before = ahead, character
        return len(self._steps) in self._reached(state, before, "\n")

    def _move(self, state: _State, before: str, character: str) -> _State | None:
        """The ways that go on behind a character; None where one of them was at its end before it."""
        key = (state, "w" if is_word(before) else before if before == "\n" else "", character)
        if key not in self._moves:
            if len(self._moves) >= _KEPT:
                self._moves.clear()
            self._moves[key] = self._moved(state, before, character)
        return self._moves[key]

    def _moved(self, state: _State, before: str, character: str) -> _State | None:
        reached = self._reached(state, before, character)
        if len(self._steps) in reached:
            return None
        ahead = {number + 1 for number in reached if (test := self._steps[number].test) and test(character)}
        return frozenset(ahead | {0})  # a match may begin anywhere

    def _reached(self, state: Iterable[int], before: str, after: str) -> set[int]:
        """Every step that can be come to without reading a character."""
        reached: set[int] = set()
        waiting = list(state)
        while waiting:
            number = waiting.pop()
            if number in reached:
                continue
            reached.add(number)
            if number < len(self._steps):
                waiting += self._onward(number, before, after)
        return reached

    def _onward(self, number: int, before: str, after: str) -> tuple[int, ...]:
        step = self._steps[number]
        if step.edge:
            return (number + 1,) if _at_edge(step.edge, before, after) else ()
        return step.to

    def _write(self, node: Node) -> None:
        """Append the steps of a node; its end is the step after them."""
        self._nodes += 1
        if self._nodes > _SIZE:
            raise PatternError("the pattern is too large", 0)
        if isinstance(node, Char):
            self._steps.append(_Step(test=node.test))
        elif isinstance(node, Edge):
            self._steps.append(_Step(edge=node.kind))
        elif isinstance(node, Row):
            for each in node.nodes:
                self._write(each)
        elif isinstance(node, Either):
            self._either(node.nodes)
        else:
            self._repeat(node)

    def _either(self, nodes: tuple[Node, ...]) -> None:
        ends = []
        for each in nodes[:-1]:
            fork = self._reserve()
            self._write(each)
            ends.append(self._reserve())
            self._steps[fork] = _Step(to=(fork + 1, len(self._steps)))
        self._write(nodes[-1])
        for end in ends:
            self._steps[end] = _Step(to=(len(self._steps),))

    def _repeat(self, node: Repeat) -> None:
        for _ in range(node.least):
            self._write(node.node)
        if node.most is None:
            fork = self._reserve()
            self._write(node.node)
            self._steps.append(_Step(to=(fork,)))
            self._steps[fork] = _Step(to=(fork + 1, len(self._steps)))
            return
        forks = []
        for _ in range(node.most - node.least):
            forks.append(self._reserve())
            self._write(node.node)
        for fork in forks:
            self._steps[fork] = _Step(to=(fork + 1, len(self._steps)))

    def _reserve(self) -> int:
        self._steps.append(_Step())
        return len(self._steps) - 1


def _at_edge(kind: str, before: str, after: str) -> bool:
    if kind == "^":
        return before == "\n"
    if kind == "$":
        return after == "\n"
    return (is_word(before) != is_word(after)) == (kind == "b")
