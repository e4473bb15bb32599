"""What the next issue of an edition would be now, and what it decides of every entry; nothing is rendered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from digest import archive
from digest.collect.loading import staying
from digest.compose import compose, consider, decide
from digest.config import EditionTable
from digest.model import Collection, Decision, Issue, Ledger, Problem, SealedIssue
from digest.press.ledgers import ledger
from digest.press.overriding import edited
from digest.press.places import Site
from digest.press.reaching import reaching
from digest.render.address import entry_url


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """The next issue of an edition: its number, itself (None where nothing is new), and each decision by key.

    `sealed` are the issues before it, the oldest first; `problems` are those of composing it. What would
    not fit into the mail's bytes is known only when it is built.
    """

    edition: EditionTable
    number: int
    issue: Issue | None
    decisions: Mapping[str, Decision]
    ledger: Ledger
    sealed: tuple[SealedIssue, ...]
    problems: tuple[Problem, ...]


def outlook(site: Site, edition: EditionTable, collection: Collection, now: datetime) -> Outlook:
    """Compose the next issue of an edition as it would be at `now`, by its overrides.

    Raises:
        TemplateError: the subject or preheader template does not work.
        SealError: the archive is not whole.
        StoreError: the database cannot be read.
    """
    before = ledger(site, edition)
    edition = reaching(site, edition, before, now)
    found = edited(site, edition, before.next_number, collection.entries)
    with staying():
        choice = consider(edition, site.config, collection.entries, before, now=now, wishes=found.wishes)
    issue = compose(
        edition,
        site.config,
        collection.entries,
        before,
        now=now,
        url=lambda entry: entry_url(entry, site.config),
        wishes=found.wishes,
        choice=choice,
    )
    decisions = decide(
        edition,
        site.config,
        collection.entries,
        before,
        now=now,
        wishes=found.wishes,
        choice=choice,
        issue=issue,
    )
    return Outlook(
        edition=edition,
        number=before.next_number,
        issue=issue,
        decisions={each.entry: each for each in decisions},
        ledger=before,
        sealed=tuple(sorted(archive.sealed(site.archive, edition.name), key=lambda each: each.issue.number)),
        problems=(*found.problems, *choice.problems),
    )
