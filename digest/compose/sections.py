"""Grouping an issue's items by tag: the configured sections first, then the tags that gather most."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from digest.compose.tags import Tags
from digest.config import SectionTable
from digest.model import Entry, Item, Reason, Section, Word
from digest.text.phrases import phrases

COLOURS: Final = ("teal", "blue", "plum", "ochre")
"""The theme's colours, in the order in which sections wear them."""

_LEAST: Final = 2  # items that a tag must gather to head a section
_CAP: Final = 8  # items over which a tag is too general to head one, while others do
_SECTIONS: Final = 3  # a large issue has at least about so many


@dataclass(slots=True, kw_only=True)
class _Group:
    """A section in the making: its tag, the items it gathered, and its table if it is configured."""

    key: str
    items: list[Item]
    table: SectionTable | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pool:
    """The items that no section has taken yet, the tag keys of each, and those that head none (`generic`)."""

    keys: Mapping[str, tuple[str, ...]]
    generic: Collection[str] = ()
    left: dict[str, Item] = field(default_factory=dict)

    def carrying(self, key: str) -> list[Item]:
        return [item for name, item in self.left.items() if key in self.keys[name]]

    def take(self, key: str) -> list[Item]:
        items = self.carrying(key)
        for item in items:
            del self.left[item.entry.key]
        return items


def sections(
    items: Iterable[Item],
    configured: Sequence[SectionTable],
    tags: Tags,
    language: str,
    *,
    spelled_by: Iterable[Entry] = (),
) -> tuple[Section, ...]:
    """Group items, each exactly once, whatever their order; the remainder comes last, under "More".

    Configured sections stand in their order, those that gather too few left out. Then again and again the
    tag or category that covers most of what is left heads a section: at least 2 items, not so many that it
    says nothing; ties go to the tag that stands earlier in its entries, then to its name. Headings are
    spelled as most entries of `spelled_by` (or of the items) write the tag.
    """
    pool = _pool(items, tags, configured)
    spelling = tuple(spelled_by) or tuple(item.entry for item in pool.left.values())
    groups = [*_configured(pool, configured, tags), *_greedy(pool)]
    if pool.left:
        groups.append(_Group(key="", items=list(pool.left.values())))
    names = tags.spelled({group.key for group in groups}, spelling)
    titles = [_title(group, names, language, alone=len(groups) == 1) for group in groups]
    return tuple(
        Section(key=group.key, title=title, colour=colour, items=tuple(sorted(group.items, key=foremost)))
        for group, title, colour in zip(groups, titles, _colours(groups), strict=True)
    )


def is_pinned(item: Item) -> bool:
    """Whether an editor marked it in its front matter: `lead: true`, or `digest: pin`."""
    return item.entry.lead or item.entry.word is Word.PIN


def foremost(item: Item) -> tuple[bool, float, str]:
    """The order of items in a section: what is pinned, then the newest."""
    return (not is_pinned(item), *newest(item))


def newest(item: Item) -> tuple[float, str]:
    """Newest first, undated last, then by key; what is updated goes by that date, where it tells one."""
    entry = item.entry
    first = entry.updated if item.reason is Reason.UPDATED else entry.date
    stamp = first or entry.date or entry.updated
    return (-stamp.at.timestamp() if stamp else float("inf"), item.entry.key)


def _pool(items: Iterable[Item], tags: Tags, configured: Sequence[SectionTable]) -> _Pool:
    ordered = sorted(items, key=foremost)
    keys = {item.entry.key: tags.keys(item.entry) for item in ordered}
    generic = frozenset(tags.generic) | {tags.key(table.tag) for table in configured}
    return _Pool(keys=keys, generic=generic, left={item.entry.key: item for item in ordered})


def _configured(pool: _Pool, tables: Sequence[SectionTable], tags: Tags) -> Iterator[_Group]:
    """The sections that an editor wants, where there is enough for them."""
    for table in tables:
        key = tags.key(table.tag)
        if len(pool.carrying(key)) >= table.least:
            yield _Group(key=key, items=pool.take(key), table=table)


def _greedy(pool: _Pool) -> list[_Group]:
    cap = max(_CAP, -(-len(pool.left) // _SECTIONS))
    general = {key for key, places in _cover(pool).items() if len(places) > cap}
    groups = []
    while key := _best(_cover(pool), general):
        groups.append(_Group(key=key, items=pool.take(key)))
    return groups


def _cover(pool: _Pool) -> dict[str, list[int]]:
    """For each tag that may head a section, its place among the tags of each item that is left."""
    cover: dict[str, list[int]] = {}
    for name in pool.left:
        for place, key in enumerate(pool.keys[name]):
            if key not in pool.generic:
                cover.setdefault(key, []).append(place)
    return {key: places for key, places in cover.items() if len(places) >= _LEAST}


def _best(cover: Mapping[str, list[int]], general: Collection[str]) -> str:
    """The tag that covers most, general ones aside; where there are only these, the narrowest of them."""
    narrow = [key for key in cover if key not in general]
    if narrow:
        return min(narrow, key=lambda key: (-len(cover[key]), sum(cover[key]), key))
    return min(cover, key=lambda key: (len(cover[key]), sum(cover[key]), key), default="")


def _title(group: _Group, names: Mapping[str, str], language: str, *, alone: bool) -> str:
    if group.table:
        return group.table.titles.get(language) or group.table.title or group.table.tag
    return names[group.key] if group.key else phrases(language)("In this issue" if alone else "More")


def _colours(groups: Sequence[_Group]) -> list[str]:
    """The configured colours; for the others the next of the cycle that the section before does not wear."""
    worn: list[str] = []
    turn = 0
    for group in groups:
        colour = group.table.colour if group.table else ""
        if not colour:
            turn += COLOURS[turn % len(COLOURS)] == (worn[-1] if worn else "")
            colour = COLOURS[turn % len(COLOURS)]
            turn += 1
        worn.append(colour)
    return worn
