"""The editor of whoever sits at the terminal: $VISUAL or $EDITOR, opened on a file."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Final

from digest.errors import DigestError, UsageError

_USUAL: Final = ("nano", "vi", "notepad")


def editor() -> list[str]:
    """The words that start the editor. Raises UsageError where there is none."""
    named = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    try:
        words = shlex.split(named)
    except ValueError as error:
        raise UsageError(f"cannot read $VISUAL or $EDITOR: {error}", hint="export EDITOR=nano") from None
    words = words or [each for each in _USUAL if shutil.which(each)][:1]
    if not words:
        raise UsageError("there is no editor", hint="name one: export EDITOR=nano")
    return words


def open_editor(path: Path) -> None:
    """Open a file in the editor, and wait until that is closed.

    Raises:
        UsageError: there is no editor.
        DigestError: it cannot be started, or failed.
    """
    words = editor()
    try:
        done = subprocess.run([*words, str(path)], check=False)
    except OSError as error:
        raise UsageError(
            f"the editor {words[0]} cannot be started: {error.strerror or error}",
            hint="name another one in $VISUAL or $EDITOR",
        ) from None
    if done.returncode:
        raise DigestError(
            f"the editor {words[0]} ended with {done.returncode}",
            subject=str(path),
            hint="what it saved is kept; open it again",
        )
