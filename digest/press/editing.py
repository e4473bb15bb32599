"""Editing an issue's overrides: the file begun with suggestions, changed key by key, its comments kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import tomlkit

from digest.compose import MORE, PROFILES, Arrangement, differences, read_overrides
from digest.errors import NothingNewError, ProblemError, UsageError
from digest.model import Issue, Item, Problem
from digest.press.building import build
from digest.press.overriding import edited, overrides_path, shown_path, written
from digest.press.places import Site
from digest.press.reading import read
from digest.press.replacing import replaced

RULES: Final = "override-"
"""How the names of the rules about overrides begin."""


class OverridesError(ProblemError):
    """An `issues/EDITION/NUMBER.toml` cannot be written as it is."""


def begin(site: Site, edition: str, number: int, *, now: datetime) -> tuple[Path, bool]:
    """The file of an issue, begun with the composer's choice as comments; and whether it is new.

    Raises:
        UsageError: the issue is sealed.
        DigestError: the disk refuses; and as `build`.
    """
    if (site.archive / edition / str(number)).is_dir():
        raise UsageError(
            f"issue {edition}/{number} is sealed, and nothing in it changes any more",
            subject=f"{edition}/{number}",
            hint=f"`digest correct {edition}/{number}` puts a dated correction beside it",
        )
    path = overrides_path(site, edition, number)
    if path.exists():
        return path, False
    try:
        issue = build(site, edition=edition, number=number, now=now).issue
    except NothingNewError:
        replaced(path, _head(f"{edition}/{number}").encode())
    else:
        replaced(path, suggestions(issue).encode())
    return path, True


def findings(site: Site, edition: str, number: int, *, now: datetime) -> tuple[Problem, ...]:
    """What is wrong with the overrides of an issue as it would be now. Raises: as `build`."""
    table, collection = site.edition(edition), read(site, now)
    try:
        draft = build(site, edition=edition, number=number, now=now, collection=collection)
    except NothingNewError:
        return edited(site, table, number, collection.entries).problems
    return tuple(each for each in draft.problems if each.rule.startswith(RULES))


def _head(issue: str) -> str:
    return (
        f"# Issue {issue}: what you write here wins over the composer, whose choice stands without it.\n"
        "# Take away a # to use a line. An entry is named by its key, its path or its slug.\n"
        "# Once the issue is sealed, this file does nothing any more.\n"
    )


def suggestions(issue: Issue) -> str:
    """A file that changes nothing: the issue as the composer made it, each line a comment to take up."""
    lines = [
        _head(issue.id),
        *_settings(issue),
        *_skips(issue),
        "# Sections by tag, in the order in which they stand; what is not named follows.",
        _commented("order", [section.key or MORE for section in issue.sections]),
        "",
    ]
    for section in issue.sections:
        lines += [
            _title(f"[sections.{_quoted(section.key or MORE)}]"),
            _commented("title", section.title),
            '# titles = { ko = "…", en = "…" }',
            *_entries(section.items),
            "",
        ]
    if issue.profiles:
        lines += [_title(f"[sections.{PROFILES}]"), *_entries(issue.profiles), ""]
    return "\n".join(lines)


def _settings(issue: Issue) -> list[str]:
    lead = [_commented("lead", issue.lead.entry.key) + _told(issue.lead)] if issue.lead else []
    first = next(iter(issue.everything))
    return [
        _commented("subject", issue.subject),
        _commented("preheader", issue.preheader),
        '# note = """',
        "# The editor's note at the head of the issue, in Markdown; it takes the place of the edition's.",
        '# """',
        "",
        *lead,
        "# Entries that stay in the mail, however many there are:",
        _commented("pins", [first.entry.key]),
        "",
    ]


def _skips(issue: Issue) -> list[str]:
    key = _quoted(issue.everything[-1].entry.key)
    return [
        "# Entries that stay out: for good, or so that they come back in the next issue:",
        f'# skips = [{key}, {{ entry = {key}, until = "next" }}]',
        "",
    ]


def _entries(items: Sequence[Item]) -> list[str]:
    """A list of entries, a line each with its title; one from another section moves here."""
    rows = [f"#   {_quoted(item.entry.key)},{_told(item)}" for item in items]
    return ["# entries = [", *rows, "# ]"]


def _told(item: Item) -> str:
    title = " ".join(item.entry.title.split())
    return f"  # {title}" if title and title.isprintable() else ""


def _commented(key: str, value: Any) -> str:
    return f"# {tomlkit.dumps({key: value}).strip()}"


def _title(heading: str) -> str:
    return f"# {heading}"


def _quoted(text: str) -> str:
    return tomlkit.item(text).as_string()


def change(site: Site, edition: str, number: int, values: Mapping[str, Any]) -> Path:
    """Write changes into the file of an issue, and keep its comments and all else; return its path.

    `values` has keys of the file with what they are to be, and None for what is the composer's choice again:
    of `sections` a table by section, of which the same holds. A file in which nothing is left but comments
    stays; one that never had a word is not made.

    Raises:
        OverridesError: the file is not TOML, or would say what cannot be understood.
        DigestError: the disk refuses.
    """
    path, shown = overrides_path(site, edition, number), shown_path(site, edition, number)
    before, unread = written(site, edition, number)
    _, found = read_overrides(before, shown)
    broken = [each for each in (*unread, *found) if each.rule == "override-syntax"]
    if broken:
        raise OverridesError(*broken)
    document = tomlkit.parse(before)
    _merge(document, values)
    after = tomlkit.dumps(document)
    _, wrong = read_overrides(after, shown)
    fresh = [each for each in wrong if each.sentence not in {one.sentence for one in found}]
    if fresh:
        raise OverridesError(*fresh)
    if after != before:
        replaced(path, after.encode())
    return path


def rearrange(site: Site, composed: Issue, wanted: Arrangement) -> Path:
    """Write an arrangement of an issue as what differs from the composer's, and nothing else.

    `composed` is the issue without what its file says of lead, order, sections.

    Raises: as `change`.
    """
    return change(site, composed.edition, composed.number, differences(composed, wanted))


def _merge(table: Any, values: Mapping[str, Any]) -> None:
    for key, value in values.items():
        if value is None or value in ([], {}):
            table.pop(key, None)
        elif isinstance(value, Mapping):
            if not isinstance(table.get(key), Mapping):
                table[key] = tomlkit.table(is_super_table=key == "sections")
            _merge(table[key], value)
            if not table[key]:
                table.pop(key)
        elif table.get(key) != value:
            table[key] = _item(value)


def _item(value: Any) -> Any:
    """A value as TOML: lists of several a line each, texts of several lines as such."""
    if isinstance(value, list | tuple):
        array = tomlkit.array()
        for each in value:
            array.append(_inline(each) if isinstance(each, Mapping) else each)
        return array.multiline(len(value) > 2)
    if isinstance(value, str) and "\n" in value:
        return tomlkit.string(value, multiline=True)
    return tomlkit.item(value)


def _inline(value: Mapping[str, Any]) -> Any:
    made = tomlkit.inline_table()
    made.update(value)
    return made
