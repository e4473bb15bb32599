"""What collecting saw, kept on SQLite and PostgreSQL: told once, whoever races, and first sights for ever."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from digest.store import Store, upgrading
from digest.store.sightings import Sighting, Sightings, State

NOW = datetime(2026, 1, 26, 9, tzinfo=timezone(timedelta(hours=8)))


def sighting(key="articles/a.md", **values):
    return Sighting(
        **{
            "key": key,
            "source": "articles",
            "path": key,
            "hash": "h",
            "mark": "m",
            "slug": "a",
            "likeness": ("article", "zh-Hant-TW", "茶", "2026-01-02"),
            "first_seen": NOW,
        }
        | values
    )


@pytest.fixture
def seen(store):
    return Sightings(store)


def test_an_empty_database_has_seen_nothing(seen):
    """No state, no entries, no first sight."""
    assert seen.state() == State()
    assert seen.hashes() == seen.first_seen() == seen.begun() == seen.some(["x"]) == {}


def test_what_was_recorded_is_read_back(seen):
    """Every field, the moment as an instant; keys that nobody knows are passed over."""
    one, two = sighting(), sighting("notes/b.md", source="notes", hash="", first_seen=NOW - timedelta(1))
    assert seen.record([one, two], [], before=State(), state="s")
    assert seen.state() == State(state="s", turn=1)
    assert seen.hashes() == {one.key: ("h", "articles"), two.key: ("", "notes")}
    assert seen.some([one.key, "nobody"]) == {one.key: replace(one, first_seen=NOW.astimezone(UTC))}
    assert seen.first_seen() == {one.key: NOW, two.key: NOW - timedelta(1)}


def test_a_first_sight_stays(seen):
    """An entry that is seen again, changed, was first seen when it was; gone and back, it is new."""
    seen.record([sighting()], [], before=State(), state="s")
    later = sighting(hash="i", path="elsewhere", first_seen=NOW + timedelta(1))
    assert seen.record([later], [], before=seen.state(), state="t")
    assert seen.some([later.key])[later.key] == replace(later, first_seen=NOW)
    assert seen.record([], [later.key, "nobody"], before=seen.state(), state="u")
    assert seen.hashes() == {}


def test_meeting_notes_only_the_unknown(seen):
    """An issue that meets an entry says when; it does not say that it was collected."""
    seen.record([sighting()], [], before=State(), state="s")
    seen.meet([sighting(hash=""), sighting("b", hash="", first_seen=NOW + timedelta(2))])
    seen.meet([])
    assert seen.hashes() == {"articles/a.md": ("h", "articles"), "b": ("", "articles")}
    assert seen.state() == State(state="s", turn=1)


def test_a_source_begins_with_its_first_entry(seen):
    """Per source the earliest first sight."""
    rows = [sighting("a"), sighting("b", first_seen=NOW - timedelta(3)), sighting("c", source="notes")]
    seen.record(rows, [], before=State(), state="s")
    assert seen.begun() == {"articles": NOW - timedelta(3), "notes": NOW}


def test_who_comes_second_writes_nothing(seen):
    """A record that was made of what is no longer so is refused whole."""
    before = seen.state()
    assert seen.record([sighting()], [], before=before, state="mine")
    assert not seen.record([sighting("b")], ["articles/a.md"], before=before, state="theirs")
    assert set(seen.hashes()) == {"articles/a.md"}
    read = seen.state()
    assert seen.record([], [], before=read, state="next")
    assert not seen.record([sighting("b")], [], before=read, state="late")
    assert seen.state() == State(state="next", turn=2)


def test_of_many_that_race_one_records(opened):
    """Six at once, each turn: one of them writes, and nobody fails."""
    stores = [Sightings(opened()) for _ in range(6)]
    for turn in range(3):
        start = threading.Barrier(6)

        def race(each, turn=turn, start=start):
            before = each.state()
            start.wait()
            return each.record([sighting(f"{turn}")], [], before=before, state=f"{turn}")

        with ThreadPoolExecutor(6) as pool:
            assert sum(pool.map(race, stores)) == 1
    assert stores[0].state() == State(state="2", turn=3)


def test_what_no_database_text_may_hold(seen):
    """A title with a NUL or half of a pair is kept all the same."""
    odd = sighting(likeness=("article", "en", "a\x00b\ud800", ""))
    seen.record([odd], [], before=State(), state="s")
    assert seen.some([odd.key])[odd.key].likeness == odd.likeness


def test_thousands_of_entries(seen):
    """More than one statement takes."""
    rows = [sighting(f"articles/{number}.md") for number in range(6001)]
    seen.record(rows, [], before=State(), state="s")
    keys = [each.key for each in rows]
    assert len(seen.some(keys)) == 6001
    seen.record([], keys[1:], before=seen.state(), state="t")
    assert list(seen.hashes()) == keys[:1]


def test_naive_moments_are_refused(seen):
    """First seen at a time without a zone would be another instant on every machine."""
    with pytest.raises(ValueError, match="time zone"):
        seen.record([sighting(first_seen=datetime(2026, 1, 1))], [], before=State(), state="s")


def test_a_database_of_the_first_version_keeps_what_it_has(url, tmp_path):
    """The tables come to what is there: slots that were claimed before are claimed."""
    from alembic import command
    from alembic.config import Config

    with Store.open(url, tmp_path) as store:
        store.claim_slot("weekly", "x", NOW)
        with store._engine.begin() as connection:
            settings = Config()
            settings.set_main_option("script_location", str(upgrading.MIGRATIONS))
            settings.attributes["connection"] = connection
            command.downgrade(settings, "0001")
            assert not sa.inspect(connection).has_table("sightings")
    with Store.open(url, tmp_path) as store:
        assert not store.claim_slot("weekly", "x", NOW)
        assert Sightings(store).state() == State()
