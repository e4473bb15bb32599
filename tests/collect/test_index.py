"""The index is a cache: whatever happens to it and on the disk, the result is that of no index."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from digest.collect import catalogue, index, pictures, understanding
from digest.collect.fingerprints import body_mark, essence
from digest.collect.gather import gather
from digest.collect.index import FOLDER, NAME, Index
from digest.collect.survey import Survey, survey
from digest.config import Config, parse
from digest.errors import DigestError
from digest.model import Collection, Entry

CONFIG = """
[site]
title = "S"
base_url = "https://s.example"
languages = ["zh-Hant-TW", "ko", "en"]
timezone = "Asia/Taipei"
[[sources]]
kind = "articles"
path = "articles"
[[sources]]
kind = "profiles"
path = "articles/profiles"
[[editions]]
name = "weekly"
title = "W"
"""
SETTINGS = parse(CONFIG)
OLD = 1_600_000_000_000_000_000  # nanoseconds


def article(title: str, more: str = "", body: str = "words") -> str:
    return f"---\ntitle: {title}\ndate: 2026-01-02 08:00:00\n{more}---\n{body}\n"


FILES = {
    "articles/a.md": article("A"),
    "articles/b.md": article("B", body="![x](here.png) ![y](gone.png)"),
    "articles/here.png": "1",
    "articles/2026/01/c.md": article("C", "slug: same\n"),
    "articles/2026/01/d.md": article("D", "slug: same\n"),
    "articles/2026/01/e.en.md": article("E", "slug: same\n"),
    "articles/broken.md": "---\na: b: c\n---\n",
    "articles/_index.md": article("Section"),
    "articles/undated.md": "---\ntitle: U\n---\nwords\n",
    "articles/profiles/p.md": "---\ntitle: P\nslug: p\n---\n",
}


@pytest.fixture
def root(write_files: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site with something of everything, whose files are old enough to be believed."""
    monkeypatch.setattr("digest.collect.youth.YOUNG", 0)
    return write_files(FILES)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths that are understood, in order."""
    paths: list[str] = []
    inner = understanding.understand

    def spy(document: Any, *rest: Any, **more: Any) -> Any:
        paths.append(document.path)
        return inner(document, *rest, **more)

    monkeypatch.setattr(understanding, "understand", spy)
    return paths


def bare(root: Path, settings: Config = SETTINGS) -> Collection:
    """What the sources hold, found without an index."""
    library = catalogue.Library(settings, root)
    library._ways = [Index.passing]
    with closing(library):
        return library.ask(lambda each: Collection(entries=each.entries(), problems=each.problems()))


def bare_state(root: Path, settings: Config) -> str:
    """The state, found without an index."""
    library = catalogue.Library(settings, root)
    library._ways = [Index.passing]
    with closing(library):
        return library.ask(lambda each: each.state)


def agrees(root: Path, settings: Config = SETTINGS) -> Collection:
    """What is gathered, which is what is found without an index, and what a survey tells."""
    without = bare(root, settings)
    found = gather(settings, root)
    assert found == without
    assert state(root, settings) == bare_state(root, settings)
    assert repr(found) == repr(without)  # `==` takes 08:00+08:00 and 00:00Z for one
    with survey(settings, root) as told:
        assert told.problems == found.problems
        assert told.entries([entry.key for entry in found.entries]) == found.entries
        assert [each.key for each in told.seen()] == [entry.key for entry in found.entries]
        assert [each.slug for each in told.seen()] == [entry.slug for entry in found.entries]
    return found


def state(root: Path, settings: Config = SETTINGS) -> str:
    with survey(settings, root) as told:
        return told.state


def test_what_did_not_change_is_not_read_again(root: Path, read: list[str]) -> None:
    """Neither by gathering nor by a survey, nor is anything written; one edit is one reading."""
    first = gather(SETTINGS, root)
    assert len(read) == 9
    read.clear()
    before = (root / FOLDER / NAME).read_bytes()
    assert gather(SETTINGS, root) == first
    with survey(SETTINGS, root) as told:
        assert told.problems == first.problems
    assert (root / FOLDER / NAME).read_bytes() == before
    assert read == []
    (root / "articles/a.md").write_text(article("A2"))
    assert [entry.title for entry in gather(SETTINGS, root).entries if "/a.md" in entry.key] == ["A2"]
    assert read == ["articles/a.md"]


def test_the_result_is_that_of_no_index(root: Path) -> None:
    """At first, again, and after each kind of change: edited, new, gone, renamed, moved, a folder away."""
    agrees(root)
    agrees(root)
    (root / "articles/a.md").write_text(article("Other"))
    agrees(root)
    (root / "articles/2026/01/c.md").unlink()  # its slug is free for d.md
    assert "articles/2026/01/d.md" in {entry.key for entry in agrees(root).entries}
    (root / "articles/2026/01/c.md").write_text(article("C", "slug: same\n"))
    assert "articles/2026/01/d.md" not in {entry.key for entry in agrees(root).entries}
    (root / "articles/b.md").rename(root / "articles/2026/b.md")
    agrees(root)
    (root / "articles/2026").rename(root / "articles/old")
    agrees(root)
    shutil.rmtree(root / "articles/old")
    (root / "articles/broken.md").write_text(article("Mended"))
    assert {entry.title for entry in agrees(root).entries} == {"Other", "Mended", "U", "P"}


def test_an_edit_that_matters_to_others_is_weighed(root: Path) -> None:
    """A new slug, key, language or date, an error, a mended one; of one that was left out, any edit."""
    agrees(root)
    edits = [
        ("a", article("A", "slug: b\n")),
        ("a", article("A", "slug: b\n", body="more")),
        ("b", article("B", body="more")),
        ("b", article("B", "id: articles/a.md\n")),
        ("b", article("B", "language: ko\nslug: b\n")),
        ("2026/01/d", article("D", "tags: [x]\nslug: same\n")),
        ("a", "---\na: b: c\n---\n"),
        ("a", "---\na: b: c: d\n---\n"),
        ("a", "---\ntitle: A\n---\nundated\n"),
        ("a", article("A")),
    ]
    for name, text in edits:
        (root / f"articles/{name}.md").write_text(text)
        agrees(root)


def test_dates_keep_their_clock(root: Path) -> None:
    """Eight in Taipei is not midnight in Greenwich, though it is the same moment: days are counted by it."""
    (entry,) = (each for each in gather(SETTINGS, root).entries if each.title == "A")
    assert entry.date is not None
    assert entry.date.at.isoformat() == "2026-01-02T08:00:00+08:00"


def test_a_deleted_index_changes_nothing(root: Path) -> None:
    """Nor does deleting only some of its files."""
    first, was = gather(SETTINGS, root), state(root)
    for name in sorted(path.name for path in (root / FOLDER).iterdir()):
        (root / FOLDER / name).unlink()
        assert gather(SETTINGS, root) == first
    shutil.rmtree(root / FOLDER)
    assert gather(SETTINGS, root) == first
    assert state(root) == was


@pytest.mark.parametrize("moment", [0, OLD, 4_000_000_000_000_000_000])
def test_a_checkout_that_resets_times_changes_nothing(root: Path, read: list[str], moment: int) -> None:
    """Every file is read, found to be the same, and not understood again."""
    first, was = gather(SETTINGS, root), state(root)
    read.clear()
    for path in root.rglob("*.md"):
        os.utime(path, ns=(moment, moment))
    assert gather(SETTINGS, root) == first
    assert read == []
    assert state(root) == was


def test_an_edit_that_hides_is_seen(root: Path) -> None:
    """The same size and the same mtime, restored: its ctime cannot be."""
    path = root / "articles/a.md"
    gather(SETTINGS, root)
    times = path.stat()
    path.write_text(article("Z"))
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert path.stat().st_size == times.st_size
    assert "Z" in {entry.title for entry in agrees(root).entries}


def test_two_files_that_change_places_are_seen(root: Path) -> None:
    """With the same size and times, inode and ctime tell."""
    one, two = root / "articles/a.md", root / "articles/2026/01/c.md"
    two.write_text(article("C"))
    for path in (one, two):
        os.utime(path, ns=(OLD, OLD))
    gather(SETTINGS, root)
    one.rename(root / "x")
    two.rename(one)
    (root / "x").rename(two)
    assert next(entry.title for entry in agrees(root).entries if entry.key == "articles/a.md") == "C"


def test_a_file_just_written_is_read_again(
    write_files: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two edits within one tick of the disk's clock leave the same times: what is young is not believed."""
    root = write_files({"articles/a.md": article("A")})
    opened: list[bytes] = []
    inner = understanding._data
    monkeypatch.setattr(understanding, "_data", lambda path: opened.append(path) or inner(path))
    first = gather(SETTINGS, root)
    assert gather(SETTINGS, root) == first
    assert len(opened) == 2
    monkeypatch.setattr("digest.collect.youth.YOUNG", 0)  # as if two seconds went by
    assert gather(SETTINGS, root) == first
    assert len(opened) == 3
    assert gather(SETTINGS, root) == first
    assert len(opened) == 3


def test_a_link_is_read_every_time(root: Path, tmp_path: Path) -> None:
    """What it points to may be changed unseen; another target is seen, too."""
    (root / "static").mkdir()
    (root / "static/x").write_text(article("X"))
    (root / "static/y").write_text(article("Y"))
    link = root / "articles/link.md"
    link.symlink_to(root / "static/x")
    assert "X" in {entry.title for entry in agrees(root).entries}
    (root / "static/x").write_text(article("W"))
    assert "W" in {entry.title for entry in agrees(root).entries}
    link.unlink()
    link.symlink_to(root / "static/y")
    assert "Y" in {entry.title for entry in agrees(root).entries}
    (root / "static/y").unlink()
    assert "file-unreadable" in {problem.rule for problem in agrees(root).problems}


def test_an_image_that_vanishes_or_comes_is_noticed(root: Path, read: list[str]) -> None:
    """Though no Markdown changed, and though its folder came only now; other files are not read for it."""

    def missing() -> list[str]:
        return [each.sentence[10:] for each in agrees(root).problems if each.rule == "image-missing"]

    gather(SETTINGS, root)
    read.clear()
    (root / "articles/here.png").unlink()
    assert [each.rule for each in gather(SETTINGS, root).problems].count("image-missing") == 2
    assert read == ["articles/b.md"]
    assert missing() == ["here.png is not there", "gone.png is not there"]
    (root / "static").mkdir()
    (root / "static/here.png").write_bytes(b"2")
    assert missing() == ["gone.png is not there"]
    (root / "articles/gone.png").write_bytes(b"3")
    assert missing() == []
    read.clear()
    (root / "articles/other.png").write_bytes(b"4")
    gather(SETTINGS, root)
    gather(SETTINGS, root)
    assert read == []
    shutil.rmtree(root / "static")
    assert missing() == ["here.png is not there"]


def test_an_image_that_is_a_link_is_looked_for_every_time(root: Path) -> None:
    """Its target may vanish, or come to lie outside, and no folder of ours shows it."""

    def missing() -> int:
        return [each.rule for each in agrees(root).problems].count("image-missing")

    (root / "other").mkdir()
    (root / "other/real.png").write_bytes(b"1")
    (root / "articles/gone.png").symlink_to(root / "other/real.png")
    assert missing() == 0
    (root / "other/real.png").unlink()
    assert missing() == 1
    (root / "other/real.png").write_bytes(b"1")
    assert missing() == 0


def test_a_folder_just_written_is_looked_into_again(
    root: Path, monkeypatch: pytest.MonkeyPatch, read: list[str]
) -> None:
    """Its times may be those of two changes."""
    gather(SETTINGS, root)
    monkeypatch.setattr("digest.collect.youth.YOUNG", 3_600_000_000_000)
    (root / "articles/b.md").write_text(FILES["articles/b.md"] + "more")
    gather(SETTINGS, root)
    monkeypatch.setattr("digest.collect.youth.YOUNG", 0)
    looked: list[str] = []
    inner = pictures.Looks.look
    monkeypatch.setattr(
        pictures.Looks, "look", lambda self, path, sources: looked.append(path) or inner(self, path, sources)
    )
    gather(SETTINGS, root)
    assert looked == ["articles/b.md"]


def test_other_settings_need_another_index(root: Path) -> None:
    """A zone, a language, a source, the keys of profiles: nothing read under the old ones is left."""
    gather(SETTINGS, root)
    was = state(root)
    for old, new in (
        ('timezone = "Asia/Taipei"', 'timezone = "America/New_York"'),
        ('"zh-Hant-TW", "ko", "en"', '"en", "ko"'),
        ('path = "articles"', 'path = "articles"\ntags = ["T"]'),
        ('kind = "profiles"', 'kind = "articles"'),
        ("[[editions]]", '[profile_roles]\nname = ["slug"]\n[[editions]]'),
    ):
        settings = parse(CONFIG.replace(old, new, 1))
        agrees(root, settings)
        assert state(root, settings) != was
    agrees(root)
    assert state(root) == was


def test_an_index_by_another_parser_is_not_believed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The signature is made of the code that reads content, too."""
    first = gather(SETTINGS, root)
    with sqlite3.connect(root / FOLDER / NAME) as other:
        other.execute("UPDATE meta SET value = 'older' WHERE name = 'signature'")
        other.execute("DELETE FROM entries")
    other.close()
    assert gather(SETTINGS, root) == first
    with sqlite3.connect(root / FOLDER / NAME) as other:
        other.executescript("DROP TABLE meta; CREATE TABLE meta (x); DROP TABLE files;")
    other.close()
    assert gather(SETTINGS, root) == first


def _indexed(root: Path) -> bytes:
    gather(SETTINGS, root)
    with sqlite3.connect(root / FOLDER / NAME) as each:
        each.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    each.close()
    return (root / FOLDER / NAME).read_bytes()


def _spoilt(whole: bytes, chance: random.Random) -> bytes:
    """A file with a part of it lost, doubled or bent."""
    start = chance.randrange(len(whole))
    end = min(len(whole), start + chance.choice((1, 7, 4096, 16384)))
    kind = chance.randrange(4)
    if kind == 0:
        return whole[:start]
    if kind == 1:
        return whole[:start] + whole[end:]
    if kind == 2:
        return whole[:start] + bytes(end - start) + whole[end:]
    return whole[:start] + bytes([whole[start] ^ (1 << chance.randrange(8))]) + whole[start + 1 :]


def _survives(root: Path, rounds: int, seed: int) -> None:
    whole, without, was = _indexed(root), bare(root), state(root)
    chance = random.Random(seed)
    for number in range(rounds):
        for ending in ("-wal", "-shm"):
            (root / FOLDER / f"{NAME}{ending}").unlink(missing_ok=True)
        (root / FOLDER / NAME).write_bytes(_spoilt(whole, chance))
        with survey(SETTINGS, root) as told:
            found = told.entries([each.key for each in told.seen()])
            assert (told.problems, told.state, found) == (without.problems, was, without.entries), number
        assert gather(SETTINGS, root) == without, number


def test_a_broken_index_is_made_anew(root: Path) -> None:
    """Cut, with holes, or a bit bent: SQLite sees faults of tables, sums and counts those of rows."""
    _survives(root, 40, 1)
    (root / FOLDER / NAME).write_bytes(b"This is not a database, but a note to myself. " * 100)
    assert gather(SETTINGS, root) == bare(root)
    assert (root / FOLDER / NAME).read_bytes().startswith(b"SQLite")


@pytest.mark.soak
def test_an_index_broken_in_any_way_is_made_anew(root: Path) -> None:
    """The long form."""
    _survives(root, 3_000, 2)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE files SET key = 'x' WHERE key = 'articles/a.md'",
        "UPDATE files SET key = 'articles/a.md' WHERE key = 'articles/b.md'",
        "UPDATE files SET path = CAST('articles/x.md' AS BLOB) WHERE id = 1",
        "UPDATE entries SET id = id + 100",
        "UPDATE entries SET entry = 'text' WHERE id = (SELECT min(id) FROM entries)",
        "DELETE FROM problems",
        "DELETE FROM folders",
        "DELETE FROM meta WHERE name = 'looked'",
        "DELETE FROM entries WHERE id = (SELECT max(id) FROM entries)",
    ],
)
def test_rows_that_are_lost_or_exchanged_are_noticed(root: Path, damage: str) -> None:
    """Each part may be good in itself: together they are not what we wrote."""
    without = bare(root)
    _indexed(root)
    with closing(sqlite3.connect(root / FOLDER / NAME, isolation_level=None)) as other:
        other.execute(damage)
    with survey(SETTINGS, root) as told:
        assert told.problems == without.problems
        assert told.entries([each.key for each in told.seen()]) == without.entries
    with closing(sqlite3.connect(root / FOLDER / NAME, isolation_level=None)) as other:
        other.execute(damage)
    assert gather(SETTINGS, root) == without


def test_a_break_while_a_survey_is_used_is_mended(root: Path) -> None:
    """What is asked later is asked of an index made anew."""
    without = bare(root)
    _indexed(root)
    with survey(SETTINGS, root) as told:
        told._library._catalogue._index.close()
        assert [each.key for each in told.seen()] == [entry.key for entry in without.entries]
        assert told.entries({"articles/a.md"}) == tuple(
            entry for entry in without.entries if entry.key == "articles/a.md"
        )


def test_an_index_that_cannot_be_had_is_done_without(
    root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Locked by somebody, a file where the folder should be, a folder where the file should be, no right."""
    monkeypatch.setattr(catalogue, "PATIENCE", 0.01)
    monkeypatch.setattr(catalogue.Library.__init__, "__defaults__", (None, None, 0.01))
    without = bare(root)
    gather(SETTINGS, root)
    (root / "articles/new.md").write_text(article("New"))
    whole = bare(root)
    for lock in ("BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"):
        with closing(sqlite3.connect(root / FOLDER / NAME, isolation_level=None)) as other:
            other.execute(lock)
            assert gather(SETTINGS, root) == whole
            other.execute("ROLLBACK")
    (root / "articles/new.md").unlink()
    (root / FOLDER / NAME).chmod(0o400)
    assert gather(SETTINGS, root) == without
    shutil.rmtree(root / FOLDER)
    (root / FOLDER / NAME).mkdir(parents=True)
    assert gather(SETTINGS, root) == without
    shutil.rmtree(root / FOLDER)
    (root / FOLDER).write_text("in the way")
    assert gather(SETTINGS, root) == without
    (root / FOLDER).unlink()
    monkeypatch.setattr(Path, "mkdir", _refused)
    assert gather(SETTINGS, root) == without
    assert not (root / FOLDER).exists()


def _refused(*_: Any, **__: Any) -> None:
    raise PermissionError(30, "Read-only file system")


def test_an_index_that_may_not_be_written_is_read(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change is then found anew each time, and is in the result each time."""
    gather(SETTINGS, root)
    (root / "articles/a.md").write_text(article("Z"))

    def only_reads(self: Index) -> None:
        error = sqlite3.OperationalError("attempt to write a readonly database")
        error.sqlite_errorcode = sqlite3.SQLITE_READONLY
        raise error

    monkeypatch.setattr(Index, "begin", only_reads)
    monkeypatch.setattr(Index, "passing", classmethod(lambda cls, inner=Index.passing: _writable(inner())))
    assert "Z" in {entry.title for entry in gather(SETTINGS, root).entries}


def _writable(index: Index) -> Index:
    index.begin = lambda: (index._end(), index._run("BEGIN IMMEDIATE"))  # type: ignore[method-assign]
    return index


def test_where_nothing_can_be_kept_an_error_says_so(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And names the folder."""

    def full(*_: Any, **__: Any) -> Any:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(sqlite3, "connect", full)
    with pytest.raises(DigestError, match="disk is full") as caught:
        gather(SETTINGS, root)
    assert caught.value.subject.endswith(FOLDER)


SCRIPT = """
import sys
from pathlib import Path
from digest.collect import workers
from digest.collect.survey import survey
from digest.config import parse
import hashlib
workers.MANY = int(sys.argv[3])
settings = parse(Path(sys.argv[2]).read_text())
with survey(settings, Path(sys.argv[1])) as told:
    entries = told.entries([each.key for each in told.seen()])
    print(told.state, hashlib.sha256(repr((entries, told.problems, told.sources)).encode()).hexdigest())
"""


def _started(root: Path, many: int = 10**9) -> subprocess.Popen[str]:
    config = root / "config.toml"
    config.write_text(CONFIG)
    line = [sys.executable, "-c", SCRIPT, str(root), str(config), str(many)]
    return subprocess.Popen(line, stdout=subprocess.PIPE, text=True)


def _told(process: subprocess.Popen[str]) -> str:
    out, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    return out


@pytest.fixture
def many(root: Path) -> Path:
    """The same site with some hundred files more."""
    for number in range(400):
        (root / f"articles/n{number}.md").write_text(article(f"N{number}", body=f"![](i{number}.png)"))
    return root


def test_runs_at_once_tell_the_same(many: Path) -> None:
    """Processes that find no index, and processes that find one and changes; with and without helpers."""
    for change in range(2):
        (many / "articles/a.md").write_text(article(f"Change {change}"))
        told = {_told(each) for each in [_started(many), _started(many, 100), _started(many)]}
        assert len(told) == 1
    shutil.rmtree(many / FOLDER)
    assert {_told(_started(many))} == told


def _killed(many: Path, after: float) -> None:
    process = _started(many, 100)
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    process.communicate()


def test_a_run_killed_in_the_middle_leaves_nothing_wrong(many: Path) -> None:
    """Whenever the kill comes, the next run says what a run without an index says."""
    whole = _told(_started(many))
    for step in range(4):
        shutil.rmtree(many / FOLDER)
        _killed(many, 0.15 + 0.12 * step)
        assert _told(_started(many)) == whole


@pytest.mark.soak
def test_a_run_killed_at_any_moment_leaves_nothing_wrong(many: Path) -> None:
    """The long form: with an index of yesterday, too."""
    for step in range(60):
        if step % 3 == 0:
            shutil.rmtree(many / FOLDER, ignore_errors=True)
        for number in range(step % 5):
            (many / f"articles/n{number}.md").write_text(article(f"N{number} at {step}"))
        _killed(many, 0.1 + 0.015 * step)
        told = _told(_started(many))
        shutil.rmtree(many / FOLDER)
        assert _told(_started(many)) == told


def test_the_cache_ignores_itself(root: Path) -> None:
    """Git never sees it, whatever the site's own .gitignore says; what an editor wrote there stays."""
    gather(SETTINGS, root)
    ignore = root / FOLDER / ".gitignore"
    assert ignore.read_text() == "*\n"
    ignore.write_text("# mine\n")
    gather(SETTINGS, root)
    assert ignore.read_text() == "# mine\n"


def test_a_fault_of_the_disk_is_told_every_time(
    root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A file that cannot be read is no entry, and is tried again; one that goes meanwhile was never there."""
    whole = gather(SETTINGS, root)
    inner = understanding._data

    def bad(path: bytes) -> Any:
        if path.endswith(b"a.md"):
            raise PermissionError(13, "Permission denied")
        if path.endswith(b"undated.md"):
            raise FileNotFoundError(2, "No such file or directory")
        return inner(path)

    (root / "articles/a.md").write_text(article("Z"))
    (root / "articles/undated.md").write_text("---\ntitle: V\n---\nother\n")
    monkeypatch.setattr(understanding, "_data", bad)
    for _ in range(2):
        found = gather(SETTINGS, root)
        assert not {"A", "Z", "U", "V"} & {entry.title for entry in found.entries}
        assert [each.position.path for each in found.problems if each.rule == "file-unreadable"] == [
            "articles/a.md"
        ]
        with survey(SETTINGS, root) as told:
            assert told.sources[0].failed == 3
    monkeypatch.undo()
    assert {"Z", "V"} <= {entry.title for entry in gather(SETTINGS, root).entries}
    assert len(whole.entries) == len(gather(SETTINGS, root).entries)


def test_a_file_that_grows_while_it_is_read_is_told(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The size that counts is that of the bytes."""
    monkeypatch.setattr(understanding, "LARGEST", 10)
    assert {"file-size"} == {problem.rule for problem in gather(SETTINGS, root).problems}


def test_a_survey_counts_every_file(root: Path) -> None:
    """Entries, failures and what is passed over, by source; the inbox only once it has something."""
    (root / "articles/big.md").write_bytes(b"x" * 5_000_001)
    with survey(SETTINGS, root) as told:
        counted = [(each.name, each.files, each.entries, each.failed, each.passed) for each in told.sources]
    assert counted == [("articles", 9, 5, 3, 1), ("articles/profiles", 1, 1, 0, 0)]
    profiles = parse(CONFIG.replace('path = "articles"\n[', 'path = "texts"\n[', 1))
    (root / "articles/inbox").mkdir()
    (root / "articles/inbox/link.md").write_text(article("L"))
    with survey(profiles, root) as told:
        assert [each.name for each in told.sources] == ["texts", "articles/profiles", "articles/inbox"]
        assert [each.entries for each in told.sources] == [0, 1, 1]
        assert "source-missing" in {problem.rule for problem in told.problems}


def test_a_survey_tells_what_an_entry_is_known_by(root: Path) -> None:
    """Hash, mark, slug, and the likeness of type, language, title and day."""
    (root / "articles/long.md").write_text(article("Long", body="long words " * 60))
    with survey(SETTINGS, root) as told:
        seen = {each.key: each for each in told.seen()}
        entries = {entry.key: entry for entry in told.entries(seen)}
    assert {each.likeness[2:] for each in seen.values()} >= {("Long", "2026-01-02"), ("U", ""), ("P", "")}
    assert all(each.mark == body_mark(entries[key].body) for key, each in seen.items())
    assert seen["articles/long.md"].mark
    assert len({each.hash for each in seen.values()}) == len(seen)
    assert {each.source for each in seen.values()} == {"articles", "articles/profiles"}


def essences(root: Path) -> dict[bytes, bytes]:
    """What the index keeps of entries' essences, by path."""
    with closing(sqlite3.connect(root / FOLDER / NAME)) as connection:
        return dict(connection.execute("SELECT path, essence FROM essences JOIN files USING (id)").fetchall())


def test_a_sentence_of_sqlite_that_is_no_text_says_that_the_index_is_broken(root: Path) -> None:
    """Bent bytes of a name stand in SQLite's own error, which Python then cannot read."""
    first = gather(SETTINGS, root)
    path = root / FOLDER / NAME
    path.write_bytes(path.read_bytes().replace(b"CREATE TABLE meta", b"CREATE TABLF m\xf5ta"))
    assert gather(SETTINGS, root) == first


def test_an_essence_is_found_once(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fingerprint and mark are found when an entry is first asked for, and kept until its file changes."""
    with survey(SETTINGS, root):
        pass
    assert essences(root).keys() <= {b"articles/2026/01/d.md"}  # the one that is told to say a key again
    first = gather(SETTINGS, root)
    assert len(essences(root)) >= len(first.entries)
    found: list[str] = []

    def spy(entry: Entry) -> tuple[str, str]:
        found.append(entry.key)
        return essence(entry)

    monkeypatch.setattr(index, "essence", spy)
    assert gather(SETTINGS, root) == first
    assert found == []
    (root / "articles/a.md").write_text(article("A", body="edited"))
    edited = gather(SETTINGS, root)
    assert found == ["articles/a.md"]
    before = {each.key: each.fingerprint for each in first.entries}
    assert [each.key for each in edited.entries if each.fingerprint != before[each.key]] == ["articles/a.md"]


@pytest.mark.parametrize("damage", ["essence = x'00'", "essence = 'text'", "id = id + 1", "id = -id"])
def test_an_essence_of_other_bytes_is_not_believed(root: Path, damage: str) -> None:
    """A bent one, or that of another entry, is found anew."""
    first = gather(SETTINGS, root)
    with closing(sqlite3.connect(root / FOLDER / NAME)) as connection, connection:
        connection.execute("CREATE TABLE other AS SELECT * FROM essences")
        connection.execute("DELETE FROM essences")
        connection.execute(f"UPDATE other SET {damage}")
        connection.execute("INSERT INTO essences SELECT * FROM other")
        connection.execute("DROP TABLE other")
    assert gather(SETTINGS, root) == first


def test_an_essence_waits_for_nobody(root: Path) -> None:
    """Where another process writes, what was found is not kept, and the answer is the same."""
    with survey(SETTINGS, root) as told, closing(sqlite3.connect(root / FOLDER / NAME)) as other:
        keys = {each.key for each in told.seen()}
        other.execute("BEGIN IMMEDIATE")
        entries = told.entries(keys)
        told.close()
        other.rollback()
    assert len(essences(root)) < len(entries)
    assert all(each.fingerprint for each in entries)
    assert gather(SETTINGS, root).entries == entries


def test_states_are_equal_when_entries_are(root: Path) -> None:
    """An edit, a new address, a new name make another; a finding or a new image does not."""
    states = [state(root)]
    (root / "articles/gone.png").write_bytes(b"1")
    assert state(root) == states[0]
    (root / "articles/a.md").write_text(article("A", body="other"))
    states.append(state(root))
    (root / "articles/same.en.md").write_text(article("X", "slug: b\n"))
    states.append(state(root))
    (root / "articles/a.md").rename(root / "articles/aa.md")
    states.append(state(root))
    (root / "articles/aa.md").rename(root / "articles/a.md")
    (root / "articles/same.en.md").unlink()
    assert state(root) == states[1]
    assert len(set(states)) == 4


def test_a_survey_can_be_closed_twice(root: Path) -> None:
    """And unknown keys are passed over."""
    told: Survey = survey(SETTINGS, root)
    assert told.entries({"nothing"}) == ()
    told.close()
    told.close()


def test_an_index_that_a_stranger_made_is_asked_nothing(root: Path) -> None:
    """A view in place of a table may never answer: within SQLite nobody hears even Ctrl-C."""
    numbers = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)"
    script = (
        "import sqlite3, sys; from pathlib import Path; from tests.collect.test_index import *\n"
        "print(len(gather(SETTINGS, Path(sys.argv[1])).entries))"
    )
    (root / FOLDER).mkdir()
    with closing(sqlite3.connect(root / FOLDER / NAME)) as connection:
        connection.execute(
            f"CREATE VIEW meta AS {numbers} SELECT 'signature' AS name, x AS value FROM c WHERE x < 0"
        )
    command = [sys.executable, "-c", script, str(root)]
    done = subprocess.run(command, timeout=60, capture_output=True, text=True, check=True)
    assert int(done.stdout) == len(gather(SETTINGS, root).entries) > 3
    with closing(sqlite3.connect(root / FOLDER / NAME)) as connection:
        assert not connection.execute("SELECT * FROM sqlite_master WHERE type = 'view'").fetchall()


@pytest.mark.parametrize("link", [f"{FOLDER}/{NAME}", FOLDER])
def test_an_index_that_is_a_link_is_left_alone(root: Path, tmp_path: Path, link: str) -> None:
    """Another program's database keeps its tables, and the result is the same."""
    away = tmp_path / "away"
    away.mkdir()
    with closing(sqlite3.connect(away / NAME)) as connection:
        connection.execute("CREATE TABLE precious (a)")
    if link == FOLDER:
        (root / link).symlink_to(away)
    else:
        (root / FOLDER).mkdir()
        (root / link).symlink_to(away / NAME)
    before = (away / NAME).read_bytes()
    assert len(gather(SETTINGS, root).entries) > 3
    assert (away / NAME).read_bytes() == before
    assert [each.name for each in away.iterdir()] == [NAME]
