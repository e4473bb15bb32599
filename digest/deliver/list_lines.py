"""Records of a list in separated values: whose separator it is, and quotation marks that never close."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, NamedTuple

from digest.errors import UsageError

SEPARATORS: Final = ",;\t|"
_SAMPLE: Final = 20  # lines that tell the separator
_WIDE: Final = 10_000  # characters of a line that tell it; the csv reader has a limit of its own
_LONGEST: Final = 40
"""Lines of the longest record; a quotation mark that is still open then was a slip."""

_SEP: Final = re.compile(r"\ufeff?\"?sep=([,;\t|])\"?\s*\Z", re.IGNORECASE)


class Record(NamedTuple):
    """A line of a list as cells; `fault` says why it cannot be read, and then there are none."""

    line: int
    cells: list[str]
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


def records(lines: Iterable[str], given: str = "") -> Iterator[Record]:
    """The records of a list, blank ones left out; a line `sep=;` as Excel writes it names the separator.

    A quotation mark that never closes costs its own line and no other.
    """
    rest = iter(lines)
    sample = list(islice(rest, _SAMPLE))
    told = _SEP.match(sample[0]) if sample else None
    mark = given or (told[1] if told else separator(sample))
    source = _Lines(_chained(sample, rest))
    if told:
        next(source)
        source.done()
    reader = csv.reader(source, delimiter=mark, skipinitialspace=True)
    while True:
        try:
            for cells in reader:
                if source.cut:
                    raise _RunawayError
                start = source.done()
                if any(cells):
                    yield Record(start, cells)
            if not source.held:
                return
            raise _RunawayError
        except _RunawayError:
            yield Record(source.unread(), [], "a quotation mark opens here and never closes")
        except csv.Error as error:
            yield Record(source.unread(), [], str(error))


def _chained(sample: list[str], rest: Iterator[str]) -> Iterator[str]:
    yield from sample
    yield from rest


def first(found: Iterator[Record]) -> Record:
    """The first record that can be read. Raises UsageError for a list without one."""
    for record in found:
        if not record.fault:
            return record
    raise UsageError("the list is empty", hint="it needs a line of headings, or addresses line by line")
