"""Taking in many subscribers, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from digest.errors import StoreError
from digest.model.people import Consent, ConsentAction, SubscriberState, SuppressionReason
from digest.store import Store
from digest.store.intake import Intake, Taken
from digest.store.subscribers import Subscribers

NOW = datetime(2026, 1, 26, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
KEYS = (b"k" * 32,)


@pytest.fixture
def people(store: Store) -> Subscribers:
    return Subscribers(store, KEYS)


def row(address: str, state: str = "active", name="", language="", topics="", left="", detail="a.csv"):
    return (address.lower(), address, state, name, language, topics, left, detail)


def take(people: Subscribers, *rows, at: datetime = NOW, edition: str = "weekly", **how) -> Taken:
    with Intake(people, at, **how) as intake:
        return intake.take(edition, rows)


def test_new_ones_come_in_as_they_stood(people: Subscribers) -> None:
    """Each with a consent that says by whom and from where."""
    taken = take(
        people,
        row("Bob@example.org", name="Bob", language="ko", topics="ai\ntea"),
        row("ann@example.org", "pending"),
        row("cy@example.org", "unsubscribed"),
    )
    assert taken == Taken(active=1, pending=1, left=1)
    bob = people.find("weekly", "bob@example.org")
    assert (bob.address, bob.name, bob.language, bob.topics) == (
        "Bob@example.org",
        "Bob",
        "ko",
        ("ai", "tea"),
    )
    assert (bob.state, bob.since) == (SubscriberState.ACTIVE, NOW)
    told = Consent(action=ConsentAction.VOUCHED, source="import", detail="a.csv", at=NOW)
    assert people.consents(bob.id) == (told,)
    assert people.find("weekly", "ann@example.org").since is None
    actions = [people.consents(each)[0].action.value for each in (1, 2, 3)]
    assert sorted(actions) == ["imported", "left", "vouched"]


def test_the_same_again_changes_nothing(people: Subscribers) -> None:
    """No row and no line of consent."""
    rows = [row(f"a{each}@example.org", topics="ai") for each in range(5)]
    take(people, *rows)
    assert take(people, *rows, at=LATER) == Taken(unchanged=5)
    assert [len(people.consents(each)) for each in range(1, 6)] == [1] * 5


def test_a_batch_of_known_and_new_ones(people: Subscribers) -> None:
    """The new ones are counted, and get their own consents."""
    take(people, row("b@example.org"), row("d@example.org"))
    taken = take(people, *(row(f"{each}@example.org") for each in "abcde"))
    assert taken == Taken(active=3, unchanged=2)
    found = [people.find("weekly", f"{each}@example.org").id for each in "abcde"]
    assert [len(people.consents(each)) for each in found] == [1] * 5


def test_what_a_row_gives_replaces_what_was(people: Subscribers) -> None:
    """And what it leaves empty stays."""
    take(people, row("ann@example.org", name="Ann", language="ko", topics="tea"))
    assert take(people, row("ann@example.org", topics="ai", language="en"), at=LATER) == Taken(changed=1)
    ann = people.find("weekly", "ann@example.org")
    assert (ann.name, ann.language, ann.topics, ann.since) == ("Ann", "en", ("ai",), NOW)
    assert [each.action.value for each in people.consents(ann.id)] == ["vouched", "changed"]


def test_who_is_pending_may_have_confirmed_elsewhere(people: Subscribers) -> None:
    """And is active from then on; who is active is never made pending."""
    take(people, row("ann@example.org", "pending"))
    assert take(people, row("ann@example.org"), at=LATER) == Taken(confirmed=1)
    assert people.find("weekly", "ann@example.org").since == LATER
    assert take(people, row("ann@example.org", "pending")) == Taken(unchanged=1)
    assert people.find("weekly", "ann@example.org").state is SubscriberState.ACTIVE


def test_nobody_who_left_is_brought_back(people: Subscribers) -> None:
    """By no row at all."""
    take(people, row("ann@example.org"))
    ann = people.find("weekly", "ann@example.org").id
    people.unsubscribe(ann, Consent(action=ConsentAction.LEFT, source="one-click", at=NOW))
    assert take(people, row("ann@example.org", topics="ai")) == Taken(stayed_away=1)
    assert take(people, row("ann@example.org", "unsubscribed")) == Taken(unchanged=1)
    assert people.get(ann).state is SubscriberState.UNSUBSCRIBED
    assert people.get(ann).topics == ()


def test_the_erased_and_the_suppressed_are_kept_out(people: Subscribers, store: Store) -> None:
    """Known by their hash alone, in every edition."""
    take(people, row("ann@example.org"), row("bob@example.org"))
    people.erase("ann@example.org", NOW)
    people.suppress("bob@example.org", SuppressionReason.COMPLAINT, NOW)
    rows = [row("ANN@example.org"), row("bob@example.org"), row("cy@example.org")]
    assert take(people, *rows) == Taken(kept_out=2, active=1)
    assert take(people, *rows, edition="daily") == Taken(kept_out=2, active=1)
    assert people.find("weekly", "ann@example.org") is None
    assert people.find("daily", "bob@example.org") is None
    with (
        store._writing() as connection
    ):  # as of a database whose hash was lost: the state alone keeps him out
        connection.execute(sa.text("DELETE FROM suppressions"))
    assert take(people, row("bob@example.org")) == Taken(kept_out=1)


def test_who_left_elsewhere_leaves_here(people: Subscribers) -> None:
    """Unless they subscribed here after that day."""
    take(people, row("ann@example.org"), row("bob@example.org"), row("cy@example.org", "pending"))
    taken = take(
        people,
        row("ann@example.org", "unsubscribed", left="2026-01-25 10:00:00"),
        row("bob@example.org", "unsubscribed", left="2026-01-27 10:00:00"),
        row("cy@example.org", "unsubscribed"),
    )
    assert taken == Taken(unchanged=1, closed=2)
    assert people.find("weekly", "ann@example.org").state is SubscriberState.ACTIVE
    bob = people.find("weekly", "bob@example.org")
    assert bob.state is SubscriberState.UNSUBSCRIBED
    assert people.consents(bob.id)[-1].action is ConsentAction.LEFT


def test_who_was_suppressed_elsewhere_is_suppressed_here(people: Subscribers) -> None:
    """Subscribed or not, with the reason; of one who was not, the hash is all that is kept."""
    take(people, row("ann@example.org"))
    take(people, row("ann@example.org"), edition="daily")
    rows = [row("ann@example.org", "complaint"), row("bob@example.org", "bounce")]
    assert take(people, *rows) == Taken(closed=1, barred=1)
    assert {each.state for each in people.everywhere("ann@example.org")} == {SubscriberState.SUPPRESSED}
    assert people.suppressed("ann@example.org") == (SuppressionReason.COMPLAINT, NOW)
    assert people.suppressed("BOB@example.org") == (SuppressionReason.BOUNCE, NOW)
    assert people.everywhere("bob@example.org") == ()
    assert take(people, *rows) == Taken(kept_out=2)


def test_a_rehearsal_tells_and_changes_nothing(people: Subscribers) -> None:
    """Also of rows in two batches, and of suppressions."""
    take(people, row("old@example.org", "pending"))
    with Intake(people, LATER, rehearsal=True) as intake:
        first = intake.take(
            "weekly", [row("ann@example.org"), row("old@example.org"), row("x@example.org", "bounce")]
        )
        second = intake.take("weekly", [row("ann@example.org", topics="ai"), row("bob@example.org")])
    assert first == Taken(active=1, confirmed=1, barred=1)
    assert second == Taken(changed=1, active=1)
    assert people.counts()[SubscriberState.ACTIVE] == 0
    assert people.counts()[SubscriberState.PENDING] == 1
    assert not people.is_suppressed("x@example.org")
    first += second
    assert (first.active, first.changed) == (2, 1)


def test_a_batch_that_fails_leaves_nothing_of_itself(people: Subscribers, store: Store) -> None:
    """What came before it stays."""
    take(people, row("ann@example.org"))
    with pytest.raises(StoreError, match="subscribers_state_known"):
        take(people, row("bob@example.org"), row("cy@example.org", "nonsense"))
    assert people.find("weekly", "bob@example.org") is None
    assert people.find("weekly", "ann@example.org")
