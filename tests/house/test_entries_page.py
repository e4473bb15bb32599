"""Every key that is looked for in front matter is on docs/entries.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from digest.collect import addresses, covers, dating, entries, passing

KEYS = {
    "date": dating.DATE_KEYS,
    "updated": dating.UPDATED_KEYS,
    "waits until": dating.NOT_BEFORE_KEYS,
    "ends at": dating.EXPIRES_KEYS,
    "description": entries._DESCRIPTION,
    "picture": covers._KEYS,
    "source": addresses.SOURCES,
}


@pytest.mark.parametrize("row", KEYS)
def test_every_key_is_documented(root: Path, row: str) -> None:
    """In the row of what it tells, in the order in which it is looked for."""
    lines = (root / "docs/entries.md").read_text().splitlines()
    (line,) = (line for line in lines if line.startswith(f"| {row} |"))
    assert [word for word in line.split("`")[1::2] if word in KEYS[row]] == list(KEYS[row])


def test_every_folder_that_is_passed_over_is_documented(root: Path) -> None:
    """And none else."""
    text = (root / "docs/entries.md").read_text().partition("## What is no entry")[2]
    assert all(f"`{folder}`" in text for folder in passing._MACHINERY)
