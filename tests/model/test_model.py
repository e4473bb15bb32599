"""The nouns."""

from datetime import UTC, datetime

from digest.errors import DigestError, NothingNewError, ProblemError
from digest.model import (
    Entry,
    EntryType,
    Issue,
    Item,
    Position,
    Problem,
    Reason,
    Section,
    Severity,
)


def item(key, minutes=2):
    place = Position(path=key)
    entry = Entry(
        key=key,
        type=EntryType.ARTICLE,
        kind="article",
        slug=key,
        title=key,
        language="ko",
        position=place,
        fingerprint=key,
    )
    return Item(entry=entry, reason=Reason.NEW, url=f"https://digest.example/{key}", minutes=minutes)


def test_an_issue_lists_its_items_in_reading_order():
    """The lead comes first, then the sections; profiles and overflow count as published but not as read."""
    lead, first, second, person, late = (item(key) for key in ("lead", "a", "b", "person", "late"))
    issue = Issue(
        edition="weekly",
        number=14,
        label="2026-W05",
        title="W",
        tagline="",
        language="ko",
        languages=("ko",),
        date=datetime(2026, 1, 26, tzinfo=UTC),
        subject="s",
        preheader="p",
        lead=lead,
        sections=(Section(key="t", title="T", colour="teal", items=(first, second)),),
        profiles=(person,),
        overflow=(late,),
    )
    assert issue.items == (lead, first, second)
    assert issue.everything == (lead, first, second, person, late)
    assert issue.minutes == 6
    assert issue.id == "weekly/14"


def test_a_position_reads_as_editors_click_it():
    """`file:line:col`, as terminals and editors link it."""
    assert str(Position(path="articles/a.md", line=3, column=9)) == "articles/a.md:3:9"


def test_errors_carry_what_they_are_about():
    """An error has a subject and an exit code; one with a place takes its words from the problem."""
    problem = Problem(
        severity=Severity.ERROR, rule="r", sentence="is wrong", position=Position(path="a"), hint="mend it"
    )
    raised = ProblemError(problem)
    assert (str(raised), raised.subject, raised.hint, raised.code) == ("is wrong", "a:1:1", "mend it", 1)
    assert NothingNewError("nothing new").code == 4
    assert DigestError("x", subject="disk").subject == "disk"
