"""The mail as Chromium shows it: three widths, light and dark, with pictures and without."""

import re
import struct
import zlib

import pytest

from digest.render import render
from digest.render.theme import Theme
from tests.accessible import MAIL, violations

pytestmark = pytest.mark.browser

WIDTHS = (360, 600, 1024)
LANGUAGES = ("zh-Hant-TW", "ko", "en")


def picture(width, height):
    """A grey PNG of a size."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = zlib.compress((b"\x00" + b"\x80" * width) * height)
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.fixture(scope="module")
def mails(rich_issue, full_text):
    """The HTML of the rich issue by language, the lead in full."""
    made = render(rich_issue, Theme.load("ink"), full_text("lead"))
    return {each.language: each.text for each in made if each.media_type == "text/html"}


@pytest.fixture(scope="module")
def open_mail(browser, mails):
    """Show a mail at a width, in a scheme, with pictures or without, and with no style sheet (`bare`)."""
    pages = {}

    def answer(route):
        found = re.search(r"-(\d+)\.png$", route.request.url)
        size = int(found[1]) if found else 1
        route.fulfill(body=picture(size, size // 2 or 1), content_type="image/png")

    def show(language, width, scheme="light", pictures=True, bare=False):
        key = (language, pictures, bare)
        if key not in pages:
            page = pages[key] = browser.new_context().new_page()
            page.route("**/*", answer if pictures else lambda route: route.abort())
            text = mails[language]
            text = re.sub(r"<style.*?</style>", "", text, flags=re.DOTALL) if bare else text
            page.set_content(text, wait_until="load")
        page = pages[key]
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        return page

    yield show
    for page in pages.values():
        page.context.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_wider_than_the_screen(open_mail, language, width):
    """No sideways scrolling at 360, 600 and 1024 px, light and dark, with pictures and without."""
    for scheme in ("light", "dark"):
        for pictures in (True, False):
            page = open_mail(language, width, scheme, pictures)
            assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("width", WIDTHS)
def test_it_holds_without_its_style_sheet(open_mail, width):
    """Gmail for other people's mailboxes drops <style>: sizes, colours and order stand on the elements."""
    page = open_mail("zh-Hant-TW", width, bare=True)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    looks = page.evaluate(
        "(() => { const s = e => getComputedStyle(document.querySelector(e)); return [s('h1').fontSize, "
        "s('td.c h3').fontSize, s('td.c h3 a').color, s('.d').color, s('body').backgroundColor] })()"
    )
    assert looks == ["38px", "20px", "rgb(33, 30, 27)", "rgb(59, 54, 49)", "rgb(242, 237, 228)"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing(open_mail, language, scheme):
    """Contrast, names, lists, tables, languages; a mail has no landmarks."""
    assert violations(open_mail(language, 600, scheme), **MAIL) == []


@pytest.mark.parametrize(
    ("selector", "family"),
    [
        (".c.zh .t a", "Noto Serif CJK TC"),
        (".c.zh .d", "Noto Sans CJK TC"),
        (".c.ko .t a", "Noto Serif CJK KR"),
        (".c.ko .d", "Noto Sans CJK KR"),
    ],
)
@pytest.mark.parametrize("language", ["zh-Hant-TW", "ko"])
def test_each_language_has_its_own_letters(open_mail, language, selector, family):
    """Without CJK fonts nothing fails and everything is boxes; with the wrong one, readers see it at once."""
    page = open_mail(language, 600)
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    node = session.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
    fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    most = max(fonts, key=lambda font: font["glyphCount"])
    assert most["familyName"] == family


def test_kickers_stay_on_one_line(open_mail):
    """A long source is cut by an ellipsis; badge and date stay whole."""
    page = open_mail("zh-Hant-TW", 360)
    heights = page.evaluate("[...document.querySelectorAll('.k')].map(e => e.getBoundingClientRect().height)")
    assert max(heights) < 30


def test_pills_lead_to_their_sections(open_mail):
    """Every anchor is there, once."""
    page = open_mail("zh-Hant-TW", 600)
    missing = page.evaluate(
        "[...document.querySelectorAll('.pill')].map(e => e.hash.slice(1)).filter(i => "
        "document.querySelectorAll(`[id='${i}']`).length !== 1)"
    )
    assert missing == []


def test_the_thumbnail_is_beside_the_text_and_above_it_on_phones(open_mail):
    """36 % on the right from 520 px on, the whole width below."""
    box = "(() => { const b = e => document.querySelector(e).getBoundingClientRect();"
    box += "const [i, t] = [b('.i'), b('.i + div')];"
    box += "return [i.width, i.left > t.right - 1, i.bottom <= t.top] })()"
    assert open_mail("zh-Hant-TW", 600).evaluate(box) == [190, True, False]
    assert open_mail("zh-Hant-TW", 360).evaluate(box) == [320, False, True]


def test_dark_is_dark(open_mail):
    """Sheet and letters change places."""
    page = open_mail("zh-Hant-TW", 600, "dark")
    colours = page.evaluate(
        "[getComputedStyle(document.querySelector('.sheet')).backgroundColor, "
        "getComputedStyle(document.querySelector('.L a')).color]"
    )
    assert colours == ["rgb(30, 27, 24)", "rgb(242, 236, 226)"]


@pytest.mark.parametrize(("language", "breaking"), [("ko", "keep-all"), ("zh-Hant-TW", "break-word")])
def test_korean_words_stay_whole_in_the_footer(open_mail, language, breaking):
    """MJML's cells break words anywhere; in Korean the footer must not, as no card does."""
    footer = open_mail(language, 600).locator(".F p").first
    assert footer.evaluate("each => getComputedStyle(each).wordBreak") == breaking
