"""Publishing: seal what was built, record it, build the site; and making good what a crash left undone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Final

from digest import archive
from digest.deliver.postal import is_postal
from digest.errors import DigestError, GateError, NothingNewError, SealError
from digest.model import Draft, Page, Position, Problem, SealedIssue, Severity
from digest.model.people import SubscriberState
from digest.press.approving import WaitingError, gate, let_go, undrifted
from digest.press.building import build
from digest.press.coming import next_number, word
from digest.press.fan_out import fan_out, keep_promises, promise
from digest.press.first_sight import met
from digest.press.ledgers import agree
from digest.press.notices import is_released, notices_of
from digest.press.parting import sealable
from digest.press.places import Site
from digest.press.reading import Progress, read
from digest.render.site import pages
from digest.store import Store, Word
from digest.store.locking import locked
from digest.store.subscribers import Subscribers

_PATIENCE: Final = 60.0  # seconds that a command waits for another one to finish publishing


def publish(
    site: Site,
    *,
    edition: str | None = None,
    now: datetime,
    since: datetime | None = None,
    number: int | None = None,
    progress: Progress | None = None,
    needs_approval: bool = False,
) -> SealedIssue:
    """Build the next issue of an edition, seal it, record it, and build the site with it; mail nobody.

    The sealed folder's rename is the moment of publication: what comes after it is made good by `replay`. An
    issue that was approved is made at the time of its approval, and must be what it was then.

    Raises:
        WaitingError: it is held, drifted from what was approved, or not approved where it `needs_approval`.
        NothingNewError, TemplateError, UsageError, StoreError: as `build`; nothing was published then.
        GateError: the mail is larger than it may be, or has readers and no postal address.
        SealError: the number is sealed already, the archive is not whole, or the disk refuses.
    """
    table = site.edition(edition)
    _check_postal(site, table.name)
    with alone(site):
        _record_all(site)
        which = number or next_number(site, table.name)
        said = word(site, table.name, which)
        let_go(said, table.name, which, needs_approval=needs_approval)
        if said.approval:
            now, since = said.approval.now, said.approval.since
        found = read(site, now, progress)
        with site.store() as store:
            met(site, store, found.entries, now)
        draft = _approved(
            said,
            partial(
                build,
                site,
                edition=table.name,
                now=now,
                since=since,
                number=which,
                collection=found,
                parted=True,
            ),
        )
        gate(draft)
        made = _pages_with(site, draft)
        promise(site, table.name, draft.issue.number, now)
        sealed_now = archive.seal(site.archive, draft.issue, sealable(draft), draft.assets)
        with site.store() as store:
            store.record(sealed_now)
        fan_out(site, table.name, draft.issue.number, now)
        _write_site(site, made)
    return sealed_now


def _check_postal(site: Site, edition: str) -> None:
    """Refuse to seal for readers what could not be mailed to them; without any it may be for the web."""
    if is_postal(site.config.site.postal_address):
        return
    with site.store() as store:
        readers = Subscribers(store).counts(edition)[SubscriberState.ACTIVE]
    if readers:
        raise GateError(
            f"{edition} has readers, and no mail may go to them without the sender's postal address",
            subject="site.postal_address",
            hint="set it in config.toml: it is sealed with the issue, and cannot be added afterwards",
        )


def _approved(said: Word, make: Callable[[], Draft]) -> Draft:
    """The draft, which is what was approved where anything was."""
    if said.approval is None:
        return make()
    try:
        draft = make()
    except NothingNewError as nothing:
        raise WaitingError(
            f"nothing is left of what was approved for {nothing.subject}",
            subject=nothing.subject,
            hint="`digest status` tells what is there; approve again or hold it",
        ) from None
    undrifted(draft, said.approval)
    return draft


def _pages_with(site: Site, draft: Draft) -> tuple[Page, ...]:
    """The site as it will be with the draft's issue: a template that fails must fail before the seal."""
    issues = [each.issue for each in archive.sealed(site.archive)]
    every = [*issues, draft.issue]
    return tuple(pages(every, site.theme(), site.config, notices_of(site, issues)))


def replay(site: Site) -> int:
    """Bring database and site up to the archive, after a crash or in a fresh clone; again changes nothing.

    Returns how many sealed issues the database did not know.

    Raises:
        SealError: the archive lacks an issue that the database knows, or holds a damaged one.
    """
    with alone(site):
        unknown = _record_all(site)
        if not all(_page(site, each).is_file() for each in archive.sealed(site.archive)):
            build_site(site)
    return unknown


def rebuild(site: Site) -> tuple[int, int]:
    """Record every sealed issue and build the whole site anew; how many were unknown, how many files changed.

    Raises: as `replay`, and DigestError where the disk refuses.
    """
    with alone(site):
        return _record_all(site), build_site(site)


def _record_all(site: Site) -> int:
    issues = archive.sealed(site.archive)
    with site.store() as store:
        agree(site, issues, store.seals())
        unknown = sum([_record(site, store, each) for each in issues])
    keep_promises(site)
    return unknown


def _record(site: Site, store: Store, each: SealedIssue) -> bool:
    """Record a sealed issue, but not what it did where it was withdrawn unsent; whether it was unknown."""
    is_new = store.record(each)
    if is_new and is_released(site, each.issue.edition, each.issue.number):
        store.release(each.issue.edition, each.issue.number)
    return is_new


def _page(site: Site, each: SealedIssue) -> Path:
    return site.public / each.issue.edition / str(each.issue.number) / "index.html"


def build_site(site: Site) -> int:
    """Build the public site from the sealed issues; returns how many files changed."""
    issues = [each.issue for each in archive.sealed(site.archive)]
    return _write_site(site, pages(issues, site.theme(), site.config, notices_of(site, issues)))


def _write_site(site: Site, made: Iterable[Page]) -> int:
    copies = chain.from_iterable(archive.asset_copies(each) for each in archive.sealed(site.archive))
    return archive.write_site(site.public, made, copies)


def sealed(site: Site, edition: str | None = None) -> list[SealedIssue]:
    """The sealed issues, or those of an edition, the oldest first. Raises SealError."""
    return archive.sealed(site.archive, site.edition(edition).name if edition else None)


def sealed_issue(site: Site, edition: str | None = None, number: int | None = None) -> SealedIssue:
    """A sealed issue; the newest of its edition where no number is named. Raises SealError."""
    name = site.edition(edition).name
    if number is not None:
        return archive.load(site.archive, name, number)
    issues = archive.sealed(site.archive, name)
    if not issues:
        raise DigestError(
            f"no issue of {name} is sealed yet", subject=name, hint="`digest publish` makes one"
        )
    return max(issues, key=lambda each: each.issue.number)


def verify(site: Site) -> tuple[Problem, ...]:
    """What in the archive is not as it was sealed, and each issue that the database misses in it."""
    name = site.config.archive.path
    return (
        *archive.verify(site.archive, name),
        *archive.verify_notices(site.archive, name),
        *(problem for issue, seal in site.seals().items() for problem in _missing(site, issue, seal)),
    )


def _missing(site: Site, issue: tuple[str, int], seal: str) -> Iterator[Problem]:
    edition, number = issue
    if not (site.archive / edition / str(number)).is_dir():
        rule, what = "archive-missing", "was sealed, but its folder is missing"
    elif _is_another(site, edition, number, seal):
        rule, what = "archive-changed", "is not the one that was sealed under this number"
    else:
        return
    yield Problem(
        severity=Severity.ERROR,
        rule=rule,
        sentence=f"issue {edition}/{number} {what}",
        position=Position(path=f"{site.config.archive.path}/{edition}/{number}"),
        hint="restore it from git or from a backup",
    )


def _is_another(site: Site, edition: str, number: int, seal: str) -> bool:
    try:
        return archive.manifest_of(site.archive, edition, number).seal != seal
    except SealError:
        return False  # told with the archive's own faults


@contextmanager
def alone(site: Site) -> Iterator[None]:
    """Hold the site's lock, so that no two commands publish at once; the kernel frees it whatever happens.

    Raises:
        DigestError: another command holds it for a minute, or its file cannot be made.
    """
    with locked(site.lock, "cannot lock the site", patience=_PATIENCE) as ours:
        if not ours:
            raise DigestError(
                "another digest is publishing this site",
                subject=str(site.lock),
                hint="try again when it is done",
            )
        yield
