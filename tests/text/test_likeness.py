"""Titles of the same story in three languages, and titles that only look like it."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.text.likeness import alike, close, probes, traits, without_site


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("韓國大法院裁定AI訓練資料可受著作權保護", "韓大法院裁定：AI 訓練資料可受著作權保護"),
        ("삼성전자, 3분기 영업이익 12조 원 기록", "삼성전자 3분기 영업이익이 12조원 기록"),
        ("Court rules that training data is protected", "Court rules: Training Data Is Protected!"),
        ("The ｆｅｒｒｙ line to the island opens again", "Ferry line to the island opens again"),
    ],
)
def test_the_same_story(one: str, other: str) -> None:
    """Punctuation, width, particles and small words do not part them; neither does the order of asking."""
    assert alike(one, other)
    assert alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Apple announces the new iPhone 15 with USB", "Apple announces the new iPhone 16 with USB"),
        ("第十二期讀書會的會後整理筆記", "第十三期讀書會的會後整理筆記"),
        ("Friday links", "Friday links"),
        ("오늘의 글", "오늘의 글"),
        ("Ferry line to the island opens again", "Ferry line to the island closes for good"),
        ("", ""),
    ],
)
def test_other_stories(one: str, other: str) -> None:
    """Another number is another story; short titles say nothing."""
    assert not alike(one, other)


@pytest.mark.parametrize(
    ("title", "site", "bare"),
    [
        ("Tea in winter | Hill Notes", "Hill Notes", "Tea in winter"),
        ("冬茶｜茶山筆記", "茶山筆記", "冬茶"),
        ("Tea – and more – hill notes", "Hill Notes", "Tea – and more"),
        ("Tea in winter | Hill", "Hill Notes", "Tea in winter | Hill"),
        ("| Hill Notes", "Hill Notes", "| Hill Notes"),
        ("Well-known", "known", "Well-known"),
        ("Tea", "", "Tea"),
    ],
)
def test_a_title_without_its_site(title: str, site: str, bare: str) -> None:
    """Only the site's own name, only at the end, never all of it."""
    assert without_site(title, site) == bare


words = st.lists(
    st.sampled_from(("alpha", "beta", "gamma", "delta", "茶山筆記", "한글날", "12", "13", "zeta")), max_size=9
)


@given(
    words,
    words,
    st.dictionaries(st.sampled_from(("alpha", "beta", "gamma", "茶山", "#12")), st.integers(0, 9)),
)
def test_who_shares_no_rare_trait_is_not_alike(one: list[str], other: list[str], common: dict) -> None:
    """The shortcut of comparing only those that share a rare trait loses none."""
    first, second = traits(" ".join(one)), traits(" ".join(other))
    if close(first, second):
        counts = Counter(common)
        assert set(probes(first, counts)) & set(probes(second, counts))
