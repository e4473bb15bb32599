"""The reader's pages in Debian's Chromium: no overflow, axe clean, and all of it without scripts."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.accessible import violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.network, pytest.mark.browser]

TALL = {"width": 360, "height": 800}
WIDE = {"width": 1024, "height": 800}


def _states(house, language: str) -> dict[str, str]:
    """An address of each kind of page, in a language."""
    person = house.active(f"reader-{language.lower()}@example.org", language=language, topics=("科學",))
    house.active(f"reader-{language.lower()}@example.org", "monthly")
    links, ask = house.links, f"ask-{language.lower()}@example.org"
    house.post("/subscribe", {"edition": "weekly", "address": ask, "lang": language, "language": language})
    house.round()
    pending = house.people.find("weekly", ask)
    return {
        "form": f"/subscribe?lang={language}",
        "confirm": house.path(links.confirm(pending.id, house.clock())),
        "leave": house.path(links.unsubscribe(person.id)),
        "preferences": house.path(links.preferences(person.id)),
        "expired": f"/confirm/{'a' * 32}?lang={language}",
        "broken": f"/unsubscribe/{'a' * 32}?lang={language}",
        "missing": f"/nothing?lang={language}",
    }


def _check(page: Page, name: str) -> None:
    assert violations(page) == [], name
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{name} overflows by {wide} px"
    if folder := os.environ.get("DIGEST_SHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


@pytest.mark.parametrize("language", ["zh-Hant-TW", "ko", "en"])
def test_pages_hold_at_every_width_and_scheme(house, browser: Browser, language: str) -> None:
    """axe finds nothing and nothing overflows; DIGEST_SHOTS names a folder for what it looks like."""
    states = _states(house, language)
    for size, scheme, names in (
        (TALL, "light", states),
        (TALL, "dark", ("form", "leave", "preferences")),
        (WIDE, "light", ("form", "leave")),
        (WIDE, "dark", ("preferences",)),
    ):
        context = browser.new_context(viewport=size, color_scheme=scheme)
        page = context.new_page()
        for name in names:
            page.goto(f"http://127.0.0.1:{house.port}{states[name]}")
            assert page.evaluate("document.documentElement.lang") == language
            _check(page, f"{name}-{language}-{size['width']}-{scheme}")
        context.close()


@pytest.mark.parametrize("language", ["zh-Hant-TW", "ko", "en"])
def test_the_walk_in_a_browser(house, browser: Browser, language: str) -> None:
    """By keyboard and mouse, without scripts: subscribe, confirm, change, leave."""
    base = f"http://127.0.0.1:{house.port}"
    context = browser.new_context(viewport=TALL, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{base}/subscribe?lang={language}")
    page.locator("#address").fill("cho@example.org")
    page.locator("input[name=topic]").first.check()
    page.locator(f"input[name=language][value={language}]").check()
    page.locator("#address").press("Enter")
    assert "cho@example.org" in page.locator("main").inner_text()
    house.round()
    page.goto(base + house.link())
    page.locator("button").click()
    person = house.people.find("weekly", "cho@example.org")
    assert (person.state, person.topics, person.language) == ("active", ("科學",), language)
    page.locator(".ways a").first.click()
    page.locator("input[name=topic]").nth(1).check()
    page.locator("button").first.click()
    assert len(house.people.get(person.id).topics) == 2
    page.locator(".leave button").click()
    assert house.state(person) == "unsubscribed"
    context.close()


def test_an_error_is_seen_and_heard(house, browser: Browser) -> None:
    """The fault stands above the field, which is described by it; nobody sees the honeypot."""
    context = browser.new_context(viewport=TALL)
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{house.port}/subscribe?lang=en")
    box = page.locator(".trap").bounding_box()
    assert box is None or box["width"] <= 1
    page.evaluate("document.querySelector('form').noValidate = true")
    page.locator("#address").fill("nobody@nowhere")
    page.locator("button[type=submit]").click()
    assert page.locator("[role=alert]").is_visible()
    assert page.locator("#address").get_attribute("aria-invalid") == "true"
    _check(page, "error-en-360-light")
    context.close()
