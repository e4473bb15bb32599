"""Commands run in this process, with what they say and how they end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from digest.cli.commands import app

NOW = "2026-01-26T09:00:00+08:00"
Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the desk's colours nor its servers reach a test."""
    for name in ("NO_COLOR", "FORCE_COLOR", "DIGEST_SMTP_HOST", "DIGEST_DATABASE_URL", "DIGEST_SECRET"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "120")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run a command in an empty folder: run("collect", "-C", site)."""
    monkeypatch.chdir(tmp_path)

    def command(*words: object, answers: str | None = None) -> Result:
        return CliRunner().invoke(app, [str(word) for word in words], input=answers)

    return command


@pytest.fixture
def now() -> str:
    """A Monday on which the scratch site has something new."""
    return NOW
