"""Which item leads an issue."""

from __future__ import annotations

from collections.abc import Sequence
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
    marked = [item for item in items if is_pinned(item)]
    if marked:
        return min(marked, key=newest)
    own = [item for item in items if item.entry.type is not EntryType.LINK]
    new = [item for item in own if item.reason is Reason.NEW]
    return min(new or own, key=lambda item: (-_weight(item), newest(item)), default=None)


def _weight(item: Item) -> int:
    entry = item.entry
    return 3 * bool(entry.description) + 3 * bool(entry.image) + _KINDS.get(entry.kind, 0)
