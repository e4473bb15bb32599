"""What a reader could notice of an entry, as one hash: it changes when, and only when, that changes."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

from digest.text.markup import plain_text

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


def fingerprint(title: str, description: str, body: str, fields: Mapping[str, Any]) -> str:
    """Sha256 in hexadecimal of title, description, words and lasting fields.

    Spaces, line breaks, Markdown's marks, Unicode composition, empty values and the order of lists and keys
    do not count.
    """
    lasting = {key: value for key, value in fields.items() if _folded(key) not in _VOLATILE}
    seen = {
        "title": _words(title),
        "description": _words(description),
        "body": _words(plain_text(body)),
        "fields": _lasting(lasting),
    }
    return hashlib.sha256(_canonical(seen).encode()).hexdigest()


def mark(body: str) -> str:
    """Sha256 of a body's words, by which a renamed file is known; empty for under 200 characters."""
    words = _words(plain_text(body))
    return hashlib.sha256(words.encode()).hexdigest() if len(words) >= _ENOUGH else ""


def _lasting(value: Any) -> Any:
    """A value without its empty parts, its texts as words; None for nothing."""
    if isinstance(value, dict):
        kept = {key: found for key, each in value.items() if (found := _lasting(each)) is not None}
        return kept or None
    if isinstance(value, list):
        return (
            sorted((found for each in value if (found := _lasting(each)) is not None), key=_canonical) or None
        )
    return _words(str(value)) or None if isinstance(value, str) else value


def _canonical(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _words(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).split())


def _folded(key: str) -> str:
    return key.casefold().replace("_", "").replace("-", "")
