"""The outbox: a row for each recipient, states that only go where they may, one sender, one file."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digest.errors import StoreError
from digest.model.people import DeliveryState
from digest.store.delivery_log import DeliveryLog
from digest.store.outbox import Outbox, OutboxIssue, Result
from digest.store.outbox_file import BALLAST_BYTES, Ballast, BusyError, FullError, sole_sender

NOW = datetime(2026, 1, 26, 9, tzinfo=UTC)
AT = NOW.timestamp()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "var/outbox.db"


@pytest.fixture
def outbox(path: Path) -> Iterator[Outbox]:
    with Outbox.open(path) as made:
        yield made


def owed(outbox: Outbox, *numbers: int, number: int = 1) -> OutboxIssue:
    outbox.fan_out("weekly", number, numbers, NOW)
    found = outbox.issue("weekly", number)
    assert found
    return found


def became(
    outbox: Outbox,
    issue: OutboxIssue,
    subscriber: int,
    state: DeliveryState,
    *,
    at: float = AT,
    next_at: float = 0.0,
    cause: str = "",
    reply: str = "",
) -> None:
    result = Result(
        subscriber=subscriber, state=state, attempts=1, at=at, next_at=next_at, cause=cause, reply=reply
    )
    outbox.commit(issue.id, [result], [], at)


def states(outbox: Outbox, issue: OutboxIssue) -> dict[str, int]:
    return {state.value: many for state, many in outbox.counts(issue).items()}


def test_a_promise_is_owed_until_it_is_fanned_out(outbox: Outbox) -> None:
    """Promised twice is promised once; its first time stays; rows end the promise."""
    outbox.promise("weekly", 1, NOW)
    outbox.promise("weekly", 1, NOW + timedelta(days=1))
    (promise,) = outbox.owed()
    assert (promise.name, promise.promised_at, promise.fanned_at) == ("weekly/1", NOW, None)
    assert outbox.issues(unfinished=True) == ()
    assert outbox.fan_out("weekly", 1, [3, 1, 2], NOW) == 3
    assert outbox.owed() == ()
    assert [each.name for each in outbox.issues(unfinished=True)] == ["weekly/1"]


def test_a_promise_of_what_was_never_sealed_is_forgotten(outbox: Outbox) -> None:
    """What has rows is no promise any more, and stays."""
    outbox.promise("weekly", 1, NOW)
    outbox.withdraw("weekly", 1)
    assert outbox.issue("weekly", 1) is None
    issue = owed(outbox, 1)
    outbox.withdraw("weekly", 1)
    assert outbox.issue("weekly", 1) == issue


def test_fanning_out_again_adds_only_who_is_new(outbox: Outbox) -> None:
    """Who has the issue does not get it again; somebody new opens an issue that had ended."""
    issue = owed(outbox, 1, 2)
    for number in (1, 2):
        became(outbox, issue, number, DeliveryState.SENT)
    assert outbox.end(issue.id, AT)
    assert outbox.fan_out("weekly", 1, [1, 2], NOW) == 0
    assert outbox.issue("weekly", 1).ended_at == NOW
    assert outbox.fan_out("weekly", 1, [1, 2, 3], NOW) == 1
    assert outbox.issue("weekly", 1).ended_at is None
    assert states(outbox, issue) == {"sent": 2, "pending": 1}


def test_fanning_out_many_is_one_transaction(path: Path, outbox: Outbox) -> None:
    """More than a batch: all rows or none, also where the numbers' source fails in the middle."""

    def failing() -> Iterator[int]:
        yield from range(60_000)
        raise ValueError("the people's database is gone")

    with pytest.raises(ValueError, match="is gone"):
        outbox.fan_out("weekly", 1, failing(), NOW)
    assert outbox.issue("weekly", 1) is None
    assert outbox.fan_out("weekly", 1, range(1, 60_001), NOW) == 60_000


def test_nothing_but_numbers_is_kept_of_people(path: Path, outbox: Outbox) -> None:
    """No column has an address: erasing somebody leaves none here."""
    owed(outbox, 7)
    with sqlite3.connect(path) as database:
        names = {row[1] for row in database.execute("PRAGMA table_info(deliveries)")}
    database.close()
    assert names == {"issue", "subscriber", "state", "attempts", "at", "next_at", "cause", "reply"}


def test_pending_ones_come_by_number_in_chunks(outbox: Outbox) -> None:
    """After a number, so many at most, and only those that have not begun."""
    issue = owed(outbox, 5, 1, 4, 2, 3)
    became(outbox, issue, 2, DeliveryState.SENT)
    assert outbox.pending(issue.id, 0, 2) == [(1, 0), (3, 0)]
    assert outbox.pending(issue.id, 3, 9) == [(4, 0), (5, 0)]
    assert outbox.pending(issue.id, 5, 9) == []


def test_deferred_ones_come_by_when_they_are_due(outbox: Outbox) -> None:
    """With their tries and their time."""
    issue = owed(outbox, 1, 2, 3)
    became(outbox, issue, 1, DeliveryState.DEFERRED, next_at=AT + 60)
    became(outbox, issue, 3, DeliveryState.DEFERRED, next_at=AT + 30)
    assert outbox.deferred(issue.id) == [(3, 1, AT + 30), (1, 1, AT + 60)]


def test_a_commit_is_all_or_nothing(outbox: Outbox) -> None:
    """Results and marks are one transaction; one that cannot be written leaves the others unwritten."""
    issue = owed(outbox, 1, 2)
    good = Result(subscriber=1, state=DeliveryState.SENT, attempts=1, at=AT)
    with pytest.raises(StoreError):
        outbox.commit(issue.id, [good], [(2, None)], AT)  # type: ignore[list-item]
    assert states(outbox, issue) == {"pending": 2}
    outbox.commit(issue.id, [good], [(2, 1)], AT)
    assert states(outbox, issue) == {"sent": 1, "inflight": 1}
    (row,) = DeliveryLog(outbox).rows(issue, DeliveryState.INFLIGHT)
    assert (row.subscriber, row.attempts, row.at) == (2, 1, NOW)


@pytest.mark.parametrize(("hold", "state"), [(False, "pending"), (True, "uncertain")])
def test_what_a_dead_sender_left_is_settled(outbox: Outbox, hold: bool, state: str) -> None:
    """In flight is sent again, or waits for an operator, as the policy says; the rest is not touched."""
    issue = owed(outbox, 1, 2, 3)
    became(outbox, issue, 1, DeliveryState.SENT)
    outbox.commit(issue.id, [], [(2, 1)], AT)
    assert outbox.begin(issue, NOW, hold=hold) == 1
    assert states(outbox, issue) == (
        {"sent": 1, "pending": 2} if not hold else {"sent": 1, state: 1, "pending": 1}
    )
    (row,) = [each for each in DeliveryLog(outbox).rows(issue, DeliveryState(state)) if each.subscriber == 2]
    assert (row.cause, row.attempts) == ("the sender died", 1)
    assert outbox.begin(issue, NOW + timedelta(hours=1), hold=hold) == 0
    assert outbox.issue("weekly", 1).begun_at == NOW


@pytest.mark.parametrize("state", [DeliveryState.PENDING, DeliveryState.SENT])
def test_an_operator_decides_about_the_uncertain(outbox: Outbox, state: DeliveryState) -> None:
    """Sent again opens the issue; taken for sent leaves it closed; a second time decides nothing."""
    issue = owed(outbox, 1)
    became(outbox, issue, 1, DeliveryState.UNCERTAIN)
    assert outbox.end(issue.id, AT)
    assert outbox.settle_uncertain(issue, state, NOW) == 1
    assert outbox.counts(issue) == {state: 1}
    assert (outbox.issue("weekly", 1).ended_at is None) == (state is DeliveryState.PENDING)
    assert outbox.settle_uncertain(issue, state, NOW) == 0


def test_an_issue_ends_when_nothing_is_left(outbox: Outbox) -> None:
    """Not before: pending, in flight and deferred keep it open; failed, skipped and uncertain do not."""
    issue = owed(outbox, 1, 2, 3, 4)
    assert not outbox.end(issue.id, AT)
    outbox.commit(issue.id, [], [(1, 1)], AT)
    for number, state in ((2, "failed"), (3, "skipped"), (4, "uncertain")):
        became(outbox, issue, number, DeliveryState(state))
    assert not outbox.end(issue.id, AT)
    became(outbox, issue, 1, DeliveryState.DEFERRED, next_at=AT)
    assert not outbox.end(issue.id, AT)
    became(outbox, issue, 1, DeliveryState.SENT)
    assert outbox.end(issue.id, AT)
    assert outbox.issues(unfinished=True) == ()


def test_a_pause_stays_until_it_is_resumed(outbox: Outbox) -> None:
    """Its reason is kept; once resumed, bounces pause this issue no more."""
    issue = owed(outbox, 1)
    outbox.pause(issue.id, "550 5.7.1 relaying denied")
    found = outbox.issue("weekly", 1)
    assert (found.paused, found.watched) == ("550 5.7.1 relaying denied", True)
    outbox.resume(issue.id)
    found = outbox.issue("weekly", 1)
    assert (found.paused, found.watched) == ("", False)


def test_a_withdrawn_issue_leaves_no_more(outbox: Outbox) -> None:
    """What waits is skipped with the reason, what was sent or is on its way keeps its row, and it is over."""
    issue = owed(outbox, 1, 2, 3, 4)
    became(outbox, issue, 1, DeliveryState.SENT)
    became(outbox, issue, 2, DeliveryState.DEFERRED)
    outbox.commit(issue.id, [], [(3, 1)], AT)
    assert outbox.cancel(issue, NOW) == 2
    assert states(outbox, issue) == {"sent": 1, "skipped": 2, "inflight": 1}
    assert outbox.causes(issue, DeliveryState.SKIPPED) == {"withdrawn": 2}
    assert outbox.issue("weekly", 1).ended_at == NOW
    assert outbox.cancel(issue, NOW) == 0


def test_causes_are_counted_the_commonest_first(outbox: Outbox) -> None:
    """Why deliveries failed, and no other state's causes."""
    issue = owed(outbox, 1, 2, 3, 4)
    for number, cause in ((1, "refused"), (2, "no such address"), (3, "no such address")):
        became(outbox, issue, number, DeliveryState.FAILED, cause=cause)
    became(outbox, issue, 4, DeliveryState.SKIPPED, cause="no topic")
    assert list(outbox.causes(issue, DeliveryState.FAILED).items()) == [
        ("no such address", 2),
        ("refused", 1),
    ]


def test_rows_are_limited_and_know_their_times(outbox: Outbox) -> None:
    """By subscriber, with UTC times, None where there is none yet."""
    issue = owed(outbox, 3, 1, 2)
    became(outbox, issue, 1, DeliveryState.DEFERRED, next_at=AT + 60, cause="refused", reply="451 later")
    (row,) = DeliveryLog(outbox).rows(issue, DeliveryState.DEFERRED)
    assert (row.at, row.next_at, row.cause, row.reply) == (
        NOW,
        NOW + timedelta(minutes=1),
        "refused",
        "451 later",
    )
    first, second = DeliveryLog(outbox).rows(issue, DeliveryState.PENDING)
    assert (first.subscriber, first.at, first.next_at) == (2, None, None)
    assert DeliveryLog(outbox).rows(issue, DeliveryState.PENDING, 1) == (first,)
    assert second.subscriber == 3


def test_the_send_log_of_one_person(outbox: Outbox) -> None:
    """Every issue they were sent or owed, and nobody else's rows."""
    one, two = owed(outbox, 1, 2, number=1), owed(outbox, 2, number=2)
    became(outbox, one, 2, DeliveryState.SENT)
    found = DeliveryLog(outbox).of_subscriber(2)
    assert [(each.number, each.state.value) for each in found] == [(1, "sent"), (2, "pending")]
    assert len(DeliveryLog(outbox).of_subscriber(1)) == 1
    assert DeliveryLog(outbox).of_subscriber(9) == ()
    assert [each.id for each in outbox.issues()] == [two.id, one.id]


def test_the_course_of_a_send(outbox: Outbox) -> None:
    """Counts in stretches that begin at whole ones, with first and last; nothing before any was sent."""
    issue = owed(outbox, *range(1, 6))
    assert DeliveryLog(outbox).span(issue) is None
    assert DeliveryLog(outbox).timeline(issue, DeliveryState.SENT, 60) == ()
    for number, seconds in enumerate((0, 59, 60, 200), 1):
        became(outbox, issue, number, DeliveryState.SENT, at=AT + seconds)
    assert DeliveryLog(outbox).timeline(issue, DeliveryState.SENT, 60) == (
        (NOW, 2),
        (NOW + timedelta(minutes=1), 1),
        (NOW + timedelta(minutes=3), 1),
    )
    assert DeliveryLog(outbox).span(issue) == (NOW, NOW + timedelta(seconds=200))


def test_looking_makes_no_file(path: Path) -> None:
    """Where nothing was ever published, there is no outbox and none is made."""
    assert Outbox.peek(path) is None
    assert not path.exists()
    Outbox.open(path).close()
    found = Outbox.peek(path)
    assert found
    found.close()


def test_each_commit_is_synced_in_a_log_of_its_own(outbox: Outbox) -> None:
    """WAL with full syncs: a mark outlives a power cut, and readers wait for nobody."""
    ask = outbox._database.execute
    assert ask("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert ask("PRAGMA synchronous").fetchone()[0] == 2


def test_a_reader_does_not_wait_for_a_writer(path: Path, outbox: Outbox) -> None:
    """`digest outbox` and `report` look while a sender commits, and see what was committed."""
    issue = owed(outbox, 1)
    with Outbox.open(path) as other, outbox.writing() as database:
        database.execute("UPDATE deliveries SET state = 'sent'")
        assert states(other, issue) == {"pending": 1}
    assert states(outbox, issue) == {"sent": 1}


@pytest.mark.parametrize("damage", ["another kind", "a newer version", "a folder"])
def test_a_file_that_is_no_outbox_is_told(path: Path, damage: str) -> None:
    """With its place and a hint, and it is left as it was."""
    path.parent.mkdir(parents=True)
    if damage == "a folder":
        path.mkdir()
    elif damage == "another kind":
        path.write_bytes(b"once upon a time " * 100)
    else:
        with sqlite3.connect(path) as database:
            database.execute("PRAGMA user_version = 99")
        database.close()
    with pytest.raises(StoreError) as caught:
        Outbox.open(path)
    assert caught.value.subject == str(path)
    assert caught.value.hint


def test_damage_is_found_before_anything_is_sent(path: Path) -> None:
    """A bent page in the middle is met by the check."""
    with Outbox.open(path) as made:
        owed(made, *range(1, 5_000))
        made.check()
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 3_000] = b"\xff" * 3_000
    path.write_bytes(bytes(data))
    with Outbox.open(path) as made, pytest.raises(StoreError) as caught:
        made.check()
    assert "backup" in caught.value.hint


def test_one_sender_at_a_time(path: Path) -> None:
    """The second is refused with a hint; when the first is done, another may."""
    with sole_sender(path), pytest.raises(BusyError, match="another digest is sending"), sole_sender(path):
        pass
    with sole_sender(path):
        pass


def test_a_killed_sender_leaves_no_lock(path: Path) -> None:
    """The kernel frees it, however the process ended."""
    code = (
        "import sys, time; from pathlib import Path; from digest.store.outbox_file import sole_sender\n"
        "with sole_sender(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": "."}
    )
    with process:
        assert process.stdout
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(BusyError), sole_sender(path):
            pass
        process.kill()
    with sole_sender(path):
        pass


def test_ballast_holds_real_bytes_and_gives_them_back_once(path: Path) -> None:
    """Blocks on the disk, not a hole in a file; laid again it is not written again."""
    path.parent.mkdir()
    ballast = Ballast(path)
    ballast.lay()
    assert ballast.path.stat().st_blocks * 512 >= BALLAST_BYTES
    before = ballast.path.stat().st_mtime_ns
    ballast.lay()
    assert ballast.path.stat().st_mtime_ns == before
    assert ballast.free()
    assert not ballast.free()
    assert not ballast.path.exists()


def test_a_full_file_is_told_as_full(outbox: Outbox) -> None:
    """SQLite's own SQLITE_FULL: nothing of the transaction stays, the hint says what helps."""
    issue = owed(outbox, 1, 2)
    pages = outbox._database.execute("PRAGMA page_count").fetchone()[0]
    outbox._database.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(FullError, match="full") as caught:
        outbox.fan_out("weekly", 2, range(10_000), NOW)
    assert "free some space" in caught.value.hint
    assert outbox.issue("weekly", 2) is None
    assert states(outbox, issue) == {"pending": 2}
