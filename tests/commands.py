"""The commands in the process of the tests, which Typer makes of our functions once and not at each call."""

from __future__ import annotations

import functools

import typer.testing
from typer.testing import CliRunner, Result

from digest.cli.commands import app

typer.testing._get_command = functools.cache(typer.testing._get_command)  # 35 ms for our fifty


def invoke(*words: object, answers: str | None = None) -> Result:
    """What a command says and how it ends; `answers` is what it finds on stdin."""
    return CliRunner().invoke(app, [str(word) for word in words], input=answers)
