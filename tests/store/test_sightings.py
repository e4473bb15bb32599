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


def record(seen, *rows, gone=(), begun=None, before=None, state="s"):
    """Record as one does who has just looked."""
    before = before or seen.state()
    return seen.record(rows, gone, begun=begun or {}, before=before, state=state)


@pytest.fixture
def seen(store):
    return Sightings(store)


def test_an_empty_database_has_seen_nothing(seen):
    """No state, no entries, no first sight."""
    assert seen.state() == State()
    assert seen.known() == seen.begun() == seen.some(["x"]) == {}


def test_what_was_recorded_is_read_back(seen):
    """Every field, the moment as an instant; keys that nobody knows are passed over."""
    one, two = sighting(), sighting("notes/b.md", source="notes", hash="", first_seen=NOW - timedelta(1))
    assert record(seen, one, two)
    assert seen.state() == State(state="s", turn=1)
    assert seen.known() == {one.key: (one.key, "h"), two.key: (two.key, "")}
    assert seen.some([one.key, "nobody"]) == {one.key: replace(one, first_seen=NOW.astimezone(UTC))}


def test_a_first_sight_stays(seen):
    """An entry that is seen again, changed, was first seen when it was; gone and back, it is new."""
    record(seen, sighting())
    later = sighting(hash="i", path="elsewhere", first_seen=NOW + timedelta(1))
    assert record(seen, later, state="t")
    assert seen.some([later.key])[later.key] == replace(later, first_seen=NOW)
    assert record(seen, gone=[later.key, "nobody"], state="u")
    assert seen.known() == {}


def test_meeting_notes_only_the_unknown(seen):
    """An issue that meets an entry says when; it does not say that it was collected."""
    record(seen, sighting(), begun={"articles": NOW})
    seen.meet([sighting(hash=""), sighting("b", hash="")], {"articles": NOW + timedelta(2), "notes": NOW})
    seen.meet([], {})
    assert seen.known() == {"articles/a.md": ("articles/a.md", "h"), "b": ("b", "")}
    assert seen.begun() == {"articles": NOW, "notes": NOW}
    assert seen.state() == State(state="s", turn=1)


def test_a_source_begins_once(seen):
    """When it was first collected, whatever its name; later collecting does not move it."""
    record(seen, begun={"articles": NOW, "a%_b": NOW})
    record(seen, begun={"articles": NOW + timedelta(3)}, state="t")
    assert seen.begun() == {"articles": NOW, "a%_b": NOW}


def test_who_comes_second_writes_nothing(seen):
    """A record that was made of what is no longer so is refused whole."""
    before = seen.state()
    assert record(seen, sighting(), before=before, state="mine")
    late = {"begun": {"articles": NOW}, "before": before}
    assert not record(seen, sighting("b"), gone=["articles/a.md"], state="theirs", **late)
    assert (set(seen.known()), seen.begun()) == ({"articles/a.md"}, {})
    read = seen.state()
    assert record(seen, before=read, state="next")
    assert not record(seen, sighting("b"), before=read, state="late")
    assert seen.state() == State(state="next", turn=2)


def test_of_many_that_race_one_records(opened):
    """Six at once, each turn: one of them writes, and nobody fails."""
    stores = [Sightings(opened()) for _ in range(6)]
    for turn in range(3):
        start = threading.Barrier(6)

        def race(each, turn=turn, start=start):
            before = each.state()
            start.wait()
            return record(each, sighting(f"{turn}"), before=before, state=f"{turn}")

        with ThreadPoolExecutor(6) as pool:
            assert sum(pool.map(race, stores)) == 1
    assert stores[0].state() == State(state="2", turn=3)


def test_what_no_database_text_may_hold(seen):
    """A title with a NUL or half of a pair is kept all the same."""
    odd = sighting(likeness=("article", "en", "a\x00b\ud800", ""))
    record(seen, odd)
    assert seen.some([odd.key])[odd.key].likeness == odd.likeness


def test_thousands_of_entries(seen):
    """More than one statement takes."""
    rows = [sighting(f"articles/{number}.md") for number in range(6001)]
    record(seen, *rows)
    keys = [each.key for each in rows]
    assert len(seen.some(keys)) == 6001
    record(seen, gone=keys[1:], state="t")
    assert list(seen.known()) == keys[:1]


def test_naive_moments_are_refused(seen):
    """First seen at a time without a zone would be another instant on every machine."""
    with pytest.raises(ValueError, match="time zone"):
        record(seen, sighting(first_seen=datetime(2026, 1, 1)))


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
