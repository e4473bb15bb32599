"""`make bench`: importing 200,000 subscribers, beside a plain loop of csv, email-validator and INSERT.

`subscribers.py 1000000` does the same for a million; every measurement is of a fresh process.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from bench import config_toml, measured, met

ROUNDS: Final = 3
RATIO: Final = 2.5
MEMORY_MB: Final = 200.0
CONFIG: Final = config_toml("https://example.org", articles="content")


def make(path: Path, rows: int) -> None:
    """Write a list as others have it: in no order, with names, some refused lines and other alphabets."""
    chance = random.Random(5)
    domains = [f"mail{each}.example.{tld}" for each in range(400) for tld in ("org", "com", "net")]
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("email,name\r\n")
        for number in range(rows):
            if number % 1000 == 7:
                file.write(f"nobody{number},No Address\r\n")
            elif number % 500 == 3:
                file.write(f"user{number}@例子{number % 90}.台灣,王小明\r\n")
            else:
                local = f"{chance.choice(WORDS)}.{chance.randrange(10**8)}"
                file.write(f"{local}@{chance.choice(domains)},{chance.choice(WORDS).title()} {number}\r\n")


WORDS: Final = ("ann", "bob", "cy", "dora", "emil", "flo", "gus", "hana", "ines", "jun", "kim", "liu", "mei")


def child(what: str, site: Path) -> dict[str, Any]:
    """One measurement in a fresh process and an empty database."""
    for each in ("digest.db", "digest.db-wal", "digest.db-shm", "plain.db", "plain.db-wal", "plain.db-shm"):
        (site / "var" / each).unlink(missing_ok=True)
    return measured("subscribers_once.py", what, site)


def say(what: str, told: list[dict[str, Any]], rows: int) -> float:
    """Print the median of some measurements; returns its seconds."""
    seconds = statistics.median(each["seconds"] for each in told)
    memory = max(each["megabytes"] for each in told)
    print(f"  {what:<52}{rows / seconds:>10,.0f} rows/s  {memory:,.0f} MB")
    return seconds


def main() -> None:
    """Measure, turn by turn, and print ratios of one run."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    rounds = ROUNDS if rows <= 200_000 else 1
    with tempfile.TemporaryDirectory() as scratch:
        site = Path(scratch)
        (site / "var").mkdir()
        (site / "config.toml").write_text(CONFIG)
        make(site / "list.csv", rows)
        print(f"importing {rows:,} subscribers")
        plain, ours = [], []
        for _ in range(rounds):
            plain.append(child("plain", site))
            ours.append(child("import", site))
        slow = say("a loop of csv, email-validator and INSERT", plain, rows)
        fast = say("digest subscribers import", ours, rows)
        say("the same again: nothing changes", [measured("subscribers_once.py", "import", site)], rows)
        print(f"  {'ratio':<52}{slow / fast:>10.2f} ×       aim ≥ {RATIO}: {met(slow / fast >= RATIO)}")
        memory = max(each["megabytes"] for each in ours)
        print(
            f"  {'most memory':<52}{memory:>10,.0f} MB      aim < {MEMORY_MB:.0f}: {met(memory < MEMORY_MB)}"
        )


if __name__ == "__main__":
    main()
