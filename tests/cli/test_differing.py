"""`digest diff` on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import NOW, Run

LATER = "2026-02-02T09:00:00+08:00"

NEWS = """\
---
title: 潮汐表與一座港口的早晨
date: 2026-01-30
tags: [科學]
---

港口的早晨。
"""


@pytest.fixture
def published(issued: Callable[[], Path]) -> Path:
    """The scratch site with one issue, and something new for the next."""
    site = issued()
    (site / "articles/port.md").write_text(NEWS, encoding="utf-8")
    return site


def test_diff_of_the_draft_by_entry(run: Run, published: Path) -> None:
    """Without a word the draft is held against the newest sealed issue, and the end is good."""
    done = run("diff", "-C", published, "--now", LATER)
    assert done.exit_code == 0
    assert done.stdout.startswith("weekly/1 → weekly/2 (draft)\n")
    assert "+ added   潮汐表與一座港口的早晨\n          lead\n" in done.stdout
    assert "− removed 茶樹為什麼怕鹼性土壤\n" in done.stdout
    assert "1 added, 4 removed." in done.stderr


@pytest.mark.parametrize(
    ("words", "old", "new"),
    [
        ((), "weekly/1", "weekly/2"),
        (("1",), "weekly/1", "weekly/2"),
        (("weekly/1", "weekly"), "weekly/1", "weekly/2"),
        (("weekly",), "weekly/1", "weekly/2"),
        (("weekly", "1"), "weekly/2", "weekly/1"),
    ],
)
def test_how_issues_are_named(run: Run, published: Path, words: tuple[str, ...], old: str, new: str) -> None:
    """A number is a sealed issue, an edition's name its draft; one alone is held against the draft."""
    told = json.loads(run("diff", *words, "-C", published, "--now", LATER, "--json").stdout)
    assert (told["old"]["issue"], told["new"]["issue"]) == (old, new)
    assert [told["old"]["draft"], told["new"]["draft"]] == [each == "weekly/2" for each in (old, new)]
    assert "text" not in told


def test_diff_of_renditions(run: Run, published: Path) -> None:
    """`--text` and `--html` give unified diffs, and in the object each as a text."""
    done = run("diff", "-C", published, "--now", LATER, "--text", "--html")
    assert "--- weekly/1 email.txt\n+++ weekly/2 (draft) email.txt\n" in done.stdout
    assert "+++ weekly/2 (draft) email.html\n" in done.stdout
    assert "added" not in done.stdout.partition("--- weekly/1")[0]
    told = json.loads(run("diff", "-C", published, "--now", LATER, "--text", "--json").stdout)
    assert told["text"].startswith("--- weekly/1 email.txt\n")
    assert {each["kind"] for each in told["items"]} == {"added", "removed"}


def test_nothing_differs_is_no_error(run: Run, site: Path) -> None:
    """Two editions of the same entries: that these are the same is said, and the end is good."""
    with (site / "config.toml").open("a") as config:
        config.write('[[editions]]\nname = "other"\ntitle = "Other"\n')
    for edition in ("weekly", "other"):
        run("publish", edition, "-C", site, "--now", NOW, "--yes")
    done = run("diff", "weekly/1", "other/1", "-C", site)
    assert done.exit_code == 0
    assert "title       − Scratch Weekly\n            + Other\n" in done.stdout
    assert "The same entries in the same places." in done.stderr


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("1", "1"), 2, "does not differ from itself"),
        (("9",), 2, "there is no sealed issue weekly/9"),
        (("monthly",), 2, "there is no edition 'monthly'"),
        (("weekly/x",), 2, "is no issue"),
        (("1", "weekly", "--edition", "daily"), 2, "is not of the edition 'daily'"),
    ],
)
def test_wrong_words(run: Run, published: Path, words: tuple[str, ...], code: int, said: str) -> None:
    """What is not there is said in a sentence."""
    done = run("diff", *words, "-C", published, "--now", LATER)
    assert done.exit_code == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_before_the_first_issue(run: Run, site: Path) -> None:
    """Where nothing was sealed, that is what is said."""
    done = run("diff", "-C", site, "--now", NOW)
    assert done.exit_code == 1
    assert "no issue of weekly is sealed yet" in done.stderr
