"""One story from several feeds: one item, and where else it stands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from digest.collect.feeds.items import FeedItem
from digest.collect.feeds.merging import merge
from digest.model import Also
from digest.text.canonical import canonical
from digest.text.likeness import alike

DAY = datetime(2026, 1, 20, tzinfo=UTC)
TITLE = "韓國大法院裁定AI訓練資料可受著作權保護"


def item(feed: str, url: str, title: str = "A title of its own that is like none", **more) -> FeedItem:
    return FeedItem(
        guid=url,
        url=url,
        title=title,
        canonical=canonical(url),
        feed=f"https://{feed}.example/feed",
        source=feed.title(),
        **more,
    )


def test_the_same_page_from_two_feeds() -> None:
    """The one on its own site stays, with what it lacks of the other; the other is told."""
    there = item(
        "planet", "http://www.tea.example/winter?utm_source=p", summary="Words.", tags=("tea",), date=DAY
    )
    own = item(
        "tea", "https://tea.example/winter", date=DAY + timedelta(hours=1), image="https://tea.example/i.png"
    )
    merged = merge([there, own])
    (found,) = merged.items
    assert (found.url, found.summary, found.tags, found.image) == (own.url, "Words.", ("tea",), own.image)
    assert found.also == (Also(name="Planet", url="http://www.tea.example/winter?utm_source=p"),)
    assert merged.joined == ()


def test_the_same_title_on_two_sites() -> None:
    """Alike in two feeds within three days: one story. The earlier stays."""
    late = item(
        "b", "https://b.example/9", "韓大法院裁定：AI 訓練資料可受著作權保護", date=DAY + timedelta(days=2)
    )
    early = item("a", "https://a.example/1", TITLE, date=DAY)
    other = item("c", "https://c.example/2", "이것은 아주 다른 이야기의 제목이다", date=DAY)
    assert [each.url for each in merge([late, other, early]).items] == [early.url, other.url]
    assert merge([late, early]).items[0].also == (Also(name="B", url=late.url),)


def test_a_series_is_not_one_story() -> None:
    """A title that a feed gives to several items joins none of them to another feed's."""
    series = [item("a", f"https://a.example/{n}", TITLE, date=DAY + timedelta(days=n)) for n in range(3)]
    other = item("b", "https://b.example/1", TITLE, date=DAY)
    assert len(merge([*series, other]).items) == 4
    assert len(merge([other], series).items) == 1


def test_what_is_not_the_same_story() -> None:
    """A title that comes again in its own feed, or weeks later, or is short."""
    assert (
        len(merge([item("a", "https://a.example/1", TITLE), item("a", "https://a.example/2", TITLE)]).items)
        == 2
    )
    later = item("b", "https://b.example/1", TITLE, date=DAY + timedelta(days=4))
    assert len(merge([item("a", "https://a.example/1", TITLE, date=DAY), later]).items) == 2
    links = [item(feed, f"https://{feed}.example/1", "Friday links") for feed in ("a", "b")]
    assert len(merge(links).items) == 2


def test_a_story_that_is_in_the_inbox_already() -> None:
    """It is not taken again; the known item learns where else it stands, each feed once."""
    known = item("a", "https://a.example/1", TITLE, also=(Also(name="C", url="https://c.example/3"),))
    new = [item("b", "https://b.example/1", TITLE), item("b", "https://a.example/1", "Another title for it")]
    merged = merge(new, [known])
    assert merged.items == ()
    assert merged.joined == ((known, Also(name="B", url="https://b.example/1")),)
    again = item("a", "https://a.example/1?utm_source=x", TITLE)
    assert merge([again], [known]) == merge([], [known])


def test_three_feeds_of_one_story_and_a_page_told_twice() -> None:
    """Where two feeds name the same page, the second is told by its feed."""
    items = [item(feed, "https://press.example/1") for feed in ("a", "b", "press", "d")]
    (found,) = merge(items).items
    assert found.feed == "https://press.example/feed"
    assert found.also == (
        Also(name="A", url="https://a.example/feed"),
        Also(name="B", url="https://b.example/feed"),
        Also(name="D", url="https://d.example/feed"),
    )


def test_sites_with_long_last_parts() -> None:
    """The site of a page is known under `co.uk` too."""
    own = item("x", "https://www.bell.co.uk/1")
    own = FeedItem(
        **{name: getattr(own, name) for name in own.__slots__} | {"feed": "https://feeds.bell.co.uk/rss"}
    )
    assert merge([item("planet", "https://bell.co.uk/1"), own]).items[0].feed == own.feed


titles = st.sampled_from(
    [TITLE, "韓大法院裁定：AI 訓練資料可受著作權保護", "Friday links", "Apple shows the new phone 15 in May",
     "Apple shows the new phone 16 in May", "apple shows: the new phone 15, in may!"]
)  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 4), titles), max_size=12))
def test_nothing_is_lost(given_items: list[tuple[str, int, str]]) -> None:
    """Every item is there, or told by one that is there; no two that are there are one story."""
    items = [item(feed, f"https://{feed}.example/{page}", title) for feed, page, title in given_items]
    merged = merge(items)
    told = {each.canonical for each in merged.items} | {
        canonical(also.url) for each in merged.items for also in each.also
    }
    stories = [(each.canonical, each.title) for each in merged.items]
    for each in items:
        assert each.canonical in told or any(alike(each.title, title) for _, title in stories)
    assert len({page for page, _ in stories}) == len(stories)


def test_many_items_are_merged_in_their_order() -> None:
    """Four thousand items of two hundred feeds: all different, none lost."""
    items = [
        item(f"f{n % 200}", f"https://f{n % 200}.example/{n}", f"Story number {n} about thing {n * 7}")
        for n in range(4_000)
    ]
    assert merge(items).items == tuple(items)
