"""The command line's frame: options that every command takes, before or after its name, and how it ends."""

from __future__ import annotations

import functools
import inspect
import os
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, get_type_hints

import typer

from digest import __version__
from digest.cli import Terminated
from digest.cli.console import Terminal
from digest.cli.show import count, errors, in_order, problem_json, problem_text
from digest.errors import DigestError, ProblemError

if TYPE_CHECKING:
    from digest.press import Site

REPORT: Final = "Please report it, with what you did and the lines that -v shows."


def _version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"digest {__version__}\n")
        raise typer.Exit


_PANEL: Final = "Global options"
SiteFolder = Annotated[
    Path | None,
    typer.Option(
        "--site", "-C", metavar="DIR", help="The site's folder; here when absent.", rich_help_panel=_PANEL
    ),
]
ConfigFile = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="Another config.toml.", rich_help_panel=_PANEL),
]
Json = Annotated[
    bool, typer.Option("--json", help="Print one JSON object and nothing else.", rich_help_panel=_PANEL)
]
Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="Only answers and errors.", rich_help_panel=_PANEL)
]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Tell more.", rich_help_panel=_PANEL)]
NoColor = Annotated[
    bool, typer.Option("--no-color", help="No colours; NO_COLOR does the same.", rich_help_panel=_PANEL)
]
Version = Annotated[
    bool,
    typer.Option(
        "--version",
        callback=_version,
        is_eager=True,
        expose_value=False,
        help="Tell the version.",
        rich_help_panel=_PANEL,
    ),
]
SHARED: Final[dict[str, tuple[Any, Any]]] = {
    "site_folder": (SiteFolder, None),
    "config_file": (ConfigFile, None),
    "as_json": (Json, False),
    "quiet": (Quiet, False),
    "verbose": (Verbose, False),
    "no_color": (NoColor, False),
    "version": (Version, False),
}
"""The options that stand before or after a command's name: parameter, its type and default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where a command works and speaks: what the global options said."""

    folder: Path
    config_file: Path | None
    terminal: Terminal

    def site(self) -> Site:
        """The site with its config. Raises ConfigError."""
        from digest.press import Site

        return Site.load(self.folder, self.config_file)


app = typer.Typer(
    name="digest",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    help="A newsletter press: dated articles and profiles become sealed issues by mail, web and feed.",
)


def _takes_shared(function: Callable[..., None], own: list[inspect.Parameter]) -> None:
    """Give a function the signature that Typer reads: its own parameters, then the shared ones."""
    context = inspect.Parameter("ctx", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)
    shared = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=kind, default=default)
        for name, (kind, default) in SHARED.items()
    ]
    parameters = [context, *(each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in own), *shared]
    function.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined] # what inspect looks at first
    function.__annotations__ = {each.name: each.annotation for each in parameters}


def _said_before(ctx: typer.Context, **said: Any) -> None:
    root = ctx.find_root()
    root.obj = {key: value or (root.obj or {}).get(key) for key, value in said.items()}


_takes_shared(_said_before, [])
app.callback()(_said_before)


def group(name: str, about: str) -> typer.Typer:
    """A group of commands, such as `archive`; global options may stand after its name, too."""
    made = typer.Typer(no_args_is_help=True, help=about)
    made.callback()(_said_before)
    app.add_typer(made, name=name)
    return made


def command(
    group: typer.Typer, name: str
) -> Callable[[Callable[..., int | None]], Callable[..., int | None]]:
    """Make a function a command: it gets a Desk first, and its return value is the exit code (0 when None).

    Every end of a command is here: errors in the house's form, Ctrl-C, a closed pipe, and faults of ours.
    """

    def register(function: Callable[..., int | None]) -> Callable[..., int | None]:
        @functools.wraps(function)
        def run(ctx: typer.Context, **values: Any) -> None:
            before = ctx.find_root().obj or {}
            said = {key: values.pop(key, None) or before.get(key) for key in SHARED}
            raise typer.Exit(_ended(_desk(said), lambda desk: function(desk, **values)))

        hints = get_type_hints(function, include_extras=True)
        own = list(inspect.signature(function).parameters.values())[1:]
        del run.__wrapped__  # Typer would read the signature of the function that it wraps
        _takes_shared(run, [each.replace(annotation=hints[each.name]) for each in own])
        group.command(name)(run)
        return function

    return register


def _desk(said: dict[str, Any]) -> Desk:
    terminal = Terminal(
        json=bool(said["as_json"]),
        quiet=bool(said["quiet"]),
        verbose=bool(said["verbose"]),
        colour=not said["no_color"],
    )
    return Desk(
        folder=said["site_folder"] or Path(),
        config_file=said["config_file"],
        terminal=terminal,
    )


def _ended(desk: Desk, work: Callable[[Desk], int | None]) -> int:
    """Do the work and turn every end of it into an exit code; only Typer's own exits pass."""
    terminal = desk.terminal
    try:
        code = work(desk) or 0
        sys.stdout.flush()
    except DigestError as error:
        return failed(terminal, error)
    except KeyboardInterrupt as stop:
        return _stopped(terminal, 143 if isinstance(stop, Terminated) else 130)
    except BrokenPipeError:
        # Who read us has gone; let the interpreter flush into nothing when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except (typer.Exit, typer.Abort, typer.BadParameter):
        raise
    except OSError as error:
        return failed(terminal, _disk(error))
    except Exception as error:
        return _fault(terminal, error)
    return code


def _stopped(terminal: Terminal, code: int) -> int:
    sentence = "Stopped. Nothing half-written stays."
    terminal.error(f"\n{sentence}")
    terminal.emit({"error": {"sentence": sentence, "subject": "", "hint": "", "code": code}, "problems": []})
    return code


def _disk(error: OSError) -> DigestError:
    return DigestError(
        f"the system refused: {error.strerror or error}",
        subject=str(error.filename or ""),
        hint="check the path, its owner and mode, and the room on the disk",
    )


def failed(terminal: Terminal, error: DigestError) -> int:
    """Tell why a command failed, in the house's form; returns the exit code."""
    problems = list(error.problems) if isinstance(error, ProblemError) else []
    for problem in in_order(problems):
        terminal.error(problem_text(problem, around=terminal.verbose))
    if not problems:
        terminal.error(f"error  {error.sentence}")
        if error.subject:
            terminal.error(f"  {error.subject}")
        if error.hint:
            terminal.error(f"  hint  {error.hint}")
    elif len(problems) > 1:
        terminal.error(f"{count(errors(problems), 'error')}. Nothing was done.")
    told = {"sentence": error.sentence, "subject": error.subject, "hint": error.hint, "code": error.code}
    terminal.emit({"error": told, "problems": [problem_json(each) for each in problems]})
    return error.code


def _fault(terminal: Terminal, error: Exception) -> int:
    sentence = f"digest itself failed: {type(error).__name__}: {error}"
    terminal.error(f"error  {sentence}")
    terminal.error(f"  hint  {REPORT}")
    if terminal.verbose:
        traceback.print_exception(error, file=sys.stderr)
    terminal.emit({"error": {"sentence": sentence, "subject": "", "hint": REPORT, "code": 1}, "problems": []})
    return 1
