"""The verb `why`: the whole story of an entry, from its first sight to what the next issue does with it."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Final

from digest import archive
from digest.compose.renaming import follow
from digest.errors import UsageError
from digest.model import Collection, Decision, Entry, Issue, Item, NoticeKind, Problem, Reason
from digest.press.differing import change_line, places
from digest.press.outlook import Outlook, outlook
from digest.press.places import Site
from digest.press.reading import read
from digest.render.address import issue_url
from digest.store import Store
from digest.store.sightings import Sightings

_NEAR: Final = 3  # suggestions


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """What a sealed issue did with an entry.

    `role` is new, updated, in one line, passed over or renamed; `section` is where it stood, `key` what it
    was called then, `changes` are in an editor's words, `url` is the issue's page. `since` are corrections
    and the withdrawal of the issue, as far as they are about the entry.
    """

    issue: str
    label: str
    date: datetime
    role: str
    key: str
    section: str = ""
    rule: str = ""
    note: str = ""
    changes: tuple[str, ...] = ()
    url: str = ""
    since: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InEdition:
    """An entry in one edition: what its next issue does with it, where it would stand, and what was before.

    `decision` is None for an entry that is gone from the sources.
    """

    edition: str
    title: str
    number: int
    decision: Decision | None
    section: str = ""
    changes: tuple[str, ...] = ()
    appearances: tuple[Appearance, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The story of an entry: as it is now, or, with `is_gone`, as the last issue that had it has it.

    `entry` is None where no more than its key is known. `names` are the keys that it had, the first first;
    `first_seen` is when `collect` or an issue first met it, None where neither is known.
    """

    key: str
    entry: Entry | None
    is_gone: bool
    first_seen: datetime | None
    names: tuple[str, ...]
    editions: tuple[InEdition, ...]
    problems: tuple[Problem, ...]


def why(site: Site, name: str, *, now: datetime, edition: str | None = None) -> Story:
    """Tell the story of the entry of a key, path, slug or title, in one edition or in all; writes nothing.

    Raises:
        UsageError: no entry is called so, or several are; there is no such edition.
        TemplateError, SealError, StoreError: as `build`.
    """
    tables = [site.edition(edition)] if edition else list(site.config.editions)
    collection = read(site, now)
    issues = [each.issue for each in archive.sealed(site.archive)]
    key, chain = _meant(site, name, collection, issues)
    entries = {entry.key: entry for entry in collection.entries}
    found = entries.get(key)
    editions = tuple(_in_edition(site, outlook(site, each, collection, now), key, chain) for each in tables)
    entry = found or _last_version(issues, chain)
    return Story(
        key=key,
        entry=entry,
        is_gone=found is None,
        first_seen=_first_seen(site, chain),
        names=chain,
        editions=editions,
        problems=tuple(
            each for each in collection.problems if found and each.position.path == found.position.path
        ),
    )


def _in_edition(site: Site, ahead: Outlook, key: str, chain: Sequence[str]) -> InEdition:
    section, item = _place(ahead.issue, {key}) if ahead.issue else ("", None)
    return InEdition(
        edition=ahead.edition.name,
        title=ahead.edition.title,
        number=ahead.number,
        decision=ahead.decisions.get(key),
        section=section,
        changes=tuple(map(change_line, item.changes)) if item else (),
        appearances=tuple(
            found for each in ahead.sealed for found in _appearances(site, each.issue, frozenset(chain))
        ),
    )


def _place(issue: Issue, keys: Iterable[str]) -> tuple[str, Item | None]:
    """The part of an issue in which one of these stands, and the item; empty where none does."""
    wanted = frozenset(keys)
    for section, items in places(issue):
        for item in items:
            if item.entry.key in wanted:
                return section, item
    return "", None


def _appearances(site: Site, issue: Issue, chain: frozenset[str]) -> Iterator[Appearance]:
    """What an issue did with the entry of these names: published, passed over, or found it renamed."""

    def made(role: str, key: str, **more: object) -> Appearance:
        url = issue_url(issue.edition, issue.number, site.config)
        return Appearance(
            issue=issue.id, label=issue.label, date=issue.date, role=role, key=key, url=url, **more  # type: ignore[arg-type]  # its own fields
        )  # fmt: skip

    for each in issue.renamed:
        if each.key in chain:
            yield made("renamed", each.key)
    section, item = _place(issue, chain)
    if item:
        role = "in one line" if item in issue.bulk else item.reason.value
        changes = tuple(map(change_line, item.changes)) if item.reason is Reason.UPDATED else ()
        yield made(
            role,
            item.entry.key,
            section=section,
            rule=item.rule,
            note=item.note,
            changes=changes,
            since=tuple(_said_since(site, issue, chain)),
        )
        return
    renamed = {each.key for each in issue.renamed}
    for passed in issue.passed:
        if passed.key in chain and passed.key not in renamed:
            yield made("passed over", passed.key, rule=passed.rule)


def _said_since(site: Site, issue: Issue, chain: frozenset[str]) -> Iterator[str]:
    """What was said of an issue after its seal, in a line each."""
    for each in archive.notices(site.archive, issue.edition, issue.number):
        if each.entry and each.entry not in chain:
            continue
        what = {
            NoticeKind.CORRECTION: "corrected",
            NoticeKind.RETRACTION: "withdrawn, and free again" if each.released else "withdrawn",
        }[each.kind]
        yield f"{each.date:%Y-%m-%d} {what}: {' '.join(each.text.split())}"


def _last_version(issues: Sequence[Issue], chain: Sequence[str]) -> Entry | None:
    """The entry as the newest issue that had it, in whatever edition, keeps it."""
    for issue in sorted(issues, key=lambda each: each.date, reverse=True):
        _, item = _place(issue, chain)
        if item:
            return item.entry
        for entry in issue.baselines:
            if entry.key in chain:
                return entry
    return None


def _first_seen(site: Site, chain: Sequence[str]) -> datetime | None:
    store = Store.peek(site.database, site.root)
    if store is None:
        return None
    with store:
        sightings = Sightings(store)
        seen = sightings.some(chain).values() if sightings.are_kept() else ()
        return min((each.first_seen for each in seen), default=None)


# --- which entry is meant --------------------------------------------------------------------------------


def _meant(
    site: Site, name: str, collection: Collection, issues: Sequence[Issue]
) -> tuple[str, tuple[str, ...]]:
    """The key that an entry has now, and every key that it had, the first first."""
    was = {each.key: each.was for issue in sorted(issues, key=lambda one: one.date) for each in issue.renamed}
    was |= _unsealed(site, collection, issues)
    here = {entry.key: entry for entry in collection.entries}
    renamed = set(was.values())
    gone = {key: entry for key, entry in _published(issues).items() if key not in {*here, *renamed}}
    known: dict[str, Entry | None] = {**dict.fromkeys(renamed), **gone, **here}
    key = _named(_as_in_site(site, name), known, collection.problems)
    now = {before: after for after, before in was.items() if before not in here}
    seen = {key}
    while key in now and now[key] not in seen:
        key = now[key]
        seen.add(key)
    chain = [key]
    while (before := was.get(chain[0])) and before not in chain:
        chain.insert(0, before)
    return key, tuple(chain)


def _unsealed(site: Site, collection: Collection, issues: Sequence[Issue]) -> Mapping[str, str]:
    """The names that files got since the last issue."""
    from digest.compose import remember

    found: dict[str, str] = {}
    for edition in site.config.editions:
        before = remember(issue for issue in issues if issue.edition == edition.name)
        found |= follow(before, collection.entries)[1]
    return found


def _published(issues: Sequence[Issue]) -> dict[str, Entry]:
    """Every entry that an issue has in full, by key, the newest version of each."""
    found: dict[str, Entry] = {}
    for issue in sorted(issues, key=lambda each: each.date):
        found |= {entry.key: entry for entry in issue.baselines}
        found |= {item.entry.key: item.entry for item in (*issue.everything, *issue.bulk)}
    return found


def _as_in_site(site: Site, name: str) -> str:
    """A path as keys have it: from the site's folder, whether it was written from there or from outside."""
    path = Path(name)
    for each in (path, Path.cwd() / path):
        if each.is_absolute() and each.exists():
            try:
                return each.resolve().relative_to(site.root.resolve()).as_posix()
            except ValueError:
                continue
    return PurePosixPath(name).as_posix() if name.startswith("./") else name


def _named(name: str, known: Mapping[str, Entry | None], problems: Sequence[Problem]) -> str:
    """The key of the one entry of a key, path, slug or title. Raises UsageError."""
    if name in known:
        return name
    for found in (_by_path(name, known), _by_slug(name, known), _by_title(name, known)):
        if len(found) == 1:
            return found[0]
        if found:
            shown = [f"{key} ({_title(known[key])})" for key in found[:_NEAR]]
            more = f" and {len(found) - _NEAR} more" if len(found) > _NEAR else ""
            raise UsageError(
                f"{len(found)} entries are called {name!r}",
                hint=f"name one by its key: {', '.join(shown)}{more}",
            )
    raise UsageError(f"no entry is called {name!r}", hint=_advice(name, known, problems))


def _by_path(name: str, known: Mapping[str, Entry | None]) -> list[str]:
    """By the path of the file, or the end of it: `tea.md` is `articles/tea.md`."""
    paths = {key: entry.position.path for key, entry in known.items() if entry}
    exact = [key for key, path in paths.items() if path == name]
    return exact or [key for key, path in paths.items() if path.endswith(f"/{name}")]


def _by_slug(name: str, known: Mapping[str, Entry | None]) -> list[str]:
    return [key for key, entry in known.items() if entry and entry.slug == name]


def _by_title(name: str, known: Mapping[str, Entry | None]) -> list[str]:
    """By the title, in whatever case; else by a part of it."""
    wanted = _plain(name)
    titles = {key: _plain(entry.title) for key, entry in known.items() if entry}
    exact = [key for key, title in titles.items() if title == wanted]
    return exact or [key for key, title in titles.items() if wanted and wanted in title]


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _title(entry: Entry | None) -> str:
    return " ".join(entry.title.split()) if entry else "no more than its name is known"


def _advice(name: str, known: Mapping[str, Entry | None], problems: Sequence[Problem]) -> str:
    """What may have been meant: a file that cannot be read, else the nearest names."""
    for each in problems:
        if each.position.path == name or each.position.path.endswith(f"/{name}"):
            return f"{each.position} {each.sentence}"
    names: dict[str, str] = {}
    for key, entry in known.items():
        for called in (key, entry.slug, entry.title) if entry else (key,):
            names.setdefault(_plain(called), called)
    near = difflib.get_close_matches(_plain(name), names, _NEAR, 0.5)
    if near:
        return f"did you mean {' or '.join(names[each] for each in near)}?"
    return "name it by its key, path, slug or title; `digest collect -v` lists the entries"
