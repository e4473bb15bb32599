"""The editor decides: overrides against the composer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.compose import (
    Arranged,
    Arrangement,
    compose,
    differences,
    read_overrides,
    remember,
    understood,
    unmet,
)
from digest.model import Severity
from tests.compose.conftest import NOW, make_config, make_entry, make_profile, week_later

SECTIONS = """
[[editions.sections]]
tag = "Maps"
title = "On maps"
"""
ENTRIES = (
    make_entry("lead", "2026-01-26", tags=("maps",), description="It leads."),
    make_entry("m1", "2026-01-25", tags=("maps",)),
    make_entry("m2", "2026-01-24", tags=("maps",)),
    make_entry("t1", "2026-01-23", tags=("tea",)),
    make_entry("t2", "2026-01-22", tags=("tea",)),
    make_entry("x", "2026-01-21", tags=("lone",)),
    make_profile("p1", "2026-01-25"),
    make_profile("p2", "2026-01-24"),
)


def made(text="", entries=ENTRIES, before=(), now=NOW, edition="", sections=SECTIONS):
    """The issue under these overrides, and every problem with them."""
    config = make_config(edition, sections)
    table = config.editions[0]
    overrides, found = read_overrides(text, "issues/weekly/1.toml")
    wishes, unknown = understood(overrides, entries, table, config)
    issue = compose(
        table,
        config,
        entries,
        remember(before),
        now=now,
        url=lambda entry: f"https://scratch.example/{entry.slug}/",
        wishes=wishes,
    )
    told = unmet(issue, wishes, text) if issue else ()
    return issue, (*found, *unknown, *told)


def layout(issue):
    return {section.title: [item.entry.key for item in section.items] for section in issue.sections}


def arrangement(issue):
    return Arrangement(
        lead=issue.lead.entry.key,
        sections=tuple(
            Arranged(key=each.key, title=each.title, entries=tuple(item.entry.key for item in each.items))
            for each in issue.sections
        ),
        profiles=tuple(each.entry.key for each in issue.profiles),
    )


def test_without_a_word_the_composer_decides():
    """No overrides, no difference."""
    issue, problems = made()
    assert layout(issue) == {"On maps": ["m1", "m2"], "tea": ["t1", "t2"], "More": ["x"]}
    assert issue.lead.entry.key == "lead"
    assert problems == ()


def test_order_of_sections_by_tag_and_by_title():
    """What is named comes first, in any spelling; what is not follows as it was."""
    assert list(layout(made('order = ["more", "Tea"]')[0])) == ["More", "tea", "On maps"]
    assert list(layout(made('order = ["tea", "On maps"]')[0])) == ["tea", "On maps", "More"]


def test_entries_in_order_and_across_sections():
    """A section begins with what is named in it, also from another section; an empty one goes."""
    issue, problems = made('[sections.maps]\nentries = ["m2", "x"]')
    assert layout(issue) == {"On maps": ["m2", "x", "m1"], "tea": ["t1", "t2"]}
    assert problems == ()


def test_a_new_section():
    """A section that no tag made stands last, in a colour that the one before does not wear."""
    issue, problems = made('[sections.Gardens]\ntitle = "In the garden"\nentries = ["t2"]')
    assert layout(issue) == {"On maps": ["m1", "m2"], "tea": ["t1"], "More": ["x"], "In the garden": ["t2"]}
    assert issue.sections[-1].colour != issue.sections[-2].colour
    assert (issue.sections[-1].key, problems) == ("gardens", ())
    alone, _ = made('[sections.Gardens]\nentries = ["t1", "t2", "m1", "m2", "x"]')
    assert layout(alone) == {"Gardens": ["t1", "t2", "m1", "m2", "x"]}


def test_titles_in_every_language():
    """A title of the editor's, and those of other languages; the edition's own among them is the title."""
    issue, _ = made('[sections.tea]\ntitle = "Leaves"\ntitles = { ko = "차" }')
    assert (issue.sections[1].title, issue.sections[1].titles) == ("Leaves", {"ko": "차"})
    assert made('[sections.tea]\ntitles = { en = "Cups" }')[0].sections[1].title == "Cups"


def test_lead():
    """Any article may lead; the one that would have led goes to its section."""
    issue, problems = made('lead = "t2"')
    assert issue.lead.entry.key == "t2"
    assert layout(issue)["On maps"] == ["lead", "m1", "m2"]
    assert (issue.subject, problems) == ("Title of t2", ())


def test_words():
    """Subject and preheader as written, in one line; the note replaces the edition's."""
    issue, _ = made('subject = " A\\nB "\npreheader = ""\nnote = "*Hi*"', edition='note = "Old"')
    assert (issue.subject, issue.preheader, issue.note) == ("A B", "", "*Hi*")
    assert made('subject = ""\npreheader = "P"')[0].subject == made()[0].subject
    assert made('note = ""', edition='note = "Old"')[0].note == ""


def test_pinned_entries_stay_in_the_mail():
    """Over the limit the unpinned ones go first, and no limit moves a pinned one."""
    limit = "max_items = 3\n"
    issue, _ = made(edition=limit)
    assert [item.entry.key for item in issue.overflow] == ["t1", "t2", "x", "p1", "p2"]
    issue, problems = made('pins = ["x", "p2"]', edition=limit)
    assert {item.entry.key for item in issue.items} == {"lead", "m1", "x"}
    assert ([item.entry.key for item in issue.profiles], problems) == (["p2"], ())
    issue, _ = made('pins = ["x", "t1", "t2", "m2"]', edition=limit)
    assert {item.entry.key for item in issue.items} == {"lead", "m2", "t1", "t2", "x"}


def test_placed_entries_stay_before_others():
    """What the editor gave a place stays in the mail as long as there is room."""
    issue, problems = made('[sections.tea]\nentries = ["t2"]', edition="max_items = 4\n")
    assert "t2" in {item.entry.key for item in issue.items}
    assert problems == ()
    _, problems = made('[sections.tea]\nentries = ["t2", "t1", "x", "m1"]', edition="max_items = 3\n")
    assert {each.rule for each in problems} == {"override-unmet"}
    assert "over the mail's limit" in problems[0].sentence


def test_profiles_in_order():
    """Profiles are put in order under their own name."""
    issue, problems = made('[sections.profiles]\nentries = ["p2"]')
    assert [item.entry.key for item in issue.profiles] == ["p2", "p1"]
    assert problems == ()


def test_skipped_until_the_next_issue():
    """It is neither published nor passed, and the next issue has it."""
    first, _ = made('skips = [{ entry = "t1", until = "next" }]')
    assert "t1" not in {item.entry.key for item in first.everything} | {each.key for each in first.passed}
    second, _ = made(before=[first], now=week_later())
    assert [item.entry.key for item in second.everything] == ["t1"]


def test_skipped_for_good():
    """It is remembered as passed: no later issue has it, nor the profile until it changes again."""
    first, _ = made('skips = ["t1", "p1"]')
    assert {each.key for each in first.passed} >= {"t1", "p1"}
    assert made(before=[first], now=week_later())[0] is None
    changed = (*ENTRIES[:6], make_profile("p1", "2026-02-01", position="Other"), ENTRIES[7])
    second, _ = made(before=[first], now=week_later(), entries=changed)
    assert [item.entry.key for item in second.profiles] == ["p1"]


def test_a_skipped_update_is_no_news_any_more():
    """The version of a profile that was skipped is what later ones are compared with."""
    first, _ = made()
    changed = (*ENTRIES[:6], make_profile("p1", "2026-02-01", position="Other"), ENTRIES[7])
    fresh = make_entry("fresh", "2026-02-01")
    second, _ = made('skips = ["p1"]', before=[first], now=week_later(), entries=(*changed, fresh))
    assert [item.entry.key for item in second.everything] == ["fresh"]
    assert made(before=[first, second], now=week_later(2), entries=(*changed, fresh))[0] is None


def test_everything_skipped_is_nothing_new():
    """An issue of which nothing is left is none."""
    names = ", ".join(f'"{each.key}"' for each in ENTRIES)
    assert made(f"skips = [{names}]")[0] is None


@pytest.mark.parametrize("name", ["articles/m1.md", "./articles/m1.md", "m1"])
def test_an_entry_by_key_path_and_slug(name):
    """Each name means the same entry."""
    entries = (*ENTRIES[:1], make_entry("id-1", tags=("maps",), slug="m1"), *ENTRIES[2:])
    moved = make_entry("id-1", slug="m1", position=make_entry("m1").position)
    issue, problems = made(f'lead = "{name}"', entries=(*entries[:1], moved, *entries[2:]))
    assert (issue.lead.entry.key, problems) == ("id-1", ())


def test_names_that_mean_nothing():
    """The nearest known name is the hint; unknown is an error only where it would go out by it."""
    _, problems = made('lead = "t11"\nskips = ["arcticles/m1.md", "zzzzzz"]')
    told = [(each.rule, each.severity, each.hint) for each in problems]
    assert ("override-entry", Severity.WARNING, "did you mean t1?") in told
    assert ("override-entry", Severity.ERROR, "did you mean articles/m1.md?") in told
    assert ("override-entry", Severity.ERROR, "`digest collect -v` lists the entries") in told


def test_a_slug_of_two():
    """A name of several is nobody's, and all keys are told."""
    entries = (*ENTRIES, make_entry("y1", slug="same"), make_entry("y2", slug="same"))
    _, (problem,) = made('pins = ["same"]', entries=entries)
    assert (problem.sentence, problem.hint) == ("same is the name of 2 entries", "write one of: y1, y2")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('lead = "p1"', "p1 cannot lead: only an article or a link can"),
        ('pins = ["t1"]\nskips = ["t1"]', "t1 is skipped, so nothing else is done with it"),
        ('[sections.tea]\nentries = ["lead"]', "lead leads the issue, so that it is in no section"),
        (
            '[sections.tea]\nentries = ["p1"]',
            "p1 stands in the section profiles, and not where it was wished",
        ),
        ('pins = ["later"]', "later is not in this issue"),
        ('order = ["teaa"]', "there is no section teaa in this issue"),
        ('[sections.qqqq]\ntitle = "Q"', "there is no section qqqq in this issue"),
    ],
)
def test_wishes_that_come_to_nothing(text, sentence):
    """Each is told once, as a warning at its place, with a hint; the issue is made without it."""
    issue, (problem,) = made(text, entries=(*ENTRIES, make_entry("later", "2027-01-01")))
    assert issue is not None
    assert (problem.sentence, problem.severity) == (sentence, Severity.WARNING)
    assert problem.hint
    assert problem.frame


def test_a_lead_that_is_placed_leads():
    """An entry may be named as lead and in a section: it leads, and nothing is told."""
    issue, problems = made('lead = "m2"\n[sections.maps]\nentries = ["m2"]')
    assert (issue.lead.entry.key, problems) == ("m2", ())


def test_sections_of_an_issue_of_profiles_only():
    """Where there are no sections, a hint names none."""
    _, (problem,) = made('order = ["tea"]', entries=ENTRIES[6:])
    assert problem.hint == ""


def test_only_differences_are_kept():
    """An arrangement that is the composer's says nothing; one entry moved names as few as can be."""
    composed, _ = made()
    as_it_is = arrangement(composed)
    assert differences(composed, as_it_is) == {
        "lead": None,
        "order": None,
        "sections": {
            key: {"title": None, "entries": None} if key != "profiles" else {"entries": None}
            for key in ("maps", "tea", "more", "profiles")
        },
    }
    moved = Arrangement(
        lead="m1",
        sections=(
            Arranged(key="tea", title="Leaves", entries=("t1", "t2", "x")),
            Arranged(key="maps", title="On maps", entries=("m2", "lead")),
            Arranged(key="", title="More", entries=()),
        ),
        profiles=("p2", "p1"),
    )
    told = differences(composed, moved)
    assert (told["lead"], told["order"]) == ("m1", ["tea", "maps"])
    assert told["sections"]["tea"] == {"title": "Leaves", "entries": ["t1", "t2", "x"]}
    assert told["sections"]["profiles"] == {"entries": ["p2"]}


@given(
    st.permutations([each.key for each in ENTRIES[1:6]]),
    st.lists(st.sampled_from("012"), min_size=5, max_size=5),
)
def test_what_is_written_is_what_was_wanted(keys, where):
    """Whatever somebody drags where, the differences bring the composer's issue there."""
    composed, _ = made()
    titles = ("On maps", "tea", "More")
    sections = tuple(
        Arranged(
            key=section,
            title=title,
            entries=tuple(key for key, place in zip(keys, where, strict=True) if place == number),
        )
        for number, (section, title) in zip("012", zip(("maps", "tea", ""), titles, strict=True), strict=True)
    )
    wanted = Arrangement(lead="lead", sections=sections, profiles=("p1", "p2"))
    told = differences(composed, wanted)
    text = f"order = {told['order']}\n" if told["order"] else ""
    for key, values in told["sections"].items():
        if values["entries"]:
            text += f"[sections.{key}]\nentries = {values['entries']}\n"
    issue, _ = made(text)
    assert layout(issue) == {each.title: list(each.entries) for each in sections if each.entries}
    assert list(layout(issue)) == [each.title for each in sections if each.entries]


def test_what_is_kept_for_later_is_not_late():
    """An entry that was skipped once stands in the next issue as if it had come then, however old it is."""
    old = make_entry("old", "2025-11-01", tags=("tea",))
    first, _ = made()
    second, _ = made(
        'skips = [{ entry = "old", until = "next" }]',
        before=[first],
        now=week_later(),
        entries=(*ENTRIES, old, make_entry("n1", "2026-02-01")),
    )
    assert second.deferred == ("old",)
    entries = (*ENTRIES, old, make_entry("n1", "2026-02-01"), make_entry("n2", "2026-02-08"))
    third, _ = made(before=[first, second], now=week_later(2), entries=entries)
    assert {item.entry.key for item in third.items} == {"n2", "old"}


def test_a_skipped_update_of_an_article_is_no_news_any_more():
    """What was added to an article, and skipped for good, is never told; what is added later is."""
    words = " ".join(f"word{number}" for number in range(200))
    more = " ".join(f"more{number}" for number in range(100))
    first, _ = made(entries=(make_entry("a", body=words), *ENTRIES))
    changed = (make_entry("a", body=f"{words}\n\n{more}"), *ENTRIES, make_entry("n", "2026-02-01"))
    second, _ = made('skips = ["a"]', before=[first], now=week_later(), entries=changed)
    assert [item.entry.key for item in second.everything] == ["n"]
    assert made(before=[first, second], now=week_later(3), entries=changed)[0] is None
