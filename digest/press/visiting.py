"""Visits to feeds: side by side, each feed's fault its own, nothing written down."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http import HTTPStatus
from typing import Final

from digest.collect.feeds.items import ParsedFeed
from digest.collect.feeds.pace import Pace, after_fault, after_reply, retry_after
from digest.collect.feeds.reading import Readers
from digest.config import FeedsTable
from digest.model import Position, Problem, Severity
from digest.net import FetchError, Net, Reply
from digest.store.feeds import FeedState

ACCEPT: Final = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, */*;q=0.5"
)
_LONGEST_VALIDATOR: Final = 1_000  # characters of an ETag; what is longer is not sent back
_ASKED: Final = frozenset({429, 503})


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What came of a visit: the feed's state after it, what was read, and what is to be told.

    `feed` is None where nothing was read: `unchanged` says that it is what it was, `asked_to_wait` that the
    server wants to be left alone for a while. A visit with an error among its problems has failed.
    """

    state: FeedState
    feed: ParsedFeed | None = None
    unchanged: bool = False
    asked_to_wait: bool = False
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """A feed to be visited: its state, and the names of the items that are known of it."""

    state: FeedState
    known: frozenset[str] = field(default_factory=frozenset)


def visit_all(
    errands: Sequence[Errand], feeds: FeedsTable, *, now: datetime, told: Callable[[str], None]
) -> list[Visit]:
    """Visit feeds, hosts side by side; in the order of the errands. `told` gets each address that is done."""
    return asyncio.run(_all(errands, feeds, now, told)) if errands else []


def net_of(feeds: FeedsTable) -> Net:
    """The client that feeds are fetched with."""
    return Net(
        allow_hosts=feeds.allow_hosts,
        timeout=feeds.timeout_seconds,
        max_bytes=feeds.max_bytes,
        concurrency=feeds.concurrency,
    )


def readers_of(feeds: FeedsTable) -> Readers:
    """The processes that feeds are parsed in."""
    return Readers(max_entries=feeds.max_entries, seconds=feeds.parse_seconds, max_bytes=feeds.max_bytes)


async def _all(
    errands: Sequence[Errand], feeds: FeedsTable, now: datetime, told: Callable[[str], None]
) -> list[Visit]:
    async with net_of(feeds) as net:
        with readers_of(feeds) as readers:
            hours = timedelta(hours=feeds.interval_hours)

            async def one(errand: Errand) -> Visit:
                made = await _Visitor(net, readers, errand, hours, now).visit()
                told(errand.state.url)
                return made

            return list(await asyncio.gather(*map(one, errands)))


class _Visitor:
    """One visit, from the request to the state that it leaves."""

    def __init__(
        self, net: Net, readers: Readers, errand: Errand, interval: timedelta, now: datetime
    ) -> None:
        self.net, self.readers, self.interval, self.now = net, readers, interval, now
        self.known = errand.known
        self.before = errand.state
        self.url = errand.state.url

    async def visit(self) -> Visit:
        """Whatever happens, a visit comes of it."""
        try:
            reply = await self.net.get(self.url, {"Accept": ACCEPT} | self._validators())
            return await self._answered(reply)
        except FetchError as error:
            pace = self._after_fault(error.kind)
            return self._failed(pace, "feed-unreachable", error.sentence, error.hint)
        except Exception as error:  # a fault of ours must not take the other feeds with it
            traceback.print_exc()
            sentence = f"digest itself failed on this feed: {type(error).__name__}: {error}"
            return self._failed(self._after_fault(""), "feed-fault", sentence, "please report it")

    def _validators(self) -> dict[str, str]:
        """By which a server can say that nothing changed (RFC 9110, section 13.1)."""
        said = {"If-None-Match": self.before.etag, "If-Modified-Since": self.before.last_modified}
        return {name: value for name, value in said.items() if value}

    async def _answered(self, reply: Reply) -> Visit:
        known = bool(self.before.body)
        if reply.status == HTTPStatus.NOT_MODIFIED and known:
            return self._good(reply, self.before)
        if not 200 <= reply.status < 300:
            return self._refused(reply)
        body = sha256(reply.body).hexdigest()
        if known and body == self.before.body:
            return self._good(reply, _validated(self.before, reply))
        feed = await asyncio.to_thread(
            self.readers.read,
            reply.body,
            reply.headers.get("content-type", ""),
            reply.url,
            known=self.known,
            last=self.before.total,
        )
        return self._read(reply, feed, body)

    def _read(self, reply: Reply, feed: ParsedFeed, body: str) -> Visit:
        if feed.failed:
            fault = next(each for each in feed.problems if each.severity is Severity.ERROR)
            state = replace(self._after(self._after_fault("")), fault=fault.sentence)
            return Visit(state=state, problems=feed.problems)
        warned = next((each.sentence for each in feed.problems if each.severity is Severity.WARNING), "")
        # An empty feed may be a slip: the number before it stays, and its first visit is still to come.
        state = replace(
            _validated(self.before, reply),
            body=body,
            title=feed.title or self.before.title,
            home=feed.home or self.before.home,
            total=feed.total or self.before.total,
            first_at=self.before.first_at or (self.now if feed.items else None),
            fault=warned,
        )
        made = self._good(reply, replace(state, failures=0), ttl=timedelta(seconds=feed.ttl))
        return replace(made, feed=feed, unchanged=False, problems=(*feed.problems, *made.problems))

    def _good(self, reply: Reply, state: FeedState, ttl: timedelta = timedelta(0)) -> Visit:
        """A good answer; what was wrong with the feed itself still is, while it is unchanged."""
        pace = self._after_reply(reply, ttl)
        state = replace(
            self._after(pace, state),
            fault="" if state.failures else state.fault,
            moved_to=reply.moved,
            gone_at=None,
            good_at=self.now,
        )
        moved = (self._moved(reply.moved),) if reply.moved else ()
        return Visit(state=state, unchanged=True, problems=moved)

    def _moved(self, to: str) -> Problem:
        sentence = f"the feed has moved for good to {to}"
        return self._problem(Severity.WARNING, "feed-moved", sentence, f"`digest feeds add {to}` follows it")

    def _refused(self, reply: Reply) -> Visit:
        # 304 to who asked without conditions is no good answer, whatever the pace makes of it.
        pace = self._after_reply(reply) if reply.status >= 400 else self._after_fault("")
        if pace.gone:
            sentence = "the feed is gone for good, says its server (410), and is not asked again"
            made = self._failed(pace, "feed-gone", sentence, f"`digest feeds remove {self.url}`")
            return replace(made, state=replace(made.state, gone_at=self.now))
        wait = retry_after(reply.headers.get("retry-after", ""), self.now)
        if reply.status in _ASKED and wait:
            until = (self.now + wait).astimezone(UTC)
            sentence = f"the server wants to be left alone until {until:%Y-%m-%d %H:%M} UTC ({reply.status})"
            problem = self._problem(Severity.WARNING, "feed-busy", sentence, "nothing; it is obeyed")
            state = replace(self._after(pace), fault=sentence, wait_until=self.now + wait)
            return Visit(state=state, asked_to_wait=True, problems=(problem,))
        sentence = f"the server answers {reply.status}{_phrase(reply.status)}"
        return self._failed(pace, "feed-status", sentence, "look at the address in a browser")

    def _failed(self, pace: Pace, rule: str, sentence: str, hint: str) -> Visit:
        problem = self._problem(Severity.ERROR, rule, sentence, hint)
        return Visit(state=replace(self._after(pace), fault=sentence), problems=(problem,))

    def _problem(self, severity: Severity, rule: str, sentence: str, hint: str) -> Problem:
        position = Position(path=self.url)
        return Problem(severity=severity, rule=rule, sentence=sentence, position=position, hint=hint)

    def _after(self, pace: Pace, state: FeedState | None = None) -> FeedState:
        return replace(
            state or self.before,
            tried_at=self.now,
            next_at=pace.next,
            failures=pace.failures,
            wait_until=None,
        )

    def _after_fault(self, kind: str) -> Pace:
        return after_fault(
            kind, now=self.now, interval=self.interval, seed=self.url, failures=self.before.failures
        )

    def _after_reply(self, reply: Reply, ttl: timedelta = timedelta(0)) -> Pace:
        return after_reply(
            reply.status,
            reply.headers,
            now=self.now,
            interval=self.interval,
            seed=self.url,
            failures=self.before.failures,
            ttl=ttl,
        )


def _validated(state: FeedState, reply: Reply) -> FeedState:
    return replace(
        state,
        etag=_validator(reply.headers.get("etag", "")),
        last_modified=_validator(reply.headers.get("last-modified", "")),
    )


def _validator(said: str) -> str:
    """What may be sent back in a header: one line of visible ASCII, not longer than anybody means."""
    sound = said.isascii() and said.isprintable() and len(said) <= _LONGEST_VALIDATOR
    return said if sound else ""


def _phrase(status: int) -> str:
    try:
        return f" ({HTTPStatus(status).phrase})"
    except ValueError:
        return ""
