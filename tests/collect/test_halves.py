"""A large tree looked at by two processes: the same as by one, whatever becomes of the second."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from digest.collect import catalogue, halves, index, scanning
from digest.collect.documents import Shelf
from digest.collect.halves import may_halve, scan_in_halves
from digest.collect.scanning import Scan, scan, together
from digest.collect.shelving import shelves
from digest.collect.survey import survey
from digest.config import parse

CONFIG = """
[site]
title = "S"
base_url = "https://s.example"
[[sources]]
kind = "articles"
path = "a"
[[sources]]
kind = "profiles"
path = "b"
[[sources]]
kind = "articles"
path = "missing"
[[sources]]
kind = "articles"
path = "outside"
[[editions]]
name = "weekly"
title = "W"
"""
SHELVES = shelves(parse(CONFIG))


@pytest.fixture
def root(write_files: Callable[..., Path]) -> Path:
    """A tree of many folders, with hidden and foreign ones, links, and what cannot be read."""
    names = [
        f"{top}/{one}/{two}/{n}.md" for top in "ab" for one in "cdef" for two in "ghij" for n in range(3)
    ]
    made = write_files(dict.fromkeys([*names, "a/.hidden/x.md", "a/c/node_modules/y.md", "a/z.md"], "words"))
    (made / "a" / "link").symlink_to("c")
    (made / "a" / "c" / "lost.md").symlink_to("nowhere.md")
    (made / "outside").symlink_to("/tmp")
    return made


def by_place(found: Scan) -> tuple[list[scanning.Folder], list[str]]:
    """A scan, its faults in an order that both ways have."""
    return found.folders, sorted(repr(each) for each in found.faults)


def test_two_halves_are_the_whole(root: Path) -> None:
    """Each folder is in one of them, each fault told once, in the order of the whole."""
    first, second = (scan(SHELVES, root, half) for half in (0, 1))
    assert first.folders
    assert second.folders
    assert {each.path for each in first.folders}.isdisjoint(each.path for each in second.folders)
    assert by_place(together(first, second)) == by_place(scan(SHELVES, root))


def test_what_cannot_be_listed_is_told_once(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By whose it is; the other half passes it by."""

    def refused(_: bytes) -> object:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(scanning.os, "scandir", refused)
        found = [scan(SHELVES, root, half) for half in (0, 1)]
    assert sorted(each.problem.rule for each in together(*found).faults).count("file-unreadable") == 2


def test_a_second_process_tells_the_same(root: Path) -> None:
    """By a real process, through a pipe."""
    assert by_place(scan_in_halves(SHELVES, root)) == by_place(scan(SHELVES, root))


@pytest.mark.parametrize("told", [b"", b"\x92\x91", b"nonsense"])
def test_what_the_second_process_does_not_tell_we_look_at(
    root: Path, monkeypatch: pytest.MonkeyPatch, told: bytes
) -> None:
    """It may be killed before it has said anything, or in the middle."""
    monkeypatch.setattr(halves, "_encode", lambda _: told)
    assert by_place(scan_in_halves(SHELVES, root)) == by_place(scan(SHELVES, root))


def test_where_no_process_is_to_be_had_one_does_it(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system may have none left."""

    def refused() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(halves.os, "fork", refused)
    before = set(Path("/proc/self/fd").iterdir())
    assert by_place(scan_in_halves(SHELVES, root)) == by_place(scan(SHELVES, root))
    assert set(Path("/proc/self/fd").iterdir()) == before


def test_the_second_process_does_nothing_else(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It tells its half, and ends without what the process was about to do."""
    ended: list[int] = []
    ear, mouth = os.pipe()
    kept = os.dup(ear)
    monkeypatch.setattr(halves.os, "_exit", ended.append)
    halves._tell(ear, mouth, SHELVES, root)
    with os.fdopen(kept, "rb") as pipe:
        assert by_place(halves._understood(pipe.read()) or Scan()) == by_place(scan(SHELVES, root, 1))
    assert ended == [0]


def test_whoever_is_stopped_leaves_no_process_behind(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while we look: the other one is ended, and waited for."""
    begun: list[int] = []
    fork = os.fork

    def forking() -> int:
        begun.append(fork())
        return begun[-1]

    def stopped(shelves: tuple[Shelf, ...], root: Path, half: int) -> Scan:
        if half == 0:
            raise KeyboardInterrupt
        signal.pause()
        return Scan()

    monkeypatch.setattr(halves.os, "fork", forking)
    monkeypatch.setattr(halves, "scan", stopped)
    with pytest.raises(KeyboardInterrupt):
        scan_in_halves(SHELVES, root)
    with pytest.raises(ChildProcessError):
        os.waitpid(begun[0], os.WNOHANG)


def test_a_process_whose_threads_work_is_not_split() -> None:
    """A lock that one of them holds would be held for ever."""
    over = threading.Event()
    thread = threading.Thread(target=over.wait)
    thread.start()
    try:
        assert not may_halve()
    finally:
        over.set()
        thread.join()


ALONE = """
import threading
from digest.collect.halves import may_halve
from digest.collect import halves
alarm = threading.Timer(60, print)
alarm.start()
halves.processors = lambda: 2
print(may_halve())
alarm.cancel()
"""


def test_a_process_with_nothing_but_an_alarm_is() -> None:
    """As the command line's is on a terminal, on a machine with a second processor."""
    done = subprocess.run([sys.executable, "-c", ALONE], capture_output=True, text=True, check=True)
    assert done.stdout == f"{sys.platform == 'linux'}\n"


def test_a_large_site_is_looked_at_by_two(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once its index says that it is large; the survey is the same."""
    (root / "outside").unlink()
    config = parse(CONFIG)
    with survey(config, root) as seen:
        first = seen.state
    halved: list[Path] = []

    def looking(shelves: tuple[Shelf, ...], root: Path) -> Scan:
        halved.append(root)
        return scan_in_halves(shelves, root)

    monkeypatch.setattr(catalogue, "scan_in_halves", looking)
    monkeypatch.setattr(catalogue, "may_halve", lambda: True)
    with survey(config, root) as seen:
        assert (seen.state, halved) == (first, [])
    monkeypatch.setattr(index, "_LARGE", 1)
    with survey(config, root) as seen:
        assert (seen.state, halved) == (first, [root])
