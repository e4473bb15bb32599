"""All sources of a site as one collection: every entry, and every finding."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from digest.collect.catalogue import Catalogue, Library
from digest.collect.pictures import load_image
from digest.config import Config
from digest.model import Collection

__all__ = ["gather", "load_image"]


def gather(
    config: Config,
    root: Path,
    progress: Callable[[str], None] | None = None,
    *,
    first_seen: Mapping[str, datetime] | None = None,
) -> Collection:
    """What every source under `root` holds; `progress` is told the path of each file that has to be read.

    Content faults are problems, never raised. Of two entries with one key, or with one slug in the same type
    and language, the first by path stays. An entry that nothing dates is dated by git, else by `first_seen`
    (by key). The result depends on nothing but the files: not on their order, nor on what `.digest/` holds.
    """
    library = Library(config, root, progress, first_seen)
    try:
        return library.ask(_collection)
    finally:
        library.close()


def _collection(catalogue: Catalogue) -> Collection:
    return Collection(entries=catalogue.entries(), problems=catalogue.problems())
