"""`.digest/index.db`: what every file of the sources held when it was last read. A cache, nothing else."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import msgspec

from digest.collect.jobs import Light, Pictures, Reading
from digest.collect.packing import pack, unpack, unpack_entry, unpack_problems
from digest.model import Entry, Problem

FOLDER: Final = ".digest"
NAME: Final = "index.db"
PATIENCE: Final = 5.0
"""Seconds to wait for another process that writes; then we work without the index."""

_TABLES: Final = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE folders (path BLOB PRIMARY KEY, listing BLOB NOT NULL);
CREATE TABLE files (
    id INTEGER PRIMARY KEY, path BLOB NOT NULL UNIQUE, key TEXT NOT NULL, light BLOB NOT NULL
);
CREATE INDEX files_by_key ON files (key);
CREATE TABLE entries (id INTEGER PRIMARY KEY, entry BLOB NOT NULL);
CREATE TABLE problems (id INTEGER PRIMARY KEY, problems BLOB NOT NULL);
CREATE TABLE pictures (id INTEGER PRIMARY KEY, pictures BLOB NOT NULL);
"""
_PUT: Final = {
    "entry": "INSERT INTO entries VALUES (?, ?)",
    "problems": "INSERT INTO problems VALUES (?, ?)",
    "pictures": "INSERT INTO pictures VALUES (?, ?)",
}
"""Parts of a reading, and where they go."""
_FORGET: Final = (
    "DELETE FROM files WHERE id = ?",
    "DELETE FROM entries WHERE id = ?",
    "DELETE FROM problems WHERE id = ?",
    "DELETE FROM pictures WHERE id = ?",
)
_SETTINGS: Final = ("cache_size = -16000", "synchronous = NORMAL", "temp_store = FILE")
_lights: Final = msgspec.msgpack.Decoder(Light)
_pictures: Final = msgspec.msgpack.Decoder(Pictures)
_bytes: Final = msgspec.msgpack.Decoder(bytes)


class Index:
    """The tables, on disk or, where that cannot be, in a file without a name that ends with us."""

    def __init__(self, connection: sqlite3.Connection, patience: float) -> None:
        self._connection = connection
        self._patience = patience

    @classmethod
    def open(cls, root: Path, patience: float = PATIENCE) -> Index:
        """The index of a site, made where there is none. Raises OSError or sqlite3.Error."""
        folder = root / FOLDER
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
        except sqlite3.Error:
            connection.close()
            raise
        return cls(connection, patience)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

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
        self._run("COMMIT")

    def _end(self) -> None:
        if self._connection.in_transaction:
            self._run("ROLLBACK")

    def is_made_by(self, signature: bytes) -> bool:
        """Whether the tables are there, and by this signature."""
        (tables,) = self._run("SELECT count(*) FROM sqlite_master WHERE name = 'meta'").fetchone()
        return bool(tables) and self.told("signature") == pack(signature)

    def clear(self, signature: bytes) -> None:
        """Make the tables anew, empty; within a write."""
        rows = self._run("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (name,) in rows:
            self._run(f'DROP TABLE "{name}"')
        for statement in _TABLES.split(";"):
            self._run(statement)
        self.tell("signature", pack(signature))

    def share(self) -> None:
        """Let others read while one writes (a write-ahead log); left as it is where others are at it."""
        self._end()
        self._run("PRAGMA busy_timeout = 0")
        with suppress(sqlite3.OperationalError):
            self._run("PRAGMA journal_mode = WAL")
        self._run(f"PRAGMA busy_timeout = {int(self._patience * 1000)}")

    def told(self, name: str) -> bytes:
        """What was noted under a name; nothing if nothing was."""
        row = self._run("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return bytes(row[0]) if row else b""

    def tell(self, name: str, value: bytes) -> None:
        """Note something under a name."""
        self._run("REPLACE INTO meta VALUES (?, ?)", (name, value))

    def folders(self) -> dict[bytes, bytes]:
        """The listing of each folder when it was last read."""
        rows = self._run("SELECT path, listing FROM folders")
        return {path: unpack(listing, _bytes) for path, listing in rows}

    def set_folders(self, listings: Mapping[bytes, bytes]) -> None:
        """Note listings; an empty one is forgotten."""
        self._run_all("DELETE FROM folders WHERE path = ?", ((path,) for path in listings))
        rows = ((path, pack(listing)) for path, listing in listings.items() if listing)
        self._run_all("INSERT INTO folders VALUES (?, ?)", rows)

    def known(self, paths: Iterable[bytes]) -> dict[bytes, bytes]:
        """The hash of each of these files that is known."""
        query = "SELECT light FROM files WHERE path = ?"
        rows = ((path, self._run(query, (path,)).fetchone()) for path in paths)
        return {path: unpack(row[0], _lights).hash for path, row in rows if row}

    def put(self, readings: Sequence[Reading]) -> None:
        """Note what came of files that are not known, or forgotten."""
        (last,) = self._run("SELECT coalesce(max(id), 0) FROM files").fetchone()
        rows = list(enumerate(readings, last + 1))
        files = [(number, each.path, each.key, each.light) for number, each in rows]
        self._run_all("INSERT INTO files VALUES (?, ?, ?, ?)", files)
        for name, query in _PUT.items():
            told = [(number, data) for number, each in rows if (data := getattr(each, name))]
            self._run_all(query, told)

    def forget(self, paths: Iterable[bytes]) -> None:
        """Forget files."""
        for path in paths:
            row = self._run("SELECT id FROM files WHERE path = ?", (path,)).fetchone()
            for query in _FORGET if row else ():
                self._run(query, row)

    def lights(self) -> list[tuple[int, Light]]:
        """The little of every file, by its number; all are checked before the first is given."""
        rows = self._run("SELECT id, light FROM files")
        return [(number, unpack(light, _lights)) for number, light in rows]

    def paths(self) -> Iterator[tuple[int, bytes]]:
        """The path of every file, by its number."""
        yield from self._run("SELECT id, path FROM files")

    def pictures(self) -> Iterator[tuple[bytes, str, Pictures]]:
        """Path, and path in print, of each file with local images, and those."""
        rows = self._run("SELECT path, light, pictures FROM pictures JOIN files USING (id)")
        for path, light, pictures in rows:
            yield path, unpack(light, _lights).path, unpack(pictures, _pictures)

    def problems(self) -> Iterator[Problem]:
        """The findings in all files."""
        for (problems,) in self._run("SELECT problems FROM problems"):
            yield from unpack_problems(problems)

    def entries(self) -> Iterator[tuple[int, Entry]]:
        """All entries by their files' numbers."""
        for number, entry in self._run("SELECT id, entry FROM entries"):
            yield number, unpack_entry(entry)

    def entries_of(self, numbers: Iterable[int]) -> Iterator[tuple[int, Entry]]:
        """The entries of files by their numbers."""
        for number in numbers:
            row = self._run("SELECT entry FROM entries WHERE id = ?", (number,)).fetchone()
            if row:
                yield number, unpack_entry(row[0])

    def numbers(self, keys: Collection[str]) -> list[int]:
        """The files whose entries have these keys."""
        query = "SELECT id FROM files WHERE key = ?"
        return [number for key in sorted(keys) for (number,) in self._run(query, (key,))]

    def _run(self, query: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        return self._connection.execute(query, values)

    def _run_all(self, query: str, rows: Iterable[Sequence[Any]]) -> None:
        self._connection.executemany(query, rows)
