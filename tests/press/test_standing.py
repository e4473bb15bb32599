"""How the editions stand, as `status` tells it."""

from __future__ import annotations

from datetime import timedelta

from digest import press
from digest.model import Severity
from digest.press.approving import hold
from digest.press.standing import status
from digest.store.feeds import Feeds, FeedState
from tests.press.conftest import LATER, NOW, tree

FUTURE = "---\ntitle: Later\ndate: 2026-03-01\nlanguage: en\n---\nWords.\n"
EMBARGOED = "---\ntitle: Sooner\ndate: 2026-01-25\nembargo_until: 2026-02-01\nlanguage: en\n---\nWords.\n"
UNAPPROVED = "---\ntitle: Unapproved\ndate: 2026-01-25\nlanguage: en\n---\nWords.\n"
GUESTS = '\n[[sources]]\nkind = "articles"\npath = "guests"\nneeds_approval = true\n'
FEED = '\n[[sources]]\nkind = "feed"\nurl = "https://feed.example/rss"\ntitle = "A feed"\n'


def test_what_waits_and_what_is_held(make_site) -> None:
    """What waits for a day comes first, the soonest before the others, then what waits for somebody."""
    files = {"articles/later.md": FUTURE, "articles/sooner.md": EMBARGOED, "guests/a.md": UNAPPROVED}
    (edition,) = status(make_site(files, config=GUESTS), now=NOW).editions
    assert [(each.entry.title, each.decision.rule) for each in edition.waiting] == [
        ("Sooner", "embargo"),
        ("Later", "future-date"),
        ("Unapproved", "approval"),
    ]
    assert edition.waiting[0].decision.until
    assert edition.waiting[2].decision.until is None
    assert edition.outlook.issue.lead
    assert not edition.is_edited


def test_after_an_issue_there_may_be_nothing(make_site) -> None:
    """Where nothing is new there is no issue; the last one, the editor's hold and overrides are told."""
    site = make_site()
    press.publish(site, now=NOW)
    (site.root / "issues/weekly").mkdir(parents=True)
    (site.root / "issues/weekly/2.toml").write_text('subject = "Nothing"\n')
    hold(site, "weekly", 2, reason="the cover", at=NOW)
    (edition,) = status(site, now=NOW + timedelta(hours=1)).editions
    assert edition.outlook.issue is None
    assert edition.outlook.number == 2
    assert [each.issue.id for each in edition.outlook.sealed] == ["weekly/1"]
    assert edition.word.hold.reason == "the cover"
    assert edition.is_edited


def test_feeds_that_fail_and_problems_are_counted(make_site) -> None:
    """A feed that failed at its last visits, and the findings of the sources, are part of how it stands."""
    site = make_site({"articles/bad.md": "---\ntitle: [\n---\n"}, config=FEED)
    assert status(site, now=NOW).failing == ()
    with site.store() as store:
        state = FeedState(url="https://feed.example/rss", failures=3, fault="no answer", tried_at=NOW)
        Feeds(store).record([state])
    found = status(site, now=LATER)
    (failing,) = found.failing
    assert (failing.title, failing.failures, failing.fault, failing.is_gone) == (
        "A feed",
        3,
        "no answer",
        False,
    )
    assert found.count(Severity.ERROR) == 1


def test_nothing_is_written(make_site) -> None:
    """Looking leaves every file but the cache as it was."""
    site = make_site()
    before = tree(site.root)
    status(site, now=NOW)
    assert tree(site.root) == before
