"""What an editor changed in an issue, put into effect: who is meant, what stays out, what stands where."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from digest.compose.choosing import Choice
from digest.compose.rules import Rule
from digest.compose.sections import COLOURS
from digest.compose.tags import Tags
from digest.compose.words import one_line
from digest.config import Config, EditionTable
from digest.model import (
    Entry,
    EntryType,
    Issue,
    Item,
    Named,
    Overrides,
    Passed,
    Problem,
    Section,
    Severity,
)
from digest.text.excerpt import excerpt
from digest.text.frames import frame
from digest.text.phrases import phrases
from digest.text.renames import trace

MORE: Final = "more"
"""The name of the section of what no tag gathers."""
PROFILES: Final = "profiles"
"""The name under which the profiles of an issue are put in order."""

_CELLS: Final = 200
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionWishes:
    """A section that an editor touched, by its tag's key; `name` as written, entries by key."""

    name: str
    title: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)
    entries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """Overrides of which we know what they mean: entries and sections by key.

    `skips` says of each entry whether it stays out for good; `entries` and `places` tell by key where an
    entry that is to be in the issue, and a section, are named.
    """

    lead: str = ""
    pins: frozenset[str] = frozenset()
    skips: Mapping[str, bool] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    sections: Mapping[str, SectionWishes] = field(default_factory=dict)
    note: str | None = None
    subject: str | None = None
    preheader: str | None = None
    entries: Mapping[str, Named] = field(default_factory=dict)
    places: Mapping[str, Named] = field(default_factory=dict)

    def leading(self, items: Sequence[Item]) -> Item | None:
        """The item that is wished to lead, if it is there."""
        return next((item for item in items if item.entry.key == self.lead), None) if self.lead else None

    def foremost(self, items: Iterable[Item]) -> list[Item]:
        """The items with those first that shall stay in the mail: pinned ones, then those given a place."""
        placed = {key for each in self.sections.values() for key in each.entries}
        return sorted(items, key=lambda item: (item.entry.key not in self.pins, item.entry.key not in placed))

    def least(self, items: Iterable[Item]) -> int:
        """How many of the items stay in the mail, however many it may hold."""
        return sum(item.entry.key in self.pins for item in items)


NONE: Final = Wishes()
"""What an editor wishes who leaves everything to the composer."""


def understood(
    overrides: Overrides, entries: Sequence[Entry], edition: EditionTable, config: Config
) -> tuple[Wishes, tuple[Problem, ...]]:
    """Which entries and sections the overrides mean, and what names nothing (rule `override-entry`).

    An unknown name is an error where it is to stay out, since it would go out then; else a warning.
    """
    naming = _Naming(entries, overrides.text)
    keys = _section_keys(edition, Tags.of(config.aliases), config.language(edition))
    skips = {naming.key(skip.entry, out=True): skip.for_good for skip in overrides.skips}
    sections = {
        keys(wish.section.name): SectionWishes(
            name=wish.section.name,
            title=one_line(wish.title),
            titles={tongue: one_line(title) for tongue, title in wish.titles.items()},
            entries=naming.keys(wish.entries),
        )
        for wish in overrides.sections
    }
    wishes = Wishes(
        lead=naming.key(overrides.lead) if overrides.lead else "",
        pins=frozenset(naming.keys(overrides.pins)),
        skips={key: for_good for key, for_good in skips.items() if key},
        order=tuple(keys(each.name) for each in overrides.order),
        sections=sections,
        note=overrides.note,
        subject=overrides.subject,
        preheader=overrides.preheader,
        entries=naming.meant,
        places={keys(each.name): each for each in _sections_named(overrides)},
    )
    return wishes, tuple(naming.found)


def _sections_named(overrides: Overrides) -> Iterator[Named]:
    yield from overrides.order
    yield from (wish.section for wish in overrides.sections)


class _Naming:
    """The entries by every name that an editor may use, and what was not found.

    `meant` has by key where an entry is named that is to be in the issue.
    """

    def __init__(self, entries: Sequence[Entry], text: str) -> None:
        self.text = text
        self.found: list[Problem] = []
        self.meant: dict[str, Named] = {}
        self.names: dict[str, set[str]] = {}
        for name, key in _names(entries):
            self.names.setdefault(name, set()).add(key)
        self.own = {entry.key for entry in entries}

    def keys(self, named: Iterable[Named]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(key for each in named if (key := self.key(each))))

    def key(self, named: Named, *, out: bool = False) -> str:
        """The key of what is named, empty where that is nothing, or several; `out` of what is to stay out."""
        name = named.name.removeprefix("./")
        keys = {name} if name in self.own else self.names.get(name, set())
        if len(keys) == 1:
            (key,) = keys
            if not out:
                self.meant.setdefault(key, named)
            return key
        self.found.append(self.unknown(named, name, sorted(keys), out))
        return ""

    def unknown(self, named: Named, name: str, keys: Sequence[str], out: bool) -> Problem:
        sentence = f"there is no entry {named.name}"
        near = difflib.get_close_matches(name, sorted({*self.own, *self.names}), 1, 0.5)
        hint = f"did you mean {near[0]}?" if near else "`digest collect -v` lists the entries"
        if keys:
            sentence = f"{named.name} is the name of {len(keys)} entries"
            hint = f"write one of: {', '.join(keys[:5])}"
        severity = Severity.ERROR if out else Severity.WARNING
        return _problem("override-entry", severity, sentence, named, hint, self.text)


def _names(entries: Iterable[Entry]) -> Iterator[tuple[str, str]]:
    for entry in entries:
        yield entry.position.path, entry.key
        if entry.slug:
            yield entry.slug, entry.key


def _section_keys(edition: EditionTable, tags: Tags, language: str) -> Callable[[str], str]:
    """Of a section's name (its tag in any spelling, or its title) the key; empty for what no tag gathers."""
    titled = {
        title: tags.key(table.tag)
        for table in edition.sections
        for title in (table.title, *table.titles.values())
        if title
    }
    rest = {MORE, *map(phrases(language), ("More", "In this issue"))}

    def key(name: str) -> str:
        return "" if name in rest else titled.get(name) or tags.key(name)

    return key


def _problem(rule: str, severity: Severity, sentence: str, named: Named, hint: str, text: str) -> Problem:
    return Problem(
        severity=severity,
        rule=rule,
        sentence=sentence,
        position=named.position,
        hint=hint,
        frame=frame(text, named.position.line),
    )


def kept(choice: Choice, wishes: Wishes, entries: Iterable[Entry], known: Iterable[str]) -> Choice:
    """The choice without what is skipped; what is skipped for good is remembered as passed, else as deferred.

    `known` are the keys of what was published before: of these only news can be skipped. Of what can be
    updated, the version that was skipped is the one that later ones are compared with.
    """
    if not wishes.skips:
        return choice
    taken = {each.entry.key for each in choice.taken}
    published, noted = frozenset(known), {each.key for each in choice.passed}
    out = [
        entry
        for entry in sorted(entries, key=lambda entry: entry.key)
        if wishes.skips.get(entry.key) and (entry.key in taken or entry.key not in published)
    ]
    passed = [
        Passed(
            key=entry.key,
            fingerprint=entry.fingerprint,
            likeness=tuple(trace(entry)),
            rule=Rule.SKIPPED.value,
        )
        for entry in out
        if entry.key not in noted
    ]
    versions = [entry for entry in out if entry.type is EntryType.PROFILE or entry.key in published]
    replaced = {entry.key for entry in versions}
    return replace(
        choice,
        taken=tuple(each for each in choice.taken if each.entry.key not in wishes.skips),
        passed=(*choice.passed, *passed),
        baselines=(*(each for each in choice.baselines if each.key not in replaced), *versions),
        deferred=tuple(sorted(key for key in taken & wishes.skips.keys() if not wishes.skips[key])),
    )


def arranged(issue: Issue, wishes: Wishes) -> Issue:
    """The issue with sections and entries in the order that was wished, and under the titles."""
    if not (wishes.sections or wishes.order):
        return issue
    found = _moved(issue.sections, wishes.sections)
    found = [_titled(section, wishes.sections.get(section.key), issue.language) for section in found]
    profiles = wishes.sections.get(PROFILES)
    return replace(
        issue,
        sections=tuple(_first(found, wishes.order, lambda section: section.key)),
        profiles=tuple(_first(issue.profiles, profiles.entries if profiles else (), _key)),
    )


def _key(item: Item) -> str:
    return item.entry.key


def _first(things: Iterable[_T], order: Sequence[str], key: Callable[[_T], str]) -> list[_T]:
    """The things that are named, in the order of their names, then the others as they were."""
    places = {name: place for place, name in enumerate(order)}
    return sorted(things, key=lambda thing: places.get(key(thing), len(places)))


def _moved(sections: Sequence[Section], wishes: Mapping[str, SectionWishes]) -> list[Section]:
    """Each item in the section that it is named in; a section that is new stands last, an empty one goes."""
    items = {_key(item): item for section in sections for item in section.items}
    place = {key: name for name, wish in wishes.items() for key in wish.entries if key in items}
    every = [*sections, *_new(sections, wishes, place.values())]
    found = []
    for section in every:
        own = [item for item in section.items if place.get(_key(item), section.key) == section.key]
        wish = wishes.get(section.key)
        named = [items[key] for key in (wish.entries if wish else ()) if place.get(key) == section.key]
        others = [item for item in own if item not in named]
        found.append(replace(section, items=(*named, *others)))
    return [section for section in found if section.items]


def _new(
    sections: Sequence[Section], wishes: Mapping[str, SectionWishes], wanted: Iterable[str]
) -> Iterator[Section]:
    """Sections that the composer did not make, for what is put into them; no colour stands twice in a row."""
    there = {section.key for section in sections}
    turn = COLOURS.index(sections[-1].colour) if sections and sections[-1].colour in COLOURS else -1
    for key in dict.fromkeys(wanted):
        if key not in there:
            turn += 1
            colour = COLOURS[turn % len(COLOURS)] if turn else COLOURS[0]
            yield Section(key=key, title=wishes[key].name, colour=colour, items=())


def _titled(section: Section, wish: SectionWishes | None, language: str) -> Section:
    if wish is None:
        return section
    title = wish.title or wish.titles.get(language) or section.title
    return replace(section, title=title, titles={**section.titles, **wish.titles})


def reworded(issue: Issue, wishes: Wishes) -> Issue:
    """The issue with the subject and preheader that were wished, as they are, in one line."""
    subject = excerpt(one_line(wishes.subject or ""), _CELLS)
    preheader = issue.preheader
    if wishes.preheader is not None:
        preheader = excerpt(one_line(wishes.preheader), _CELLS)
    return replace(issue, subject=subject or issue.subject, preheader=preheader)


def unmet(issue: Issue, wishes: Wishes, text: str) -> tuple[Problem, ...]:
    """Each wish that came to nothing in the issue (rules `override-unmet`, `override-section`).

    `text` is that of the file. An entry that is in the issue, but not where it was wished, counts, too.
    """
    found = [
        _problem("override-unmet", Severity.WARNING, sentence, named, hint, text)
        for key, named in wishes.entries.items()
        for sentence, hint in _unmet(issue, wishes, key, named.name)
    ]
    there = {section.key for section in issue.sections} | ({PROFILES} if issue.profiles else set())
    names = sorted({section.key or MORE for section in issue.sections})
    for key, named in wishes.places.items():
        if key not in there:
            near = difflib.get_close_matches(named.name, names, 1, 0.5)
            hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(names)}" if names else ""
            sentence = f"there is no section {named.name} in this issue"
            found.append(_problem("override-section", Severity.WARNING, sentence, named, hint, text))
    return tuple(found)


def _unmet(issue: Issue, wishes: Wishes, key: str, name: str) -> Iterator[tuple[str, str]]:
    """Why a wish about an entry came to nothing, and what helps."""
    leads = issue.lead.entry.key if issue.lead else ""
    placed = {_key(item): section.key for section in issue.sections for item in section.items}
    placed |= {_key(item): PROFILES for item in issue.profiles}
    wanted = next((name for name, wish in wishes.sections.items() if key in wish.entries), None)
    if key in wishes.skips:
        yield f"{name} is skipped, so nothing else is done with it", "take it out of skips"
    elif key not in {_key(item) for item in issue.everything}:
        yield f"{name} is not in this issue", f"`digest why {key}` tells the reason"
    elif key == wishes.lead and key != leads:
        yield f"{name} cannot lead: only an article or a link can", "name another one"
    elif wanted is not None and key == leads:
        if key != wishes.lead:
            yield f"{name} leads the issue, so that it is in no section", "name another lead"
    elif wanted is not None and placed.get(key) != wanted:
        where = (
            f"stands in the section {placed[key] or MORE}" if key in placed else "is over the mail's limit"
        )
        yield f"{name} {where}, and not where it was wished", "profiles stand together; pins stay in the mail"
