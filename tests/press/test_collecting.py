"""`collect` tells what became of each entry, once; and dates of last resort come from the first sight."""

from __future__ import annotations

import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from digest import press
from digest.errors import NothingNewError, StoreError, UsageError
from digest.model import Origin, Severity
from digest.press import What, collecting
from digest.store import Store
from digest.store.sightings import Sightings
from tests.press.conftest import LATER, NOW
from tests.store.conftest import postgresql, url  # noqa: F401 # the databases of the store's tests

WORDS = " ".join(f"word{number}" for number in range(60))


def article(title: str, body: str = WORDS, **fields: str) -> str:
    lines = "".join(f"{key}: {value}\n" for key, value in fields.items())
    return f"---\ntitle: {title}\n{lines}---\n\n{body}\n"


@pytest.fixture
def site(make_site):
    """Four articles with dates and a profile; nothing was ever collected."""
    return make_site({"articles/long.md": article("Long", date="2026-01-20")})


def told(found) -> dict[str, str]:
    """What became of each entry, by its path, `old → new` of a moved one."""
    return {
        f"{each.was} → {each.sighting.path}" if each.was else each.sighting.path: each.what.value
        for each in found.found
    }


def counts(found) -> dict[str, dict[str, int]]:
    return {
        each.name: {what.value: number for what, number in each.changes.items() if number}
        for each in found.sources
    }


def test_the_first_time_everything_is_new(site):
    """Each source is new, and tells how many entries it has; the second time nothing is."""
    first = press.collect(site, now=NOW)
    assert set(told(first).values()) == {"new"}
    assert counts(first) == {"articles": {"new": 5}, "articles/profiles": {"new": 1}}
    assert [each.is_new for each in first.sources] == [True, True]
    assert set(first.entries) == {each.sighting.key for each in first.found}
    again = press.collect(site, now=LATER)
    assert told(again) == again.entries == {}
    assert counts(again) == {"articles": {"unchanged": 5}, "articles/profiles": {"unchanged": 1}}
    assert [each.is_new for each in again.sources] == [False, False]


def test_new_updated_moved_gone(site):
    """Each change is told once, the newest first, and a moved file is not new, edited or not."""
    press.collect(site, now=NOW)
    articles = site.root / "articles"
    (articles / "fresh.md").write_text(article("Fresh", "Short.", date="2026-01-25"))
    (articles / "fresher.md").write_text(article("Fresher", "Brief.", date="2026-01-26"))
    (articles / "tea.md").write_text((articles / "tea.md").read_text() + "\nMore.\n")
    (articles / "posts").mkdir()
    (articles / "long.md").rename(articles / "posts" / "renamed.md")
    (articles / "ferry.md").unlink()
    found = press.collect(site, now=LATER)
    assert told(found) == {
        "articles/fresher.md": "new",
        "articles/fresh.md": "new",
        "articles/tea.md": "updated",
        "articles/long.md → articles/posts/renamed.md": "moved",
        "articles/ferry.md": "gone",
    }
    assert list(told(found)) == [
        "articles/fresher.md", "articles/fresh.md", "articles/tea.md",
        "articles/long.md → articles/posts/renamed.md", "articles/ferry.md",
    ]  # fmt: skip
    assert counts(found)["articles"] == {"new": 2, "updated": 1, "moved": 1, "unchanged": 2, "gone": 1}
    assert "articles/ferry.md" not in found.entries
    assert told(press.collect(site, now=LATER)) == {}


def test_a_file_with_a_fault_is_not_gone(site):
    """While a file cannot be read, its entry is failed; mended as it was, it is unchanged, else updated."""
    press.collect(site, now=NOW)
    tea = site.root / "articles" / "tea.md"
    text = tea.read_text()
    tea.write_text("---\ntitle: a: b\n---\nx\n")
    broken = press.collect(site, now=LATER)
    assert told(broken) == {}
    assert {each.name: each.failed for each in broken.sources} == {"articles": 1, "articles/profiles": 0}
    assert {each.severity for each in broken.problems} == {Severity.ERROR}
    tea.write_text(text)
    assert told(press.collect(site, now=LATER)) == {}
    tea.write_text("---\ntitle: a: b\n---\nx\n")
    press.collect(site, now=LATER)
    tea.write_text(f"{text}\nMore.\n")
    assert told(press.collect(site, now=LATER)) == {"articles/tea.md": "updated"}


def test_a_faulty_file_that_is_deleted_is_gone(site):
    """Though no entry changed between the two."""
    press.collect(site, now=NOW)
    tea = site.root / "articles" / "tea.md"
    tea.write_text("---\ntitle: a: b\n---\nx\n")
    press.collect(site, now=NOW)
    tea.unlink()
    assert told(press.collect(site, now=LATER)) == {"articles/tea.md": "gone"}


def test_a_folder_that_is_not_there_takes_nothing_along(site):
    """A disk that is not mounted is a fault; its entries are neither gone nor, later, new."""
    press.collect(site, now=NOW)
    profiles = site.root / "articles" / "profiles"
    profiles.rename(site.root / "away")
    assert told(press.collect(site, now=LATER)) == {}
    (site.root / "away").rename(profiles)
    assert told(press.collect(site, now=LATER)) == {}


def test_a_source_that_comes_and_goes(site, make_site):
    """A folder that is added to config.toml is a new source; taken out, its entries are gone, told once."""
    press.collect(site, now=NOW)
    (site.root / "notes").mkdir()
    (site.root / "notes" / "n.md").write_text(article("Note", "Brief.", date="2025-01-01"))
    config = (site.root / "config.toml").read_text()
    more = config.replace("[[editions]]", '[[sources]]\nkind = "articles"\npath = "notes"\n\n[[editions]]', 1)
    (site.root / "config.toml").write_text(more)
    added = press.collect(press.Site.load(site.root), now=LATER)
    assert told(added) == {"notes/n.md": "new"}
    assert {each.name for each in added.sources if each.is_new} == {"notes"}
    removed = press.collect(site, now=LATER)
    assert told(removed) == {"notes/n.md": "gone"}
    (report,) = (each for each in removed.sources if each.name == "notes")
    assert (report.files, report.changes[What.GONE]) == (0, 1)
    assert {each.name for each in press.collect(site, now=LATER).sources} == {"articles", "articles/profiles"}


def test_one_source_only(site):
    """What happened elsewhere is not told, and is told the next time that everything is."""
    press.collect(site, now=NOW)
    (site.root / "articles" / "fresh.md").write_text(article("Fresh", "Short.", date="2026-01-25"))
    (site.root / "articles" / "profiles" / "mina.md").write_text(article("Mina", "Short."))
    (site.root / "articles" / "ferry.md").unlink()
    one = press.collect(site, now=LATER, source="articles/profiles")
    assert told(one) == {"articles/profiles/mina.md": "new"}
    assert counts(one) == {"articles/profiles": {"new": 1, "unchanged": 1}}
    rest = press.collect(site, now=LATER)
    assert told(rest) == {"articles/fresh.md": "new", "articles/ferry.md": "gone"}
    assert told(press.collect(site, now=LATER, source="articles/")) == {}


def test_an_unknown_source(site):
    """A slip of the pen is told with the nearest name."""
    with pytest.raises(UsageError, match="no source 'artcles'") as caught:
        press.collect(site, now=NOW, source="artcles")
    assert caught.value.hint == "there are: articles"


def test_everything_on_demand(site):
    """What is unchanged is listed where that is asked for, also when nothing changed at all."""
    press.collect(site, now=NOW)
    quiet = press.collect(site, now=LATER, everything=True)
    assert set(told(quiet).values()) == {"unchanged"}
    assert len(quiet.entries) == len(quiet.found) == 6
    (site.root / "articles" / "fresh.md").write_text(article("Fresh", "Short.", date="2026-01-25"))
    found = press.collect(site, now=LATER, everything=True, source="articles")
    assert sorted(told(found).values()) == ["new", *["unchanged"] * 5]


def test_only_so_many_are_loaded(site):
    """The first ones in full, all of them named."""
    found = press.collect(site, now=NOW, full=2)
    assert list(found.entries) == [each.sighting.key for each in found.found[:2]]
    assert len(found.found) == 6


def test_what_changes_without_being_told_is_nothing(site):
    """A database that is lost makes everything new, once; a checkout that resets times changes nothing."""
    press.collect(site, now=NOW)
    for path in site.root.rglob("*.md"):
        path.touch()
    shutil.rmtree(site.root / ".digest")
    assert told(press.collect(site, now=LATER)) == {}
    shutil.rmtree(site.root / "var")
    assert set(told(press.collect(site, now=LATER)).values()) == {"new"}


def test_an_id_keeps_an_entry_that_moves(make_site):
    """An entry with an id of its own is moved, not new, whatever else changes with its path."""
    site = make_site({"articles/x.md": article("X", "One.", id="x", date="2026-01-20")})
    press.collect(site, now=NOW)
    (site.root / "articles" / "x.md").unlink()
    (site.root / "articles" / "y.md").write_text(article("Y", "Two.", id="x", date="2026-01-21"))
    assert told(press.collect(site, now=LATER)) == {"articles/x.md → articles/y.md": "moved"}


def test_a_file_that_says_another_language_is_updated(make_site):
    """Language is part of the key; the file is the same, though words, title and day are others."""
    site = make_site({"articles/x.md": article("X", "One.", date="2026-01-20")})
    press.collect(site, now=NOW)
    (site.root / "articles" / "x.md").write_text(article("Y", "Two.", slug="y", lang="ko", date="2026-01-21"))
    assert told(press.collect(site, now=LATER)) == {"articles/x.md": "updated"}


def test_many_at_once_tell_each_change_once(site, monkeypatch):
    """Four collect at the same moment: every entry is new for one of them, and none fails."""
    monkeypatch.setattr(collecting, "_TRIES", 50)
    start = threading.Barrier(4)

    def run(_):
        start.wait()
        return [each.sighting.key for each in press.collect(site, now=NOW, full=0).found]

    with ThreadPoolExecutor(4) as pool:
        keys = sorted(key for some in pool.map(run, range(4)) for key in some)
    assert keys == sorted(set(keys))
    assert len(keys) == 6


def test_who_is_never_first_gives_up(site, monkeypatch):
    """Rather than tell what others have told."""
    monkeypatch.setattr(Sightings, "record", lambda *_, **__: False)
    with pytest.raises(StoreError, match="all the time"):
        press.collect(site, now=NOW)


def test_on_both_databases(site, url, monkeypatch):  # noqa: F811
    """The same on PostgreSQL as on SQLite: new, moved, gone, and a title that no text column takes."""
    monkeypatch.setenv("DIGEST_DATABASE_URL", url)
    (site.root / "articles" / "odd.md").write_text('+++\ntitle = "a\\u0000b"\ndate = 2026-01-25\n+++\nx\n')
    assert len(told(press.collect(site, now=NOW))) == 7
    (site.root / "articles" / "long.md").rename(site.root / "articles" / "renamed.md")
    (site.root / "articles" / "odd.md").unlink()
    assert told(press.collect(site, now=LATER)) == {
        "articles/long.md → articles/renamed.md": "moved",
        "articles/odd.md": "gone",
    }
    assert told(press.collect(site, now=LATER)) == {}


# First sight


def undated(make_site, **files):
    return make_site({f"articles/{name}.md": text for name, text in files.items()})


def dates(collection):
    return {each.slug: each.date for each in collection.entries}


def test_an_undated_entry_is_dated_by_its_first_sight(make_site):
    """Once a source is known, what comes without any date has the moment that it was first collected."""
    site = undated(make_site, old=article("Old"))
    assert press.collect(site, now=NOW).entries["articles/old.md"].date.origin is Origin.FIRST_SEEN
    (site.root / "articles" / "note.md").write_text(article("Note", "Brief."))
    found = press.collect(site, now=NOW + timedelta(days=2))
    stamp = found.entries["articles/note.md"].date
    assert (stamp.at, stamp.origin, stamp.day_only) == (NOW + timedelta(days=2), Origin.FIRST_SEEN, False)
    assert dates(press.read(site, LATER))["note"] == stamp


def test_a_folder_of_undated_notes_is_no_news_on_its_first_day(make_site):
    """What was there when collecting began has no date in an issue: the first one passes it over."""
    site = undated(make_site, **{f"n{number}": article(f"N{number}", f"{number}") for number in range(5)})
    press.collect(site, now=NOW)
    assert dates(press.read(site, NOW))["n1"] is None
    issue = press.build(site, now=NOW).issue
    assert not {item.entry.slug for item in issue.everything} & {f"n{number}" for number in range(5)}
    assert {each.key for each in issue.passed} >= {f"articles/n{number}.md" for number in range(5)}


def test_what_comes_after_is_news_of_the_first_issue(make_site):
    """A note that was written since, though undated and before the first issue, is in it."""
    site = undated(make_site, old=article("Old"))
    press.collect(site, now=NOW - timedelta(days=30))
    (site.root / "articles" / "note.md").write_text(article("Note", "Brief."))
    slugs = {item.entry.slug for item in press.build(site, now=NOW).issue.everything}
    assert "note" in slugs
    assert "old" not in slugs


def test_a_moved_entry_keeps_its_first_sight(make_site):
    """A new path is no new date."""
    site = undated(make_site, old=article("Old"))
    press.collect(site, now=NOW)
    (site.root / "articles" / "note.md").write_text(article("Note"))
    press.collect(site, now=NOW + timedelta(days=1))
    (site.root / "articles" / "note.md").rename(site.root / "articles" / "moved.md")
    moved = press.collect(site, now=LATER)
    assert told(moved) == {"articles/note.md → articles/moved.md": "moved"}
    assert moved.entries["articles/moved.md"].date.at == NOW + timedelta(days=1)


def test_publishing_is_a_first_sight_too(make_site):
    """Who only publishes has dates as well: the first time sources begin, later what comes is dated then."""
    site = undated(make_site, old=article("Old"))
    press.publish(site, now=NOW)
    (site.root / "articles" / "note.md").write_text(article("Note", "Brief."))
    draft = press.build(site, now=LATER)
    (item,) = draft.issue.everything
    assert item.entry.date.at == LATER
    sealed = press.publish(site, now=LATER)
    assert sealed.issue.everything[0].entry.date == item.entry.date
    assert dates(press.read(site, LATER + timedelta(days=3)))["note"].at == LATER
    found = press.collect(site, now=LATER + timedelta(days=3))
    assert {each.what for each in found.found} == {What.NEW}
    assert found.entries["articles/note.md"].date.at == LATER


def test_building_writes_no_sight(make_site):
    """A build makes no database, and reads one of an earlier digest as one that knows nothing."""
    site = undated(make_site, old=article("Old"))
    press.build(site, now=NOW)
    assert not (site.root / "var").exists()
    with site.store() as store, store._engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE sightings")
    assert dates(press.read(site, NOW))["old"] is None


def test_a_date_of_last_change_is_enough(make_site):
    """An entry that says when it was updated is not dated by us."""
    site = undated(make_site, wiki=article("Wiki", lastmod="2020-01-01"), note=article("Note", "Brief."))
    found = press.collect(site, now=NOW)
    assert found.entries["articles/wiki.md"].date.origin is Origin.FRONT_MATTER
    assert found.entries["articles/note.md"].date.at == NOW


# What waits


def test_what_waits_is_told(make_site):
    """A note for each entry that a build holds back; where nothing is new, they are the hint."""
    site = make_site(
        {
            "articles/a.md": article("A", "1", date="2026-01-25", publishDate="2026-03-01"),
            "articles/b.md": article("B", "2", date="2026-02-01T10:00:00+08:00"),
            "articles/c.md": article("C", "3", date="2026-01-25", expiryDate="2026-01-26"),
            "articles/d.md": article("D", "4", date="2026-01-25"),
        }
    )
    asking = [
        each.model_copy(update={"needs_approval": each.path == "articles"}) for each in site.config.sources
    ]
    site = replace(site, config=site.config.model_copy(update={"sources": tuple(asking)}))
    issue = press.build(site, now=NOW)
    notes = {
        each.position.path: (each.rule, each.sentence)
        for each in issue.problems
        if each.severity is Severity.INFO and each.rule.startswith("entry-")
    }
    assert notes["articles/a.md"] == ("entry-waits", "waits for its publish date or embargo, 2026-03-01")
    assert notes["articles/b.md"] == ("entry-waits", "waits for its date, 2026-02-01 10:00")
    assert notes["articles/c.md"] == ("entry-expired", "is over since 2026-01-26")
    assert notes["articles/d.md"] == ("entry-unapproved", "waits for somebody's approval")
    press.publish(site, now=NOW)
    with pytest.raises(NothingNewError) as caught:
        press.build(site, now=NOW)
    assert "articles/a.md waits for its publish date or embargo, 2026-03-01; " in caught.value.hint
    assert caught.value.hint.endswith(" more wait")


def test_the_store_may_be_peeked_meanwhile(site):
    """Collecting leaves a database that others read."""
    press.collect(site, now=NOW)
    with Store.peek(site.database, site.root) as store:
        assert len(Sightings(store).known()) == 6
