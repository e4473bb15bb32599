"""The `<outline>` tags of an OPML text, in one walk: however broken, no part of it is looked at twice."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

_MARK: Final = re.compile(r"<!--|<(/?)outline(?=[\s/>])", re.IGNORECASE)
_STEP: Final = re.compile(
    r"\s*+(?:(?P<end>/?>|<)|(?P<name>[^\s=>\"'/<][^\s=>\"'/<]*+)\s*+(?P<value>=\s*+)?|.)"
)
_BARE: Final = re.compile(r"[^\s>]*+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A tag: where it begins, what it says in lower-case names, whether it opens or closes an outline.

    One that closes itself (`/>`) does neither.
    """

    offset: int
    said: dict[str, str] = field(default_factory=dict)
    opens: bool = False
    closes: bool = False


def tags(text: str) -> Iterator[Tag]:
    """The tags in their order, without those in comments; one that the text ends amid is none.

    Values stand in quotes of either kind or in none, and references are read as HTML's (a bare `&` is one).
    """
    walk = _Walk(text)
    while found := _MARK.search(text, walk.at):
        walk.at = found.end()
        if found[0] == "<!--":
            walk.past("-->")
        elif found[1]:
            yield Tag(offset=found.start(), closes=True)
        else:
            said, end = walk.attributes()
            if end is not None:
                yield Tag(offset=found.start(), said=said, opens=end != "/>")


class _Walk:
    """A place in the text, and what is known not to come behind it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self._absent: set[str] = set()

    def past(self, sign: str) -> str | None:
        """Go behind the next such sign, and tell what stands before it; None, and no step, if none comes."""
        end = -1 if sign in self._absent else self.text.find(sign, self.at)
        if end < 0:
            self._absent.add(sign)
            return None
        passed = self.text[self.at : end]
        self.at = end + len(sign)
        return passed

    def attributes(self) -> tuple[dict[str, str], str | None]:
        """The attributes of the tag (of two alike the first), and how it ends; None if it does not."""
        said: dict[str, str] = {}
        while step := _STEP.match(self.text, self.at):
            if step["end"]:
                self.at = step.end() - (
                    step["end"] == "<"
                )  # the next tag begins where this one was left open
                return said, step["end"]
            self.at = step.end()
            if step["name"]:
                value = self._value() if step["value"] else ""
                said.setdefault(step["name"].lower(), html.unescape(value))
        return said, None

    def _value(self) -> str:
        quote = self.text[self.at : self.at + 1]
        if quote in ('"', "'"):
            self.at += 1
            quoted = self.past(quote)
            if quoted is not None:
                return quoted
        bare = _BARE.match(self.text, self.at)
        assert bare  # noqa: S101 - nothing at all is a match
        self.at = bare.end()
        return bare[0]
