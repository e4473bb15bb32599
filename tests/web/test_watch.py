"""Which changes on disk are saves of an editor."""

from __future__ import annotations

import pytest
from watchfiles import Change

from digest.web.watch import _Saves


@pytest.mark.parametrize(
    ("path", "is_save"),
    [
        ("/site/articles/a.md", True),
        ("/home/.sites/site/articles/a.md", True),
        ("/site/articles/.a.md.swp", False),
        ("/site/articles/4913", False),
        ("/site/.digest/index.db-wal", False),
    ],
)
def test_only_saves_are_told(path: str, is_save: bool) -> None:
    """Not what editors write beside them, nor our own cache, where a site is its own source."""
    assert _Saves()(Change.modified, path) is is_save
