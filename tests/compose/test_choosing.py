"""What is news and what is not: each rule by what it takes, holds back and leaves out."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from digest.compose import Wishes, compose, decide, remember
from digest.model import EntryType, Reason, Verdict, Word
from tests.compose.conftest import NOW, ZONE, make_config, make_entry, make_profile, stamp, week_later

WORDS = "The harbour was measured again and again by people who did not trust the sea or one another. "
LONG = WORDS * 30
CONFIG = make_config()


def made(config, entries, before=(), now=NOW, **values):
    """The issue of the first edition."""
    values.setdefault("url", lambda entry: f"https://scratch.example/{entry.slug}/")
    return compose(config.editions[0], config, entries, remember(before), now=now, **values)


def decided(entries, before=(), now=NOW, config=CONFIG, **values):
    """By key the verdict and its rule."""
    found = decide(config.editions[0], config, entries, remember(before), now=now, **values)
    assert [each.entry for each in found] == sorted(entry.key for entry in entries)
    return {each.entry: (each.verdict.value, each.rule) for each in found}


def detail(key, entries, before=(), now=NOW, config=CONFIG):
    """What the rule saw of one entry, and until when."""
    found = decide(config.editions[0], config, entries, remember(before), now=now)
    return next((each.detail, each.until) for each in found if each.entry == key)


def keys(items):
    return [item.entry.key for item in items]


def essay(key="essay", body=LONG, **values):
    return make_entry(key, body=body, **values)


def added(words):
    """A text that nobody has read, of so many words."""
    return " ".join(f"word{number}" for number in range(words))


# Updated articles.


def test_an_article_returns_when_its_text_changed_much():
    """Sixty new words that are three in a hundred; the issue says in which section."""
    first = made(CONFIG, [essay()])
    changed = essay(body=f"{LONG}\n\n## The new pier\n\n{added(70)}")
    issue = made(CONFIG, [changed], [first], week_later())
    (item,) = issue.everything
    assert (item.reason, item.rule) == (Reason.UPDATED, "major-change")
    assert [(change.field, change.heading) for change in item.changes] == [("body", "The new pier")]
    assert decided([changed], [first], week_later()) == {"essay": ("shown", "major-change")}


@pytest.mark.parametrize(
    ("words", "news", "is_told"),
    [
        (59, "", False),
        (61, "", True),
        (59, "many_units = 50", True),
        (61, "many_share = 0.5", False),
        (61, "some_units = 60\nsome_share = 0.05\nmany_units = 1000", True),
    ],
)
def test_the_thresholds_are_settings(words, news, is_told):
    """From when on a text counts as changed is said in [news]."""
    config = make_config(news=f"cooldown_days = 0\n{news}")
    first = made(config, [essay()])
    issue = made(config, [essay(body=f"{LONG}\n\n{added(words)}")], [first], week_later())
    assert (issue is not None) == is_told


def test_small_edits_add_up_against_what_was_told_last():
    """Forty words a week are no news; the third time they are a hundred and twenty."""
    issues = [made(CONFIG, [essay()])]
    told = []
    for week in (1, 2, 3, 4):
        body = f"{LONG}\n\n{added(40 * week)}"
        issue = made(CONFIG, [essay(body=body), essay(f"other{week}")], issues, week_later(week))
        issues.append(issue)
        told += [week for item in issue.everything if item.entry.key == "essay"]
    assert told == [2, 4]
    assert remember(issues).published["essay"].number == 5


def test_a_small_change_says_how_small_it_is():
    """For whoever asks why."""
    first = made(CONFIG, [essay()])
    later = [essay(body=LONG + added(12))]
    assert decided(later, [first], week_later()) == {"essay": ("out", "small-change")}
    said, _ = detail("essay", later, [first], week_later())
    assert said == "12 new of 552 words (2.2%)"


@pytest.mark.parametrize(
    "change",
    [
        {"tags": ("other",)},
        {"categories": ("other",)},
        {"updated": stamp("2026-02-01")},
        {"title": "Another title"},
        {"description": "Another description."},
        {"fields": {"weight": 3, "lastmod": "2026-02-01"}},
        {"body": LONG.replace(" ", "\n")},
        {"body": f"**{LONG.strip()}**"},
        {"date": stamp("2026-01-30")},
        {"lead": True},
    ],
)
def test_what_never_brings_an_article_back(change):
    """Tags, dates, weights, white space and marks; nor a new title over the same text."""
    first = made(CONFIG, [essay()])
    touched = replace(essay(), fingerprint="touched", **change)
    assert made(CONFIG, [touched], [first], week_later()) is None
    assert decided([touched], [first], week_later())["essay"][0] == "out"


def test_renamed_and_rewritten_at_once_is_updated():
    """The version under the old name is the one to compare with."""
    first = made(CONFIG, [essay("old", mark="m")])
    moved = replace(essay("old", mark="n"), key="new", slug="old", body=LONG + added(90), fingerprint="f")
    issue = made(CONFIG, [moved], [first], week_later())
    assert [(item.entry.key, item.reason) for item in issue.everything] == [("new", Reason.UPDATED)]
    assert remember([first, issue]).snapshots["new"].body == moved.body


def test_renamed_first_and_rewritten_later_is_updated():
    """An issue between the two notes the new name, and not one body for it."""
    first = made(CONFIG, [essay("old", mark="m")])
    moved = replace(essay("old", mark="m"), key="new")
    second = made(CONFIG, [moved, make_entry("b")], [first], week_later())
    assert second.baselines == ()
    changed = replace(moved, body=LONG + added(90), fingerprint="f")
    third = made(CONFIG, [changed], [first, second], week_later(2))
    assert [item.reason for item in third.everything] == [Reason.UPDATED]


def test_an_item_of_a_feed_is_told_once():
    """Whatever its feed makes of it later."""
    link = essay("link", type=EntryType.LINK, url="https://a.example/1")
    first = made(CONFIG, [link])
    changed = replace(link, body=added(900), fingerprint="changed")
    assert decided([changed], [first], week_later()) == {"link": ("out", "link-once")}


def test_an_article_that_was_never_told_is_never_updated():
    """What the first issue passed over is in no archive to compare with."""
    old = essay("old", date="2020-01-01")
    first = made(CONFIG, [make_entry("a"), old])
    changed = replace(old, body=added(900), fingerprint="changed")
    assert decided([changed], [first], week_later())["old"] == ("out", "passed-over")


# Cooldown.


def test_an_update_waits_two_weeks_and_comes_with_all_that_was_added():
    """By days, not by seconds: a schedule that is a moment early must not wait another week."""
    config = make_config(news="")
    first = made(config, [essay()], now=NOW + timedelta(seconds=3))
    changed = [essay(body=LONG + added(70))]
    assert made(config, changed, [first], week_later()) is None
    assert decided(changed, [first], week_later(), config) == {"essay": ("held", "cooldown")}
    said, until = detail("essay", changed, [first], week_later(), config)
    assert said == "70 new of 610 words (11.5%); told in number 1"
    assert until == datetime(2026, 2, 9, tzinfo=ZONE)
    more = [essay(body=LONG + added(140))]
    issue = made(config, more, [first], week_later(2))
    assert keys(issue.everything) == ["essay"]
    again = [essay(body=LONG + added(300))]
    assert decided(again, [first, issue], week_later(3), config) == {"essay": ("held", "cooldown")}


def test_a_profile_that_was_only_passed_over_need_not_wait():
    """No reader has heard of it yet."""
    config = make_config(news="")
    old = make_profile("p", "2020-01-01", position="a")
    first = made(config, [make_entry("a"), old])
    changed = make_profile("p", "2020-01-01", position="b")
    assert keys(made(config, [changed], [first], week_later()).profiles) == ["p"]


# Late files.


def test_late_files_come_from_the_archive_a_few_at_a_time():
    """Newest first; what finds no room waits for the next issue, and nothing is lost."""
    config = make_config(news="archive_items = 2")
    first = made(config, [make_entry("a")])
    late = [make_entry(f"late{n}", f"2025-0{n}-01", slug=f"s{n}") for n in range(1, 6)]
    second = made(config, [make_entry("a"), make_entry("b", "2026-01-30"), *late], [first], week_later())
    assert keys(second.items) == ["b"]
    assert keys(second.archive) == ["late5", "late4"]
    assert {item.rule for item in second.archive} == {"late"}
    found = decided([make_entry("a"), *late], [first], week_later(), config)
    assert found["late5"] == ("archive", "late")
    assert found["late1"] == ("held", "archive-full")
    third = made(config, late, [first, second], week_later(2))
    assert third.lead is None
    assert keys(third.archive) == ["late3", "late2"]
    fourth = made(config, late, [first, second, third], week_later(3))
    assert keys(fourth.everything) == ["late1"]
    assert made(config, late, [first, second, third, fourth], week_later(4)) is None


@pytest.mark.parametrize(
    ("date", "late_days", "is_late"),
    [
        ("2026-01-12", 14, False),
        ("2026-01-11", 14, True),
        ("2026-01-12T08:59", 14, True),
        ("2026-01-12T09:00", 14, False),
        ("2026-01-12", 7, True),
        (None, 14, False),
    ],
)
def test_late_is_before_the_days_before_the_last_issue(date, late_days, is_late):
    """Two weeks before that issue, by local days; what nothing dates is not late."""
    config = make_config(news=f"late_days = {late_days}")
    first = made(config, [make_entry("a")])
    issue = made(config, [make_entry("b", date)], [first], week_later())
    assert keys(issue.archive if is_late else issue.items) == ["b"]


def test_who_had_to_wait_or_is_wanted_is_not_late():
    """An embargo that ends, an approval, a pin, a wish; profiles go by no date at all."""
    first = made(CONFIG, [make_entry("a")])
    entries = [
        make_entry("embargo", "2025-01-01", not_before=stamp("2026-01-30")),
        make_entry("approved", "2025-01-01", needs_approval=True, approved_by="Kim"),
        make_entry("pinned", "2025-01-01", word=Word.PIN),
        make_entry("asked", "2025-01-01", word=Word.UPDATE),
        make_profile("person", "2020-01-01", position="a"),
    ]
    issue = made(CONFIG, entries, [first], week_later())
    assert issue.archive == ()
    assert len(issue.everything) == 5


# Too much at once.


def people(count, position, **values):
    return [make_profile(f"p{number:03}", position=position, **values) for number in range(count)]


def test_what_a_script_touched_is_told_in_one_line():
    """Of thirty profiles with the same change each, none comes back; readers get their number."""
    first = made(CONFIG, people(30, "a"))
    swept = people(30, "b")
    assert made(CONFIG, swept, [first], week_later()) is None
    second = made(CONFIG, [*swept, make_entry("a")], [first], week_later())
    assert keys(second.everything) == ["a"]
    assert len(second.bulk) == 30
    assert second.bulk[0].changes[0].new == ("b",)
    assert decided(swept, [first], week_later())["p000"] == ("out", "bulk-guard")
    assert made(CONFIG, swept, [first, second], week_later(2)) is None
    changed = [*swept[1:], make_profile("p000", position="c")]
    third = made(CONFIG, changed, [first, second], week_later(2))
    assert [change.old for change in third.profiles[0].changes] == [("b",)]


def test_updates_of_all_kinds_are_a_flood_when_they_are_more_than_ten_and_a_tenth():
    """Eleven of fifty are; eleven of two hundred are not."""
    others = [make_profile(f"q{n:03}", position="a") for n in range(160)]

    def changed(count):
        return [make_profile(f"p{n:03}", position="a", **{f"fact{n}": "new"}) for n in range(count)]

    first = made(CONFIG, [*people(40, "a"), *others])
    few = made(CONFIG, [*changed(20), *people(40, "a")[20:], *others, make_entry("a")], [first], week_later())
    assert (len(few.bulk), len(few.profiles) + len(few.overflow)) == (0, 20)
    small = made(CONFIG, people(40, "a"))
    many = made(CONFIG, [*changed(11), make_entry("a")], [small], week_later())
    assert (len(many.bulk), keys(many.everything)) == (11, ["a"])
    config = make_config(news="cooldown_days = 0\nbulk_updates = 11")
    assert made(config, changed(11), [small], week_later()).bulk == ()


def test_the_guard_counts_what_has_to_wait():
    """Else the last of a sweep would come one by one, two weeks later."""
    config = make_config(news="")
    first = made(config, people(15, "a"))
    second = made(config, [*people(15, "b"), make_entry("a")], [first], week_later())
    assert len(second.bulk) == 15
    assert made(config, people(15, "b"), [first, second], week_later(3)) is None


def test_an_editor_lets_one_out_of_the_bulk():
    """With a word in its front matter."""
    first = made(CONFIG, people(30, "a"))
    swept = [*people(29, "b"), make_profile("p029", position="b")]
    swept[29] = replace(swept[29], word=Word.UPDATE)
    issue = made(CONFIG, swept, [first], week_later())
    assert keys(issue.profiles) == ["p029"]
    assert len(issue.bulk) == 29


def test_a_sweep_over_tags_is_silent():
    """Three hundred files in other categories: no news, no line, no word to anybody."""
    first = made(make_config(news="first_items = 300"), [essay(f"e{n:03}") for n in range(300)])
    assert len(first.everything) == 300
    swept = [replace(essay(f"e{n:03}"), categories=("New",), tags=("newer",)) for n in range(300)]
    assert made(CONFIG, swept, [first], week_later()) is None
    issue = made(CONFIG, [*swept, make_entry("a")], [first], week_later())
    assert (keys(issue.everything), issue.bulk) == (["a"], ())


# New sources.


def sourced(source, *entries):
    return [replace(entry, source=source) for entry in entries]


def test_a_new_source_brings_its_last_days_only():
    """The rest counts as seen, as in the first issue; a profile in full, to be compared with later."""
    old = sourced("articles", make_entry("a"))
    first = made(CONFIG, old)
    assert first.sources == ("articles", "articles/inbox")
    notes = sourced(
        "notes",
        make_entry("n1", "2026-01-30"),
        make_entry("n2", "2026-01-20"),
        make_entry("n3", None),
        make_entry("n4", "2026-02-10"),
        make_entry("n5", "2020-01-01", draft=True),
        make_entry("n6", "2020-01-01", word=Word.IGNORE),
        make_profile("p", "2020-01-01", position="a"),
    )
    second = made(CONFIG, [*old, *notes], [first], week_later())
    assert keys(second.everything) == ["n1"]
    assert {each.key: each.rule for each in second.passed} == {
        "n2": "before-first-days",
        "n3": "before-first-days",
        "n6": "ignored",
        "p": "before-first-days",
    }
    assert [entry.key for entry in second.baselines] == ["p"]
    assert second.sources == ("articles", "articles/inbox", "notes")
    more = sourced("notes", make_entry("n7", None), make_entry("n8", "2026-02-08"))
    third = made(CONFIG, [*old, *notes, *more], [first, second], week_later(3))
    assert sorted(keys(third.items)) == ["n4", "n7", "n8"]


def test_a_new_source_and_a_first_issue_are_capped():
    """The newest twenty; an editor who asks for a beginning gets all since."""
    config = make_config(news="first_items = 2")
    entries = [make_entry(f"e{n}", f"2026-01-2{n}") for n in range(5)]
    first = made(config, entries)
    assert sorted(keys(first.everything)) == ["e3", "e4"]
    assert {each.rule for each in first.passed} == {"over-first-items"}
    asked = made(config, entries, since=datetime(2026, 1, 1, tzinfo=ZONE))
    assert len(asked.everything) == 5
    late = sourced("more", *(make_entry(f"m{n}", f"2026-01-2{n}", slug=f"m{n}") for n in range(6, 10)))
    second = made(config, [*entries, *late], [first], week_later())
    assert sorted(keys(second.everything)) == ["m8", "m9"]
    assert made(config, [*entries, *late], [first, second], week_later(2)) is None


def test_old_issues_know_the_sources_of_what_they_know():
    """Issues that were sealed before sources were noted passed over all that there was."""
    old = sourced("articles", make_entry("a"), make_entry("old", "2020-01-01"))
    people = sourced("people", make_profile("p", "2020-01-01", position="a"))
    first = replace(made(CONFIG, [*old, *people]), sources=())
    assert remember([first]).sources is None
    entries = [
        *old,
        *people,
        *sourced("articles", make_entry("late", None)),
        *sourced("people", make_profile("q", None, position="a")),
        *sourced("notes", make_entry("note", "2020-01-01")),
    ]
    second = made(CONFIG, entries, [first], week_later())
    assert sorted(keys(second.everything)) == ["late", "q"]
    assert [each.key for each in second.passed] == ["note"]


def test_a_new_source_reaches_back_to_the_last_issue():
    """After a long pause what was written meanwhile is news, from wherever it comes."""
    first = made(CONFIG, sourced("articles", make_entry("a")))
    entries = sourced("notes", make_entry("n", "2026-02-01"), make_entry("o", "2026-01-20"))
    assert keys(made(CONFIG, entries, [first], week_later(6)).everything) == ["n"]


# One story.


def test_two_entries_of_one_story_are_one():
    """An article of ours, what was out already, and among links the earlier one."""
    link = {"type": EntryType.LINK, "kind": "article"}
    ours = make_entry("ours", source_url="https://a.example/story/?utm_source=feed")
    entries = [
        ours,
        make_entry("l1", url="https://www.a.example/story", **link),
        make_entry("l2", "2026-01-24", url="https://b.example/x?utm_medium=rss", **link),
        make_entry("l3", "2026-01-23", url="http://b.example/x/", **link),
        make_entry("l4", url="https://b.example/y", **link),
        make_entry("l5", url="https://youtu.be/dQw4w9WgXcQ", **link),
        make_entry("l6", "2026-01-24", url="https://www.youtube.com/watch?v=dQw4w9WgXcQ", **link),
        make_entry("l7", url="https://c.example/a%2Db/amp/", **link),
        make_entry("l8", "2026-01-24", url="https://c.example/a-b/index.html", **link),
    ]
    first = made(CONFIG, entries)
    assert sorted(keys(first.everything)) == ["l3", "l4", "l6", "l8", "ours"]
    assert decided(entries)["l1"] == ("out", "same-story")
    assert detail("l2", entries)[0] == "as l3"
    again = make_entry("l9", "2026-02-01", url="https://b.example/y/#top", **link)
    second = made(CONFIG, [*entries, again, make_entry("z")], [first], week_later())
    assert keys(second.everything) == ["z"]
    assert [each.key for each in second.passed] == ["l9"]
    assert made(CONFIG, [again], [first, second], week_later(2)) is None


# The editor's word.


def test_update_announces_a_version_once():
    """However small the change and short the time; then it needs another change to be heard again."""
    config = make_config(news="")
    first = made(config, [essay()])
    asked = replace(essay(body=f"{LONG}\n\n## Mended\n\nFive words that are new."), word=Word.UPDATE)
    second = made(config, [asked], [first], week_later())
    (item,) = second.everything
    assert (item.reason, item.rule) == (Reason.UPDATED, "asked-for")
    assert [change.heading for change in item.changes] == ["Mended"]
    issues = [first, second]
    assert made(config, [asked], issues, week_later(2)) is None
    assert decided([asked], issues, week_later(2), config) == {"essay": ("out", "unchanged")}
    edited = replace(asked, body=f"{asked.body} And one.", fingerprint="edited")
    assert keys(made(config, [edited], issues, week_later(2)).everything) == ["essay"]
    without = replace(edited, word=None)
    assert made(config, [without], issues, week_later(2)) is None


def test_a_pinned_article_is_told_once():
    """A word that stays in the file brings nothing again, not even where drafts are shown."""
    pinned, draft = essay(word=Word.PIN), essay("draft", draft=True)
    first = made(CONFIG, [pinned, draft], drafts=True)
    assert keys(first.everything) == ["essay", "draft"]
    assert made(CONFIG, [pinned, draft], [first], week_later(), drafts=True) is None
    assert decided([pinned], [first], week_later()) == {"essay": ("out", "unchanged")}


def test_update_brings_what_nothing_else_would():
    """What was passed over, a profile with a minor change, and a version of which only a picture is new."""
    old = make_entry("old", "2020-01-01")
    first = made(CONFIG, [essay(), old, make_profile(position="a", birth_place="x")])
    entries = [
        replace(essay(), word=Word.UPDATE),
        replace(old, word=Word.UPDATE),
        replace(make_profile(position="a", birth_place="y"), word=Word.UPDATE),
    ]
    issue = made(CONFIG, entries, [first], week_later())
    assert sorted(keys(issue.everything)) == ["essay", "old", "p"]
    assert {item.reason for item in issue.everything} == {Reason.UPDATED}
    assert made(CONFIG, entries, [first, issue], week_later(2)) is None
    told = made(CONFIG, [make_entry("new", "2020-01-01", word=Word.UPDATE)])
    assert keys(told.everything) == ["new"]


def test_ignore_is_never_news():
    """Neither new nor changed; without the word it is, and was not passed over meanwhile."""
    first = made(CONFIG, [essay(), make_entry("a", word=Word.IGNORE)])
    assert keys(first.everything) == ["essay"]
    assert first.passed == ()
    changed = replace(essay(body=added(900)), word=Word.IGNORE)
    assert decided([changed], [first], week_later()) == {"essay": ("out", "ignored")}
    issue = made(CONFIG, [replace(changed, word=None), make_entry("a")], [first], week_later())
    assert sorted(keys(issue.everything)) == ["a", "essay"]


def test_pin_leads_or_is_first():
    """The newest pin leads, the others begin their sections, and none is over the limit for want of room."""
    config = make_config("max_items = 5\n")
    entries = [make_entry(f"e{n}", f"2026-01-2{n}", tags=("t",)) for n in range(6)]
    entries[1] = replace(entries[1], word=Word.PIN)
    entries[2] = replace(entries[2], lead=True)
    profiles = [make_profile("p", position="a"), replace(make_profile("q", "2026-01-20"), word=Word.PIN)]
    issue = made(config, [*entries, *profiles], since=NOW - timedelta(days=30))
    assert issue.lead.entry.key == "e2"
    assert keys(issue.sections[0].items) == ["e1", "e5", "e4"]
    assert keys(issue.profiles) == ["q"]


def test_a_link_leads_and_a_profile_with_a_word_is_held_like_any():
    """A wish moves nothing that a date or an approval holds back."""
    first = made(CONFIG, [essay()])
    waits = replace(essay(body=added(90)), word=Word.UPDATE, not_before=stamp("2026-03-01"))
    assert decided([waits], [first], week_later()) == {"essay": ("held", "embargo")}


# A profile that claims to be updated; and the verdicts on everything else.


def problems(entries, before, now):
    from digest.compose import consider

    return consider(CONFIG.editions[0], CONFIG, entries, remember(before), now=now).problems


def test_a_date_of_update_that_moved_alone_is_told_to_the_editor():
    """At its line, and to no reader; with any other change it is none of our business."""
    first = made(CONFIG, [make_profile(position="a", last_updated="2026-01-25", photo="a.png")])
    entry = make_profile(updated="2026-02-01", position="a", last_updated="2026-02-01", photo="a.png")
    line = replace(entry.position, line=7)
    entry = replace(entry, positions={"last_updated": (7, 1)})
    (problem,) = problems([entry], [first], week_later())
    assert (problem.rule, problem.position) == ("updated-unchanged", line)
    assert decided([entry], [first], week_later()) == {"p": ("out", "unchanged")}
    pictured = replace(entry, fields={**entry.fields, "photo": "b.png"})
    assert problems([pictured], [first], week_later()) == ()
    earlier = replace(entry, updated=stamp("2026-01-01"))
    assert problems([earlier], [first], week_later()) == ()


def test_a_word_that_was_heard_is_told_to_the_editor():
    """It would be heard again."""
    asked = replace(essay(), word=Word.UPDATE)
    issue = made(CONFIG, [asked])
    (problem,) = problems([asked], [issue], week_later())
    assert problem.rule == "update-heard"


def test_a_flood_is_told_to_the_editor_with_its_number():
    """And what to do about it."""
    first = made(CONFIG, people(30, "a"))
    (problem,) = problems(people(30, "b"), [first], week_later())
    assert (problem.rule, problem.sentence.split()[0]) == ("bulk-updates", "30")
    assert "digest: update" in problem.hint


def test_every_other_entry_has_its_verdict_too():
    """What waits, what is over, what is of another edition, a draft, over the limit."""
    config = make_config('max_items = 1\ntags = ["t"]\n')
    first = made(config, [make_entry("a", tags=("t",)), make_entry("far", "2020-01-01", tags=("t",))])
    entries = [
        make_entry("a", tags=("t",)),
        make_entry("far", "2020-01-01", tags=("t",)),
        make_entry("draft", tags=("t",), draft=True),
        make_entry("future", "2026-03-01", tags=("t",)),
        make_entry("over", tags=("t",), expires=stamp("2026-01-30")),
        make_entry("unapproved", tags=("t",), needs_approval=True),
        make_entry("foreign"),
        make_entry("one", "2026-01-31", tags=("t",), image=None),
        make_entry("two", "2026-01-30", tags=("t",)),
    ]
    assert decided(entries, [first], week_later(), config) == {
        "a": ("out", "unchanged"),
        "far": ("out", "passed-over"),
        "draft": ("out", "draft"),
        "future": ("held", "future-date"),
        "over": ("out", "expired"),
        "unapproved": ("held", "approval"),
        "foreign": ("out", "other-edition"),
        "one": ("shown", "never-published"),
        "two": ("overflow", "never-published"),
    }
    assert detail("one", entries, [first], week_later(), config)[0] == "dated 2026-01-31 (front matter)"
    assert detail("future", entries, [first], week_later(), config)[1] == datetime(2026, 3, 1, tzinfo=ZONE)
    assert detail("foreign", entries, [first], week_later(), config)[0] == "it has none of the edition's tags"
    assert Verdict.SHOWN == "shown"


def test_a_language_of_another_edition_is_said():
    """So is a profile that the ledger knows in no version: it is remembered from then on."""
    config = make_config('entry_languages = ["ko"]\n')
    assert detail("a", [make_entry("a")], config=config)[0] == "its language is en"
    first = made(CONFIG, [make_entry("a"), make_profile(position="a")])
    bare = replace(remember([first]), snapshots={})
    found = decide(CONFIG.editions[0], CONFIG, [make_profile(position="a")], bare, now=week_later())
    assert [each.rule for each in found] == ["no-version"]


def test_what_an_editor_skips_has_its_verdict():
    """For good it is out, else it is held for the next issue."""
    entries = [make_entry("a"), make_entry("b"), make_entry("c")]
    wishes = Wishes(skips={"a": True, "b": False})
    assert decided(entries, wishes=wishes) == {
        "a": ("out", "skipped"),
        "b": ("held", "skipped-once"),
        "c": ("shown", "never-published"),
    }
