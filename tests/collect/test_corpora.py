"""Real sites beside the checkout: each file is an entry or a problem that names it."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from digest.collect.entries import parse
from digest.model import Document, EntryType, Severity
from digest.text.shortcodes import Stray, tokenize, walk
from tests.collect.watchdog import watchdog

CORPORA = Path(__file__).parents[2].parent / "shared" / "corpora" / "markdown"
SITES = sorted(CORPORA.iterdir()) if CORPORA.is_dir() else []


@pytest.mark.parametrize("folder", SITES or [CORPORA], ids=lambda folder: folder.name)
def test_no_file_of_a_real_site_is_lost(folder: Path) -> None:
    """Entries of 99.9 % of what is one at all; nothing without a word."""
    if not folder.is_dir():
        pytest.skip("the corpora are not beside the checkout")
    failed, read = [], 0
    for path in sorted(each for each in folder.rglob("*.md") if each.is_file()):
        name = path.relative_to(CORPORA).as_posix()
        document = Document(
            path=name, data=path.read_bytes(), type=EntryType.ARTICLE, language="en", source=folder.name
        )
        with watchdog(20, f"on {name}"):
            entry, problems = parse(document, ZoneInfo("UTC"))
        assert entry or problems, name
        assert all(one.position.path == name for one in problems), name
        passed = any(one.rule in {"file-passed", "file-empty"} for one in problems)
        read += not passed
        if entry is None and not passed:
            failed.append((name, [one.rule for one in problems if one.severity is Severity.ERROR]))
        if entry:
            assert entry.title, name
            assert not any(isinstance(token, Stray) for token in walk(tokenize(entry.body))) or problems, name
    assert len(failed) <= read // 1000, failed
