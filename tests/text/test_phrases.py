"""Interface words."""

from datetime import date

import pytest

from digest.text.phrases import LANGUAGES, match_language, phrases


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("zh-Hant-TW", "zh-Hant-TW"),
        ("zh-TW", "zh-Hant-TW"),
        ("zh_Hant", "zh-Hant-TW"),
        ("ko-KR", "ko"),
        ("en-GB", "en"),
        ("pl", "en"),
        ("", "en"),
    ],
)
def test_a_language_tag_finds_its_interface_language(tag, language):
    """Regions and scripts fall back to the language; a language that we do not speak to English."""
    assert match_language(tag) == language


def test_dates_in_three_languages():
    """A day reads as in a paper of that language."""
    day = date(2026, 1, 26)
    assert [phrases(language).date(day) for language in LANGUAGES] == [
        "2026 年 1 月 26 日（一）",
        "2026년 1월 26일 (월)",
        "Monday, 26 January 2026",
    ]
    assert phrases("ko").date(day, "short") == "1월 26일"
    assert phrases("zh").date(day, "medium") == "2026 年 1 月 26 日"


def test_plurals():
    """English has two forms, Chinese and Korean one, and an unknown message its own two."""
    assert [phrases("en").plural("{n} item", "{n} items", n) for n in (1, 2)] == ["1 item", "2 items"]
    assert phrases("zh").plural("{n} item", "{n} items", 1) == "1 篇"
    assert [phrases("zh").plural("{n} owl of {who}", "{n} owls of {who}", n, who="A") for n in (1, 2)] == [
        "1 owl of A",
        "2 owls of A",
    ]


def test_lists_and_unknown_messages():
    """A list has the language's comma; a message that no catalogue has is its English self."""
    assert phrases("zh").list(["甲", "乙"]) == "甲、乙"
    assert phrases("en").list(("a", "b")) == "a, b"
    assert phrases("zh")("no such {thing}", thing="owl") == "no such owl"
