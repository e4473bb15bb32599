"""The commands of `digest`: Typer reads them, Rich writes them."""

from __future__ import annotations

import sys
from typing import Final

from digest.cli import making, reading, record, settings, starting
from digest.cli.app import app

__all__ = ["app", "main", "making", "reading", "record", "settings", "starting"]

_ORDER: Final = ("init", "new", "import", "collect", "build", "publish", "preview", "test", "run")
app.registered_commands.sort(key=lambda each: _ORDER.index(each.name or ""))


def main() -> None:
    """Run the command line: what the `digest` script calls."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a terminal that cannot show CJK gets its escapes
    app()
