"""`.digest/index.db`: what every file of the sources held when it was last read. A cache, nothing else."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from digest.collect.fingerprints import essence, with_essence
from digest.collect.jobs import Light, Pictures, Reading
from digest.collect.loading import staying
from digest.collect.packing import SUM, BrokenError, pack, unpack, unpack_entry, unpack_problems
from digest.model import Entry, Problem

FOLDER: Final = ".digest"
NAME: Final = "index.db"
PATIENCE: Final = 5.0
_LARGE: Final = 32 << 20  # bytes
"""Seconds to wait for another process that writes; then we work without the index."""

_TABLES: Final = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE folders (path BLOB PRIMARY KEY, listing BLOB NOT NULL);
CREATE TABLE files (
    id INTEGER PRIMARY KEY, path BLOB NOT NULL UNIQUE, key TEXT NOT NULL, light BLOB NOT NULL
);
CREATE INDEX files_by_key ON files (key);
CREATE TABLE entries (id INTEGER PRIMARY KEY, entry BLOB NOT NULL);
CREATE TABLE essences (id INTEGER PRIMARY KEY, essence BLOB NOT NULL);
CREATE TABLE problems (id INTEGER PRIMARY KEY, problems BLOB NOT NULL);
CREATE TABLE pictures (id INTEGER PRIMARY KEY, pictures BLOB NOT NULL);
"""
_ALL: Final = {
    "folders": "SELECT path, listing FROM folders",
    "files": "SELECT path, light FROM files",
    "entries": (
        "SELECT path, entry, essence FROM entries JOIN files USING (id) LEFT JOIN essences USING (id)"
    ),
    "problems": "SELECT path, problems FROM problems JOIN files USING (id)",
    "pictures": "SELECT path, pictures FROM pictures JOIN files USING (id)",
}
_BY_KEY: Final = (
    "SELECT path, entry, essence FROM files JOIN entries USING (id) LEFT JOIN essences USING (id) "
    "WHERE key = ? ORDER BY path"
)
_KEEP: Final = "REPLACE INTO essences SELECT id, ? FROM files WHERE path = ?"
_PUT: Final = {
    "entries": ("entry", "INSERT INTO entries VALUES (?, ?)"),
    "problems": ("problems", "INSERT INTO problems VALUES (?, ?)"),
    "pictures": ("pictures", "INSERT INTO pictures VALUES (?, ?)"),
}
"""Which part of a reading goes into which table."""
_FORGET: Final = {
    "files": "DELETE FROM files WHERE id = ?",
    "entries": "DELETE FROM entries WHERE id = ?",
    "problems": "DELETE FROM problems WHERE id = ?",
    "pictures": "DELETE FROM pictures WHERE id = ?",
}
_UNTOLD: Final = "DELETE FROM essences WHERE id = ?"
_SETTINGS: Final = ("cache_size = -16000", "synchronous = NORMAL", "temp_store = FILE")
lights: Final = msgspec.msgpack.Decoder(Light)
_pictures: Final = msgspec.msgpack.Decoder(Pictures)
_bytes: Final = msgspec.msgpack.Decoder(bytes)
_essences: Final = msgspec.msgpack.Decoder(tuple[str, str])
_counts: Final = msgspec.msgpack.Decoder(dict[str, int])

Value = TypeVar("Value")


class Index:
    """The tables, on disk or, where that cannot be, in a file without a name that ends with us.

    A disk may bend or lose anything: rows carry sums over content and path, and each table is as long as we
    made it, or reading it raises BrokenError. Essences alone may be lacking: they are told anew then.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path | str, patience: float) -> None:
        self._connection = connection
        self._path = path
        self._patience = patience
        self._rows: dict[str, int] = {}
        self._is_empty = False
        self._untold: dict[bytes, bytes] = {}

    @classmethod
    def open(cls, root: Path, patience: float = PATIENCE) -> Index:
        """The index of a site, made where there is none. Raises OSError or sqlite3.Error."""
        folder = root / FOLDER
        for place in (folder, folder / NAME):
            if place.is_symlink():  # what lies elsewhere is not ours to overwrite
                raise OSError(errno.ELOOP, "the index is a link", str(place))
        folder.mkdir(exist_ok=True)
        ignore = folder / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", encoding="utf-8")
        return cls._with(folder / NAME, patience)

    @classmethod
    def passing(cls) -> Index:
        """An index that nobody else sees. Raises sqlite3.Error."""
        return cls._with("", PATIENCE)

    @classmethod
    def _with(cls, path: Path | str, patience: float) -> Index:
        connection = sqlite3.connect(path, patience, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA page_size = 16384")
            for setting in _SETTINGS:
                connection.execute(f"PRAGMA {setting}")
        except (sqlite3.Error, UnicodeDecodeError):  # the bent bytes may stand in SQLite's own sentence
            connection.close()
            raise
        return cls(connection, path, patience)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def is_large(self) -> bool:
        """Whether it holds some five thousand files or more."""
        (pages,), (size,) = (self._run(f"PRAGMA {each}").fetchone() for each in ("page_count", "page_size"))
        return bool(pages * size > _LARGE)

    def look(self) -> None:
        """See the index as it is at this moment, until the next look or write, whoever writes meanwhile."""
        self._end()
        self._run("BEGIN")

    def begin(self) -> None:
        """Be the only writer. Raises sqlite3.OperationalError when another one does not come to an end."""
        self._end()
        self._run("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Let everybody see what was written."""
        self.tell("rows", self._rows)
        self._run("COMMIT")

    def _end(self) -> None:
        self._is_empty = False
        if self._connection.in_transaction:
            self._run("ROLLBACK")

    def is_made_by(self, signature: bytes) -> bool:
        """Whether the tables are there, and by this signature."""
        found = frozenset(self._run("SELECT type, name, sql FROM sqlite_master").fetchall())
        if found != _schema():  # nor is it asked anything: a view that a stranger made may never answer
            return False
        row = self._run("SELECT value FROM meta WHERE name = 'signature'").fetchone()
        if row != (pack(signature, b"signature"),):
            return False
        self._rows = self.told("rows", _counts)
        return True

    def clear(self, signature: bytes) -> None:
        """Make the tables anew, empty; within a write."""
        ours = _schema()
        for kind, name, sql in self._run("SELECT type, name, sql FROM sqlite_master").fetchall():
            if (kind, name, sql) not in ours:
                raise BrokenError(f"a {kind} that is not ours")  # another's database, or another format
            if kind == "table":
                self._run(f'DROP TABLE "{name}"')
        for statement in _TABLES.split(";"):
            self._run(statement)
        self._rows = dict.fromkeys(("folders", *_FORGET), 0)
        self.tell("signature", signature)
        self._is_empty = True  # until it is written: nobody need ask what it knew before

    def share(self) -> None:
        """Let others read while one writes (a write-ahead log); left as it is where others are at it."""
        self._end()
        if self._run("PRAGMA journal_mode").fetchone() == ("wal",):
            return
        self._run("PRAGMA busy_timeout = 0")
        with suppress(sqlite3.OperationalError):
            self._run("PRAGMA journal_mode = WAL")
        self._run(f"PRAGMA busy_timeout = {int(self._patience * 1000)}")

    def told(self, name: str, decoder: msgspec.msgpack.Decoder[Value]) -> Value:
        """What was noted under a name. Raises BrokenError if nothing was."""
        row = self._run("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return unpack(row and row[0], name.encode(), decoder)

    def tell(self, name: str, value: Any) -> None:
        """Note something under a name."""
        self._run("REPLACE INTO meta VALUES (?, ?)", (name, pack(value, name.encode())))

    def folders(self) -> dict[bytes, bytes]:
        """The listing of each folder when it was last read."""
        return {path: unpack(listing, path, _bytes) for path, listing in self._all("folders")}

    def set_folders(self, listings: Mapping[bytes, bytes]) -> None:
        """Note listings; an empty one is forgotten."""
        for path, listing in listings.items():
            self._rows["folders"] -= self._run("DELETE FROM folders WHERE path = ?", (path,)).rowcount
            if listing:
                self._run("INSERT INTO folders VALUES (?, ?)", (path, pack(listing, path)))
                self._rows["folders"] += 1

    def known(self, path: bytes) -> Light | None:
        """The little of one file; None if it is not known."""
        if self._is_empty:
            return None
        row = self._run("SELECT light FROM files WHERE path = ?", (path,)).fetchone()
        return unpack(row[0], path, lights) if row else None

    def put(self, readings: Sequence[Reading]) -> None:
        """Note what came of files that are not known, or forgotten."""
        (last,) = self._run("SELECT coalesce(max(id), 0) FROM files").fetchone()
        rows = list(enumerate(readings, last + 1))
        files = [(number, each.path, each.key, each.light) for number, each in rows]
        self._put("files", "INSERT INTO files VALUES (?, ?, ?, ?)", files)
        for table, (name, query) in _PUT.items():
            told = [(number, data) for number, each in rows if (data := getattr(each, name))]
            self._put(table, query, told)

    def _put(self, table: str, query: str, rows: Sequence[tuple[Any, ...]]) -> None:
        self._connection.executemany(query, rows)
        self._rows[table] += len(rows)

    def forget(self, paths: Iterable[bytes]) -> None:
        """Forget files."""
        for path in () if self._is_empty else paths:
            row = self._run("SELECT id FROM files WHERE path = ?", (path,)).fetchone()
            for table, query in _FORGET.items() if row else ():
                self._rows[table] -= self._run(query, row).rowcount
            if row:
                self._run(_UNTOLD, row)

    def lights(self) -> dict[bytes, Light]:
        """The little of every file by its path; all are checked before the first is given."""
        with staying():
            found = {path: unpack(light, path, lights) for path, light in self._all("files")}
        if len(found) != self._rows["files"]:
            raise BrokenError("a file twice")
        return found

    def pictures(self) -> Iterator[tuple[bytes, Pictures]]:
        """Each file with local images, and those."""
        for path, pictures in self._all("pictures"):
            yield path, unpack(pictures, path, _pictures)

    def problems(self) -> Iterator[Problem]:
        """The findings in all files."""
        for path, problems in self._all("problems"):
            yield from unpack_problems(problems, path)

    def entries(self) -> Iterator[tuple[bytes, Entry]]:
        """All entries, by the paths of their files."""
        for path, packed, told in self._all("entries"):
            yield path, self._whole(path, packed, told)

    def entries_of(self, keys: Collection[str]) -> Iterator[tuple[bytes, Entry]]:
        """The entries with these keys, by the paths of their files."""
        missed = []
        for key in sorted(keys):
            rows = self._run(_BY_KEY, (key,)).fetchall()
            missed += [] if rows else [key]
            for path, packed, told in rows:
                entry = self._whole(path, packed, told)
                if entry.key != key:
                    raise BrokenError("another key")
                yield path, entry
        if missed and not {light.key for light in self.lights().values()}.isdisjoint(missed):
            raise BrokenError("a key that is not found")

    def _whole(self, path: bytes, packed: bytes, told: object) -> Entry:
        """An entry with its essence, as told for these very bytes (by their sum), else found now."""
        entry = unpack_entry(packed, path)
        name = path + packed[-SUM:]
        try:
            return with_essence(entry, unpack(told, name, _essences))
        except BrokenError:
            found = essence(entry)
            self._untold[path] = pack(found, name)
            return with_essence(entry, found)

    def keep(self) -> None:
        """Note the essences that were found, for who asks next; where somebody else writes, let it be."""
        if not (self._untold and self._path):
            return
        rows = [(told, path) for path, told in self._untold.items()]
        with (
            suppress(sqlite3.Error),
            closing(sqlite3.connect(self._path, timeout=0, isolation_level=None)) as other,
        ):
            other.execute("PRAGMA synchronous = NORMAL")
            other.execute("BEGIN IMMEDIATE")
            other.executemany(_KEEP, rows)
            other.execute("COMMIT")
            self._untold.clear()

    def _all(self, table: str) -> Iterator[tuple[Any, ...]]:
        """Path and content of every row of a table. Raises BrokenError where there are fewer than we put."""
        count = 0
        for row in self._run(_ALL[table]):
            yield row
            count += 1
        if count != self._rows[table]:
            raise BrokenError(f"{table}: {count} rows for {self._rows[table]}")

    def _run(self, query: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        return self._connection.execute(query, values)


@lru_cache(maxsize=1)
def _schema() -> frozenset[tuple[str, str, str | None]]:
    """Type, name and wording of all that an index has, and nothing else."""
    with closing(sqlite3.connect(":memory:")) as connection:
        for statement in _TABLES.split(";"):
            connection.execute(statement)
        return frozenset(connection.execute("SELECT type, name, sql FROM sqlite_master").fetchall())
