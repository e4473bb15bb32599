"""The schedule: slots over every kind of clock, one issue a slot over every kind of crash."""

from __future__ import annotations

import fcntl
import multiprocessing
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest import archive, press
from digest.config import ScheduleTable
from digest.errors import DigestError, StoreError, UsageError
from digest.press import Site
from digest.schedule import forever
from digest.schedule import once as looking
from digest.schedule.forever import coming, run_forever
from digest.schedule.once import run_once
from digest.schedule.outcomes import Outcome, Result, told
from digest.schedule.slots import Slot, latest_slot, next_slot, zone_of
from tests.press.test_feeds import rss
from tests.servers.feeds import Answer, FeedServer, feed

TAIPEI = ZoneInfo("Asia/Taipei")
BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
MONDAY = ScheduleTable(day="monday", time="09:00")  # type: ignore[arg-type]
NOW = datetime(2026, 1, 26, 9, 0, 30, tzinfo=TAIPEI)
SCHEDULE = '[editions.schedule]\nday = "monday"\ntime = "09:00"\n'


def weekly(day: str, at: str, lateness: int = 24) -> ScheduleTable:
    return ScheduleTable(day=day, time=at, max_lateness_hours=lateness)  # type: ignore[arg-type]


# --- slots -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2026, 1, 26, 8, 59, 59, tzinfo=TAIPEI), None),
        (datetime(2026, 1, 26, 9, 0, tzinfo=TAIPEI), "2026-01-26T09:00"),
        (datetime(2026, 1, 26, 1, 0, tzinfo=UTC), "2026-01-26T09:00"),
        (datetime(2026, 1, 27, 9, 0, tzinfo=TAIPEI), "2026-01-26T09:00"),
        (datetime(2026, 1, 27, 9, 0, 1, tzinfo=TAIPEI), None),
        (datetime(2026, 1, 25, 23, 0, tzinfo=TAIPEI), None),
    ],
)
def test_slot_is_due_from_its_time_until_it_is_too_late(now: datetime, expected: str | None) -> None:
    """A slot is due from the second it comes until max_lateness after it, whatever zone the clock speaks."""
    slot = latest_slot(MONDAY, TAIPEI, now)
    assert (slot.key if slot else None) == expected


@pytest.mark.parametrize(
    "day", ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
)
def test_weekday_is_meant_by_its_name(day: str) -> None:
    """Monday is Monday: cron's numbers, which others count from Sunday, are never used."""
    slot = next_slot(weekly(day, "09:00"), TAIPEI, NOW)
    assert f"{slot.at.astimezone(TAIPEI):%A}".lower() == day


def test_repeated_hour_is_one_slot() -> None:
    """Where the clock goes back, 02:30 comes twice: both are the same slot, due at the first."""
    sunday = weekly("sunday", "02:30")
    first = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=0)
    second = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1)
    slots = [latest_slot(sunday, BERLIN, each) for each in (first, second, second + timedelta(hours=3))]
    assert {slot.key for slot in slots if slot} == {"2026-10-25T02:30"}
    assert all(slot and slot.at == first.astimezone(UTC) for slot in slots)


def test_skipped_hour_comes_an_hour_late() -> None:
    """Where the clock jumps over 02:30 the slot comes at 03:30, under its nominal name."""
    sunday = weekly("sunday", "02:30")
    slot = next_slot(sunday, NEW_YORK, datetime(2026, 3, 8, 1, 59, tzinfo=NEW_YORK))
    assert slot.key == "2026-03-08T02:30"
    assert slot.at == datetime(2026, 3, 8, 3, 30, tzinfo=NEW_YORK)
    assert latest_slot(sunday, NEW_YORK, datetime(2026, 3, 8, 3, 29, tzinfo=NEW_YORK)) is None


ZONES = st.sampled_from(["Asia/Taipei", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"])
DAYS = st.sampled_from(["monday", "sunday", "saturday"])
CLOCKS = st.sampled_from(["00:00", "00:30", "02:30", "03:00", "23:59"])
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31)).map(
    lambda each: each.replace(tzinfo=UTC)
)


@settings(deadline=None)  # the machine may be busy
@given(ZONES, DAYS, CLOCKS, MOMENTS, st.integers(1, 144))
def test_slots_are_in_order(zone: str, day: str, at: str, now: datetime, lateness: int) -> None:
    """The latest slot has come and is not too late, the next has not, a week of local time lies between."""
    table, where = weekly(day, at, lateness), ZoneInfo(zone)
    following = next_slot(table, where, now)
    assert now < following.at <= now + timedelta(days=7, hours=2)
    latest = latest_slot(table, where, now)
    if latest:
        assert timedelta(0) <= now - latest.at <= timedelta(hours=lateness)
        week = datetime.fromisoformat(following.key) - datetime.fromisoformat(latest.key)
        assert week == timedelta(days=7)


@settings(deadline=None)  # the machine may be busy
@given(ZONES, CLOCKS, st.integers(0, 3000))
def test_every_minute_sees_each_slot_once(zone: str, at: str, start: int) -> None:
    """Ticking every half hour through a week meets exactly one slot for each weekday asked for."""
    begin = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=start)
    table = weekly("sunday", at, 1)
    keys = {
        slot.key
        for minutes in range(0, 7 * 24 * 60, 30)
        if (slot := latest_slot(table, ZoneInfo(zone), begin + timedelta(minutes=minutes)))
    }
    assert 1 <= len(keys) <= 2  # two only where the week begins within the hour of a slot


def test_own_zone_wins_over_the_sites(scheduled: Path) -> None:
    """A schedule's own zone is taken before the site's."""
    site = Site.load(scheduled)
    assert zone_of(MONDAY, site.config) == TAIPEI
    own = MONDAY.model_copy(update={"timezone": "Asia/Seoul"})
    assert zone_of(own, site.config) == ZoneInfo("Asia/Seoul")


# --- one issue a slot ------------------------------------------------------------------------------------


@pytest.fixture
def scheduled(site: Path) -> Path:
    """A site whose weekly edition is due on Mondays at nine."""
    with (site / "config.toml").open("a") as config:
        config.write(SCHEDULE)
    return site


def issues(root: Path) -> list[int]:
    return [each.issue.number for each in archive.sealed(root / "archive")]


def once(root: Path, now: datetime = NOW) -> Outcome:
    (outcome,) = run_once(Site.load(root), now)
    return outcome


def settled(root: Path, key: str = "2026-01-26T09:00") -> tuple[str | None, int | None]:
    with Site.load(root).store() as store:
        row = store.slot("weekly", key)
    assert row
    return row.outcome, row.number


def test_due_slot_is_made_once(scheduled: Path) -> None:
    """The first look publishes, every later one finds it done."""
    assert once(scheduled).result is Result.PUBLISHED
    again = once(scheduled, NOW + timedelta(minutes=1))
    assert (again.result, again.number) == (Result.DONE, 1)
    assert issues(scheduled) == [1]
    assert settled(scheduled) == ("published", 1)


def test_late_start_makes_up(scheduled: Path) -> None:
    """Started hours after the slot, the issue is made all the same; a day later it is not."""
    assert once(scheduled, NOW + timedelta(hours=5)).number == 1
    assert once(scheduled, NOW + timedelta(days=2)).result is Result.NOT_DUE


def test_clock_that_goes_back_makes_nothing_twice(scheduled: Path) -> None:
    """The slot, not the clock, says whether it is done."""
    once(scheduled, NOW + timedelta(hours=2))
    assert once(scheduled, NOW).result is Result.DONE
    assert issues(scheduled) == [1]


def test_nothing_new_settles_the_slot(scheduled: Path) -> None:
    """A week without news makes no issue and is not asked about again."""
    once(scheduled)
    week = NOW + timedelta(days=7)
    assert once(scheduled, week).result is Result.NOTHING_NEW
    assert once(scheduled, week + timedelta(minutes=1)).result is Result.DONE
    assert issues(scheduled) == [1]
    assert settled(scheduled, "2026-02-02T09:00") == ("nothing new", None)


def break_template(root: Path) -> Path:
    """A template of the site's own that does not compile."""
    template = root / "templates" / "ink" / "email" / "issue.mjml.j2"
    template.parent.mkdir(parents=True)
    template.write_text("{% if %}")
    return template


def test_failure_is_told_and_kept(scheduled: Path) -> None:
    """A template that does not compile fails the slot with its sentence and seals nothing."""
    break_template(scheduled)
    outcome = once(scheduled)
    assert outcome.result is Result.FAILED
    assert outcome.sentence
    assert issues(scheduled) == []
    said, number = settled(scheduled)
    assert said
    assert said.startswith("failed: ")
    assert number == 1, "the issue that it is about to make"


def test_fault_of_ours_does_not_take_other_editions_with_it(
    scheduled: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An exception that nobody foresaw fails one edition; the next one is made."""
    with (scheduled / "config.toml").open("a") as config:
        config.write(f'\n[[editions]]\nname = "second"\ntitle = "Second"\n{SCHEDULE}')
        config.write('\n[[editions]]\nname = "unscheduled"\ntitle = "Unscheduled"\n')
    publish = press.publish

    def broken(site: Site, *, edition: str, now: datetime, **_: Any) -> Any:
        if edition == "weekly":
            raise KeyError("lead")
        return publish(site, edition=edition, now=now, **_)

    monkeypatch.setattr(press, "publish", broken)
    first, second = run_once(Site.load(scheduled), NOW)
    assert (first.result, first.sentence) == (Result.FAILED, "KeyError: 'lead'")
    assert second.result is Result.PUBLISHED
    assert "Traceback" in capsys.readouterr().err


def test_fault_mended_in_time_gives_the_issue(scheduled: Path) -> None:
    """A slot that failed is tried again until it is too late; what made it is then never made again."""
    template = break_template(scheduled)
    first, second = once(scheduled), once(scheduled, NOW + timedelta(minutes=1))
    assert (first.result, first.told) == (Result.FAILED, False)
    assert (second.result, second.told, second.sentence) == (Result.FAILED, True, first.sentence)
    template.unlink()
    outcome = once(scheduled, NOW + timedelta(hours=1))
    assert (outcome.result, outcome.number) == (Result.PUBLISHED, 1)
    assert once(scheduled, NOW + timedelta(hours=1, minutes=1)).result is Result.DONE
    assert issues(scheduled) == [1]
    assert settled(scheduled) == ("published", 1)


def test_fault_mended_too_late_gives_none(scheduled: Path) -> None:
    """After max_lateness the failed slot stays failed; the next one is another."""
    template = break_template(scheduled)
    once(scheduled)
    template.unlink()
    assert once(scheduled, NOW + timedelta(hours=25)).result is Result.NOT_DUE
    assert once(scheduled, NOW + timedelta(days=7)).result in (Result.PUBLISHED, Result.NOTHING_NEW)
    said, _ = settled(scheduled)
    assert said
    assert said.startswith("failed: ")


def test_failed_slot_takes_what_an_editor_published_by_hand(scheduled: Path) -> None:
    """`digest publish` after a failure is the slot's issue, also when more news came since."""
    template = break_template(scheduled)
    once(scheduled)
    template.unlink()
    press.publish(Site.load(scheduled), now=NOW + timedelta(minutes=10))
    (scheduled / "articles" / "later.md").write_text(
        "---\ntitle: Later\ndate: 2026-01-26\n---\n\nMore news.\n"
    )
    outcome = once(scheduled, NOW + timedelta(minutes=20))
    assert (outcome.result, outcome.number) == (Result.PUBLISHED, 1)
    assert issues(scheduled) == [1]


def test_running_schedule_pauses_between_tries(scheduled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A site of thousands of files is not read every minute for a day; a clock set back does not stop it."""
    tries: list[datetime] = []

    def broken(site: Site, *, edition: str, now: datetime, **_: Any) -> Any:
        tries.append(now)
        raise DigestError("the disk is full")

    monkeypatch.setattr(press, "publish", broken)
    site = Site.load(scheduled)
    for minute in (0, 1, 4, 5, 6, 10, 2):
        (outcome,) = run_once(site, NOW + timedelta(minutes=minute), pause=forever.PAUSE)
        assert (outcome.result, outcome.told) == (Result.FAILED, minute > 0)
    assert [(each - NOW).total_seconds() // 60 for each in tries] == [0, 5, 10, 2]


def test_running_schedule_says_a_lasting_fault_once_and_follows_config(scheduled: Path) -> None:
    """Hours of the same fault are one line; mended in config.toml, the issue comes without a restart."""
    path = scheduled / "config.toml"
    whole = path.read_text()
    path.write_text(whole.replace('name = "weekly"', 'name = "weekly"\nsubject = "{{ nobody.title }}"'))
    times, said = [NOW], list[str]()
    watch = forever._Watch(Site.load(scheduled), lambda: times[0], said.append)

    def ticks(minutes: int) -> list[str]:
        said.clear()
        for _ in range(minutes):
            watch.tick()
            times[0] += timedelta(minutes=1)
        return said

    failed, coming_next = ticks(12)
    assert "the issue could not be made" in failed
    assert "it is tried again" in failed
    assert "next issue on Monday 2026-02-02" in coming_next
    path.write_text("[site\n")
    assert len(ticks(3)) == 1
    path.write_text(whole)
    assert [line for line in ticks(6) if "issue 1 is published" in line]
    assert issues(scheduled) == [1]


def in_child(work: Callable[[], None]) -> multiprocessing.process.BaseProcess:
    process = multiprocessing.get_context("fork").Process(target=work)
    process.start()
    return process


def test_eight_processes_make_one_issue(scheduled: Path) -> None:
    """Eight processes look at the same moment: one issue is sealed, and nobody fails."""
    site = Site.load(scheduled)
    begin = multiprocessing.get_context("fork").Barrier(8)
    results = multiprocessing.get_context("fork").SimpleQueue()

    def race() -> None:
        begin.wait()
        for _ in range(3):
            (outcome,) = run_once(site, NOW)
            results.put(outcome.result)
            time.sleep(0.05)

    children = [in_child(race) for _ in range(8)]
    for child in children:
        child.join(60)
        assert child.exitcode == 0
    found = [results.get() for _ in range(24)]
    assert issues(scheduled) == [1]
    assert found.count(Result.PUBLISHED) == 1
    assert set(found) <= {Result.PUBLISHED, Result.DONE, Result.BUSY}


KILLED_AT = {
    "before it is built": "digest.press.publishing.build",
    "before it is sealed": "digest.archive.seal",
    "before it is recorded": "digest.store.records.Store.record",
    "before the site is built": "digest.archive.write_site",
    "before the slot is settled": "digest.store.records.Store.settle_slot",
}


@pytest.mark.parametrize("moment", KILLED_AT)
def test_kill_leaves_one_issue(scheduled: Path, monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    """kill -9 at any step: the next run ends with exactly one issue, recorded, on the site, settled."""

    def die(*_: object, **__: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def run() -> None:
        monkeypatch.setattr(KILLED_AT[moment], die)
        once(scheduled, NOW.replace(microsecond=999_999))

    child = in_child(run)
    child.join(60)
    assert child.exitcode == -signal.SIGKILL
    outcome = once(scheduled, NOW + timedelta(minutes=3))
    assert (outcome.result, outcome.number) == (Result.PUBLISHED, 1)
    assert issues(scheduled) == [1]
    assert settled(scheduled) == ("published", 1)
    assert (scheduled / "public" / "weekly" / "1" / "index.html").is_file()
    assert once(scheduled, NOW + timedelta(minutes=4)).result is Result.DONE


def test_open_claim_elsewhere_is_respected(scheduled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the database is shared between machines, an open claim is taken over only after its lease."""
    monkeypatch.setattr(looking, "_lease", lambda _: looking.LEASE)
    with Site.load(scheduled).store() as store:
        assert store.claim_slot("weekly", "2026-01-26T09:00", NOW)
    assert once(scheduled, NOW + timedelta(minutes=9)).result is Result.BUSY
    assert once(scheduled, NOW + timedelta(minutes=10)).result is Result.PUBLISHED


def test_lease_is_for_databases_that_are_shared(scheduled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite is on this machine, where the lock knows who lives; a server may have clients elsewhere."""
    site = Site.load(scheduled)
    assert looking._lease(site) == timedelta(0)
    monkeypatch.setenv("DIGEST_DATABASE_URL", "postgresql://db.example/digest")
    assert looking._lease(site) == looking.LEASE


def test_lock_held_by_another_process(scheduled: Path) -> None:
    """While another process is at it, this one says so and waits for its next minute."""
    path = scheduled / "var" / "schedule.lock"
    path.parent.mkdir()
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert once(scheduled).result is Result.BUSY
    assert once(scheduled).result is Result.PUBLISHED


# --- running on ------------------------------------------------------------------------------------------


def test_lines_for_an_editor(scheduled: Path) -> None:
    """Every outcome is a sentence; what comes is told with weekday, zone and what is left."""
    slot = Slot(key="2026-01-26T09:00", at=NOW.astimezone(UTC))
    said = {
        result: told(
            Outcome(edition="weekly", result=result, slot=slot, number=14, sentence="disk full", hint="mend")
        )
        for result in Result
    }
    assert said[Result.PUBLISHED].startswith("weekly: issue 14 is published (due 2026-01-26 09:00)")
    assert "disk full" in said[Result.FAILED]
    assert "; mend; it is tried again" in said[Result.FAILED]
    assert len(set(said.values())) == len(Result)
    site = Site.load(scheduled)
    assert coming(site, NOW) == ("weekly: next issue on Monday 2026-02-02 09:00 Asia/Taipei, in 6 d 23 h",)
    assert coming(site, NOW - timedelta(hours=1))[0].endswith("in 0 h 59 min")


def test_lines_carry_date_and_zone(capsys: pytest.CaptureFixture[str]) -> None:
    """Without somewhere else to say it, lines go to stderr with the local time and its zone."""
    forever._printed("weekly: next issue")
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}  weekly: next issue\n", capsys.readouterr().err
    )


def test_run_without_a_schedule(site: Path) -> None:
    """A site in which nothing is ever due is told so."""
    with pytest.raises(UsageError, match="no edition has a schedule"):
        run_forever(Site.load(site))
    assert run_once(Site.load(site), NOW) == ()


def stopped_after(
    root: Path, enough: Callable[[list[str]], bool], clock: Callable[[], datetime]
) -> list[str]:
    """What run_forever says until it has said enough and gets SIGTERM."""
    said: list[str] = []

    def watch() -> None:
        deadline = time.monotonic() + 20
        while not enough(said) and time.monotonic() < deadline:
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGTERM)

    watcher = threading.Thread(target=watch)
    watcher.start()
    run_forever(Site.load(root), say=said.append, clock=clock, tick=timedelta(seconds=0.1))
    watcher.join()
    return said


def test_run_makes_the_issue_and_stops_on_sigterm(scheduled: Path) -> None:
    """The alarm clock looks at once, says what it made and what comes, goes on ticking, and stops cleanly."""
    before = signal.getsignal(signal.SIGTERM)
    times = iter(range(10_000))
    said = stopped_after(
        scheduled, lambda lines: len(lines) >= 3, lambda: NOW + timedelta(seconds=next(times))
    )
    assert said[0].startswith("weekly: next issue on Monday")
    assert said[1].startswith("weekly: issue 1 is published")
    assert said[2].startswith("weekly: next issue on Monday 2026-02-02")
    assert said[-1] == "stopping"
    assert issues(scheduled) == [1]
    assert signal.getsignal(signal.SIGTERM) is before


def test_tick_survives_a_database_that_is_away(scheduled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that cannot be read is told, and the next minute tries again."""
    calls: list[int] = []

    def away(*_: object, **__: object) -> tuple[Outcome, ...]:
        calls.append(1)
        if len(calls) == 1:
            raise StoreError("the database is away", subject="var/digest.db")
        return ()

    monkeypatch.setattr(forever, "run_once", away)
    said = stopped_after(scheduled, lambda _: len(calls) >= 3, lambda: NOW)
    assert "the database is away (var/digest.db)" in said


def test_process_says_what_it_does_and_ends_on_ctrl_c(scheduled: Path, root: Path) -> None:
    """As a process: lines with date and zone on stderr, and a clean end on SIGINT."""
    code = (
        "import sys; from pathlib import Path; from digest.press import Site;"
        "from digest.schedule.forever import run_forever; run_forever(Site.load(Path(sys.argv[1])))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(scheduled)], stderr=subprocess.PIPE, text=True, cwd=root
    ) as process:
        assert process.stderr
        line = process.stderr.readline()
        assert "weekly: next issue on Monday" in line
        assert line[:4].isdigit()
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
        assert "Traceback" not in process.stderr.read()


def test_var_that_cannot_be_made(scheduled: Path) -> None:
    """A folder that cannot be written is a fault with its path, not a traceback."""
    (scheduled / "var").write_text("")
    with pytest.raises(DigestError, match="cannot"):
        once(scheduled)


# --- feeds -----------------------------------------------------------------------------------------------


@pytest.fixture
def fed(scheduled: Path, feed_server: FeedServer) -> Path:
    """The scheduled site with a feed of one item, then two, and one that fails."""
    good = feed_server.serve("/good", feed(rss("one")), feed(rss("one", "two")))
    bad = feed_server.serve("/bad", Answer(status=500))
    tables = "".join(f'\n[[sources]]\nkind = "feed"\nurl = "{url}"\n' for url in (good, bad))
    path = scheduled / "config.toml"
    path.write_text(f'{path.read_text()}{tables}\n[feeds]\nallow_hosts = ["127.0.0.1"]\n')
    return scheduled


def test_feeds_are_fetched_by_their_pace_and_before_an_issue(fed: Path, feed_server: FeedServer) -> None:
    """Every few hours, and once more for the issue, which has what they brought; a fault stops nothing."""
    site, said = Site.load(fed), []
    early = NOW - timedelta(hours=1)
    (outcome,) = run_once(site, early, say=said.append)
    assert outcome.result is Result.NOT_DUE
    assert said[0] == "feeds: 1 new of 1"
    assert "500" in said[1]
    run_once(site, early + timedelta(minutes=1), say=said.append)
    assert len(feed_server.asked_for("/good")) == 1
    (outcome,) = run_once(site, NOW, say=said.append)
    assert outcome.result is Result.PUBLISHED
    assert [len(feed_server.asked_for(path)) for path in ("/good", "/bad")] == [2, 2]
    (sealed,) = archive.sealed(site.archive)
    assert {"one", "two"} <= {item.entry.title for item in sealed.issue.everything}
    run_once(site, NOW + timedelta(minutes=1), say=said.append)
    assert len(feed_server.asked_for("/good")) == 2


@pytest.mark.parametrize(
    "fault", [DigestError("the disk is full", subject="articles"), ZeroDivisionError("x")]
)
def test_no_fault_of_fetching_stops_an_issue(fed: Path, fault: Exception, monkeypatch, capsys) -> None:
    """Nor one of ours; it is said."""

    def fails(*_: object, **__: object) -> None:
        raise fault

    monkeypatch.setattr("digest.press.feeds.fetch", fails)
    said: list[str] = []
    (outcome,) = run_once(Site.load(fed), NOW, say=said.append)
    assert outcome.result is Result.PUBLISHED
    assert "could not be fetched" in said[0]


def test_a_lasting_fault_of_fetching_is_said_once(fed: Path, monkeypatch) -> None:
    """Though it is tried every minute."""

    def fails(*_: object, **__: object) -> None:
        raise DigestError("the disk is full", subject="articles")

    monkeypatch.setattr("digest.press.feeds.fetch", fails)
    said: list[str] = []
    watch = forever._Watch(Site.load(fed), lambda: NOW - timedelta(days=3), said.append)
    watch.tick()
    watch.tick()
    assert [line for line in said if "could not be fetched" in line] == said
    assert len(said) == 1
