"""What only all entries together tell: who keeps a key and a slug, which translation has which address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from digest.collect.jobs import Light
from digest.model import Entry, Position, Problem, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated:
    """An entry that is left out, because `first` (a path) has its id or slug (`name`) already."""

    rule: str
    name: str
    value: str
    first: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """By path of the file: entries that are left out, and slugs other than the entries' own."""

    repeated: Mapping[bytes, Repeated] = field(default_factory=dict)
    slugs: Mapping[bytes, str] = field(default_factory=dict)


def decide(lights: Mapping[bytes, Light], language: str) -> Decisions:
    """Of two entries with one key, or one slug in the same type and language, the first by path stays.

    Translations that share a slug get addresses of their own: that in `language`, the site's first, keeps it.
    """
    repeated: dict[bytes, Repeated] = {}
    kept: list[tuple[bytes, Light]] = []
    keys: dict[str, str] = {}
    slugs: dict[tuple[str, str, str], str] = {}
    for path, light in sorted(lights.items(), key=_by_path):
        if light.status != "entry":
            continue
        slug = (light.type, light.language, light.slug)
        if first := keys.get(light.key):
            repeated[path] = Repeated(rule="duplicate-id", name="id", value=light.key, first=first)
        elif first := slugs.get(slug):
            repeated[path] = Repeated(rule="duplicate-slug", name="slug", value=light.slug, first=first)
        else:
            keys[light.key] = slugs[slug] = light.path
            kept.append((path, light))
    return Decisions(repeated=repeated, slugs=_addresses(kept, language))


def _by_path(row: tuple[bytes, Light]) -> tuple[str, bytes]:
    return row[1].path, row[0]


def _addresses(kept: Sequence[tuple[bytes, Light]], language: str) -> dict[bytes, str]:
    """The slugs of those that cannot have the one they ask for."""
    taken = {(light.type, light.slug) for _, light in kept if light.language == language}
    changed: dict[bytes, str] = {}
    for path, light in kept:
        if light.language == language:
            continue
        slug = light.slug
        count = 1
        while (light.type, slug) in taken:
            slug = f"{light.slug}-{light.language.lower()}" + (f"-{count}" if count > 1 else "")
            count += 1
        taken.add((light.type, slug))
        if slug != light.slug:
            changed[path] = slug
    return changed


def repetition(entry: Entry, repeated: Repeated) -> Problem:
    """The error on an entry that is left out."""
    name, value = repeated.name, repeated.value
    return Problem(
        severity=Severity.ERROR,
        rule=repeated.rule,
        sentence=f"the {name} `{value}` belongs to {repeated.first} already; this entry is left out",
        position=entry.place(name) if name in entry.positions else Position(path=entry.position.path),
        hint=f"give one of the two another `{name}`",
    )


def weight(path: bytes, light: Light, slug: str) -> int:
    """An entry's part in the state: a hash of its path, key, address and content."""
    told = b"%b\0%b\0%b\0%b" % (path, light.key.encode(), slug.encode(), light.hash)
    return int.from_bytes(blake2b(told, digest_size=16).digest(), "little")


def state(lights: Mapping[bytes, Light], decisions: Decisions) -> int:
    """The sum of the weights of all entries that stay: one number that tells whether any is another."""
    return sum(
        weight(path, light, decisions.slugs.get(path, light.slug))
        for path, light in lights.items()
        if light.status == "entry" and path not in decisions.repeated
    )
