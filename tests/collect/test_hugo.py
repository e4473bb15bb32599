"""Agreement with Hugo: what Debian's hugo says of a page's title, date, tags and draft, we say too."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from digest.collect.gather import gather
from digest.config import parse

CORPORA = Path(__file__).parents[3] / "shared" / "corpora" / "markdown"
FIXTURE = Path(__file__).parents[1] / "fixtures" / "sites" / "hugo"
ZONE = "Asia/Taipei"
STRICT = os.environ.get("CI") in ("1", "true") or os.environ.get("DIGEST_STRICT") in ("1", "true")

HUGO = f"""\
baseURL = "https://example.org/"
title = "agreement"
timeZone = "{ZONE}"
contentDir = "content"
disableKinds = ["taxonomy", "term", "RSS", "sitemap", "robotsTXT", "404"]
[outputs]
home = ["JSON"]
section = ["JSON"]
"""
PAGES = """\
[{{ range $i, $p := where .Site.AllPages "Kind" "page" }}{{ if $i }},{{ end }}
{{ dict "path" .File.Path "title" .Title "date" (.Date.Format "2006-01-02T15:04:05.999999Z07:00")
"tags" .Params.tags "draft" .Draft "words" .WordCount "described" (ne .Description "")
"language" .Language.Lang | jsonify }}{{ end }}]
"""
OURS = f"""\
[site]
title = "t"
base_url = "https://example.org"
timezone = "{ZONE}"
[[sources]]
kind = "articles"
path = "content"
[[editions]]
name = "weekly"
title = "t"
"""


@dataclass(frozen=True)
class Told:
    """What one of the two says of a page; a date as its instant, none where there is none.

    Runs of spaces in a title are one, as in HTML; a tag that is empty is none.
    """

    title: str
    date: datetime | None
    tags: tuple[str, ...]
    draft: bool


def hugo() -> str:
    found = shutil.which("hugo")
    if not found:
        if STRICT:
            pytest.fail("hugo is missing; .ci/system installs it")
        pytest.skip("hugo is not here")
    return found


def run(program: str, root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [program, *words], cwd=root, capture_output=True, text=True, timeout=120, check=False
    )


def prepared(root: Path, content: Path, more: str = "") -> Path:
    """A Hugo site around a folder of content, with an empty template for each shortcode in it."""
    shutil.copytree(content, root / "content")
    (root / "config.toml").write_text(more + HUGO)
    shortcodes = root / "layouts" / "shortcodes"
    shortcodes.mkdir(parents=True)
    for kind in ("home", "section"):
        (root / "layouts" / f"{kind}.json").write_text(PAGES if kind == "home" else "{}")
    texts = [path.read_text(errors="replace") for path in (root / "content").rglob("*.md")]
    names = {name for text in texts for name in re.findall(r"\{\{[<%]\s*/?\s*([\w-]+)", text)}
    paired = {name for text in texts for name in re.findall(r"\{\{[<%]\s*/\s*([\w-]+)", text)}
    for name in names:
        (shortcodes / f"{name}.html").write_text("{{ .Inner }}" if name in paired else "<i></i>")
    return root


def by_hugo(program: str, root: Path) -> tuple[dict[str, Told], set[str]]:
    """What Hugo says of each page, and the files that it refuses, one of which stops its whole build."""
    refused: set[str] = set()
    while True:
        built = run(program, root, "-D", "-F", "-E", "--quiet")
        if built.returncode == 0:
            break
        found = re.search(r"\"?[^\"\s]*/content/([^\"\n]+?\.md)(?::\d+)", built.stderr + built.stdout)
        assert found, built.stderr + built.stdout
        refused.add(found[1])
        (root / "content" / found[1]).unlink()
    pages = json.loads((root / "public" / "index.json").read_text())
    return {
        page["path"]: Told(
            title=_spaced(page["title"]),
            date=_moment(page["date"]),
            tags=_tags(page["tags"]),
            # A page of no words and no description is a draft to us: there is nothing to send.
            draft=page["draft"] or not (page["words"] or page["described"]),
        )
        for page in pages
    }, refused


def by_hugo_list(program: str, root: Path) -> dict[str, tuple[str, datetime | None, bool]]:
    """Title, date and draft by `hugo list all`."""
    rows = csv.DictReader(io.StringIO(run(program, root, "list", "all").stdout))
    return {
        row["path"].removeprefix("content/"): (
            _spaced(row["title"]),
            _moment(row["date"]),
            row["draft"] == "true",
        )
        for row in rows
    }


def _spaced(title: str) -> str:
    return " ".join(title.split())


def _tags(given: Any) -> tuple[str, ...]:
    return tuple(tag for tag in ([given] if isinstance(given, str) else given or ()) if tag)


def _moment(text: str) -> datetime | None:
    found = datetime.fromisoformat(text)
    return None if found.year == 1 else found.astimezone(ZoneInfo("UTC"))


def by_us(root: Path, config: str = OURS) -> dict[str, Told]:
    collection = gather(parse(config), root)
    return {
        entry.position.path.removeprefix("content/"): Told(
            title=entry.title,
            date=stamp.at.astimezone(ZoneInfo("UTC")) if (stamp := entry.date or entry.updated) else None,
            tags=entry.tags,
            draft=entry.draft,
        )
        for entry in collection.entries
    }


def differences(root: Path, config: str = OURS) -> tuple[int, list[str], set[str]]:
    """How many pages both know, each field that they see otherwise, and what Hugo refuses."""
    program = hugo()
    theirs, refused = by_hugo(program, root)
    listed = by_hugo_list(program, root)
    ours = by_us(root, config)
    told = []
    for path, their in sorted(theirs.items()):
        our = ours.get(path)
        if our is None:
            told.append(f"{path}: we have no entry")
            continue
        for field in ("title", "date", "tags", "draft"):
            left, right = getattr(their, field), getattr(our, field)
            if left != right:
                told.append(f"{path}: {field}: Hugo {left!r}, we {right!r}")
        if path in listed:
            title, date, draft = listed[path]
            if (title, date) != (
                their.title,
                their.date and their.date.replace(microsecond=0),
            ) or draft > their.draft:
                told.append(f"{path}: Hugo itself says {listed[path]} and {their}")
    return len(theirs), told, refused


@pytest.mark.no_cover
@pytest.mark.parametrize("site", ["gdgtaipei-zhtw", "jonnung-ko", "loveorange-zhtw", "spf13"])
def test_a_real_site_reads_as_hugo_reads_it(tmp_path, site):
    """Title, date, tags and draft of every regular page of a real Hugo site are Hugo's."""
    if not (CORPORA / site).is_dir():
        pytest.skip("the corpora are not here")
    content = next(path for path in (CORPORA / site).rglob("content") if path.is_dir())
    known, told, refused = differences(prepared(tmp_path / "site", content))
    assert known > 5
    assert told == []
    assert refused == set()


ODD = {
    "posts/yaml-naive.md": "---\ntitle: 沒有時區\ndate: 2026-01-05 08:30:00\ntags: [活字, 'a']\n---\n字。\n",
    "posts/yaml-day.md": "---\ntitle: 하루\ndate: 2026-01-05\ntags:\n- 활자\n- 인쇄\n---\n글.\n",
    "posts/yaml-offset.md": "---\ntitle: Offset\ndate: 2026-01-05T08:30:00+0900\ndraft: true\n---\nWords.\n",
    "posts/yaml-zulu.md": '---\ntitle: "Zulu: with a colon"\ndate: "2026-01-05T08:30:00Z"\n---\nWords.\n',
    "posts/yaml-quoted.md": "---\ntitle: '12:30'\ndate: '2026-01-05'\ntags: []\n---\nWords.\n",
    "posts/yaml-lastmod.md": "---\ntitle: Only touched\nlastmod: 2026-01-07\n---\nWords.\n",
    "posts/yaml-publish.md": "---\ntitle: Later\npublishDate: 2026-01-08T10:00:00+08:00\n---\nWords.\n",
    "posts/yaml-fraction.md": "---\ntitle: A fraction\ndate: 2026-01-05T08:30:00.25+08:00\n---\nWords.\n",
    "posts/crlf.md": "---\r\ntitle: Line ends\r\ndate: 2026-01-05\r\ndraft: false\r\n---\r\nWords.\r\n",
    "posts/bom.md": "\ufeff---\ntitle: 位元組順序\ndate: 2026-01-05\n---\n字。\n",
    "posts/toml.md": '+++\ntitle = "표"\ndate = 2026-01-05T08:30:00+09:00\ntags = ["하나", "둘"]\n+++\n글.\n',
    "posts/toml-local.md": '+++\ntitle = "l"\ndate = 2026-01-05T08:30:00\ndraft = true\n+++\nWords.\n',
    "posts/toml-day.md": "+++\ntitle = 'day'\ndate = 2026-01-05\n+++\nWords.\n",
    "posts/json.md": '{\n"title": "\\u5b57",\n"date": "2026-01-05T08:30:00+08:00",\n"tags": ["a"]\n}\nOk.\n',
    "posts/bundle/index.md": "---\ntitle: A bundle\ndate: 2026-01-05\n---\nWords.\n",
    "posts/no-tags.md": "---\ntitle: None\ndate: 2026-01-05\ntags:\n---\nWords.\n",
    "posts/nested.md": "---\ntitle: >-\n  folded\n  title\ndate: 2026-01-05\nx:\n  draft: true\n---\nOk.\n",
    "posts/_index.md": "---\ntitle: A section\n---\nWords.\n",
}


def test_oddities_read_as_hugo_reads_them(tmp_path):
    """Naive, day-only and offset dates, TOML's own, JSON, byte order marks and line ends: Hugo agrees."""
    content = tmp_path / "content"
    for name, text in ODD.items():
        path = content / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    known, told, refused = differences(prepared(tmp_path / "site", content))
    assert known == len(ODD) - 1, "all but the section"
    assert told == []
    assert refused == set()


LANGUAGES = 'defaultContentLanguage = "zh-tw"\n'
TABLES = "[languages.zh-tw]\nweight = 1\n[languages.ko]\nweight = 2\n[languages.en]\nweight = 3\n"
TRANSLATED = {
    "posts/tea.md": "---\ntitle: 茶\ndate: 2026-01-05\ntags: [茶]\n---\n字。\n",
    "posts/tea.ko.md": "---\ntitle: 차\ndate: 2026-01-06\ntags: [차]\n---\n글.\n",
    "posts/tea.en.md": "---\ntitle: Tea\ndate: 2026-01-07\ndraft: true\n---\nWords.\n",
    "posts/sea/index.md": "---\ntitle: 海\ndate: 2026-01-05\n---\n字。\n",
    "posts/sea/index.ko.md": "---\ntitle: 바다\ndate: 2026-01-05\n---\n글.\n",
    "posts/sea/index.zh-tw.md.txt": "no page",
    "posts/alone.en.md": "+++\ntitle = 'Alone'\ndate = 2026-01-05T08:30:00\n+++\nWords.\n",
    "posts/v1.2.md": "---\ntitle: A version\ndate: 2026-01-05\n---\nWords.\n",
    "posts/ko/index.zh-tw.md": "---\ntitle: 一個資料夾\ndate: 2026-01-05\n---\n字。\n",
}


def test_translations_are_those_that_hugo_sees(tmp_path):
    """Files and bundles by language, each a page of its own: `tea.ko.md`, `sea/index.ko.md`."""
    for name, text in TRANSLATED.items():
        path = tmp_path / "content" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    root = prepared(tmp_path / "site", tmp_path / "content", LANGUAGES)
    with (root / "config.toml").open("a") as file:
        file.write(TABLES)
    config = OURS.replace("[[sources]]", 'languages = ["zh-TW", "ko", "en"]\n[[sources]]', 1)
    known, told, refused = differences(root, config)
    assert (known, told, refused) == (len(TRANSLATED) - 1, [], set())
    pages = json.loads((root / "public" / "index.json").read_text())
    entries = gather(parse(config), root).entries
    assert len({entry.key for entry in entries}) == len(pages)
    assert {entry.position.path: entry.language.lower() for entry in entries} == {
        f"content/{page['path']}": page["language"] for page in pages
    }
