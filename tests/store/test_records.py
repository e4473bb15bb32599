"""What the store is told and asked, on SQLite and PostgreSQL."""

import dataclasses
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest

from digest.compose import remember
from digest.errors import StoreError
from digest.model import (
    Entry,
    EntryType,
    Issue,
    Item,
    Ledger,
    Passed,
    Position,
    Reason,
    SealedIssue,
    Section,
)
from digest.store import Store, ledger_rows

NOW = datetime(2026, 1, 26, 9, tzinfo=timezone(timedelta(hours=8)))


def entry(key, fingerprint="f", kind=EntryType.ARTICLE):
    return Entry(
        key=key,
        type=kind,
        kind="article",
        slug=key,
        title=key,
        language="en",
        position=Position(path=key),
        fingerprint=fingerprint,
    )


def item(*values, reason=Reason.NEW, **more):
    return Item(entry=entry(*values, **more), reason=reason, url="u", minutes=1)


def issue(number=1, *, edition="weekly", date=NOW, items=(), profiles=(), overflow=(), passed=()):
    return Issue(
        edition=edition,
        number=number,
        label="2026-W05",
        title="T",
        tagline="",
        language="en",
        languages=("en",),
        date=date,
        subject="茶",
        preheader="",
        sections=(Section(key="", title="", colour="teal", items=tuple(items)),),
        profiles=tuple(profiles),
        overflow=tuple(overflow),
        passed=tuple(passed),
    )


def sealed(*values, seal="s", **more):
    return SealedIssue(issue=issue(*values, **more), folder="f", seal=seal)


FIRST = sealed(
    1,
    items=[item("a", "1")],
    profiles=[item("p", "1", kind=EntryType.PROFILE)],
    overflow=[item("o", "1")],
    passed=[Passed(key="old", fingerprint="9"), Passed(key="back", fingerprint="8")],
)
SECOND = sealed(
    2,
    date=NOW + timedelta(days=7),
    seal="s2",
    items=[item("back", "8")],
    profiles=[item("p", "2", kind=EntryType.PROFILE, reason=Reason.UPDATED)],
)


def test_an_empty_database_knows_nothing(store):
    """The ledger before the first issue."""
    assert store.ledger("weekly") == Ledger()
    assert store.seals() == {}
    assert store.slot("weekly", "x") is None


def test_what_is_recorded_is_the_ledger(store):
    """The database and the archive tell the same story, whatever the order of replay."""
    assert store.record(SECOND)
    assert store.record(FIRST)
    found = store.ledger("weekly")
    told = remember([FIRST.issue, SECOND.issue])
    published = {key: dataclasses.replace(each, likeness=()) for key, each in told.published.items()}
    assert (found.published, found.passed) == (published, told.passed)
    assert (found.last, found.next_number) == (told.last, told.next_number) == (SECOND.issue.date, 3)
    assert found.published["p"].number == 2
    assert store.seals("weekly") == {("weekly", 1): "s", ("weekly", 2): "s2"}


def test_rows_say_what_was_done():
    """Published, updated or passed over."""
    rows = {(row["entry"], row["action"]) for each in (FIRST, SECOND) for row in ledger_rows(each.issue)}
    assert rows == {
        *(("a", "published"), ("p", "published"), ("o", "published"), ("old", "passed"), ("back", "passed")),
        *(("back", "published"), ("p", "updated")),
    }


def test_settled_slot_is_reopened_once(store):
    """Of two who saw a slot fail one takes it again, and its claim is dated now."""
    later = NOW + timedelta(minutes=5)
    store.claim_slot("weekly", "slot", NOW)
    store.settle_slot("weekly", "slot", outcome="failed: disk full")
    seen = store.slot("weekly", "slot")
    assert store.reopen_slot(seen, later)
    assert not store.reopen_slot(seen, later)
    assert store.slot("weekly", "slot") == dataclasses.replace(seen, outcome=None, claimed_at=later)


def test_recording_twice_changes_nothing(store):
    """Replay is idempotent, and says whether there was anything to do."""
    assert store.record(FIRST) is True
    before = store.ledger("weekly")
    assert store.record(FIRST) is False
    assert store.ledger("weekly") == before


def test_another_issue_under_the_same_number_is_refused(store):
    """Two histories are never mixed."""
    store.record(FIRST)
    with pytest.raises(StoreError, match="another issue was recorded as weekly/1"):
        store.record(sealed(1, items=[item("x")], seal="other"))
    assert "x" not in store.ledger("weekly").published


def test_editions_do_not_mix(store):
    """Each has its own ledger and numbers."""
    store.record(FIRST)
    store.record(sealed(1, edition="monthly", items=[item("m")]))
    assert set(store.ledger("monthly").published) == {"m"}
    assert store.seals("monthly") == {("monthly", 1): "s"}
    assert len(store.seals()) == 2


def test_an_issue_without_entries_is_recorded_too(store):
    """Nothing published is no reason to forget the number."""
    assert store.record(sealed(1))
    assert store.ledger("weekly").next_number == 2


def test_naive_datetimes_are_refused(store):
    """A time without a zone is another instant on every machine."""
    with pytest.raises(ValueError, match="time zone"):
        store.record(sealed(1, date=datetime(2026, 1, 26)))
    with pytest.raises(ValueError, match="time zone"):
        store.claim_slot("weekly", "x", datetime(2026, 1, 26))


def test_a_slot_is_claimed_once_and_settled(store):
    """The first one gets it; what became of it is kept."""
    assert store.claim_slot("weekly", "2026-01-26T09:00", NOW)
    assert not store.claim_slot("weekly", "2026-01-26T09:00", NOW + timedelta(days=1))
    assert store.claim_slot("monthly", "2026-01-26T09:00", NOW)
    taken = store.slot("weekly", "2026-01-26T09:00")
    assert (taken.claimed_at, taken.outcome, taken.number) == (NOW, None, None)
    assert taken.claimed_at.tzinfo is UTC
    store.settle_slot("weekly", "2026-01-26T09:00", outcome="published", number=4)
    settled = store.slot("weekly", "2026-01-26T09:00")
    assert (settled.outcome, settled.number) == ("published", 4)


def test_an_open_claim_is_taken_over_after_its_lease(store):
    """Its owner died; a settled one is never taken over."""
    lease = timedelta(minutes=10)
    store.claim_slot("weekly", "x", NOW)
    assert not store.claim_slot("weekly", "x", NOW + timedelta(minutes=9), lease=lease)
    assert store.claim_slot("weekly", "x", NOW + timedelta(minutes=10), lease=lease)
    assert not store.claim_slot("weekly", "x", NOW + timedelta(minutes=11), lease=lease)
    store.settle_slot("weekly", "x", outcome="nothing new")
    assert not store.claim_slot("weekly", "x", NOW + timedelta(days=9), lease=lease)


def test_of_many_that_race_for_a_slot_one_wins(opened):
    """Eight at once, on connections of their own, over twenty slots: twenty winners."""
    stores = [opened() for _ in range(8)]
    start = threading.Barrier(8)

    def race(store):
        start.wait()
        return sum(store.claim_slot("weekly", f"slot {n}", NOW) for n in range(20))

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(race, stores)) == 20


def test_opening_at_once_upgrades_once(url, tmp_path):
    """Six that find no tables make them once, and none fails."""
    start = threading.Barrier(6)

    def run(_):
        start.wait()
        with Store.open(url, tmp_path) as store:
            return store.seals()

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(run, range(6))) == [{}] * 6


def test_a_reader_sees_what_was_recorded(store, url, tmp_path):
    """Peeking reads while a writer is open."""
    store.record(FIRST)
    with Store.peek(url, tmp_path) as reader:
        assert reader.seals() == {("weekly", 1): "s"}
        with pytest.raises(StoreError):
            reader.record(SECOND)


def test_a_row_that_breaks_a_rule_rolls_all_back(store):
    """An issue and its ledger rows are recorded together or not at all."""
    twice = sealed(3, items=[item("a"), item("a")])
    with pytest.raises(StoreError):
        store.record(twice)
    assert store.seals() == {}
