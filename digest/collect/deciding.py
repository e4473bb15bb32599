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
    """By number of the file: entries that are left out, and slugs other than the entries' own."""

    repeated: Mapping[int, Repeated] = field(default_factory=dict)
    slugs: Mapping[int, str] = field(default_factory=dict)


def decide(lights: Sequence[tuple[int, Light]], language: str) -> Decisions:
    """Of two entries with one key, or one slug in the same type and language, the first by path stays.

    Translations that share a slug get addresses of their own: that in `language`, the site's first, keeps it.
    """
    repeated: dict[int, Repeated] = {}
    kept: list[tuple[int, Light]] = []
    keys: dict[str, str] = {}
    slugs: dict[tuple[str, str, str], str] = {}
    for number, light in sorted(lights, key=_by_path):
        if light.status != "entry":
            continue
        slug = (light.type, light.language, light.slug)
        if first := keys.get(light.key):
            repeated[number] = Repeated(rule="duplicate-id", name="id", value=light.key, first=first)
        elif first := slugs.get(slug):
            repeated[number] = Repeated(rule="duplicate-slug", name="slug", value=light.slug, first=first)
        else:
            keys[light.key] = slugs[slug] = light.path
            kept.append((number, light))
    return Decisions(repeated=repeated, slugs=_addresses(kept, language))


def _by_path(row: tuple[int, Light]) -> str:
    return row[1].path


def _addresses(kept: Sequence[tuple[int, Light]], language: str) -> dict[int, str]:
    """The slugs of those that cannot have the one they ask for."""
    taken = {(light.type, light.slug) for _, light in kept if light.language == language}
    changed: dict[int, str] = {}
    for number, light in kept:
        if light.language == language:
            continue
        slug = light.slug
        count = 1
        while (light.type, slug) in taken:
            slug = f"{light.slug}-{light.language.lower()}" + (f"-{count}" if count > 1 else "")
            count += 1
        taken.add((light.type, slug))
        if slug != light.slug:
            changed[number] = slug
    return changed


def repetition(entry: Entry, repeated: Repeated) -> Problem:
    """The error on an entry that is left out."""
    name, value = repeated.name, repeated.value
    return Problem(
        severity=Severity.ERROR,
        rule=repeated.rule,
        sentence=f"the {name} `{value}` belongs to {repeated.first} already; this entry is left out",
        position=entry.positions.get(name, Position(path=entry.position.path)),
        hint=f"give one of the two another `{name}`",
    )


def state(lights: Sequence[tuple[int, Light]], decisions: Decisions, seed: bytes) -> bytes:
    """One hash over key, content and address of every entry that stays; `seed` stands for the settings."""
    rows = sorted(
        (light.key, light.hash, decisions.slugs.get(number, light.slug), light.path)
        for number, light in lights
        if light.status == "entry" and number not in decisions.repeated
    )
    told = b"\n".join(f"{key}\0{slug}\0{path}\0".encode() + summed for key, summed, slug, path in rows)
    return blake2b(seed + told, digest_size=16).digest()
