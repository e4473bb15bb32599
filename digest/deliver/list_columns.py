"""Which column of a list means what: by its heading, by the service that exported it, or as one is told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Final

from digest.deliver.list_lines import Run, head
from digest.deliver.list_words import HEADINGS
from digest.errors import UsageError

FIELDS: Final = (
    "email", "name", "first_name", "last_name", "language", "topics", "edition", "state", "since", "left",
    "bounced",
)  # fmt: skip
"""What a column can be; `since` is when somebody opted in, `left` when they left, `bounced` when mail did."""

STANDINGS: Final = ("pending", "active", "unsubscribed", "bounce", "complaint", "editor")
"""How somebody may stand in a list; the last three are to be suppressed for that."""

_SAMPLE: Final = 50  # lines by which an unknown column of addresses is known
_AHEAD: Final = 8  # runs that they are taken from
_ADDRESS: Final = re.compile(r"[^@]{0,200}[^\s@]@[^\s@<>]+\.[^\s@<>]+>?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service whose export is known by headings that no other list has.

    It has all of the `signs`, and none of what it is `without`. `columns` says what its headings are, in
    lower case; `states` what it calls how somebody stands. What the state column holds and is not there
    counts as `other`. `whole` is how everybody in the file stands, where no column says so. Tags and labels
    of services are an editor's marks, and no topics until somebody says so.
    """

    name: str
    signs: frozenset[str]
    columns: Mapping[str, str]
    without: frozenset[str] = frozenset()
    states: Mapping[str, str] = field(default_factory=dict)
    other: str = "active"
    whole: str = "active"


def _states(**words: str) -> dict[str, str]:
    return {word: state for state, said in words.items() for word in said.split()}


_MAILCHIMP: Final = {
    "email": "email address",
    "first_name": "first name",
    "last_name": "last name",
    "since": "confirm_time",
}

SERVICES: Final = (
    Service(  # what `digest subscribers export` writes
        name="digest",
        signs=frozenset({"email", "edition", "state", "topics", "language", "since"}),
        columns={
            each: each
            for each in ("email", "name", "language", "topics", "edition", "state", "since", "left")
        },
        states={
            "pending": "pending",
            "active": "active",
            "unsubscribed": "unsubscribed",
            "suppressed": "editor",
        },
    ),
    Service(
        name="Mailchimp (cleaned)",
        signs=frozenset({"email address", "clean_time", "leid", "euid"}),
        columns=_MAILCHIMP,
        without=frozenset({"unsub_time"}),
        whole="bounce",
    ),
    Service(
        name="Mailchimp (unsubscribed)",
        signs=frozenset({"email address", "unsub_time", "leid", "euid"}),
        columns=_MAILCHIMP | {"left": "unsub_time"},
        without=frozenset({"clean_time"}),
        whole="unsubscribed",
    ),
    Service(
        name="Mailchimp",
        signs=frozenset({"email address", "optin_time", "leid", "euid"}),
        columns=_MAILCHIMP | {"left": "unsub_time", "bounced": "clean_time"},
    ),
    Service(
        name="Substack",
        signs=frozenset({"email", "active_subscription", "email_disabled"}),
        columns={"email": "email", "name": "name", "state": "email_disabled", "since": "created_at"},
        states=_states(unsubscribed="true yes 1"),
    ),
    Service(
        name="Ghost",
        signs=frozenset({"email", "subscribed_to_emails", "complimentary_plan", "created_at"}),
        columns={
            "email": "email",
            "name": "name",
            "state": "subscribed_to_emails",
            "since": "created_at",
            "left": "deleted_at",
        },
        states=_states(active="true yes 1"),
        other="unsubscribed",
    ),
    Service(
        name="listmonk",
        signs=frozenset({"uuid", "email", "attributes", "status"}),
        columns={"email": "email", "name": "name", "state": "status", "since": "created_at"},
        states=_states(active="enabled", unsubscribed="disabled", editor="blocklisted blacklisted"),
        other="unsubscribed",
    ),
    Service(
        name="Buttondown",
        signs=frozenset({"email_address", "creation_date", "type"}),
        columns={
            "email": "email_address",
            "state": "type",
            "since": "creation_date",
            "left": "unsubscription_date",
        },
        states=_states(
            active="regular premium gifted trialed churning churned past_due paused unpaid upcoming",
            pending="unactivated",
            bounce="undeliverable",
            complaint="complained spammy",
            editor="blocked",
        ),
        other="unsubscribed",
    ),
)
_SPELLINGS: Final = {"Buttondown": {"email": "email_address", "subscriber_type": "type"}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """What each column of a list is: the place of each field, and whose export it is.

    `headed` says whether the first line is headings.
    """

    places: Mapping[str, int]
    service: Service | None = None
    headed: bool = True
    headings: tuple[str, ...] = ()

    @property
    def unused(self) -> tuple[str, ...]:
        """The headings of columns that mean nothing to us."""
        used = set(self.places.values())
        return tuple(each for index, each in enumerate(self.headings) if each and index not in used)

    def place(self, name: str) -> int | None:
        """The column of a field; None where there is none."""
        return self.places.get(name)


def understand(found: Iterator[Run], told: Mapping[str, str] | None = None) -> tuple[Columns, Iterator[Run]]:
    """What a list's columns are, and the records of people in it, the first of them too.

    Raises:
        UsageError: the list is empty, or no column has addresses; see columns.
    """
    first = head(found)
    ahead = list(islice(found, _AHEAD))
    sample = list(islice(chain.from_iterable(run.records for run in ahead), _SAMPLE))
    known = columns(first.records[0], told, sample)
    return known, chain([] if known.headed else [first], ahead, found)


def columns(
    first: Sequence[str], told: Mapping[str, str] | None = None, sample: Sequence[Sequence[str]] = ()
) -> Columns:
    """Understand the first line of a list. `told` names headings by their fields, and wins.

    Where no heading is known to be that of addresses, it is the one column whose cells are, in the `sample`
    of lines that follow: "address" and "地址" may head streets as well.

    Raises:
        UsageError: no column has addresses, or one that was named is not there.
    """
    told = told or {}
    headings = [_heading(each) for each in first]
    if not told and _is_person(first, headings):
        at = next(index for index, cell in enumerate(first) if "@" in cell)
        return Columns(places={"email": at}, headed=False)
    service = _service(headings)
    places = _places(headings, service) | {name: _named(first, headings, told[name], name) for name in told}
    if "email" not in places and (guess := _of_addresses(len(first), sample)) is not None:
        places["email"] = guess
    if "email" not in places:
        raise UsageError(
            f"no column is called email; there are: {_told(first)}",
            hint="say which one has the addresses: --map email=HEADING",
        )
    return Columns(places=places, service=service, headings=tuple(" ".join(each.split()) for each in first))


def _heading(cell: str) -> str:
    return " ".join(cell.strip().strip("\ufeff").lower().split())


def _is_person(first: Sequence[str], headings: Sequence[str]) -> bool:
    """Whether the first line is of somebody already, since it has an address and no heading that we know."""
    return any("@" in cell for cell in first) and not any(_plainly(each) in HEADINGS for each in headings)


def _plainly(heading: str) -> str:
    return re.sub(r"[\s_\-.:]+", " ", heading).strip()


def _service(headings: Sequence[str]) -> Service | None:
    """Whose export it is: that of the service all of whose signs are there."""
    for service in SERVICES:
        spelled = _SPELLINGS.get(service.name, {})
        there = {*headings, *(spelled.get(each, each) for each in headings)}
        if service.signs <= there and not service.without & there:
            return service
    return None


def _places(headings: Sequence[str], service: Service | None) -> dict[str, int]:
    found: dict[str, int] = {}
    if service:
        spelled = _SPELLINGS.get(service.name, {})
        wanted = {heading: name for name, heading in service.columns.items()}
        for index, heading in enumerate(headings):
            name = wanted.get(heading) or wanted.get(spelled.get(heading, ""))
            if name:
                found.setdefault(name, index)
        return found
    for index, heading in enumerate(headings):
        name = HEADINGS.get(_plainly(heading))
        if name:
            found.setdefault(name, index)
    return found


def _of_addresses(number: int, sample: Sequence[Sequence[str]]) -> int | None:
    """The only column of which each cell that is not empty is an address; None where there is none such."""
    found = []
    for at in range(number):
        cells = [row[at].strip() for row in sample if at < len(row) and row[at].strip()]
        if cells and all(_ADDRESS.fullmatch(each) for each in cells):
            found.append(at)
    return found[0] if len(found) == 1 else None


def _named(first: Sequence[str], headings: Sequence[str], said: str, name: str) -> int:
    if name not in FIELDS:
        raise UsageError(
            f"--map {name}={said}: there is no field {name!r}", hint=f"one of {', '.join(FIELDS)}"
        )
    wanted = _heading(said)
    if wanted in headings:
        return headings.index(wanted)
    if said.isascii() and said.isdigit() and 1 <= int(said) <= len(first):
        return int(said) - 1
    raise UsageError(
        f"--map {name}={said}: there is no column {said!r}",
        hint=f"there are: {_told(first)}; or its number, from 1",
    )


def _told(first: Sequence[str]) -> str:
    return ", ".join(each.strip() for each in first if each.strip())
