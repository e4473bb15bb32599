"""Hold coverage to its gates: every line of the pure floors, nine in ten of the rest."""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path
from typing import Any, Final

PURE: Final = (
    "digest/model/",
    "digest/errors.py",
    "digest/config/",
    "digest/text/",
    "digest/collect/",
    "digest/compose/",
    "digest/render/",
)
EDGES: Final = tuple(
    f"digest/{each}"
    for each in tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["tool"]["digest"]["edges"]
)
"""Modules on a pure floor that touch the world."""
PROCESSES: Final = ("digest/collect/worker.py",)
"""What runs in processes of their own, where nobody counts lines."""
PURE_PERCENT: Final = 100.0
REST_PERCENT: Final = 90.0


def is_pure(path: str) -> bool:
    """Whether a module is on a pure floor."""
    return path.startswith(PURE) and path not in EDGES + PROCESSES


def faults(files: dict[str, Any]) -> list[str]:
    """What keeps the gates shut, a line each."""
    found = [
        f"{path}: {data['summary']['percent_covered']:.1f} %, lines {_runs(data['missing_lines'])}"
        for path, data in sorted(files.items())
        if is_pure(path) and data["missing_lines"]
    ]
    rest = [data["summary"] for path, data in files.items() if not is_pure(path)]
    lines = sum(each["num_statements"] for each in rest)
    covered = sum(each["covered_lines"] for each in rest)
    percent = 100 * covered / lines if lines else 100.0
    print(f"coverage: {PURE_PERCENT:.0f} % of the pure floors wanted, {percent:.1f} % of the rest is covered")
    if percent < REST_PERCENT:
        found.append(f"the rest: {percent:.1f} % is under {REST_PERCENT:.0f} %")
        worst = sorted(
            ((data["summary"]["percent_covered"], path) for path, data in files.items() if not is_pure(path))
        )
        found += [f"  {path}: {each:.1f} %" for each, path in worst[:8]]
    return found


def _runs(lines: list[int]) -> str:
    """Line numbers as one says them: 3, 7-9."""
    runs: list[list[int]] = []
    for line in lines:
        if runs and line == runs[-1][1] + 1:
            runs[-1][1] = line
        else:
            runs.append([line, line])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)


def main(report: str) -> int:
    """Print the faults of a `coverage json` report; 1 where there are any."""
    files = json.loads(Path(report).read_text(encoding="utf-8"))["files"]
    found = faults({Path(path).as_posix(): data for path, data in files.items()})
    for each in found:
        print(f"  {each}", file=sys.stderr)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
