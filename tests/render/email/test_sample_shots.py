"""The sample issue's mail as pictures: three widths, light and dark, with images and without."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from digest import press
from digest.press import Site
from tests.accessible import MAIL, violations
from tests.conftest import need

pytestmark = pytest.mark.browser

NOW = datetime(2026, 1, 26, 9, 0, tzinfo=ZoneInfo("Asia/Taipei"))


@pytest.fixture(scope="module")
def draft(root: Path):
    """The draft of the sample site at its fixed time."""
    return press.build(Site.load(root), now=NOW)


@pytest.fixture(scope="module")
def shots(root: Path) -> Path:
    """Where the pictures of the last run lie: look at them."""
    folder = root / "build" / "shots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def test_the_fonts_of_the_pictures_are_there() -> None:
    """Without CJK fonts every picture is boxes, and nothing else would fail."""
    tool = shutil.which("fc-list") or ""
    need(tool, "fc-list is missing: apt-get install fontconfig fonts-noto-cjk")
    for language in ("zh-tw", "ko"):
        found = subprocess.run(
            [tool, f":lang={language}", "family"], capture_output=True, text=True, check=True
        )
        assert "Noto" in found.stdout, language


@pytest.fixture(scope="module")
def open_draft(browser, draft):
    """Show the draft's mail in a window of a width, in a scheme, with its pictures or without."""
    text = next(each.text for each in draft.renditions if each.name == "email.html")
    pages = {}

    def answer(route) -> None:
        data = draft.assets.get(unquote(route.request.url.rpartition("/")[2]))
        if data:
            route.fulfill(body=data)
        else:
            route.abort()

    def show(width: int, scheme: str, pictures: bool):
        if pictures not in pages:
            page = pages[pictures] = browser.new_context().new_page()
            page.route("**/*", answer if pictures else lambda route: route.abort())
            page.set_content(text, wait_until="load")
        page = pages[pictures]
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        return page, text

    yield show
    for page in pages.values():
        page.context.close()


@pytest.mark.parametrize("pictures", [True, False], ids=["images", "no-images"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 600, 1024])
def test_the_sample_mail_is_whole_in_every_picture(
    open_draft, shots: Path, width: int, scheme: str, pictures: bool
) -> None:
    """Nothing is wider than the window, axe finds nothing, and each picture is as wide as it should be."""
    page, text = open_draft(width, scheme, pictures)
    file = shots / f"mail-{width}-{scheme}-{'images' if pictures else 'no-images'}.png"
    page.screenshot(path=file, full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    drawn = page.evaluate("[...document.images].map(each => each.naturalWidth > 0)")
    assert len(drawn) == len(re.findall("<img ", text))
    assert all(drawn) if pictures else not any(drawn)
    assert violations(page, **MAIL) == []
    with Image.open(file) as shot:
        assert shot.width == width
        greys = shot.convert("L").histogram()
        assert sum(map(bool, greys)) > 100  # a blank page has one
