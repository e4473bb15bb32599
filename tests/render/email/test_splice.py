"""Tokens in a layout."""

import pytest

from digest.model import Mark, Position
from digest.render.email.splice import Splices

HERE = Position(path="a.md", line=3)
THERE = Position(path="b.md", line=9)


def test_marks_lie_where_the_stretches_are():
    """Offsets count characters of the finished text, nested stretches and fragments included."""
    splices = Splices("dg1")
    text = f"<p>{splices.open(HERE)}ab{splices.open(THERE)}好{splices.close()}"
    text += f"{splices.put('<b>x</b>', [Mark(start=3, end=4, position=THERE)])}{splices.close()}</p>"
    made, marks = splices.resolve(text)
    assert made == "<p>ab好<b>x</b></p>"
    assert [(made[mark.start : mark.end], mark.position) for mark in marks] == [
        ("ab好<b>x</b>", HERE),
        ("好", THERE),
        ("x", THERE),
    ]


def test_a_stretch_from_nowhere_is_not_marked():
    """A quote whose entry is not in the issue has no line to point at."""
    splices = Splices("dg1")
    assert splices.resolve(f"{splices.open(None)}a{splices.close()}") == ("a", ())


@pytest.mark.parametrize("foreign", ["dg2:f0;", "dg1:f0", "dg1:F0;"])
def test_only_our_own_tokens_are_resolved(foreign):
    """What only looks like a token is text."""
    splices = Splices("dg1")
    splices.put("secret")
    assert splices.resolve(foreign) == (foreign, ())


def test_a_fragment_that_holds_a_token_is_inert():
    """One pass: what is put in is not read again."""
    splices = Splices("dg1")
    inner = splices.put("inner")
    outer = splices.put(f"outer {inner}")
    assert splices.resolve(outer)[0] == f"outer {inner}"
