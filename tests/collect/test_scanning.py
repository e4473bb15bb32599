"""What lies in the source folders: every Markdown file, once, in the folder that answers for it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from digest.collect import scanning
from digest.collect.scanning import Scan, joined, listed, scan
from digest.collect.shelving import shelves
from digest.config import parse

SITE = """
[site]
title = "S"
base_url = "https://s.example"
[[editions]]
name = "weekly"
title = "W"
"""


def looked(root: Path, *sources: tuple[str, str], more: str = "") -> Scan:
    """A scan of sources of these kinds and paths."""
    tables = "".join(f'[[sources]]\nkind = "{kind}"\npath = "{path}"\n' for kind, path in sources)
    return scan(shelves(parse(SITE + tables + more)), root)


def paths(found: Scan) -> list[str]:
    """Every file, and in which shelf."""
    return sorted(
        f"{folder.shelf} {joined(folder.path, name).decode()}"
        for folder in found.folders
        for name in listed(folder.listing)
    )


def told(found: Scan) -> list[str]:
    """Every fault."""
    return sorted(f"{each.problem.rule} {each.problem.position.path}" for each in found.faults)


def test_a_site_that_is_its_own_source(write_files: Callable[..., Path]) -> None:
    """What digest writes is no content: archive, public site, database, cache; a vault's notes are."""
    root = write_files({
        "a.md": "", "notes/b.md": "", "archive/weekly/1/c.md": "", "public/d.md": "", "var/e.md": "",
        ".digest/f.md": "", "notes/archive/g.md": "", "notes/.trash/h.md": "",
    })  # fmt: skip
    assert paths(looked(root, ("articles", "."))) == ["0 a.md", "0 notes/archive/g.md", "0 notes/b.md"]
    own = looked(root, ("articles", "."), ("articles", "archive"))
    assert "1 archive/weekly/1/c.md" in paths(own)


def test_the_inbox_is_a_source_of_articles(write_files: Callable[..., Path]) -> None:
    """Inside a source of articles it is part of it; outside, or in one of profiles, a source of its own."""
    root = write_files({"articles/inbox/a.md": "", "people/b.md": ""})
    assert paths(looked(root, ("articles", "articles"))) == ["0 articles/inbox/a.md"]
    for folder in ("people", "articles"):
        sources = shelves(parse(f'{SITE}[[sources]]\nkind = "profiles"\npath = "{folder}"\n'))
        assert [(each.path, each.type.value, each.configured) for each in sources] == [
            (folder, "profile", True),
            ("articles/inbox", "article", False),
        ]
    assert paths(looked(root, ("profiles", "articles"))) == ["1 articles/inbox/a.md"]
    elsewhere = looked(root, ("profiles", "people"), more='[feeds]\ninbox = "none"\n')
    assert paths(elsewhere) == ["0 people/b.md"]
    assert told(elsewhere) == []


def test_folders_that_are_links_are_told(write_files: Callable[..., Path], tmp_path: Path) -> None:
    """They are not followed: a circle would have no end, and their files would come twice."""
    root = write_files({"articles/a/x.md": "", "elsewhere/y.md": ""})
    (root / "articles/circle").symlink_to(root / "articles")
    (root / "articles/link.md").symlink_to(root / "elsewhere")
    (root / "articles/dead").symlink_to(root / "nothing")
    (root / "articles/loop").symlink_to(root / "articles/loop")
    (root / "articles/text").symlink_to(root / "articles/a/x.md")
    (tmp_path / "far").mkdir()
    (tmp_path / "far/z.md").write_text("")
    (root / "people").symlink_to(tmp_path / "far")
    found = looked(root, ("articles", "articles"), ("profiles", "people"))
    assert paths(found) == ["0 articles/a/x.md"]
    assert told(found) == [
        "file-outside people",
        "folder-linked articles/circle",
        "folder-linked articles/link.md",
    ]
    assert not any(each.is_file for each in found.faults)
    assert paths(looked(root, ("articles", "articles/circle/a"))) == ["0 articles/circle/a/x.md"]


def test_a_folder_may_be_named_as_a_file_is(write_files: Callable[..., Path]) -> None:
    """`notes.md/` is a folder."""
    assert paths(looked(write_files({"a/notes.md/b.md": ""}), ("articles", "a"))) == ["0 a/notes.md/b.md"]


def test_what_the_disk_refuses_is_told(
    write_files: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that may not be read, with the others read on; one that goes meanwhile was never there."""
    root = write_files({"a/no/b.md": "", "a/gone/c.md": "", "a/d.md": ""})
    inner = os.open

    def refuses(path: bytes, flags: int) -> int:
        if path.endswith(b"no"):
            raise PermissionError(13, "Permission denied")
        if path.endswith(b"gone"):
            raise FileNotFoundError(2, "No such file or directory")
        return inner(path, flags)

    monkeypatch.setattr(scanning.os, "open", refuses)
    found = looked(root, ("articles", "a"))
    assert paths(found) == ["0 a/d.md"]
    assert told(found) == ["file-unreadable a/no"]


def test_names_need_not_be_text(write_files: Callable[..., Path]) -> None:
    """Two that look alike in print are two."""
    root = write_files({"a/\\udcff.md": ""})
    (root / os.fsdecode(b"a/\xff.md")).write_text("")
    (folder,) = looked(root, ("articles", "a")).folders
    assert sorted(listed(folder.listing)) == [b"\\udcff.md", b"\xff.md"]


def test_a_link_to_a_large_file_or_a_device_is_told(write_files: Callable[..., Path]) -> None:
    """As the file itself would be."""
    root = write_files({"a/x": "x" * 5_000_001})
    (root / "a/big.md").symlink_to(root / "a/x")
    os.mkfifo(root / "pipe")
    (root / "a/pipe.md").symlink_to(root / "pipe")
    found = looked(root, ("articles", "a"))
    assert told(found) == ["file-size a/big.md", "file-unreadable a/pipe.md"]
    assert all(each.is_file for each in found.faults)
