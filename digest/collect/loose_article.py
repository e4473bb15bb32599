"""Understood loose text written as an article: YAML front matter, keys in a fixed order, and Markdown."""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from typing import Any

from digest.collect.loose_findings import Finding, Loose
from digest.collect.naming import slugify
from digest.collect.values import one_line, unique
from digest.errors import UsageError


def article(
    loose: Loose,
    *,
    title: str = "",
    date: datetime.date | None = None,
    kind: str = "",
    language: str = "",
    tags: Sequence[str] = (),
) -> str:
    """The article's file. What is given replaces what was found; `tags` come after those found.

    Raises:
        UsageError: something is given for a text that has front matter already.
    """
    if loose.finished:
        if title or date or kind or language or tags:
            raise UsageError(
                f"{loose.name} has front matter already, so nothing can be added to it",
                subject=loose.name,
                hint="import it as it is, then edit the file",
            )
        return loose.body.rstrip("\n") + "\n"
    found = loose.tags.value if loose.tags else ()
    published = date or (None if loose.date_is_update else _value(loose.date))
    values: list[tuple[str, Any]] = [
        ("title", title or loose.title.value),
        ("date", published),
        ("updated", _value(loose.date) if loose.date_is_update else None),
        ("kind", kind or loose.kind.value),
        ("language", language or loose.language.value),
        ("description", _value(loose.description)),
        ("author", _value(loose.author)),
        ("speaker", _value(loose.speaker)),
        ("source_name", _value(loose.source)),
        ("source_url", _value(loose.source_url)),
        ("categories", _value(loose.categories)),
        ("tags", unique((*found, *(tag for tag in tags if tag.strip())))),
        ("key_points", _value(loose.key_points)),
    ]
    lines = [line for key, value in values for line in _lines(key, value)]
    return "\n".join(["---", *lines, "---", "", loose.body.strip("\n"), ""])


def file_name(loose: Loose) -> str:
    """The name of the article's file, by its slug or title."""
    return (
        f"{loose.slug or slugify(loose.title.value) or slugify(loose.name.rpartition('.')[0]) or 'entry'}.md"
    )


def _value(finding: Finding[Any] | None) -> Any:
    return finding.value if finding else None


def _lines(key: str, value: Any) -> list[str]:
    """The lines of a key; none for nothing. Lists of sentences go a line each, lists of words in one line."""
    if isinstance(value, datetime.date):
        return [f"{key}: {value.isoformat()}"]
    if isinstance(value, tuple):
        texts = [_quoted(each) for each in value]
        if key == "key_points" and texts:
            return [f"{key}:", *(f"  - {text}" for text in texts)]
        return [f"{key}: [{', '.join(texts)}]"] if texts else []
    return [f"{key}: {_quoted(value)}"] if value else []


def _quoted(text: str) -> str:
    """A text in double quotes: JSON's strings are YAML's (1.2, 5.7)."""
    return json.dumps(one_line(text), ensure_ascii=False)
