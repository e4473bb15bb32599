"""Which folders documents are read from, by what config.toml says of the sources."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final

from digest.collect.documents import Shelf
from digest.config import Config, SourceTable
from digest.model import EntryType

_TYPES: Final = {"articles": EntryType.ARTICLE, "profiles": EntryType.PROFILE}
_OWN: Final = ("var",)


def shelves(config: Config) -> tuple[Shelf, ...]:
    """The folders of every source, each once: the deepest configured folder wins a file, of two the first.

    The inbox of feeds holds articles, also where no source of articles contains it. What `digest` writes
    itself (archive, site, database) is nobody's content.
    """
    sources: dict[str, SourceTable] = {}
    for source in config.folders:
        sources.setdefault(_tidy(source.path), source)
    configured = frozenset(sources)
    inbox = _tidy(config.feeds.inbox)
    keeper = max((path for path in sources if _is_in(inbox, path)), key=len, default=None)
    if keeper is None or sources[keeper].kind != "articles":
        sources[inbox] = SourceTable(kind="articles", path=inbox)
    own = {_tidy(each) for each in (config.archive.path, config.archive.public, *_OWN)}
    return tuple(
        Shelf(
            path=path,
            type=_TYPES[source.kind],
            language=source.language or config.site.languages[0],
            tags=source.tags,
            flavour=source.flavour,
            encoding=source.encoding,
            needs_approval=source.needs_approval,
            claimed=tuple(sorted((sources.keys() | own) - {path})),
            configured=path in configured,
        )
        for path, source in sources.items()
    )


def _tidy(path: str) -> str:
    """A path as configured, without `./`, doubled and closing slashes."""
    return PurePosixPath(path).as_posix()


def _is_in(path: str, folder: str) -> bool:
    return folder in {".", path} or path.startswith(f"{folder}/")
