"""`make bench`: collecting 10,000 files, cold and unchanged, beside Hugo and a loop of frontmatter.load.

`collecting.py 100000` does the same for more files; every measurement is of a fresh process.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import corpus
from bench import HERE, THREE_LANGUAGES, config_toml, met

ROUNDS: Final = 3
UNCHANGED_MS: Final = {10_000: 80.0, 100_000: 650.0}
MEMORY_MB: Final = 300.0
CONFIG: Final = config_toml("https://example.org", site=THREE_LANGUAGES, articles="content")
HUGO: Final = """\
baseURL = "https://example.org/"
title = "bench"
timeZone = "Asia/Taipei"
"""
LAYOUTS: Final = {
    "as themes have them": HERE / "hugo" / "layouts",
    "with next to none": {
        "list.html": "{{ range .Pages }}<a href='{{ .RelPermalink }}'>{{ .Title }}</a>\n{{ end }}",
        "single.html": "<h1>{{ .Title }}</h1><time>{{ .Date }}</time>{{ .Content }}",
    },
}
"""What Hugo's work is measured with: head, terms, related pages, paginated lists; and the least there is."""


def child(what: str, site: Path) -> dict[str, Any]:
    """One measurement in a fresh process: seconds of the work alone, and the most memory it took (MB).

    Its helpers' memory is looked at from here, now and then: what ran in the process itself would take its
    time, and RUSAGE_CHILDREN tells what a child had when it was started.
    """
    line = [sys.executable, str(HERE / "collecting_once.py"), what, str(site)]
    helpers: dict[int, int] = {}
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as running:
        while running.poll() is None:
            helpers.update(children(running.pid))
            time.sleep(0.1)
        told: dict[str, Any] = json.loads(running.communicate()[0])
    told["megabytes"] += sum(helpers.values()) / 1024
    return told


def children(parent: int) -> dict[int, int]:
    """The most memory (KiB) that each process which another one started has taken so far."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, KeyError):
            told = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
            if int(told["PPid"]) == parent:
                found[int(folder.name)] = int(told["VmHWM"].split()[0])
    return found


def median(what: str, site: Path, rounds: int = ROUNDS) -> float:
    """The median of so many fresh processes, in seconds."""
    return statistics.median(child(what, site)["seconds"] for _ in range(rounds))


def prepared(site: Path, files: int) -> None:
    """A folder that is a site to us and to Hugo."""
    corpus.make(site / "content", files)
    (site / "config.toml").write_text(CONFIG)
    (site / "hugo.toml").write_text(HUGO)


def hugo_build(site: Path, layouts: Path | dict[str, str]) -> float | None:
    """Seconds of a Hugo build into an empty folder, with these layouts; None where there is no hugo."""
    program = shutil.which("hugo")
    if not program:
        return None
    for folder in ("public", "layouts", "resources"):
        shutil.rmtree(site / folder, ignore_errors=True)
    if isinstance(layouts, Path):
        shutil.copytree(layouts, site / "layouts")
    else:
        (site / "layouts" / "_default").mkdir(parents=True)
        for name, text in layouts.items():
            (site / "layouts" / "_default" / name).write_text(text)
    start = time.perf_counter()
    line = [program, "--quiet", "--config", "hugo.toml", "-D", "-F"]
    subprocess.run(line, check=True, cwd=site, capture_output=True)
    return time.perf_counter() - start


def say(what: str, seconds: float, remark: str = "") -> None:
    """Print one measurement."""
    print(f"  {what:<52}{seconds * 1000:>10,.0f} ms  {remark}".rstrip())


def main() -> None:
    """Measure and print ratios of one run."""
    files = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as scratch:
        site = Path(scratch) / "site"
        prepared(site, files)
        print(f"collecting {files:,} files")
        plain = median("plain", site)
        say("a loop of frontmatter.load", plain, f"{files / plain:,.0f} files/s")
        cold = statistics.median(cold_once(site)["seconds"] for _ in range(ROUNDS))
        ratio = plain / cold
        say(
            "cold: read, understood, index written",
            cold,
            f"{ratio:.2f} × the loop (aim ≥ 1: {met(ratio >= 1)})",
        )
        told = [child("collect", site) for _ in range(ROUNDS + 2)]
        warm = statistics.median(each["seconds"] for each in told)
        aim = UNCHANGED_MS.get(files)
        said = f"aim ≤ {aim:.0f} ms: {met(warm * 1000 <= aim)}" if aim else ""
        say("nothing changed", warm, said)
        memory = max(each["megabytes"] for each in (*told, cold_once(site)))
        print(f"  {'most memory':<52}{memory:>10,.0f} MB  aim ≤ {MEMORY_MB:.0f}: {met(memory <= MEMORY_MB)}")
        for name, layouts in LAYOUTS.items():
            built = hugo_build(site, layouts)
            if built is None:
                print("  hugo is not here: no comparison with it")
                return
            say(f"hugo build, layouts {name}", built)
            print(f"  {'  ÷ cold':<52}{built / cold:>10,.1f} ×   aim ≥ 6: {met(built / cold >= 6)}")
            print(f"  {'  ÷ unchanged':<52}{built / warm:>10,.0f} ×   aim ≥ 150: {met(built / warm >= 150)}")


def cold_once(site: Path) -> dict[str, Any]:
    """Without an index."""
    shutil.rmtree(site / ".digest", ignore_errors=True)
    return child("collect", site)


if __name__ == "__main__":
    main()
