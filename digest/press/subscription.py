"""The verbs of the reader: ask, confirm, prefer, leave; and the round that answers what was asked."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from digest import deliver
from digest.config import EditionTable
from digest.deliver.addresses import mailbox
from digest.deliver.confirming import LONGEST, again_at, confirmation
from digest.deliver.handing import sendmail
from digest.deliver.message import Message
from digest.deliver.office import Letter
from digest.deliver.secrets import keyring
from digest.deliver.tokens import KEYS, Claim, Purpose, links
from digest.errors import DeliveryError, DigestError
from digest.model.people import MAILED_TO_CONFIRM, Consent, ConsentAction, Subscriber, SubscriberState
from digest.press.asking import hashed
from digest.press.bouncing import Judge, Settled, settle
from digest.press.places import Site
from digest.press.topics import spelled, topics
from digest.render import reader
from digest.render.reader import Choice
from digest.store import Store
from digest.store.bounces import DAY
from digest.store.subscribers import Subscribers
from digest.store.wishes import MAILED, Wish, Wishes

HOUR: Final = timedelta(hours=1)
PENDING: Final = timedelta(days=30)
"""How long somebody who asked and never confirmed is kept."""
_TWICE: Final = timedelta(minutes=2)  # a form that is sent twice is one wish

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What a round did: confirmation mails that went out, that wait, and mail that came back."""

    mailed: int = 0
    waiting: int = 0
    fault: str = ""
    returned: Settled | None = None


class Reception:
    """Where readers are received: the site and its open store, for as long as `digest serve` runs.

    Its methods may be called from several threads at once.
    """

    def __init__(self, site: Site, store: Store) -> None:
        """Raises DeliveryError where the site's secret cannot be read."""
        ring = keyring(os.environ, site.root)
        self.site: Final = site
        self.links: Final = links(site.config, ring.keys(KEYS))
        self.people: Final = Subscribers(store, ring.keys("suppressions"))
        self.wishes: Final = Wishes(store)
        self._store = store
        self._judge = Judge(store, ring.keys("suppressions"), site.config.bounces)
        self._who = ring.key("wishes")
        self._key = ring.key("message ids")
        self._cleaned: datetime | None = None

    # What readers do

    def ask(
        self,
        edition: EditionTable,
        address: str,
        now: datetime,
        *,
        page_language: str,
        language: str = "",
        chosen: Collection[str] = (),
    ) -> None:
        """Take down a wish; what becomes of it is decided later, so that every answer is the same.

        Topics and languages that the edition does not have are passed over.

        Raises:
            DeliveryError: it is no address.
        """
        box = mailbox(address)
        offered = {each.key for each in topics(self.site, edition)}
        known = self.site.config.languages(edition)
        text = sha256(reader.consent_text(page_language).encode()).hexdigest()[:12]
        self.wishes.add(
            Wish(
                edition=edition.name,
                address=box.address,
                who=hashed(self._who, box.address),
                asked_at=now,
                page_language=page_language,
                language=language if language in known else "",
                topics=tuple(key for key in chosen if key in offered),
                text=f"form/{page_language}/{text}",
            )
        )

    def find(self, purpose: Purpose, token: str, now: datetime) -> tuple[Claim, Subscriber] | None:
        """Whose token this is; None for no token of ours, and for one of somebody who was erased."""
        claim = self.links.tokens.read(purpose, token, now)
        person = self._claimed(claim) if claim else None
        return (claim, person) if claim and person else None

    def _claimed(self, claim: Claim) -> Subscriber | None:
        person = self.people.get(claim.subscriber)
        known = person and any(each.name == person.edition for each in self.site.config.editions)
        return person if known else None

    def confirm(self, person: Subscriber, now: datetime) -> Subscriber | None:
        """Make a subscription active; None where it was left or suppressed since it was asked for."""
        consent = Consent(action=ConsentAction.CONFIRMED, source="confirmation", at=now, detail=_told(person))
        return self.people.confirm(person.id, consent)

    def leave(
        self, token: str, source: str, now: datetime, *, everything: bool = False, at_once: bool = False
    ) -> Subscriber | None:
        """Unsubscribe, of this edition or of all; doing it again changes nothing. None as in find.

        Args:
            at_once: wait for nobody who writes to the database.

        Raises:
            StoreBusyError: it is to be at once, and would have to wait.
        """
        claim = self.links.tokens.read(Purpose.UNSUBSCRIBE, token, now)
        if claim is None:
            return None
        with self._store.together(at_once=at_once):
            person = self._claimed(claim)
            if person is None:
                return None
            self._judge.leave(person, claim.issue, source, now)
            if everything:
                for other in self.people.everywhere(person.address):
                    self._judge.leave(other, 0, source, now)
        return person

    def prefer(self, person: Subscriber, chosen: Collection[str], language: str, now: datetime) -> Subscriber:
        """Change topics and language; what the edition does not have is passed over."""
        edition = self.site.edition(person.edition)
        offered = {each.key for each in topics(self.site, edition)} | set(person.topics)
        kept = tuple(key for key in chosen if key in offered)
        spoken = language if language in self.site.config.languages(edition) else person.language
        told = f"{person.edition}; topics: {', '.join(kept) or 'all'}; language: {spoken or 'own'}"
        consent = Consent(action=ConsentAction.CHANGED, source="preferences", at=now, detail=told)
        self.people.prefer(person.id, consent, language=spoken, topics=kept)
        return self.people.get(person.id) or person

    def choices(self, edition: EditionTable, chosen: Collection[str]) -> tuple[Choice, ...]:
        """The topics of an edition, and those besides that somebody has; a damaged archive offers none."""
        try:
            offered = topics(self.site, edition)
        except DigestError:
            offered = ()
        others = [key for key in chosen if key not in {each.key for each in offered}]
        every = (*offered, *(Choice(key=key, text=key) for key in others))
        return tuple(
            Choice(
                key=each.key,
                text=each.text,
                language=each.language,
                count=each.count,
                chosen=each.key in chosen,
            )
            for each in every
        )

    def others(self, person: Subscriber) -> bool:
        """Whether somebody gets other editions, too."""
        staying = (SubscriberState.PENDING, SubscriberState.ACTIVE)
        return any(
            each.id != person.id and each.state in staying for each in self.people.everywhere(person.address)
        )

    # What follows

    def round(self, now: datetime) -> Round:
        """Send the mails that are due, and understand what came back. Raises StoreError."""
        mailed, waiting, fault = 0, 0, ""
        for wish in self.wishes.due(now):
            if self.wishes.mailed(now - HOUR) >= self.site.config.serve.confirmations_per_hour:
                waiting += 1
                break
            try:
                mailed += self._answer(wish, now)
            except DigestError as error:
                waiting += 1
                fault = f"{error.sentence} ({error.subject})" if error.subject else error.sentence
                self._put_off(wish, error, now)
        self._clean(now)
        returned = settle(self.site, self._store, now)
        self._store.tidy()
        return Round(mailed=mailed, waiting=waiting, fault=fault, returned=returned)

    def _clean(self, now: datetime) -> None:
        """Forget, once an hour, who never confirmed, and whom a mail was sent to days ago."""
        if self._cleaned and now - self._cleaned < HOUR:
            return
        self.wishes.purge_pending(now - PENDING)
        self.wishes.forget(now - 2 * DAY)
        self._cleaned = now

    def _answer(self, wish: Wish, now: datetime) -> bool:
        """Answer one wish; True where a mail went out. Raises DigestError where it could not."""
        outcome = self._refused(wish, now)
        if outcome:
            self.wishes.settle(wish, outcome, now)
            return False
        edition = self.site.edition(wish.edition)
        person = self._asked(wish, edition) if wish.text else self._still_pending(wish)
        if person is None:
            self.wishes.settle(wish, "suppressed" if wish.text else "not pending", now)
            return False
        self._send(self._message(wish, edition, person, now), wish, now)
        if not wish.text:
            invited = Consent(action=ConsentAction.INVITED, source="editor", at=now, detail=_told(person))
            self.people.note(person.id, invited)
        self.wishes.settle(wish, MAILED, now)
        return True

    def _asked(self, wish: Wish, edition: EditionTable) -> Subscriber | None:
        """Who filled in the form, taken down as such; None where they must never be mailed."""
        consent = Consent(
            action=ConsentAction.ASKED,
            source="form",
            at=wish.asked_at,
            text=wish.text,
            detail=f"{wish.edition}; topics: {', '.join(wish.topics) or 'all'}; "
            f"language: {wish.language or self.site.config.language(edition)}",
        )
        person = self.people.ask(
            wish.edition, wish.address, consent, language=wish.language, topics=wish.topics
        ).subscriber
        return None if person is None or person.state is SubscriberState.SUPPRESSED else person

    def _still_pending(self, wish: Wish) -> Subscriber | None:
        """Whom an editor added, unless they confirmed or left before the mail could go, or another did."""
        person = self.people.find(wish.edition, wish.address)
        if person is None or person.state is not SubscriberState.PENDING:
            return None
        lines = self.people.consents(person.id)
        return (
            None
            if any(each.action in MAILED_TO_CONFIRM and each.at > wish.asked_at for each in lines)
            else person
        )

    def _refused(self, wish: Wish, now: datetime) -> str:
        """Why a wish gets no mail: nobody is flooded, and no mail goes out whose link is dead."""
        if wish.text and now - wish.asked_at >= LONGEST:  # an editor's word holds as long as they are pending
            return "too late"
        if all(each.name != wish.edition for each in self.site.config.editions):
            return "no such edition"
        if self.wishes.mailed(now - _TWICE, wish.who, wish.edition):
            return "twice"
        limit = self.site.config.serve.confirmations_per_address
        return "limit" if self.wishes.mailed(now - DAY, wish.who) >= limit else ""

    def _message(self, wish: Wish, edition: EditionTable, person: Subscriber, now: datetime) -> Message:
        known = person.state is SubscriberState.ACTIVE
        made = reader.asking(
            self.site.theme(edition),
            self.site.config,
            edition,
            wish.page_language,
            url=self.links.preferences(person.id) if known else self.links.confirm(person.id, now),
            topics=spelled(self.site, edition, wish.topics),
            known=known,
        )
        return confirmation(
            key=self._key,
            number=wish.id,
            sender=edition.sender,
            to=wish.address,
            subject=made.subject,
            html=made.html,
            text=made.text,
            now=now,
            return_path=self.links.return_path(person.id),
            reply_to=edition.reply_to,
        )

    def _send(self, message: Message, wish: Wish, now: datetime) -> None:
        table = self.site.config.delivery
        server = deliver.server(table, os.environ) if table.transport == "smtp" else None
        if server:
            deliver.send(server, message)
        elif table.transport == "sendmail":
            call_sendmail(table.sendmail, message)
        elif table.transport == "folder":
            deliver.write_eml(self.site.root / table.folder, message.data, message.message_id)
        else:
            name = f"confirm-{wish.edition}-{wish.id}-{now:%Y%m%dT%H%M%S}"
            deliver.write_eml(self.site.root / "var" / "outbox", message.data, name)

    def _put_off(self, wish: Wish, error: DigestError, now: datetime) -> None:
        """Try again later; an address that the server refuses for good is let be."""
        reply = error.reply if isinstance(error, DeliveryError) else None
        gone = reply is not None and 550 <= reply < 554 and "the recipient's address" in error.sentence
        if gone:
            self.wishes.settle(wish, "refused", now)
        else:
            self.wishes.defer(wish, again_at(wish.attempts, now))


def call_sendmail(program: str, message: Message) -> None:
    """Hand a message to this machine's sendmail. Raises DeliveryError where that will not have it."""
    letter = Letter(
        subscriber=0,
        attempts=0,
        sender=message.sender,
        recipient=message.recipient,
        data=message.data.removesuffix(b"\r\n"),
    )
    reply = sendmail(program)(letter)
    if reply.code // 100 != 2:
        raise DeliveryError(
            f"{program} refused the message: {reply}", subject=program, hint="read its log", reply=reply.code
        )


def masked(address: str) -> str:
    """An address so that its owner knows it and nobody else learns it: `r•••@example.org`."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}•••@{domain}"


def _told(person: Subscriber) -> str:
    topics_told = ", ".join(person.topics) or "all"
    return f"{person.edition}; topics: {topics_told}; language: {person.language or 'own'}"
