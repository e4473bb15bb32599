"""Every rendition of an issue: goldens, the same bytes, sizes, and one content in HTML and text."""

import dataclasses
import html
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from digest.model import ImageRef, Section
from digest.render import render
from digest.render.theme import Theme
from digest.text import personal

THEME = Theme.load("ink")
NAMES = ("email.html", "email.txt", "email.ko.html", "email.ko.txt", "email.en.html", "email.en.txt")
DEK = "活版印刷退出市場四十年後，仍有人每天開爐鑄字。這一集談合金與檢字的手感，也談一門手藝要靠什麼留下來。"


@pytest.fixture(scope="module")
def made(rich_issue, rich_config):
    """The renditions of the rich issue, by name."""
    return {each.name: each for each in render(rich_issue, THEME, rich_config)}


@pytest.fixture(scope="module")
def many(rich_issue, make_article, make_item):
    """The rich issue in one language with a number of cards, each as long as a card gets."""

    def make(number, language="zh-Hant-TW", **values):
        cards = tuple(
            make_item(
                make_article(
                    f"card-{index}",
                    f"第 {index} 篇：一個不長也不短的標題，說的是紙與字之間的事",
                    language,
                    description=DEK * 3,
                    tags=("印刷", "한글", "Line breaking"),
                    source_name="Machine Learning Street",
                )
            )
            for index in range(number)
        )
        sections = tuple(
            Section(key=f"k{part}", title=f"分類 {part}", colour="teal", items=cards[part::6])
            for part in range(min(6, number))
        )
        return dataclasses.replace(rich_issue, languages=("zh-Hant-TW",), sections=sections, **values)

    return make


def test_each_language_has_a_mail_of_two_parts(made, rich_issue, rich_config):
    """The edition's language has the plain names, the others are named by language."""
    assert tuple(made) == NAMES
    assert [each.language for each in made.values()][::2] == ["zh-Hant-TW", "ko", "en"]
    assert {each.media_type for each in made.values()} == {"text/html", "text/plain"}
    alone = dataclasses.replace(rich_issue, languages=())
    assert [each.name for each in render(alone, THEME, rich_config)] == ["email.html", "email.txt"]


@pytest.mark.parametrize("name", NAMES)
def test_goldens(made, golden, name):
    """A rendition changes only when somebody wants it to."""
    golden(f"render/{name}", made[name].text)


def test_full_text_goldens(rich_issue, full_text, golden):
    """The lead in full: Markdown of every kind inside a mail, and as text."""
    issue = dataclasses.replace(
        rich_issue, languages=("zh-Hant-TW",), sections=(), profiles=(), quotes=(), overflow=()
    )
    for each in render(issue, THEME, full_text("lead")):
        golden(f"render/full.{each.name}", each.text)


def test_the_same_bytes_in_any_process():
    """Hash seed, time zone, locale and folder play no part."""
    root = Path(__file__).parents[2]
    program = (
        "import sys, hashlib, importlib.util as u\n"
        f"spec = u.spec_from_file_location('rich', {str(root / 'tests/render/conftest.py')!r})\n"
        "rich = u.module_from_spec(spec); spec.loader.exec_module(rich)\n"
        "from digest.render import render\nfrom digest.render.theme import Theme\n"
        "issue = rich.rich_issue._get_wrapped_function()(); config = rich.configuration.parse(rich.CONFIG)\n"
        "made = render(issue, Theme.load('ink'), config)\n"
        "print(hashlib.sha256(repr(made).encode()).hexdigest())"
    )
    seen = set()
    for seed, zone in (("1", "UTC"), ("2", "America/New_York")):
        environment = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "TZ": zone,
            "LC_ALL": "C",
            "COVERAGE_PROCESS_START": "",
        }
        done = subprocess.run(
            [sys.executable, "-c", program],
            env=environment,
            cwd="/",
            capture_output=True,
            text=True,
            check=True,
        )
        seen.add(done.stdout)
    assert len(seen) == 1


def test_sixty_cards_stay_under_the_limit(many, rich_config):
    """60 of the longest cards, with lead, profiles, quotes and overflow: Gmail clips above some 102 KB."""
    whole = len(render(many(60), THEME, rich_config)[0].text.encode())
    base = len(render(many(0), THEME, rich_config)[0].text.encode())
    assert whole < 100_000
    assert (whole - base) / 60 <= 1.2 * 1024


@pytest.mark.parametrize("name", NAMES[::2])
def test_styles_are_small_and_nothing_is_fetched(made, name):
    """Gmail drops a <style> of 16 KB; a mail links no fonts, no scripts, no SVG."""
    text = made[name].text
    assert sum(len(each.encode()) for each in re.findall(r"<style.*?</style>", text, re.DOTALL)) < 16_000
    assert not re.search(r"<link|<script|<svg|<iframe|@import|\.svg|fonts\.g", text)


@pytest.mark.parametrize("name", NAMES)
def test_no_rendition_holds_what_readers_must_not_see(made, name):
    """No shortcode, no nonce, no undefined, no C0 or C1 control."""
    text = made[name].text
    assert not re.search(r"\{\{|\{%|dg[0-9a-f]{20}|Undefined|None\b", text)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", text)


@pytest.mark.parametrize("name", NAMES)
def test_each_token_of_a_reader_is_in_the_footer(made, name):
    """Delivery fills them; unsubscribing and preferences are links in the HTML."""
    text = made[name].text
    assert {token for token in personal.TOKENS if token in text} == set(personal.TOKENS)
    if name.endswith(".html"):
        for token in (personal.UNSUBSCRIBE, personal.PREFERENCES):
            assert text.count(token) == text.count(f'href="{token}"') == 1
    filled = personal.fill(text, dict.fromkeys(personal.TOKENS, "<x>"), markup=name.endswith(".html"))
    assert personal.OPENING not in filled


def seen_words(text):
    text = re.sub(r"<(style|title)\b.*?</\1>|<!--.*?-->", "", text, flags=re.DOTALL)
    text = re.sub(r'<div[^>]*style="display:none.*?</div>', "", text, flags=re.DOTALL)
    text = html.unescape(re.sub(r"<[^>]*>", " ", text))
    return re.findall(r"\w+", re.sub("[\ufe0e\u00a0]", " ", text))


@pytest.mark.parametrize("language", ["", ".ko", ".en"])
def test_the_parts_say_the_same_in_the_same_order(made, language):
    """SpamAssassin's MPART_ALT_DIFF costs 2.2 points: nearly every word of the HTML is in the text part."""
    marked, plain = (made[f"email{language}.{kind}"].text for kind in ("html", "txt"))
    wanted, said = seen_words(marked), re.findall(r"\w+", re.sub(r"https?://\S+|\u00a0|\ufe0e", " ", plain))
    missing = set(wanted) - set(said) - {each for word in said for each in re.findall(r"\w", word)}
    assert len({word for word in missing if word not in "".join(said)}) / len(set(wanted)) < 0.05
    titles = [
        "一枚鉛字",
        "Kinsoku",
        "훈민정음 해례본은",
        "業精於勤",
        "書口",
        personal.ADDRESS,
        personal.UNSUBSCRIBE,
    ]
    assert [plain.index(title) for title in titles] == sorted(plain.index(title) for title in titles)


@pytest.mark.parametrize("name", NAMES)
def test_marks_lead_from_the_rendition_to_the_article_s_line(made, rich_issue, name):
    """The stretch of every card holds its title, and points at the title's line in the article's file."""
    text, marks = made[name].text, made[name].marks
    assert marks
    for item in rich_issue.everything:
        entry = item.entry
        place = entry.place("title")
        title = entry.title if entry.type != "profile" else entry.title.split()[0]
        stretches = [text[mark.start : mark.end] for mark in marks if mark.position == place]
        flat = [re.sub(r"\s+", "", html.unescape(each) if "html" in name else each) for each in stretches]
        assert any(re.sub(r"\s+", "", title) in each for each in flat), title


def test_an_article_about_digest_gets_no_reader_s_link(rich_issue, full_text, make_article, make_item):
    """A token in a title, a body, a note or a quote is text; marks after it still lie right."""
    token = personal.UNSUBSCRIBE
    entry = make_article(
        "t", f"On {token}", "en", description=token, body=f"One {token}.\n\nTwo **strong**.\n"
    )
    issue = dataclasses.replace(
        rich_issue,
        lead=make_item(entry),
        note=f"See {token}",
        subject=token,
        title=f"W {token}",
        languages=("en",),
    )
    for each in render(issue, THEME, full_text("lead")):
        assert each.text.count(token) == 1
        assert each.text.count("digest:unsubscribe") >= 5
    page = render(issue, THEME, full_text("lead"))[0]
    last = [mark for mark in page.marks if mark.position.path == "articles/t.md" and mark.position.line == 14]
    assert [page.text[mark.start : mark.end].strip().endswith("</strong>.</p>") for mark in last] == [True]


def test_titles_arrive_as_they_are(made):
    """U+3000, an emoji of parts, quotes, a backslash and an ampersand, in HTML and in text."""
    title = 'a < b &amp; "c\\d"\u3000全形空白、👩‍💻 與 é：標題裡的陷阱'
    assert title in html.unescape(made["email.html"].text)
    assert title in made["email.txt"].text
    assert "<b>Not bold</b>" not in made["email.html"].text
    assert "<script" not in made["email.html"].text


def test_languages_are_said(made):
    """Each card names its language; interface words keep that of the mail."""
    text = made["email.html"].text
    assert text.startswith('<!doctype html><html lang="zh-Hant-TW" dir="ltr"')
    assert 'class="c ko" lang="ko"' in text
    assert re.search(r'class="c en" lang="en"[^>]*>\s*<p class="k" lang="zh-Hant-TW"', text)
    assert not re.search(r'lang="(und|)"', text)


def test_one_link_a_card(made):
    """Pictures are not links; only the lead has a button."""
    text = made["email.html"].text
    assert text.count('href="https://paper.example/articles/haerye/"') == 2  # the card, and a quote's source
    assert text.count('href="https://paper.example/articles/kinsoku/"') == 1
    assert text.count('href="https://paper.example/articles/lead-type/"') == 1


def test_every_picture_has_an_alt_and_a_size(made):
    """A reader without pictures sees words in a space of the right shape."""
    for image in re.findall(r"<img[^>]*>", made["email.html"].text):
        assert re.search(r' alt="[^"]+"', image)
        assert re.search(r' width="\d+"', image)


def test_an_empty_issue_still_renders(rich_issue, rich_config):
    """A draft may hold nothing yet: no empty sections, no holes."""
    empty = dataclasses.replace(
        rich_issue, lead=None, sections=(), profiles=(), quotes=(), overflow=(), note="", tagline=""
    )
    page, text = render(empty, THEME, rich_config)[:2]
    assert "<h2" not in page.text
    assert "----" not in text.text


def test_only_profiles(rich_issue, rich_config):
    """A week in which nothing but a profile changed."""
    only = dataclasses.replace(rich_issue, lead=None, sections=(), quotes=(), overflow=())
    page, text = render(only, THEME, rich_config)[:2]
    assert "檔案更新" in page.text
    assert "檔案更新" in text.text


def test_a_profile_shows_its_photo_where_it_has_one(rich_issue, rich_config):
    """The initials stand in its place until it loads."""
    profile = rich_issue.profiles[0]
    photo = ImageRef(src="https://x.example/wang.jpg", alt="Wang Zhen", position=profile.entry.position)
    entry = dataclasses.replace(profile.entry, image=photo)
    issue = dataclasses.replace(rich_issue, profiles=(dataclasses.replace(profile, entry=entry),))
    page = render(issue, THEME, rich_config)[0].text
    assert '<img class="av" src="https://x.example/wang.jpg" alt="WZ" width="56" height="56"' in page
