"""Splicing a mail for a reader's topics gives what rendering it for them gives, to the byte."""

from __future__ import annotations

from itertools import combinations

import pytest

from digest.config import Config
from digest.model import Issue, Parts
from digest.render import render
from digest.render.parts import agrees
from digest.render.theme import Theme
from digest.text.parts import assembled, conditions, pill_line, shown
from tests.render.personal import parted, slowly

THEME = Theme.load("ink")


def spliced(found: Parts, topics: frozenset[str]) -> list[str]:
    """The texts of all mails, in the order of `render`."""
    holds = conditions(found, shown(found, topics))
    return [
        text
        for mail in found.mails
        for text in (assembled(mail.html, holds), assembled(mail.text, holds, pill_line(mail, holds)))
    ]


def topics_of(found: Parts) -> list[str]:
    return sorted({tag for item in found.items for tag in item.tags})


@pytest.fixture(scope="module")
def rich_parts(rich_issue: Issue, rich_config: Config) -> Parts:
    return parted(rich_issue, rich_config, THEME)


def test_everybody_s_mail_is_the_rendition(rich_issue: Issue, rich_config: Config, rich_parts: Parts) -> None:
    """A reader without chosen topics gets the sealed mail itself."""
    assert spliced(rich_parts, frozenset()) == [each.text for each in render(rich_issue, THEME, rich_config)]
    assert agrees(rich_parts, render(rich_issue, THEME, rich_config))


def test_each_topic_and_each_pair(rich_issue: Issue, rich_config: Config, rich_parts: Parts) -> None:
    """Each single topic and each pair: the same bytes as the issue cut down to it and rendered."""
    single = [frozenset({each}) for each in topics_of(rich_parts)]
    pairs = [frozenset(each) for each in combinations(["印刷", "한글", "語錄", "農學", "css"], 2)]
    for topics in (*single, *pairs):
        slow = slowly(rich_issue, rich_config, THEME, topics)
        assert slow is not None
        for ours, theirs in zip(spliced(rich_parts, topics), slow, strict=True):
            assert ours == theirs.text, (topics, theirs.name)
