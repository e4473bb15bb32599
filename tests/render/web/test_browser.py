"""The pages in Debian's Chromium: no overflow, axe clean, the right CJK fonts, at phone and desk widths."""

from __future__ import annotations

import io
import mimetypes
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import pytest
from PIL import Image

from tests.accessible import violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Route

pytestmark = pytest.mark.browser

PAGES = (
    "/",
    "/weekly/14/",
    "/articles/lead-type/",
    "/articles/rag-content/",
    "/articles/haerye/",
    "/profiles/shen-kuo/",
    "/profiles/",
    "/tags/",
    "/tags/%ED%95%9C%EA%B8%80/",
    "/404.html",
)
MODES = ((360, "light"), (360, "dark"), (600, "dark"), (1024, "light"))


def picture() -> bytes:
    """What stands for every picture."""
    file = io.BytesIO()
    Image.new("RGB", (600, 300), "#7A2E63").save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def serve(site_pages: dict[str, bytes]) -> Any:
    """Answer a page's requests from the built site, without a network."""
    image = picture()

    def answer(route: Route) -> None:
        address = urlsplit(route.request.url)
        path = unquote(address.path).removeprefix("/")
        path = f"{path}index.html" if not path or path.endswith("/") else path
        if address.hostname == "paper.example" and path in site_pages:
            kind = mimetypes.guess_type(path)[0] or "text/html"
            route.fulfill(body=site_pages[path], content_type=f"{kind}; charset=utf-8")
        elif route.request.resource_type == "image":
            route.fulfill(body=image, content_type="image/png")
        else:
            route.abort()

    return answer


@pytest.fixture(params=MODES, ids=[f"{width}-{scheme}" for width, scheme in MODES])
def mode(request: pytest.FixtureRequest, browser: Browser, serve: Any) -> Iterator[BrowserContext]:
    """A window of one width, in one colour scheme, with scripts of the page off but ours on."""
    width, scheme = request.param
    context = browser.new_context(viewport={"width": width, "height": 720}, color_scheme=scheme)
    context.route("**/*", serve)
    yield context
    context.close()


def test_pages(mode: BrowserContext, request: pytest.FixtureRequest) -> None:
    """Nothing overflows, axe finds nothing, at each width, in both schemes; DIGEST_SHOTS keeps pictures."""
    page: Page = mode.new_page()
    for path in PAGES:
        page.goto(f"https://paper.example{path}")
        if folder := os.environ.get("DIGEST_SHOTS"):
            name = unquote(path).strip("/").replace("/", "-") or "home"
            page.screenshot(path=Path(folder) / f"{name}-{request.node.callspec.id}.png", full_page=True)
        wide = page.evaluate(
            "[...document.querySelectorAll('body *:not(pre *, .table-scroll *, .skip, .unseen)')]"
            ".filter(e => e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML)"
        )
        assert wide == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        if request.node.callspec.id in ("360-dark", "1024-light"):  # the others differ in neither
            assert violations(page) == [], path


def test_keyboard(browser: Browser, serve: Any) -> None:
    """The first key goes to the skip link, which is then seen; it leads to the text; focus has a ring."""
    context = browser.new_context(viewport={"width": 600, "height": 720})
    context.route("**/*", serve)
    page = context.new_page()
    page.goto("https://paper.example/weekly/14/")
    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    assert skip.evaluate("e => e === document.activeElement && e.getBoundingClientRect().width > 60")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    context.close()


def test_without_scripts(browser: Browser, serve: Any) -> None:
    """With scripts off everything is there, the folded changes of a profile too."""
    context = browser.new_context(java_script_enabled=False)
    context.route("**/*", serve)
    page = context.new_page()
    page.goto("https://paper.example/weekly/13/")
    page.locator("summary").click()
    assert page.locator("details .changes li").first.is_visible()
    context.close()


def test_fonts(browser: Browser, serve: Any) -> None:
    """Chinese and Korean are set in fonts that have them, each in its own."""
    context = browser.new_context()
    context.route("**/*", serve)
    page = context.new_page()
    page.goto("https://paper.example/weekly/14/")
    session = context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    document = session.send("DOM.getDocument")["root"]["nodeId"]

    def fonts(selector: str) -> set[str]:
        node = session.send("DOM.querySelector", {"nodeId": document, "selector": selector})["nodeId"]
        used = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
        return {each["familyName"] for each in used}

    assert any("CJK TC" in name for name in fonts("h1"))
    assert any("CJK KR" in name for name in fonts("h3[lang=ko] a"))
    context.close()
