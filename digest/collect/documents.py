"""The folders of the sources on disk: every Markdown file as a document, in the order of their paths."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Final

from digest.config import SourceTable
from digest.model import Document, EntryType, Position, Problem, Severity

SUFFIXES: Final = (".md", ".markdown", ".mdown", ".mkd")
_SKIPPED_FILES: Final = ("_index", "archetype")
_SKIPPED_FOLDERS: Final = ("_drafts", "drafts_", "node_modules", "archetypes")
_LARGEST: Final = 5_000_000
_TYPES: Final = {"articles": EntryType.ARTICLE, "profiles": EntryType.PROFILE}


def read(
    source: SourceTable, root: Path, *, language: str, claimed: Sequence[Path] = ()
) -> Iterator[Document | Problem]:
    """The documents of a source's folder and below, sorted by path, with a problem for what is unreadable.

    Hidden files and folders, `_drafts` and Hugo's `_index.md` are passed over without a word. `language` is
    the default, `claimed` the folders (under `root`) that deeper sources answer for.
    """
    folder = root / source.path
    if not folder.is_dir():
        sentence = f"the source folder {source.path} does not exist"
        yield _problem("source-missing", source.path, sentence, "make it, or correct `path` in config.toml")
        return
    own = root.resolve()
    for path in sorted(
        _files(folder, frozenset(claimed)), key=lambda each: each.relative_to(root).as_posix()
    ):
        name = path.relative_to(root).as_posix()
        found = _data(path, name, own)
        if isinstance(found, Problem):
            yield found
            continue
        yield Document(
            path=_printable(name),
            data=found,
            type=_TYPES[source.kind],
            language=source.language or language,
            tags=source.tags,
            source=source.path,
            flavour=source.flavour,
            encoding=source.encoding,
            needs_approval=source.needs_approval,
        )


def _files(folder: Path, claimed: frozenset[Path]) -> Iterator[Path]:
    if folder in claimed:
        return
    for parent, folders, files in os.walk(folder):
        here = Path(parent)
        folders[:] = [
            each
            for each in folders
            if each[0] != "." and each not in _SKIPPED_FOLDERS and here / each not in claimed
        ]
        yield from (here / each for each in files if _is_wanted(each))


def _is_wanted(name: str) -> bool:
    stem = PurePosixPath(name).stem.split(".")[0]
    return name[0] != "." and name.casefold().endswith(SUFFIXES) and stem not in _SKIPPED_FILES


def _data(path: Path, name: str, root: Path) -> bytes | Problem:
    """The bytes of a file, or why there are none."""
    try:
        if not path.resolve().is_relative_to(root):
            sentence = "this link points outside the site, so it is not read"
            return _problem("file-outside", name, sentence, "copy the file into the source folder")
        if not path.is_file():
            return _problem("file-unreadable", name, "this is not a regular file", "remove or replace it")
        size = path.stat().st_size
        if size > _LARGEST:
            sentence = f"this file has {size:,} bytes, more than {_LARGEST:,}"
            return _problem("file-size", name, sentence, "split it, or move its data elsewhere")
        return path.read_bytes()
    except (OSError, RuntimeError) as error:  # RuntimeError: links in a circle
        why = (
            (error.strerror or str(error)).lower()
            if isinstance(error, OSError)
            else "its link goes in a circle"
        )
        return _problem(
            "file-unreadable", name, f"this file cannot be read: {why}", "look at its permissions"
        )


def _problem(rule: str, path: str, sentence: str, hint: str) -> Problem:
    place = Position(path=_printable(path))
    return Problem(severity=Severity.ERROR, rule=rule, sentence=sentence, position=place, hint=hint)


def _printable(name: str) -> str:
    """A path with undecodable bytes made visible, so that it can be printed and stored."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")
