"""The feeds' own verb, fetch: visit those that are due, and make files of what is new in them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Final

from digest.collect.feeds.filing import State
from digest.config import SourceTable
from digest.errors import DigestError
from digest.press.feed_reports import FeedReport, Result
from digest.press.feed_round import Round, is_due
from digest.press.feed_states import states
from digest.press.places import Site
from digest.press.promises import Kept, keep_promises
from digest.store.feeds import Feeds, FeedState
from digest.store.locking import locked

__all__ = ["FeedReport", "Progress", "Result", "alone", "any_due", "fetch", "states"]

Progress = Callable[[str], None]

_PATIENCE: Final = 180.0  # seconds that a command waits for another one to finish fetching


def fetch(
    site: Site,
    *,
    now: datetime,
    progress: Progress | None = None,
    names: Collection[str] | None = None,
    visited_since: datetime | None = None,
) -> tuple[FeedReport, ...]:
    """Visit the feeds that are due, and make a file in the inbox of each new item; a report for each feed.

    What was seen is written down, with the texts of the files, in one transaction before any file is: a
    process that dies in between leaves promises, which the next call keeps. So no item is lost, none comes
    twice, and one whose file an editor deletes never returns.

    Args:
        names: addresses of feeds that are visited although they are not due; of no others there is a report.
            Not while their servers want to be left alone (Retry-After).
        visited_since: feeds that were not visited since then are due, but for those that are gone.

    Raises:
        DigestError: another command has been fetching for minutes, the inbox lies outside the site, or the
            disk refuses.
        StoreError: the database cannot be read or written.
    """
    sources = _subscriptions(site, names)
    if not sources:
        return ()
    _hold_inbox(site)
    with alone(site), site.store() as store:
        feeds = Feeds(store)
        late = keep_promises(site, feeds)
        reports = Round(site, feeds, sources, now).run(
            progress or _nobody, forced=names is not None, visited_since=visited_since
        )
        kept = keep_promises(site, feeds)
    return tuple(_with_files(report, (*late, *kept)) for report in reports)


def _hold_inbox(site: Site) -> None:
    """Write nowhere but in the site, whatever a link of that name says. Raises DigestError."""
    folder = site.config.feeds.inbox
    try:
        inside = (site.root / folder).resolve().is_relative_to(site.root.resolve())
    except (OSError, RuntimeError):  # links in a circle
        inside = False
    if not inside:
        raise DigestError(
            "the inbox is a link that leads out of the site, so no feed was fetched",
            subject=folder,
            hint="make it a folder, or name another one as `inbox` of [feeds]",
        )


def _nobody(_: str) -> None:
    """Tell nobody."""


def _subscriptions(site: Site, names: Collection[str] | None) -> dict[str, SourceTable]:
    """The feeds of config.toml by address, each once, in their order; only those named, if any are."""
    found: dict[str, SourceTable] = {}
    for source in site.config.subscriptions:
        if names is None or source.url in names:
            found.setdefault(source.url, source)
    return found


def any_due(site: Site, now: datetime, visited_since: datetime | None = None) -> bool:
    """Whether `fetch` would visit any feed; reads the database only, and less of it than `fetch`."""
    urls = _subscriptions(site, None)
    if not urls:
        return False
    known = states(site)
    return any(is_due(known.get(url, FeedState(url=url)), now, visited_since) for url in urls)


def _with_files(report: FeedReport, kept: Sequence[Kept]) -> FeedReport:
    own = [each for each in kept if each.feed == report.url]
    return replace(
        report,
        files=tuple(each.path for each in own if each.state is State.NEW),
        joined=tuple(each.path for each in own if each.state is State.UPDATED),
    )


@contextmanager
def alone(site: Site) -> Iterator[None]:
    """Hold the feeds' lock, so that no two commands fetch at once; the kernel frees it whatever happens.

    Raises:
        DigestError: another command holds it for minutes, or its file cannot be made.
    """
    path = site.root / "var" / "feeds.lock"
    with locked(path, "cannot lock the feeds", patience=_PATIENCE) as ours:
        if not ours:
            raise DigestError(
                "another digest is fetching this site's feeds",
                subject=str(path),
                hint="try again when it is done; `digest collect --no-fetch` does not wait",
            )
        yield
