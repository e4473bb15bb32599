"""A site that publishes, and what one looks at afterwards."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from PIL import Image

from digest.press import Site
from tests.conftest import FILES

NOW = datetime(2026, 1, 26, 9, tzinfo=timezone(timedelta(hours=8)))
LATER = NOW + timedelta(days=7)


def picture(kind: str = "PNG", size: tuple[int, int] = (800, 400)) -> bytes:
    """A drawing of two colours."""
    image = Image.new("RGB", size, (255, 250, 240))
    image.paste((20, 80, 60), (100, 100, 300, 200))
    buffer = io.BytesIO()
    image.save(buffer, kind)
    return buffer.getvalue()


WITH_IMAGE = """\
---
title: A map of the shore
date: 2026-01-24
language: en
tags: [maps]
description: What a line on paper leaves out.
image: shore.png
---

![The shore](shore.png) and ![again](/logo.png)
"""

PICTURED = FILES | {
    "articles/maps/shore.md": WITH_IMAGE,
    "articles/maps/shore.png": picture(),
    "static/logo.png": picture(size=(300, 300)),
}


@pytest.fixture
def make_site(write_files: Callable[..., Path]) -> Callable[..., Site]:
    """A site with pictures; more files, and more lines for its config, as wanted."""

    def make(files: dict[str, str | bytes] | None = None, *, config: str = "", folder: str = "site") -> Site:
        whole = PICTURED | (files or {})
        whole["config.toml"] = f"{whole['config.toml']}{config}"
        return Site.load(write_files(whole, folder))

    return make


def tree(folder: Path) -> dict[str, str]:
    """Every file under a folder, hidden ones too, the cache apart, with the hash of its bytes."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".digest" not in path.parts
    }
