"""Commands run in this process, with what they say and how they end."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import pytest
from typer.testing import Result

from tests.commands import invoke
from tests.conftest import FILES

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

    return invoke


@pytest.fixture(scope="session")
def _first_issues(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Scratch sites with one sealed issue, by their readers' names: each made once, and only copied."""

    def done(site: Path, *words: str) -> None:
        assert invoke("-C", site, *words).exit_code == 0

    @lru_cache
    def made(*names: str) -> Path:
        site = tmp_path_factory.mktemp("issued") / "site"
        for path, text in FILES.items():
            (site / path).parent.mkdir(parents=True, exist_ok=True)
            (site / path).write_text(text, encoding="utf-8")
        rows = "\n".join(["email,name", *(f"{name}@readers.example,{name}" for name in names)])
        (site / "list.csv").write_text(rows)
        if names:
            done(site, "subscribers", "import", str(site / "list.csv"), "--confirmed")
        done(site, "publish", "--now", NOW, "--yes")
        return site

    return made


@pytest.fixture
def issued(_first_issues: Callable[..., Path], tmp_path: Path) -> Callable[..., Path]:
    """The scratch site with its first issue sealed at NOW and owed to readers of these names."""
    return lambda *names: shutil.copytree(_first_issues(*names), tmp_path / "issued")


@pytest.fixture
def now() -> str:
    """A Monday on which the scratch site has something new."""
    return NOW
