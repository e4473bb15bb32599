"""A profile's front matter, read as facts and sections: known fields in order, others by their shape."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from digest.model import Entry
from digest.text.links import safe_url
from digest.text.phrases import Phrases
from digest.text.scripts import primary

Resolve = Callable[[str], tuple[str, str] | None]
"""Name and address of the profile with this slug, where we have one."""

# What stands elsewhere on the page, or is the editor's own business.
# fmt: off
HIDDEN: Final = frozenset(
    {
        "id", "uid", "type", "kind", "title", "slug", "name", "name_zh", "name_en", "name_ko",
        "name_full_en", "name_local", "date", "lastmod", "updated", "published", "publishdate", "draft",
        "digest", "lead", "tags", "categories", "language", "lang", "url", "permalink", "aliases", "layout",
        "weight", "image", "photo", "photo_alt", "photo_credit", "photo_source", "logo", "cover",
        "description", "description_short", "summary", "current_position", "position", "role",
        "current_organization", "organization", "current_org_slug", "importance_level", "importance_reason",
        "person_type", "company_type", "entity_type", "last_updated", "update_notes", "data_sources",
        "key_points", "quotes", "featured", "status", "author", "authors", "source_name", "source_url"
    }
)

# Facts in a reader's order; facts that are not here follow in the order of the file.
FACTS: Final = (
    "nationality", "birth_year", "birth_place", "death_year", "residence", "founded_year", "founded",
    "founders", "headquarters", "ceo", "employees", "industry", "website", "ai_domains",
    "ai_impact_areas", "ai_safety_stance"
)

SECTIONS: Final = (
    "description_long", "key_contributions", "products", "representative_works", "awards",
    "career_history", "education", "founded_companies", "publications", "notable_quotes",
    "ai_development_view", "mentors", "notable_students", "milestones", "funding", "related_people",
    "related_companies", "resources", "social", "links"
)

# fmt: on

_HEADS: Final = ("title", "name", "organization", "institution", "quote", "event", "round", "position")
_WHENS: Final = ("year", "years", "date", "period")
_TEXTS: Final = ("description", "significance", "outcome", "context", "note")
_SHORTS: Final = ("position", "role", "type", "degree", "field", "issuer", "venue", "relation", "amount")
_LINKS: Final = ("url", "link", "website")
_SLUGS: Final = ("slug", "org_slug", "company_slug", "person_slug")
_PROSE: Final = ("description_long", "ai_development_view")
_LONG: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A piece of text, and where it leads, if anywhere."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A label and its values."""

    label: str
    values: tuple[Words, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An item of a section: what it is, when it was, and what there is to say of it."""

    head: Words
    original: str = ""
    when: str = ""
    shorts: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    quote: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A section of a profile: paragraphs, or rows."""

    key: str
    label: str
    paragraphs: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    links: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """A profile for reading."""

    name: str
    original: str
    initials: str
    role: str
    facts: tuple[Fact, ...]
    groups: tuple[Group, ...]
    sources: tuple[str, ...]


def dossier(entry: Entry, words: Phrases, resolve: Resolve) -> Dossier:
    """Everything that a profile's front matter tells, in the interface language of `words`."""
    fields = {key: value for key, value in entry.fields.items() if not _empty(value)}
    own = {slug: name for slug, name in _spelt(fields) if slug != name}

    def find(slug: str) -> tuple[str, str] | None:
        found = resolve(slug)
        return found or ((own[slug], "") if slug in own else None)

    shown = {key: fields[key] for key in _ordered(fields)}
    name, original = names(entry)
    return Dossier(
        name=name,
        original=original,
        initials=initials(original or name),
        role=role(entry),
        facts=tuple(_fact(key, value, words) for key, value in shown.items() if _is_fact(key, value)),
        groups=tuple(
            group
            for key, value in shown.items()
            if not _is_fact(key, value)
            if (group := _group(key, value, words, find)) is not None
        ),
        sources=tuple(_texts(fields.get("data_sources"))),
    )


def names(entry: Entry) -> tuple[str, str]:
    """A profile's name and, where it has one in other letters, its original name."""
    own = f"name_{primary(entry.language)}"
    keys = (own, "name_zh", "name_ko", "name_local")
    local = next((_text(entry.fields[key]) for key in keys if _stands(entry, key)), "")
    foreign = _text(entry.fields.get("name_full_en") or entry.fields.get("name_en"))
    name = local or entry.title
    if not foreign or foreign == name:
        return name, ""
    # A title that holds both names gives them apart.
    short = name.replace(foreign, "").strip(" ()（）·／/|-–—")
    return short or name, foreign if short else ""


def _stands(entry: Entry, key: str) -> bool:
    name = _text(entry.fields.get(key))
    return key != "name_en" and bool(name) and name in entry.title


def initials(name: str) -> str:
    """Two letters for the place of a photo: of the first and the last word, or the first character."""
    parts = [part for part in re.split(r"[\s・·.]+", name) if part and part[0].isalnum()]
    if not parts:
        return name[:1]
    latin = parts[0][0].upper() != parts[0][0].lower()
    return (parts[0][0] + (parts[-1][0] if len(parts) > 1 else "")).upper() if latin else parts[0][0]


def role(entry: Entry) -> str:
    """Who it is, in a line: the short description, else position and organization."""
    short = _text(entry.fields.get("description_short")) or entry.description
    if short:
        return short
    keys = (("current_position", "position", "role"), ("current_organization", "organization"))
    found = (next((_text(entry.fields[key]) for key in each if entry.fields.get(key)), "") for each in keys)
    return " · ".join(part for part in found if part)


def label(key: str, words: Phrases) -> str:
    """A field's name for readers; one that the catalogue does not know is read as words."""
    if "." in key.strip("."):  # a key inside a table: `social.github`
        return " · ".join(label(part, words) for part in key.split(".") if part)
    known = words(key, "field")
    return known if known != key else key.replace("_", " ").strip().capitalize() or key


def _ordered(fields: Mapping[str, Any]) -> Iterator[str]:
    known = [key for key in (*FACTS, *SECTIONS) if key in fields]
    yield from known
    yield from (key for key in fields if key not in known and key not in HIDDEN and not key.endswith("_slug"))


def _spelt(value: Any) -> Iterator[tuple[str, str]]:
    """Every name in a profile, by the slug that it would have: `openai` is written OpenAI here."""
    if isinstance(value, str) and len(value) <= _LONG:
        yield re.sub(r"[\s_.]+", "-", value.strip()).casefold(), value.strip()
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _spelt(each)


def _is_fact(key: str, value: Any) -> bool:
    if isinstance(value, list):
        return all(not isinstance(each, dict | list) for each in value)
    if isinstance(value, str):
        return key not in _PROSE and len(value) <= _LONG and "\n" not in value.strip()
    return not isinstance(value, dict)


def _fact(key: str, value: Any, words: Phrases) -> Fact:
    return Fact(label=label(key, words), values=tuple(_words(text) for text in _texts(value, words)))


def _group(key: str, value: Any, words: Phrases, resolve: Resolve) -> Group | None:
    named = label(key, words)
    if isinstance(value, str):
        paragraphs = tuple(part.strip() for part in re.split(r"\n\s*\n", value) if part.strip())
        return Group(key=key, label=named, paragraphs=paragraphs)
    if isinstance(value, dict):
        links = tuple(_named_links(value, words))
        rest = {k: v for k, v in value.items() if not _empty(v) and not _is_address(v)}
        about = (_row(rest, words, resolve),) if rest else ()
        return Group(key=key, label=named, links=links, rows=about)
    rows = tuple(_row(each, words, resolve) for each in value if not _empty(each))
    return Group(key=key, label=named, rows=rows)


def _named_links(value: Mapping[str, Any], words: Phrases) -> Iterator[Words]:
    for key, each in value.items():
        if _is_address(each):
            yield Words(text=label(key, words), url=str(each))


def _row(value: Any, words: Phrases, resolve: Resolve) -> Row:
    if not isinstance(value, dict):
        return Row(head=_words(_text(value)))
    fields = {key: each for key, each in value.items() if not _empty(each)}
    head_key = next((key for key in _HEADS if key in fields), "")
    slug = next((str(fields[key]) for key in _SLUGS if key in fields), "")
    head = _head(fields, head_key, slug, resolve)
    original = _text(fields.get(f"{head_key}_en"))
    used = {head_key, f"{head_key}_en", *_WHENS, *_LINKS, *_SLUGS, *_TEXTS, *_SHORTS}
    return Row(
        head=head,
        original=original if original != head.text else "",
        when=" · ".join(_text(fields[key]) for key in _WHENS if key in fields),
        shorts=tuple(_text(fields[key], words) for key in _SHORTS if key in fields and key != head_key),
        texts=tuple(_text(fields[key], words) for key in _TEXTS if key in fields),
        facts=tuple(_fact(key, fields[key], words) for key in fields if key not in used),
        quote=head_key == "quote",
    )


def _head(fields: Mapping[str, Any], key: str, slug: str, resolve: Resolve) -> Words:
    url = next((str(fields[each]) for each in _LINKS if _is_address(fields.get(each))), "")
    profile = resolve(slug) if slug else None
    text = _text(fields.get(key)) or (profile[0] if profile else slug.replace("-", " ").title())
    return Words(text=text, url=url or (profile[1] if profile else ""))


def _words(text: str) -> Words:
    return (
        Words(text=re.sub(r"^https?://(www\.)?|/$", "", text), url=text)
        if _is_address(text)
        else Words(text=text)
    )


def _is_address(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(("http://", "https://")) and safe_url(value)


def _empty(value: Any) -> bool:
    if isinstance(value, dict):
        return all(_empty(each) for each in value.values())
    if isinstance(value, list | tuple):
        return all(_empty(each) for each in value)
    return value is None or (isinstance(value, str) and not value.strip())


def _texts(value: Any, words: Phrases | None = None) -> Iterator[str]:
    for each in value if isinstance(value, list | tuple) else (value,):
        if not _empty(each):
            yield _text(each, words)


def _text(value: Any, words: Phrases | None = None) -> str:
    """A value in reader's words."""
    if _empty(value):
        return ""
    if isinstance(value, bool):
        return words("yes" if value else "no", "value") if words else str(value).lower()
    separator = words(", ", "list") if words else ", "
    if isinstance(value, dict):
        return separator.join(_text(each, words) for each in value.values() if not _empty(each))
    if isinstance(value, list | tuple):
        return separator.join(_texts(value, words))
    return str(value).strip()
