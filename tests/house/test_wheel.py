"""The wheel: everything in it that a command needs, and it works outside the checkout."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

NOW = "2026-01-26T09:00:00+08:00"


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, built without a network."""
    out = tmp_path_factory.mktemp("dist")
    line = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, root]
    done = subprocess.run(line, check=False, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    (made,) = out.glob("digest-*.whl")
    return made


def test_wheel_has_everything(wheel: Path, root: Path) -> None:
    """Every template, catalogue, migration and file of a new site is in the wheel."""
    names = set(zipfile.ZipFile(wheel).namelist())
    for path in (root / "templates").rglob("*"):
        if path.is_file() and not path.name.startswith("."):
            assert f"digest/{path.relative_to(root).as_posix()}" in names
    for language in ("en", "ko", "zh_Hant_TW"):
        assert f"digest/text/locale/{language}.po" in names
    for folder in ("digest/store/migrations", "digest/cli/sites"):
        for path in (root / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                assert path.relative_to(root).as_posix() in names


def test_wheel_has_nothing_else(wheel: Path) -> None:
    """Neither tests nor articles nor caches are in the wheel."""
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names} == {"digest", f"{wheel.name.split('-py3')[0]}.dist-info"}
    assert not [name for name in names if "__pycache__" in name or name.endswith((".pyc", ".orig"))]


def test_installed_command_works_outside_the_checkout(wheel: Path, tmp_path: Path) -> None:
    """From the wheel alone, digest makes a site, publishes its first issue and writes a test mail."""
    home = tmp_path / "fresh"
    venv.create(home, with_pip=False)
    bin_, purelib = home / "bin", home / "lib" / f"python{sysconfig.get_python_version()}" / "site-packages"
    pip = [sys.executable, "-m", "pip", "--python", bin_ / "python"]
    line = [*pip, "install", "--quiet", "--no-deps", "--no-index", wheel]
    done = subprocess.run(line, check=False, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    # What digest depends on comes from our own environment; digest itself from the wheel.
    (purelib / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")

    def digest(*words: str) -> str:
        said = subprocess.run(
            [bin_ / "digest", *words], check=False, capture_output=True, text=True, timeout=120, cwd=tmp_path
        )
        assert said.returncode == 0, said.stderr
        return said.stdout

    where = [bin_ / "python", "-c", "import digest; print(digest.__file__)"]
    found = subprocess.run(where, check=True, capture_output=True, text=True, cwd=tmp_path).stdout
    assert Path(found.strip()).is_relative_to(purelib)
    assert digest("--version").startswith("digest ")
    digest("init", "letter", "--language", "zh-Hant-TW", "--now", NOW)
    assert (
        json.loads(digest("publish", "-C", "letter", "--yes", "--now", NOW, "--json"))["issue"] == "weekly/1"
    )
    mail = json.loads(digest("test", "-C", "letter", "--to", "you@example.org", "--now", NOW, "--json"))[
        "file"
    ]
    assert (tmp_path / mail).stat().st_size > 10_000
    assert "weekly/1" in digest("archive", "list", "-C", "letter")
