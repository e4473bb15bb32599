"""Both databases: SQLite in a file, and the machine's own PostgreSQL, started for the tests."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import psycopg
import pytest

from digest.store import Store
from tests.conftest import need

_COUNT: Final = itertools.count()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The folder of a PostgreSQL of our own, on a socket there; it refuses to run as root."""
    programs = {name: shutil.which(name) for name in ("postgres", "initdb")}
    need(programs["postgres"], "PostgreSQL is missing: apt-get install postgresql")
    need(programs["initdb"], "initdb is missing: apt-get install postgresql")
    with tempfile.TemporaryDirectory(prefix="digest-pg-", dir="/tmp") as name:
        folder = Path(name)
        wrapper = _as_other_user(folder)
        data = folder / "data"
        subprocess.run(
            [*wrapper, str(programs["initdb"]), "-D", str(data), "-U", "digest", "-A", "trust", "-E", "UTF8"],
            check=True,
            capture_output=True,
        )
        settings = ["listen_addresses=", "fsync=off", f"unix_socket_directories={folder}"]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [*wrapper, str(programs["postgres"]), "-D", str(data), *(f"--{each}" for each in settings)],
                stdout=log,
                stderr=log,
            )
        try:
            _wait(folder, server)
            yield str(folder)
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(20)


def _as_other_user(folder: Path) -> list[str]:
    """What must stand before a command so that it does not run as root, who lends the folder."""
    # INT is a fast shutdown; PostgreSQL gets it too when the tests are killed.
    if os.geteuid() != 0:
        return ["setpriv", "--pdeathsig=INT"]
    name = next(each for each in ("postgres", "nobody") if _exists(each))
    user = pwd.getpwnam(name)
    os.chown(folder, user.pw_uid, user.pw_gid)
    return [
        "setpriv",
        f"--reuid={user.pw_uid}",
        f"--regid={user.pw_gid}",
        "--clear-groups",
        "--pdeathsig=INT",
    ]


def _exists(user: str) -> bool:
    try:
        return bool(pwd.getpwnam(user))
    except KeyError:
        return False


def _wait(folder: Path, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and server.poll() is None:
        try:
            psycopg.connect(f"host={folder} user=digest dbname=postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"PostgreSQL did not start:\n{(folder / 'log').read_text()}")


def _create(folder: str, of: str = "template1") -> str:
    """The name of a database of our PostgreSQL that is as another one is."""
    name = f"digest{os.getpid()}_{next(_COUNT)}"
    with psycopg.connect(f"host={folder} user=digest dbname=postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {of}")
    return name


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with our tables and nothing in them."""
    folder = tmp_path_factory.mktemp("migrated")
    Store.open("sqlite:///digest.db", folder).close()
    return folder / "digest.db"


@pytest.fixture(scope="session")
def migrated_database(postgresql: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database of our PostgreSQL with our tables and nothing in them."""
    name = _create(postgresql)
    url = f"postgresql://digest@/{name}?host={postgresql}"
    Store.open(url, tmp_path_factory.mktemp("migrated")).close()
    return name


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a fresh database: each test that asks for it runs on both.

    It is empty for who opens it; it has our tables, made once and copied, for who asks for an open `store`.
    """
    opened = "store" in request.fixturenames
    if request.param == "sqlite":
        if opened:
            (tmp_path / "var").mkdir()
            shutil.copyfile(request.getfixturevalue("migrated_file"), tmp_path / "var" / "digest.db")
        return "sqlite:///var/digest.db"
    folder = request.getfixturevalue("postgresql")
    name = _create(folder, request.getfixturevalue("migrated_database")) if opened else _create(folder)
    return f"postgresql://digest@/{name}?host={folder}"


@pytest.fixture
def opened(url: str, tmp_path: Path) -> Iterator[Callable[[], Store]]:
    """Open the database, as often as wanted; all are closed at the end."""
    stores: list[Store] = []

    def run() -> Store:
        stores.append(Store.open(url, tmp_path))
        return stores[-1]

    yield run
    for store in stores:
        store.close()


@pytest.fixture
def store(opened: Callable[[], Store]) -> Store:
    """A fresh store."""
    return opened()
