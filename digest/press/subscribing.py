"""Finding the feed that somebody means by an address, and following a feed to its new one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from digest.collect.feeds.charset import text_of
from digest.collect.feeds.discovery import FeedLink, feed_links, guesses, is_feed
from digest.collect.feeds.items import FeedItem, ParsedFeed
from digest.collect.feeds.opml import web_address
from digest.collect.feeds.reading import Readers
from digest.config import SourceTable
from digest.errors import DigestError, UsageError
from digest.net import FetchError, Net, Reply
from digest.press.feed_round import reach
from digest.press.feeds import alone
from digest.press.places import Site
from digest.press.visiting import ACCEPT, net_of, readers_of
from digest.store.feeds import Fate, Feeds, FeedState, SeenItem, name_of
from digest.text.canonical import canonical

_MOST_TRIED: Final = 12  # addresses that are tried of one page

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFeed:
    """A feed that an address leads to: where it is for good, what is in it, and what else the page names."""

    url: str
    feed: ParsedFeed
    others: tuple[FeedLink, ...] = ()

    def recent(self, site: Site, now: datetime) -> tuple[FeedItem, ...]:
        """The items that a first fetch would reach back to."""
        since = now - reach(site)
        return tuple(item for item in self.feed.items if item.date and item.date >= since)


def address(said: str) -> str:
    """What somebody wrote as an address of the web: `example.org` and `feed:` mean one. Raises UsageError."""
    text = said.strip()
    url = web_address(text) or web_address(f"https://{text}") if "://" not in text else web_address(text)
    host = url.partition("//")[2].partition("/")[0]
    if not url or not ("://" in text or ":" in host or "." in host or text.lower().startswith("feed:")):
        raise UsageError(
            f"{said!r} is no web address", hint="write https://example.org or https://example.org/feed.xml"
        )
    if "@" in host:
        raise UsageError(
            "the address has a user name or password in it", hint="feeds are fetched without; leave it out"
        )
    return url


def find(site: Site, url: str, progress: Progress | None = None) -> FoundFeed:
    """The feed at an address, or the one that the page there names, or has where pages usually have theirs.

    Raises:
        FetchError: the address cannot be fetched.
        DigestError: there is no feed that can be read.
    """
    return asyncio.run(_find(site, url, progress or _nobody))


def _nobody(_: str) -> None:
    """Tell nobody."""


async def _find(site: Site, url: str, tell: Progress) -> FoundFeed:
    feeds = site.config.feeds
    async with net_of(feeds) as net:
        with readers_of(feeds) as readers:
            tell(url)
            reply = await net.get(url, {"Accept": ACCEPT})
            if not 200 <= reply.status < 300:
                raise DigestError(
                    f"the server answers {reply.status}", subject=url, hint="look at the address in a browser"
                )
            if is_feed(reply.body, reply.headers.get("content-type", "")):
                return await _read(readers, reply, url)
            return await _named(net, readers, reply, tell)


async def _read(readers: Readers, reply: Reply, url: str) -> FoundFeed:
    """A reply as a feed, at the address that it has for good."""
    kind = reply.headers.get("content-type", "")
    feed = await asyncio.to_thread(readers.read, reply.body, kind, reply.url)
    if feed.failed:
        problem = feed.problems[0]
        raise DigestError(problem.sentence, subject=url, hint=problem.hint)
    return FoundFeed(url=reply.moved or url, feed=feed)


async def _named(net: Net, readers: Readers, page: Reply, tell: Progress) -> FoundFeed:
    """The first feed that a page names and that can be read; else one where pages usually have theirs."""
    links = feed_links(text_of(page.body, page.headers.get("content-type", "")).text, page.url)
    for place in _places(links, page.url):
        tell(place)
        try:
            # Of a page from outside: it must not send us to where only we may go.
            reply = await net.get(place, {"Accept": ACCEPT}, trusted=page.trusted)
            sound = 200 <= reply.status < 300
            if sound and is_feed(reply.body, reply.headers.get("content-type", "")):
                found = await _read(readers, reply, place)
                others = tuple(link for link in links if link.url not in (place, found.url))
                return FoundFeed(url=found.url, feed=found.feed, others=others)
        except FetchError as error:
            if error.kind.value in ("dns", "private", "refused"):
                continue  # a page may name what is not for us
        except DigestError:
            continue
    named = f"none of the {len(links)} feeds that this page names can be read"
    what = named if links else "this page names no feed"
    raise DigestError(
        what, subject=page.url, hint="look for an RSS or Atom address on the site, and add that itself"
    )


def _places(links: tuple[FeedLink, ...], url: str) -> Iterator[str]:
    places = dict.fromkeys((*(link.url for link in links), *guesses(url)))
    return iter(list(places)[:_MOST_TRIED])


def same(one: str, other: str) -> bool:
    """Whether two addresses are of one feed, however they are written."""
    return one == other or (bool(canonical(one)) and canonical(one) == canonical(other))


def pass_over(site: Site, url: str, feed: ParsedFeed, now: datetime) -> None:
    """Know everything that a feed holds now, and take nothing of it: only what comes later is new."""
    items = [
        SeenItem(
            feed=url,
            item=name_of(item.guid),
            story=name_of(item.canonical),
            url=item.url,
            title=item.title,
            date=item.date,
            fate=Fate.PASSED,
            seen_at=now,
        )
        for item in feed.items
    ]
    state = FeedState(url=url, title=feed.title, home=feed.home, total=feed.total, first_at=now)
    with alone(site), site.store() as store:
        Feeds(store).record([state], items)


def forget(site: Site, source: SourceTable) -> None:
    """Forget how a feed was; its items stay known, so that none returns when it is added again."""
    with alone(site), site.store() as store:
        Feeds(store).forget(source.url)


def follow(site: Site, old: str, new: str) -> None:
    """Know a feed by its new address, with everything that was seen of it."""
    with alone(site), site.store() as store:
        Feeds(store).move(old, new)
