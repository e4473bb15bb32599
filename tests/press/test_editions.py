"""Several editions of one site: each takes its own, and keeps its own account."""

from __future__ import annotations

from datetime import timedelta

from digest import press
from digest.model import Reason
from digest.press.outlook import outlook
from tests.conftest import CONFIG, FILES
from tests.press.conftest import LATER, NOW

TWO = (
    CONFIG.replace("cooldown_days = 0", "cooldown_days = 7")
    + """\
tags = ["history", "역사"]

[[editions]]
name = "korean"
title = "주간"
language = "ko"
entry_languages = ["ko", "zh"]
sender = "주간 <korean@scratch.example>"

[editions.schedule]
day = "friday"
time = "18:00"
timezone = "Asia/Seoul"
"""
)
ESSAY = """\
---
title: The long way round
date: 2026-01-25
language: ko
tags: [history]
---

{text}
"""
LONG = "바다를 재는 사람들은 서로를 믿지 않았다. " * 40


def keys(sealed):
    return sorted(item.entry.position.path for item in sealed.issue.everything)


def test_two_editions_of_one_site_each_keep_their_own_account(write_files):
    """Tags, languages, numbers, ledgers and zones are an edition's own; what one told is new to the other."""
    site = press.Site.load(
        write_files(FILES | {"config.toml": TWO, "articles/way.md": ESSAY.format(text=LONG)})
    )
    first = press.publish(site, edition="weekly", now=NOW)
    assert first.issue.id == "weekly/1"
    assert keys(first) == ["articles/clocks.md", "articles/ferry.md", "articles/way.md"]
    other = press.publish(site, edition="korean", now=NOW + timedelta(days=1))
    assert other.issue.id == "korean/1"
    assert keys(other) == [
        "articles/ferry.md", "articles/profiles/surveyor.md", "articles/tea.md", "articles/way.md",
    ]  # fmt: skip
    assert other.issue.language == "ko"
    assert other.issue.date.utcoffset() == timedelta(hours=9)

    more = f"{LONG}\n\n## 새 부두\n\n" + " ".join(f"낱말{number}" for number in range(80))
    (site.root / "articles/way.md").write_text(ESSAY.format(text=more), encoding="utf-8")
    second = press.publish(site, edition="weekly", now=LATER)
    assert second.issue.id == "weekly/2"
    (item,) = second.issue.everything
    assert (item.reason, item.rule) == (Reason.UPDATED, "major-change")
    assert [change.heading for change in item.changes] == ["새 부두"]
    seen = outlook(site, site.edition("korean"), press.read(site, LATER), LATER)
    assert seen.number == 2
    assert seen.decisions["articles/way.md:ko"].rule == "cooldown"
    assert keys(press.publish(site, edition="korean", now=LATER + timedelta(days=1))) == ["articles/way.md"]
    assert [each.issue.id for each in press.sealed(site, "korean")] == ["korean/1", "korean/2"]
    assert (site.public / "korean/2/index.html").is_file()
    assert (site.public / "weekly/2/index.html").is_file()


def test_a_late_file_and_a_new_source_after_a_walk_through_the_archive(write_files):
    """What an issue must remember of them comes back from its JSON."""
    site = press.Site.load(write_files(FILES))
    first = press.publish(site, now=NOW)
    assert first.issue.sources == ("articles", "articles/inbox", "articles/profiles")
    notes = {f"notes/n{day}.md": f"---\ntitle: N{day}\ndate: 2026-01-{day}\n---\nNote.\n" for day in (12, 30)}
    config = f'{CONFIG}\n[[sources]]\nkind = "articles"\npath = "notes"\n'
    late = {"articles/late.md": "---\ntitle: Late\ndate: 2020-01-01\n---\nLate.\n"}
    site = press.Site.load(write_files({"config.toml": config} | notes | late))
    second = press.publish(site, now=LATER)
    assert [item.entry.key for item in second.issue.archive] == ["articles/late.md"]
    assert keys(second) == ["articles/late.md", "notes/n30.md"]
    assert [each.key for each in second.issue.passed] == ["notes/n12.md"]
