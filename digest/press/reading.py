"""What the sources hold, with a date for whatever nothing dates; nothing is rendered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from digest.collect.gather import gather
from digest.model import Collection
from digest.press.first_sight import dated
from digest.press.places import Site

Progress = Callable[[str], None]


def read(site: Site, now: datetime, progress: Progress | None = None) -> Collection:
    """What the sources hold at `now`, all of it; `progress` is told each file that has to be read.

    Nothing is written but the cache; an entry that nothing dates has its first sight for a date.
    """
    found = gather(site.config, site.root, progress)
    return replace(found, entries=dated(site, found.entries, now))
