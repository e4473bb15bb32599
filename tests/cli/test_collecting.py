"""`collect` tells what became of each source, and of its entries, in a table, in lists and in one object."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rich.cells import cell_len

from digest.cli import console
from digest.cli.show import renamed
from tests.servers.feeds import Answer, FeedServer, feed

BAD = "---\ntitle: a: b\n---\nx\n"


def columns(line: str) -> list[str]:
    return line.split()


def test_the_table_tells_each_source(run, site: Path) -> None:
    """New at first, told below the table; then unchanged, and nothing is listed."""
    first = run("collect", "-C", site)
    lines = first.stdout.splitlines()
    assert columns(lines[0]) == ["source", "new", "updated", "moved", "unchanged", "gone", "failed"]
    assert columns(lines[1]) == ["articles", "3", "-", "-", "-", "-", "-"]
    assert columns(lines[2]) == ["articles/profiles", "1", "-", "-", "-", "-", "-"]
    assert "articles is a new source: 3 entries." in first.stderr
    assert "4 entries: 4 new." in first.stderr
    again = run("collect", "-C", site)
    assert columns(again.stdout.splitlines()[1]) == ["articles", "-", "-", "-", "3", "-", "-"]
    assert "tea.md" not in again.stdout
    assert "4 entries: 4 unchanged." in again.stderr


def test_the_list_aligns_cjk(run, site: Path) -> None:
    """Columns begin at the same cell in every row, whatever the script of the titles."""
    lines = run("collect", "-C", site).stdout.splitlines()
    listed = lines[lines.index("") + 2 :]
    rows = [line for line in listed if "articles/" in line]
    assert len(rows) == 4
    assert len({cell_len(line[: line.index("articles/")]) for line in rows}) == 1


def test_changes_are_listed_with_what_they_are(run, site: Path) -> None:
    """Updated, moved with both paths, gone; a draft and what waits say so; inferred dates after a tilde."""
    articles = site / "articles"
    (articles / "note.md").write_text("---\ntitle: Note\n---\nJust a note.\n")
    run("collect", "-C", site, "--now", "2026-01-26T09:00:00+08:00")
    (articles / "tea.md").write_text((articles / "tea.md").read_text() + "More.\n")
    (articles / "old").mkdir()
    (articles / "ferry.md").rename(articles / "old" / "ferry.md")
    (articles / "clocks.md").unlink()
    (articles / "draft.md").write_text("---\ntitle: Later\ndate: 2026-01-20\ndraft: true\n---\nx\n")
    (articles / "soon.md").write_text(
        "---\ntitle: Soon\ndate: 2026-01-19\nembargo_until: 2027-03-01\n---\nx\n"
    )
    (articles / "over.md").write_text("---\ntitle: Over\ndate: 2026-01-18\nexpires: 2026-01-20\n---\nx\n")
    (articles / "undated.md").write_text("---\ntitle: Undated\n---\nwords\n")
    out = run("collect", "-C", site, "--now", "2026-01-27T09:00:00+08:00").stdout
    rows = [" ".join(line.split()) for line in out.splitlines()]
    assert "new ~2026-01-27 Undated articles/undated.md" in rows
    assert "new 2026-01-20 [draft] Later articles/draft.md" in rows
    assert "new 2026-01-19 [until 2027-03-01] Soon articles/soon.md" in rows
    assert "new 2026-01-18 [over] Over articles/over.md" in rows
    assert "updated 2026-01-23 茶樹為什麼怕鹼性土壤 articles/tea.md" in rows
    assert "moved 2026-01-22 부산항의 첫 여객선 articles/{ → old}/ferry.md" in rows
    assert "gone 2026-01-21 How clocks learned to agree articles/clocks.md" in rows


def test_what_waits_for_approval_says_so(run, site: Path) -> None:
    """Where the source asks for it."""
    config = (site / "config.toml").read_text()
    asked = config.replace('path = "articles"\n', 'path = "articles"\nneeds_approval = true\n')
    (site / "config.toml").write_text(asked)
    assert "[unapproved] 茶樹" in run("collect", "-C", site).stdout


def test_long_lists_are_cut_and_counted(run, site: Path) -> None:
    """Twenty without -v, all with it; the unchanged with -v only."""
    for number in range(30):
        text = f"---\ntitle: N{number}\ndate: 2026-01-01\n---\n{number}\n"
        (site / "articles" / f"n{number}.md").write_text(text)
    out = run("collect", "-C", site).stdout
    assert out.count("articles/n") + out.count("articles/profiles/surveyor") <= 20
    assert "… and 14 more; -v lists all" in out
    verbose = run("collect", "-C", site, "-v").stdout
    assert verbose.count("articles/n") == 30
    assert verbose.count("unchanged  ") == 1 + 34
    assert "more; -v" not in verbose


@pytest.mark.parametrize("width", [80, 120])
def test_a_narrow_window_cuts_no_path(run, site: Path, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    """Where a row is longer than the window each entry has two lines, none of which is broken."""
    monkeypatch.setattr(console, "_PIPE_WIDTH", width)
    name = f"articles/{'長い道/' * 5}file.md"
    (site / name).parent.mkdir(parents=True)
    (site / name).write_text(f"---\ntitle: {'題' * 60}\ndate: 2026-01-25\n---\nx\n")
    lines = run("collect", "-C", site).stdout.splitlines()
    assert f"{'':24}{name}" in lines
    title = lines[lines.index(f"{'':24}{name}") - 1]
    assert title.startswith("new        2026-01-25   題")
    assert title.endswith("…")
    assert max(map(cell_len, lines)) <= width
    table = lines[: lines.index("")]
    assert len(table) == 3


def test_json_has_everything_with_origins(run, site: Path) -> None:
    """Each entry and each problem names its file; the numbers of each source; what is gone."""
    (site / "articles" / "bad.md").write_text(BAD)
    result = run("collect", "-C", site, "--json")
    said = json.loads(result.stdout)
    assert result.exit_code == 5
    assert set(said) == {"sources", "feeds", "entries", "gone", "problems"}
    assert sorted(each["origin"] for each in said["entries"]) == [
        "articles/clocks.md",
        "articles/ferry.md",
        "articles/profiles/surveyor.md",
        "articles/tea.md",
    ]
    assert {each["change"] for each in said["entries"]} == {"new"}
    assert said["entries"][0]["date_from"] == "front matter"
    assert said["sources"][0] == {
        "name": "articles", "is_new": True, "files": 4, "entries": 3, "new": 3, "updated": 0, "moved": 0,
        "unchanged": 0, "gone": 0, "failed": 1, "passed": 0,
    }  # fmt: skip
    assert [each["origin"] for each in said["problems"]] == ["articles/bad.md"]
    assert result.stderr == ""
    (site / "articles" / "tea.md").unlink()
    again = json.loads(run("collect", "-C", site, "--json").stdout)
    assert again["entries"] == []
    assert again["gone"] == [{"origin": "articles/tea.md", "key": "articles/tea.md", "source": "articles"}]
    everything = json.loads(run("collect", "-C", site, "--json", "-v").stdout)
    assert [each["change"] for each in everything["entries"]] == ["unchanged"] * 3


def test_one_source(run, site: Path) -> None:
    """Only its row; an unknown one is a usage error that names those that there are."""
    out = run("collect", "-C", site, "--source", "articles/profiles").stdout
    assert [columns(line)[0] for line in out.splitlines()[:2]] == ["source", "articles/profiles"]
    wrong = run("collect", "-C", site, "--source", "articles/profile")
    assert wrong.exit_code == 2
    assert "there are: articles/profiles" in wrong.stderr


def test_one_bad_file_never_stops_the_others(run, site: Path) -> None:
    """A broken file is told with its place and a hint; the rest is read; the code says partly done."""
    (site / "articles" / "bad.md").write_text(BAD)
    result = run("collect", "-C", site)
    assert result.exit_code == 5
    assert "articles/bad.md:2:" in result.stderr
    assert "  hint  " in result.stderr
    assert "1 error, 0 warnings in 5 files" in result.stderr
    assert "茶樹" in result.stdout
    assert columns(result.stdout.splitlines()[1])[-1] == "1"


def test_problems_of_one_kind_are_counted(run, site: Path) -> None:
    """Five warnings of a rule, twenty errors, no notes; the rest is counted, and -v shows it."""
    for number in range(25):
        (site / "articles" / f"bad{number}.md").write_text(BAD)
    for number in range(8):
        text = f"---\ntitle: N{number}\ndate: 2026-13-01\n---\nx\n"
        (site / "articles" / f"odd{number}.md").write_text(text)
    (site / "articles" / "_index.md").write_text("---\ntitle: All\n---\n")
    said = run("collect", "-C", site).stderr
    assert said.count("articles/bad") == 20
    assert said.count("articles/odd") == 5
    assert "… and 5 more of yaml-colon; -v shows all" in said
    assert "… and 3 more of date-wrong; -v shows all" in said
    assert "file-passed" not in said
    assert "25 errors, 8 warnings, 1 note in 38 files" in said
    verbose = run("collect", "-C", site, "-v").stderr
    assert verbose.count("articles/bad") == 25
    assert "file-passed" in verbose


def test_quiet_collect_is_silent(run, site: Path) -> None:
    """With -q a site without errors says nothing."""
    assert run("collect", "-C", site, "-q").output == ""


def test_an_empty_site(run, site: Path) -> None:
    """Sources without a file have a row of nothing, and are no error."""
    for path in site.rglob("*.md"):
        path.unlink()
    result = run("collect", "-C", site)
    assert result.exit_code == 0
    assert columns(result.stdout.splitlines()[1]) == ["articles", *"------"]
    assert "0 entries." in result.stderr


def test_a_database_that_cannot_be_had(run, site: Path) -> None:
    """What was seen cannot be remembered: an error that says where, and nothing is told as new."""
    (site / "var").write_text("a file")
    result = run("collect", "-C", site)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "var/digest.db" in result.stderr


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("a/x.md", "a/y.md", "a/{x.md → y.md}"),
        ("a/b/x.md", "a/c/x.md", "a/{b → c}/x.md"),
        ("a/x.md", "a/b/x.md", "a/{ → b}/x.md"),
        ("a/b/x.md", "x.md", "{a/b → }/x.md"),
        ("a/x.md", "b/y.md", "a/x.md → b/y.md"),
        ("a/a/x.md", "a/a/a/x.md", "a/a/{ → a}/x.md"),
    ],
)
def test_a_renaming_in_short(old: str, new: str, shown: str) -> None:
    """Folders that two paths share are written once, as git does."""
    assert renamed(old, new) == shown


ITEM = "<item><title>{0}</title><link>https://ink.example/{0}</link><pubDate>{1}</pubDate></item>"
DAY = "Mon, 26 Jan 2026 00:00:00 +0000"
NOW = ("--now", "2026-01-26T09:00:00+08:00")


def rss(*names: str, date: str = DAY) -> str:
    items = "".join(ITEM.format(name, date) for name in names)
    return f'<rss version="2.0"><channel><title>Ink 週刊</title>{items}</channel></rss>'


@pytest.fixture
def subscribed(site: Path):
    """The scratch site with feeds."""

    def make(*urls: str) -> Path:
        config = (site / "config.toml").read_text()
        tables = "".join(f'\n[[sources]]\nkind = "feed"\nurl = "{url}"\n' for url in urls)
        (site / "config.toml").write_text(f'{config}{tables}\n[feeds]\nallow_hosts = ["127.0.0.1"]\n')
        return site

    return make


def test_feeds_have_their_rows(run, subscribed, feed_server: FeedServer) -> None:
    """What a feed brings is a number in its row and new in the inbox's source; a broken one is its own."""
    good = feed_server.serve("/good", feed(rss("a", "b")))
    bad = feed_server.serve("/bad", Answer(status=500))
    site = subscribed(good, bad)
    result = run("collect", "-C", site, *NOW)
    assert result.exit_code == 5
    rows = {line.split("  ")[0]: line.split()[-6:] for line in result.stdout.splitlines()[1:] if line}
    assert rows["Ink 週刊"] == ["2", *"-----"]
    assert rows[bad] == [*"-----", "1"]
    assert rows["articles"][0] == "5"
    assert "Ink 週刊 is a new feed." in result.stderr
    assert bad in result.stderr
    assert "6 entries: 6 new" in result.stderr
    again = run("collect", "-C", site, *NOW)
    assert again.exit_code == 0
    assert "6 entries: 6 unchanged." in again.stderr


def test_no_fetch_asks_nobody(run, subscribed, feed_server: FeedServer) -> None:
    """No request, no row."""
    url = feed_server.serve("/good", feed(rss("a")))
    result = run("collect", "-C", subscribed(url), "--no-fetch", *NOW)
    assert result.exit_code == 0
    assert feed_server.asked == []
    assert "127.0.0.1" not in result.stdout


def test_a_feed_may_be_named(run, subscribed, feed_server: FeedServer) -> None:
    """It is fetched though it is not due, and told with the source of its files; no other is asked."""
    one = feed_server.serve("/one", feed(rss("a")))
    two = feed_server.serve("/two", feed(rss("b")))
    site = subscribed(one, two)
    run("collect", "-C", site, *NOW)
    feed_server.serve("/one", feed(rss("a", "c")))
    feed_server.asked.clear()
    said = json.loads(run("collect", "-C", site, "--source", one, "--json", *NOW).stdout)
    assert [each.path for each in feed_server.asked] == ["/one"]
    assert [each["url"] for each in said["feeds"]] == [one]
    assert [each["name"] for each in said["sources"]] == ["articles"]
    assert [(each["title"], each["change"], each["type"]) for each in said["entries"]] == [
        ("c", "new", "link")
    ]
    assert said["feeds"][0]["files"] == [said["entries"][0]["origin"]]


def test_what_a_feed_leaves_out_is_counted(run, subscribed, feed_server: FeedServer) -> None:
    """Items that are too old at the first visit are passed over, and said to be."""
    url = feed_server.serve("/old", feed(rss("a", "b", date="Mon, 26 Jan 2015 00:00:00 +0000")))
    said = run("collect", "-C", subscribed(url), *NOW).stderr
    assert "Ink 週刊 is a new feed: 2 passed over." in said
