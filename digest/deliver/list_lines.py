"""Records of a list in separated values: whose separator it is, and quotation marks that never close."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Final, NamedTuple

from digest.errors import UsageError

SEPARATORS: Final = ",;\t|"
_SAMPLE: Final = 20  # lines that tell the separator
_WIDE: Final = 10_000  # characters of a line that tell it; the csv reader has a limit of its own
_TOGETHER: Final = 2_000  # lines that are read at once
_LONGEST: Final = 40
"""Lines of the longest record; a quotation mark that is still open then was a slip."""

_SEP: Final = re.compile(r"\ufeff?\"?sep=([,;\t|])\"?\s*\Z", re.IGNORECASE)


class Run(NamedTuple):
    """Records of a list, each of one line, the first at `line`; some may be blank.

    One that spans several lines is a run by itself. A `fault` says why a line cannot be read.
    """

    line: int
    records: list[list[str]]
    fault: str = ""


class _RunawayError(Exception):
    """A record that does not end."""


class _Lines:
    """Lines for the csv reader, which can be had again where a record swallowed more than its own."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._again: list[str] = []
        self.held: list[str] = []
        self.number = 0
        self.cut = False

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if self._again:
            line = self._again.pop()
        else:
            found = next(self._lines, None)
            if found is None:
                self.cut = bool(self.held)
                raise StopIteration
            line = found
        self.held.append(line)
        if len(self.held) > _LONGEST:
            raise _RunawayError
        return line

    @property
    def waiting(self) -> bool:
        """Whether lines were given back that nobody has read again."""
        return bool(self._again)

    def give_back(self, lines: list[str]) -> None:
        """Have these lines read again, one by one."""
        self._again = lines[::-1]

    def some(self) -> list[str]:
        """The next lines all at once, where none was given back and none has a quotation mark."""
        if self._again:
            return []
        found = list(islice(self._lines, _TOGETHER))
        if '"' in "".join(found):
            self.give_back(found)
            return []
        return found

    def done(self) -> int:
        """Begin the next record; returns the number of the line at which this one began."""
        start = self.number + 1
        self.number += len(self.held)
        self.held.clear()
        return start

    def unread(self) -> int:
        """Keep the first line of the record as read, and give the others again; returns its number."""
        self._again.extend(reversed(self.held[1:]))
        del self.held[1:]
        self.cut = False
        return self.done()


def separator(sample: Iterable[str]) -> str:
    """What separates the cells of these lines: what most of them have most of, and evenly."""
    lines = [each[:_WIDE] for each in sample if each.strip()]
    best, score = ",", (0.0, 0.0)
    for mark in SEPARATORS:
        counts = [len(cells) for cells in csv.reader(lines, delimiter=mark)]
        if counts and counts[0] > 1:
            found = (sum(each == counts[0] for each in counts) / len(counts), float(counts[0]))
            best, score = (mark, found) if found > score else (best, score)
    return best


def runs(lines: Iterable[str], given: str = "") -> Iterator[Run]:
    """The records of a list, the first one by itself; a line `sep=;` as Excel writes it names the separator.

    A quotation mark that never closes costs its own line and no other.
    """
    rest = iter(lines)
    sample = list(islice(rest, _SAMPLE))
    told = _SEP.match(sample[0]) if sample else None
    mark = given or (told[1] if told else separator(sample))
    source = _Lines(chain(sample, rest))
    if told:
        next(source)
        source.done()
    yield from _carefully(source, mark, first=True)
    while True:
        some = source.some()
        if some:
            yield from _quickly(source, some, mark)
        else:
            found = False
            for run in _carefully(source, mark):
                found = True
                yield run
            if not found:
                return


def _quickly(source: _Lines, some: list[str], mark: str) -> Iterator[Run]:
    """Lines without a quotation mark: each is a record."""
    start = source.number + 1
    try:
        cells = list(csv.reader(some, delimiter=mark, skipinitialspace=True))
    except csv.Error:
        source.give_back(some)
        yield from _carefully(source, mark)
        return
    source.number += len(some)
    yield Run(start, cells)


def _carefully(source: _Lines, mark: str, *, first: bool = False) -> Iterator[Run]:
    """Records one by one, until lines can be had all at once again, or only the first."""
    reader = csv.reader(source, delimiter=mark, skipinitialspace=True)
    while True:
        try:
            cells = next(reader, None)
            if source.cut:
                raise _RunawayError
            if cells is None:
                return
            start = source.done()
            if any(cells):
                yield Run(start, [cells])
                if first:
                    return
        except _RunawayError:
            yield Run(source.unread(), [], "a quotation mark opens here and never closes")
        except csv.Error as error:
            yield Run(source.unread(), [], str(error))
        if not first and not source.waiting:
            return


def head(found: Iterator[Run]) -> Run:
    """The first record that can be read. Raises UsageError for a list without one."""
    for run in found:
        if not run.fault:
            return run
    raise UsageError("the list is empty", hint="it needs a line of headings, or addresses line by line")
