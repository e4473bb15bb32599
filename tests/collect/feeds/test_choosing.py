"""Rules that choose items: words, CJK, patterns that cannot hold us."""

from __future__ import annotations

import contextlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.collect.feeds.choosing import RuleError, rules
from digest.collect.feeds.patterns import Pattern, PatternError, folded


def wants(
    title: str, *, include: tuple[str, ...] = (), exclude: tuple[str, ...] = (), **more: object
) -> bool:
    return rules(include, exclude).want(title=title, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("word", "title", "expected"),
    [
        ("AI", "What AI wrote", True),
        ("ai", "AI: a history", True),
        ("AI", "The rain in Spain", False),
        ("AI", "用AI寫作", True),
        ("ＡＩ", "Of AI", True),
        ("printing press", "The Printing\u00a0Press", True),
        ("활자", "금속활자는 어디서", True),
        ("活字", "鉛活字的重量", True),
        ("C++", "C++ and Rust", True),
        ("C", "C++ and Rust", True),
        ("press", "pressure under pressing, and press", True),
        ("press", "pressure", False),
        ("Straße", "die STRASSE", True),
    ],
)
def test_words(word: str, title: str, expected: bool) -> None:
    """A word is found whole where spaces part words, anywhere in CJK, whatever its case and width."""
    assert wants(title, include=(word,)) is expected


def test_include_wants_one_and_exclude_none() -> None:
    """One word of `include` is enough, one of `exclude` too much; without rules everything is wanted."""
    assert wants("anything")
    assert wants("tea and ink", include=("ink", "paper"))
    assert not wants("tea", include=("ink", "paper"))
    assert not wants("ink, sponsored", include=("ink",), exclude=("sponsored",))
    assert wants("a title", include=("ink",), tags=("Ink",))
    assert wants("a title", include=("ink",), summary="about ink")
    assert not wants("a title", include=("ink",), summary="x " * 3_000 + "ink")


@pytest.mark.parametrize(
    ("pattern", "title", "expected"),
    [
        ("/^Weekly \\d+$/", "Weekly 12", True),
        ("/^Weekly \\d+$/", "The Weekly 12", False),
        ("/AI.*(safety|policy)/", "AI and public policy", True),
        ("/colou?r/", "COLOR", True),
        ("/[A-C]at/", "bat", True),
        ("/第[一二三]期/", "第二期", True),
        ("/\\bpress\\b/", "pressure", False),
        ("/a{2,3}b/", "xaab", True),
        ("/a{2,3}b/", "xab", False),
        ("/{}/", "a {} b", True),
        ("/(?:a|b)+c/", "abac", True),
        ("/\\u6d3b\\x5b\\n?/", "活[", True),
        ("/[^\\W\\d]\\B/", "7ab", True),
        ("/a{2/", "a{2", True),
        ("/[a-]b/", "-b", True),
        ("/ﬁ/", "Find", True),
        ("/a{,2}b/", "b", True),
        ("/a+?b/", "aab", True),
        ("/a\\.b\\//", "a.b/", True),
        ("/a\\.b/", "axb", False),
    ],
)
def test_patterns(pattern: str, title: str, expected: bool) -> None:
    """Between slashes a rule is a regular expression, of lines, without regard to case."""
    assert wants(title, include=(pattern,)) is expected


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("  ", "no word"),
        ("/(/", "not closed"),
        ("/)/", "closes nothing"),
        ("/[a/", "not closed"),
        ("/[]/", "not closed"),
        ("/*/", "nothing before"),
        ("/a|+/", "nothing before"),
        ("/a\\/", "at the end"),
        ("/\\1/", "not spoken"),
        ("/(?=a)/", "not spoken"),
        ("/a{300}/", "m ≤ n"),
        ("/a{3,2}/", "m ≤ n"),
        ("/[z-a]/", "backwards"),
        ("/[a-\\d]/", "backwards"),
        ("/\\x4/", "hexadecimal"),
        ("/\\x+1/", "hexadecimal"),
        ("/\\UFFFFFFFF/", "hexadecimal"),
        ("/((((a{50}){50}){50}){50})/", "too large"),
        ("/((((){200}){200}){200}){200}/", "too large"),
        ("/" + "(" * 60 + ")" * 60 + "/", "too deeply"),
    ],
)
def test_a_rule_that_cannot_be_read(rule: str, said: str) -> None:
    """It is refused with the rule and a sentence."""
    with pytest.raises(RuleError, match=re.escape(said)) as raised:
        rules((), (rule,))
    assert raised.value.rule == rule


@pytest.mark.parametrize(
    "pattern", ["(a+)+b", "(a|a)*b", "(a*)*(a*)*(a*)*b", ".*.*.*.*.*x", "(a?){30}a{30}b"]
)
def test_no_pattern_holds_us(pattern: str) -> None:
    """What takes Python's engine longer than a life is answered by a walk over the text."""
    made = Pattern(pattern)
    assert not made.found_in("a" * 5_000)
    assert len(made._moves) < 200


SAFE = st.recursive(
    st.sampled_from(["a", "b", "c", ".", "\\d", "\\w", "[ab]", "[^a]", "\\b", "^", "$", "\\s", "é"]),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=1, max_size=3).map(lambda each: f"(?:{'|'.join(each)})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{1,2}", "{2}", "{1,}", "*?"])).map(
            lambda each: f"(?:{each[0]}){each[1]}"
        ),
    ),
    max_leaves=8,
)


@given(SAFE, st.text("abc1 _é\n", max_size=12))
def test_patterns_find_what_pythons_engine_finds(pattern: str, text: str) -> None:
    """Yes and no are those of `re`, with lines, and a break counted as an end of the text is."""
    python = re.compile(pattern.replace("$", "(?=\n|\\Z)"), re.MULTILINE)
    assert Pattern(pattern).found_in(text) is bool(python.search(text))


@given(st.text(max_size=30), st.text(max_size=60))
def test_any_text_is_a_pattern_or_refused(pattern: str, text: str) -> None:
    """Nothing that an editor writes between slashes is a crash."""
    with contextlib.suppress(PatternError):
        Pattern(pattern).found_in(folded(text))


def test_what_is_remembered_of_a_pattern_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Foreign text cannot fill the memory: moves are forgotten, and the answers stay the same."""
    monkeypatch.setattr("digest.collect.feeds.patterns._KEPT", 10)
    made = Pattern("[^x]+x$")
    assert made.found_in("".join(map(chr, range(0x4E00, 0x4F00))) + "x")
    assert len(made._moves) <= 11
