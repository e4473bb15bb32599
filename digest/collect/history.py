"""When git first saw a file: the date of an entry that names none."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Final, cast

_COMMIT: Final = b"\x01"  # begins a commit's line; a path follows a letter, so it is never mistaken for one
_FORMAT: Final = f"--format={_COMMIT.decode()}%H %aI %cI"
_FLAGS: Final = (
    # What a repository's own config may ask for is not done: no program run, nothing fetched, no other form.
    *("--no-pager", "-c", "core.fsmonitor=false", "-c", "log.showSignature=false"),
    *("-c", "log.showRoot=true", "-c", "protocol.allow=never"),
)
_LOG: Final = (
    *("log", "-z", "--topo-order", "--name-status", "--diff-filter=AR", "--find-renames"),
    *("--diff-merges=first-parent", "--no-relative", "--no-ext-diff", "--no-color", "-O/dev/null", _FORMAT),
)
_SILENT: Final = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",  # unlike protocol.allow, no protocol.ext.allow of the repository undoes it
    "LC_ALL": "C",
}


def first_added(root: Path, paths: Collection[str], *, seconds: float = 60) -> dict[str, datetime]:
    """When each file (POSIX, relative to `root`) was added to git, by its author's clock; aware.

    A file that was renamed counts from its first name. There is no date for a file that git does not have,
    for one that was there before a shallow clone begins, and none at all without git, without its trust in
    the folder's owner, or where the history takes longer than `seconds`. A repository within the site
    (a submodule) answers for its own files.
    """
    found: dict[str, datetime] = {}
    for repository, names in _repositories(root, paths).items():
        before = PurePosixPath(repository.relative_to(root).as_posix())
        inside = {PurePosixPath(name).relative_to(before).as_posix(): name for name in names}
        found |= {inside[name]: at for name, at in _added(repository, inside.keys(), seconds).items()}
    return found


def head(root: Path, paths: Iterable[str] = ()) -> str:
    """What the histories that answer for these files are at: while it is the same, so are their dates."""
    places = _repositories(root, paths) or {root: []}
    return " ".join(_ask(place, "rev-parse", "HEAD").decode("ascii", "replace").strip() for place in places)


def _repositories(root: Path, paths: Iterable[str]) -> dict[Path, list[str]]:
    """The files by the repository that they lie in: the deepest folder with a `.git`, else the site's."""
    known: dict[PurePosixPath, Path] = {PurePosixPath(): root}
    groups: dict[Path, list[str]] = {}
    for path in sorted(paths):
        groups.setdefault(_repository(root, PurePosixPath(path).parent, known), []).append(path)
    return groups


def _repository(root: Path, folder: PurePosixPath, known: dict[PurePosixPath, Path]) -> Path:
    if folder not in known:
        here = root / folder
        known[folder] = here if (here / ".git").exists() else _repository(root, folder.parent, known)
    return known[folder]


def _added(place: Path, names: Iterable[str], seconds: float) -> dict[str, datetime]:
    """The dates of files named as seen from `place`, a folder of one repository."""
    about = _ask(place, "rev-parse", "--show-prefix", "--git-path", "shallow").splitlines()
    if len(about) != 2:
        return {}
    wanted = {about[0] + os.fsencode(name): name for name in names}
    tracked = set(_ask(place, "ls-files", "-z", "--full-name").split(b"\0"))
    wanted = {path: name for path, name in wanted.items() if path in tracked}
    if not wanted:
        return {}
    return _dates(place, wanted, _lines(place / os.fsdecode(about[1])), seconds)


def _dates(
    place: Path, wanted: Mapping[bytes, str], shallow: Collection[bytes], seconds: float
) -> dict[str, datetime]:
    """What the whole history tells; nothing where it was cut short, so that half is never taken for all."""
    process = subprocess.Popen(
        [_git(), *_FLAGS, *_LOG],
        cwd=place,
        env=_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    alarm = threading.Timer(seconds, process.kill)
    alarm.daemon = True
    alarm.start()
    try:
        with cast(IO[bytes], process.stdout) as stream:
            found = _first(_fields(stream), wanted, shallow)
        return found if process.wait() == 0 else {}
    finally:
        alarm.cancel()
        process.kill()
        process.wait()


def _lines(path: Path) -> frozenset[bytes]:
    """The commits at which a shallow clone begins: none where there is no such file."""
    try:
        return frozenset(path.read_bytes().split())
    except OSError:
        return frozenset()


def _first(
    fields: Iterator[bytes], wanted: Mapping[bytes, str], shallow: Collection[bytes]
) -> dict[str, datetime]:
    """Follow each file through its names, from the newest commit back: the last word is the first add."""
    names = dict(wanted)  # by what it was called at this point of the walk, each file that we look for
    found: dict[str, datetime] = {}
    commit, at = b"", None
    for field in fields:
        if field.startswith(_COMMIT):
            commit, at = _commit(field)
        elif field.startswith(b"R"):
            old, new = next(fields, b""), next(fields, b"")
            if new in names:
                names[old] = names.pop(new)
        elif (name := names.get(next(fields, b""))) is not None:
            found.pop(name, None)  # it was there before a shallow history begins: nobody knows since when
            if at is not None and commit not in shallow:
                found[name] = at
    return found


def _commit(field: bytes) -> tuple[bytes, datetime | None]:
    """A commit's name, and the earlier of its author's and committer's dates; None where both are broken."""
    name, *dates = field.removeprefix(_COMMIT).split()
    read = []
    for date in dates:
        try:
            read.append(datetime.fromisoformat(date.decode("ascii")))
        except ValueError:
            continue
    return name, min((at for at in read if at.tzinfo), default=None)


def _fields(stream: IO[bytes]) -> Iterator[bytes]:
    """What stands between the NULs, without the line break that comes before a commit's files."""
    rest = b""
    while chunk := stream.read(1 << 16):
        *whole, rest = (rest + chunk).split(b"\0")
        yield from (field for each in whole if (field := each.removeprefix(b"\n")))


def _ask(place: Path, *words: str) -> bytes:
    """What git answers; nothing where it is not there, or will not."""
    try:
        done = subprocess.run(
            [_git(), *_FLAGS, *words],
            cwd=place,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=20,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return b""
    return done.stdout if done.returncode == 0 else b""


def _git() -> str:
    """Where git is, so that no program of this name in the site is ever meant."""
    return shutil.which("git") or "git"


def _environment() -> dict[str, str]:
    """Ours, without what a git hook that we may run in says of its own repository."""
    return {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | _SILENT
