"""What every test may ask for: goldens, a scratch site, the seeds beside the checkout, Debian's Chromium."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.servers.feeds import FeedServer

# Two cores, shared by every worker: how long an example took says nothing about the code.
settings.register_profile("shared", deadline=None)
settings.load_profile("shared")

ROOT: Final = Path(__file__).resolve().parent.parent
GOLDENS: Final = ROOT / "tests" / "goldens"
CHROMIUM: Final = Path("/usr/bin/chromium")
CHROMIUM_FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

CONFIG: Final = """\
[site]
title = "Scratch"
base_url = "https://scratch.example"
timezone = "Asia/Taipei"
languages = ["zh-Hant-TW", "ko", "en"]
postal_address = "1 Test Road, Taipei"

[[sources]]
kind = "articles"
path = "articles"

[[sources]]
kind = "profiles"
path = "articles/profiles"

[news]
cooldown_days = 0
first_items = 100

[[editions]]
name = "weekly"
title = "Scratch Weekly"
sender = "Scratch Weekly <weekly@scratch.example>"
"""

FILES: Final = {
    "config.toml": CONFIG,
    "articles/tea.md": """\
---
title: 茶樹為什麼怕鹼性土壤
date: 2026-01-23T10:00:00+08:00
tags: [科學, 農業]
description: 從根部的鋁說起。
---

茶樹的根喜歡酸性土壤。**鹼性土壤「缺鋁」。**葉子會先變黃。
""",
    "articles/ferry.md": """\
---
title: 부산항의 첫 여객선
date: 2026-01-22
language: ko
tags: [역사]
---

첫 여객선은 아침에 떠났다.

{{< youtube dQw4w9WgXcQ >}}
""",
    "articles/clocks.md": """\
+++
title = "How clocks learned to agree"
date = 2026-01-21T09:00:00Z
language = "en"
tags = ["history", "time"]
+++

Railways needed one time. The telegraph carried it.
""",
    "articles/profiles/surveyor.md": """\
---
title: 林測量
slug: lin-surveyor
type: person
position: 測量師
organization: 海岸測量社
last_updated: 2026-01-20
---

一位虛構的測量師。
""",
}


def strict() -> bool:
    """Whether a missing tool is a failure: in CI, and where DIGEST_STRICT says so."""
    return any(os.environ.get(name, "").lower() in {"1", "true"} for name in ("CI", "DIGEST_STRICT"))


def need(tool: Path | str | None, reason: str) -> None:
    """Skip the test for want of a tool, or fail where nothing may be missing."""
    if tool and Path(tool).exists():
        return
    if strict():
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture
def golden() -> Callable[[str, str | bytes], None]:
    """Compare with tests/goldens/NAME; DIGEST_GOLDEN=write makes it what it is compared with."""

    def compare(name: str, actual: str | bytes) -> None:
        __tracebackhide__ = True
        path = GOLDENS / name
        data = actual.encode() if isinstance(actual, str) else actual
        if os.environ.get("DIGEST_GOLDEN") == "write":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            return
        if not path.exists():
            pytest.fail(f"there is no golden {name}; look at the output and run with DIGEST_GOLDEN=write")
        if isinstance(actual, str):
            assert actual == path.read_bytes().decode(), f"golden {name}"
        else:
            assert data == path.read_bytes(), f"golden {name}"

    return compare


@pytest.fixture
def write_files(tmp_path: Path) -> Callable[..., Path]:
    """Write files, by path and text or bytes, under a fresh folder, and return that folder."""

    def write(files: dict[str, str | bytes], folder: str = "site") -> Path:
        top = tmp_path / folder
        for name, content in files.items():
            path = top / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return top

    return write


@pytest.fixture
def site(write_files: Callable[..., Path]) -> Path:
    """A small site that builds: three articles in three languages, a profile, one edition named weekly."""
    return write_files(dict(FILES))


@pytest.fixture(scope="session")
def seeds() -> Callable[[str], Path]:
    """Find a seed beside the checkout by the digits that its name begins with; skip where it is not there."""

    def find(number: str) -> Path:
        for path in sorted((ROOT.parent / "shared" / "seeds").glob(f"{number}*.txt")):
            return path
        pytest.skip(f"seed {number} is not beside the checkout")

    return find


@pytest.fixture
def feed_server() -> Iterator[FeedServer]:
    """A web server on loopback that plays what a test tells it; fetch with `allow_hosts=["127.0.0.1"]`."""
    from tests.servers.feeds import FeedServer

    with FeedServer() as server:
        yield server


@pytest.fixture(scope="session")
def _warm_workers() -> Iterator[list[Any]]:
    """Processes that wait for feeds to parse."""
    workers: list[Any] = []
    yield workers
    for worker in workers:
        worker.end()


@pytest.fixture
def warm_readers(_warm_workers: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Lend each fetch the processes of the one before: to begin a new one takes a third of a second.

    tests/collect/feeds/test_reading.py proves that they begin, end and die as they should.
    """
    from digest.collect.feeds.reading import Readers

    begin = Readers.__init__

    def lent(readers: Readers, **values: Any) -> None:
        begin(readers, **values)
        with contextlib.suppress(IndexError):
            readers._idle.append(_warm_workers.pop())

    def returned(readers: Readers) -> None:
        _warm_workers.extend(readers._idle)
        readers._idle.clear()

    monkeypatch.setattr(Readers, "__init__", lent)
    monkeypatch.setattr(Readers, "close", returned)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, one for each process; make a context and page of your own and close them."""
    need(CHROMIUM, "Chromium is missing: apt-get install chromium fonts-noto-cjk fonts-noto-color-emoji")
    from playwright.sync_api import sync_playwright

    playwright = sync_playwright().start()
    loop = asyncio._get_running_loop()
    chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(CHROMIUM_FLAGS))
    yield chromium
    asyncio._set_running_loop(loop)
    chromium.close()
    playwright.stop()


@contextlib.contextmanager
def _no_running_loop(item: pytest.Item) -> Iterator[None]:
    """Playwright leaves its loop "running" in this thread; hide it from tests that have one of their own."""
    loop = asyncio._get_running_loop()
    hide = loop is not None and "browser" not in getattr(item, "fixturenames", ())
    if hide:
        asyncio._set_running_loop(None)
    try:
        yield
    finally:
        if hide:
            asyncio._set_running_loop(loop)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    """Set up without Playwright's loop."""
    with _no_running_loop(item):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Run without Playwright's loop."""
    with _no_running_loop(item):
        return (yield)


UNCOUNTED: Final = {"test_compose.py", "test_properties.py", "test_settings.py", "test_yaml_plain.py"}
"""Files whose properties are slow, and visit no line that examples do not."""


@pytest.hookimpl(trylast=True)  # Hypothesis has marked its own by then
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the long forms to `make soak`, and count no lines where Hypothesis looks for what we overlooked.

    Counting costs three times a test's own time: what repeats itself a hundred times and more, and proves
    behaviour rather than visits lines, is marked `no_cover`, and comes last: what a cache runs but once is
    counted where a counted test is the first to want it.
    """
    for item in items:
        if item.get_closest_marker("hypothesis") and item.path.name in UNCOUNTED:
            item.add_marker(pytest.mark.no_cover)
    items.sort(key=lambda item: item.get_closest_marker("no_cover") is not None)
    if os.environ.get("DIGEST_SOAK") == "1":
        return
    for item in items:
        if item.get_closest_marker("soak"):
            item.add_marker(pytest.mark.skip(reason="the long form: make soak"))
