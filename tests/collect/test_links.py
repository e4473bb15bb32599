"""What the small files of the inbox say: whose item it is, how long it plays, where else it stands."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest.collect.entries import parse
from digest.model import Also, Document, Entry, EntryType


def read(front: str, kind: EntryType = EntryType.ARTICLE) -> tuple[Entry, list[str]]:
    """The entry of front matter with a title, and its problems as `rule line`."""
    text = f"---\ntitle: T\n{front}\n---\nWords.\n"
    document = Document(path="articles/inbox/a.md", data=text.encode(), type=kind, language="en")
    entry, problems = parse(document, ZoneInfo("UTC"))
    assert entry
    return entry, [f"{one.rule} {one.position.line}" for one in problems]


def test_an_item_of_a_feed_is_a_link() -> None:
    """It has no page of its own: its address is its source's."""
    entry, problems = read(
        "id: g1\nfeed: https://a.example/feed.xml\nsource_url: https://a.example/1\nsource_name: A\n"
        "kind: podcast\nduration: 1:02:03\nalso:\n- {name: B, url: 'https://b.example/1'}\n"
        "- https://c.example/1\n- {name: C, url: 'https://c.example/1'}\n- {name: D}\n- javascript:x\n"
        "url: /mine/\n"
    )
    assert problems == []
    assert (entry.key, entry.type, entry.url) == ("g1", EntryType.LINK, "https://a.example/1")
    assert (entry.feed, entry.kind, entry.duration) == ("https://a.example/feed.xml", "podcast", 3723)
    assert entry.also == (
        Also(name="B", url="https://b.example/1"),
        Also(name="", url="https://c.example/1"),
    )


@pytest.mark.parametrize(
    ("front", "kind"),
    [
        ("feed: https://a.example/feed.xml", EntryType.ARTICLE),
        ("feed: true\nsource_url: https://a.example/1", EntryType.ARTICLE),
        ("feed: https://a.example/feed.xml\nsource_url: https://a.example/1", EntryType.PROFILE),
    ],
)
def test_what_only_names_a_feed_is_no_link(front: str, kind: EntryType) -> None:
    """A site's own article about its feed, a person who has one."""
    entry, _ = read(front, kind)
    assert (entry.type, entry.feed) == (kind, "")


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("3600", 3600), ("'3600'", 3600), ("90.5", 90), ("45 s", 45), ("62:03", 3723), ("1:02:03", 3723),
        ("'00:01:30.5'", 90), ("62 min", 3720), ("62分鐘", 3720), ("1 h 2 m 3 s", 3723),
        ("1 hour 2 minutes", 3720),
        ("PT1H2M3S", 3723), ("1시간 2분", 3720), ("1 小時 2 分 3 秒", 3723), ("''", 0), ("0", 0),
    ],
)  # fmt: skip
def test_a_duration_is_seconds(written: str, seconds: int) -> None:
    """As feeds, players and people write it."""
    entry, problems = read(f"duration: {written}")
    assert (entry.duration, problems) == (seconds, [])


@pytest.mark.parametrize("written", ["long", "-3", "1:99", "three hours", "[1]", "99999999", "PT"])
def test_what_is_no_duration_is_told(written: str) -> None:
    """At its line."""
    entry, problems = read(f"duration: {written}")
    assert (entry.duration, problems) == (0, ["duration-wrong 3"])


@given(st.text(max_size=12))
@example("'\"")
def test_any_duration_is_seconds_or_told(written: str) -> None:
    """Nothing is raised."""
    quoted = written.encode("unicode_escape").decode().replace('"', r"\"")  # as in YAML
    assert read(f'duration: "{quoted}"')[0].duration >= 0
