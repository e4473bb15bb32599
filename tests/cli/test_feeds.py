"""`feeds` from the command line, against a server on loopback."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

from digest.net import guard
from tests.press.test_feeds import NOW as MOMENT
from tests.press.test_feeds import rss
from tests.servers.feeds import Answer, FeedServer, feed, redirect

pytestmark = pytest.mark.usefixtures("warm_readers")

NOW = MOMENT.isoformat()
PAGE = """<!doctype html><title>Ink</title>
<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed">
<link rel="alternate" type="application/rss+xml" title="Ink" href="/feed.xml">
"""


@pytest.fixture
def open_site(site: Path) -> Path:
    """The scratch site, which may fetch from loopback."""
    path = site / "config.toml"
    path.write_text(path.read_text() + '\n# our own server\n[feeds]\nallow_hosts = ["127.0.0.1"]\n')
    return site


def sources(site: Path) -> list[dict]:
    return [
        each
        for each in tomllib.loads((site / "config.toml").read_text())["sources"]
        if each["kind"] == "feed"
    ]


def page(body: str = PAGE) -> Answer:
    return Answer(body=body.encode(), headers={"Content-Type": "text/html"})


def test_add_by_the_address_of_a_site(run, open_site: Path, feed_server: FeedServer) -> None:
    """The feed that the page names is found, looked at, and stands in config.toml; comments stay."""
    home = feed_server.serve("/", page())
    url = feed_server.serve("/feed.xml", feed(rss("tea", "ferry")))
    comments = feed_server.serve("/comments/feed", feed(rss("x")))
    result = run("feeds", "add", home, "-C", open_site, "--tag", "ink", "--now", NOW)
    assert result.exit_code == 0, result.stderr
    assert f"Added Ink weekly\n  {url}" in result.stdout
    assert "`digest collect` brings 2 items of the last 7 days." in result.stderr
    assert comments in result.stderr
    assert sources(open_site) == [{"kind": "feed", "url": url, "tags": ["ink"]}]
    assert "# our own server" in (open_site / "config.toml").read_text()


def test_a_page_from_outside_leads_to_no_host_of_one_s_own(
    run, open_site: Path, feed_server: FeedServer, monkeypatch
) -> None:
    """What it names is asked as a redirect of it would be; a page of one's own may name its neighbours."""
    real = guard.public
    monkeypatch.setattr(guard, "public", lambda address: str(address) == "127.0.0.2" or real(address))
    own = feed_server.serve("/feed.xml", feed(rss("tea")))
    link = f'<link rel="alternate" type="application/rss+xml" href="{own}">'
    with FeedServer(host="127.0.0.2") as outside:
        home = outside.serve("/", page(link))
        refused = run("feeds", "add", home, "-C", open_site)
        assert refused.exit_code == 1
        assert "none of the 1 feeds that this page names can be read" in refused.stderr
        assert feed_server.asked == []
    assert run("feeds", "add", feed_server.serve("/", page(link)), "-C", open_site).exit_code == 0


def test_no_title_drives_the_terminal(run, open_site: Path, feed_server: FeedServer) -> None:
    """Neither in words nor in JSON nor in OPML: C1 controls and directions are written as what they are."""
    trick = "A\x9b31m\u202eB"
    url = feed_server.serve("/feed.xml", feed(rss("tea").replace("Ink weekly", trick)))
    outputs = [
        run("feeds", "add", url, "-C", open_site, "--json"),
        run("collect", "-C", open_site, "--now", NOW),
        run("collect", "-C", open_site, "--source", url, "--json"),
        run("feeds", "list", "-C", open_site),
        run("feeds", "list", "-C", open_site, "--json"),
        run("feeds", "export", "-C", open_site),
    ]
    for result in outputs:
        assert result.exit_code == 0, result.stderr
        assert "\x9b" not in result.output
    assert json.loads(outputs[4].stdout)["feeds"][0]["title"].startswith("A")
    assert not any("\u202e" in result.stdout for result in outputs[:5])


def test_add_again_changes_nothing(run, open_site: Path, feed_server: FeedServer) -> None:
    """By the feed's address or its site's, it is there already."""
    home, url = feed_server.serve("/", page()), feed_server.serve("/feed.xml", feed(rss("tea")))
    run("feeds", "add", url, "-C", open_site)
    before = (open_site / "config.toml").read_bytes()
    for said in (url, home):
        result = run("feeds", "add", said, "-C", open_site)
        assert (result.exit_code, "there already" in result.stdout) == (0, True)
    told = json.loads(run("feeds", "add", url, "-C", open_site, "--json").stdout)
    assert told == {"added": [], "known": [url]}
    assert (open_site / "config.toml").read_bytes() == before


def test_add_where_the_page_names_none(run, open_site: Path, feed_server: FeedServer) -> None:
    """A feed is looked for where sites usually have theirs; a broken one on the way is passed by."""
    home = feed_server.serve("/", page("<title>plain</title>"))
    feed_server.serve("/feed", feed("<rss><channel>"))
    feed_server.serve("/rss", Answer(body=b"cut", cut=1))
    url = feed_server.serve("/feed.xml", feed(rss("tea")))
    assert run("feeds", "add", home, "-C", open_site).exit_code == 0
    assert [each["url"] for each in sources(open_site)] == [url]


def test_add_what_is_no_feed(run, open_site: Path, feed_server: FeedServer) -> None:
    """An error with a sentence each, and config.toml as it was."""
    before = (open_site / "config.toml").read_bytes()
    bare = feed_server.serve("/", page("<title>plain</title>"))
    named = feed_server.serve("/named", page())
    broken = feed_server.serve("/broken", feed("<rss><channel><item><title>x"))
    gone = feed_server.serve("/gone", Answer(status=404))
    for said, words in (
        (bare, "names no feed"),
        (named, "none of the 2 feeds"),
        (broken, "no item could be read"),
        (gone, "answers 404"),
        ("http://10.0.0.1/feed", "no public address"),
        ("http://127.0.0.1:9/x", "port 9"),
    ):
        result = run("feeds", "add", said, "-C", open_site)
        assert (result.exit_code, words in result.stderr) == (1, True), result.stderr
    for said in ("nonsense", "ftp://a.example/", "", "https://", "https://u:p@a.example/"):
        assert run("feeds", "add", said, "-C", open_site, "--no-fetch").exit_code == 2
    tongue = run("feeds", "add", "a.example", "-C", open_site, "--no-fetch", "--language", "x y")
    assert (tongue.exit_code, "no language tag" in tongue.stderr) == (2, True)
    assert run("feeds", "add", bare, "-C", open_site, "--exclude", "/(/").exit_code == 2
    assert run("feeds", "add", bare, "-C", open_site, "--max-items", "0").exit_code == 2
    assert (open_site / "config.toml").read_bytes() == before


def test_add_with_every_option(run, open_site: Path) -> None:
    """What is said stands in config.toml; what is not, does not. Nobody is asked with --no-fetch."""
    result = run(
        "feeds", "add", "ink.example/feed", "-C", open_site, "--no-fetch", "--title", "Ink",
        "--language", "ja", "--include", "ink", "--include", "/^No/", "--exclude", "ad", "--max-items", 5,
        "--only-new", "--tag", "a",
    )  # fmt: skip
    assert result.exit_code == 0, result.stderr
    (source,) = sources(open_site)
    assert source == {
        "kind": "feed", "url": "https://ink.example/feed", "title": "Ink", "language": "ja", "tags": ["a"],
        "only_new": True, "include": ["ink", "/^No/"], "exclude": ["ad"], "max_items": 5,
    }  # fmt: skip


def test_add_only_new_begins_now(run, open_site: Path, feed_server: FeedServer) -> None:
    """What comes between adding and the first collecting is new."""
    url = feed_server.serve("/feed", feed(rss("tea")), feed(rss("ferry", "tea")))
    result = run("feeds", "add", url, "-C", open_site, "--only-new", "--now", NOW)
    assert "What it holds now (1 item) is passed over" in result.stderr
    run("collect", "-C", open_site, "--now", NOW)
    assert [path.name[11:16] for path in (open_site / "articles/inbox").iterdir()] == ["ferry"]


def test_a_moved_feed_is_followed(run, open_site: Path, feed_server: FeedServer) -> None:
    """`list` tells the new address, `add` of it changes the old one, and nothing comes a second time."""
    new = feed_server.serve("/new", feed(rss("tea")))
    old = feed_server.serve("/old", redirect(301, new))
    run("feeds", "add", old, "-C", open_site, "--no-fetch", "--tag", "kept")
    run("collect", "-C", open_site, "--now", NOW)
    listed = run("feeds", "list", "-C", open_site)
    assert "moved" in listed.stdout
    assert f"digest feeds add {new}" in listed.stderr
    assert [each["url"] for each in sources(open_site)] == [old]
    result = run("feeds", "add", new, "-C", open_site)
    assert "new address" in result.stdout
    assert sources(open_site) == [{"kind": "feed", "url": new, "tags": ["kept"]}]
    (told,) = json.loads(run("feeds", "list", "-C", open_site, "--json").stdout)["feeds"]
    assert (told["title"], told["state"], told["items"]) == ("Ink weekly", "ok", 1)
    for path in (open_site / "articles/inbox").iterdir():
        path.unlink()
    run("collect", "-C", open_site, "--now", NOW, "--source", new)
    assert not list((open_site / "articles/inbox").iterdir())
    assert "moved" not in run("feeds", "list", "-C", open_site).stdout


def test_adding_an_address_that_has_moved_takes_the_new_one(run, open_site, feed_server: FeedServer) -> None:
    """Where the server says that it is for good."""
    new = feed_server.serve("/new", feed(rss("tea")))
    run("feeds", "add", feed_server.serve("/old", redirect(308, new)), "-C", open_site)
    assert [each["url"] for each in sources(open_site)] == [new]


def test_list(run, open_site: Path, feed_server: FeedServer, monkeypatch) -> None:
    """A row a feed, also before its first visit, within 80 columns; what is wrong stands below."""
    monkeypatch.setenv("COLUMNS", "80")
    assert "feeds add" in run("feeds", "list", "-C", open_site).stderr
    title = "墨水與活字的歷史，以及它們如何在世界各地旅行"
    good = feed_server.serve("/good", feed(rss("tea", title=title)))
    gone = feed_server.serve("/gone", Answer(status=410))
    bad = feed_server.serve("/bad", Answer(status=404))
    busy = feed_server.serve("/busy", Answer(status=429, headers={"Retry-After": "90000"}))
    for url in (good, gone, bad, busy):
        run("feeds", "add", url, "-C", open_site, "--no-fetch")
    run("collect", "-C", open_site, "--now", NOW)
    new = "https://new.example/feed"
    run("feeds", "add", new, "-C", open_site, "--no-fetch")
    result = run("feeds", "list", "-C", open_site)
    states = ["ok", "gone", "failing (1)", "asked to wait", "new"]
    rows = result.stdout.splitlines()[1:]
    assert [re.split(" {2,}", row)[1] for row in rows] == states
    assert f"digest feeds remove {gone}" in result.stderr
    assert "404" in result.stderr
    told = json.loads(run("feeds", "list", "-C", open_site, "--json").stdout)
    assert [each["state"] for each in told["feeds"]] == states
    assert {each["rule"] for each in told["problems"]} == {"feed-gone", "feed-ill", "feed-busy"}
    assert told["feeds"][0]["items"] == 1


def test_remove(run, open_site: Path, feed_server: FeedServer) -> None:
    """By address, title or a part of them; its files stay, and none returns when it is added again."""
    url = feed_server.serve("/feed", feed(rss("tea")))
    run("feeds", "add", url, "-C", open_site, "--now", NOW)
    run("feeds", "add", "https://other.example/feed", "-C", open_site, "--no-fetch", "--title", "Other")
    run("collect", "-C", open_site, "--now", NOW)
    (path,) = (open_site / "articles/inbox").iterdir()
    assert run("feeds", "remove", "feed", "-C", open_site).exit_code == 2
    assert run("feeds", "remove", "", "-C", open_site).exit_code == 2
    assert run("feeds", "remove", "nobody", "-C", open_site).exit_code == 2
    assert run("feeds", "remove", "OTHER", "-C", open_site).exit_code == 0
    assert "inbox" in run("feeds", "remove", "ink weekly", "-C", open_site).stderr
    assert sources(open_site) == []
    assert path.exists()
    path.unlink()
    run("feeds", "add", url, "-C", open_site, "--now", NOW)
    run("collect", "-C", open_site, "--now", NOW)
    assert not path.exists()


def test_remove_takes_no_feed_by_chance(run, open_site: Path) -> None:
    """Nothing said names no feed, though a feed has no title; a title of two feeds names neither."""
    run("feeds", "add", "https://a.example/feed", "-C", open_site, "--no-fetch")
    for host in ("b", "c"):
        run("feeds", "add", f"https://{host}.example/feed", "-C", open_site, "--no-fetch", "--title", "Tea")
    for said in ("", " "):
        assert run("feeds", "remove", said, "-C", open_site).exit_code == 2
    both = run("feeds", "remove", "tea", "-C", open_site)
    assert (both.exit_code, "is the title of several feeds" in both.stderr) == (2, True)
    assert len(sources(open_site)) == 3


def test_collect_one_feed_by_its_title(run, open_site: Path, feed_server: FeedServer) -> None:
    """A feed is called in the terminal by the name that the table has, too, unless two are called so."""
    url = feed_server.serve("/feed", feed(rss("tea")))
    run("feeds", "add", url, "-C", open_site, "--title", "Tea", "--now", NOW)
    assert "Tea" in run("collect", "-C", open_site, "--source", "tea", "--now", NOW).stdout
    assert len(feed_server.asked_for("/feed")) == 2
    run("feeds", "add", "https://b.example/feed", "-C", open_site, "--no-fetch", "--title", "Tea")
    both = run("collect", "-C", open_site, "--source", "Tea")
    assert (both.exit_code, url in both.stderr, "b.example" in both.stderr) == (2, True, True)


def test_the_only_source_is_not_removed(run, site: Path) -> None:
    """A site without a source is none."""
    head, _, rest = (site / "config.toml").read_text().partition("[[sources]]")
    tail = rest[rest.index("[[editions]]") :]
    (site / "config.toml").write_text(f'{head}[[sources]]\nkind = "feed"\nurl = "https://a.example/"\n{tail}')
    result = run("feeds", "remove", "https://a.example/", "-C", site)
    assert (result.exit_code, "only source" in result.stderr) == (2, True)


def test_opml_goes_round(run, site: Path, tmp_path: Path) -> None:
    """What was imported is exported; importing again adds nothing; folders are tags unless not wanted."""
    file = tmp_path / "in.opml"
    file.write_text(
        '<opml><body><outline text="Asia"><outline text="K" xmlUrl="https://k.example/rss"/></outline>'
        '<outline text="J" xmlUrl="https://j.example/rss" language="ja"/></body></opml>'
    )
    result = run("feeds", "import", file, "-C", site, "--tag", "all")
    assert (result.exit_code, result.stdout) == (0, "Added 2 feeds.\n")
    assert sources(site) == [
        {"kind": "feed", "url": "https://k.example/rss", "title": "K", "tags": ["all", "Asia"]},
        {"kind": "feed", "url": "https://j.example/rss", "title": "J", "language": "ja", "tags": ["all"]},
    ]
    assert run("feeds", "import", file, "-C", site).stdout == "Added 0 feeds; 2 were there already.\n"
    out = tmp_path / "out.opml"
    assert "2 feeds" in run("feeds", "export", out, "-C", site).stdout
    assert out.read_text() == run("feeds", "export", "-C", site).stdout
    assert json.loads(run("feeds", "export", "-C", site, "--json").stdout)["opml"] == out.read_text()
    for each in ("k.example", "j.example"):
        run("feeds", "remove", each, "-C", site)
    run("feeds", "import", out, "-C", site, "--no-folders", "--only-new")
    assert [(each["title"], each["only_new"], "tags" in each) for each in sources(site)] == [
        ("K", True, False), ("J", True, False),
    ]  # fmt: skip


def test_opml_that_is_none(run, site: Path, tmp_path: Path) -> None:
    """A file that is not there, is something else, or half of which cannot be feeds."""
    before = (site / "config.toml").read_bytes()
    assert run("feeds", "import", tmp_path / "no.opml", "-C", site).exit_code == 2
    assert run("feeds", "import", site / "config.toml", "-C", site).exit_code == 1
    assert (site / "config.toml").read_bytes() == before
    half = '<opml><outline xmlUrl="mailto:x"/><outline xmlUrl="https://a.example/"/></opml>'
    result = run("feeds", "import", "-", "-C", site, answers=half)
    assert (result.exit_code, "opml-address" in result.stderr) == (5, True)
    assert len(sources(site)) == 1


def test_export_overwrites_nothing_else(run, site: Path, tmp_path: Path) -> None:
    """An OPML file is replaced, another one never; a folder that is not there is an error."""
    other = tmp_path / "notes.txt"
    other.write_text("mine")
    assert run("feeds", "export", other, "-C", site).exit_code == 2
    assert other.read_text() == "mine"
    file = tmp_path / "a.opml"
    assert run("feeds", "export", file, "-C", site).exit_code == 0
    assert run("feeds", "export", file, "-C", site).exit_code == 0
    assert run("feeds", "export", tmp_path / "no" / "a.opml", "-C", site).exit_code == 1


def test_collect_tells_of_feeds(run, open_site: Path, feed_server: FeedServer) -> None:
    """A row a feed; a failing one is exit 5 and keeps nothing from the others."""
    good = feed_server.serve("/good", feed(rss("tea")))
    bad = feed_server.serve("/bad", Answer(status=500))
    for url in (good, bad):
        run("feeds", "add", url, "-C", open_site, "--no-fetch")
    result = run("collect", "-C", open_site, "--now", NOW)
    assert result.exit_code == 5
    assert "Ink weekly" in result.stdout
    assert "feed-status" in result.stderr
    assert run("collect", "-C", open_site, "--now", NOW, "--no-fetch").exit_code == 0
