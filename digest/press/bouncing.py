"""The verbs of what comes back: keep it, understand it, and stop mailing where that is due."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from digest.config import BouncesTable
from digest.deliver import bounces_files, bounces_imap, bounces_lmtp
from digest.deliver.bounces import Finding, of_reply, read
from digest.deliver.reports import verdict
from digest.deliver.secrets import keyring
from digest.deliver.tokens import KEYS, Links, Tokens, links
from digest.errors import UsageError
from digest.model.people import (
    Consent,
    ConsentAction,
    ReturnKind,
    Subscriber,
    SubscriberState,
    SuppressionReason,
)
from digest.press.places import Site
from digest.store import Store
from digest.store.bounces import DAY, Bounces, Return, ReturnedMail
from digest.store.subscribers import Subscribers

SHARE: Final = 0.02
"""Of the active subscribers: what returned mail may suppress in a day, where that is more than the cap."""
_KEPT: Final = timedelta(days=90)  # for how long the hash of a mail is known
_BATCH: Final = 200
_ROUND: Final = 2.0  # seconds between two looks at what came by LMTP

Tell = Callable[[str], None]


@dataclass(slots=True, kw_only=True)
class Settled:
    """What a round of returned mail came to: mails by kind, how many had no token, who was let go.

    `paused_since` tells that more wanted to be suppressed than the cap allows; an editor must look.
    """

    kept: int = 0
    kinds: dict[ReturnKind, int] = field(default_factory=dict)
    strangers: int = 0
    suppressed: int = 0
    left: int = 0
    paused_since: datetime | None = None

    def count(self, kind: ReturnKind) -> None:
        """One more of a kind."""
        self.kinds[kind] = self.kinds.get(kind, 0) + 1


class Judge:
    """Decides what follows from what came back, in an open store: nothing, leaving, or suppression."""

    def __init__(self, store: Store, keys: Iterable[bytes], table: BouncesTable) -> None:
        """`keys` are those of suppressions (`Keyring.keys("suppressions")`)."""
        self._store = store
        self._bounces = Bounces(store)
        self._people = Subscribers(store, tuple(keys))
        self._table = table

    @classmethod
    def of(cls, site: Site, store: Store) -> Judge:
        """The judge of a site. Raises DeliveryError where its secret cannot be read."""
        keys = keyring(os.environ, site.root).keys("suppressions")
        return cls(store, keys, site.config.bounces)

    def smtp(self, subscriber: int, issue: int, code: int, said: str, now: datetime) -> bool:
        """What a server replied to our own RCPT or DATA, for good (5xx); True where it ends the subscription.

        Call it once a delivery has failed; of 4xx once it was given up. Replies that blame us count nothing.
        """
        person = self._people.get(subscriber)
        return person is not None and self._judge(person, issue, of_reply(code, said), now)

    def mail(self, finding: Finding, now: datetime) -> bool:
        """What a returned mail said; True where it ends the subscription. Without a token it says nothing."""
        person = self._people.get(finding.claim.subscriber) if finding.claim else None
        if person is None or finding.claim is None:
            return False
        if finding.kind is ReturnKind.LEAVING:
            return self.leave(person, finding.claim.issue, "mail", now)
        return self._judge(person, finding.claim.issue, finding, now)

    def leave(self, person: Subscriber, issue: int, source: str, now: datetime) -> bool:
        """Let somebody go at once; `issue` is that whose link they used (0: none). False: they had left."""
        consent = Consent(action=ConsentAction.LEFT, source=source, at=now, detail=_detail(person, issue))
        with self._store.together():
            left = self._people.unsubscribe(person.id, consent)
            if left and issue:
                back = Finding(kind=ReturnKind.LEAVING, way=source)
                self._bounces.record(_return(person, issue, back, now))
        return left

    def due(self, now: datetime) -> tuple[Subscriber, ...]:
        """Who is to be suppressed for what came back, and was not."""
        people = (self._people.get(number) for number in self._bounces.undone())
        return tuple(
            each
            for each in people
            if each
            and each.state is not SubscriberState.SUPPRESSED
            and verdict(self._bounces.of(each.id), now, self._table)
        )

    def again(self, now: datetime) -> int:
        """Suppress all of whom that is due, for an editor has looked; returns how many."""
        return sum(self._follow(person, now, capped=False) for person in self.due(now))

    def _judge(self, person: Subscriber, issue: int, finding: Finding, now: datetime) -> bool:
        if finding.kind in (ReturnKind.NOTHING, ReturnKind.UNKNOWN):
            return False
        self._bounces.record(_return(person, issue, finding, now))
        return self._follow(person, now)

    def _follow(self, person: Subscriber, now: datetime, *, capped: bool = True) -> bool:
        """Suppress a person whose record says so, if the cap lets us."""
        history = self._bounces.of(person.id)
        reason = verdict(history, now, self._table)
        if reason is None or person.state is SubscriberState.SUPPRESSED:
            return False
        ours = history[-1] if reason is SuppressionReason.BOUNCE else _complaint(history)
        if capped and ours.way != "smtp" and not self._may(now):
            return False
        detail = f"{_detail(person, ours.issue)}; {ours.kind.value} {ours.reason} {ours.status}".rstrip()
        self._people.suppress(person.address, reason, now, source=ours.way or "bounce", detail=detail)
        self._bounces.acted(person.id, ours.issue, ours.kind, now)
        return True

    def _may(self, now: datetime) -> bool:
        """Whether returned mail may suppress one more; at the cap it pauses for an editor."""
        if self._bounces.paused_since():
            return False
        since = max(now - DAY, self._bounces.resumed_at() or now - DAY)
        if self._bounces.acted_since(since) < self._cap():
            return True
        self._bounces.pause(now)
        return False

    def _cap(self) -> int:
        active = self._people.counts()[SubscriberState.ACTIVE]
        return max(self._table.max_suppressions, int(active * SHARE))


def _complaint(history: Iterable[Return]) -> Return:
    return next(each for each in history if each.kind is ReturnKind.COMPLAINT)


def _detail(person: Subscriber, issue: int) -> str:
    return f"{person.edition}/{issue}" if issue else person.edition


def _return(person: Subscriber, issue: int, finding: Finding, now: datetime) -> Return:
    return Return(
        subscriber=person.id,
        issue=issue,
        kind=finding.kind,
        edition=person.edition,
        at=now,
        status=finding.status,
        reason=finding.reason.value,
        way=finding.way,
    )


def site_links(site: Site) -> Links:
    """The links and return paths of a site, signed by its secret. Raises DeliveryError without one."""
    return links(site.config, keyring(os.environ, site.root).keys(KEYS))


def take_in(site: Site, paths: Iterable[Path], now: datetime, tell: Tell | None = None) -> Settled:
    """Read returned mail from files, and do what is due.

    Raises:
        UsageError: a file cannot be read; what was read before it is kept.
    """
    with site.store() as store:
        bounces, kept = Bounces(store), 0
        for path in paths:
            some: list[tuple[bytes, tuple[str, ...]]] = []
            for raw in bounces_files.mails(path):
                some.append((raw, ()))
                if len(some) == _BATCH:
                    kept += bounces.keep_many(some, "file", now)
                    some.clear()
            kept += bounces.keep_many(some, "file", now)
            if tell:
                tell(str(path))
        done = settle(site, store, now)
    done.kept = kept
    return done


def poll(site: Site, now: datetime) -> Settled:
    """Fetch returned mail by IMAP, and do what is due. Raises DeliveryError."""
    box = bounces_imap.settings(site.config.bounces, os.environ)
    with site.store() as store:
        bounces = Bounces(store)
        kept = bounces_imap.fetch(
            box,
            bounces.seen_uids,
            lambda name, validity, mails: bounces.keep_from(name, validity, mails, "imap", now),
        )
        done = settle(site, store, now)
    done.kept = kept
    return done


def settle(site: Site, store: Store, now: datetime) -> Settled:
    """Understand every mail that waits, and do what is due; whoever dies in between begins again."""
    bounces, done = Bounces(store), Settled()
    waiting = bounces.waiting()
    if not waiting:
        return done
    judge, tokens = Judge.of(site, store), site_links(site).tokens
    while waiting:
        # Whoever dies in here judges the same mails again, to the same effect.
        bounces.settle({mail.id: _judged(mail, judge, tokens, done, now) for mail in waiting}, now)
        waiting = bounces.waiting()
    bounces.forget(now - _KEPT)
    done.paused_since = bounces.paused_since()
    return done


def _judged(mail: ReturnedMail, judge: Judge, tokens: Tokens, done: Settled, now: datetime) -> ReturnKind:
    finding = read(mail.raw, tokens, now, mail.recipients)
    done.count(finding.kind)
    done.strangers += finding.claim is None
    if judge.mail(finding, now):
        if finding.kind is ReturnKind.LEAVING:
            done.left += 1
        else:
            done.suppressed += 1
    return finding.kind


def held_back(site: Site, now: datetime) -> int:
    """How many addresses would be suppressed now, but that it is paused."""
    with site.store() as store:
        return len(Judge.of(site, store).due(now)) if Bounces(store).paused_since() else 0


def resume(site: Site, now: datetime) -> tuple[bool, int]:
    """Suppress all that wait for it, and go on; whether it was paused, and how many were suppressed."""
    with site.store() as store:
        if not Bounces(store).resume(now):
            return False, 0
        return True, Judge.of(site, store).again(now)


def listen(site: Site, place: str, say: Tell) -> None:
    """Take mail by LMTP at `host:port` until SIGTERM or Ctrl-C; each is understood soon after it came.

    Raises:
        DeliveryError: the place is none, or is taken.
        UsageError: no mailbox is named, so that no mail could be ours.
    """
    if not (site.config.bounces.address or site.config.bounces.unsubscribe_address):
        raise UsageError(
            "no mailbox is named, so no mail can be ours",
            subject="[bounces] address",
            hint="name the mailbox that returned mail goes to",
        )
    with site.store() as store:
        asyncio.run(_listen(site, store, place, say))


async def _listen(site: Site, store: Store, place: str, say: Tell) -> None:
    bounces = Bounces(store)

    def keep(raw: bytes, recipients: tuple[str, ...]) -> None:
        bounces.keep(raw, "lmtp", datetime.now(UTC), recipients)

    stopped = _stopped()
    server = await bounces_lmtp.listening(place, keep, mailbox_for_us(site))
    say(f"lmtp://{place}  (Ctrl-C ends it)")
    paused: datetime | None = None
    async with server:
        while not stopped.is_set():
            done = await asyncio.to_thread(settle, site, store, datetime.now(UTC))
            if done.kinds:
                say(", ".join(f"{number} {kind.value}" for kind, number in sorted(done.kinds.items())))
            if done.paused_since and done.paused_since != paused:
                paused = done.paused_since
                say("error  suppressing is paused: the cap of [bounces] max_suppressions is reached")
            with suppress(TimeoutError):
                await asyncio.wait_for(stopped.wait(), _ROUND)


def _stopped() -> asyncio.Event:
    """An event that SIGTERM and Ctrl-C set; a second one ends us hard.

    What a handler raises in a running loop may take away the step that a task waits for, which then waits for
    ever: the loop has to be told in its own turn.
    """
    event, loop = asyncio.Event(), asyncio.get_running_loop()
    orders = (signal.SIGINT, signal.SIGTERM)

    def stop() -> None:
        event.set()
        for order in orders:
            loop.remove_signal_handler(order)

    if threading.current_thread() is threading.main_thread():  # no other one may ask for signals
        for order in orders:
            loop.add_signal_handler(order, stop)
    return event


def mailbox_for_us(site: Site) -> Callable[[str], bool]:
    """Whether mail to an address is returned mail or an unsubscription of this site: what LMTP takes."""
    table = site.config.bounces
    boxes = {each.lower() for each in (table.address, table.unsubscribe_address) if each}

    def wanted(address: str) -> bool:
        local, _, domain = address.lower().rpartition("@")
        return f"{local.partition('+')[0]}@{domain}" in boxes or f"{local}@{domain}" in boxes

    return wanted
