"""A large site as sites are: posts of many years in three languages, one file in ten a huge profile.

`python benchmarks/corpus.py FOLDER FILES [SEED]` writes `content/`, valid for Hugo, too, and our config.toml.
The same number and seed give the same bytes.
"""

from __future__ import annotations

import random
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

CONFIG: Final = """\
[site]
title = "Corpus"
base_url = "https://corpus.example"
timezone = "Asia/Taipei"
languages = ["zh-Hant-TW", "ko", "en"]

[[sources]]
kind = "articles"
path = "content/posts"

[[sources]]
kind = "profiles"
path = "content/profiles"

[[editions]]
name = "weekly"
title = "Corpus Weekly"
sender = "Corpus <weekly@corpus.example>"
"""
_LAST: Final = datetime(2026, 1, 25, 12, tzinfo=UTC)
_YEARS: Final = 12
_PNG: Final = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


@dataclass(frozen=True, slots=True)
class _Tongue:
    """The words of one language: who, does what, to what, where or when; how they are joined."""

    who: Sequence[str]
    does: Sequence[str]
    what: Sequence[str]
    when: Sequence[str]
    form: str
    tags: Sequence[str]
    headings: Sequence[str]


_TONGUES: Final = {
    name: _Tongue(**words)
    for name, words in tomllib.loads((Path(__file__).parent / "words.toml").read_text("utf-8")).items()
}
_NAMES: Final = (
    "Lin",
    "Kim",
    "Okafor",
    "Haas",
    "Sato",
    "Moreau",
    "Silva",
    "Novak",
    "Chen",
    "Park",
    "Iyer",
    "Berg",
)
_GIVEN: Final = (
    "Wei",
    "Ji-woo",
    "Ada",
    "Mika",
    "Jun",
    "Elif",
    "Noor",
    "Tomas",
    "Yuki",
    "Hana",
    "Ravi",
    "Lena",
)


class Corpus:
    """Writes files, each by its number."""

    def __init__(self, files: int, seed: int = 1) -> None:
        self._chance = random.Random(seed)
        self._files = files
        self._pool = {
            name: [self._paragraph(tongue) for _ in range(300)] for name, tongue in _TONGUES.items()
        }

    def files(self) -> Iterator[tuple[str, str | bytes]]:
        """Path under `content/` and content of every file; a few lie in a folder with their image."""
        for number in range(self._files):
            if number % 10 == 9:
                yield f"profiles/{_NAMES[number % 12].lower()}-{number:06}.md", self._profile(number)
                continue
            language = self._chance.choices(list(_TONGUES), (6, 2, 2))[0]
            at = _LAST - timedelta(days=_YEARS * 365 * (self._files - number) / self._files)
            place = f"posts/{at:%Y/%m}/{self._slug(language, number)}"
            if self._chance.random() < 0.02:
                yield f"{place}/index.md", self._post(number, language, at, "![](cover.png)")
                yield f"{place}/cover.png", _PNG
            else:
                yield f"{place}.md", self._post(number, language, at, "")

    def _slug(self, language: str, number: int) -> str:
        word = self._chance.choice(_TONGUES[language].tags) if language != "en" else "note"
        return f"{word}-{number:06}"

    def _sentence(self, tongue: _Tongue) -> str:
        pick = self._chance.choice
        return tongue.form.format(
            who=pick(tongue.who), does=pick(tongue.does), what=pick(tongue.what), when=pick(tongue.when)
        )

    def _paragraph(self, tongue: _Tongue) -> str:
        return "".join(self._sentence(tongue) for _ in range(self._chance.randint(2, 6))).strip()

    def _post(self, number: int, language: str, at: datetime, image: str) -> str:
        tongue, chance = _TONGUES[language], self._chance
        title = f"{chance.choice(tongue.headings)} {number}"
        tags = ", ".join(f'"{tag}"' for tag in chance.sample(list(tongue.tags), chance.randint(1, 4)))
        zone = "+09:00" if language == "ko" else "+08:00"
        head = [
            f'title: "{title}"',
            f"date: {at:%Y-%m-%dT%H:%M:%S}{zone}",
            f"language: {language}",
            f"tags: [{tags}]",
            f'description: "{self._sentence(tongue).strip().replace(chr(42), "")}"',
            f"draft: {'true' if number % 50 == 3 else 'false'}",
        ]
        head += [f'categories: ["{tongue.tags[number % 10]}"]'] if number % 3 else []
        head += [f"author: {_GIVEN[number % 12]} {_NAMES[number % 11]}"] if number % 2 else []
        head += [f"lastmod: {at + timedelta(days=9):%Y-%m-%d}"] if number % 7 == 0 else []
        return (
            "---\n"
            + "\n".join(head)
            + f"\n---\n\n{image}\n\n"
            + "\n\n".join(self._body(language, number))
            + "\n"
        )

    def _body(self, language: str, number: int) -> Iterator[str]:
        """Paragraphs of one to six kilobytes, with what else posts have."""
        tongue, chance = _TONGUES[language], self._chance
        goal = min(6_000, max(1_000, int(chance.lognormvariate(7.9, 0.5))))
        size = 0
        yield f"{number}: {self._sentence(tongue).strip()}"
        while size < goal:
            text = chance.choice(self._pool[language])
            kind = chance.random()
            if kind < 0.12:
                text = f"## {chance.choice(tongue.headings)}\n\n{text}"
            elif kind < 0.2:
                text = "\n".join(f"- {self._sentence(tongue).strip()}" for _ in range(4))
            elif kind < 0.26:
                text = f"> {text}"
            elif kind < 0.34:
                text = f"{text} [{chance.choice(tongue.tags)}](https://corpus.example/{number}) "
            elif kind < 0.36:
                text = f"```python\nfor name in range({number}):\n    print(name)\n```"
            elif kind < 0.38:
                text = f"| {tongue.tags[0]} | {tongue.tags[1]} |\n|---|---|\n| {number} | 1 |"
            elif kind < 0.4:
                text = '{{< youtube "dQw4w9WgXcQ" >}}'
            elif kind < 0.42:
                text = f"![{tongue.tags[2]}](https://images.example/{number}.jpg)"
            size += len(text.encode())
            yield text

    def _profile(self, number: int) -> str:
        """A person of ten kilobytes and more, most of it front matter."""
        tongue, chance = _TONGUES["zh-Hant-TW"], self._chance
        given, name = chance.choice(_GIVEN), chance.choice(_NAMES)

        def text() -> str:
            return self._sentence(tongue).replace("**", "").strip()

        def items(keys: Sequence[str], least: int, most: int) -> str:
            rows = []
            for place in range(chance.randint(least, most)):
                rows += [f'  {"- " if key == keys[0] else "  "}{key}: "{text()}"' for key in keys]
                rows.append(f"    year: {1960 + (number + place) % 65}")
            return "\n".join(rows)

        return f"""---
# === 基本資料 ===
title: "{name} {given} {number}"
name_en: "{given} {name}"
name_zh: "{chance.choice(tongue.tags)}先生"
photo: ""
photo_credit: "Corpus"
nationality: "不詳"
birth_year: {1930 + number % 70}
death_year: null
residence: "海邊"
current_position: "{text()}"
current_organization: "海岸測量社 {number % 40}"
description_short: "{text()}"
description_long: |
  {text()}{text()}{text()}
  {text()}{text()}
person_type: ["測量師", "作家"]
importance_level: "{"ABC"[number % 3]}"
tags: ["{chance.choice(tongue.tags)}", "{chance.choice(tongue.tags)}"]
key_contributions:
{items(("title", "description", "impact"), 4, 7)}
representative_works:
{items(("title", "type", "description"), 4, 7)}
awards:
{items(("name", "issuer", "significance"), 2, 5)}
education:
{items(("institution", "degree"), 2, 3)}
career_timeline:
{items(("organization", "position", "description"), 5, 8)}
notable_quotes:
{items(("quote", "source"), 2, 4)}
related_people: ["{_NAMES[number % 12].lower()}-{max(9, number - 10):06}"]
data_sources: ["https://corpus.example/{number}"]
last_updated: {2020 + number % 6}-0{1 + number % 9}-1{number % 10}
---

## {chance.choice(tongue.headings)}

{chance.choice(self._pool["zh-Hant-TW"])}

{chance.choice(self._pool["zh-Hant-TW"])}
"""


def make(folder: Path, files: int, seed: int = 1) -> Path:
    """Write a site of so many Markdown files into a folder; returns the folder."""
    known: set[Path] = set()
    for name, content in Corpus(files, seed).files():
        path = folder / "content" / name
        if path.parent not in known:
            path.parent.mkdir(parents=True, exist_ok=True)
            known.add(path.parent)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    (folder / "config.toml").write_text(CONFIG, encoding="utf-8")
    return folder


if __name__ == "__main__":
    print(make(Path(sys.argv[1]), *(int(each) for each in sys.argv[2:4])))
