"""One measurement of collecting.py in a process of its own: `collecting_once.py collect|plain SITE`."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path


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


def main() -> None:
    """Measure, and tell as JSON; modules are imported before the clock starts."""
    import frontmatter  # noqa: F401

    import digest.collect.survey
    import digest.config  # noqa: F401

    what, site = sys.argv[1], Path(sys.argv[2])
    start = time.perf_counter()
    (plain if what == "plain" else collect)(site)
    seconds = time.perf_counter() - start
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"seconds": seconds, "megabytes": own / 1024}))


if __name__ == "__main__":
    main()
