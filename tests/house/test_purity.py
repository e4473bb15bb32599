"""The core asks nobody: no clock, no environment, no disk, no chance in the pure floors."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

PURE = (
    "model",
    "errors.py",
    "text",
    "compose",
    "render",
    "collect",
    "config/content.py",
    "config/editions.py",
    "config/mail.py",
    "config/places.py",
    "config/tables.py",
    "config/values.py",
)
EDGES = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
    "digest"
]["edges"]
"""Modules on a pure floor that touch the disk, and why."""

CALLS = {
    "now", "utcnow", "today", "time", "time_ns", "monotonic", "perf_counter", "getenv", "urandom", "uuid4",
    "read_text", "read_bytes", "write_text", "write_bytes", "iterdir", "rglob", "glob", "stat",
    "mkdir", "unlink", "is_file", "is_dir", "exists", "cwd", "getcwd", "listdir", "putenv", "open",
}  # fmt: skip
OWNERS = {
    "now": {"datetime", "dt"}, "today": {"date", "datetime"}, "time": {"time"}, "utcnow": {"datetime"},
    "open": {"Path", "io", "os", "path", ""},
    "exists": {"Path", "path", "os"}, "stat": {"Path", "path", "os"},
}  # fmt: skip
"""Names that mean the world only behind these owners: `date.today()`, but not `combine(day, slot.time())`."""
MODULES = {
    "random",
    "secrets",
    "socket",
    "subprocess",
    "locale",
    "tempfile",
    "shutil",
    "sqlite3",
    "asyncio",
    "threading",
    "http",
    "httpx",
    "requests",
    "smtplib",
    "ssl",
    "time",
    "uuid",
    "aiosmtplib",
}
SUBMODULES = {"urllib.request", "os.environ"}
"""Of packages whose other parts are pure."""


def _modules(root: Path) -> list[str]:
    found = []
    for each in PURE:
        path = root / "digest" / each
        found += [path] if path.is_file() else sorted(path.rglob("*.py"))
    return [path.relative_to(root / "digest").as_posix() for path in found]


def _owner(node: ast.Attribute) -> str:
    inner = node.value
    return inner.id if isinstance(inner, ast.Name) else inner.attr if isinstance(inner, ast.Attribute) else ""


def _impure(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (
                    f"line {node.lineno}: import {a.name}"
                    for a in names
                    if a.name.split(".")[0] in MODULES or a.name in SUBMODULES
                )
            case ast.ImportFrom(module=str(module), names=names) if module.split(".")[
                0
            ] in MODULES or not SUBMODULES.isdisjoint({module, *(f"{module}.{a.name}" for a in names)}):
                yield f"line {node.lineno}: from {module}"
            case ast.Attribute(attr="environ"):
                yield f"line {node.lineno}: environ"
            case ast.Call(func=ast.Name(id="open" | "input" | "print" as name)):
                yield f"line {node.lineno}: {name}()"
            case ast.Call(func=ast.Attribute(attr=name) as function) if name in CALLS:
                if name not in OWNERS or _owner(function) in OWNERS[name]:
                    yield f"line {node.lineno}: {_owner(function)}.{name}()"


ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("module", _modules(ROOT))
def test_pure_modules_ask_nobody(module: str) -> None:
    """Time, chance, environment and files are arguments of the pure floors, never fetched there."""
    found = list(_impure(ast.parse((ROOT / "digest" / module).read_text())))
    assert bool(found) == (module in EDGES), f"digest/{module}: {found}"


@pytest.mark.parametrize(
    "code",
    [
        "datetime.now(UTC)", "datetime.datetime.now()", "date.today()", "time.time()", "os.environ['X']",
        "open('x')", "Path('x').read_text()", "import random", "from socket import socket", "os.getenv('X')",
        "from time import time", "import urllib.request", "from urllib import request",
        "from os import environ", "Path('x').open()", "import httpx", "os.getcwd()",
        "from http.client import HTTPConnection",
    ],
)  # fmt: skip
def test_the_guard_sees(code: str) -> None:
    """Each way to the world is seen."""
    assert list(_impure(ast.parse(code)))


def test_the_guard_lets_values_pass() -> None:
    """What only sounds like a clock is let through."""
    assert not list(_impure(ast.parse("at.time(); Stamp(now=now); issue.date.today")))
