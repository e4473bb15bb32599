"""What the database knows of feeds, on SQLite and PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from digest.store import Store
from digest.store.feeds import Fate, Feeds, FeedState, SeenItem, name_of

NOW = datetime(2026, 1, 26, 9, tzinfo=UTC)
URL = "https://a.example/feed.xml"


def item(name: str, feed: str = URL, **more: object) -> SeenItem:
    made = SeenItem(
        feed=feed,
        item=name_of(name),
        story=name_of(f"story {name}"),
        title=name,
        fate=Fate.TAKEN,
        seen_at=NOW,
    )
    return replace(made, **more)  # type: ignore[arg-type]


@pytest.fixture
def shelf(store: Store) -> Feeds:
    return Feeds(store)


def test_a_state_is_given_back_as_it_was_written(shelf: Feeds) -> None:
    """Every field of it, and the last one written counts."""
    state = FeedState(
        url=URL, title="茶", home="https://a.example/", etag='W/"1"', last_modified="Mon", body="b", total=3,
        failures=2, fault="no answer", moved_to="https://b.example/", first_at=NOW, tried_at=NOW, good_at=NOW,
        next_at=NOW + timedelta(hours=6), wait_until=NOW, gone_at=NOW,
    )  # fmt: skip
    shelf.record([FeedState(url=URL, title="first")])
    shelf.record([state, FeedState(url="https://b.example/")])
    assert shelf.states() == {URL: state, "https://b.example/": FeedState(url="https://b.example/")}
    shelf.forget(URL)
    assert set(shelf.states()) == {"https://b.example/"}


def test_an_item_is_written_once(shelf: Feeds) -> None:
    """Who comes second changes nothing of what is known; another feed's item of that name is another one."""
    shelf.record(items=[item("one", path="articles/inbox/one.md", promised="text")])
    shelf.record(items=[item("one", path="articles/inbox/two.md"), item("one", feed="https://b.example/")])
    assert shelf.seen(URL) == {name_of("one")}
    (promised,) = shelf.promised()
    assert (promised.path, promised.promised, promised.fate) == ("articles/inbox/one.md", "text", Fate.TAKEN)


def test_a_promise_is_kept_and_made_again(shelf: Feeds) -> None:
    """Until it is kept an item is told as promised; another promise is another text for the same file."""
    shelf.record(
        items=[item("one", promised="text"), item("two", promised="text", seen_at=NOW - timedelta(1))]
    )
    assert [each.title for each in shelf.promised()] == ["two", "one"]
    shelf.keep([item("one", written="hash"), item("two")])
    shelf.keep([])
    assert shelf.promised() == ()
    shelf.record(promises=[(item("one"), "more")])
    (again,) = shelf.promised()
    assert (again.title, again.written, again.promised) == ("one", "hash", "more")


def test_stories_are_found_by_address_for_ever_and_all_while_recent(shelf: Feeds) -> None:
    """An old item is found by its story; those with no file of their own never are."""
    old = item("old", seen_at=NOW - timedelta(days=400))
    shelf.record(
        items=[
            old,
            item("older", seen_at=NOW - timedelta(days=500)),
            item("new"),
            item("passed", fate=Fate.PASSED),
            item("merged", fate=Fate.MERGED),
        ]
    )
    found = shelf.stories([old.story, "", *map(str, range(1_200))], NOW - timedelta(days=14))
    assert [each.title for each in found] == ["old", "new"]
    assert shelf.stories([], NOW + timedelta(days=1)) == ()


def test_a_feed_moves_with_all_that_is_known(shelf: Feeds) -> None:
    """Its items are known under the new address, also where that one had begun on its own."""
    new = "https://b.example/feed.xml"
    shelf.record([FeedState(url=URL, title="A", moved_to=new, first_at=NOW)], [item("one"), item("two")])
    shelf.record([FeedState(url=new)], [item("two", feed=new), item("three", feed=new)])
    shelf.move(URL, new)
    assert shelf.states() == {new: FeedState(url=new, title="A", first_at=NOW)}
    assert shelf.seen(new) == {name_of(name) for name in ("one", "two", "three")}
    assert shelf.seen(URL) == set()


def test_titles_of_any_length_and_letters(shelf: Feeds) -> None:
    """A long title is cut, and a guid that no database takes is hashed: nothing foreign stops a visit."""
    for guid in ("字" * 5_000, "\ud800", "a\0b"):
        assert len(name_of(guid)) == 71
        shelf.record(items=[item(guid)])
    assert len(shelf.seen(URL)) == 3
    assert [len(each.title) for each in shelf.stories([], NOW)] == [2, 0, 300]
    assert name_of("https://a.example/?p=1") == "https://a.example/?p=1"
