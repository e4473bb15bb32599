"""The file of what an editor changed in an issue, `issues/EDITION/NUMBER.toml`, read and understood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from digest.compose import Wishes, read_overrides, understood
from digest.config import EditionTable
from digest.model import Entry, Overrides, Position, Problem, Severity
from digest.press.places import Site

FOLDER: Final = "issues"
"""The folder of the site that holds what editors changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """What an editor changed in an issue: as it is written, what it means, and what is wrong in it."""

    overrides: Overrides
    wishes: Wishes
    problems: tuple[Problem, ...] = ()


def overrides_path(site: Site, edition: str, number: int) -> Path:
    """Where the overrides of an issue stand, whether or not there are any."""
    return site.root / FOLDER / edition / f"{number}.toml"


def shown_path(site: Site, edition: str, number: int) -> str:
    """The same as problems name it: relative to the site."""
    return overrides_path(site, edition, number).relative_to(site.root).as_posix()


def edited(site: Site, edition: EditionTable, number: int, entries: Sequence[Entry]) -> Edited:
    """What an editor changed in an issue of which these are the entries that there are."""
    text, unread = written(site, edition.name, number)
    overrides, found = read_overrides(text, shown_path(site, edition.name, number))
    wishes, unknown = understood(overrides, entries, edition, site.config)
    return Edited(overrides=overrides, wishes=wishes, problems=(*unread, *found, *unknown))


def written(site: Site, edition: str, number: int) -> tuple[str, tuple[Problem, ...]]:
    """The text of the file, empty where there is none, and why it cannot be read."""
    path = overrides_path(site, edition, number)
    try:
        return path.read_text(encoding="utf-8-sig"), ()
    except (FileNotFoundError, NotADirectoryError):
        return "", ()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text in UTF-8"
        problem = Problem(
            severity=Severity.ERROR,
            rule="override-syntax",
            sentence=f"cannot be read: {why}",
            position=Position(path=shown_path(site, edition, number)),
            hint="it must be a text file in UTF-8",
        )
        return "", (problem,)
