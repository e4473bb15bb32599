"""The fixtures that every test leans on."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from digest import config
from tests.accessible import violations


def test_scratch_site_has_a_valid_config(site: Path) -> None:
    """The scratch site's config.toml is one that digest accepts."""
    assert config.load(site / "config.toml").editions[0].name == "weekly"


def test_golden_compares(golden, monkeypatch: pytest.MonkeyPatch) -> None:
    """Equal to its golden passes; different or without a golden fails."""
    monkeypatch.delenv("DIGEST_GOLDEN", raising=False)
    golden("house/hello.txt", "你好\n")
    golden("house/hello.txt", "你好\n".encode())
    with pytest.raises(AssertionError):
        golden("house/hello.txt", "再見\n")
    with pytest.raises(pytest.fail.Exception, match="there is no golden"):
        golden("house/nothing.txt", "")


@pytest.mark.browser
def test_chromium_shows_a_page(browser) -> None:
    """Chromium starts and runs a page."""
    page = browser.new_page()
    page.set_content("<p lang=ko>안녕</p>")
    assert page.inner_text("p") == "안녕"
    page.close()


@pytest.mark.browser
def test_axe_finds_what_is_wrong(browser) -> None:
    """A picture without words and grey on grey are held against a page, unless a rule is switched off."""
    page = browser.new_page()
    page.set_content("<main lang=en><img src=x><p style='color: #999; background: #aaa'>grey</p></main>")
    assert {"image-alt", "color-contrast"} <= {each.partition(":")[0] for each in violations(page)}
    found = violations(page, rules={"image-alt": {"enabled": False}})
    assert not any(each.startswith("image-alt") for each in found)
    page.close()


def test_asyncio_runs_beside_playwright() -> None:
    """A test that has a loop of its own is not disturbed by Playwright's."""

    async def answer() -> int:
        return 42

    assert asyncio.run(answer()) == 42
