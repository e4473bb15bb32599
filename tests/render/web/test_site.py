"""The whole site: which pages there are, and the same bytes from the same issues."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from pathlib import Path, PurePosixPath

from digest.render.site import pages


def test_pages(site_pages):
    """There is a page for home, issues, articles, profiles, tags; feeds; a style sheet."""
    assert {
        "index.html",
        "404.html",
        "style.css",
        "weekly/13/index.html",
        "weekly/14/index.html",
        "articles/lead-type/index.html",
        "profiles/index.html",
        "profiles/shen-kuo/index.html",
        "tags/index.html",
        "tags/印刷/index.html",
        "feeds/entries.rss",
        "feeds/issues.json",
        "feeds/tags/印刷/entries.atom",
    } <= site_pages.keys()
    assert "articles/link-1/index.html" not in site_pages


def test_overflow_has_its_page(site_pages):
    """What did not fit in the mail is read on the site."""
    assert "articles/more-1/index.html" in site_pages


def test_pages_are_unique(issues, ink, rich_config):
    """No two pages share a path."""
    paths = [page.path for page in pages(issues, ink, rich_config)]
    assert len(paths) == len(set(paths))


def test_nothing_sealed(ink, rich_config):
    """Before the first issue there is a front page and feeds, and no empty lists."""
    assert {page.path for page in pages((), ink, rich_config)} == {
        "index.html",
        "404.html",
        "style.css",
        *(f"feeds/{name}.{suffix}" for name in ("entries", "issues") for suffix in ("rss", "atom", "json")),
    }


def test_order_does_not_matter(issues, ink, rich_config, site_pages):
    """Issues in another order make the same bytes."""
    assert {page.path: page.data for page in pages(issues[::-1], ink, rich_config)} == site_pages


def test_names_that_are_no_files(rich_issue, ink, rich_config, make_article, make_item):
    """A slug or tag that cannot name a file costs its page, not the site."""
    odd = [
        make_article(slug, "x", "en", tags=(tag,))
        for slug, tag in (
            ("字" * 100, "字" * 100),
            ("..", "…"),
            ("../../etc", "a"),
            ("a\0b", "b"),
            ("ok", "ok"),
            ("index.html", "Index.html"),
        )
    ]
    issue = dataclasses.replace(
        rich_issue,
        lead=None,
        sections=(),
        profiles=(),
        quotes=(),
        overflow=tuple(make_item(each) for each in odd),
    )
    found = {page.path for page in pages((issue,), ink, rich_config)}
    assert sorted(path for path in found if path.startswith("articles/")) == [
        "articles/__/index.html",
        "articles/index.html_/index.html",
        "articles/ok/index.html",
    ]
    assert [p for p in found if found & {parent.as_posix() for parent in PurePosixPath(p).parents}] == []
    assert "tags/ok/index.html" in found
    assert all(len(part.encode()) <= 240 for path in found for part in path.split("/"))


def test_broken_characters(rich_issue, ink, rich_config, make_article, make_item):
    """Half a surrogate pair in a title becomes a question mark."""
    entry = dataclasses.replace(make_article("s", "x", "en"), title="a\ud800b")
    issue = dataclasses.replace(rich_issue, lead=make_item(entry))
    found = {page.path: page.data for page in pages((issue,), ink, rich_config)}
    assert b"a?b" in found["articles/s/index.html"]


SCRIPT = """
import hashlib, sys
from pathlib import Path, PurePosixPath
from digest import config
from digest.archive import load_issue
from digest.render.site import pages
from digest.render.theme import Theme

issues = [load_issue(Path(name).read_bytes(), name) for name in sys.argv[2:]]
sha = hashlib.sha256()
for page in pages(issues, Theme.load("ink"), config.load(Path(sys.argv[1]))):
    sha.update(page.path.encode() + page.data)
print(sha.hexdigest())
"""


def test_same_bytes_anywhere(tmp_path, issues, root, rich_config):
    """Zone, locale, hash seed and working folder change nothing."""
    from digest.archive import dump_issue

    files = []
    for issue in issues:
        files.append(tmp_path / f"{issue.number}.json")
        files[-1].write_bytes(dump_issue(issue))
    config = tmp_path / "config.toml"
    config.write_text(
        '[site]\ntitle = "T"\nbase_url = "https://t.example"\ntimezone = "Asia/Taipei"\n'
        'languages = ["zh-Hant-TW"]\n[[sources]]\nkind = "articles"\npath = "articles"\n'
        '[[editions]]\nname = "weekly"\ntitle = "T"\n'
    )
    runs = set()
    for zone, seed, locale, folder in (
        ("Asia/Seoul", "1", "C", tmp_path),
        ("America/New_York", "2", "de_DE.UTF-8", Path("/")),
    ):
        environment = os.environ | {
            "TZ": zone,
            "PYTHONHASHSEED": seed,
            "LC_ALL": locale,
            "PYTHONPATH": str(root),
        }
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, str(config), *map(str, files)],
            check=False,
            capture_output=True,
            text=True,
            env=environment,
            cwd=folder,
        )
        assert not done.stderr
        runs.add(done.stdout)
    assert len(runs) == 1
