"""After the seal: corrections beside an issue, and withdrawing it; pages and feeds change, mails do not."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from digest import archive
from digest.errors import UsageError
from digest.model import Issue, Notice, NoticeKind, SealedIssue
from digest.press.notices import is_withdrawn
from digest.press.places import Site
from digest.press.publishing import alone, build_site
from digest.press.sent import stopped, was_sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed:
    """A notice that stands beside its issue; `path` is its file, None where it was said before."""

    issue: Issue
    notice: Notice
    path: Path | None


def correct(site: Site, edition: str, number: int, text: str, *, entry: str = "", now: datetime) -> Noticed:
    """Put a dated correction beside a sealed issue, or one of its entries (by key, path or slug).

    Said twice in a row it is said once. The site is built with it.

    Raises:
        UsageError: there is no text, or no such entry in the issue.
        SealError: the issue is not sealed, or not whole.
        DigestError: the disk refuses.
    """
    said = _sayable(text)
    if not said:
        raise UsageError("a correction without a word", hint="write what was wrong, and what is right")
    with alone(site):
        sealed = archive.load(site.archive, edition, number)
        if is_withdrawn(site, edition, number):
            raise UsageError(
                f"issue {edition}/{number} is withdrawn, and shows nothing that could be corrected",
                subject=f"{edition}/{number}",
            )
        key = _entry(sealed.issue, entry) if entry else ""
        notice = Notice(kind=NoticeKind.CORRECTION, date=_dated(sealed, now), text=said, entry=key)
        return _noticed(site, sealed, notice)


def retract(site: Site, edition: str, number: int, reason: str, *, now: datetime) -> Noticed:
    """Withdraw a sealed issue: its page says so, feeds drop it; of an unsent one the entries are free again.

    The sealed folder stays as it is, and its number is not used again. Withdrawn twice is withdrawn once.

    Raises:
        UsageError: there is no reason.
        SealError: the issue is not sealed, or not whole.
        DigestError: the disk refuses, or mail is being sent at this moment.
    """
    said = _sayable(reason)
    if not said:
        raise UsageError("an issue is withdrawn for a reason", hint="say it with --reason")
    with alone(site), stopped(site, edition, number, now):
        sealed = archive.load(site.archive, edition, number)
        for before in archive.notices(site.archive, edition, number):
            if before.kind is NoticeKind.RETRACTION:
                _published(site, sealed, before)
                return Noticed(issue=sealed.issue, notice=before, path=None)
        released = not was_sent(site, edition, number)
        kind = NoticeKind.RETRACTION
        notice = Notice(kind=kind, date=_dated(sealed, now), text=said, released=released)
        return _noticed(site, sealed, notice)


def _sayable(text: str) -> str:
    """A text without what no file can hold: half a surrogate pair becomes a question mark."""
    return text.encode("utf-8", "replace").decode().strip()


def _dated(sealed: SealedIssue, now: datetime) -> datetime:
    """The notice's time, to the second, in the zone of its issue."""
    return now.replace(microsecond=0).astimezone(sealed.issue.date.tzinfo)


def _noticed(site: Site, sealed: SealedIssue, notice: Notice) -> Noticed:
    """Write a notice, unless the newest says the same, and make it public."""
    issue = sealed.issue
    there = archive.notices(site.archive, issue.edition, issue.number)
    path = None
    if there and (there[-1].kind, there[-1].text, there[-1].entry) == (
        notice.kind,
        notice.text,
        notice.entry,
    ):
        notice = there[-1]
    else:
        path = archive.add_notice(site.archive, issue.edition, issue.number, notice)
    _published(site, sealed, notice)
    return Noticed(issue=issue, notice=notice, path=path)


def _published(site: Site, sealed: SealedIssue, notice: Notice) -> None:
    """What follows of a notice; again changes nothing."""
    if notice.released:
        with site.store() as store:
            store.record(sealed)
            store.release(sealed.issue.edition, sealed.issue.number)
    build_site(site)


def _entry(issue: Issue, name: str) -> str:
    """The key of the entry that is named. Raises UsageError."""
    entries = [item.entry for item in issue.everything]
    found = {
        entry.key
        for entry in entries
        if name.removeprefix("./") in (entry.key, entry.position.path, entry.slug)
    }
    if len(found) == 1:
        return found.pop()
    near = difflib.get_close_matches(name, [each.key for each in entries], 1, 0.4)
    keys = sorted(found) or [each.key for each in entries]
    raise UsageError(
        f"{name} names {len(found)} entries of {issue.id}" if found else f"{issue.id} has no entry {name}",
        subject=issue.id,
        hint=f"did you mean {near[0]}?" if near and not found else f"there are: {', '.join(keys[:8])}",
    )
