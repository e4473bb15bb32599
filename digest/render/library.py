"""What the sealed issues hold together: each entry as last published, where it appeared, and the tags."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from digest.config import Config
from digest.model import Entry, EntryType, Issue, Item, Notice, NoticeKind
from digest.render.address import entry_url, page_path, stands_elsewhere
from digest.render.references import References
from digest.text.characters import legal
from digest.text.tags import tag_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """An entry's place in a sealed issue."""

    issue: Issue
    item: Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An entry as last published, at its public address.

    `path` is that of the page that we build for it (relative to the site, percent-encoded); empty where the
    entry is read elsewhere. `appearances` go from the newest to the oldest; there is at least one.
    """

    entry: Entry
    url: str
    path: str
    appearances: tuple[Appearance, ...]

    @property
    def newest(self) -> Appearance:
        """Where it appeared last."""
        return self.appearances[0]

    @property
    def updated(self) -> datetime:
        """When it was published last: the date of that issue."""
        return self.newest.issue.date

    @property
    def published(self) -> datetime:
        """Its own date, else that of the first issue that it appeared in; never after `updated`."""
        own = self.entry.date.at if self.entry.date else self.appearances[-1].issue.date
        return min(own, self.updated)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A tag with what carries it, newest first; `title` is its commonest spelling."""

    key: str
    title: str
    records: tuple[Record, ...]
    issues: tuple[Issue, ...]


class Library:
    """Every sealed issue, in any order, as one collection; `notices` by the id of their issue.

    Withdrawn issues are apart: nothing of them is among issues and records.
    """

    def __init__(
        self,
        issues: Iterable[Issue],
        config: Config,
        notices: Mapping[str, tuple[Notice, ...]] | None = None,
    ) -> None:
        self.config = config
        self.notices = notices or {}
        every = sorted(issues, key=lambda issue: (issue.date, issue.edition, issue.number), reverse=True)
        self.withdrawn = tuple(issue for issue in every if self.is_withdrawn(issue))
        self.issues: tuple[Issue, ...] = tuple(issue for issue in every if not self.is_withdrawn(issue))
        self._keys: dict[str, str] = {}
        self._aliases = {
            tag_key(other): tag_key(name) for name, others in config.aliases.items() for other in others
        }

    @cached_property
    def records(self) -> tuple[Record, ...]:
        """Each entry once, as last published: by newest issue, then in reading order."""
        return self._gathered(self.issues)

    @cached_property
    def lost(self) -> tuple[Record, ...]:
        """Each entry that only withdrawn issues had, whose page would else be gone."""
        known, paths = {each.entry.key for each in self.records}, {each.path for each in self.own}
        lost = (each for each in self._gathered(self.withdrawn) if each.path and each.path not in paths)
        return tuple({each.path: each for each in lost if each.entry.key not in known}.values())

    def _gathered(self, issues: Iterable[Issue]) -> tuple[Record, ...]:
        seen: dict[str, list[Appearance]] = {}
        for issue in issues:
            for item in issue.everything:
                seen.setdefault(item.entry.key, []).append(Appearance(issue=issue, item=item))
        return tuple(self._record(tuple(appearances)) for appearances in seen.values())

    def is_withdrawn(self, issue: Issue) -> bool:
        """Whether an issue was withdrawn: it has a page that says so, and is nowhere else."""
        return any(each.kind is NoticeKind.RETRACTION for each in self.notices.get(issue.id, ()))

    def said_of(self, record: Record) -> list[tuple[Issue, Notice]]:
        """The notices that are about an entry, the oldest first."""
        found = [
            (each.issue, notice)
            for each in record.appearances
            for notice in self.notices.get(each.issue.id, ())
            if notice.entry == record.entry.key or notice.kind is NoticeKind.RETRACTION
        ]
        return sorted(found, key=lambda pair: pair[1].date)

    @cached_property
    def own(self) -> tuple[Record, ...]:
        """Records whose page we build; where two entries claim one address, the one published last."""
        paths: dict[str, Record] = {}
        for record in self.records:
            if record.path:
                paths.setdefault(record.path, record)
        return tuple(paths.values())

    @cached_property
    def references(self) -> References:
        """What its entries may refer to: each other."""
        return References((record.entry for record in self.records), self.config)

    @cached_property
    def profiles(self) -> tuple[Record, ...]:
        """Profiles, newest first."""
        return tuple(each for each in self.records if each.entry.type is EntryType.PROFILE)

    @cached_property
    def profile_urls(self) -> Mapping[str, Record]:
        """Profiles by slug, for what names one by it."""
        return {each.entry.slug: each for each in reversed(self.profiles)}

    @cached_property
    def mentioning(self) -> Mapping[str, Sequence[Record]]:
        """What speaks of each profile, as last published, by the profile's key: newest first."""
        found: dict[str, list[Record]] = {}
        for record in self.records:
            for each in record.newest.item.mentions:
                found.setdefault(each.entry, []).append(record)
        return found

    @cached_property
    def tags(self) -> Mapping[str, Tag]:
        """Every tag by its key: those of the most entries first, then by key."""
        carrying: dict[str, list[Record]] = {}
        spellings: dict[str, Counter[str]] = {}
        for record in self.records:
            for key, spelling in self.tags_of(record.entry):
                carrying.setdefault(key, []).append(record)
                spellings.setdefault(key, Counter())[spelling] += 1
        order = sorted(carrying, key=lambda key: (-len(carrying[key]), key))
        return {key: self._tag(key, carrying[key], spellings[key]) for key in order}

    def tags_of(self, entry: Entry) -> Iterator[tuple[str, str]]:
        """Key and spelling of an entry's tags and categories, each key once; aliases are their tag's."""
        seen: set[str] = set()
        for tag in (*entry.tags, *entry.categories):
            key = self.key(tag)
            if key and key not in seen:
                seen.add(key)
                yield key, tag.strip().lstrip("#＃").strip()

    def key(self, tag: str) -> str:
        """The key of a tag, through the aliases of config.toml."""
        if tag not in self._keys:
            key = tag_key(legal(tag))
            self._keys[tag] = self._aliases.get(key, key)
        return self._keys[tag]

    def _record(self, appearances: tuple[Appearance, ...]) -> Record:
        entry = appearances[0].item.entry
        url, path = entry_url(entry, self.config), page_path(entry)
        elsewhere = stands_elsewhere(entry, self.config)
        return Record(entry=entry, url=url, path="" if elsewhere else path, appearances=appearances)

    def _tag(self, key: str, records: Sequence[Record], spellings: Counter[str]) -> Tag:
        named = next((name for name in self.config.aliases if tag_key(name) == key), "")
        title = named or min(spellings, key=lambda spelling: (-spellings[spelling], spelling))
        issues = tuple(issue for issue, keys in self._carried if key in keys)
        return Tag(key=key, title=title, records=tuple(records), issues=issues)

    @cached_property
    def _carried(self) -> tuple[tuple[Issue, frozenset[str]], ...]:
        """Each issue and the keys of the tags in it."""
        return tuple(
            (
                issue,
                frozenset(key for item in issue.everything for key, _ in self.tags_of(item.entry)),
            )
            for issue in self.issues
        )
