"""`subscribers import`: a list of people becomes subscribers, and every line that does not says why."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from digest.collect.naming import language_tag
from digest.compose.tags import Tags
from digest.config import Config
from digest.deliver.list_columns import Columns, understand
from digest.deliver.list_lines import Run, runs
from digest.deliver.list_rows import Refused, Wanted, pieces
from digest.press.asking import Asking
from digest.press.list_files import opened
from digest.press.places import Site
from digest.press.subscribers import people_of
from digest.store.intake import Incoming, Intake, Taken
from digest.store.subscribers import topics_text

_BATCH: Final = 50_000
"""Rows that are sorted and written together: what was measured to be quickest, some 30 MB."""

_RANK: Final = ("pending", "active", "unsubscribed", "editor", "bounce", "complaint")
_MANY: Final = re.compile(r"[,|\n，、；]")

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """What was said about an import; `edition` is the first where none was said."""

    edition: str | None = None
    named: Mapping[str, str] = field(default_factory=dict)
    encoding: str = ""
    separator: str = ""
    confirmed: bool = False
    topics: tuple[str, ...] = ()
    language: str = ""
    rehearsal: bool = False
    asking: bool = False


@dataclass(slots=True, kw_only=True)
class Imported:
    """What came of a list: how its columns were understood, what became of its rows, and the refused lines.

    `repeated` rows had an address that stood in the list already. `foreign` are languages that an edition has
    no mail in, with the number of rows that named them. `asking` is who asks them to confirm.
    """

    name: str
    note: str
    columns: Columns
    taken: Taken = field(default_factory=Taken)
    refused: list[Refused] = field(default_factory=list)
    rows: int = 0
    repeated: int = 0
    foreign: Counter[str] = field(default_factory=Counter)
    asking: Asking | None = None


def import_list(
    site: Site, path: Path, orders: Orders, now: datetime, progress: Progress | None = None
) -> Imported:
    """Take in the people of a list, or only tell what would become of it.

    Raises:
        UsageError: the list cannot be read, or no column has addresses.
        StoreError: the database failed; what was taken in before that stays, and the same again is harmless.
    """
    with opened(path, orders.encoding) as file:
        known, rest = understand(runs(file.lines, orders.separator), orders.named)
        done = Imported(name=file.name, note=file.note, columns=known)
        wanted = _wanted(site, orders, done)
        with (
            people_of(site) as people,
            Intake(people, now, rehearsal=orders.rehearsal) as intake,
        ):
            if orders.asking and not orders.rehearsal:
                done.asking = Asking(site, people.store, now)
            for batch in _batches(rest, wanted, done):
                for edition, some in batch.items():
                    done.taken += intake.take(edition, list(some.values()))
                    if done.asking:
                        done.asking.take(edition, list(some))
                if progress:
                    progress(f"{done.rows:,} rows")
    return done


def _batches(
    found: Iterable[Run], wanted: Wanted, done: Imported
) -> Iterator[dict[str, dict[str, Incoming]]]:
    """Rows by edition and key, so many together; the refused ones are put aside."""
    batch: dict[str, dict[str, Incoming]] = {}
    size = 0
    for piece in pieces(found, done.columns, wanted):
        done.refused.extend(piece.refused)
        for edition, rows in piece.rows.items():
            done.repeated += _merge(batch.setdefault(edition, {}), rows)
            size += len(rows)
            done.rows += len(rows)
        if size >= _BATCH:
            yield batch
            batch, size = {}, 0
    yield batch


def _merge(batch: dict[str, Incoming], rows: list[Incoming]) -> int:
    """Add rows to a batch, and return how many had an address that was there already."""
    fresh = {row[0]: row for row in rows}
    if len(fresh) == len(rows) and batch.keys().isdisjoint(fresh):
        batch.update(fresh)
        return 0
    repeated = 0
    for row in rows:
        known = batch.get(row[0])
        batch[row[0]] = _both(known, row) if known else row
        repeated += known is not None
    return repeated


def _both(one: Incoming, other: Incoming) -> Incoming:
    """Two rows of one address: the later one's words where it has any, and who left in one of them has left.

    Who has confirmed in one of them has confirmed.
    """
    key, address, _, name, language, topics, left, detail = other
    state = max(one[2], other[2], key=_RANK.index)
    return key, address, state, name or one[3], language or one[4], topics or one[5], left or one[6], detail


def _wanted(site: Site, orders: Orders, done: Imported) -> Wanted:
    edition = site.edition(orders.edition).name
    config = site.config
    tags = Tags.of(config.aliases)
    also = tuple(tags.key(each) for each in orders.topics)

    @lru_cache(maxsize=4096)
    def topics(cell: str) -> str:
        return topics_text((*also, *(tags.key(each) for each in split(cell))))

    @lru_cache(maxsize=4096)
    def known(edition: str, cell: str) -> str | None:
        return language_of(config, edition, cell)

    def language(edition: str, cell: str) -> str:
        found = known(edition, cell)
        if found is None:
            done.foreign[cell[:40]] += 1
        return found or ""

    service = done.columns.service
    file = Path(done.name).name
    return Wanted(
        edition=edition,
        editions=frozenset(each.name for each in config.editions),
        only=orders.edition is not None,
        vouched=orders.confirmed,
        said_language=language_of(config, edition, orders.language) or "",
        also=topics_text(also),
        topics=topics,
        language=language,
        detail=f"{file} ({service.name})" if service else file,
    )


def split(cell: str) -> list[str]:
    """The topics of a cell: parted by semicolons, where there are any, else by commas and the like."""
    return cell.split(";") if ";" in cell else _MANY.split(cell)


def language_of(config: Config, edition: str, said: str) -> str | None:
    """The language among an edition's that somebody means; empty for its own or none said, None for another.

    `zh-TW` means `zh-Hant-TW`, and `en-GB` means `en`, as long as only one of the edition's can be meant.
    """
    languages = config.languages(next(each for each in config.editions if each.name == edition))
    tag = language_tag(said).lower()
    if not said.strip():
        return ""
    exact = [each for each in languages if tag and each.lower() == tag]
    parts = set(tag.split("-"))
    near = [
        each
        for each in languages
        if tag
        and each.lower().split("-")[0] == tag.split("-")[0]
        and (parts <= set(each.lower().split("-")) or set(each.lower().split("-")) <= parts)
    ]
    found = exact or near
    if len(found) != 1:
        return None
    return "" if found[0] == languages[0] else found[0]
