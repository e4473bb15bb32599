"""All sources of a site read and understood: the collection, with duplicates and missing images told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from digest.collect.decoding import decode
from digest.collect.documents import read
from digest.collect.entries import parse
from digest.collect.pictures import find_image, is_remote, load_image
from digest.config import Config
from digest.model import Collection, Document, Entry, EntryType, ImageRef, Position, Problem, Severity
from digest.text.frames import frame

__all__ = ["gather", "load_image"]


def gather(config: Config, root: Path, progress: Callable[[str], None] | None = None) -> Collection:
    """Read every source under `root`; `progress` is told each path.

    Content faults are problems, never raised.
    Of two entries with one key, or with one slug in the same type and language, the first by path stays. The
    result does not depend on the order of files or sources.
    """
    problems: list[Problem] = []
    entries: list[Entry] = []
    for document in documents(config, root):
        if isinstance(document, Problem):
            problems.append(document)
            continue
        if progress:
            progress(document.path)
        entry, found = parse(document, config.zone)
        problems += found
        if entry:
            entries.append(entry)
            problems += _missing_images(config, root, entry, document)
    kept, repeated = _without_duplicates(entries)
    kept = _addressed(kept, config.site.languages[0])
    return Collection(
        entries=tuple(sorted(kept, key=lambda entry: entry.key)),
        problems=tuple(sorted([*problems, *repeated], key=_by_place)),
    )


def documents(config: Config, root: Path) -> Iterator[Document | Problem]:
    """The documents of every source: the deepest configured folder wins a file."""
    folders = [root / source.path for source in config.folders]
    for number, source in enumerate(config.folders):
        claimed = [
            other
            for place, other in enumerate(folders)
            if (other != folders[number] and other.is_relative_to(folders[number]))
            or (other == folders[number] and place < number)
        ]
        if folders[number] in claimed:
            continue
        yield from read(source, root, language=config.site.languages[0], claimed=claimed)


def _missing_images(config: Config, root: Path, entry: Entry, document: Document) -> Iterator[Problem]:
    """A warning for each local image that is not there."""
    references: Iterable[ImageRef] = (*((entry.image,) if entry.image else ()), *entry.images)
    for image in references:
        if is_remote(image.src) or find_image(config, root, entry, image.src):
            continue
        where = "the static folders" if image.src.startswith("/") else "the article's folder"
        yield Problem(
            severity=Severity.WARNING,
            rule="image-missing",
            sentence=f"the image {image.src} is not there",
            position=image.position,
            hint=f"put the file into {where} ({', '.join(config.site.static)})"
            if image.src.startswith("/")
            else f"put the file into {where}, or correct the address",
            frame=frame(decode(document.data).text, image.position.line),
        )


def _without_duplicates(entries: list[Entry]) -> tuple[list[Entry], list[Problem]]:
    """The entries that keep their key and slug, and an error on each that does not."""
    kept: list[Entry] = []
    problems: list[Problem] = []
    keys: dict[str, Entry] = {}
    slugs: dict[tuple[EntryType, str, str], Entry] = {}
    for entry in sorted(entries, key=lambda each: each.position.path):
        slug = (entry.type, entry.language, entry.slug)
        if first := keys.get(entry.key):
            problems.append(_repeated("duplicate-id", "id", entry.key, entry, first))
        elif first := slugs.get(slug):
            problems.append(_repeated("duplicate-slug", "slug", entry.slug, entry, first))
        else:
            keys[entry.key] = slugs[slug] = entry
            kept.append(entry)
    return kept, problems


def _repeated(rule: str, name: str, value: str, entry: Entry, first: Entry) -> Problem:
    place = entry.positions.get(name, Position(path=entry.position.path))
    return Problem(
        severity=Severity.ERROR,
        rule=rule,
        sentence=f"the {name} `{value}` belongs to {first.position.path} already; this entry is left out",
        position=place,
        hint=f"give one of the two another `{name}`",
    )


def _addressed(entries: list[Entry], language: str) -> list[Entry]:
    """Translations that share a slug get addresses of their own: the site's first language keeps it."""
    taken = {(entry.type, entry.slug) for entry in entries if entry.language == language}
    addressed: list[Entry] = []
    for entry in entries:
        if entry.language == language:
            addressed.append(entry)
            continue
        slug = entry.slug
        number = 1
        while (entry.type, slug) in taken:
            slug = f"{entry.slug}-{entry.language.lower()}" + (f"-{number}" if number > 1 else "")
            number += 1
        taken.add((entry.type, slug))
        addressed.append(replace(entry, slug=slug))
    return addressed


def _by_place(problem: Problem) -> tuple[str, int, int, str]:
    place = problem.position
    return place.path, place.line, place.column, problem.rule
