"""A body while it is rewritten line for line, and what was left out of it on the way."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from digest.collect.mistakes import Mistake
from digest.model import Severity
from digest.text.images import without_code

_HTML: Final = re.compile(r"<(?P<name>pre|script|style)\b[^<>]*>", re.IGNORECASE)
_HTML_END: Final = re.compile(r"</(?P<name>pre|script|style)\s*>", re.IGNORECASE)
_CODE: Final = re.compile(r"\{\{[<%]\s*(?P<name>highlight|mermaid)\b(?:(?!/?[<>%]\}\}|\{\{).)*[>%]\}\}")
_CODE_END: Final = re.compile(r"\{\{[<%]\s*/(?P<name>highlight|mermaid)\s*[>%]\}\}")
_LIST: Final = re.compile(r" {0,3}(?:[-*+]|\d{1,9}[.)])(?:[ \t]|$)")
_SEEN: Final = re.compile(r"[^\n]")


@dataclass(frozen=True, slots=True)
class Found:
    """A match outside of code; its groups are read from the text itself, where code is not blanked."""

    text: str
    match: re.Match[str]

    def __getitem__(self, group: int | str) -> str:
        """The text of a group, empty when it took no part."""
        start, end = self.match.span(group)
        return self.text[start:end] if start >= 0 else ""

    @property
    def start(self) -> int:
        """Where the match begins."""
        return self.match.start()


@dataclass(slots=True)
class _Loss:
    """What was left out: the first of its kind, and how many."""

    snippet: str
    line: int
    severity: Severity
    count: int = 1


class Sheet:
    """A body in the making: every change keeps the number of its lines."""

    def __init__(self, body: str) -> None:
        self.text = body
        self._losses: dict[str, _Loss] = {}

    @property
    def masked(self) -> str:
        """The text with code, comments and literal HTML blanked by spaces: every offset stays true."""
        return masked(self.text)

    def sub(self, pattern: re.Pattern[str], write: Callable[[Found], str | None]) -> None:
        """Replace each match outside of code; `write` gives None for one that stays."""
        if not pattern.search(self.text):  # cheaper than to look for the code, and nearly always so
            return
        pieces: list[str] = []
        done = 0
        for match in pattern.finditer(self.masked):
            found = Found(self.text, match)
            new = write(found)
            if new is None:
                continue
            pieces += [self.text[done : match.start()], fitting(new, found[0])]
            done = match.end()
        if pieces:
            self.text = "".join([*pieces, self.text[done:]])

    def drop(self, pattern: re.Pattern[str], what: str) -> None:
        """Leave out each match outside of code, which says something to the other tool only."""

        def write(found: Found) -> str:
            self.passed(what, found[0], found.start)
            return ""

        self.sub(pattern, write)

    def lost(self, what: str, snippet: str, offset: int) -> None:
        """Remember that words were left out which a reader of the other tool's page would have seen."""
        self._remember(what, snippet, offset, Severity.WARNING)

    def passed(self, what: str, snippet: str, offset: int) -> None:
        """Remember that something was left out which no reader was to see."""
        self._remember(what, snippet, offset, Severity.INFO)

    def _remember(self, what: str, snippet: str, offset: int, severity: Severity) -> None:
        known = self._losses.get(what)
        if known:
            known.count += 1
        else:
            line = self.text.count("\n", 0, offset)
            self._losses[what] = _Loss(" ".join(snippet.split())[:60], line, severity)

    def mistakes(self, original: str) -> tuple[Mistake, ...]:
        """What was left out, one mistake for each kind of it, at the first place in the original body."""
        return tuple(_mistake(what, loss, original) for what, loss in self._losses.items())


def fitting(new: str, old: str) -> str:
    """The new text with as many line ends as the old one had; it never has more of its own."""
    return new + "\n" * (old.count("\n") - new.count("\n"))


@lru_cache(maxsize=8)
def masked(text: str) -> str:
    """A text with code, comments and literal HTML blanked by spaces."""
    shown = without_code(text)
    if "</" in shown:
        shown = _without(shown, _HTML, _HTML_END)
    if "highlight" in shown or "mermaid" in shown:
        shown = _without(shown, _CODE, _CODE_END)
    return without_indented(shown)


def _without(text: str, opening: re.Pattern[str], ending: re.Pattern[str]) -> str:
    """The text without what stands between tags of one name; the tags stay."""
    ends: dict[str, list[int]] = defaultdict(list)
    for one in ending.finditer(text):
        ends[one["name"].lower()].append(one.start())
    pieces: list[str] = []
    done = 0
    for one in opening.finditer(text) if ends else ():
        places = ends[one["name"].lower()]
        following = bisect_left(places, one.end())
        if one.start() >= done and following < len(places):
            pieces += [text[done : one.end()], _SEEN.sub(" ", text[one.end() : places[following]])]
            done = places[following]
    return "".join([*pieces, text[done:]])


def without_indented(text: str) -> str:
    """The text without indented code (CommonMark 4.4): after a blank line, and in no list."""
    if "\n    " not in text and "\n\t" not in text and not text.startswith(("    ", "\t")):
        return text
    lines = text.split("\n")
    blank, in_list, in_code = True, False, False
    for number, line in enumerate(lines):
        if not line.strip():
            blank = True
            continue
        if not line.startswith(("    ", "\t")):
            in_list = bool(_LIST.match(line)) or (in_list and (line[0] == " " or not blank))
            in_code = False
        elif (blank or in_code) and not in_list:
            in_code = True
            lines[number] = " " * len(line)
        blank = False
    return "\n".join(lines)


def _mistake(what: str, loss: _Loss, original: str) -> Mistake:
    start = 0
    for _ in range(loss.line):
        start = original.find("\n", start) + 1
    more = f", as were {loss.count - 1} more" if loss.count > 1 else ""
    is_lost = loss.severity is Severity.WARNING
    return Mistake(
        rule="flavour-lost" if is_lost else "flavour-passed",
        sentence=f"`{loss.snippet}` is {what} and was left out{more}",
        offset=max(start, original.find(loss.snippet, start)) if loss.snippet else start,
        hint="write what readers are to see in plain Markdown" if is_lost else "",
        severity=loss.severity,
    )
