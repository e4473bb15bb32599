"""The YAML that is read without the parser: always what the parser says, or nothing."""

from __future__ import annotations

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.collect.yaml_dialect import read, read_all
from digest.collect.yaml_plain import read_plain

EXAMPLES = 20_000 if os.environ.get("DIGEST_SOAK") == "1" else 500
LINES = (
    "a: 1\n", "b: x y\n", "c:\n", "  - i\n", "- i\n", "-\n", "- \n", "  - k: v\n", "    l: w\n", "  m: v\n",
    "    n: v\n", "d: |\n", "  text\n", "   more\n", "\n", "# c\n", "  # c\n", "e: >-\n", "  t\n",
    "f: [a, b]\n", 'g: "q" # c\n', "h:  \n", '  - "x"\n', "  - [a]\n", "i: 'it''s'\n", "    - deep\n",
    "      z: 1\n", "      - zz\n", " o: 1\n", "text\n", "  \n", "p: x # c\n", "  - >\n", "  - |\n",
    "  - q: |-\n", "r: 1.10\n", 's: "a \\"b\\""\n', "t: 2026-01-02\n", "標題: 字，字：字\n", "u: ~\n",
    "v: http://a.b/c#d\n", 'w: [a, \'b\', "c"]\n', "x: [ ]\n", "y: no\n", "z: >\n", "a1: |-\n", "...\n",
    "a:\n", "true: True\n",
)  # fmt: skip
PIECES = (
    "\n", ":", "-", "#", "?", "|", ">", "&", "*", "!", "%", "@", "`", "=", ".", ",", "'", '"', "[", "]",
    "{", "}", "~", "\t", '\\', " ", "a:", "b: ", "- ", "  ", "\n\n", "x", "words here", "1.5", "true",
    '"q"', "'s'", "[a, b]", "[]", "{}", "|\n", ">-\n", "a: b", "http://x.y/z", "x: y", "<<: ", "---\n",
    "\u2028", "\x85", "字",
)  # fmt: skip


def agrees(block: str) -> bool:
    """Whether the block was read at all; what was read is what the parser says, to the type and order."""
    quick = read_plain(block)
    if quick is None:
        return False
    slow = read_all(block)
    assert (repr(quick[0]), list(quick[1].items())) == (repr(slow.values), list(slow.offsets.items()))
    assert slow.mistakes == ()
    return True


@settings(max_examples=EXAMPLES)
@given(st.lists(st.sampled_from(LINES), max_size=9).map("".join))
def test_lines_in_any_order_are_what_the_parser_says(block: str) -> None:
    """Keys, lists, tables and texts nested in any way."""
    agrees(block)


@settings(max_examples=EXAMPLES)
@given(st.lists(st.sampled_from(PIECES), max_size=10).map("".join))
def test_pieces_in_any_order_are_what_the_parser_says(block: str) -> None:
    """Every sign that means something to YAML, where it does and where it does not."""
    agrees(f"{block}\n")


@settings(max_examples=EXAMPLES)
@given(st.text(max_size=20))
def test_a_value_of_any_characters_is_what_the_parser_says(value: str) -> None:
    """Whatever a title holds, in quotes or without."""
    for block in (
        f"a: {value}\n",
        f'a: "{value}"\n',
        f"a: '{value}'\n",
        f"a: [{value}]\n",
        f"a:\n- {value}\n",
    ):
        agrees(block)


@pytest.mark.parametrize(
    "block",
    [
        'title: "A title"\ndate: 2026-01-02T03:04:05+08:00\ntags: [a, "b c"]\ndraft: false\n',
        "# c\n\na: x\n\n# d\nb:\n  - 1\n  - 2\nc: it's\n",
        "a:\n- k: v\n  l: |\n    x\n     y\n\n    z\n  m: >-\n    x\n    y\n- k: w\n",
        "a: |\n  b\n\nc: d\n",
        "b: long\n  text\n  here\nc:\n- long\n  text\n",
        "a:\n  b:\n    c: 1\n  d: 2\ne: 3 # note\n",
    ],
)
def test_what_front_matter_mostly_is_is_read(block: str) -> None:
    """The quick way is a way: it is taken."""
    assert agrees(block)
    assert read(block) == read_all(block)


@pytest.mark.parametrize(
    "block",
    [
        *("", "\n", "a: b: c\n", "a: b", "a: {b: c}\n", "a: &x b\n", "a: 1\na: 2\n", "- a\n", "a: \x00\n"),
        *(
            "a:\n - b\n  - c\n",
            "a: |+\n  b\n",
            "a: [b\n",
            "\ta: b\n",
            f"a: {'[' * 30}\n",
            "a: 'b\n",
            "a: *b\n",
        ),
        *(
            "a: |\n\n  b\n",
            "a: >\n  b\n   c\n",
            "a: |\n    \n  b\n",
            "a: |\n  b\n \nc: d\n",
            "a:\n- >\n- b\n",
        ),
        *("a: [b] c\n", "a: [b c: d]\n", "a:\n  - b: 1\n    b: 2\n", "a:\n  b: c\n - d\n", " a: b\nc: d\n"),
        "a: x,\n" * 20_000,
        "".join(f"{'  ' * n}a{n}:\n" for n in range(30)) + "  " * 30 + "b: c\n",
    ],
)
def test_what_is_in_doubt_is_left_to_the_parser(block: str) -> None:
    """Also what is a mistake: the parser's teller knows it."""
    assert read_plain(block) is None


def test_a_line_that_is_long_and_wrong_takes_no_longer() -> None:
    """Nothing is tried twice."""
    for piece in ('"a', "'a", "a: ", "a #", "[a", "a  ", '"\\"', "''", "|", "- "):
        quick = read_plain(f"key: {piece * 50_000}\n")
        assert quick is None or piece in ("a #", "a  ", "''")
