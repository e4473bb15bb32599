"""What an edition has published: the archive, held against what the database knows."""

from __future__ import annotations

from collections.abc import Sequence

from digest.archive import sealed
from digest.compose import remember
from digest.config import EditionTable
from digest.errors import SealError
from digest.model import Ledger, SealedIssue
from digest.press.notices import is_released
from digest.press.places import Site


def ledger(site: Site, edition: EditionTable) -> Ledger:
    """What an edition has published, by the archive. Raises SealError where the database knows of more."""
    issues = sealed(site.archive, edition.name)
    agree(site, issues, site.seals(edition.name))
    numbers = [each.issue.number for each in issues]
    released = {number for number in numbers if is_released(site, edition.name, number)}
    return remember((each.issue for each in issues), released)


def agree(site: Site, issues: Sequence[SealedIssue], known: dict[tuple[str, int], str]) -> None:
    """Hold what is sealed against what the database knows (seals by edition and number).

    Raises:
        SealError: a folder that the database knows is missing, or holds another issue than was sealed.
    """
    seals = {(each.issue.edition, each.issue.number): each.seal for each in issues}
    for (edition, number), seal in known.items():
        folder = site.archive / edition / str(number)
        if (edition, number) not in seals:
            raise SealError(
                f"issue {edition}/{number} was sealed, but its folder is missing from the archive",
                subject=str(folder),
                hint="restore it from git or from a backup; without it, its articles would go out again",
            )
        if seals[edition, number] != seal:
            raise SealError(
                f"issue {edition}/{number} is not the one that was sealed under this number",
                subject=str(folder),
                hint="restore it from git or from a backup; `digest archive verify` shows what changed",
            )
