"""What an edition's sealed issues leave behind: the ledger that the next one is composed from."""

from __future__ import annotations

from collections.abc import Iterable

from digest.compose.renaming import likeness
from digest.model import Entry, EntryType, Issue, Ledger, Published


def remember(issues: Iterable[Issue]) -> Ledger:
    """The ledger after these issues of one edition, whatever their order.

    Of each entry the last publication counts, of each profile the last version that an issue brought or
    passed over.
    """
    ordered = sorted(issues, key=lambda issue: issue.number)
    published: dict[str, Published] = {}
    passed: dict[str, str] = {}
    snapshots: dict[str, Entry] = {}
    for issue in ordered:
        passed |= {each.key: each.fingerprint for each in issue.passed}
        snapshots |= {entry.key: entry for entry in issue.baselines}
        for entry in (item.entry for item in issue.everything):
            published[entry.key] = Published(
                key=entry.key,
                fingerprint=entry.fingerprint,
                number=issue.number,
                likeness=likeness(entry),
            )
            if entry.type is EntryType.PROFILE:
                snapshots[entry.key] = entry
    return Ledger(
        published=published,
        passed={key: fingerprint for key, fingerprint in passed.items() if key not in published},
        snapshots=snapshots,
        last=max((issue.date for issue in ordered), default=None),
        next_number=ordered[-1].number + 1 if ordered else 1,
    )
