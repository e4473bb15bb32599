"""Opening databases: making them, upgrading them, refusing what is not one."""

import os
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from digest.errors import StoreError
from digest.store import Store, connecting, upgrading
from digest.store.tables import Moment, metadata

URL = "sqlite:///var/digest.db"


def test_the_migrations_make_the_tables_that_the_queries_know(url, tmp_path):
    """Nothing is left for autogenerate to find, on either database."""
    with Store.open(url, tmp_path) as store, store._engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": same_type})
        assert compare_metadata(context, metadata) == []


def same_type(context, inspected, column, found, wanted):
    return False if isinstance(wanted, Moment) else None


def test_migrations_go_down_and_up_again(url, tmp_path):
    """Each can be undone."""
    from alembic import command
    from alembic.config import Config

    with Store.open(url, tmp_path) as store:
        with store._engine.begin() as connection:
            settings = Config()
            settings.set_main_option("script_location", str(upgrading.MIGRATIONS))
            settings.attributes["connection"] = connection
            command.downgrade(settings, "base")
        assert Store.peek(url, tmp_path) is None
    with Store.open(url, tmp_path) as store:
        assert store.seals() == {}


def test_head_is_the_newest_migration():
    """The number that saves loading Alembic is the right one."""
    assert ScriptDirectory(str(upgrading.MIGRATIONS)).get_current_head() == upgrading.HEAD


def test_a_database_of_a_newer_digest_is_refused(url, tmp_path):
    """It may hold what we would break."""
    with Store.open(url, tmp_path) as store, store._engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="newer digest") as caught:
        Store.open(url, tmp_path)
    assert caught.value.hint == "update digest"


def test_sqlite_keeps_its_promises(tmp_path):
    """WAL, full syncs, foreign keys; and a real transaction around DDL."""
    with Store.open(URL, tmp_path) as store, store._engine.connect() as connection:
        settings = ("journal_mode", "synchronous", "foreign_keys")
        assert [connection.exec_driver_sql(f"PRAGMA {each}").scalar() for each in settings] == ["wal", 2, 1]
        connection.exec_driver_sql("CREATE TABLE made (x)")
        connection.rollback()
        assert not sa.inspect(connection).has_table("made")


def test_peeking_makes_nothing(tmp_path):
    """No database, no folder, no log beside it; an empty file has no tables."""
    assert Store.peek(URL, tmp_path) is None
    assert list(tmp_path.iterdir()) == []
    Store.open(URL, tmp_path).close()
    before = sorted(tmp_path.rglob("*"))
    with Store.peek(URL, tmp_path) as store:
        assert store.seals() == {}
        assert sorted(tmp_path.rglob("*")) == before
    (tmp_path / "empty.db").touch()
    assert Store.peek("sqlite:///empty.db", tmp_path) is None


@pytest.mark.parametrize("how", [Store.open, Store.peek])
def test_another_kind_of_file_is_refused(tmp_path, how):
    """With its path, and what to do."""
    path = tmp_path / "digest.db"
    path.write_bytes(b"# A note\n" * 500)
    with pytest.raises(StoreError, match="not a database") as caught:
        how("sqlite:///digest.db", tmp_path)
    assert caught.value.subject == str(path)
    assert "move it away" in caught.value.hint
    assert path.read_bytes() == b"# A note\n" * 500


def test_a_damaged_database_is_found_on_opening(tmp_path):
    """Before anything is promised by it."""
    path = tmp_path / "digest.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE t (x TEXT)")
    connection.executemany("INSERT INTO t VALUES (?)", [("x" * 500,)] * 500)
    connection.commit()
    connection.close()
    data = bytearray(path.read_bytes())
    data[8192:16384] = os.urandom(8192)
    path.write_bytes(data)
    with pytest.raises(StoreError, match=r"damaged|malformed") as caught:
        Store.open("sqlite:///digest.db", tmp_path)
    assert caught.value.subject == str(path)


def test_a_file_where_the_folder_should_be(tmp_path):
    """The disk's own words, with the path and a hint."""
    (tmp_path / "var").write_text("a file")
    with pytest.raises(StoreError) as caught:
        Store.open(URL, tmp_path)
    assert caught.value.subject == str(tmp_path / "var" / "digest.db")


READ_ONLY = """
import sys
from pathlib import Path
from digest.errors import StoreError
from digest.store import Store
for folder in sys.argv[1:]:
    try:
        Store.open("sqlite:///var/digest.db", Path(folder))
    except StoreError as error:
        print(error.sentence, "|", error.subject, "|", error.hint)
    print(Store.peek("sqlite:///var/digest.db", Path(folder)) is not None)
"""


def test_a_folder_that_may_not_be_written(tmp_path):
    """A sentence, not a traceback; what is there can still be read."""
    made, bare = tmp_path / "made", tmp_path / "bare"
    Store.open(URL, made).close()
    bare.mkdir()
    for path in [bare, made, *made.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    for folder in (tmp_path, *list(tmp_path.parents)[:3]):
        folder.chmod(folder.stat().st_mode | 0o055)
    wrapper = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [*wrapper, sys.executable, "-c", READ_ONLY, str(made), str(bare)],
        capture_output=True,
        text=True,
        cwd=root,
        env={"PYTHONDONTWRITEBYTECODE": "1"},
        check=True,
    )
    first, readable, second, there = done.stdout.splitlines()
    assert str(made / "var" / "digest.db") in first
    assert "writable" in first
    assert readable == "True"
    assert str(bare / "var" / "digest.db") in second
    assert there == "False"


def test_a_locked_database_says_so(tmp_path, monkeypatch):
    """Another program that holds it longer than we wait."""
    monkeypatch.setattr(connecting, "_BUSY_SECONDS", 0.05)
    Store.open(URL, tmp_path).close()
    other = sqlite3.connect(tmp_path / "var" / "digest.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(StoreError, match="locked") as caught:
            Store.open(URL, tmp_path)
        assert "another program" in caught.value.hint
    finally:
        other.close()


def test_new_files_opened_at_once(tmp_path):
    """Where several switch one new file to its log together, SQLite refuses some at once; we wait."""

    def run(place):
        start.wait()
        with connecting.engine(place).begin() as connection:
            connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS made (x)")

    with ThreadPoolExecutor(6) as pool:
        for round_ in range(25):
            start = threading.Barrier(6)
            list(pool.map(run, [connecting.located(f"sqlite:///{round_}.db", tmp_path)] * 6))


@pytest.mark.parametrize("url", ["nonsense", "sqlite://", "sqlite:///:memory:", ""])
def test_urls_that_name_no_database(tmp_path, url):
    """Said at the config's key."""
    with pytest.raises(StoreError, match=r"\[database\] url"):
        Store.open(url, tmp_path)


def test_a_missing_driver_says_what_to_install(tmp_path):
    """A database that we do not know, or one whose driver is not there."""
    with pytest.raises(StoreError, match="driver"):
        Store.open("oracle://x@y/z", tmp_path)
    with pytest.raises(StoreError, match="driver"):
        Store.open("nosuch://x@y/z", tmp_path)


def test_a_server_that_is_down_is_an_error_without_the_password(tmp_path):
    """The place of the error never shows the secret."""
    with pytest.raises(StoreError) as caught:
        Store.open(f"postgres://me:secret@/x?host={tmp_path}", tmp_path)
    assert "secret" not in caught.value.subject + caught.value.sentence + caught.value.hint


def test_an_absolute_path_is_taken_as_it_is(tmp_path):
    """Only a relative one lies in the site."""
    with Store.open(f"sqlite:///{tmp_path}/else/d.db", tmp_path / "site"):
        assert (tmp_path / "else" / "d.db").is_file()


def test_what_is_together_is_one_transaction(store):
    """Reads see what was written before them, and a fault undoes all of it."""
    now, slot = datetime(2026, 1, 26, 9, tzinfo=UTC), "2026-01-26T09:00"

    def fail() -> None:
        with store.together():
            assert store.claim_slot("weekly", slot, now)
            assert store.slot("weekly", slot)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert store.slot("weekly", slot) is None


def test_reading_waits_for_no_writer(tmp_path, monkeypatch):
    """A transaction that only reads takes no lock."""
    monkeypatch.setattr(connecting, "_BUSY_SECONDS", 0.05)
    with Store.open(URL, tmp_path) as store:
        other = sqlite3.connect(tmp_path / "var" / "digest.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        assert store.seals() == {}
        other.close()


@pytest.mark.parametrize("how", ["replaced", "gone"])
def test_a_file_in_the_place_of_ours_is_opened_anew(tmp_path, how):
    """Connections are kept open, but not to a file that is no longer there: a backup may be put back."""
    now, path = datetime(2026, 1, 26, 9, tzinfo=UTC), tmp_path / "var" / "digest.db"
    Store.open(URL, tmp_path).close()
    backup = path.read_bytes()
    with Store.open(URL, tmp_path) as store:
        store.claim_slot("weekly", "2026-01-26T09:00", now)
        for each in path.parent.glob("digest.db*"):
            each.unlink()
        if how == "replaced":
            path.write_bytes(backup)
            assert store.slot("weekly", "2026-01-26T09:00") is None
        else:
            with pytest.raises(StoreError, match="no such table"):
                store.seals()


@pytest.mark.parametrize("tidies", [True, False])
def test_who_does_not_tidy_leaves_the_log_until_it_is_told(tmp_path, tidies):
    """No commit then has to take a long log into the file, which is what `tidy` does."""
    path = tmp_path / "var" / "digest.db"
    with Store.open(URL, tmp_path, tidies=tidies) as store:
        with store._engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE made (x BLOB)")
        for _ in range(2):
            with store._engine.begin() as connection:
                connection.exec_driver_sql("INSERT INTO made VALUES (zeroblob(6000000))")
        assert (path.stat().st_size > 6_000_000) is tidies
        store.tidy()
        assert path.stat().st_size > 12_000_000


def test_a_server_is_left_to_tidy_itself(store):
    """PostgreSQL keeps its own log; there is nothing to do."""
    store.tidy()
    assert store.seals() == {}
