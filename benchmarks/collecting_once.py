"""One measurement of collecting.py in a process of its own: `collecting_once.py collect|plain SITE`."""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread


def plain(site: Path) -> None:
    """What a script would do: load each file by python-frontmatter."""
    import frontmatter

    for path in sorted((site / "content").rglob("*.md")):
        frontmatter.load(path)


def collect(site: Path) -> None:
    """What `digest collect` does with folders."""
    from digest.collect.survey import survey
    from digest.config import load

    survey(load(site / "config.toml"), site)


class Watch:
    """Looks now and then how much memory our helper processes have taken at most (KiB, of all together).

    RUSAGE_CHILDREN would tell what we had ourselves when they were started: exec keeps that mark.
    """

    def __init__(self) -> None:
        self._most: dict[int, int] = {}
        self._is_over = Event()
        self._eye = Thread(target=self._look, daemon=True)
        self._eye.start()

    def most(self) -> int:
        """How much it was; ends the watch."""
        self._is_over.set()
        self._eye.join()
        return sum(self._most.values())

    def _look(self) -> None:
        own = os.getpid()
        while not self._is_over.wait(0.1):
            # A child is younger than we are: to look at every process would take the work's own time.
            names = os.listdir("/proc")  # noqa: PTH208 -- names alone
            for number in [int(name) for name in names if name.isdigit() and int(name) > own]:
                with suppress(OSError, KeyError):
                    status = Path(f"/proc/{number}/status").read_text()
                    told = dict(line.split(":", 1) for line in status.splitlines())
                    if int(told["PPid"]) == own:
                        self._most[number] = int(told["VmHWM"].split()[0])


def main() -> None:
    """Measure, and tell as JSON; modules are imported before the clock starts."""
    import frontmatter  # noqa: F401

    import digest.collect.survey
    import digest.config  # noqa: F401

    what, site = sys.argv[1], Path(sys.argv[2])
    helpers = Watch()
    start = time.perf_counter()
    (plain if what == "plain" else collect)(site)
    seconds = time.perf_counter() - start
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"seconds": seconds, "megabytes": (own + helpers.most()) / 1024}))


if __name__ == "__main__":
    main()
