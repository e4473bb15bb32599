"""A site that lives: real files in a real git repository, and beside it what its issues must come to say."""

from __future__ import annotations

import json
import os
import random
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Taipei")
FIRST = datetime(2026, 1, 5, 9, tzinfo=ZONE)
"""The Monday of the first issue; the others follow weekly."""

_ONSETS = (*"bdfgklmnprstvz", "br", "dr", "gl", "kr", "pl", "st", "tr")
_VOWELS = (*"aeiou", "ai", "ea", "io", "ou")
_HAN = (0x4E00, 0x9F00)
_HANGUL = (0xAC00, 0xD7A0)


def monday(week: int) -> datetime:
    """The moment of the issue of a week."""
    return FIRST + timedelta(weeks=week)


def day(week: int, before: int = 2) -> str:
    """A day, so many days before a week's issue, as front matter has it."""
    return f"{monday(week) - timedelta(days=before):%Y-%m-%d}"


class Words:
    """Made-up words, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def word(self, language: str = "en") -> str:
        """A word that is hardly ever said twice."""
        pick = self.chance
        if language == "en":
            return "".join(pick.choice(_ONSETS) + pick.choice(_VOWELS) for _ in range(3))
        span = _HANGUL if language == "ko" else _HAN
        return "".join(chr(pick.randrange(*span)) for _ in range(3 if language == "ko" else 2))

    def said(self, count: int, language: str = "en") -> str:
        """So many units: words, or characters of Chinese (two a word)."""
        if language == "zh-Hant-TW":
            return "，".join(self.word(language) for _ in range(count // 2)) + "。"
        return " ".join(self.word(language) for _ in range(count)).capitalize() + "."

    def title(self, serial: str, language: str) -> str:
        """A title that no other entry has."""
        gap = "" if language == "zh-Hant-TW" else " "
        return gap.join(self.word(language) for _ in range(3)).capitalize() + f" {serial}"


@dataclass(slots=True)
class File:
    """A file as it is in the site; `serial` names the entry for ever, whatever becomes of its path."""

    serial: str
    path: str
    front: dict[str, Any]
    body: str
    is_block: bool = False  # whether its front matter is written in YAML's block style

    def text(self) -> str:
        """Front matter and body."""
        lines = [line for key, value in self.front.items() for line in self._lines(key, value)]
        return "\n".join(["---", *lines, f"serial: {self.serial}", "---", "", self.body, ""])

    def _lines(self, key: str, value: Any) -> Iterable[str]:
        if self.is_block and isinstance(value, list) and value:
            return [f"{key}:", *(f"  - {json.dumps(item, ensure_ascii=False)}" for item in value)]
        if self.is_block and isinstance(value, str) and value.isascii() and value.replace(" ", "").isalpha():
            return [f"{key}:   {value}"]
        return [f"{key}: {json.dumps(value, ensure_ascii=False)}"]


@dataclass(slots=True)
class Truth:
    """What the issues must say: of each serial when and where it is new, and when it is told as updated."""

    new: dict[str, int] = field(default_factory=dict)
    late: dict[str, int] = field(default_factory=dict)  # those of `new` that stand in "From the archive"
    told: dict[str, dict[int, set[str]]] = field(
        default_factory=dict
    )  # by week, with the fields that changed
    swept: dict[str, list[int]] = field(default_factory=dict)  # told in one line with others
    passed: set[str] = field(default_factory=set)  # never new: older than the first issue, or their source


class Life:
    """The site's folder, what is in it, and what was planted."""

    def __init__(self, root: Path, seed: int) -> None:
        self.root, self.words, self.truth = root, Words(seed), Truth()
        self.files: dict[str, File] = {}
        self.deleted: dict[str, File] = {}
        self.config = ""
        root.mkdir()
        self._git("init", "-q", "-b", "main")
        (root / ".gitignore").write_text("var/\n.digest/\npublic/\narchive/\n")

    # what editors do

    def add(self, serial: str, path: str, *, units: int = 220, language: str = "en", **front: Any) -> File:
        """A new file; a front matter value of None is left out."""
        values = {
            "title": self.words.title(serial, language),
            "language": language,
            "tags": [self.words.chance.choice(("ships", "maps", "tides", "ports"))],
            "description": self.words.said(9, language),
        } | front
        kept = {key: value for key, value in values.items() if value is not None}
        body = "\n\n".join(self.words.said(units // 4, language) for _ in range(4))
        return self.put(File(serial, path, kept, body))

    def put(self, file: File) -> File:
        """Write a file, new or changed."""
        self.files[file.serial] = file
        place = self.root / file.path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(file.text(), encoding="utf-8")
        return file

    def edit(self, serial: str, *, fresh: int = 0, heading: str = "", **front: Any) -> None:
        """Change front matter (None takes a key out), and add so many new units in a paragraph of its own."""
        file = self.files[serial]
        file.front |= front
        file.front = {key: value for key, value in file.front.items() if value is not None}
        if fresh:
            said = self.words.said(fresh, file.front["language"])
            file.body += f"\n\n{f'## {heading}{chr(10) * 2}' if heading else ''}{said}"
        self.put(file)

    def rename(self, serial: str, path: str) -> None:
        """Move a file within git."""
        file = self.files[serial]
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        self._git("add", file.path)  # it may have come back a moment ago
        self._git("mv", file.path, path)
        file.path = path

    def delete(self, serial: str) -> None:
        """Take a file out; it may come back."""
        self.deleted[serial] = self.files.pop(serial)
        (self.root / self.deleted[serial].path).unlink()

    def restore(self, serial: str) -> None:
        """Bring a deleted file back as it was."""
        self.put(self.deleted.pop(serial))

    def configure(self, text: str) -> None:
        """Write config.toml."""
        (self.root / "config.toml").write_text(text, encoding="utf-8")

    def commit(self, at: datetime, message: str) -> None:
        """Commit everything, as of a moment."""
        moment = {"GIT_AUTHOR_DATE": at.isoformat(), "GIT_COMMITTER_DATE": at.isoformat()}
        self._git("add", "-A")
        self._git("commit", "-q", "--allow-empty", "-m", message, moment=moment)

    def _git(self, *words: str, moment: dict[str, str] | None = None) -> None:
        nobody = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        who = {f"GIT_{role}_{part}": "press@scratch.example" for role in ("AUTHOR", "COMMITTER")
               for part in ("NAME", "EMAIL")}  # fmt: skip
        line = ["git", "-c", "gc.auto=0", "-c", "core.fsync=none", *words]
        subprocess.run(
            line, cwd=self.root, check=True, env={**os.environ, **nobody, **who, **(moment or {})},
            stdout=subprocess.DEVNULL,
        )  # fmt: skip

    # what issues must say

    def is_new(self, serial: str, week: int, *, late: bool = False) -> None:
        """The entry is new in that week's issue, with `late` in "From the archive"."""
        assert serial not in self.truth.new
        self.truth.new[serial] = week
        if late:
            self.truth.late[serial] = week

    def is_told(self, serial: str, week: int, *fields: str) -> None:
        """The entry's change is told in that week's issue: of exactly these fields."""
        self.truth.told.setdefault(serial, {})[week] = set(fields)

    def is_swept(self, serial: str, week: int) -> None:
        """The entry's change is one of so many that a line tells them all."""
        self.truth.swept.setdefault(serial, []).append(week)

    def is_passed(self, serial: str) -> None:
        """The entry is never new."""
        self.truth.passed.add(serial)
