"""The regular expressions that an editor may write, read into a tree."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

_REPEATS: Final = 200
_DEPTH: Final = 50


class PatternError(ValueError):
    """A pattern cannot be read: one sentence, and the 0-based offset of the character that it is about."""

    def __init__(self, sentence: str, offset: int) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.offset = offset


Test: TypeAlias = Callable[[str], bool]
Node: TypeAlias = "Char | Edge | Row | Either | Repeat"


@dataclass(frozen=True, slots=True)
class Char:
    """One character that passes a test."""

    test: Test


@dataclass(frozen=True, slots=True)
class Edge:
    """A place between characters: `^`, `$`, `b` (a word begins or ends) or `B`."""

    kind: str


@dataclass(frozen=True, slots=True)
class Row:
    """One thing after another."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of several."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A thing several times; without an upper bound where `most` is None."""

    node: Node
    least: int
    most: int | None


def folded(text: str) -> str:
    """The text as patterns see it: full-width and ligatures made plain (NFKC), cases folded."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def is_word(character: str) -> bool:
    return character == "_" or character.isalnum()


_KINDS: Final[dict[str, Test]] = {"d": str.isdecimal, "w": is_word, "s": str.isspace}
_PLAIN: Final = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v"}
_HEX: Final = {"x": 2, "u": 4, "U": 8}


def _not(test: Test) -> Test:
    return lambda character: not test(character)


def _range(first: str, last: str) -> Test:
    """A range, in whichever case it was written: text comes with its cases folded."""
    return lambda character: any(first <= each <= last for each in (character, character.upper()))


class Parser:
    """A pattern read from left to right."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.depth = 0

    def parse(self) -> Node:
        """The tree of the whole pattern. Raises PatternError."""
        node = self.either()
        if self.at < len(self.pattern):
            raise PatternError("a `)` closes nothing; write `\\)` for the character", self.at)
        return node

    def peek(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def take(self) -> str:
        self.at += 1
        return self.pattern[self.at - 1 : self.at]

    def either(self) -> Node:
        rows = [self.row()]
        while self.peek() == "|":
            self.at += 1
            rows.append(self.row())
        return rows[0] if len(rows) == 1 else Either(tuple(rows))

    def row(self) -> Node:
        nodes: list[Node] = []
        while self.peek() not in ("", "|", ")"):
            nodes.append(self.repeated(self.atom()))
        return Row(tuple(nodes))

    def repeated(self, node: Node) -> Node:
        while bounds := self.bounds():
            least, most = bounds
            node = Repeat(node, least, most)
            if (
                self.peek() == "?"
            ):  # the shortest match is as good as the longest where only yes or no is asked
                self.at += 1
        return node

    def bounds(self) -> tuple[int, int | None] | None:
        start, sign = self.at, self.peek()
        if sign and sign in "*+?":
            self.at += 1
            return {"*": (0, None), "+": (1, None), "?": (0, 1)}[sign]
        end = self.pattern.find("}", start)
        said = self.pattern[start + 1 : end].split(",") if sign == "{" and end > start else []
        numbers = [each.strip() for each in said]
        if not (1 <= len(numbers) <= 2 and any(numbers) and all(_is_number(each) for each in numbers)):
            return None  # a brace that bounds nothing is a character
        self.at = end + 1
        least = int(numbers[0] or 0)
        most = int(numbers[-1]) if numbers[-1] else None
        if least > _REPEATS or (most or 0) > _REPEATS or (most is not None and most < least):
            raise PatternError(f"`{{m,n}}` wants m ≤ n ≤ {_REPEATS}", start)
        return least, most

    def atom(self) -> Node:
        start, sign = self.at, self.take()
        if sign == "(":
            return self.group(start)
        if sign == "[":
            return Char(self.characters(start))
        if sign in "*+?":
            raise PatternError(f"there is nothing before `{sign}` to repeat; write `\\{sign}`", start)
        if sign in "^$":
            return Edge(sign)
        if sign == ".":
            return Char(lambda character: character != "\n")
        if sign == "\\":
            return self.escape(start)
        return _literal(sign)

    def group(self, start: int) -> Node:
        if self.pattern.startswith("?:", self.at):
            self.at += 2
        elif self.peek() == "?":
            raise PatternError("groups that begin with `(?` are not spoken here, except `(?:`", start)
        self.depth += 1
        if self.depth > _DEPTH:
            raise PatternError("the groups are nested too deeply", start)
        node = self.either()
        if self.take() != ")":
            raise PatternError("a `(` is not closed; write `\\(` for the character", start)
        self.depth -= 1
        return node

    def escape(self, start: int) -> Node:
        sign = self.peek()
        if sign in ("b", "B"):
            self.at += 1
            return Edge(sign)
        found = self.escaped(start)
        return _literal(found) if isinstance(found, str) else Char(found)

    def escaped(self, start: int) -> str | Test:
        """What follows a backslash: a character, or a kind of characters."""
        sign = self.take()
        if not sign:
            raise PatternError("a backslash stands at the end; write `\\\\` for the character", start)
        if sign.lower() in _KINDS:
            test = _KINDS[sign.lower()]
            return test if sign.islower() else _not(test)
        if sign in _HEX:
            return self.code(start, _HEX[sign])
        if sign in _PLAIN:
            return _PLAIN[sign]
        if sign.isascii() and sign.isalnum():
            raise PatternError(f"`\\{sign}` is not spoken here", start)
        return sign

    def code(self, start: int, digits: int) -> str:
        said = self.pattern[self.at : self.at + digits]
        self.at += digits
        try:
            return chr(int(said, 16)) if len(said) == digits and said.isalnum() else _raise()
        except (ValueError, OverflowError):
            raise PatternError(f"{digits} hexadecimal digits of a character belong here", start) from None

    def characters(self, start: int) -> Test:
        """The inside of `[…]`."""
        negative = self.peek() == "^"
        self.at += negative
        tests: list[Test] = []
        first = True
        while first or self.peek() != "]":
            first = False
            if not self.peek():
                raise PatternError("a `[` is not closed; write `\\[` for the character", start)
            tests.append(self.member())
        self.at += 1

        def one(character: str) -> bool:
            return any(test(character) for test in tests)

        return _not(one) if negative else one

    def member(self) -> Test:
        start = self.at
        low = self.character()
        if not isinstance(low, str):
            return low
        if self.peek() != "-" or self.pattern[self.at + 1 : self.at + 2] in ("]", ""):
            return _range(low, low) if len(folded(low)) != 1 else _range(folded(low), folded(low))
        self.at += 1
        high = self.character()
        if not isinstance(high, str) or high < low:
            raise PatternError("this range runs backwards", start)
        return _range(low, high)

    def character(self) -> str | Test:
        start, sign = self.at, self.take()
        return self.escaped(start) if sign == "\\" else sign


def _is_number(text: str) -> bool:
    return not text or (text.isascii() and text.isdigit() and len(text) < 9)


def _raise() -> str:
    raise ValueError


def _literal(character: str) -> Node:
    """A character as written, folded as the text is; a ligature becomes several."""
    letters = tuple(Char(_range(each, each)) for each in folded(character) or character)
    return letters[0] if len(letters) == 1 else Row(letters)
