"""The story of an entry, as `why` tells it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from digest import press
from digest.compose import Rule
from digest.errors import UsageError
from digest.model import Decision, Origin, Verdict
from digest.press.explaining import why
from digest.press.reasons import BECAUSE, because, does
from tests.press.conftest import LATER, NOW

OTHER = '\n[[editions]]\nname = "other"\ntitle = "Other"\ntags = ["maps"]\n'
EVEN_LATER = LATER + timedelta(days=7)


def roles(story, edition: int = 0) -> list[tuple[str, str]]:
    """What each issue did with the entry."""
    return [(each.issue, each.role) for each in story.editions[edition].appearances]


def test_a_new_entry_before_any_issue(make_site) -> None:
    """In each edition it has a decision and a place; nothing was seen and nothing sealed."""
    story = why(make_site(config=OTHER), "tea", now=NOW)
    weekly, other = story.editions
    assert story.entry.title == "茶樹為什麼怕鹼性土壤"
    assert story.entry.date.origin is Origin.FRONT_MATTER
    assert (story.first_seen, story.names, story.is_gone) == (None, ("articles/tea.md",), False)
    assert (weekly.number, weekly.decision.verdict, weekly.decision.rule) == (
        1,
        Verdict.SHOWN,
        Rule.NEVER_PUBLISHED,
    )
    assert weekly.section
    assert (other.decision.verdict, other.decision.rule) == (Verdict.OUT, Rule.OTHER_EDITION)
    assert roles(story) == []


def test_from_issue_to_issue(make_site) -> None:
    """A profile that was new, then changed: each issue with its part, its rule and what changed."""
    site = make_site()
    press.publish(site, now=NOW)
    path = site.root / "articles/profiles/surveyor.md"
    path.write_text(path.read_text().replace("position: 測量師", "position: 首席測量師"))
    (edition,) = why(site, "lin-surveyor", now=LATER + timedelta(days=7)).editions
    assert edition.decision.rule == Rule.MAJOR_CHANGE
    assert edition.changes == ("Position: 測量師 → 首席測量師",)
    press.publish(site, now=EVEN_LATER)
    told = why(site, "lin-surveyor", now=EVEN_LATER).editions[0].appearances
    assert [(each.issue, each.role, each.section, each.rule) for each in told] == [
        ("weekly/1", "new", "profiles", "never-published"),
        ("weekly/2", "updated", "profiles", "major-change"),
    ]
    assert told[1].changes == ("Position: 測量師 → 首席測量師",)
    assert told[1].url == "https://scratch.example/weekly/2/"


def test_names_and_first_sight(make_site) -> None:
    """A file that was renamed is found under each of its names, before an issue has noted it and after."""
    undated = "---\ntitle: No day at all\nlanguage: en\n---\n" + "Words of a note that nothing dates. " * 9
    site = make_site({"articles/old.md": undated})
    press.publish(site, now=NOW)
    (site.root / "articles/old.md").rename(site.root / "articles/new.md")
    story = why(site, "articles/old.md:en", now=LATER)
    assert story.key == "articles/new.md:en"
    assert story.names == ("articles/old.md:en", "articles/new.md:en")
    assert story.first_seen == NOW
    assert roles(story) == [("weekly/1", "passed over")]
    (site.root / "articles/more.md").write_text("---\ntitle: More\ndate: 2026-01-30\n---\nMore.\n")
    press.publish(site, now=LATER)
    for name in ("articles/old.md:en", "articles/new.md:en", "new.md", "no day"):
        assert roles(why(site, name, now=LATER)) == [("weekly/1", "passed over"), ("weekly/2", "renamed")]


def test_what_is_gone_is_told_by_the_archive(make_site) -> None:
    """An entry whose file was deleted has the story that the issues have, and no decision."""
    site = make_site()
    press.publish(site, now=NOW)
    (site.root / "articles/tea.md").unlink()
    story = why(site, "茶樹為什麼怕鹼性土壤", now=LATER)
    assert story.is_gone
    assert story.entry.slug == "tea"
    assert story.editions[0].decision is None
    assert roles(story) == [("weekly/1", "new")]


def test_one_edition_and_the_findings_of_its_file(make_site) -> None:
    """With an edition only that one is told; what is wrong with the file is told with the entry."""
    broken = "---\ntitle: Half a day\ndate: 2026-13-40\nlanguage: en\n---\nWords.\n"
    site = make_site({"articles/half.md": broken}, config=OTHER)
    story = why(site, "half", now=NOW, edition="other")
    assert [each.edition for each in story.editions] == ["other"]
    assert [each.position.path for each in story.problems] == ["articles/half.md"]
    with pytest.raises(UsageError, match="no edition 'daily'"):
        why(site, "half", now=NOW, edition="daily")


@pytest.mark.parametrize(
    "name", ["articles/tea.md", "./articles/tea.md", "tea.md", "tea", "茶樹為什麼怕鹼性土壤", "鹼性土壤"]
)
def test_how_an_entry_is_called(make_site, name: str) -> None:
    """By its key, its path, the end of that, its slug, its title, or a part of it."""
    assert why(make_site(), name, now=NOW).key == "articles/tea.md"


def test_a_path_from_outside_the_site(make_site) -> None:
    """A path on the disk is the file's, wherever it is written from."""
    site = make_site()
    assert why(site, str(site.root / "articles/tea.md"), now=NOW).key == "articles/tea.md"


@pytest.mark.parametrize(
    ("name", "said", "hint"),
    [
        ("feery", "no entry is called 'feery'", "did you mean ferry"),
        ("zzzzzz", "no entry is called", "`digest collect -v` lists the entries"),
        ("a", "entries are called 'a'", "name one by its key: articles/"),
        ("bad.md", "no entry is called 'bad.md'", "articles/bad.md:"),
    ],
)
def test_nobody_and_several(make_site, name: str, said: str, hint: str) -> None:
    """Of none the nearest are told, of several the keys, and of a file that cannot be read why."""
    site = make_site({"articles/bad.md": "---\ntitle: [\n---\n"})
    with pytest.raises(UsageError, match=said) as refused:
        why(site, name, now=NOW)
    assert hint in refused.value.hint


def test_every_rule_has_its_sentence() -> None:
    """Each rule that may decide says why, in a sentence without a full stop."""
    assert BECAUSE.keys() == set(Rule)
    assert all(said and said[0].islower() and not said.endswith(".") for said in BECAUSE.values())
    assert because("") == ""
    decision = Decision(entry="a", verdict=Verdict.OUT, rule=Rule.BULK, until=datetime.now(UTC))
    assert does(decision) == "counts it in one line"
