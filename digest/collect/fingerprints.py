"""What an entry is known by: a hash of what a reader could notice of it, and hashes of its words."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

from digest.model import Entry
from digest.text.keys import folded
from digest.text.markup import bare_words, without_shortcodes

_VOLATILE: Final = frozenset((
    "lastupdated", "lastmod", "lastmodified", "updated", "updatedat", "modified", "modifiedat",
    "updatenotes", "date", "published", "publishdate", "pubdate", "created", "createdat", "expirydate",
    "datasources", "weight", "order", "photocredit", "photosource", "photo", "photoalt", "image",
    "imagealt", "cover", "thumbnail", "tags", "categories", "keywords", "taxonomies", "draft", "status",
    "lead", "featured", "id", "uid", "slug", "url", "permalink", "aliases", "layout", "type", "kind",
    "template", "toc", "comments", "digest", "title", "description", "descriptionshort",
    "importancelevel", "importancereason",
))  # fmt: skip
"""Keys (lower case, without `_` and `-`) whose change is not news, or which count by themselves."""

_ENOUGH: Final = 200


def essence(entry: Entry) -> tuple[str, str]:
    """Fingerprint and mark of an entry.

    They cost as much as all the rest of understanding it, and only issues ask for them: not the collecting.
    """
    words = bare_words(without_shortcodes(entry.body))
    return fingerprint(entry.title, entry.description, words, entry.fields), mark(words)


def with_essence(entry: Entry, found: tuple[str, str] | None = None) -> Entry:
    """The very entry with its fingerprint and mark, where it has none: nobody else may have seen it yet."""
    for name, value in zip(("fingerprint", "mark"), found or essence(entry), strict=True):
        object.__setattr__(entry, name, value)  # a copy costs ten times more
    return entry


def body_mark(body: str) -> str:
    """A hash of a body without its blanks, by which a moved file is known; empty for under 200 characters."""
    written = body.encode()
    bare = written.translate(None, b" \t\n")
    enough = len(body) - (len(written) - len(bare)) >= _ENOUGH
    return hashlib.blake2b(bare, digest_size=16).hexdigest() if enough else ""


def fingerprint(title: str, description: str, words: str, fields: Mapping[str, Any]) -> str:
    """Sha256 in hexadecimal of title, description, words and lasting fields.

    `words` are those of the body without blanks (`bare_words`). Spaces, line breaks, Markdown's marks,
    Unicode composition, empty values and the order of lists and keys do not count.
    """
    lasting = {key: value for key, value in fields.items() if folded(key) not in _VOLATILE}
    seen = {
        "title": _words(title),
        "description": _words(description),
        "body": words,
        "fields": _lasting(lasting),
    }
    return hashlib.sha256(_canonical(seen).encode()).hexdigest()


def mark(words: str) -> str:
    """Sha256 of a body's words, by which a renamed file is known; empty for under 200 characters."""
    return hashlib.sha256(words.encode()).hexdigest() if len(words) >= _ENOUGH else ""


def _lasting(value: Any) -> Any:
    """A value without its empty parts, its texts as words; None for nothing."""
    if isinstance(value, str):
        return _words(value) or None
    if isinstance(value, dict):
        kept = {key: found for key, each in value.items() if (found := _lasting(each)) is not None}
        return kept or None
    if isinstance(value, list):
        found_all = [found for each in value if (found := _lasting(each)) is not None]
        return (sorted(found_all, key=_canonical) if len(found_all) > 1 else found_all) or None
    return value


_canonical: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def _words(text: str) -> str:
    return "".join((text if text.isascii() else unicodedata.normalize("NFC", text)).split())
