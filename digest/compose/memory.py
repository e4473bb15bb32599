"""What an edition's sealed issues leave behind: the ledger that the next one is composed from."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, field, replace

from digest.model import Entry, EntryType, Issue, Ledger, Passed, Published
from digest.text.renames import trace


def remember(issues: Iterable[Issue], released: Container[int] = ()) -> Ledger:
    """The ledger after these issues of one edition, whatever their order.

    Of those whose numbers are `released`, withdrawn before anybody got them, only numbers and dates count.

    Of each entry the last publication counts, and the version that was told then, of each profile also the
    version that an issue passed over; what was published counts under every name that it was found under.
    """
    ordered = sorted(issues, key=lambda issue: issue.number)
    memory = _Memory()
    kept = [issue for issue in ordered if issue.number not in released]
    for issue in kept:
        memory.add(issue)
    return Ledger(
        published=memory.published,
        passed={key: each.fingerprint for key, each in memory.passed.items() if key not in memory.published},
        likeness={key: each.likeness for key, each in memory.passed.items() if each.likeness},
        snapshots=memory.snapshots,
        names=memory.names,
        sources=memory.sources,
        deferred=frozenset(memory.deferred - memory.published.keys()),
        last=max((issue.date for issue in kept), default=None),
        released=min((issue.date for issue in ordered if issue.number in released), default=None),
        next_number=ordered[-1].number + 1 if ordered else 1,
    )


@dataclass(slots=True)
class _Memory:
    """What is known after the issues so far."""

    published: dict[str, Published] = field(default_factory=dict)
    passed: dict[str, Passed] = field(default_factory=dict)
    snapshots: dict[str, Entry] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    sources: frozenset[str] | None = None
    deferred: set[str] = field(default_factory=set)

    def add(self, issue: Issue) -> None:
        self.passed |= {each.key: each for each in issue.passed}
        for each in issue.renamed:
            self._rename(each.was, each.key)
        self.snapshots |= {entry.key: entry for entry in issue.baselines}
        for entry in (item.entry for item in issue.bulk):
            self.snapshots[entry.key] = entry
            if entry.key in self.published:  # told, but not by itself: neither its number nor its day count
                told = self.published[entry.key]
                self.published[entry.key] = replace(
                    told, fingerprint=entry.fingerprint, likeness=tuple(trace(entry))
                )
        for entry in (item.entry for item in issue.everything):
            self.published[entry.key] = Published(
                key=entry.key,
                fingerprint=entry.fingerprint,
                number=issue.number,
                at=issue.date,
                likeness=tuple(trace(entry)),
            )
            if entry.type is not EntryType.LINK:
                self.snapshots[entry.key] = entry
        self.deferred |= set(issue.deferred)
        if issue.sources:
            self.sources = frozenset(issue.sources)

    def _rename(self, was: str, key: str) -> None:
        self.names[key] = was
        if was in self.published:
            likeness = self.passed[key].likeness if key in self.passed else ()
            self.published[key] = replace(self.published[was], key=key, likeness=likeness)
        if was in self.snapshots:
            self.snapshots[key] = replace(self.snapshots[was], key=key)
