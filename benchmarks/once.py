"""One fresh process: import, make an issue cold and warm; prints one line of JSON (milliseconds)."""

from __future__ import annotations

import json
import statistics
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any


def main(folder: Path, rounds: int, mjml: Path) -> dict[str, Any]:
    """Measure; the MJML that the issue's mail is compiled from is left in a file."""
    begun = time.perf_counter()
    from mjml import mjml2html
    from site_maker import NOW

    import digest.render.email as mail
    from digest import press
    from digest.compose import compose
    from digest.model import Ledger
    from digest.render import render
    from digest.render.address import entry_url

    site = press.Site.load(folder)
    imported = time.perf_counter()
    entries = press.read(site, NOW).entries
    (edition,) = site.config.editions
    compiled = mail.compiled

    def make(change: int = 0) -> int:
        """Each change gives one entry another title, as an editor does, so that no whole result is kept."""
        changed = (replace(entries[0], title=f"Change {change}"), *entries[1:])
        issue = compose(
            edition, site.config, changed, Ledger(), now=NOW, url=lambda entry: entry_url(entry, site.config)
        )
        assert issue is not None
        return sum(len(each.text) for each in render(issue, site.theme(edition), site.config))

    def timed(change: int) -> float:
        start = time.perf_counter()
        make(change)
        return 1000 * (time.perf_counter() - start)

    cold = timed(0)
    warm = statistics.median(timed(1 + each) for each in range(rounds))
    sources: list[str] = []
    mail.compiled = lambda source: sources.append(source) or compiled(source)  # type: ignore[func-returns-value]
    make()
    mjml.write_text(sources[0], encoding="utf-8")

    def compiling() -> float:
        start = time.perf_counter()
        mjml2html(sources[0], fonts={})
        return 1000 * (time.perf_counter() - start)

    return {
        "import": 1000 * (imported - begun),
        "cold": cold,
        "warm": warm,
        "compile": statistics.median(compiling() for _ in range(rounds)),
    }


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))))
