"""The verb `diff`: two issues held against each other, by their entries and by what readers are sent."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from digest import archive
from digest.errors import UsageError
from digest.model import Change, Issue, Item
from digest.press.building import build
from digest.press.places import Site
from digest.press.publishing import sealed_issue
from digest.text.phrases import phrases


class Kind(StrEnum):
    """What became of an entry from one issue to the other."""

    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"  # to another section, or to another place in its own
    CHANGED = "changed"  # it stands where it stood, and says something else


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One of the two issues, with its mail in its own language; `is_draft` where it is not sealed."""

    issue: Issue
    html: str
    text: str
    is_draft: bool = False

    @property
    def name(self) -> str:
        """What it is called: `weekly/3`, or `weekly/4 (draft)`."""
        return f"{self.issue.id} (draft)" if self.is_draft else self.issue.id


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDifference:
    """What became of one entry: where it stood and stands, and which of its fields differ.

    Sections are empty where the entry is not in that issue. `fields` has triples: field, old and new value.
    """

    kind: Kind
    key: str
    title: str
    old_section: str = ""
    new_section: str = ""
    fields: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What differs from one issue to the other: of the issue itself (field, old, new), and its entries."""

    old: Version
    new: Version
    heads: tuple[tuple[str, str, str], ...]
    items: tuple[ItemDifference, ...]

    def text(self) -> str:
        """The unified diff of their text parts; empty where they are the same."""
        return _unified(self, "email.txt", self.old.text.splitlines(), self.new.text.splitlines())

    def html(self) -> str:
        """The unified diff of their HTML mails, a line for each tag that begins something."""
        return _unified(self, "email.html", broken(self.old.html), broken(self.new.html))


def diff(
    site: Site, old: tuple[str, int | None], new: tuple[str, int | None], *, now: datetime
) -> Difference:
    """Hold two issues, by edition and number, against each other; without a number it is the draft at `now`.

    Raises:
        UsageError: both are the same.
        NothingNewError: a draft is wanted, and there is nothing new.
        SealError: an issue is not sealed, or not as it was sealed.
    """
    if old == new:
        raise UsageError("an issue does not differ from itself", hint="name two issues, or only one")
    return compared(*(version(site, *each, now) for each in (old, new)))


def compared(old: Version, new: Version) -> Difference:
    """What differs from one version to the other."""
    return Difference(
        old=old,
        new=new,
        heads=tuple(_heads(old.issue, new.issue)),
        items=tuple(_items(old.issue, new.issue)),
    )


def newest(site: Site, edition: str) -> tuple[str, int | None]:
    """The newest sealed issue of an edition, as `diff` takes it. Raises DigestError where there is none."""
    return edition, sealed_issue(site, edition).issue.number


def version(site: Site, edition: str, number: int | None, now: datetime) -> Version:
    """A sealed issue, or the draft of the next one at `now`; raises as `diff`."""
    if number is None:
        draft = build(site, edition=edition, now=now)
        mails = {each.name: each.text for each in draft.renditions}
        return Version(issue=draft.issue, html=mails["email.html"], text=mails["email.txt"], is_draft=True)
    html, text = (archive.read(site.archive, edition, number, f"email.{kind}") for kind in ("html", "txt"))
    issue = archive.load(site.archive, edition, number).issue
    return Version(issue=issue, html=html.decode(), text=text.decode())


def _heads(old: Issue, new: Issue) -> Iterator[tuple[str, str, str]]:
    """What differs of the issue itself."""
    for field in ("title", "tagline", "subject", "preheader", "note"):
        before, after = getattr(old, field).strip(), getattr(new, field).strip()
        if before != after:
            yield field, before, after
    before, after = (" · ".join(each.title for each in issue.sections) for issue in (old, new))
    if before != after:
        yield "sections", before, after


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placed:
    """An item where it stands."""

    item: Item
    section: str


def places(issue: Issue) -> Iterator[tuple[str, Sequence[Item]]]:
    """The parts of an issue with their items, by the names that an editor reads, in reading order."""
    if issue.lead:
        yield "lead", (issue.lead,)
    yield from ((section.title, section.items) for section in issue.sections)
    yield "profiles", issue.profiles
    yield "from the archive", issue.archive
    yield "on the web", issue.overflow
    yield "in one line", issue.bulk


def _placed(issue: Issue) -> dict[str, _Placed]:
    return {
        item.entry.key: _Placed(item=item, section=section)
        for section, items in places(issue)
        for item in items
    }


def _items(old: Issue, new: Issue) -> Iterator[ItemDifference]:
    """Added, moved and changed entries in the order of the new issue, then those that are gone from it."""
    before, after = _placed(old), _placed(new)
    moved = _moved([key for key in before if key in after], [key for key in after if key in before])
    for key, place in after.items():
        if key not in before:
            yield _difference(Kind.ADDED, place.item, new=place)
            continue
        fields = tuple(_fields(before[key].item, place.item))
        if key in moved or before[key].section != place.section:
            yield _difference(Kind.MOVED, place.item, before[key], place, fields)
        elif fields:
            yield _difference(Kind.CHANGED, place.item, before[key], place, fields)
    for key, place in before.items():
        if key not in after:
            yield _difference(Kind.REMOVED, place.item, old=place)


def _moved(old: Sequence[str], new: Sequence[str]) -> set[str]:
    """The keys that are out of their order, as few as possible: of two that changed places one moved."""
    kept = {
        old[start + i]
        for start, _, size in difflib.SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
        for i in range(size)
    }
    return set(new) - kept


def _difference(
    kind: Kind,
    item: Item,
    old: _Placed | None = None,
    new: _Placed | None = None,
    fields: tuple[tuple[str, str, str], ...] = (),
) -> ItemDifference:
    return ItemDifference(
        kind=kind,
        key=item.entry.key,
        title=item.entry.title,
        old_section=old.section if old else "",
        new_section=new.section if new else "",
        fields=fields,
    )


def _fields(old: Item, new: Item) -> Iterator[tuple[str, str, str]]:
    """What an item says differently, in words; of texts too long for a line only that they differ."""
    for field, before, after in zip(_SAID, _said(old), _said(new), strict=True):
        if before != after:
            yield field, before, after
    if old.entry.body != new.entry.body:
        before, after = (f"{len(each.entry.body):,} characters" for each in (old, new))
        yield "body", before, after


_SAID: Final = (
    "title",
    "description",
    "reason",
    "address",
    "date",
    "tags",
    "authors",
    "note",
    "changes",
    "image",
)


def _said(item: Item) -> tuple[str, ...]:
    entry = item.entry
    return (
        entry.title,
        entry.description,
        item.reason.value,
        item.url,
        f"{entry.date.at:%Y-%m-%d %H:%M}" if entry.date else "",
        ", ".join(entry.tags),
        ", ".join(entry.authors),
        item.note,
        "; ".join(map(change_line, item.changes)),
        entry.image.src if entry.image else "",
    )


def change_line(change: Change) -> str:
    """A change of an entry in a line: `Position: 測量師 → 首席測量師`, `Awards: + 水文獎`."""
    from digest.render.dossier import label

    words = phrases("en")
    field = label(change.field, words) + (f" “{change.heading}”" if change.heading else "")
    old, new = " | ".join(change.old), " | ".join(change.new)
    if old and new:
        return f"{field}: {old} → {new}"
    return f"{field}: + {new}" if new else f"{field}: − {old}"


_BEGINS: Final = re.compile(
    r"(?=<(?:!--|!doctype|/?(?:html|head|body|style|table|tbody|tr|div|ul|ol|blockquote)\b"
    r"|(?:title|meta|td|th|p|h[1-6]|li|a|img|hr|pre)\b))",
    re.IGNORECASE,
)
_RULE: Final = re.compile(r"(?<=})(?=[^\s}])")


def broken(html: str) -> list[str]:
    """HTML in lines that show a difference: one for each tag that begins something, and each CSS rule."""
    lines: list[str] = []
    for line in html.splitlines():
        for part in _BEGINS.split(line):
            lines += _RULE.split(part) if part.lower().startswith("<style") else [part]
    return [line for each in lines if (line := each.strip())]


def _unified(made: Difference, name: str, old: Sequence[str], new: Sequence[str]) -> str:
    first, second = (f"{each.name} {name}" for each in (made.old, made.new))
    return "\n".join(difflib.unified_diff(old, new, first, second, lineterm=""))
