"""One key for a tag's spellings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.text.tags import tag_key


@pytest.mark.parametrize(
    ("tag", "key"),
    [
        ("AI 產業", "ai產業"),
        ("AI產業", "ai產業"),
        ("#ai_產業", "ai產業"),
        ("＃ＡＩ－産業", "ai産業"),
        ("開源 AI", "開源ai"),
        ("AI 산업", "ai산업"),
        ("Machine Learning", "machine-learning"),
        ("machine_learning", "machine-learning"),
        ("盧卡什・凱撒", "盧卡什-凱撒"),
        ("盧卡什·凱撒", "盧卡什-凱撒"),
        ("인공 지능", "인공-지능"),
        ("GPT-4", "gpt-4"),
        ("C++", "c++"),
        ("C#", "c#"),
        ("CI/CD", "ci-cd"),
        ("..", ""),
        ("#", ""),
        ("ẞ", "ss"),
        ("a\u200bb\x00", "ab"),
        ("--x--", "x"),
    ],
)
def test_joins_spellings(tag: str, key: str) -> None:
    """Case, width, signs and the space between scripts make no other tag; no key climbs out of a folder."""
    assert tag_key(tag) == key


@given(st.text())
def test_is_its_own_key(tag: str) -> None:
    """The key of a key is the key."""
    assert tag_key(tag_key(tag)) == tag_key(tag)


def test_key_is_a_folder_name() -> None:
    """A tag of any length has a key that file systems take, cut between characters."""
    key = tag_key("長" * 3000)
    assert key == "長" * 66
    assert tag_key("x" * 199 + " yz") == "x" * 199
