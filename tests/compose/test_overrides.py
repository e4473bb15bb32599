"""Reading what an editor wrote: every mistake at its place, and the rest goes on."""

import pytest

from digest.compose import read_overrides
from digest.model import Severity

PATH = "issues/weekly/14.toml"
WHOLE = """\
lead = "articles/tea.md"
pins = ["ferry", "ferry"]
skips = ["old", { entry = "clocks", until = "next" }]
order = ["history", "more"]
subject = "S"
preheader = "P"
note = \"\"\"
Hello *you*.
\"\"\"

[sections."歷史"]
title = " History "
titles = { ko = "역사" }
entries = ["a", "b"]
"""


def problems(text):
    return [
        (each.rule, each.position.line, each.position.column, each.sentence, each.hint)
        for each in read_overrides(text, PATH)[1]
    ]


def test_everything_that_can_be_said():
    """Each key is read, names with their places, and a name that stands twice counts once."""
    read, found = read_overrides(WHOLE, PATH)
    assert found == ()
    assert (read.lead.name, str(read.lead.position)) == ("articles/tea.md", f"{PATH}:1:8")
    assert [each.name for each in read.pins] == ["ferry"]
    assert [(each.entry.name, each.for_good) for each in read.skips] == [("old", True), ("clocks", False)]
    assert str(read.skips[1].entry.position) == f"{PATH}:3:27"
    assert [each.name for each in read.order] == ["history", "more"]
    assert (read.subject, read.preheader, read.note) == ("S", "P", "Hello *you*.\n")
    (section,) = read.sections
    assert (section.section.name, section.title, section.titles) == ("歷史", "History", {"ko": "역사"})
    assert section.section.position.line == 11
    assert [each.name for each in section.entries] == ["a", "b"]


def test_an_empty_file_changes_nothing():
    """A file of comments is a file without a word."""
    read, found = read_overrides("# nothing yet\n", PATH)
    assert (read.lead, read.note, read.pins, found) == (None, None, (), ())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('skip = ["a"]\n', ("override-key", 1, 1, "there is no key skip", "did you mean skips?")),
        ("zzz = 1\n", ("override-key", 1, 1, "there is no key zzz", None)),
        ("a = 1\nlead = 3\n", ("override-value", 2, 1, "lead must name an entry, not 3", None)),
        ('lead = ""\n', ("override-value", 1, 1, "a name is empty, not ''", None)),
        ('pins = "a"\n', ("override-value", 1, 1, "pins must be a list, not 'a'", None)),
        ("pins = [1]\n", ("override-value", 1, 1, "pins must name an entry", None)),
        ('skips = "a"\n', ("override-value", 1, 1, "skips must be a list", None)),
        (
            'skips = [{ entry = "a", till = "next" }]\n',
            ("override-key", 1, 25, "a skip has no key till", "did you mean until?"),
        ),
        (
            'skips = [{ entry = "a", until = "2026" }]\n',
            ("override-value", 1, 25, "until must be next, not '2026'", None),
        ),
        ('skips = [{ until = "next" }]\n', ("override-value", 1, 1, "skips must name an entry", None)),
        ("note = 3\n", ("override-value", 1, 1, "note must be text, not 3", "write it in quotes")),
        ("sections = 3\n", ("override-value", 1, 1, "sections must be a table, not 3", None)),
        ('[sections]\na = "x"\n', ("override-value", 2, 1, "the section a must be a table, not 'x'", None)),
        (
            '[sections.a]\ntitel = "x"\n',
            ("override-key", 2, 1, "there is no key titel", "did you mean title?"),
        ),
        ("[sections.a]\ntitle = 1\n", ("override-value", 2, 1, "title must be text, not 1", None)),
        ("[sections.a]\ntitles = 1\n", ("override-value", 2, 1, "titles must be a table, not 1", None)),
        (
            "[sections.a]\ntitles = { ko = 1 }\n",
            ("override-value", 2, 1, "the title in ko must be text, not 1", None),
        ),
        ("lead = \n", ("override-syntax", 1, 8, "is not TOML: invalid value", None)),
        ('note = """\nx', ("override-syntax", 2, 2, "is not TOML: unterminated string", None)),
    ],
)
def test_each_mistake_has_its_place(text, told):
    """One sentence, line and column, a hint; unknown keys with the nearest known one."""
    (found,) = [each for each in problems(text) if each[3] != "there is no key a"]
    rule, line, column, sentence, hint = told
    assert found[:3] == (rule, line, column)
    assert found[3].startswith(sentence)
    assert found[4] == hint if hint else found[4]


def test_the_rest_goes_on():
    """What is wrong takes nothing else with it, and a skip until a strange time still holds this issue."""
    read, found = read_overrides(
        'lead = 1\nskips = [1, { entry = "a", until = "soon" }]\npins = ["b"]\n', PATH
    )
    assert [each.rule for each in found] == ["override-value"] * 3
    assert all(each.severity is Severity.ERROR and each.frame for each in found)
    assert [each.name for each in read.pins] == ["b"]
    assert [(each.entry.name, each.for_good) for each in read.skips] == [("a", False)]


def test_places_of_what_is_written_in_another_way():
    """A name with escapes stands at its key; a skip under a heading of its own has its place, too."""
    read, _ = read_overrides('lead = "a\\u0062"\n', PATH)
    assert (read.lead.name, read.lead.position.column) == ("ab", 1)
    found = problems('[[skips]]\nentry = "a"\nwhen = "now"\nuntil = "then"\n')
    assert [each[:3] for each in found] == [("override-key", 3, 1), ("override-value", 4, 1)]
    assert problems('[[skips]]\nentry = "a"\n"wh\\u0065n" = "now"\n')[0][1] == 1
