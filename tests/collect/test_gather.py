"""Sources on disk: what is read, what is passed over, what is told, in the same order whatever the disk's."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from digest.collect import understanding
from digest.collect.gather import gather, load_image
from digest.collect.shelving import shelves
from digest.config import Config, SourceTable, parse
from digest.model import Problem

SITE = """
[site]
title = "S"
base_url = "https://s.example"
languages = ["zh-Hant-TW", "en"]
timezone = "Asia/Taipei"
[[editions]]
name = "weekly"
title = "W"
"""


def config(*sources: tuple[str, str]) -> Config:
    """A config with sources of these kinds and paths."""
    tables = "".join(f'[[sources]]\nkind = "{kind}"\npath = "{path}"\n' for kind, path in sources)
    return parse(SITE + tables)


def told(problems: tuple[Problem, ...]) -> list[str]:
    """Each problem as `rule place`."""
    return [f"{problem.rule} {problem.position}" for problem in problems]


BOTH = (("articles", "articles"), ("profiles", "articles/profiles"))
OK = "---\ntitle: T\n---\nwords\n"


def test_the_deepest_source_wins_a_file(write_files: Callable[..., Path]) -> None:
    """Whatever the order of the sources; a folder that is configured twice is read once."""
    root = write_files(
        {
            "articles/b.md": OK,
            "articles/a.md": OK,
            "articles/profiles/p.md": OK,
            "articles/profiles/q/r.md": OK,
        }
    )
    found = gather(config(*BOTH), root)
    assert [(entry.key, entry.type.value) for entry in found.entries] == [
        ("articles/a.md", "article"),
        ("articles/b.md", "article"),
        ("articles/profiles/p.md", "profile"),
        ("articles/profiles/q/r.md", "profile"),
    ]
    assert gather(config(*reversed(BOTH)), root) == found
    assert gather(config(*BOTH, ("articles", "articles")), root) == found
    twice = gather(config(("profiles", "articles"), ("articles", "articles")), root)
    assert {entry.type.value for entry in twice.entries} == {"profile"}


def test_hidden_and_foreign_files_are_passed_over(write_files: Callable[..., Path]) -> None:
    """Hidden files, other programs' packages, texts, images; what may be an entry is told, or a draft."""
    names = (
        ".a.md",
        "_index.md",
        "_index.zh-tw.md",
        "b.txt",
        "c.png",
        ".git/d.md",
        "_drafts/e.md",
        "node_modules/f.md",
        "archetypes/g.md",
        "j.mdx",
        "k.QMD",
    )
    root = write_files({f"articles/{name}": OK for name in (*names, "h.markdown", "I.MD")})
    found = gather(config(*BOTH[:1]), root)
    assert [entry.key for entry in found.entries] == [
        "articles/I.MD",
        "articles/_drafts/e.md",
        "articles/h.markdown",
        "articles/j.mdx",
        "articles/k.QMD",
    ]
    assert [entry.draft for entry in found.entries] == [False, True, False, False, False]
    assert told(found.problems) == [
        "file-passed articles/_index.md:1:1",
        "file-passed articles/_index.zh-tw.md:1:1",
        "file-passed articles/archetypes/g.md:1:1",
    ]


def test_faults_of_files_are_told_and_the_others_go_on(
    write_files: Callable[..., Path], tmp_path: Path
) -> None:
    """A missing folder, a link out of the site, a circle, a device, a huge file, a name that is no text."""
    root = write_files(
        {
            "articles/ok.md": OK,
            "articles/huge.md": "x" * 5_000_001,
            "articles/broken.md": "---\na: b: c\n---\n",
        }
    )
    (tmp_path / "secret.md").write_text(OK)
    (root / "articles/out.md").symlink_to(tmp_path / "secret.md")
    (root / "articles/circle.md").symlink_to(root / "articles/circle.md")
    (root / "articles/gone.md").symlink_to(root / "articles/nothing.md")
    os.mkfifo(root / "articles/pipe.md")
    (root / os.fsdecode(b"articles/\xff.md")).write_text(OK)
    found = gather(config(*BOTH), root)
    assert [entry.key for entry in found.entries] == ["articles/\\udcff.md", "articles/ok.md"]
    assert told(found.problems) == [
        "yaml-colon articles/broken.md:2:5",
        "file-unreadable articles/circle.md:1:1",
        "file-unreadable articles/gone.md:1:1",
        "file-size articles/huge.md:1:1",
        "file-outside articles/out.md:1:1",
        "file-unreadable articles/pipe.md:1:1",
        "source-missing articles/profiles:1:1",
    ]
    assert all(problem.severity == "error" for problem in found.problems)


def test_an_error_of_the_disk_is_a_problem(
    write_files: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that may not be read is told like any other (played: the superuser may read everything)."""
    root = write_files({"articles/a.md": OK})
    monkeypatch.setattr(
        understanding, "_data", lambda path: (_ for _ in ()).throw(PermissionError(13, "Permission denied"))
    )
    (problem,) = gather(config(*BOTH[:1]), root).problems
    assert problem.sentence == "this file cannot be read: permission denied"


def test_the_source_gives_language_and_tags(write_files: Callable[..., Path]) -> None:
    """And the site's first language is the last resort."""
    root = write_files({"a/x.md": OK, "b/y.md": OK})
    sources = (
        SourceTable(kind="articles", path="a/", language="ko", tags=("K",)),
        SourceTable(kind="articles", path="./b"),
    )
    settings = config(*BOTH[:1]).model_copy(update={"sources": sources})
    assert [(each.path, each.language, each.tags) for each in shelves(settings)] == [
        ("a", "ko", ("K",)),
        ("b", "zh-Hant-TW", ()),
        ("articles/inbox", "zh-Hant-TW", ()),
    ]
    first, second = gather(settings, root).entries
    assert (first.language, first.tags, first.source) == ("ko", ("K",), "a")
    assert (second.language, second.tags, second.source) == ("zh-Hant-TW", (), "b")


def test_of_two_with_one_slug_the_first_by_path_stays(write_files: Callable[..., Path]) -> None:
    """The second is an error that names both files; another type or language is no duplicate."""
    slugged = "---\ntitle: T\nslug: s\n---\nx"
    root = write_files({
        "articles/b.md": slugged, "articles/a.md": slugged, "articles/profiles/p.md": slugged,
        "articles/c.md": slugged.replace("slug", "language: en\nslug"),
    })  # fmt: skip
    found = gather(config(*BOTH), root)
    assert [(entry.key, entry.slug) for entry in found.entries] == [
        ("articles/a.md", "s"),
        ("articles/c.md:en", "s-en"),  # its page must have an address of its own
        ("articles/profiles/p.md", "s"),
    ]
    (problem,) = found.problems
    assert told(found.problems) == ["duplicate-slug articles/b.md:3:1"]
    assert "articles/a.md" in problem.sentence


def test_translations_get_addresses_even_where_they_are_taken(write_files: Callable[..., Path]) -> None:
    """`s-en` may be somebody else's slug already."""
    root = write_files(
        {"articles/s.md": OK, "articles/s.en.md": OK, "articles/s-en.md": OK, "articles/s.ko.md": OK}
    )
    slugs = {entry.key: entry.slug for entry in gather(config(*BOTH[:1]), root).entries}
    assert slugs == {
        "articles/s.md": "s",
        "articles/s-en.md": "s-en",
        "articles/s.en.md": "s-en-2",
        "articles/s.ko.md": "s-ko",
    }


def test_of_two_with_one_id_the_first_by_path_stays(write_files: Callable[..., Path]) -> None:
    """An id is for ever, so it must be one entry's."""
    root = write_files(
        {"articles/a.md": "---\ntitle: T\nid: x\n---\nx", "articles/b.md": "---\nid: x\ntitle: T\n---\nx"}
    )
    found = gather(config(*BOTH[:1]), root)
    assert [entry.position.path for entry in found.entries] == ["articles/a.md"]
    assert told(found.problems) == ["duplicate-id articles/b.md:2:1"]


def test_a_missing_image_is_told_at_its_line(write_files: Callable[..., Path]) -> None:
    """Remote ones and those beside the entry or in the static folders are there."""
    body = "![a](here.png) ![b](https://x.example/b.png)\n\n![c](gone.png) ![d](/d.png) "
    body += "![e](/e%20f.png?x#y) ![g](data:,)"
    root = write_files({
        "articles/a/index.md": f"---\ntitle: T\nimage: /none.jpg\n---\n{body}\n",
        "articles/a/here.png": b"1", "static/d.png": b"2", "static/e f.png": b"3",
    })  # fmt: skip
    found = gather(config(*BOTH[:1]), root)
    assert told(found.problems) == [
        "image-missing articles/a/index.md:3:1",
        "image-missing articles/a/index.md:7:1",
    ]
    assert found.problems[1].frame[2] == (7, body.split("\n")[2])
    assert [problem.severity for problem in found.problems] == ["warning"] * 2


def test_images_are_loaded_from_inside_the_site_only(
    write_files: Callable[..., Path], tmp_path: Path
) -> None:
    """Beside the entry first, then the static folders; never outside, never over 30 MB."""
    root = write_files(
        {
            "articles/a.md": OK,
            "articles/i.png": b"1",
            "static/i.png": b"2",
            "static/j.png": b"3",
            "k.png": b"4",
        }
    )
    (tmp_path / "secret.png").write_bytes(b"5")
    (root / "static/link.png").symlink_to(tmp_path / "secret.png")
    with (root / "static/big.png").open("wb") as file:
        file.truncate(30_000_001)
    settings = config(*BOTH[:1])
    (entry,) = gather(settings, root).entries

    def load(src: str) -> bytes | None:
        return load_image(settings, root, entry, src)

    assert [load(src) for src in ("i.png", "/i.png", "j.png", "./i.png", "../k.png", "/k.png")] == [
        b"1",
        b"2",
        b"3",
        b"1",
        b"4",
        b"4",
    ]
    nothing = (
        "https://x/i.png",
        "//x/i.png",
        "data:,x",
        "http://[",
        "../../secret.png",
        "/../secret.png",
        "/link.png",
        "big.png",
        "",
        "/",
        "a\0b",
        "x" * 5000,
    )
    assert [load(src) for src in nothing] == [None] * len(nothing)


def test_an_image_that_cannot_be_read_is_none(
    write_files: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The issue goes on without it."""
    root = write_files({"articles/a.md": OK, "articles/i.png": b"1"})
    settings = config(*BOTH[:1])
    (entry,) = gather(settings, root).entries
    monkeypatch.setattr(
        Path, "read_bytes", lambda self: (_ for _ in ()).throw(OSError(5, "Input/output error"))
    )
    assert load_image(settings, root, entry, "i.png") is None


def test_progress_is_told_each_path(write_files: Callable[..., Path]) -> None:
    """For a bar on the command line."""
    root = write_files({"articles/a.md": OK, "articles/b.md": OK})
    seen: list[str] = []
    gather(config(*BOTH[:1]), root, seen.append)
    assert seen == ["articles/a.md", "articles/b.md"]
