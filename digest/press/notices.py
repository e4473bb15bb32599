"""What was said of sealed issues since: by issue for the pages, and which numbers the ledger forgets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from digest import archive
from digest.model import Issue, Notice, NoticeKind
from digest.press.places import Site


def notices_of(site: Site, issues: Iterable[Issue]) -> Mapping[str, tuple[Notice, ...]]:
    """The notices of each of these issues that has any, by its id. Raises SealError."""
    found = {each.id: archive.notices(site.archive, each.edition, each.number) for each in issues}
    return {name: notices for name, notices in found.items() if notices}


def is_withdrawn(site: Site, edition: str, number: int) -> bool:
    """Whether a sealed issue was withdrawn. Raises SealError."""
    notices = archive.notices(site.archive, edition, number)
    return any(each.kind is NoticeKind.RETRACTION for each in notices)


def is_released(site: Site, edition: str, number: int) -> bool:
    """Whether a withdrawn issue was never sent, so that its entries are free again. Raises SealError."""
    return any(each.released for each in archive.notices(site.archive, edition, number))
