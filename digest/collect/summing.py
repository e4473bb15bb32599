"""What follows from all files together: counts, who is left out, one hash of it all, dates that git knows."""

from __future__ import annotations

import os
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Final, TypeAlias

import msgspec

from digest.collect.deciding import decide, repetition, state
from digest.collect.history import first_added, head
from digest.collect.index import Index
from digest.collect.jobs import Order
from digest.collect.packing import pack_problems
from digest.collect.signature import signature

Moment: TypeAlias = tuple[int, int]
"""Seconds since 1970, and seconds from UTC."""


class Counts(msgspec.Struct, array_like=True, frozen=True):
    """Of the files of one source: how many are entries, failed, were passed over."""

    entries: int = 0
    failed: int = 0
    passed: int = 0


class Summary(msgspec.Struct, array_like=True, frozen=True):
    """What need not be found again; `left_out`, `slugs` and `undated` (paths) go by number of the file."""

    state: bytes
    counts: dict[str, Counts]
    left_out: frozenset[int]
    slugs: dict[int, str]
    problems: bytes
    undated: dict[int, bytes]


class History(msgspec.Struct, array_like=True, frozen=True):
    """When git first saw the files without a date, by their path, as of `head`; None for one it never saw."""

    head: str
    dates: dict[bytes, Moment | None]


summaries: Final = msgspec.msgpack.Decoder(Summary)
histories: Final = msgspec.msgpack.Decoder(History)


def summed(index: Index, order: Order) -> Summary:
    """The summary of everything that the index has."""
    lights = index.lights()
    decisions = decide(lights, order.language)
    counts: dict[str, dict[str, int]] = {}
    paths = dict(index.paths()) if any(not light.is_dated for _, light in lights) else {}
    for number, light in lights:
        status = "failed" if number in decisions.repeated else light.status
        of_source = counts.setdefault(light.source, {"entry": 0, "failed": 0, "passed": 0})
        of_source[status] += 1
    problems = [
        repetition(entry, decisions.repeated[number])
        for number, entry in index.entries_of(sorted(decisions.repeated))
    ]
    return Summary(
        state=state(lights, decisions, signature(order)),
        counts={name: Counts(each["entry"], each["failed"], each["passed"]) for name, each in counts.items()},
        left_out=frozenset(decisions.repeated),
        slugs=dict(decisions.slugs),
        problems=pack_problems(problems),
        undated={
            number: paths[number]
            for number, light in lights
            if not light.is_dated and number not in decisions.repeated
        },
    )


def dated(summary: Summary, known: History | None, order: Order) -> History:
    """The history of the files that name no date; the very one that is known where it still holds."""
    known = known or History("", {})
    paths = {path: os.fsdecode(path) for path in summary.undated.values()}
    root = Path(order.root)
    at = head(root, paths.values()) if paths else ""
    if at == known.head and known.dates.keys() >= paths.keys():
        return known
    dates = known.dates if at == known.head else {}
    asked = {path: name for path, name in paths.items() if path not in dates}
    found = first_added(root, list(asked.values())) if at else {}
    added = {path: _moment(found.get(name)) for path, name in asked.items()}
    return History(at, {path: at for path, at in dates.items() if path in paths} | added)


def when(moment: Moment) -> datetime:
    """A moment as it was on its author's clock."""
    return datetime.fromtimestamp(moment[0], timezone(timedelta(seconds=moment[1])))


def _moment(at: datetime | None) -> Moment | None:
    if at is None:
        return None
    offset = at.utcoffset() or timedelta()
    return int(at.timestamp()), int(offset.total_seconds())
