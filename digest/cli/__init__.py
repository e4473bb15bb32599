"""The command line: `main` is what the `digest` script calls."""

from __future__ import annotations

import signal
import sys
from types import FrameType


class Terminated(KeyboardInterrupt):
    """SIGTERM, which ends a command as Ctrl-C does: what it was writing is cleared away."""


def main() -> None:
    """Run the command line; an order to stop leaves no traceback, even while it is being loaded."""
    signal.signal(signal.SIGTERM, _terminated)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a terminal that cannot show CJK gets its escapes
    try:
        from digest.cli.commands import run

        run(sys.argv[1:])
    except KeyboardInterrupt as stop:
        sys.exit(143 if isinstance(stop, Terminated) else 130)


def _terminated(_: int, __: FrameType | None) -> None:
    raise Terminated
