"""The commands of `digest`: Typer reads them, Rich writes them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import takewhile
from typing import Any, Final, NoReturn

from typer.exceptions import TyperException
from typer.main import get_command

from digest import __version__
from digest.cli import (
    approving,
    bouncing,
    collecting,
    correcting,
    differing,
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
from digest.cli.app import app
from digest.cli.console import Terminal

__all__ = [
    "app",
    "approving",
    "bouncing",
    "collecting",
    "correcting",
    "differing",
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
    *("correct", "retract", "serve", "run"),
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
    sys.exit(_one_object(words, said) if "--json" in said else app(words))


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
        sentence, context = error.format_message(), getattr(error, "ctx", None)
        path = context.command_path if context else "digest"
        told = {"sentence": sentence, "subject": "", "hint": f"see {path} -h", "code": error.exit_code}
        terminal.emit({"error": told, "problems": []})
        return error.exit_code
