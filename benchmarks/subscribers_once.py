"""One measurement of subscribers.py in a process of its own: `subscribers_once.py import|plain SITE`."""

from __future__ import annotations

import csv
import json
import resource
import sqlite3
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path


def plain(site: Path) -> int:
    """What a script would do: each row validated and inserted, all in one transaction."""
    from email_validator import EmailNotValidError, validate_email

    refused = 0
    with closing(sqlite3.connect(site / "var" / "plain.db", isolation_level=None)) as database:
        for each in ("journal_mode=WAL", "synchronous=FULL"):
            database.execute(f"PRAGMA {each}")
        database.execute(
            "CREATE TABLE subscribers"
            " (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT, at TEXT)"
        )
        at = datetime.now(UTC).isoformat()
        database.execute("BEGIN")
        with (site / "list.csv").open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file)
            next(reader)
            for email, name in reader:
                try:
                    found = validate_email(email, check_deliverability=False)
                except EmailNotValidError:
                    refused += 1
                    continue
                database.execute(
                    "INSERT OR IGNORE INTO subscribers (email, name, at) VALUES (?, ?, ?)",
                    (found.normalized, name, at),
                )
        database.execute("COMMIT")
    return refused


def ours(site: Path) -> int:
    """`digest subscribers import list.csv`."""
    from digest.press import Site
    from digest.press.list_importing import Orders, import_list

    loaded = Site.load(site)
    return len(import_list(loaded, site / "list.csv", Orders(), datetime.now(UTC)).refused)


def main() -> None:
    """Do it once, and print seconds, the most memory, and how many rows were refused."""
    what, site = sys.argv[1], Path(sys.argv[2])
    start = time.perf_counter()
    refused = plain(site) if what == "plain" else ours(site)
    seconds = time.perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = {"seconds": seconds, "cpu": time.process_time(), "megabytes": memory, "refused": refused}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
