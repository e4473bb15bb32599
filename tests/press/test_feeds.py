"""Fetching feeds from a server on loopback that plays every fault."""

from __future__ import annotations

import email.utils
import multiprocessing
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digest.errors import DigestError
from digest.press import Site, feeds
from digest.press.feeds import FeedReport, Result, any_due, fetch, states
from tests.servers.feeds import Answer, FeedServer, conditional, feed, redirect, retry_after

pytestmark = pytest.mark.usefixtures("warm_readers")

NOW = datetime(2026, 1, 26, 1, tzinfo=UTC)
LATER = NOW + timedelta(hours=7)


def rss(*items: tuple[str, str, datetime | None] | str, title: str = "Ink weekly") -> str:
    """A feed of items: a title, an address and a date, the first two made of a name alone."""
    rows = []
    for each in items:
        name, link, date = (each, f"https://ink.example/{each}", NOW) if isinstance(each, str) else each
        day = f"<pubDate>{email.utils.format_datetime(date)}</pubDate>" if date else ""
        rows.append(
            f"<item><title>{name}</title><link>{link}</link><guid>{link}</guid>{day}"
            f"<description>About {name}.</description></item>"
        )
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>'
        f"<link>https://ink.example/</link>{''.join(rows)}</channel></rss>"
    )


@pytest.fixture
def subscribed(site: Path) -> Callable[..., Site]:
    """The scratch site with feeds: addresses, or addresses with more lines of their tables."""

    def make(*urls: str | tuple[str, str], config: str = "") -> Site:
        pairs = [(each, "") if isinstance(each, str) else each for each in urls]
        tables = "".join(f'\n[[sources]]\nkind = "feed"\nurl = "{url}"\n{more}\n' for url, more in pairs)
        path = site / "config.toml"
        before = path.read_text().partition('\n[[sources]]\nkind = "feed"')[0].partition("\n[feeds]")[0]
        path.write_text(f'{before}{tables}\n[feeds]\nallow_hosts = ["127.0.0.1"]\n{config}\n')
        return Site.load(site)

    return make


def one(reports: tuple[FeedReport, ...]) -> FeedReport:
    (report,) = reports
    return report


def inbox(site: Site) -> list[Path]:
    return sorted((site.root / "articles/inbox").glob("*.md"))


def titles(site: Site) -> list[str]:
    return sorted(re.search(r'^title: "(.*)"', path.read_text(), re.MULTILINE)[1] for path in inbox(site))


def test_items_become_files(subscribed, feed_server: FeedServer) -> None:
    """A file an item, with what the subscription says; a second fetch asks nobody before it is due."""
    url = feed_server.serve("/feed", feed(rss("tea", "ferry")))
    site = subscribed((url, 'tags = ["活字"]\nlanguage = "en"\ntitle = "Ours"'))
    report = one(fetch(site, now=NOW))
    assert (report.result, report.is_new, report.name, len(report.files)) == (Result.FETCHED, True, "Ours", 2)
    assert sorted(site.root / name for name in report.files) == inbox(site)
    text = (site.root / report.files[0]).read_text()
    assert 'source_name: "Ours"' in text
    assert 'tags: ["活字"]' in text
    assert f'feed: "{url}"' in text
    again = one(fetch(site, now=NOW + timedelta(minutes=5)))
    assert (again.result, again.files, again.next_at) == (Result.WAITING, (), report.next_at)
    assert len(feed_server.asked) == 1


def test_the_collected_site_has_them_as_links(subscribed, feed_server: FeedServer) -> None:
    """What was fetched is an entry like any other."""
    from digest import press
    from digest.model import EntryType

    url = feed_server.serve("/feed", feed(rss("tea")))
    site = subscribed(url)
    fetch(site, now=NOW)
    (link,) = [each for each in press.read(site, NOW).entries if each.type is EntryType.LINK]
    assert (link.title, link.feed, link.source_url) == ("tea", url, "https://ink.example/tea")


def test_first_fetch_is_no_flood(subscribed, feed_server: FeedServer) -> None:
    """Only the last days count at first, no more than max_items of them, and none that nothing dates."""
    old = [(f"old {day}", f"https://ink.example/o{day}", NOW - timedelta(days=day)) for day in range(8, 40)]
    new = [f"new{number}" for number in range(5)]
    undated = ("undated", "https://ink.example/u", None)
    url = feed_server.serve("/feed", feed(rss(*new, *old, undated)), feed(rss("later", *new, *old, undated)))
    site = subscribed((url, "max_items = 3"))
    report = one(fetch(site, now=NOW))
    assert (len(report.files), report.passed) == (3, 35)
    report = one(fetch(site, now=LATER))
    assert (len(report.files), report.passed) == (1, 0)
    assert "later" in titles(site)


def test_only_new(subscribed, feed_server: FeedServer) -> None:
    """With only_new nothing of the first fetch is taken, and what comes after it is."""
    url = feed_server.serve("/feed", feed(rss("tea")), feed(rss("ferry", "tea")))
    site = subscribed((url, "only_new = true"))
    assert one(fetch(site, now=NOW)).passed == 1
    one(fetch(site, now=LATER))
    assert titles(site) == ["ferry"]


def test_an_empty_first_fetch_is_none(subscribed, feed_server: FeedServer) -> None:
    """A feed that begins empty does not bring its past when it fills."""
    old = ("old", "https://ink.example/old", NOW - timedelta(days=30))
    url = feed_server.serve("/feed", feed(rss()), feed(rss("tea", old)))
    site = subscribed(url)
    report = one(fetch(site, now=NOW))
    assert [each.rule for each in report.problems] == ["feed-empty"]
    fetch(site, now=LATER)
    assert titles(site) == ["tea"]


def test_rules(subscribed, feed_server: FeedServer) -> None:
    """Items are left out by words, and stay out when the rules change."""
    url = feed_server.serve(
        "/feed", feed(rss("green tea", "black tea", "coffee")), feed(rss("green tea", "x tea"))
    )
    site = subscribed((url, 'include = ["tea"]\nexclude = ["/^black/"]'))
    report = one(fetch(site, now=NOW))
    assert (titles(site), report.unwanted) == (["green tea"], 2)
    site = subscribed(url)
    fetch(site, now=LATER)
    assert titles(site) == ["green tea", "x tea"]


def test_a_rule_that_cannot_be_read(subscribed, feed_server: FeedServer) -> None:
    """The feed is not visited, and the problem stands at the rule's line; others go on."""
    url, other = feed_server.serve("/feed", feed(rss("tea"))), feed_server.serve("/other", feed(rss("ferry")))
    site = subscribed((url, 'exclude = ["/(/"]'), other)
    broken, sound = fetch(site, now=NOW)
    assert broken.result is Result.FAILED
    (problem,) = broken.problems
    line = (site.root / "config.toml").read_text().split("\n").index('exclude = ["/(/"]') + 1
    assert (problem.rule, str(problem.position)) == ("feed-rule", f"config.toml:{line}:1")
    assert (sound.result, titles(site)) == (Result.FETCHED, ["ferry"])
    assert not feed_server.asked_for("/feed")


def test_304_and_the_same_bytes_are_unchanged(subscribed, feed_server: FeedServer) -> None:
    """ETag and Last-Modified go back as they came; a server that knows neither sends the same bytes."""
    first = feed_server.serve("/etag", conditional(rss("tea"), '"v1"'))
    day = "Mon, 26 Jan 2026 00:00:00 GMT"
    second = feed_server.serve("/plain", feed(rss("ferry"), last_modified=day))
    site = subscribed(first, second)
    fetch(site, now=NOW)
    reports = fetch(site, now=LATER)
    assert [each.result for each in reports] == [Result.UNCHANGED, Result.UNCHANGED]
    assert feed_server.asked_for("/etag")[1].headers["if-none-match"] == '"v1"'
    assert feed_server.asked_for("/plain")[1].headers["if-modified-since"] == day
    assert len(inbox(site)) == 2


def test_410_ends_a_feed(subscribed, feed_server: FeedServer) -> None:
    """It is an error once, and then it is never asked again, but by name."""
    url = feed_server.serve("/feed", Answer(status=410), feed(rss("tea")))
    site = subscribed(url)
    report = one(fetch(site, now=NOW))
    assert (report.result, report.next_at) == (Result.GONE, None)
    assert [each.rule for each in report.problems] == ["feed-gone"]
    assert one(fetch(site, now=NOW + timedelta(days=365))).result is Result.GONE
    assert one(fetch(site, now=NOW, visited_since=NOW + timedelta(days=1))).result is Result.GONE
    assert not any_due(site, NOW + timedelta(days=365))
    assert len(feed_server.asked) == 1
    assert one(fetch(site, now=NOW, names=[url])).result is Result.FETCHED
    assert states(site)[url].gone_at is None


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_is_obeyed(subscribed, feed_server: FeedServer, status: int, form: str) -> None:
    """Until then nobody asks, named or not, and it is no error; afterwards somebody does."""
    at = NOW + timedelta(hours=9)
    value = 9 * 3600 if form == "seconds" else email.utils.format_datetime(at, usegmt=True)
    url = feed_server.serve("/feed", retry_after(status, value), feed(rss("tea")))
    site = subscribed(url)
    report = one(fetch(site, now=NOW))
    assert report.result is Result.WAITING
    assert [(each.rule, each.severity.value) for each in report.problems] == [("feed-busy", "warning")]
    for moment in (NOW + timedelta(hours=1), at - timedelta(seconds=1)):
        assert one(fetch(site, now=moment, names=[url])).result is Result.WAITING
        assert one(fetch(site, now=moment, visited_since=moment)).result is Result.WAITING
    assert len(feed_server.asked) == 1
    assert one(fetch(site, now=at + timedelta(hours=1))).result is Result.FETCHED


def test_a_move_is_reported_and_followed(subscribed, feed_server: FeedServer) -> None:
    """A permanent redirect is a warning with the new address; a temporary one is nothing."""
    target = feed_server.serve("/new", feed(rss("tea")))
    old = feed_server.serve("/old", redirect(301, target))
    passing = feed_server.serve("/passing", redirect(302, target))
    site = subscribed(old, passing)
    moved, passed = fetch(site, now=NOW)
    assert [each.rule for each in moved.problems] == ["feed-moved"]
    assert f"feeds add {target}" in moved.problems[0].hint
    assert passed.problems == ()
    assert (states(site)[old].moved_to, states(site)[passing].moved_to) == (target, "")
    assert len(inbox(site)) == 1


def test_a_feed_that_withers_is_a_visible_problem(subscribed, feed_server: FeedServer) -> None:
    """Nothing, or less than half of what there was, is told, and stays to be seen in the feed's state."""
    full = feed(rss(*"abcdefgh"))
    few = feed_server.serve("/few", full, feed(rss("a", "b")))
    none = feed_server.serve("/none", full, feed(rss()))
    page = feed_server.serve("/page", full, Answer(body=b"<html><title>Parked</title>"))
    blank = feed_server.serve("/blank", full, Answer(body=b""))
    site = subscribed(few, none, page, blank)
    fetch(site, now=NOW)
    reports = fetch(site, now=LATER)
    assert [each.problems[0].rule for each in reports] == [
        "feed-shrunk",
        "feed-empty",
        "feed-foreign",
        "feed-empty",
    ]
    assert [each.result for each in reports] == [Result.FETCHED, Result.FETCHED, Result.FAILED, Result.FAILED]
    assert all(states(site)[url].fault for url in (few, none, page, blank))
    fetch(site, now=LATER + timedelta(hours=7), names=[few])
    assert "had 8" in states(site)[few].fault


def test_one_broken_feed_is_never_in_the_way(subscribed, feed_server: FeedServer) -> None:
    """Whatever the others do, a sound feed is read."""
    urls = [
        feed_server.serve("/404", Answer(status=404)),
        feed_server.serve("/500", Answer(status=500)),
        feed_server.serve("/odd", Answer(status=599)),
        feed_server.serve("/cut", Answer(body=b"x" * 100, cut=10)),
        "http://127.0.0.2:1/closed",
        "http://10.0.0.1/private",
        feed_server.serve("/304", Answer(status=304)),
        feed_server.serve("/loop", redirect(302, "/loop")),
        feed_server.serve("/bad", feed("<rss><channel><item><title>x")),
    ]
    sound = feed_server.serve("/sound", feed(rss("tea")))
    site = subscribed(*urls, sound)
    *broken, good = fetch(site, now=NOW)
    assert good.result is Result.FETCHED
    assert {each.result for each in broken} == {Result.FAILED}
    assert all(each.problems and each.next_at > NOW for each in broken)
    rules = [each.problems[0].rule for each in broken]
    assert rules[:3] == ["feed-status"] * 3
    assert "404 (Not Found)" in broken[0].problems[0].sentence
    known = states(site)
    assert {url: known[url].failures for url in urls} == dict.fromkeys(urls, 1)
    assert len(inbox(site)) == 1


def test_a_fault_of_ours_is_one_feeds(subscribed, feed_server: FeedServer, monkeypatch, capsys) -> None:
    """A crash while one feed is visited is its problem, told as a fault of digest."""
    from digest.press import visiting

    real = visiting._validated
    first, second = feed_server.serve("/1", feed(rss("tea"))), feed_server.serve("/2", feed(rss("ferry")))
    monkeypatch.setattr(
        visiting, "_validated", lambda state, reply: real(state, reply) if state.url == second else 1 / 0
    )
    broken, sound = fetch(subscribed(first, second), now=NOW)
    assert broken.problems[0].rule == "feed-fault"
    assert "ZeroDivisionError" in capsys.readouterr().err
    assert sound.result is Result.FETCHED


def test_failures_are_backed_off_and_forgiven(subscribed, feed_server: FeedServer) -> None:
    """Each failure in a row is waited longer after; an answer ends that."""
    url = feed_server.serve("/feed", Answer(status=404), Answer(status=404), feed(rss("tea")))
    site = subscribed(url)
    first = one(fetch(site, now=NOW)).next_at
    second = one(fetch(site, now=first)).next_at
    assert second - first > 1.5 * (first - NOW)
    assert one(fetch(site, now=second)).result is Result.FETCHED
    assert (states(site)[url].failures, states(site)[url].fault) == (0, "")


def test_the_same_story_in_two_feeds_is_one_file(subscribed, feed_server: FeedServer) -> None:
    """In one round by address or title; later on it joins the file that is there."""
    story = "Why the first ferry left at dawn"
    first = feed_server.serve("/a", feed(rss((story, "https://a.example/ferry", NOW), title="A")))
    second = feed_server.serve("/b", feed(rss((story, "https://b.example/ferry", NOW), title="B")))
    third = feed_server.serve(
        "/c",
        feed(rss(title="C")),
        feed(rss(("Ferry", "https://a.example/ferry?utm_source=c", NOW), title="C")),
    )
    site = subscribed(first, second, third)
    reports = fetch(site, now=NOW)
    assert (len(inbox(site)), sum(each.merged for each in reports)) == (1, 1)
    (path,) = inbox(site)
    assert re.search(r'^also: \[\{"name": "[AB]"', path.read_text(), re.MULTILINE)
    reports = fetch(site, now=LATER)
    assert inbox(site) == [path]
    also = re.search(r"^also: (.*)$", path.read_text(), re.MULTILINE)[1]
    assert '"C"' in also
    assert reports[0].joined == (f"articles/inbox/{path.name}",)
    assert reports[2].merged == 1


def test_a_file_that_an_editor_changed_is_never_written(subscribed, feed_server: FeedServer) -> None:
    """Not by the same story from elsewhere, nor by the same item again."""
    first = feed_server.serve("/a", feed(rss("tea")), feed(rss("tea", "ferry")))
    second = feed_server.serve("/b", feed(rss(title="B")), feed(rss("tea", title="B")))
    site = subscribed(first, second)
    fetch(site, now=NOW)
    (path,) = inbox(site)
    path.write_text(path.read_text() + "An editor's line.\n")
    fetch(site, now=LATER)
    assert path.read_text().endswith("An editor's line.\n")
    assert "also" not in path.read_text()
    assert titles(site) == ["ferry", "tea"]


def test_a_deleted_file_never_returns(subscribed, feed_server: FeedServer) -> None:
    """Not from its own feed, not from another one."""
    first = feed_server.serve("/a", feed(rss("tea")), feed(rss("tea", "ferry")))
    second = feed_server.serve("/b", feed(rss(title="B")), feed(rss("tea", title="B")))
    site = subscribed(first, second)
    fetch(site, now=NOW)
    inbox(site)[0].unlink()
    fetch(site, now=LATER)
    assert titles(site) == ["ferry"]


def test_a_lost_database_doubles_nothing(subscribed, feed_server: FeedServer) -> None:
    """A fresh clone has the files and no database: they are known again, changed or not."""
    url = feed_server.serve("/feed", feed(rss("tea", "ferry")))
    site = subscribed(url)
    fetch(site, now=NOW)
    changed = inbox(site)[0]
    changed.write_text('---\ntitle: "mine"\n---\n')
    (site.root / "var/digest.db").unlink()
    report = one(fetch(site, now=LATER))
    assert (report.files, len(inbox(site)), changed.read_text()) == ((), 2, '---\ntitle: "mine"\n---\n')


@pytest.mark.parametrize("target", ["outside", "articles/inbox"])
def test_an_inbox_that_leads_out_of_the_site_is_not_written_to(
    subscribed, tmp_path_factory: pytest.TempPathFactory, target: str
) -> None:
    """A link to elsewhere, or to itself: nothing is fetched and nothing written."""
    site = subscribed("https://never.example/a.xml")
    outside = tmp_path_factory.mktemp("outside")
    (site.root / "articles" / "inbox").symlink_to(outside if target == "outside" else site.root / target)
    with pytest.raises(DigestError, match="leads out of the site"):
        fetch(site, now=NOW)
    assert list(outside.iterdir()) == []


def test_named_feeds_only(subscribed, feed_server: FeedServer) -> None:
    """Who is named is visited although not due, and nobody else."""
    first, second = feed_server.serve("/1", feed(rss("tea"))), feed_server.serve("/2", feed(rss("ferry")))
    site = subscribed(first, second, first)
    told: list[str] = []
    assert len(fetch(site, now=NOW, progress=told.append)) == 2
    assert sorted(told) == sorted([first, second])
    assert one(fetch(site, now=NOW, names=[second])).result is Result.UNCHANGED
    assert fetch(site, now=NOW, names=["https://nobody.example/"]) == ()
    assert len(feed_server.asked) == 3


def test_visited_since(subscribed, feed_server: FeedServer) -> None:
    """Before an issue, every feed that was not visited lately is due."""
    url = feed_server.serve("/feed", feed(rss("tea")))
    site = subscribed(url)
    assert any_due(site, NOW)
    fetch(site, now=NOW)
    soon = NOW + timedelta(minutes=30)
    assert not any_due(site, soon)
    assert one(fetch(site, now=soon, visited_since=NOW)).result is Result.WAITING
    assert one(fetch(site, now=soon, visited_since=NOW + timedelta(minutes=1))).result is Result.UNCHANGED


def test_a_site_without_feeds_touches_nothing(site: Path) -> None:
    """No database is made, and nobody is asked."""
    assert fetch(Site.load(site), now=NOW) == ()
    assert not any_due(Site.load(site), NOW)
    assert not (site / "var").exists()


def _fetch_in_a_process(folder: str, start: object) -> None:
    start.wait(30)  # type: ignore[attr-defined]
    fetch(Site.load(Path(folder)), now=NOW)


def test_two_fetches_at_once(subscribed, feed_server: FeedServer) -> None:
    """The second waits for the first, and then finds nothing due: one visit, one file an item."""
    url = feed_server.serve("/feed", Answer(body=rss(*"abcdef").encode(), delay=0.3))
    site = subscribed(url)
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(2)
    both = [context.Process(target=_fetch_in_a_process, args=(str(site.root), start)) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join(60)
    assert [each.exitcode for each in both] == [0, 0]
    assert (len(feed_server.asked), len(inbox(site))) == (1, 6)


def test_who_waits_too_long_says_so(subscribed, feed_server: FeedServer, monkeypatch) -> None:
    """A lock that is held for minutes is an error with a way out; so is one that cannot be made."""
    site = subscribed(feed_server.serve("/feed", feed(rss("tea"))))
    monkeypatch.setattr(feeds, "_PATIENCE", 0.1)
    with feeds.alone(site), pytest.raises(DigestError, match="another digest") as raised:
        fetch(site, now=NOW)
    assert "--no-fetch" in raised.value.hint
    (site.root / "var/feeds.lock").unlink()
    (site.root / "var/feeds.lock").mkdir()
    with pytest.raises(DigestError, match="cannot lock"):
        fetch(site, now=NOW)


KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from digest.collect.feeds import filing
from digest.press import Site, feeds, promises
from digest.store.feeds import Feeds

place, number = sys.argv[2], int(sys.argv[3])

def die(): os.kill(os.getpid(), signal.SIGKILL)

def dying(real, before):
    count = iter(range(100))
    def run(*args, **more):
        mine = next(count) == number
        if mine and before: die()
        made = real(*args, **more)
        if mine: die()
        return made
    return run

name, _, when = place.partition(" ")
promises._AT_ONCE = 2
owner, attribute = {"record": (Feeds, "record"), "keep": (Feeds, "keep"), "write": (promises, "write")}[name]
setattr(owner, attribute, dying(getattr(owner, attribute), when == "before"))
feeds.fetch(Site.load(Path(sys.argv[1])), now=datetime(2026, 1, 26, 1, tzinfo=UTC))
"""


@pytest.mark.parametrize(
    ("place", "number", "left"),
    [
        ("record before", 0, 4),
        ("record after", 0, 4),
        ("write before", 1, 3),
        ("write after", 1, 2),
        ("keep before", 1, 2),
        ("keep after", 1, 2),
    ],
)
def test_kill_9_loses_and_doubles_nothing(
    subscribed, feed_server: FeedServer, place: str, number: int, left: int
) -> None:
    """Wherever the process dies, the next fetch makes good what is left, and no item has two files."""
    url = feed_server.serve("/feed", conditional(rss(*"abcd"), '"v1"'))
    site = subscribed(url)
    words = [sys.executable, "-c", KILLED, str(site.root), place, str(number)]
    done = subprocess.run(words, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert len(one(fetch(site, now=NOW + timedelta(minutes=1))).files) == left
    assert titles(site) == list("abcd")
    fetch(site, now=LATER)
    assert len(inbox(site)) == 4


def test_a_full_disk_is_made_good(subscribed, feed_server: FeedServer, monkeypatch) -> None:
    """Where the inbox cannot be written, what was seen stays promised, and comes when it can."""
    site = subscribed(feed_server.serve("/feed", conditional(rss("tea"), '"v1"')))
    (site.root / "articles/inbox").write_text("in the way")
    with pytest.raises(DigestError, match="cannot write"):
        fetch(site, now=NOW)
    (site.root / "articles/inbox").unlink()
    assert len(one(fetch(site, now=NOW + timedelta(minutes=1))).files) == 1


def test_many_feeds_of_one_host(subscribed, feed_server: FeedServer) -> None:
    """One host is asked politely, one request after another, and every feed is read."""
    urls = [feed_server.serve(f"/{number}", feed(rss(f"item{number}"))) for number in range(12)]
    site = subscribed(*urls)
    reports = fetch(site, now=NOW)
    assert all(each.result is Result.FETCHED for each in reports)
    assert feed_server.most_open <= 1
    assert len(inbox(site)) == 12


def test_a_file_that_goes_before_its_promise_is_kept_stays_gone(subscribed, feed_server: FeedServer) -> None:
    """A story was to be added to it, the process died, and an editor deleted it meanwhile."""
    from digest.store.feeds import Feeds

    site = subscribed(feed_server.serve("/feed", feed(rss("tea"))))
    fetch(site, now=NOW)
    with site.store() as store:
        (item,) = Feeds(store).stories([], NOW)
        Feeds(store).record(promises=[(item, "more")])
    inbox(site)[0].unlink()
    fetch(site, now=LATER)
    assert inbox(site) == []
