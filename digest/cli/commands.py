"""The commands of `digest`: Typer reads them, Rich writes them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import takewhile
from typing import Any, Final, NoReturn

from typer.exceptions import Abort, TyperException
from typer.main import get_command

from digest import __version__
from digest.cli import (
    approving,
    bouncing,
    collecting,
    correcting,
    differing,
    doctoring,
    editing,
    explaining,
    feed_exchange,
    feed_list,
    feeds,
    making,
    reading,
    record,
    reporting,
    sending,
    serving,
    settings,
    standing,
    starting,
    subscribers,
    subscribers_export,
    subscribers_import,
)
from digest.cli.app import app, failed
from digest.cli.console import Terminal
from digest.errors import UsageError

__all__ = [
    "app",
    "approving",
    "bouncing",
    "collecting",
    "correcting",
    "differing",
    "doctoring",
    "editing",
    "explaining",
    "feed_exchange",
    "feed_list",
    "feeds",
    "making",
    "reading",
    "record",
    "reporting",
    "run",
    "sending",
    "serving",
    "settings",
    "standing",
    "starting",
    "subscribers",
    "subscribers_export",
    "subscribers_import",
]

_ORDER: Final = (
    *("init", "new", "import", "collect", "build", "edit", "diff", "why", "status"),
    *("approve", "hold", "skip", "publish", "preview", "test", "send", "outbox", "report"),
    *("correct", "retract", "serve", "run", "doctor"),
)
app.registered_commands.sort(key=lambda each: _ORDER.index(each.name or ""))
_BOUNCES: Final = ("import", "poll", "listen", "resume")
bouncing.bounces.registered_commands.sort(key=lambda each: _BOUNCES.index(each.name or ""))
_FEEDS: Final = ("add", "list", "remove", "import", "export")
feeds.feeds.registered_commands.sort(key=lambda each: _FEEDS.index(each.name or ""))
_PEOPLE: Final = ("add", "import", "export", "erase", "list", "show")
subscribers.subscribers.registered_commands.sort(key=lambda each: _PEOPLE.index(each.name or ""))


def run(words: Sequence[str]) -> NoReturn:
    """Run the command that stands in the words, and end the process with its exit code."""
    said = list(takewhile(lambda word: word != "--", words))
    sys.exit(_one_object(words, said) if "--json" in said else _in_words(words))


def _in_words(words: Sequence[str]) -> int:
    """A command for people: what Typer would put into a box is said as every other error is."""
    try:
        return get_command(app)(words, standalone_mode=False) or 0
    except Abort:
        return 1
    except TyperException as error:
        if error.format_message().strip():  # of a group that stands alone it is the help, which Rich has told
            path = _path(error)
            failed(
                Terminal(), UsageError(_plain(error), subject=path, hint=f"`{path} -h` tells how it is used")
            )
        return error.exit_code


def _path(error: TyperException) -> str:
    context = getattr(error, "ctx", None)
    return context.command_path if context else "digest"


def _plain(error: TyperException) -> str:
    """Typer's sentence without what pydantic puts before its own."""
    return error.format_message().replace("Value error, ", "").rstrip(".")


def _silenced() -> Any:
    """The commands, without groups that print their help when they stand alone."""
    root: Any = get_command(app)
    for each in (root, *getattr(root, "commands", {}).values()):
        each.no_args_is_help = False
    return root


def _one_object(words: Sequence[str], said: Sequence[str]) -> int:
    """A command for a program: what Typer would say in words of its own is an object, too."""
    terminal = Terminal(json=True)
    if "--version" in said:
        terminal.emit({"version": __version__})
        return 0
    try:
        return _silenced()(words, standalone_mode=False) or 0
    except TyperException as error:
        path = _path(error)
        hint = f"`{path} -h` tells how it is used"
        told = {"sentence": _plain(error), "subject": path, "hint": hint, "code": error.exit_code}
        terminal.emit({"error": told, "problems": []})
        return error.exit_code
