"""All sources of a site at a glance: what is there and what is wrong, without loading what did not change."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from digest.collect.catalogue import Catalogue, Library
from digest.collect.jobs import Light
from digest.config import Config
from digest.model import Entry, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One entry, as light as can be.

    `hash` is that of its file's bytes, `mark` that of its body (empty for a short one), `likeness` its
    type, language, title and day; the day is empty for profiles, and where nothing in the file or its name
    tells one.
    """

    key: str
    source: str
    path: str
    hash: str
    mark: str
    slug: str
    likeness: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCount:
    """How many files a source has, and what became of them: `files` is the sum of the others."""

    name: str
    files: int
    entries: int
    failed: int
    passed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What the sources hold now. Close it, or use it as a context, to let go of the index.

    `state` is one hash over every entry's key, content and address: equal states, equal entries (the dates
    of `first_seen` apart).
    """

    state: str
    sources: tuple[SourceCount, ...]
    problems: tuple[Problem, ...]
    _library: Library = field(repr=False, compare=False)

    def seen(self) -> Iterator[Seen]:
        """Every entry, by key; from the index, so ask only when the state is another."""
        for light in self._library.ask(Catalogue.lights):
            yield _seen(light)

    def entries(self, keys: Collection[str]) -> tuple[Entry, ...]:
        """The entries with these keys, by key; unknown keys are passed over."""
        return self._library.ask(lambda catalogue: catalogue.entries(keys))

    def close(self) -> None:
        """Let go of the index."""
        self._library.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def survey(
    config: Config,
    root: Path,
    progress: Callable[[str], None] | None = None,
    *,
    first_seen: Mapping[str, datetime] | None = None,
) -> Survey:
    """Look at every source under `root`; `progress` is told the path of each file that has to be read.

    The same truth as `gather`, and as little of it in memory as is asked for.
    """
    library = Library(config, root, progress, first_seen)
    try:
        return library.ask(lambda catalogue: _survey(catalogue, library))
    except BaseException:
        library.close()
        raise


def _survey(catalogue: Catalogue, library: Library) -> Survey:
    sources = tuple(
        SourceCount(
            name=name,
            files=counts.entries + counts.failed + counts.passed,
            entries=counts.entries,
            failed=counts.failed,
            passed=counts.passed,
        )
        for name, counts in catalogue.counts()
    )
    return Survey(state=catalogue.state, sources=sources, problems=catalogue.problems(), _library=library)


def _seen(light: Light) -> Seen:
    return Seen(
        key=light.key,
        source=light.source,
        path=light.path,
        hash=light.hash.hex(),
        mark=light.mark,
        slug=light.slug,
        likeness=(light.type, light.language, light.title, light.day),
    )
