"""Quotes in lists."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from digest.collect.quotes import quote_in, quotes_in


@pytest.mark.parametrize(
    ("line", "topic", "text", "source"),
    [
        ('- On Legacy: "a b." — Source: [X (2017)]', "Legacy", "a b.", "X (2017)"),
        ('- On the Shift: "a"', "The Shift", "a", ""),
        ("- **On X**: “abc” — Source: [Y](http://z)", "X", "abc", "Y"),
        ('- **X:** "q" — Attention Is All You Need (2017)', "X", "q", "Attention Is All You Need (2017)"),
        ("1. “x”（來源：某書）", "", "x", "某書"),
        ('* X: "y" (from: Z)', "X", "y", "Z"),
        ("• 關於 學習：「好」——出處：書", "學習", "好", "書"),
        ('- On A: "say "hi" now" — Source: B', "A", 'say "hi" now', "B"),
    ],
)
def test_a_quote_has_its_topic_and_source(line: str, topic: str, text: str, source: str) -> None:
    """Without "On", without brackets and dashes, in ASCII, curly and corner quotes."""
    quote = quote_in(line, "S")
    assert quote
    assert (quote.topic, quote.text, quote.source, quote.by) == (topic, text, source, "S")


@pytest.mark.parametrize(
    "line", ["", "- no quote", '"no item"', "- the “word” in a sentence that goes “on” further here."]
)
def test_other_lines_are_no_quotes(line: str) -> None:
    """A word in quotes inside a sentence is no quotation… unless the item is little else."""
    quote = quote_in(line)
    assert quote is None or quote.source


def test_all_75_of_seed_002_have_topic_and_source(seeds: Callable[[str], Path]) -> None:
    """None is missed, none is doubled."""
    quotes = quotes_in(seeds("002").read_text())
    assert len(quotes) == 75
    assert all(quote.topic and quote.source and quote.text for quote in quotes)
    assert len({quote.text for quote in quotes}) == 75


@pytest.mark.parametrize(
    "line",
    ["- " + "a" * 100_000 + '"', "- " + "a:" * 50_000 + '"', '- "' + '" ' * 50_000, '- a: "' + "a" * 100_000],
)
def test_long_lines_are_read_in_linear_time(line: str) -> None:
    """Whatever the line."""
    begin = time.perf_counter()
    quote_in(line)
    assert time.perf_counter() - begin < 2
