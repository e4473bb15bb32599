"""A site of any size for the benchmarks: the same words for the same numbers, in three languages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from bench import THREE_LANGUAGES, config_toml

NOW: Final = datetime(2026, 1, 26, 1, tzinfo=UTC)
CONFIG: Final = config_toml(
    "https://bench.example",
    site=THREE_LANGUAGES,
    edition='sender = "Bench <weekly@bench.example>"\nmax_items = 60\n',
)
WORDS: Final = {
    "zh-Hant-TW": (
        "鐵路需要同一個時間，",
        "電報就把它帶到每一站。",
        "**「鐘」。**後面的人於是對錶，",
        "一天一次。",
    ),
    "ko": ("철도에는 하나의 시간이 필요했다. ", "전신이 역마다 그것을 전했다. ", "**시계**를 맞추었다. "),
    "en": (
        "Railways needed one time. ",
        "The telegraph carried it to every station. ",
        "**Clocks** were set. ",
    ),
}
TAGS: Final = ("鐵路", "電報", "시간", "history", "clocks", "標準")


def article(number: int) -> str:
    """An article: front matter, a heading, four paragraphs, a table, a shortcode, a quote."""
    language = tuple(WORDS)[number % 3]
    words = WORDS[language]
    paragraphs = "\n\n".join(
        "".join(words[(number + line + step) % len(words)] for step in range(24)) for line in range(4)
    )
    written = NOW - timedelta(hours=1 + number % 140)
    return f"""---
title: "{words[number % len(words)].strip()} {number}"
date: {written.isoformat()}
language: {language}
tags: ["{TAGS[number % 6]}", "{TAGS[(number // 2 + 1) % 6]}"]
description: "{"".join(words)}"
authors: [Bench]
---

## {words[0]}

{paragraphs}

| a | b |
|---|---|
| {number} | `code` |

{{{{< youtube dQw4w9WgXcQ >}}}}

> {words[1]}
"""


def make(folder: Path, articles: int) -> Path:
    """Write a site of so many articles into a folder; returns the folder."""
    (folder / "articles").mkdir(parents=True)
    (folder / "config.toml").write_text(CONFIG, encoding="utf-8")
    for number in range(articles):
        (folder / "articles" / f"{number:06}.md").write_text(article(number), encoding="utf-8")
    return folder
