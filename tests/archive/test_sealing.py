"""Sealing: once, whole, or not at all."""

from __future__ import annotations

import errno
import os
import pickle
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from digest.archive import load, seal, sealed, verify
from digest.archive import sealing as sealing_module
from digest.errors import SealError
from digest.model import Rendition


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def files_in(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())


def test_seal(tmp_path, make_issue, renditions, assets):
    """A sealed folder holds the issue, its renditions and assets and a manifest, and reads back equal."""
    issue = make_issue()
    made = seal(tmp_path, issue, renditions, assets)
    assert files_in(tmp_path) == [
        "weekly/1/assets/0123456789abcdef-600.jpg",
        "weekly/1/email.html",
        "weekly/1/email.txt",
        "weekly/1/issue.json",
        "weekly/1/manifest.json",
    ]
    assert made.issue == issue
    assert made.folder == str(tmp_path / "weekly" / "1")
    assert load(tmp_path, "weekly", 1) == made
    assert verify(tmp_path) == ()


def test_same_bytes(tmp_path, make_issue, renditions, assets):
    """The same issue sealed elsewhere, with assets in another order, is the same to the byte."""
    more = {"a.jpg": b"1", **assets}
    one = seal(tmp_path / "one", make_issue(), renditions, more)
    two = seal(tmp_path / "two", make_issue(), renditions[::-1], dict(reversed(more.items())))
    assert one.seal == two.seal
    for name in files_in(Path(one.folder)):
        assert (Path(one.folder) / name).read_bytes() == (Path(two.folder) / name).read_bytes()


def test_second_seal(tmp_path, make_issue, renditions):
    """A number is sealed once: the second time is refused and the first stays as it was."""
    first = seal(tmp_path, make_issue(), renditions, {})
    with pytest.raises(SealError, match="sealed already"):
        seal(tmp_path, make_issue(subject="another"), renditions, {})
    assert load(tmp_path, "weekly", 1) == first
    assert names(tmp_path / "weekly") == ["1"]


def test_race(tmp_path, make_issue, renditions):
    """Of many sealers at once one wins; the others are refused, and nothing is left lying about."""
    results: list[object] = []

    def try_it(subject: str) -> None:
        try:
            results.append(seal(tmp_path, make_issue(subject=subject), renditions, {}))
        except SealError as error:
            results.append(error)

    threads = [threading.Thread(target=try_it, args=(f"subject {n}",)) for n in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sum(isinstance(each, SealError) for each in results) == 5
    assert verify(tmp_path) == ()
    assert names(tmp_path / "weekly") == ["1"]


def test_rename_itself_refuses(tmp_path, make_issue, renditions, monkeypatch):
    """Even where the lock means nothing (a network disk), the rename does not replace a sealed folder."""
    first = seal(tmp_path, make_issue(), renditions, {})
    monkeypatch.setattr(Path, "exists", lambda path: False)
    with pytest.raises(SealError, match="sealed already"):
        seal(tmp_path, make_issue(subject="another"), renditions, {})
    monkeypatch.undo()
    assert load(tmp_path, "weekly", 1) == first


CRASH = """
import os, pickle, signal, sys
from pathlib import Path
from digest.archive import dump_issue, seal

steps = int(sys.argv[3])
given = pickle.loads(Path(sys.argv[2]).read_bytes())
dump_issue(given[0])  # what it imports are no steps of ours
def counted(real):
    def step(*args, **kwargs):
        global steps
        steps -= 1
        if steps < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **kwargs)
    return step
os.fsync, Path.rename, Path.mkdir, Path.open = map(counted, (os.fsync, Path.rename, Path.mkdir, Path.open))
issue, renditions, assets = given
seal(Path(sys.argv[1]), issue, renditions, assets)
"""


@pytest.mark.parametrize("steps", [0, 1, 2, 3, 5, 8, 11, 14, 17, 18, 19, 99])
def test_killed(tmp_path, make_issue, renditions, assets, steps):
    """A sealer killed at any step leaves the issue whole or absent, and the next one clears up after it."""
    archive, given = tmp_path / "archive", tmp_path / "given"
    given.write_bytes(pickle.dumps((make_issue(), renditions, assets)))
    done = subprocess.run([sys.executable, "-c", CRASH, str(archive), str(given), str(steps)], check=False)
    assert done.returncode == (0 if steps == 99 else -signal.SIGKILL)
    assert verify(archive) == ()
    if not sealed(archive):
        seal(archive, make_issue(), renditions, assets)
    assert [each.issue for each in sealed(archive)] == [make_issue()]
    seal(archive, make_issue(2), renditions, assets)
    assert names(archive / "weekly") == ["1", "2"]


FULL = """
import pickle, resource, signal, sys
from pathlib import Path
from digest.archive import seal
from digest.errors import SealError

given = pickle.loads(Path(sys.argv[2]).read_bytes())
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))
try:
    seal(Path(sys.argv[1]), *given)
except SealError as error:
    print(error.sentence, error.subject, error.hint, sep="|")
"""


def test_no_room(tmp_path, make_issue, renditions):
    """Where the system takes no more bytes, the error names the file, and not even a folder is left."""
    given = tmp_path / "given"
    given.write_bytes(pickle.dumps((make_issue(), renditions, {"big.jpg": b"x" * 9000})))
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path / "archive"), str(given)],
        check=True,
        capture_output=True,
        text=True,
    )
    sentence, subject, hint = done.stdout.strip().split("|")
    assert sentence == "the issue could not be sealed: File too large"
    assert subject.startswith(str(tmp_path / "archive"))
    assert hint
    assert names(tmp_path) == ["given"]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO])
def test_disk_refuses(tmp_path, make_issue, renditions, monkeypatch, code):
    """A full, read-only or failing disk is told of with a hint, and nothing half-written stays."""

    def refuse(descriptor: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(sealing_module.os, "fsync", refuse)
    with pytest.raises(SealError, match=os.strerror(code)) as error:
        seal(tmp_path / "archive", make_issue(), renditions, {})
    assert error.value.hint
    assert error.value.subject == str(tmp_path / "archive" / "weekly" / "1")
    assert names(tmp_path) == []


def test_file_in_the_way(tmp_path, make_issue, renditions):
    """A file where the archive should be is an error that names it, and it is left alone."""
    (tmp_path / "archive").write_text("mine")
    with pytest.raises(SealError) as error:
        seal(tmp_path / "archive", make_issue(), renditions, {})
    assert "a file stands" in error.value.hint
    assert (tmp_path / "archive").read_text() == "mine"


def test_interrupted(tmp_path, make_issue, renditions, monkeypatch):
    """Ctrl-C in the middle leaves nothing behind."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "rename", interrupt)
    with pytest.raises(KeyboardInterrupt):
        seal(tmp_path / "archive", make_issue(), renditions, {})
    assert names(tmp_path) == []


@pytest.mark.parametrize("where", ["open", "samestat"])
def test_folder_taken_away(tmp_path, make_issue, renditions, monkeypatch, where):
    """A sealer that waited while another failed, and took the empty folder away, makes it anew."""
    edition = tmp_path / "weekly"
    real_open, real_lock = os.open, sealing_module.fcntl.flock
    times = []

    def removing_open(path, flags, *rest):
        if where == "open" and Path(path) == edition and not times:
            times.append(1)
            edition.rmdir()
        return real_open(path, flags, *rest)

    def removing_lock(descriptor, operation):
        if where == "samestat" and not times:
            times.append(1)
            edition.rmdir()
        real_lock(descriptor, operation)

    monkeypatch.setattr(sealing_module.os, "open", removing_open)
    monkeypatch.setattr(sealing_module.fcntl, "flock", removing_lock)
    seal(tmp_path, make_issue(), renditions, {})
    assert times
    assert verify(tmp_path) == ()
    assert len(sealed(tmp_path)) == 1


@pytest.mark.parametrize("name", ["../x.jpg", "a/b.jpg", "", ".hidden", "é.jpg", "x" * 300])
def test_unsafe_asset(tmp_path, make_issue, name):
    """A file name that would leave the folder, or that not every disk takes, is refused before writing."""
    with pytest.raises(SealError, match="cannot be the name of a sealed file"):
        seal(tmp_path, make_issue(), (), {name: b"x"})
    assert names(tmp_path) == []


@pytest.mark.parametrize("name", ["issue.json", "manifest.json"])
def test_taken_name(tmp_path, make_issue, name):
    """A rendition cannot take the name of the record itself."""
    rendition = Rendition(name=name, language="en", media_type="text/plain", text="x")
    with pytest.raises(SealError, match="or is there twice"):
        seal(tmp_path, make_issue(), (rendition,), {})


@pytest.mark.parametrize(("edition", "number"), [("../x", 1), ("", 1), ("weekly", 0), ("weekly", -1)])
def test_unsafe_issue(tmp_path, make_issue, edition, number):
    """An issue whose edition or number cannot name a folder is refused."""
    with pytest.raises(SealError, match="cannot be the name of an issue's folder"):
        seal(tmp_path, make_issue(number, edition=edition), (), {})


def test_broken_character_in_rendition(tmp_path, make_issue):
    """Half a surrogate pair in a rendition becomes a question mark rather than a failure."""
    rendition = Rendition(name="email.txt", language="en", media_type="text/plain", text="a\ud800b")
    made = seal(tmp_path, make_issue(), (rendition,), {})
    assert (Path(made.folder) / "email.txt").read_bytes() == b"a?b"
