"""What a command says: words for people on a terminal or a pipe, one JSON object for programs."""

from __future__ import annotations

import json
import os
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from digest.cli.show import printable

_PATIENCE: Final = 1.0  # seconds after which a progress bar comes
# What JSON may hold as it is, but terminals obey or no UTF-8 holds: DEL, C1, directions, half surrogates.
_UNSEEN: Final = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_PIPE_WIDTH: Final = 160  # cells of a table in a pipe, where nobody has a window


@dataclass(slots=True, kw_only=True)
class Terminal:
    """Where a command's words go: answers on stdout, everything else on stderr.

    With `json` there is exactly one object on stdout. `quiet` keeps to answers, errors and questions;
    `verbose` tells more, and shows where a fault of ours happened.
    """

    json: bool = False
    quiet: bool = False
    verbose: bool = False
    colour: bool = True
    started: float = field(default_factory=time.monotonic)
    emitted: bool = False

    @property
    def out(self) -> Console:
        """The console of answers."""
        return self._console(sys.stdout)

    @property
    def err(self) -> Console:
        """The console of findings, progress and questions."""
        return self._console(sys.stderr)

    def _console(self, file: IO[str]) -> Console:
        colourless = not self.colour or bool(os.environ.get("NO_COLOR"))
        width = None if file.isatty() else _PIPE_WIDTH
        return Console(
            file=file,
            highlight=False,
            markup=False,
            emoji=False,
            soft_wrap=True,
            width=width,
            color_system=None if colourless else "auto",
        )

    @property
    def interactive(self) -> bool:
        """Whether somebody can be asked."""
        return not self.json and sys.stdin.isatty() and sys.stderr.isatty()

    @property
    def seconds(self) -> float:
        """How long the command has been running."""
        return time.monotonic() - self.started

    def say(self, *lines: str | Text) -> None:
        """Tell an answer's lines on stdout; nothing with --json."""
        if not self.json:
            for line in lines:
                self.out.print(printable(line) if isinstance(line, str) else line)

    def note(self, *lines: str | Text) -> None:
        """Tell something on stderr; nothing with --json or --quiet."""
        if not self.json and not self.quiet:
            for line in lines:
                self.err.print(printable(line) if isinstance(line, str) else line)

    def error(self, line: str | Text) -> None:
        """Tell an error on stderr, to the quiet too; programs read it in the object."""
        if not self.json:
            self.err.print(printable(line) if isinstance(line, str) else line)

    def table(
        self, headings: tuple[str, ...], rows: Sequence[tuple[str, ...]], right: tuple[int, ...] = ()
    ) -> None:
        """Show a table on stdout; columns align by cells, so that CJK does not push them."""
        if self.json or not rows:
            return
        table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
        for index, heading in enumerate(headings):
            table.add_column(heading, justify="right" if index in right else "left", overflow="fold")
        for row in rows:
            table.add_row(*(Text(printable(cell)) for cell in row))
        self.out.print(table, soft_wrap=False)

    def facts(self, rows: Sequence[tuple[str, str | Text]], indent: int = 0) -> None:
        """Show facts on stdout: what each is about, and beside it its words, folded to the window."""
        if self.json or not rows:
            return
        table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
        table.add_column(no_wrap=True, style="dim")
        table.add_column(overflow="fold")
        for name, said in rows:
            table.add_row(f"{' ' * indent}{name}", Text(printable(said)) if isinstance(said, str) else said)
        self.out.print(table, soft_wrap=False)

    def emit(self, value: Mapping[str, Any]) -> None:
        """Print the command's one JSON object; nothing without --json."""
        if self.json and not self.emitted:
            self.emitted = True
            text = json.dumps(value, ensure_ascii=False, indent=1)
            sys.stdout.write(_UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n")
            sys.stdout.flush()

    def confirm(self, question: str) -> bool:
        """Ask yes or no on the terminal; no is the answer of one who presses Enter, or Ctrl-D."""
        from rich.prompt import Confirm

        try:
            return Confirm.ask(Text(question), console=self.err, default=False)
        except EOFError:
            self.err.print()
            return False

    def ask(self, question: str, default: str) -> str:
        """Ask for a line on the terminal; Ctrl-D stops the command as Ctrl-C does."""
        from rich.prompt import Prompt

        try:
            return Prompt.ask(Text(question), console=self.err, default=default)
        except EOFError:
            raise KeyboardInterrupt from None

    @contextmanager
    def progress(self, label: str) -> Iterator[Callable[[str], None]]:
        """Show a bar on stderr once the work has taken a second; the yielded function is told each step.

        Nothing is shown in a pipe, with --json or with --quiet.
        """
        if self.json or self.quiet or not self.err.is_terminal:
            yield lambda _: None
            return
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[step]}"),
            TimeElapsedColumn(),
            console=self.err,
            transient=True,
        )
        task = bar.add_task(label, total=None, step="")
        alarm = threading.Timer(_PATIENCE, bar.start)
        alarm.daemon = True
        alarm.start()
        try:
            yield lambda step: bar.update(task, step=printable(step)[-48:])
        finally:
            alarm.cancel()
            alarm.join()
            bar.stop()
