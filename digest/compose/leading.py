"""Which item leads an issue, and which would if that one were not there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from digest.compose.sections import newest
from digest.model import EntryType, Item

_KINDS: Final = {"interview": 2, "article": 1}


def lead(items: Sequence[Item]) -> Item | None:
    """The item that an editor marked `lead: true`, the newest of several; else the one that weighs most.

    A description and an image weigh most, then an interview before an article before other kinds, then the
    newer one. An item of somebody else's feed leads only when it is marked.
    """
    return next(iter(leads(items)), None)


def leads(items: Iterable[Item]) -> tuple[Item, ...]:
    """Every item that may lead, the best first: of any of them, the first one leads."""
    able = (item for item in items if item.entry.lead or item.entry.type is not EntryType.LINK)
    return tuple(sorted(able, key=_rank))


def _rank(item: Item) -> tuple[bool, int, tuple[float, str]]:
    is_marked = item.entry.lead
    return not is_marked, 0 if is_marked else -_weight(item), newest(item)


def _weight(item: Item) -> int:
    entry = item.entry
    return 3 * bool(entry.description) + 3 * bool(entry.image) + _KINDS.get(entry.kind, 0)
