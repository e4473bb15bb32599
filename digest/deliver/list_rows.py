"""Lines of a list as subscribers that are to be taken in, and why a line is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, NamedTuple

from digest.deliver.list_columns import Columns
from digest.deliver.list_lines import Run
from digest.deliver.list_words import STATES
from digest.deliver.listed import listed, plain
from digest.errors import DeliveryError
from digest.store.intake import Incoming
from digest.text.characters import mailable

_NAME: Final = 200  # characters of the longest name that is kept
_GUARDED: Final = re.compile(r"'*[=+\-@\t\r]")
_REASONS: Final = frozenset({"bounce", "complaint", "editor"})
_SHOWN: Final = 60  # characters of a value in the sentence that refuses it


class Refused(NamedTuple):
    """A line that was not taken, and why."""

    line: int
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How rows are to be understood: what the site knows, and what was said on the command line.

    `edition` is where rows go that name none, or all of them where it was said (`only`). `vouched` says that
    they have confirmed elsewhere. `language` and `topics` give a cell as a subscriber has it; `also` are the
    topics of those who have no such cell. `detail` stands in every consent.
    """

    edition: str
    editions: frozenset[str]
    language: Callable[[str, str], str]
    topics: Callable[[str], str]
    only: bool = False
    vouched: bool = False
    said_language: str = ""
    also: str = ""
    detail: str = ""


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe before what might be one.

    One that has apostrophes before it already gets one more, so that unguarded gives back every text.
    """
    return f"'{cell}" if _GUARDED.match(cell) else cell


def unguarded(cell: str) -> str:
    """A cell as it was before guarded."""
    return cell[1:] if cell.startswith("'") and _GUARDED.match(cell) else cell


class Piece(NamedTuple):
    """Some rows of a list by their edition, and the lines that were refused among them."""

    rows: dict[str, list[Incoming]]
    refused: list[Refused]


def pieces(found: Iterable[Run], columns: Columns, wanted: Wanted) -> Iterator[Piece]:
    """A list as rows, run by run."""
    reader = _Reader(columns, wanted)
    for run in found:
        if run.fault:
            yield Piece({}, [Refused(run.line, run.fault)])
        elif reader.simple:
            yield reader.quickly(run)
        else:
            yield reader.piece(run)


class _RefusedError(Exception):
    """Why a line cannot be taken."""


class _Reader:
    """Reads the cells of one list."""

    def __init__(self, columns: Columns, wanted: Wanted) -> None:
        place = columns.place
        self.wanted = wanted
        self.email = columns.places["email"]
        self.name = place("name")
        self.first, self.last = place("first_name"), place("last_name")
        self.language, self.topics = place("language"), place("topics")
        self.edition = None if wanted.only else place("edition")
        self.state, self.since, self.left = place("state"), place("since"), place("left")
        self.bounced = place("bounced")
        self.columns = columns
        self.own = columns.service is not None and columns.service.name == "digest"
        self.opted = "active" if wanted.vouched else "pending"
        self.whole = self._opted(columns.service.whole if columns.service else "active")
        self.standing = lru_cache(maxsize=1024)(self._standing)

        fields = {*columns.places} - {"edition"} if wanted.only else {*columns.places}
        self.simple = fields <= {"email", "name"} and not self.own

    def piece(self, run: Run) -> Piece:
        """The rows of a run."""
        rows: dict[str, list[Incoming]] = {}
        refused: list[Refused] = []
        for line, cells in enumerate(run.records, run.line):
            try:
                edition, row = self.row(cells)
            except _RefusedError as error:
                if any(cells):
                    refused.append(Refused(line, str(error)))
            else:
                rows.setdefault(edition, []).append(row)
        return Piece(rows, refused)

    def quickly(self, run: Run) -> Piece:
        """The same for a list of addresses and names, most of which are plain: it may be very long."""
        at, name_at = self.email, self.name
        state, language, topics = self.whole, self.wanted.said_language, self.wanted.also
        detail = self.wanted.detail
        rows: list[Incoming] = []
        refused: list[Refused] = []
        for line, cells in enumerate(run.records, run.line):
            try:
                address = plain(cells[at])
                name = cells[name_at] if name_at is not None else ""
            except IndexError:  # a short line, or a blank one
                address = None
            if address and name.isascii() and name.isprintable() and len(name) <= _NAME:
                name = " ".join(name.split())
                rows.append((address.lower(), address, state, name, language, topics, "", detail))
                continue
            try:
                rows.append(self.row(cells)[1])
            except _RefusedError as error:
                if any(cells):
                    refused.append(Refused(line, str(error)))
        return Piece({self.wanted.edition: rows}, refused)

    def row(self, cells: list[str]) -> tuple[str, Incoming]:
        """A line as an edition and a row. Raises _RefusedError."""
        if self.own:
            cells = [unguarded(each) for each in cells]
        wanted = self.wanted
        email = cells[self.email].strip() if self.email < len(cells) else ""
        address, name = plain(email), ""
        if address is None:
            address, name = _slowly(email)
        if self.name is not None or self.first is not None or self.last is not None:
            name = self._name(cells) or name
        edition = self._edition(cells) if self.edition is not None else wanted.edition
        state = self.whole if self.state is None else self.standing(_cell(cells, self.state))
        language, topics = wanted.said_language, wanted.also
        if self.language is not None and not language:
            language = wanted.language(edition, _cell(cells, self.language))
        if self.topics is not None:
            topics = wanted.topics(_cell(cells, self.topics))
        left, detail = "", wanted.detail
        if self.left is not None and (said := _cell(cells, self.left)):
            state, left = ("unsubscribed" if state in ("active", "pending") else state), _moment(said)
        if self.bounced is not None and _cell(cells, self.bounced) and state not in _REASONS:
            state = "bounce"
        if self.since is not None and (said := _cell(cells, self.since)):
            detail = f"{detail}, since {mailable(said)[:40]}"
        return edition, (address.lower(), address, state, name, language, topics, left, detail)

    def _name(self, cells: list[str]) -> str:
        said = _cell(cells, self.name)
        if not said:
            said = f"{_cell(cells, self.first)} {_cell(cells, self.last)}"
        return _clean(said)

    def _edition(self, cells: list[str]) -> str:
        said = _cell(cells, self.edition)
        if said and said not in self.wanted.editions:
            raise _RefusedError(f"there is no edition {_shown(said)}")
        return said or self.wanted.edition

    def _standing(self, said: str) -> str:
        """How somebody stands by what is in the state column."""
        word = " ".join(said.lower().replace("_", " ").replace("-", " ").split())
        service = self.columns.service
        if service:
            return self._opted(service.states.get(said.lower(), service.states.get(word, service.other)))
        if word and word not in STATES:
            raise _RefusedError(f"the state {_shown(said)} is not known")
        return self._opted(STATES[word] if word else "active")

    def _opted(self, state: str) -> str:
        return self.opted if state == "active" else state


def _cell(cells: Sequence[str], place: int | None) -> str:
    return cells[place].strip() if place is not None and place < len(cells) else ""


def _slowly(email: str) -> tuple[str, str]:
    """The address of a cell that is not plain, and a name beside it. Raises _RefusedError."""
    if not email:
        raise _RefusedError("there is no address in it")
    try:
        address, name = listed(email)
    except DeliveryError as error:
        reason = error.sentence.partition(" cannot be used: ")[2]
        raise _RefusedError(f"{_shown(email)} is no address: {reason}") from None
    return address, _clean(name)


def _clean(name: str) -> str:
    """A name on one line, without what a mail may not hold."""
    name = name.strip()
    if name.isascii() and name.isprintable() and "  " not in name:
        return name[:_NAME]
    return " ".join(mailable(name).split())[:_NAME].strip()


def _shown(value: str) -> str:
    return repr(value if len(value) <= _SHOWN else value[: _SHOWN - 1] + "…")


def _moment(said: str) -> str:
    """A time as the intake compares it; empty where it is none that we read."""
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        return ""
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    try:
        return at.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="seconds")
    except (OverflowError, ValueError):
        return ""
