"""Who an issue goes to, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from digest.model.people import Consent, ConsentAction, SuppressionReason
from digest.store import Store, audience
from digest.store.audience import Addressee, Audience
from digest.store.subscribers import Subscribers

NOW = datetime(2026, 1, 26, 9, tzinfo=UTC)


def consent(action: ConsentAction) -> Consent:
    return Consent(action=action, source="form", text="v1", at=NOW)


@pytest.fixture
def people(store: Store) -> Subscribers:
    return Subscribers(store, (b"k" * 32,))


def join(people: Subscribers, local: str, edition: str = "weekly", **said: object) -> int:
    asked = people.ask(edition, f"{local}@example.org", consent(ConsentAction.ASKED), **said)
    assert asked.subscriber
    assert people.confirm(asked.subscriber.id, consent(ConsentAction.CONFIRMED))
    return asked.subscriber.id


def test_only_the_active_of_the_edition(store: Store, people: Subscribers) -> None:
    """Not who never confirmed, left, is suppressed or erased, or reads another edition."""
    stays = [join(people, "ann"), join(people, "bob")]
    people.ask("weekly", "asks@example.org", consent(ConsentAction.ASKED))
    left, other = join(people, "left"), join(people, "other", "monthly")
    people.unsubscribe(left, consent(ConsentAction.LEFT))
    join(people, "bounced")
    people.suppress("bounced@example.org", SuppressionReason.BOUNCE, NOW, source="smtp")
    erased = join(people, "erased")
    people.erase("erased@example.org", NOW)
    with Audience(store, "weekly") as found:
        assert list(found.numbers()) == stays
        asked = [*stays, left, other, erased, 999]
        assert set(found.read(asked)) == set(found.still(asked)) == set(stays)


def test_they_come_as_they_are_now(store: Store, people: Subscribers) -> None:
    """Address, name, language and topics of this moment, not of an earlier read."""
    number = join(people, "ann", name="Ann", language="ko", topics=("robots", "ai"))
    with Audience(store, "weekly") as found:
        assert found.read([number]) == {
            number: Addressee(number, "ann@example.org", "Ann", "ko", ("ai", "robots"), NOW)
        }
        people.prefer(number, consent(ConsentAction.CHANGED), topics=("ai",))
        assert found.read([number])[number].topics == ("ai",)


def test_many_are_read_in_chunks(store: Store, people: Subscribers, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than fit one question, each once, in their order."""
    monkeypatch.setattr(audience, "_SOME", 3)
    monkeypatch.setattr(audience, "_BATCH", 4)
    numbers = [join(people, f"r{number}") for number in range(10)]
    with Audience(store, "weekly") as found:
        assert list(found.numbers()) == numbers
        assert list(found.read(numbers)) == numbers
        assert found.read([]) == {}


def test_a_round_ends_when_somebody_writes(opened: Callable[[], Store]) -> None:
    """Whoever leaves, over any connection, makes it another number."""
    people = Subscribers(opened(), (b"k" * 32,))
    number = join(people, "ann")
    with Audience(opened(), "weekly") as found:
        before = found.round()
        assert number in found.still([number])
        people.unsubscribe(number, consent(ConsentAction.LEFT))
        assert found.round() != before
        assert number not in found.still([number])


def test_on_sqlite_a_quiet_round_stays(store: Store, people: Subscribers, url: str) -> None:
    """Asking is free where nobody wrote; PostgreSQL has no such number, so there all are asked about."""
    number = join(people, "ann")
    with Audience(store, "weekly") as found:
        first = found.round()
        found.read([number])
        assert (found.round() == first) == url.startswith("sqlite")


def test_somebody_may_leave_between_two_reads_of_the_numbers(store: Store, people: Subscribers) -> None:
    """No transaction is held open while the numbers are walked: nobody who unsubscribes waits."""
    numbers = [join(people, f"r{number}") for number in range(3)]
    with Audience(store, "weekly") as found:
        walk = found.numbers()
        assert next(walk) == numbers[0]
        assert people.unsubscribe(numbers[2], consent(ConsentAction.LEFT))
        assert found.still(numbers) == set(numbers[:2])
