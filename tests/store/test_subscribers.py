"""Subscribers on both databases: coming, confirming, leaving, never again."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from digest.errors import StoreBusyError, StoreError
from digest.model.people import Consent, ConsentAction, SubscriberState, SuppressionReason
from digest.store import Store
from digest.store.bounces import Bounces
from digest.store.intake import Intake
from digest.store.subscribers import Recipient, Subscribers
from digest.store.wishes import Wish, Wishes

NOW = datetime(2026, 1, 26, 9, tzinfo=UTC)
KEYS = (b"k" * 32,)
WISHING = ("ann@example.org", "ANN@example.org", "bob@example.org")


def consent(action: ConsentAction = ConsentAction.ASKED, at: datetime = NOW) -> Consent:
    return Consent(action=action, source="form", text="v1", at=at)


CONFIRMED = consent(ConsentAction.CONFIRMED, NOW + timedelta(hours=1))
LEFT = consent(ConsentAction.LEFT, NOW + timedelta(hours=2))


@pytest.fixture
def people(store: Store) -> Subscribers:
    return Subscribers(store, KEYS)


def joined(people: Subscribers, address: str = "Ann@example.org", **said) -> int:
    asked = people.ask("weekly", address, consent(), **said)
    assert people.confirm(asked.subscriber.id, CONFIRMED)
    return asked.subscriber.id


def test_who_asks_is_pending_and_who_confirms_is_active(people: Subscribers) -> None:
    """With name, language and sorted topics; the record tells both steps."""
    asked = people.ask(
        "weekly", "Ann@example.org", consent(), name="Ann", language="ko", topics=("robots", "ai")
    )
    assert asked.before is None
    assert asked.subscriber.state is SubscriberState.PENDING
    assert asked.subscriber.topics == ("ai", "robots")
    found = people.confirm(asked.subscriber.id, CONFIRMED)
    assert (found.state, found.since, found.language) == (SubscriberState.ACTIVE, CONFIRMED.at, "ko")
    assert people.consents(found.id) == (consent(), CONFIRMED)
    assert people.get(found.id) == people.find("weekly", "ann@EXAMPLE.org") == found


def test_at_once_or_not_at_all(store: Store, people: Subscribers) -> None:
    """Whoever may not wait is told that another writes, or that the database is elsewhere."""
    number = joined(people)

    def at_once() -> bool:
        with store.together(at_once=True):
            return people.unsubscribe(number, LEFT)

    with ExitStack() as another:
        if store._url.get_backend_name() == "sqlite":
            writing = another.enter_context(
                closing(sqlite3.connect(store._url.database, isolation_level=None))
            )
            writing.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusyError):
            at_once()
    with ThreadPoolExecutor(1) as threads, store.together():
        assert isinstance(threads.submit(at_once).exception(), StoreBusyError)
    assert people.get(number).state is SubscriberState.ACTIVE
    if store._url.get_backend_name() == "sqlite":
        assert at_once()
        with store._writing() as connection:
            assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 10_000
    assert people.unsubscribe(number, LEFT) is (store._url.get_backend_name() != "sqlite")


def test_what_is_asked_straight_away_fails_as_all_else(store: Store, people: Subscribers) -> None:
    """A database without its tables is told as such, by its place."""
    with store._writing() as connection:
        connection.exec_driver_sql("DROP TABLE consents")
    with pytest.raises(StoreError, match="the database cannot be used"):
        people.note(1, LEFT)


def test_the_case_of_an_address_makes_no_second_subscriber(people: Subscribers) -> None:
    """The address stays as it was first written."""
    number = joined(people)
    again = people.ask("weekly", "ANN@example.org", consent(), name="Else")
    assert (again.before, again.subscriber.id) == (SubscriberState.ACTIVE, number)
    assert again.subscriber.address == "Ann@example.org"
    assert again.subscriber.name == ""
    assert len(people.consents(number)) == 2


def test_confirming_twice_is_confirming_once(people: Subscribers) -> None:
    """The second time writes nothing."""
    number = joined(people)
    later = consent(ConsentAction.CONFIRMED, NOW + timedelta(days=1))
    assert people.confirm(number, later).since == CONFIRMED.at
    assert len(people.consents(number)) == 2


def test_who_left_is_not_brought_back_by_an_old_link(people: Subscribers) -> None:
    """Only by asking again, and confirming again."""
    number = joined(people)
    assert people.unsubscribe(number, LEFT)
    assert not people.unsubscribe(number, LEFT)
    assert people.confirm(number, CONFIRMED) is None
    again = people.ask("weekly", "ann@example.org", consent(), topics=("tea",))
    assert again.before is SubscriberState.UNSUBSCRIBED
    assert (again.subscriber.id, again.subscriber.since) == (number, None)
    assert people.confirm(number, CONFIRMED).topics == ("tea",)
    actions = [each.action.value for each in people.consents(number)]
    assert actions == ["asked", "confirmed", "left", "asked", "confirmed"]


def test_preferences_change_what_is_given(people: Subscribers) -> None:
    """And nothing of who has left; what is the same already leaves no line."""
    number = joined(people, topics=("ai",))
    changed = consent(ConsentAction.CHANGED)
    assert people.prefer(number, changed, topics=(), language="en")
    assert (people.get(number).topics, people.get(number).language) == ((), "en")
    assert not people.prefer(number, changed, language="en")
    assert not people.prefer(number, changed)
    people.unsubscribe(number, LEFT)
    assert not people.prefer(number, changed, language="ko")
    assert people.get(number).language == "en"


def test_suppressing_closes_every_subscription_of_an_address(people: Subscribers) -> None:
    """Of all editions, for good; each tells why."""
    number = joined(people)
    other = people.ask("daily", "ann@example.org", consent()).subscriber.id
    assert people.suppress("ANN@example.org", SuppressionReason.COMPLAINT, NOW)
    assert not people.suppress("ann@example.org", SuppressionReason.BOUNCE, NOW)
    assert people.suppressed("ann@example.org") == (SuppressionReason.COMPLAINT, NOW)
    assert {each.state for each in people.everywhere("ann@example.org")} == {SubscriberState.SUPPRESSED}
    assert [people.consents(each)[-1].detail for each in (number, other)] == ["complaint", "complaint"]
    assert people.confirm(other, CONFIRMED) is None
    asked = people.ask("third", "ann@example.org", consent())
    assert (asked.subscriber, asked.before) == (None, SubscriberState.SUPPRESSED)
    assert people.still_active([number, other]) == set()


def test_erasing_leaves_a_hash_and_a_nameless_record(people: Subscribers, store: Store) -> None:
    """No row of the database holds the address, and asking does not bring it back."""
    number = joined(people, name="Ann Lee")
    assert people.erase("ann@example.org", NOW) == 1
    assert people.get(number) is None
    assert people.suppressed("Ann@example.org") == (SuppressionReason.ERASED, NOW)
    assert people.ask("weekly", "ann@example.org", consent()).before is SubscriberState.SUPPRESSED
    assert people.consents(number)[-1].action is ConsentAction.ERASED
    with store._reading() as connection:
        for name in ("subscribers", "consents", "suppressions"):
            told = repr(connection.execute(sa.text(f"SELECT * FROM {name}")).all()).lower()
            assert "ann" not in told
    assert people.erase("nobody@example.org", NOW) == 0
    assert people.is_suppressed("nobody@example.org")


def test_erasing_forgets_what_waits(people: Subscribers, store: Store) -> None:
    """A wish without an answer, and returned mail that nobody has read, where they name the address."""
    joined(people)
    asked = [
        Wish(edition="weekly", address=who, who="h", asked_at=NOW, page_language="en") for who in WISHING
    ]
    for each in asked:
        Wishes(store).add(each)
    bounces = Bounces(store)
    assert bounces.keep(b"To: b+x@paper.example\n\n<Ann@example.org>: gone \xff\x00", "lmtp", NOW, ["b+x@y"])
    assert bounces.keep(b"To: b+x@paper.example\n\n<bob@example.org>: gone", "lmtp", NOW)
    people.erase("Ann@example.org", NOW)
    assert [each.address for each in Wishes(store).due(NOW)] == ["bob@example.org"]
    (waiting,) = bounces.waiting()
    assert b"<bob@example.org>: gone" in waiting.raw
    with store._reading() as connection:
        for name in ("subscribers", "wishes", "returned_mails"):
            assert "nn@example" not in repr(connection.execute(sa.text(f"SELECT * FROM {name}")).all())


def test_a_number_is_never_given_twice(people: Subscribers) -> None:
    """The outbox remembers people by number, also those who were erased."""
    number = joined(people)
    people.erase("ann@example.org", NOW)
    assert people.ask("weekly", "bob@example.org", consent()).subscriber.id > number


@pytest.mark.parametrize("what", ["UPDATE consents SET source = 'x'", "DELETE FROM consents"])
def test_consents_are_only_ever_added_to(people: Subscribers, store: Store, what: str) -> None:
    """The database itself refuses to change or delete one."""
    number = joined(people)
    with pytest.raises(StoreError, match="only ever added to"), store._writing() as connection:
        connection.execute(sa.text(what))
    assert len(people.consents(number)) == 2


def test_a_new_secret_still_knows_what_the_old_one_suppressed(store: Store) -> None:
    """As long as the old one is at hand; without it nobody is let in."""
    Subscribers(store, KEYS).suppress("ann@example.org", SuppressionReason.BOUNCE, NOW)
    new = (b"n" * 32,)
    assert Subscribers(store, new + KEYS).is_suppressed("ann@example.org")
    with pytest.raises(StoreError, match="another secret") as caught:
        Subscribers(store, new).ask("weekly", "bob@example.org", consent())
    assert "DIGEST_SECRET_OLD" in caught.value.hint
    with pytest.raises(ValueError, match="without the keys"):
        Subscribers(store).is_suppressed("ann@example.org")


def test_the_active_come_in_the_order_of_their_numbers(people: Subscribers) -> None:
    """Batch after batch, of one edition; who leaves in between is not in a later one."""
    numbers = [joined(people, f"a{index}@example.org", topics=("ai",)) for index in range(7)]
    people.ask("weekly", "pending@example.org", consent())
    people.ask("daily", "other@example.org", consent())
    batches = people.active("weekly", batch=3)
    first = next(batches)
    assert first[0] == Recipient(numbers[0], "a0@example.org", "", "", ("ai",))
    people.unsubscribe(numbers[5], LEFT)
    rest = [each.id for batch in batches for each in batch]
    assert [each.id for each in first] + rest == [*numbers[:5], numbers[6]]
    assert [each.id for batch in people.active("weekly", after=numbers[4]) for each in batch] == [numbers[6]]
    assert people.still_active(numbers) == {*numbers} - {numbers[5]}


def test_counting(people: Subscribers) -> None:
    """By state; of an edition or of all."""
    joined(people)
    people.ask("daily", "ann@example.org", consent())
    assert people.counts("weekly") == {
        SubscriberState.PENDING: 0,
        SubscriberState.ACTIVE: 1,
        SubscriberState.UNSUBSCRIBED: 0,
        SubscriberState.SUPPRESSED: 0,
    }
    assert people.counts()[SubscriberState.PENDING] == 1


def test_many_are_asked_in_their_turns(store: Store, people: Subscribers) -> None:
    """Only who is pending and whom no mail has asked; each at its turn, the last of which is known."""
    rows = [
        (f"r{number}@example.org", f"r{number}@example.org", "pending", "", "", "", "", "list.csv")
        for number in range(1_203)  # more than one question's worth
    ]
    with Intake(people, NOW) as intake:
        intake.take("weekly", rows)
    wishes, keys = Wishes(store), [row[0] for row in rows]
    first, second = (people.find("weekly", f"r{number}@example.org") for number in (0, 1))
    people.note(first.id, consent(ConsentAction.INVITED))
    people.confirm(second.id, CONFIRMED)
    left = wishes.unasked("weekly", keys)
    assert {each.address for each in left} == {*keys} - {first.address, second.address}
    assert wishes.unasked("monthly", keys) == []
    assert wishes.last_turn() is None
    asked = [
        Wish(edition="weekly", address=each.address, who=each.address, asked_at=NOW, page_language="en")
        for each in left
    ]
    wishes.queue((each, NOW + timedelta(minutes=turn)) for turn, each in enumerate(asked))
    wishes.queue([])
    assert wishes.last_turn() == NOW + timedelta(minutes=len(left) - 1)
    assert wishes.open_of("weekly", keys) == {each.address for each in left}
    assert wishes.open_of("monthly", keys) == set()
    assert [each.address for each in wishes.due(NOW + timedelta(minutes=1))] == [
        each.address for each in left[:2]
    ]
