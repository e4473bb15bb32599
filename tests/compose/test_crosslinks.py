"""What an issue points to: people by their whole names, related articles, earlier ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from digest.compose import compose, remember
from digest.compose.naming import Names, names, short
from digest.model import EntryType, Roles
from tests.compose.conftest import NOW, make_config, make_entry, make_profile


def person(key, title, **fields):
    """A profile under this title; its slug is its key."""
    return replace(make_profile(key, **fields), title=title, slug=key)


ADA = person("ada", "Ada Lovelace", name_zh="愛達・勒芙蕾絲", aliases=["/old/ada/", "Countess of Lovelace"])
CAI = person("cai", "蔡倫 Cai Lun")
CLOUD = person("cloud", "Cloud")


def mentioned(profiles, **values):
    """The slugs of the profiles that an article with these values speaks of."""
    return [each.slug for each in Names(profiles).mentioned(make_entry("x", **values))]


def test_names_are_whole_ones():
    """Title, names in other letters, aliases that are no addresses; of a title of two names, each."""
    assert {"Ada Lovelace", "愛達・勒芙蕾絲", "Countess of Lovelace"} == set(names(ADA))
    assert {"蔡倫", "Cai Lun", "蔡倫 Cai Lun"} == set(names(CAI))
    assert {"Sejong", "세종", "Sejong (세종)"} == set(names(person("s", "Sejong (세종)"))) | {"Sejong (세종)"}


def test_a_profile_is_pointed_to_by_its_short_name():
    """Without its original name, where the title holds both."""
    assert short(CAI) == "蔡倫"
    assert short(ADA) == "Ada Lovelace"
    both = replace(ADA, title="愛達（Ada Lovelace）", roles=Roles(native_name="Ada Lovelace"))
    assert short(both) == "愛達"


@pytest.mark.parametrize(
    "values",
    [
        {"title": "What Ada Lovelace wrote"},
        {"tags": ("ada-lovelace",)},
        {"body": "那年，愛達·勒芙蕾絲寫下注釋。"},
        {"description": "By the Countess of Lovelace."},
        {"key_points": ("Ada Lovelace wrote it.",)},
        {"fields": {"related_people": ["ada"]}},
    ],
)
def test_a_name_in_whatever_is_said_counts(values):
    """Title, tags, text, description, key points, and slugs named as related."""
    assert mentioned([ADA, CAI, CLOUD], **values) == ["ada"]


def test_no_false_friends():
    """A tag that is a word like any other, a part of a name, a name that two bear."""
    assert mentioned([CLOUD], tags=("cloud",), body="In the cloud, Google Cloud grows.") == []
    assert mentioned([ADA], body="Lovelace, and Ada the language.") == []
    twin = person("other", "Ada Lovelace")
    assert mentioned([ADA, twin], title="On Ada Lovelace") == []
    assert mentioned([CLOUD], tags=("Cloud",)) == ["cloud"]


def test_related_ones_come_first_then_those_named_most():
    """The editor's word before ours; a title says more than a text."""
    found = mentioned(
        [ADA, CAI, CLOUD], title="蔡倫的魚網", body="Ada Lovelace. " * 3, fields={"related_people": ["cloud"]}
    )
    assert found == ["cloud", "cai", "ada"]


def test_a_profile_does_not_point_to_itself_and_speaks_the_readers_language():
    """Versions of a profile are one subject."""
    korean = replace(person("ada", "에이다 러브레이스"), key="ada:ko", language="ko")
    known = Names([ADA, korean, CAI])
    assert known.mentioned(replace(ADA, body="Ada Lovelace")) == ()
    (found,) = known.mentioned(make_entry("x", language="ko", body="에이다 러브레이스는"))
    assert found.key == "ada:ko"


CONFIG = make_config()
EDITION = CONFIG.editions[0]


def make(entries, ledger, now, elsewhere=lambda _: False):
    """The issue of these entries, each at its key."""
    return compose(
        EDITION,
        CONFIG,
        entries,
        ledger,
        now=now,
        url=lambda entry: f"https://scratch.example/{entry.key}",
        elsewhere=elsewhere,
    )


def history():
    """A first issue about tea and Ada, and the ledger after it."""
    old = make_entry("old", "2026-01-24", title="Old tea", tags=("tea",), description="Of Ada Lovelace.")
    first = make([old, replace(ADA, date=None)], remember([]), NOW)
    return old, first, remember([first])


def test_an_issue_points_to_people_related_and_earlier_articles():
    """Mentions lead to the page of the profile, related ones to this issue and to earlier ones."""
    old, first, ledger = history()
    assert [each.entry for each in first.items[0].mentions] == ["ada"]
    later = NOW + timedelta(days=7)
    one = make_entry("one", "2026-02-01", title="New tea", tags=("tea", "Ada Lovelace"))
    two = make_entry("two", "2026-02-01", title="More tea", tags=("tea",))
    issue = make([old, ADA, one, two], ledger, later)
    found = {item.entry.key: item for item in issue.items}
    assert [(each.entry, each.number) for each in found["one"].mentions] == [("ada", 1)]
    assert {(each.entry, each.number) for each in found["one"].related} == {("two", 0), ("old", 1)}
    assert [(each.entry, each.number, each.date) for each in issue.earlier] == [("old", 1, NOW)]
    assert issue.earlier[0].url == "https://scratch.example/old"
    assert make([two, one, ADA, old], ledger, later) == issue


def test_nothing_is_pointed_to_that_no_reader_could_open():
    """A profile that no issue brought has no page, unless it stands on a page that is not ours."""
    _, _, ledger = history()
    hidden = replace(CAI, date=None, draft=True)
    article = make_entry("one", "2026-02-01", title="蔡倫的魚網")
    issue = make([article, hidden], ledger, NOW + timedelta(days=7))
    assert issue.items[0].mentions == ()
    issue = make([article, hidden], ledger, NOW + timedelta(days=7), elsewhere=lambda _: True)
    assert [each.entry for each in issue.items[0].mentions] == ["cai"]


def test_an_article_that_is_named_as_related_comes_first():
    """By its slug, however little they share."""
    old, _, ledger = history()
    one = make_entry("one", "2026-02-01", fields={"related": ["old"]})
    issue = make([old, one], ledger, NOW + timedelta(days=7))
    assert [each.entry for each in issue.items[0].related] == ["old"]
    assert all(item.entry.type is not EntryType.PROFILE for item in issue.items)
