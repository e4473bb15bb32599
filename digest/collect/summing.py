"""What follows from all files together: counts, who is left out, one hash of it all, dates that git knows."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Final, TypeAlias

import msgspec

from digest.collect.deciding import decide, repetition, state, weight
from digest.collect.history import first_added, head
from digest.collect.index import Index
from digest.collect.jobs import Light, Order
from digest.collect.signature import settings
from digest.model import Problem

Moment: TypeAlias = tuple[int, int]
"""Seconds since 1970, and seconds from UTC."""


class Counts(msgspec.Struct, array_like=True, frozen=True):
    """Of the files of one source: how many are entries, failed, were passed over."""

    entries: int = 0
    failed: int = 0
    passed: int = 0


class Summary(msgspec.Struct, array_like=True, frozen=True):
    """What need not be found again; `left_out`, `slugs` and `undated` go by path of the file."""

    state: bytes
    counts: dict[str, Counts]
    left_out: frozenset[bytes]
    slugs: dict[bytes, str]
    undated: frozenset[bytes]
    problems: tuple[Problem, ...]


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
    repeated = decisions.repeated
    counts: dict[str, Counter[str]] = {}
    for path, light in lights.items():
        status = "failed" if path in repeated else light.status
        counts.setdefault(light.source, Counter())[status] += 1
    problems = [
        repetition(entry, repeated[path])
        for path, entry in index.entries_of({lights[path].key for path in repeated})
        if path in repeated
    ]
    return Summary(
        state=_state(state(lights, decisions) + int.from_bytes(settings(order), "little")),
        counts={name: Counts(each["entry"], each["failed"], each["passed"]) for name, each in counts.items()},
        left_out=frozenset(repeated),
        slugs=dict(decisions.slugs),
        undated=frozenset(path for path, each in lights.items() if not each.is_dated) - repeated.keys(),
        problems=tuple(problems),
    )


def resummed(summary: Summary, changed: Mapping[bytes, tuple[Light, Light]]) -> Summary | None:
    """The summary after files were edited (before and after, by path); None where an edit may change more.

    An entry that keeps its name, address and place takes nothing from another one, whatever it says.
    """
    total = int.from_bytes(summary.state, "little")
    for path, (before, after) in changed.items():
        if path in summary.left_out or _standing(before) != _standing(after):
            return None
        if after.status == "entry":
            slug = summary.slugs.get(path, after.slug)
            total += weight(path, after, slug) - weight(path, before, slug)
    return msgspec.structs.replace(summary, state=_state(total))


def _standing(light: Light) -> tuple[object, ...]:
    """What of a file matters to others, and to how it is counted."""
    return light.status, light.source, light.key, light.type, light.language, light.slug, light.is_dated


def _state(total: int) -> bytes:
    return (total % (1 << 128)).to_bytes(16, "little")


def dated(summary: Summary, known: History | None, order: Order) -> History:
    """The history of the files that name no date; the very one that is known where it still holds."""
    known = known or History("", {})
    paths = {path: os.fsdecode(path) for path in sorted(summary.undated)}
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
