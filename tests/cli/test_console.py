"""What a command prints, whatever it has to tell."""

from __future__ import annotations

import json

from digest.cli.console import Terminal


def test_json_drives_no_terminal_and_is_always_utf_8(capsys) -> None:
    """Controls, directions and half surrogates are written as escapes; other letters as they are."""
    value = {"title": "茶 \x9b31m \x1b[2J \x7f \u202e \u2066 \u2028 \ud800", "é": ["\x80"]}
    Terminal(json=True).emit(value)
    said = capsys.readouterr().out
    assert json.loads(said) == value
    assert said.replace("\n", "").isprintable()
    assert "茶" in said
    said.encode()
