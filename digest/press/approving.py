"""The editor's word on an issue before it is sealed: a draft approved as it was, a hold, and what drifted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from digest import archive
from digest.archive import Manifest
from digest.errors import GateError, UsageError
from digest.model import Draft
from digest.press.building import build
from digest.press.coming import next_number, word
from digest.press.first_sight import met
from digest.press.parting import sealable
from digest.press.places import Site
from digest.press.reading import Progress, read
from digest.store import Approval, Editorial, Hold, Word

_ENTRY = "entry "
_SHOWN = 5


class WaitingError(GateError):
    """An issue waits for the editor's word: it is held, not approved, or not what was approved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """A draft that was approved, and the approval; `again` where the very same draft was approved before."""

    draft: Draft
    approval: Approval
    again: bool = False


def approve(
    site: Site,
    edition: str,
    number: int,
    *,
    now: datetime,
    at: datetime,
    since: datetime | None = None,
    progress: Progress | None = None,
) -> Approved:
    """Pin the draft of an issue as it is at `now`: it is published like this or not at all. Releases a hold.

    Args:
        now: the time that the issue is made at, and dated by: that of its slot, as a rule.
        at: when the word is given.

    Raises:
        UsageError: the issue is sealed, or not the next one.
        GateError: the draft could not be published as it is.
        NothingNewError, TemplateError, StoreError: as `build`.
    """
    only_coming(site, edition, number)
    with site.store() as store:
        # What nothing dates is dated by its first sight: the same from now on, and at the slot.
        met(site, store, read(site, now, progress).entries, min(at, now))
        found = read(site, now)
        draft = build(
            site, edition=edition, now=now, since=since, number=number, collection=found, parted=True
        )
        gate(draft)
        parts = parts_of(draft)
        approval = Approval(at=at, now=now, since=since, hash=_manifest(draft).seal, parts=parts)
        before = Editorial(store).word(edition, number)
        Editorial(store).approve(edition, number, approval)
    again = before.hold is None and before.approval is not None and before.approval.hash == approval.hash
    return Approved(draft=draft, approval=approval, again=again)


def withdraw(site: Site, edition: str, number: int) -> bool:
    """Take an approval back; whether there was one."""
    only_coming(site, edition, number)
    with site.store() as store:
        there = Editorial(store).word(edition, number).approval is not None
        Editorial(store).withdraw(edition, number)
    return there


def hold(site: Site, edition: str, number: int, *, reason: str = "", at: datetime) -> bool:
    """Let nothing publish an issue until it is released or approved; whether it was not held before."""
    only_coming(site, edition, number)
    with site.store() as store:
        before = Editorial(store).word(edition, number).hold
        if before is None or (reason and reason != before.reason):
            Editorial(store).hold(edition, number, Hold(at=at, reason=reason))
    return before is None


def release(site: Site, edition: str, number: int) -> bool:
    """Hold an issue no longer; whether it was held."""
    only_coming(site, edition, number)
    with site.store() as store:
        before = Editorial(store).word(edition, number).hold
        Editorial(store).release(edition, number)
    return before is not None


def only_coming(site: Site, edition: str, number: int) -> None:
    """Only an issue that is still to come can be approved, held or skipped. Raises UsageError."""
    coming = next_number(site, edition)
    if number < coming:
        raise UsageError(
            f"issue {edition}/{number} is sealed",
            subject=f"{edition}/{number}",
            hint=f"the next is {edition}/{coming}; `digest correct` and `digest retract` are for sealed ones",
        )
    if number > coming:
        raise UsageError(f"issue {edition}/{number} is not the next one", hint=f"that is {edition}/{coming}")


def gate(draft: Draft) -> None:
    """Stop what cannot be published as it is.

    Faults of single entries left these out; a mail that no reader would get in full stops the issue. So does
    a word of the editor that is not understood: it may have been that an entry stays out.

    Raises:
        GateError: with the place and what helps.
    """
    for problem in draft.problems:
        lost = problem.rule.startswith("override-") and problem.severity == "error"
        if lost or problem.rule == "mail-too-large":
            raise GateError(problem.sentence, subject=str(problem.position), hint=problem.hint)


def pinned(
    site: Site, edition: str, number: int | None, now: datetime, since: datetime | None
) -> tuple[datetime, datetime | None]:
    """The `now` and `since` that an issue is made at: those of its approval, else these."""
    approval = word(site, edition, number or next_number(site, edition)).approval
    return (approval.now, approval.since) if approval else (now, since)


def let_go(word: Word, edition: str, number: int, *, needs_approval: bool) -> None:
    """Stop an issue that the editor holds, or has not approved where that is needed. Raises WaitingError."""
    name = f"{edition}/{number}"
    if word.hold:
        why = f": {word.hold.reason}" if word.hold.reason else ""
        raise WaitingError(
            f"{name} is held{why}", subject=name, hint=f"`digest hold {name} --release` lets it go"
        )
    if needs_approval and not word.approval:
        raise WaitingError(
            f"{name} waits for approval", subject=name, hint=f"`digest approve {name}` lets it go"
        )


def undrifted(draft: Draft, approval: Approval) -> None:
    """Stop a draft that is not what was approved, and tell what drifted. Raises WaitingError."""
    if _manifest(draft).seal == approval.hash:
        return
    name = draft.issue.id
    told = "; ".join(_drifted(approval.parts, parts_of(draft)))
    raise WaitingError(
        f"{name} is not what was approved: {told or 'the record differs'}",
        subject=name,
        hint=f"look at it with `digest build {name}`, and approve it again or hold it",
    )


def parts_of(draft: Draft) -> dict[str, str]:
    """What a draft is made of, by name, with a hash of each: its files, and the entries in it."""
    files = _manifest(draft).files
    entries = {f"{_ENTRY}{item.entry.key}": item.entry.fingerprint for item in draft.issue.everything}
    return {name: file.sha256 for name, file in files.items()} | entries


def _manifest(draft: Draft) -> Manifest:
    """What the draft would be sealed under, the parts of its mails with it."""
    return archive.manifest_for(replace(draft, renditions=sealable(draft)))


def _drifted(before: Mapping[str, str], now: Mapping[str, str]) -> Iterable[str]:
    """What came, went and changed: the entries first, else the files that differ."""
    for verb, names in (
        ("new", now.keys() - before.keys()),
        ("gone", before.keys() - now.keys()),
        ("changed", {name for name in before.keys() & now.keys() if before[name] != now[name]}),
    ):
        entries = sorted(name.removeprefix(_ENTRY) for name in names if name.startswith(_ENTRY))
        if entries:
            yield f"{verb} {_listed(entries)}"
    files = sorted(
        name
        for name in before.keys() | now.keys()
        if before.get(name) != now.get(name) and not name.startswith(_ENTRY) and name != "issue.json"
    )
    if files:
        yield f"{_listed(files)} {'differs' if len(files) == 1 else 'differ'}"


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
