"""A profile's front matter, read as facts and sections: known fields in order, others by their shape."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from digest.model import Entry, Roles
from digest.render import profile_keys as keys
from digest.text.links import safe_url
from digest.text.phrases import Phrases
from digest.text.roles import GUESSES, key_of, roles, slug_of
from digest.text.scripts import primary

Resolve = Callable[[str], tuple[str, str] | None]
"""Name and address of the profile with this slug, where we have one."""

_LONG: Final = 120
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


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
    """A profile for reading: `role` says who it is in a line, `work` position and organization beside it."""

    name: str
    original: str
    initials: str
    role: str
    work: str
    facts: tuple[Fact, ...]
    groups: tuple[Group, ...]
    sources: tuple[str, ...]


def dossier(
    entry: Entry,
    words: Phrases,
    resolve: Resolve,
    used: Collection[str] = (),
    related: Collection[str] = (),
) -> Dossier:
    """Everything that a profile's front matter tells, in the interface language of `words`.

    `used` are keys whose values stand at its head, `related` those of related profiles, under whatever name
    the site has for them.
    """
    heads = {*used, *_head_keys(entry)}
    fields = {key: value for key, value in entry.fields.items() if key not in heads and not _empty(value)}
    own = {slug: name for slug, name in _spelt(fields) if slug != name}

    def find(slug: str) -> tuple[str, str] | None:
        found = resolve(slug)
        return found or ((own[slug], "") if slug in own else None)

    shown = {key: fields[key] for key in _ordered(fields)}
    name, original = names(entry)
    who, done = role(entry), _work(entry) if entry.kind != "company" else ""
    return Dossier(
        name=name,
        original=original,
        initials=initials(original or name),
        role=who,
        work=done if done != who else "",
        facts=tuple(
            _led(_fact(key, value, words), find) if _is_related(key, related) else _fact(key, value, words)
            for key, value in shown.items()
            if _is_fact(key, value)
        ),
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
    locals_ = (own, "name_zh", "name_ko", "name_local")
    local = next((_text(entry.fields[key]) for key in locals_ if _stands(entry, key)), "")
    name = local or entry.title
    told = (_roles(entry).native_name, *(_text(entry.fields.get(key)) for key in ("name_full_en", "name_en")))
    foreign = next((each for each in told if each and each != name), "")
    if not foreign:
        return name, ""
    # A title that holds both names gives them apart.
    short = name.replace(foreign, "").strip(" ()（）·／/|-–—")
    return short or name, foreign if short else ""


def _head_keys(entry: Entry) -> Iterator[str]:
    """Keys whose values stand at the head of the page; a company's industry and owner are facts."""
    who = ("name", "native_name", "photo")
    for told in who if entry.kind == "company" else (*who, "role", "organization"):
        key = key_of(entry.fields, told)
        if not isinstance(entry.fields.get(key), list | dict):
            yield key


def _roles(entry: Entry) -> Roles:
    """What collecting read of it; of a profile that was sealed before it did, what its fields say."""
    return entry.roles if entry.roles != Roles() else roles(entry.fields)


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
    return _text(entry.fields.get("description_short")) or entry.description or _work(entry)


def _work(entry: Entry) -> str:
    """Position and organization."""
    known = _roles(entry)
    return " · ".join(dict.fromkeys(filter(None, (known.role, known.organization))))


def label(key: str, words: Phrases) -> str:
    """A field's name for readers; one that the catalogue does not know is read as words."""
    if "." in key.strip("."):  # a key inside a table: `social.github`
        return " · ".join(label(part, words) for part in key.split(".") if part)
    spelt = _CAMEL.sub("_", key).replace("-", "_").lower() if key.isascii() else key
    known = words(spelt, "field")
    return known if known != spelt else spelt.replace("_", " ").strip().capitalize() or key


def _ordered(fields: Mapping[str, Any]) -> Iterator[str]:
    known = [key for key in (*keys.FACTS, *keys.SECTIONS) if key in fields]
    yield from known
    yield from (key for key in fields if key not in known and not _is_hidden(key))


def _is_hidden(key: str) -> bool:
    return key in keys.HIDDEN or key.casefold() in keys.HIDDEN or key.endswith("_slug")


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
        return key not in keys.PROSE and len(value) <= _LONG and "\n" not in value.strip()
    return not isinstance(value, dict)


def _fact(key: str, value: Any, words: Phrases) -> Fact:
    return Fact(label=label(key, words), values=tuple(_words(text) for text in _texts(value, words)))


def _is_related(key: str, related: Collection[str]) -> bool:
    return key in related or key in GUESSES["related"]


def _led(fact: Fact, resolve: Resolve) -> Fact:
    """A fact that names profiles, with the names and addresses of those that we have."""
    found = ((each, resolve(slug_of(each.text))) for each in fact.values)
    values = tuple(Words(text=known[0], url=known[1]) if known else each for each, known in found)
    return Fact(label=fact.label, values=values)


def _group(key: str, value: Any, words: Phrases, resolve: Resolve) -> Group | None:
    named = label(key, words)
    if isinstance(value, str):
        paragraphs = tuple(part.strip() for part in re.split(r"\n\s*\n", value) if part.strip())
        return Group(key=key, label=named, paragraphs=paragraphs)
    if isinstance(value, dict):
        links = tuple(_named_links(value, words))
        lists = [each for each in value.values() if _is_table_list(each)]
        rest = {k: v for k, v in value.items() if not (_empty(v) or _is_address(v) or _is_table_list(v))}
        about = (_row(rest, words, resolve),) if rest else ()
        inside = (_row(item, words, resolve) for each in lists for item in each if not _empty(item))
        return Group(key=key, label=named, links=links, rows=(*about, *inside))
    links = tuple(link for each in value if (link := _icon_link(each, words)))
    others = (each for each in value if not _empty(each) and not _icon_link(each, words))
    rows = tuple(row for each in others if _says(row := _row(each, words, resolve)))
    return Group(key=key, label=named, links=links, rows=rows) if rows or links else None


def _is_table_list(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(each, dict) for each in value)


def _icon_link(value: Any, words: Phrases) -> Words | None:
    """A link of which only a theme's icon says what it is: `icon: github`, `link: https://…`."""
    if not isinstance(value, dict) or "icon" not in value or set(value) & {*keys.HEADS, *keys.TEXTS}:
        return None
    url = next((str(value[key]) for key in keys.LINKS if _is_address(value.get(key))), "")
    named = _text(value.get("label")) or label(re.sub(r"^.*/", "", _text(value["icon"])), words)
    return Words(text=named, url=url) if url else None


def _named_links(value: Mapping[str, Any], words: Phrases) -> Iterator[Words]:
    for key, each in value.items():
        if _is_address(each):
            yield Words(text=label(key, words), url=str(each))


def _row(value: Any, words: Phrases, resolve: Resolve) -> Row:
    if not isinstance(value, dict):
        return Row(head=_words(_text(value)))
    fields = {key: each for key, each in value.items() if not _empty(each)}
    head_key = next((key for key in keys.HEADS if key in fields), "")
    slug = next((str(fields[key]) for key in keys.SLUGS if key in fields), "")
    head = _head(fields, head_key, slug, resolve)
    original = _text(fields.get(f"{head_key}_en"))
    used = {
        head_key,
        f"{head_key}_en",
        *keys.WHENS,
        *keys.LINKS,
        *keys.SLUGS,
        *keys.TEXTS,
        *keys.SHORTS,
        *keys.UNSAID,
        *keys.SPANS[0],
        *keys.SPANS[1],
    }
    return Row(
        head=head,
        original=original if original != head.text else "",
        when=_when(fields),
        shorts=tuple(_text(fields[key], words) for key in keys.SHORTS if key in fields and key != head_key),
        texts=tuple(_text(fields[key], words) for key in keys.TEXTS if key in fields),
        facts=tuple(_fact(key, fields[key], words) for key in fields if key not in used),
        quote=head_key == "quote",
    )


def _says(row: Row) -> bool:
    return bool(row.head.text or row.shorts or row.texts or row.facts)


def _when(fields: Mapping[str, Any]) -> str:
    """When it was; what began and has no end goes on."""
    told = [_text(fields[key]) for key in keys.WHENS if key in fields]
    start, end = (next((_text(fields[key]) for key in span if key in fields), "") for span in keys.SPANS)
    return " · ".join([*told, f"{start}–{end}"] if start or end else told)


def _head(fields: Mapping[str, Any], key: str, slug: str, resolve: Resolve) -> Words:
    url = next((str(fields[each]) for each in keys.LINKS if _is_address(fields.get(each))), "")
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
