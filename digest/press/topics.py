"""The topics that a reader may choose from: the tags that an edition's last issues were made of."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Final

from digest import archive
from digest.compose.tags import GENERIC, Tags
from digest.config import EditionTable
from digest.press.places import Site
from digest.render.reader import Choice
from digest.text.scripts import script_language

_ISSUES: Final = 26  # half a year of a weekly edition
_MOST: Final = 24
_LEAST: Final = 2  # entries in those issues; a tag that came once is no topic

Aliases = tuple[tuple[str, tuple[str, ...]], ...]


def topics(site: Site, edition: EditionTable) -> tuple[Choice, ...]:
    """The topics of an edition, its fixed sections first, then by how much there was of each.

    Raises:
        SealError: an issue of the archive is damaged.
    """
    folder = site.archive / edition.name
    numbers = [int(each.name) for each in folder.glob("*") if each.name.isascii() and each.name.isdigit()]
    newest = tuple(sorted(numbers, reverse=True)[:_ISSUES])
    fixed = tuple((section.tag, section.title or section.tag) for section in edition.sections)
    aliases = tuple((tag, tuple(others)) for tag, others in site.config.aliases.items())
    return _made(site.archive, edition.name, newest, fixed, aliases)


def spelled(site: Site, edition: EditionTable, keys: tuple[str, ...]) -> tuple[str, ...]:
    """Topics by their keys, as they are written."""
    written = {each.key: each.text for each in topics(site, edition)}
    return tuple(written.get(key, key) for key in keys)


@lru_cache(maxsize=64)
def _made(
    archived: Path,
    edition: str,
    numbers: tuple[int, ...],
    fixed: tuple[tuple[str, str], ...],
    aliases: Aliases,
) -> tuple[Choice, ...]:
    """Kept for as long as the archive has the same issues: a sealed one never changes."""
    tags = Tags.of(dict(aliases))
    issues = [archive.load(archived, edition, number).issue for number in numbers]
    entries = [item.entry for issue in issues for item in issue.everything]
    counts = Counter(key for entry in entries for key in tags.keys(entry) if key not in GENERIC)
    common = [key for key, count in counts.items() if count >= _LEAST]
    common.sort(key=lambda key: (-counts[key], key))
    first = {tags.key(tag): title for tag, title in fixed}
    keys = [key for key in dict.fromkeys((*first, *common)) if key][:_MOST]
    written = tags.spelled(keys, entries) | first
    return tuple(
        Choice(key=key, text=written[key], language=script_language(written[key], ""), count=counts[key])
        for key in keys
    )
