"""Names in a text: whole ones are found, false friends are not."""

from __future__ import annotations

import pytest

from digest.text.names import Searched, beginning, occurrences

FOUND = [
    ("王安", "王安在一九五一年成立公司"), ("蔡倫", "蔡倫的魚網"), ("蔡倫", "讀「蔡倫」傳"),
    ("盧卡什・凱撒", "由盧卡什·凱撒寫成"), ("諾貝爾", "諾貝爾說"), ("ヤマハ", "ヤマハの楽器"),
    ("세종", "세종은 글자를"), ("세종", "세종대왕은"), ("샘 올트먼", "샘 올트먼이 말했다"),
    ("이호민", "이호민이 썼다"),
    ("나훈아", "나훈아가"), ("박달", "박달로 가다"), ("Łukasz Kaiser", "by Lukasz Kaiser, who"),
    ("Łukasz Kaiser", "ŁUKASZ KAISER"), ("Ada Lovelace", "Ada Lovelace’s notes"), ("OpenAI", "OpenAI 的研究"),
    ("Cloud", "said Cloud, the firm"), ("Apple", "買了 Apple 的"), ("Apple", "Apple 在週一發表"),
    ("Apple", "Apple's lawyers"), ("Anthropic", "from Anthropic today"), ("IBM", "IBM Research"),
]  # fmt: skip
FALSE = [
    ("王安", "王安石變法"), ("世宗", "明世宗時"), ("諾貝爾", "諾貝爾獎"), ("ヤマハ", "ヤマハン"),
    ("세종", "세종시에"), ("세종", "세종로를"), ("세종", "이세종은"), ("이호", "이호민이"),
    ("나훈아", "나훈아은"),
    ("Ada Lovelace", "The Ada Lovelace Institute"), ("Ada Lovelace", "ada lovelaces"),
    ("OpenAI", "openai.com"),
    ("Cloud", "Cloud computing is"), ("Cloud", "Google Cloud is"), ("Cloud", "the cloud"),
    ("Robotics", "Boston Robotics"), ("Scale", "Scale matters."), ("Scale", "at Scale AI"),
    ("xerox", "a xerox"),
    ("IBM", "IBMers"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text"), FOUND)
def test_a_whole_name_is_found(name, text):
    """In each script as its readers would see it, and by what it begins with."""
    searched = Searched.of(text)
    assert occurrences(name, searched) == 1
    assert beginning(name) in searched.beginnings()


@pytest.mark.parametrize(("name", "text"), FALSE)
def test_a_part_of_another_name_is_none(name, text):
    """Words that are like a name, and longer names that hold it."""
    assert occurrences(name, Searched.of(text)) == 0


@pytest.mark.parametrize("name", ["", "李", "AI", "!"])
def test_a_name_that_says_too_little_is_never_looked_for(name):
    """One character, two letters, no letter at all."""
    assert beginning(name) == ""
