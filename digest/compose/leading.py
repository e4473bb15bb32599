"""Which item leads an issue, and which would if that one were not there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from digest.compose.sections import is_pinned, newest
from digest.model import EntryType, Item, Reason

_KINDS: Final = {"interview": 2, "article": 1}


def lead(items: Sequence[Item]) -> Item | None:
    """The item that an editor pinned or marked `lead: true`, the newest of several; else what weighs most.

    A description and an image weigh most, then an interview before an article before other kinds, then the
    newer one. What is updated leads only where nothing is new, an item of somebody else's feed only when it
    is marked.
    """
    return next(iter(leads(items)), None)


def leads(items: Iterable[Item]) -> tuple[Item, ...]:
    """Every item that may lead, the best first: of any of them, the first one leads."""
    able = (item for item in items if is_pinned(item) or item.entry.type is not EntryType.LINK)
    return tuple(sorted(able, key=_rank))


def _rank(item: Item) -> tuple[bool, bool, int, tuple[float, str]]:
    if is_pinned(item):
        return False, False, 0, newest(item)
    return True, item.reason is not Reason.NEW, -_weight(item), newest(item)


def _weight(item: Item) -> int:
    entry = item.entry
    return 3 * bool(entry.description) + 3 * bool(entry.image) + _KINDS.get(entry.kind, 0)
