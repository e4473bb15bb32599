"""Which name that is gone lives on in which new one: by what a file keeps when it is moved or renamed."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Final, NamedTuple

from digest.model import Entry, EntryType, Origin

_WRITTEN: Final = frozenset((Origin.FRONT_MATTER, Origin.PATH, Origin.FILE_NAME, Origin.HEADER))
"""Dates that the file itself tells; those of git and of first sight change with its name."""


class Trace(NamedTuple):
    """What an entry leaves behind when its file is gone.

    `day` is empty where the file tells none, and for profiles; `mark` where the body is short.
    """

    type: str
    language: str
    title: str = ""
    day: str = ""
    slug: str = ""
    mark: str = ""

    @classmethod
    def of(cls, likeness: Sequence[str], slug: str, mark: str) -> Trace:
        """A trace of what is kept together and what is kept apart."""
        kind, language, title, day = likeness
        return cls(kind, language, title, day, slug, mark)

    @property
    def likeness(self) -> tuple[str, str, str, str]:
        """Type, language, title and day."""
        return self[:4]


def trace(entry: Entry) -> Trace:
    """What an entry would leave behind."""
    date = entry.date
    told = date is not None and date.origin in _WRITTEN and entry.type is not EntryType.PROFILE
    return Trace(
        type=entry.type.value,
        language=entry.language,
        title=entry.title,
        day=str(date.at.date()) if date and told else "",
        slug=entry.slug,
        mark=entry.mark,
    )


def renames(gone: Mapping[str, Trace], new: Mapping[str, Trace]) -> dict[str, str]:
    """The old name of each new one that is one of the gone: by its words, else its slug, else title and day.

    A match counts only where a single gone name and a single new one agree; what is ambiguous is new, since
    news that comes twice is noticed and news that never comes is not. Like is compared with like: type and
    language are part of each comparison, but the same words are the same entry in whatever language a site
    files them, once nothing else is left. A slug says nothing where title and day both speak against it.
    """
    found: dict[str, str] = {}
    for key in (_words, _slug, _title_and_day, _words_alone) if gone and new else ():
        taken = set(found.values())
        before = _alone({name: each for name, each in gone.items() if name not in taken}, key)
        after = _alone({name: each for name, each in new.items() if name not in found}, key)
        for value in sorted(before.keys() & after.keys(), key=repr):
            if key is not _slug or not _others(gone[before[value]], new[after[value]]):
                found[after[value]] = before[value]
    return found


def _alone(traces: Mapping[str, Trace], key: Callable[[Trace], Hashable]) -> dict[Hashable, str]:
    """The names whose key no other has; those without a key are not looked at."""
    counted: dict[Hashable, list[str]] = {}
    for name, each in traces.items():
        value = key(each)
        if value is not None:
            counted.setdefault(value, []).append(name)
    return {value: names[0] for value, names in counted.items() if len(names) == 1}


def _words(each: Trace) -> Hashable:
    return (each.type, each.language, each.mark) if each.mark else None


def _slug(each: Trace) -> Hashable:
    return (each.type, each.language, each.slug) if each.slug else None


def _title_and_day(each: Trace) -> Hashable:
    """Of a profile the name alone; an article that no file dates shares its title with too many."""
    told = each.title and (each.day or each.type == EntryType.PROFILE)
    return each.likeness if told else None


def _words_alone(each: Trace) -> Hashable:
    return each.mark or None


def _others(old: Trace, new: Trace) -> bool:
    """Whether two that share a slug are two all the same: last year's review and this year's."""
    return bool(old.day and new.day and old.day != new.day and old.title != new.title)
