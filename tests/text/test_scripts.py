"""What letters tell of a language, and quotation marks."""

from __future__ import annotations

import pytest

from digest.text.scripts import primary, quoted, script_language


@pytest.mark.parametrize(
    ("language", "expected"), [("zh-Hant-TW", "zh"), ("KO", "ko"), ("zh_TW", "zh"), ("", "")]
)
def test_primary(language, expected):
    """The first part of a language tag, in lower case."""
    assert primary(language) == expected


@pytest.mark.parametrize(
    ("text", "around", "expected"),
    [
        ("Paper", "zh-Hant-TW", "en"),
        ("紙聲 Paper", "zh-Hant-TW", ""),
        ("紙聲", "en", "zh-Hant"),
        ("글자", "zh-Hant-TW", "ko"),
        ("かな漢字", "en", "ja"),
        ("Paper", "en-GB", ""),
        ("2026", "ko", ""),
    ],
)
def test_script_language(text, around, expected):
    """Letters tell a language where they are not those around them."""
    assert script_language(text, around) == expected


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("讀。", "zh-Hant-TW", "「讀。」"),
        ("Read.", "en", "“Read.”"),
        ("읽다", "ko", "“읽다”"),
        (" “Read.” ", "zh", "“Read.”"),
        ("『讀』", "en", "『讀』"),
    ],
)
def test_quoted(text, language, expected):
    """A quote wears its language's marks, once."""
    assert quoted(text, language) == expected
