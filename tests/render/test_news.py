"""Late entries, swept ones, other places, people and earlier issues: in mail, text, page and feeds alike."""

from __future__ import annotations

import dataclasses

import pytest

from digest.model import Also, Change, EntryType, Issue, Operation, Pointer, Reason
from digest.render import render
from digest.render.feeds import feeds
from digest.render.library import Library
from digest.render.pointing import people
from digest.render.site import pages
from digest.render.theme import Theme
from digest.render.web import issue_page

INK = Theme.load("ink")
BASE = "https://paper.example"


def pointer(key: str, title: str, kind: EntryType = EntryType.ARTICLE, number: int = 3) -> Pointer:
    """A pointer to what stands at its key."""
    return Pointer(
        entry=key, type=kind, kind=kind.value, title=title, language="en", url=f"{BASE}/{key}/", number=number
    )


ADA = pointer("profiles/ada", "Ada Lovelace", EntryType.PROFILE)


@pytest.fixture
def newsy(rich_issue: Issue) -> Issue:
    """The rich issue with everything that the end of an issue may show, and an updated lead."""
    assert rich_issue.lead
    late = rich_issue.overflow[0]
    lead = dataclasses.replace(
        rich_issue.lead,
        reason=Reason.UPDATED,
        changes=(Change(operation=Operation.ADDED, field="body", heading="尾聲", new=("新的一節",)),),
        note="補上結局",
        mentions=(ADA, dataclasses.replace(ADA, entry=rich_issue.profiles[0].entry.key)),
        related=(pointer("old", "Old tea"),),
        entry=dataclasses.replace(
            rich_issue.lead.entry, also=(Also(name="Tea Times", url="https://tea.example/1"),)
        ),
    )
    return dataclasses.replace(
        rich_issue,
        lead=lead,
        archive=(late,),
        overflow=rich_issue.overflow[1:],
        bulk=rich_issue.items[1:3],
        earlier=(pointer("old", "Old tea"),),
    )


def test_the_people_of_an_issue_are_those_it_tells_nothing_of(newsy):
    """Who has a card of their own is not named again."""
    assert people(newsy) == (ADA,)


def test_the_mail_shows_all_of_it_in_html_and_text(newsy, rich_config):
    """What changed, where else it stands, what is late, swept, earlier; and whom it speaks of."""
    for made in render(newsy, INK, rich_config):
        for said in (
            newsy.archive[0].entry.title,
            "Old tea",
            f"{BASE}/old/",
            "Tea Times",
            "Ada Lovelace",
            "補上結局",
            "尾聲",
            f"{BASE}/weekly/14/#bulk",
        ):
            assert said in made.text, (made.name, said)
    texts = {each.name: each.text for each in render(newsy, INK, rich_config)}
    assert "↻ 新增「尾聲」一節" in texts["email.txt"]
    assert "另有 2 篇重新整理過" in texts["email.txt"]
    assert "2 entries were re-filed" in texts["email.en.txt"]
    assert "이번 호의 인물: Ada Lovelace" in texts["email.ko.txt"]


def test_the_page_shows_all_of_it_at_places_that_the_mail_links_to(newsy, rich_config):
    """Every fragment of the mail's links to the issue's page is an id there."""
    page = issue_page(newsy, INK, rich_config)
    for said in ("Old tea", "Tea Times", "Ada Lovelace", "補上結局", "尾聲", newsy.bulk[0].entry.title):
        assert said in page
    mail = next(each.text for each in render(newsy, INK, rich_config) if each.name == "email.html")
    links = {part.split('"')[0] for part in mail.split(f'href="{BASE}/weekly/14/#')[1:]}
    assert links
    for link in links:
        assert f'id="{link}"' in page


def test_an_articles_page_and_a_profiles_tell_who_speaks_of_whom(newsy, rich_config):
    """The article names whom it mentions and what is related; the profile names the article."""
    mentioned = newsy.profiles[0].entry
    made = {each.path: each.data.decode() for each in pages([newsy], INK, rich_config)}
    library = Library([newsy], rich_config)
    (lead,) = [each for each in library.own if each.entry.key == newsy.lead.entry.key]
    article = made[f"{lead.path}index.html"]
    assert "Old tea" in article
    assert "新增" in article
    profile = next(each for each in library.own if each.entry.key == mentioned.key)
    assert newsy.lead.entry.title in made[f"{profile.path}index.html"]


def test_feeds_tell_what_is_late_swept_and_earlier(newsy, rich_config):
    """The issue's item holds what the issue does; an updated entry keeps its id."""
    made = dict(feeds(Library([newsy], rich_config), INK))
    for name in ("issues.rss", "issues.atom", "issues.json"):
        for said in (newsy.archive[0].entry.title, "Old tea", "#bulk", "尾聲"):
            assert said in made[name], (name, said)
    assert "Tea Times" in made["entries.atom"]
    fresh = dataclasses.replace(newsy, lead=dataclasses.replace(newsy.lead, reason=Reason.NEW, changes=()))
    before = dict(feeds(Library([fresh], rich_config), INK))

    def ids(text: str) -> list[str]:
        return [part.split("</id>")[0] for part in text.split("<id>")[1:]]

    assert ids(made["entries.atom"]) == ids(before["entries.atom"])
