"""Changes in sentences that a reader understands, in three languages."""

from __future__ import annotations

import pytest

from digest.model import Change, Operation
from digest.render.telling import sentence, sentences, told
from digest.text.phrases import phrases

ADDED, CHANGED, REMOVED = Operation.ADDED, Operation.CHANGED, Operation.REMOVED
MOVED = Change(operation=CHANGED, field="position", old=("Google Brain",), new=("OpenAI",))
PAPERS = Change(operation=ADDED, field="publications", new=("One · NeurIPS · 2017", "Two"))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Position: Google Brain → OpenAI; +2 publications"),
        ("zh-Hant-TW", "職位：Google Brain → OpenAI；新增 2 篇著作"),
        ("ko", "직위: Google Brain → OpenAI; 저작 2편 추가"),
    ],
)
def test_changes_are_said_in_the_readers_language(language, said):
    """A scalar is told by what it was and is, a long addition by how many of what."""
    assert sentences((MOVED, PAPERS), phrases(language)) == said


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (Change(operation=ADDED, field="awards", new=("Turing Award · ACM · 2026",)), "Awards: Turing Award"),
        (Change(operation=REMOVED, field="residence", old=("A",)), "− Lives in: A"),
        (Change(operation=REMOVED, field="awards", old=("A", "B")), "−2 awards"),
        (Change(operation=CHANGED, field="education", old=("A", "B"), new=("C", "D")), "2 degrees changed"),
        (Change(operation=ADDED, field="cats", new=("A", "B")), "+2 in Cats"),
        (Change(operation=ADDED, field="body", heading="Late work", new=("x",)), "New section “Late work”"),
        (Change(operation=CHANGED, field="body", heading="Life", new=("x",)), "“Life” rewritten"),
        (Change(operation=REMOVED, field="body", heading="Life", old=("x",)), "Section “Life” removed"),
        (Change(operation=CHANGED, field="body", new=("x",)), "Text rewritten"),
        (Change(operation=ADDED, field="body", new=("x",)), "Text added"),
    ],
)
def test_each_kind_of_change_has_its_sentence(change, said):
    """Added, changed and removed; scalars, lists and sections."""
    assert sentence(change, phrases("en")) == said


def test_more_changes_than_are_said_are_hinted_at():
    """What is not said is not passed over in silence."""
    assert sentences((MOVED, PAPERS), phrases("en"), 1) == "Position: Google Brain → OpenAI…"


def test_a_row_says_whether_it_is_whole():
    """Of many values the first are shown and all are counted; long ones are cut around what differs."""
    many = Change(operation=ADDED, field="awards", new=("a", "b", "c", "d"))
    row = told(many, phrases("en"), cells=80, most=3)
    assert (row.pairs, row.more, row.is_cut) == ((("", "a"), ("", "b"), ("", "c")), "4 awards in all", True)
    whole = told(many, phrases("en"), cells=80)
    assert (len(whole.pairs), whole.more, whole.is_cut) == (4, "", False)
    long = Change(operation=CHANGED, field="bio", old=("same " * 40 + "old",), new=("same " * 40 + "new",))
    ((old, new),) = told(long, phrases("en"), cells=80).pairs
    assert (old[-3:], new[-3:], old[0]) == ("old", "new", "…")
    inner = Change(operation=ADDED, field="social.github", new=("x",))
    assert told(inner, phrases("en"), cells=80).field != told(inner, phrases("en"), cells=80, most=1).field
