"""A site of every dialect and oddity, written by us: what is understood of it, and how it reads."""

from __future__ import annotations

import html
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from digest import config
from digest.collect.gather import gather
from digest.model import Collection, Entry
from digest.render.markdown import Medium, render_body
from digest.render.references import References
from digest.render.theme import Theme

SITE = Path(__file__).parents[1] / "fixtures" / "sites" / "dialects"
CODE = re.compile(r"<(code|pre)\b.*?</\1>", re.DOTALL)
LEAKS = (
    "{{<", "{{%", "{{ ", "[[", "]]", ":::", "{%", "%}", "[!", "%%", "==", "{:", "{#", "]({", "import ",
    "\ufdd0",
)  # fmt: skip
READ = re.compile(r"\s+")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    """All that is collected of the site, outside of this repository, which would date what names no date."""
    root = shutil.copytree(SITE, tmp_path_factory.mktemp("dialects") / "site", ignore=lambda *_: [".digest"])
    return gather(config.load(root / "config.toml"), root)


@pytest.fixture(scope="module")
def rendered(site: Collection) -> Callable[[str, Medium], str]:
    """The HTML of the body of the entry whose key begins so."""
    theme, references = Theme.load("ink"), References(site.entries, config.load(SITE / "config.toml"))

    def render(key: str, medium: Medium = Medium.WEB) -> str:
        entry = next(each for each in site.entries if each.key.startswith(key))
        return render_body(
            entry, theme=theme, medium=medium, language=entry.language,
            base_url="https://dialects.example/x/", pictures={}, references=references,
        ).html  # fmt: skip

    return render


def facts(entry: Entry) -> dict[str, Any]:
    """What is known of an entry, in short."""
    date = entry.date
    told = {
        "title": entry.title,
        "date": f"{date.at.date() if date.day_only else date.at.isoformat()} ({date.origin})" if date else "",
        "updated": entry.updated.at.isoformat() if entry.updated else "",
        "not_before": entry.not_before.at.isoformat() if entry.not_before else "",
        "language": entry.language,
        "slug": entry.slug,
        "tags": " | ".join(entry.tags),
        "categories": " | ".join(entry.categories),
        "authors": " | ".join(entry.authors),
        "kind": entry.kind,
        "draft": "yes" if entry.draft else "",
        "images": " | ".join(image.src for image in entry.images),
        "role": entry.roles.role,
        "organization": entry.roles.organization,
        "line": str(entry.body_line),
    }
    return {key: value for key, value in told.items() if value}


def test_every_file_is_an_entry_or_a_problem_that_names_it(site: Collection) -> None:
    """None is lost silently, whatever its dialect and encoding."""
    files = {str(path.relative_to(SITE)) for path in SITE.rglob("*.md*")}
    named = {entry.position.path for entry in site.entries} | {one.position.path for one in site.problems}
    assert files - named == set()
    assert [one for one in site.problems if one.severity == "error"] == []


def test_what_is_understood_of_every_dialect(site: Collection, golden: Callable[[str, str], None]) -> None:
    """Titles, dates and where they come from, tags, languages; and what was left out, at its line."""
    told = {
        "entries": {entry.key: facts(entry) for entry in site.entries},
        "problems": [f"{one.severity} {one.position} {one.rule}" for one in site.problems],
    }
    golden("collect/dialects.json", json.dumps(told, ensure_ascii=False, indent=1) + "\n")


@pytest.mark.parametrize("medium", list(Medium))
def test_no_mark_of_another_tool_leaks(
    site: Collection, rendered: Callable[[str, Medium], str], medium: Medium
) -> None:
    """Outside of code, a reader sees words only; what was escaped or raw was meant to be printed."""
    printed = (
        "{{ page.title }}", "{% include nav.html %}", "{{ this is printed }}", "{% include %}", "[[ -f x ]]",
    )  # fmt: skip
    for entry in site.entries:
        seen = html.unescape(CODE.sub("", rendered(entry.key, medium)))
        for words in printed:
            seen = seen.replace(words, "")
        if entry.key.startswith("oddities/loose-wikilink"):
            seen = seen.replace(":::", "")
        assert [leak for leak in LEAKS if leak in seen] == [], entry.key


def text_of(rendered: str) -> str:
    """The words that a reader sees."""
    return READ.sub(" ", html.unescape(re.sub(r"<[^>]+>", " ", rendered))).strip()


def test_callouts_read_as_boxes(rendered: Callable[..., str]) -> None:
    """Of four tools: label, title, words."""
    for key, label, title, words in (
        ("hugo/posts/tide-table", "提示", "先看月亮", "上弦與下弦時潮差最小。"),
        ("docusaurus/", "注意", "先看海圖", "兩個區域的規則相反。"),
        ("obsidian/日誌/潮池", "注意", "小心潮水", "礁石很滑。"),
        ("myst/waves", "Tip", "Before you start", "Look at the date of the chart."),
        ("pelican/ferry", "", "겨울", "겨울에는 한 편 이 준다."),
        ("eleventy/", "Warning", "Wet rope", "It slips ."),
    ):
        seen = text_of(rendered(key))
        assert title in seen, (key, seen)
        assert words in seen, (key, seen)
        assert label in seen, (key, seen)


def test_links_between_entries_lead_to_their_pages(rendered: Callable[..., str]) -> None:
    """By file, by title, by path; one that leads nowhere is its words."""
    for key, words, target in (
        ("jekyll/_posts/2026-01-19", "the second part", "second-part"),
        ("jekyll/_posts/2026-01-19", "the notes", "second-part"),
        ("zola/posts/2026", "low notes", "low-notes"),
        ("obsidian/日誌/潮池", "潮汐", "tide-table"),
        ("obsidian/日誌/潮池", "漲潮 > 時刻", "漲潮"),
        ("pelican/ferry", "부두 지도", "pier"),
        ("myst/waves", "the swell", "swell"),
    ):
        found = re.search(rf'<a href="([^"]*)"[^>]*>{re.escape(html.escape(words))}</a>', rendered(key))
        assert found, (key, words)
        assert target in found[1] or target in re.sub(r"%", "", found[1]) or "%" in found[1], found[1]
    assert "沒有這一篇" in text_of(rendered("obsidian/日誌/潮池"))
    assert ">沒有這一篇</a>" not in rendered("obsidian/日誌/潮池")


def test_code_is_printed_as_it_was_written(rendered: Callable[..., str]) -> None:
    """With the braces, brackets and shortcodes that are its own."""
    for key, code in (
        ("jekyll/_posts/2026-01-19", 'print("{{ ring }}", "{{< ring >}}")'),
        ("zola/posts/2026", 'let horn = "{{ youtube(id=\\"x\\") }} {{< horn >}}";'),
        ("zola/posts/2026", '{{ youtube(id="…") }}'),
        ("docusaurus/", '<Buoy color="red" /> {{< buoy >}}'),
        ("obsidian/日誌/潮池", "[[ -f tide.txt ]] && cat tide.txt"),
        ("myst/waves", 'height = 2 * "{{< m >}}"'),
        ("pelican/ferry", "{{ 표 }}"),
        ("hugo/posts/tide-table", "{{< youtube ID >}}"),
    ):
        assert code in html.unescape(re.sub(r"<[^>]+>", "", rendered(key))), key


def test_shortcodes_of_every_tool_are_cards(rendered: Callable[..., str]) -> None:
    """The same film, asked for in four spellings."""
    for key in ("jekyll/_posts/2026-01-19", "zola/posts/2026", "pelican/ferry", "hugo/posts/tide-table"):
        assert "https://www.youtube.com/watch?v=" in rendered(key, Medium.EMAIL), key
