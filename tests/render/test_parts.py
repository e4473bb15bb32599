"""Splicing a mail for a reader's topics gives what rendering it for them gives, to the byte."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from itertools import combinations

import pytest

from digest.archive import dump_parts, load_parts
from digest.config import Config
from digest.errors import SealError
from digest.model import Entry, Issue, Item, Parts
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


def test_a_long_overflow_and_the_lead_in_full(
    rich_issue: Issue,
    full_text: Callable[[str], Config],
    make_article: Callable[..., Entry],
    make_item: Callable[..., Item],
) -> None:
    """Of many more on the web twelve of a reader's are listed; whoever leads stands in full."""
    config = full_text("lead")
    more = tuple(
        make_item(make_article(f"web-{n}", f"More {n}", "en", tags=("印刷",) if n % 3 else ("語錄",)))
        for n in range(25)
    )
    issue = dataclasses.replace(rich_issue, overflow=more, languages=("zh-Hant-TW", "en"))
    found = parted(issue, config, THEME)
    for topics in (frozenset(), frozenset({"印刷"}), frozenset({"語錄"}), frozenset({"css", "農學"})):
        slow = slowly(issue, config, THEME, topics)
        assert slow is not None
        assert spliced(found, topics) == [each.text for each in slow], topics


def test_an_issue_of_links_or_of_profiles_only(rich_issue: Issue, rich_config: Config) -> None:
    """Nothing leads there; totals and headings stand only where there is something to count."""
    links = dataclasses.replace(rich_issue.sections[2], items=rich_issue.sections[2].items[2:], key="links")
    for issue in (
        dataclasses.replace(rich_issue, lead=None, sections=(), overflow=()),
        dataclasses.replace(rich_issue, lead=None, sections=(links,), profiles=(), quotes=(), overflow=()),
    ):
        found = parted(issue, rich_config, THEME)
        for topics in (frozenset[str](), *(frozenset({each}) for each in topics_of(found))):
            slow = slowly(issue, rich_config, THEME, topics)
            assert slow is not None
            assert spliced(found, topics) == [each.text for each in slow], topics


def test_the_sealed_parts_are_read_as_they_were(
    rich_issue: Issue, rich_config: Config, rich_parts: Parts
) -> None:
    """What stands in the sealed mails is kept as its place in them: the file is smaller than they are."""
    texts = [each.text for each in render(rich_issue, THEME, rich_config)]
    mails = dict(zip(rich_issue.languages, zip(texts[::2], texts[1::2], strict=True), strict=True))
    sealed = dump_parts(rich_parts, mails)
    assert load_parts(sealed.text.encode(), mails, "x") == rich_parts
    assert len(sealed.text.encode()) < sum(len(each.encode()) for each in texts)
    for broken in (b"{", b"[]", b"{}", sealed.text.replace('"format":1', '"format":2').encode()):
        with pytest.raises(SealError, match="splice"):
            load_parts(broken, mails, "x")
