"""`make bench`: an issue of thirty entries, cold and warm, and beside npm mjml."""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from bench import met
from site_maker import make

HERE: Final = Path(__file__).resolve().parent
ENTRIES: Final = 30
PROCESSES: Final = 7
ROUNDS: Final = 40
AIMS: Final = {"cold": 60.0, "warm": 10.0}  # milliseconds


def once(folder: Path, mjml: Path, rounds: int = ROUNDS) -> dict[str, Any]:
    """The measurements of one fresh process."""
    line = [sys.executable, str(HERE / "once.py"), str(folder), str(rounds), str(mjml)]
    done = subprocess.run(line, check=True, capture_output=True, text=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def peer(mjml: Path) -> dict[str, float] | None:
    """npm mjml on the same layout; None where there is no node or npm."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    if not (HERE / "node_modules" / "mjml").is_dir():
        install = [npm, "install", "--silent", "--no-audit", "--no-fund", "--no-package-lock"]
        if subprocess.run(install, check=False, cwd=HERE).returncode:
            return None
    line = [node, str(HERE / "mjml.cjs"), str(mjml), str(ROUNDS)]
    told: dict[str, float] = json.loads(
        subprocess.run(line, check=True, capture_output=True, text=True).stdout
    )
    return told


def say(what: str, value: float, unit: str, remark: str = "") -> None:
    """Print one measurement."""
    print(f"  {what:<46}{value:>10,.1f} {unit:<10}{remark}".rstrip())


def verdict(name: str, value: float) -> str:
    """Whether an aim is met."""
    return f"aim ≤ {AIMS[name]:.0f} ms: {met(value <= AIMS[name])}"


def main() -> None:
    """Measure and print; medians, so that a busy machine shows less."""
    with tempfile.TemporaryDirectory() as scratch:
        mjml = Path(scratch) / "issue.mjml"
        small = make(Path(scratch) / "small", ENTRIES)
        runs = [once(small, mjml) for _ in range(PROCESSES)]
        told = {
            name: statistics.median(run[name] for run in runs)
            for name in ("import", "cold", "warm", "compile")
        }
        print(f"An issue of {ENTRIES} entries, composed and rendered; medians of {PROCESSES} processes")
        say("importing digest", told["import"], "ms")
        say("cold: the first issue of a process", told["cold"], "ms", verdict("cold", told["cold"]))
        say("warm: the next, one entry changed", told["warm"], "ms", verdict("warm", told["warm"]))
        print("Its mail's layout, compiled from MJML to HTML")
        say("mjml-python, warm", told["compile"], "ms")
        other = peer(mjml)
        if other:
            say("npm mjml, first", other["first"], "ms")
            say("npm mjml, warm", other["later"], "ms", f"{other['later'] / told['compile']:.0f} × ours")
        else:
            print("  npm mjml could not be installed; there is nothing to compare with")


if __name__ == "__main__":
    main()
