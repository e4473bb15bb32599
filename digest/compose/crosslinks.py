"""What an issue points to: profiles of whom it speaks, related articles, earlier ones in the archive."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from digest.compose.kindred import Topics, closest
from digest.compose.naming import Names, related, short
from digest.compose.tags import Tags
from digest.model import Entry, EntryType, Issue, Item, Ledger, Pointer

RELATED: Final = 3
"""Articles that one article points to."""
EARLIER: Final = 4
"""Earlier articles that an issue points to."""


def linked(
    issue: Issue,
    entries: Sequence[Entry],
    ledger: Ledger,
    tags: Tags,
    url: Callable[[Entry], str],
    elsewhere: Callable[[Entry], bool],
) -> Issue:
    """The issue with what it points to: nothing that a reader could not open.

    That is what stands in it, what an earlier issue published, as it did, and what stands on a page that is
    not ours (`elsewhere`). Only entries of the issue are read; of earlier ones, however many, the tags are.
    """
    shelf = _Shelf(issue, entries, ledger, url, elsewhere)
    names = Names(shelf.profiles)
    mentions = {item.entry.key: names.mentioned(item.entry) for item in _shown(issue)}
    topics = Topics(lambda tag: _topic(tag, names, tags))
    for item in _shown(issue):
        people = (f"@{profile.slug}" for profile in mentions[item.entry.key])
        topics.begin(item.entry, people)
    topics.add(shelf.earlier)
    likes = {item.entry.key: _likes(item, topics, shelf) for item in _stories(issue)}

    def pointing(item: Item) -> Item:
        key = item.entry.key
        return replace(
            item,
            mentions=tuple(shelf.pointer(each) for each in mentions[key]),
            related=tuple(
                shelf.pointer(shelf.known[other])
                for other in closest(likes.get(key, {}), shelf.order, RELATED)
            ),
        )

    return replace(
        issue,
        lead=pointing(issue.lead) if issue.lead else None,
        sections=tuple(
            replace(section, items=tuple(map(pointing, section.items))) for section in issue.sections
        ),
        profiles=tuple(map(pointing, issue.profiles)),
        archive=tuple(map(pointing, issue.archive)),
        earlier=tuple(shelf.pointer(shelf.known[key]) for key in _earlier(likes.values(), shelf)),
    )


def _shown(issue: Issue) -> tuple[Item, ...]:
    return issue.items + issue.profiles + issue.archive


def _stories(issue: Issue) -> tuple[Item, ...]:
    return tuple(item for item in _shown(issue) if item.entry.type is not EntryType.PROFILE)


def _topic(tag: str, names: Names, tags: Tags) -> str:
    """What a tag is about: somebody, by slug, else its key; nothing where it only says what a thing is."""
    if slug := names.tagged(tag):
        return f"@{slug}"
    key = tags.key(tag)
    return "" if key in tags.generic else key


def _likes(item: Item, topics: Topics, shelf: _Shelf) -> Mapping[str, float]:
    """How alike other articles are to an item; those that it names itself most of all."""
    scores = {key: score for key, score in topics.like(item.entry.key).items() if shelf.is_article(key)}
    for slug in related(item.entry):
        named = shelf.articles.get(slug)
        if named and named != item.entry.key:
            scores[named] = scores.get(named, 0.0) + 100.0
    return scores


def _earlier(likes: Iterable[Mapping[str, float]], shelf: _Shelf) -> list[str]:
    """The earlier articles that are closest to the issue as a whole."""
    scores: dict[str, float] = {}
    for each in likes:
        for key, score in each.items():
            if key not in shelf.items:
                scores[key] = scores.get(key, 0.0) + score
    return closest(scores, shelf.order, EARLIER)


class _Shelf:
    """What may be pointed to: by key, and where it stands."""

    def __init__(
        self,
        issue: Issue,
        entries: Sequence[Entry],
        ledger: Ledger,
        url: Callable[[Entry], str],
        elsewhere: Callable[[Entry], bool],
    ) -> None:
        self.items = {item.entry.key: item for item in issue.everything}
        self._url, self._ledger = url, ledger
        before = ledger.snapshots
        unversioned = ledger.published.keys() - before.keys()
        current = {each.key: each for each in entries if each.key in unversioned} if unversioned else {}
        out = [before.get(key) or current.get(key) for key in ledger.published if key not in self.items]
        self.earlier = tuple(each for each in out if each and each.type is not EntryType.PROFILE)
        profiles = [each for each in entries if each.type is EntryType.PROFILE and each.key not in before]
        profiles += [each for each in before.values() if each.type is EntryType.PROFILE]
        self.profiles = tuple(
            self._version(each) for each in profiles if self._is_open(each) or elsewhere(each)
        )
        inside = [item.entry for item in issue.everything]
        self.known = {entry.key: entry for entry in (*self.earlier, *self.profiles, *inside)}
        stories = (*self.earlier, *(entry for entry in inside if entry.type is not EntryType.PROFILE))
        self.articles = {entry.slug: entry.key for entry in stories}

    def _is_open(self, entry: Entry) -> bool:
        return entry.key in self.items or entry.key in self._ledger.published

    def _version(self, entry: Entry) -> Entry:
        """A profile as readers find it: as this issue has it, else as it was published last."""
        if entry.key in self.items:
            return self.items[entry.key].entry
        return self._ledger.snapshots.get(entry.key, entry)

    def is_article(self, key: str) -> bool:
        """Whether it is no profile."""
        return self.known[key].type is not EntryType.PROFILE

    def order(self, key: str) -> tuple[float, str]:
        """Of two that are as close, the newer one first, then by key."""
        stamp = self.known[key].date or self.known[key].updated
        return (-stamp.at.timestamp() if stamp else 0.0, key)

    def pointer(self, entry: Entry) -> Pointer:
        """An entry as it is pointed to."""
        before = None if entry.key in self.items else self._ledger.published.get(entry.key)
        return Pointer(
            entry=entry.key,
            type=entry.type,
            kind=entry.kind,
            title=short(entry) if entry.type is EntryType.PROFILE else entry.title,
            language=entry.language,
            url=self._url(entry),
            number=before.number if before else 0,
            date=before.at if before else None,
        )
