"""The command line: `main` is what the `digest` script calls."""

from __future__ import annotations

import os
import signal
import sys
import threading
from types import FrameType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

_AGAIN: Final = 0.02  # seconds after which an order to stop that was lost is given once more


class Terminated(KeyboardInterrupt):
    """SIGTERM, which ends a command as Ctrl-C does: what it was writing is cleared away."""


def main() -> None:
    """Run the command line; an order to stop leaves no traceback, even while it is being loaded."""
    signal.signal(signal.SIGTERM, _terminated)
    sys.unraisablehook = _unraisable
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


def _unraisable(dropped: UnraisableHookArgs) -> None:
    """Give an order to stop once more that Python dropped.

    What is raised while an object is cleared away, such as a lock of an import, goes no further (Python's
    `sys.unraisablehook`): Ctrl-C in that moment would stop nothing.
    """
    if not issubclass(dropped.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(dropped)
        return
    order = signal.SIGTERM if issubclass(dropped.exc_type, Terminated) else signal.SIGINT
    again = threading.Timer(_AGAIN, os.kill, (os.getpid(), order))
    again.daemon = True
    again.start()
