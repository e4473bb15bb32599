"""YAML front matter: values as written, the mistakes that people make, each at its place."""

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.collect.mistakes import MistakeError, Report
from digest.collect.yaml_dialect import read


def place(text: str, offset: int) -> str:
    """Line and column of an offset."""
    return str(Report("f", text).place(offset))[2:]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("12:30", "12:30"),
        ("no", "no"),
        ("yes", "yes"),
        ("2026-01-23", "2026-01-23"),
        ("2011-11-24 15:50:00 +0900", "2011-11-24 15:50:00 +0900"),
        ("1.10", "1.10"),
        ("007", "007"),
        ("1e5", "1e5"),
        ("0x1F", "0x1F"),
        ("99999999999999999999", "99999999999999999999"),
        ("1.5", 1.5),
        ("-3", -3),
        ("true", True),
        ("False", False),
        ("~", None),
        ("", None),
        ('"true"', "true"),
        ("!!str 12", "12"),
        ("!!int 12", 12),
        ("|\n  a\n  b\n", "a\nb\n"),
        ("[a, 1]", ["a", 1]),
        ("{a: {b: c}}", {"a": {"b": "c"}}),
    ],
)
def test_a_value_is_what_its_editor_sees(written: str, value: object) -> None:
    """No YAML 1.1 surprises: clock times, yes/no, dates and version numbers stay text."""
    assert read(f"x: {written}").values == {"x": value}


def test_keys_know_their_offsets() -> None:
    """Offsets count characters, also behind CJK, and are those of the top level only."""
    text = "標題: 一\nb:\n  c: 1\nd: 2"
    assert {key: place(text, offset) for key, offset in read(text).offsets.items()} == {
        "標題": "1:1",
        "b": "2:1",
        "d": "4:1",
    }


def test_anchors_aliases_and_merges_work() -> None:
    """They are YAML, so they mean what they say."""
    values = read("a: &x {k: 1, l: 2}\nb: *x\nc: {<<: *x, k: 3}\nd: {<<: [*x]}\ne: &k name\n*k : 1\n").values
    assert values["b"] == {"k": 1, "l": 2}
    assert values["c"] == {"k": 3, "l": 2}
    assert values["d"] == values["b"]
    assert values["name"] == 1


@pytest.mark.parametrize(
    ("text", "rule", "where", "values"),
    [
        ("a: 1\na: 2", "duplicate-key", "2:1", {"a": 2}),
        ("title: &a x", "yaml-anchor", "1:8", {"title": "&a x"}),
        ("title: !note x", "yaml-tag", "1:8", {"title": "!note x"}),
        ("title: ! x", "yaml-tag", "1:8", {"title": "! x"}),
        ('title: "a\nb: c: d"', "yaml-quote", "1:8", {"title": "a b: c: d"}),
    ],
)
def test_what_can_be_read_is_read_with_a_warning(text: str, rule: str, where: str, values: object) -> None:
    """The last of two keys counts; words behind a sign of YAML's are not lost."""
    block = read(text)
    (mistake,) = block.mistakes
    assert (mistake.rule, place(text, mistake.offset), block.values) == (rule, where, values)
    assert mistake.severity == "warning"


MISTAKES = [
    ("title: a: b", "yaml-colon", "1:9"),
    ("title: “a”: b", "yaml-fullwidth", "1:8"),
    ("title：x\nb: 1", "yaml-fullwidth", "1:6"),
    ("a: 1\ntitle：x", "yaml-fullwidth", "2:6"),
    ("title:\u3000x\nb: 1", "yaml-fullwidth", "1:7"),
    ("a: 1\n\tb: 2", "yaml-tab", "2:1"),
    ("a:\n\t- b", "yaml-tab", "2:1"),
    ("a: [1,\n\t@]", "yaml-reserved", "2:2"),
    ("title:\tx\n\tb: 1", "yaml-tab", "2:1"),
    ("\t@", "yaml-tab", "1:1"),
    ('title: "abc\nb: 1\n', "yaml-quote", "1:8"),
    ('title: "abc\nb: "x"\n', "yaml-quote", "1:8"),
    ("a: 'x\nb: c", "yaml-quote", "1:4"),
    ("tags: [a, b\nc: 1\n", "yaml-bracket", "1:7"),
    ("tags: {a: b", "yaml-bracket", "1:7"),
    ("tags: [a, b]]", "yaml-bracket", "1:13"),
    ("title: [Review] b", "yaml-bracket", "1:17"),
    ("[\x85", "yaml-syntax", "1:3"),
    ("title: {{ x }}", "yaml-brace-start", "1:9"),
    ("? [a]: b", "yaml-brace-start", "1:3"),
    ("title:x\nb: 1", "yaml-no-space", "1:6"),
    ("title:x", "yaml-no-space", "1:6"),
    ('title "x"\nb: 1', "yaml-no-colon", "1:1"),
    ('title "x"', "yaml-no-colon", "1:1"),
    ("a: 1\n*what now\nb: 2", "yaml-no-colon", "2:1"),
    ("a: 1\n(what) is this\nb: 2", "yaml-no-colon", "2:1"),
    ("a: 1\n  b: 2", "yaml-indentation", "2:3"),
    ("tags:\n  - a\n - b\nc: d", "yaml-indentation", "3:2"),
    ("a:\n  - b: 1\n   c: 2", "yaml-indentation", "3:4"),
    ("title: @foo", "yaml-reserved", "1:8"),
    ("title: `x`", "yaml-reserved", "1:8"),
    ("title: %x", "yaml-reserved", "1:8"),
    ("title: * x", "yaml-reserved", "1:8"),
    ("title: **bold** x", "yaml-reserved", "1:8"),
    ("title: & x", "yaml-reserved", "1:8"),
    ("title: *x", "yaml-alias", "1:8"),
    ("a: &a [*a]", "yaml-alias", "1:8"),
    ("title: 'it's'\nb: 1", "yaml-inner-quote", "1:11"),
    ('title: "say "hi" now"', "yaml-inner-quote", "1:13"),
    ("title: - x", "yaml-dash", "1:8"),
    ("title: > abc", "yaml-block", "1:8"),
    ('a: "C:\\Users"', "yaml-escape", "1:7"),
    ('a: "\\q"', "yaml-escape", "1:5"),
    ("a: \x01b", "yaml-control-character", "1:4"),
    ("- a\n- b", "yaml-no-keys", "1:1"),
    ("[" * 100, "yaml-too-deep", "1:66"),
    ("%YAML 1.2\n", "yaml-syntax", "2:1"),
    ("[?>}%：<<“]", "yaml-syntax", "1:3"),
    ("- :", "yaml-syntax", "1:3"),
    ("\\:%]: :", "yaml-syntax", "1:7"),
]


@pytest.mark.parametrize(("text", "rule", "where"), MISTAKES)
def test_a_mistake_has_its_rule_and_its_place(text: str, rule: str, where: str) -> None:
    """The finding names what the editor did, where the editor did it, and never PyYAML's own words alone."""
    with pytest.raises(MistakeError) as caught:
        read(text)
    mistake = caught.value.mistake
    assert (mistake.rule, place(text, mistake.offset)) == (rule, where)
    assert "mapping values" not in mistake.sentence
    assert "\n" not in mistake.sentence


def test_an_alias_bomb_is_refused_at_once() -> None:
    """Nine aliases of nine aliases, six deep, would be half a million values."""
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 8)]
    begin = time.perf_counter()
    with pytest.raises(MistakeError) as caught:
        read("\n".join(lines))
    assert caught.value.mistake.rule == "yaml-too-deep"
    assert time.perf_counter() - begin < 5


@pytest.mark.parametrize("piece", ["[", "{a: ", "- ", "? ", '"a', "&a ", "!a ", "a: *x\n", "#\n", "a: b: "])
def test_hostile_yaml_neither_hangs_nor_exhausts_the_stack(piece: str) -> None:
    """A million characters of openings, which crash `yaml.load`, are a mistake like any other."""
    begin = time.perf_counter()
    with contextlib.suppress(MistakeError):
        read(piece * (300_000 // len(piece)))
    assert time.perf_counter() - begin < 10


SIGNS = ("title", "- ", "&a", "*a", "<<", *":\n\t\"'[]{}|>!%@：“#?\\1é字, \u2028\x85")
LINES = st.lists(st.sampled_from(SIGNS), max_size=40).map("".join)


@given(LINES)
def test_any_text_gives_values_or_a_mistake_inside_it(text: str) -> None:
    """Nothing else is ever raised, and places are in the text."""
    offsets: list[int] = []
    try:
        offsets += read(text).offsets.values()
    except MistakeError as error:
        offsets.append(error.mistake.offset)
    assert all(0 <= offset <= len(text) for offset in offsets)
