"""What an issue takes and where it puts it."""

import dataclasses
import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.compose import compose, remember, zone_of
from digest.errors import TemplateError
from digest.model import EntryType, Ledger, Passed, Position, Published, Reason, Severity, Stamp
from tests.compose.conftest import (
    NOW,
    ZONE,
    make_config,
    make_entry,
    make_image,
    make_profile,
    make_quote,
    week_later,
)


def keys(items):
    return [item.entry.key for item in items]


def test_nothing_new_is_no_issue(composed):
    """Without an entry to publish there is no issue, on the first run and on later ones."""
    first = composed([make_entry()])
    assert composed([]) is None
    assert composed([make_entry()], before=[first], now=week_later()) is None


def test_first_issue_takes_the_last_days_and_passes_over_the_rest(composed):
    """A first run never floods readers with the whole history, and remembers what it left out."""
    entries = [
        make_entry("new", "2026-01-25"),
        make_entry("edge", "2026-01-19"),
        make_entry("old", "2026-01-18"),
        make_entry("undated", None),
        make_entry("wiki", None, updated="2026-01-24"),
        make_profile("fresh", "2026-01-20"),
        make_profile("stale", "2025-06-01"),
        make_entry("kept up", "2020-01-01", updated="2026-01-24", type=EntryType.PROFILE, kind="person"),
        make_entry("long ago", "2020-01-01", updated="2026-01-24"),
    ]
    issue = composed(entries)
    assert sorted(keys(issue.everything)) == ["edge", "fresh", "kept up", "new", "wiki"]
    assert [each.key for each in issue.passed] == ["long ago", "old", "stale", "undated"]
    assert issue.passed[1] == Passed(
        key="old",
        fingerprint=entries[2].fingerprint,
        likeness=("article", "en", "Title of old", "2026-01-18", "old", ""),
        rule="before-first-days",
    )
    assert [entry.key for entry in issue.baselines] == ["stale"]


def test_since_moves_the_beginning_of_the_first_issue(composed):
    """`--since` overrides since_days."""
    entries = [
        make_entry("old", "2025-12-01"),
        make_entry("on the stroke", "2025-12-01T00:00"),
        make_entry("older", "2025-11-30T23:00"),
    ]
    issue = composed(entries, since=datetime(2025, 12, 1, tzinfo=ZONE))
    assert sorted(keys(issue.everything)) == ["old", "on the stroke"]


def test_since_takes_back_what_the_first_issue_passed_over(composed):
    """Later on `--since` is how an editor brings in what was passed; what was published stays out."""
    entries = [make_entry("new"), make_entry("old", "2025-12-01"), make_entry("older", "2025-11-01")]
    first = composed(entries)
    issue = composed(entries, before=[first], now=week_later(), since=datetime(2025, 11, 15, tzinfo=UTC))
    assert keys(issue.everything) == ["old"]
    assert set(remember([first, issue]).passed) == {"older"}


def test_an_article_appears_once_however_it_changes(composed):
    """Edits of an article are no news; a late, backdated or undated file is."""
    first = composed([make_entry("a")])
    later = [make_entry("a", title="Renamed"), make_entry("late", "2024-01-01"), make_entry("undated", None)]
    issue = composed(later, before=[first], now=week_later())
    assert sorted(keys(issue.everything)) == ["late", "undated"]
    assert {item.reason for item in issue.everything} == {Reason.NEW}


def test_future_entries_wait_and_come_when_due(composed):
    """A future entry is neither taken nor passed; a day without a time comes with that day, here."""
    entries = [
        make_entry("now", "2026-01-26T09:00"),
        make_entry("today", "2026-01-26"),
        make_entry("soon", "2026-01-26T09:01"),
        make_entry("tomorrow", "2026-01-27"),
    ]
    first = composed(entries)
    assert sorted(keys(first.everything)) == ["now", "today"]
    assert first.passed == ()
    issue = composed(entries, before=[first], now=NOW + timedelta(days=1))
    assert sorted(keys(issue.everything)) == ["soon", "tomorrow"]


def test_a_profile_dated_in_the_future_waits_until_it_is_known(composed):
    """A new one comes with its day; one that was published is compared by its content alone."""
    first = composed([make_entry("a"), make_profile("p", "2026-02-03", position="a")])
    assert keys(first.everything) == ["a"]
    assert first.passed == ()
    second = composed([make_profile("p", "2026-02-03", position="a")], before=[first], now=week_later(2))
    assert keys(second.profiles) == ["p"]
    changed = make_profile("p", "2027-01-01", position="b")
    assert composed([changed], before=[first, second], now=week_later(3)) is not None


def test_days_are_local_days(composed):
    """On Monday morning in Taipei it is still Sunday in UTC: the day of the edition's zone counts."""
    entry = make_entry("today", "2026-01-26")
    assert composed([entry], now=datetime(2026, 1, 25, 16, tzinfo=UTC)) is not None
    assert composed([entry], now=datetime(2026, 1, 25, 15, 59, tzinfo=UTC)) is None


def test_drafts_stay_out_unless_asked_for(composed):
    """A draft is neither published nor passed over, and comes when it is one no longer."""
    entries = [make_entry("a"), make_entry("d", draft=True)]
    first = composed(entries)
    assert keys(first.everything) == ["a"]
    assert first.passed == ()
    assert sorted(keys(composed(entries, drafts=True).everything)) == ["a", "d"]
    ready = [make_entry("a"), make_entry("d", "2026-01-01")]
    assert keys(composed(ready, before=[first], now=week_later()).everything) == ["d"]


def test_an_edition_takes_its_tags_and_languages(composed):
    """Tags go by key and alias; languages by language alone; what does not fit is passed over too."""
    config = make_config(
        'tags = ["AI 產業"]\nentry_languages = ["zh-Hant-TW", "en"]\n',
        '[aliases]\n"AI 產業" = ["AI industry"]\n',
    )
    entries = [
        make_entry("tag", tags=("ai產業",)),
        make_entry("alias", categories=("AI-Industry",), language="zh"),
        make_entry("other", tags=("baking",)),
        make_entry("tongue", tags=("AI產業",), language="ko"),
    ]
    issue = composed(entries, config=config)
    assert sorted(keys(issue.everything)) == ["alias", "tag"]
    assert [each.key for each in issue.passed] == ["other", "tongue"]


def test_the_languages_of_the_mails_shut_no_entry_out(composed):
    """An edition whose mails are in English takes a Korean entry; the card says its language."""
    config = make_config('languages = ["en"]\n')
    assert composed([make_entry(language="ko")], config=config) is not None


def test_a_profile_returns_when_it_changed(composed):
    """The second issue says what changed, with the editor's note; a third has nothing to say."""
    first = composed([make_profile(position="Intern", update_notes="first filed")])
    changed = make_profile(position="Editor", update_notes="promoted", last_updated="2026-02-01")
    second = composed([changed], before=[first], now=week_later())
    (item,) = second.profiles
    assert item.reason is Reason.UPDATED
    assert [(change.field, change.old, change.new) for change in item.changes] == [
        ("position", ("Intern",), ("Editor",))
    ]
    assert item.note == "promoted"
    assert composed([changed], before=[first, second], now=week_later(2)) is None


def test_a_minor_change_announces_nobody_and_rides_along(composed):
    """A new birthplace is no news by itself; beside a new position it is told."""
    first = composed([make_profile(position="Intern", birth_place="Taipei")])
    moved = make_profile(position="Intern", birth_place="Tainan")
    assert composed([moved], before=[first], now=week_later()) is None
    promoted = make_profile(position="Editor", birth_place="Tainan")
    issue = composed([promoted], before=[first], now=week_later())
    assert [change.field for change in issue.profiles[0].changes] == ["position", "birth_place"]


def test_a_site_says_what_announces_a_profile(composed):
    """`[profile_fields]` makes a minor field major, and another one nothing."""
    first = composed([make_profile(position="Intern", birth_place="Taipei")])
    config = make_config(rest='[profile_fields]\nbirth_place = "major"\nposition = "ignore"')
    moved = make_profile(position="Editor", birth_place="Tainan")
    issue = composed([moved], before=[first], now=week_later(), config=config)
    assert [change.field for change in issue.profiles[0].changes] == ["birth_place"]
    promoted = make_profile(position="Editor", birth_place="Taipei")
    assert composed([promoted], before=[first], now=week_later(), config=config) is None


def test_small_edits_of_a_profile_add_up(composed):
    """It is compared with what was published last, not with last week's file."""
    text = "一段關於測量的文字。" * 20
    first = composed([make_profile(body=text)])
    additions = "海岸線每年都在移動，圖上的線卻停在原地，"
    once = make_profile(body=text + additions + additions)
    assert composed([once], before=[first], now=week_later()) is None
    twice = make_profile(
        body=text + additions + additions + "因此測量師每隔幾年就要回到同一個海灣，帶著新的儀器重新走過。"
    )
    issue = composed([twice], before=[first], now=week_later(2))
    assert [change.field for change in issue.profiles[0].changes] == ["body"]


def test_volatile_fields_and_old_notes_are_no_news(composed):
    """A `last_updated` that moved alone keeps a profile out; a note that was shown is not shown again."""
    first = composed([make_profile(position="Intern", update_notes=["first", "filed"])])
    touched = make_profile(position="Intern", update_notes=["first", "filed"], last_updated="2026-02-01")
    assert composed([touched], before=[first], now=week_later()) is None
    changed = make_profile(position="Editor", update_notes=["first", "filed"])
    assert composed([changed], before=[first], now=week_later()).profiles[0].note == ""
    noted = make_profile(position="Editor", update_notes=["a", "b"])
    assert composed([noted], before=[first], now=week_later()).profiles[0].note == "a, b"


def test_a_profile_passed_over_returns_when_it_changed(composed):
    """The first issue keeps what it passed over in full, so that changes show later."""
    first = composed([make_entry("a"), make_profile("p", "2025-01-01", position="Intern")])
    issue = composed([make_profile("p", "2025-01-01", position="Editor")], before=[first], now=week_later())
    assert issue.profiles[0].reason is Reason.UPDATED


def test_a_known_profile_without_a_snapshot_is_remembered_silently():
    """Where no earlier version is left to compare with, nothing is claimed, and this one is kept."""
    config = make_config()
    ledger = Ledger(
        published={"p": Published(key="p", fingerprint="x", number=1)}, last=NOW - timedelta(7), next_number=2
    )
    entries = [make_entry("a"), make_profile("p", position="Editor")]
    issue = compose(
        config.editions[0], config, entries, ledger, now=NOW, url=lambda entry: "https://e.example/"
    )
    assert issue.profiles == ()
    assert [entry.key for entry in issue.baselines] == ["p"]
    assert issue.number == 2
    assert "p" in remember([issue]).snapshots


def test_number_label_and_date(composed):
    """The number follows the ledger, the label is the ISO week of the local date, the date keeps its zone."""
    first = composed([make_entry("a")])
    assert (first.number, first.label, first.id) == (1, "2026-W05", "weekly/1")
    assert first.date == NOW
    assert first.date.utcoffset() == timedelta(hours=8)
    late = composed([make_entry("b")], before=[first], now=datetime(2026, 12, 31, 23, tzinfo=UTC))
    assert (late.number, late.label) == (2, "2026-W53")
    assert composed([make_entry("a")], number=7).number == 7


def test_the_zone_is_the_schedules_else_the_sites():
    """An edition may be published in a zone of its own."""
    config = make_config(
        '[editions.schedule]\nday = "monday"\ntime = "09:00"\ntimezone = "America/New_York"\n'
    )
    assert zone_of(config.editions[0], config).key == "America/New_York"
    assert zone_of(make_config().editions[0], make_config()).key == "Asia/Taipei"


def test_naive_times_are_refused(composed):
    """A time without a zone means a different issue on every machine."""
    with pytest.raises(ValueError, match="time zone"):
        composed([make_entry()], now=datetime(2026, 1, 26))
    with pytest.raises(ValueError, match="time zone"):
        composed([make_entry()], since=datetime(2026, 1, 26))


def test_the_lead_is_marked_or_weighed(composed):
    """`lead: true` wins; else an entry with a description and an image, interviews first, then the newest."""
    plain = make_entry("plain", "2026-01-26")
    full = make_entry("full", "2026-01-24", description="d", image=make_image())
    newer = make_entry("newer", "2026-01-25", description="d", image=make_image())
    talk = make_entry("talk", "2026-01-20", kind="interview", description="d", image=make_image())
    video = make_entry("video", "2026-01-26", kind="video", description="d", image=make_image())
    link = make_entry("link", "2026-01-26", type=EntryType.LINK, description="d", image=make_image())
    marked = make_entry("marked", "2026-01-20", lead=True)
    marked2 = make_entry("marked2", "2026-01-21", lead=True)
    assert composed([plain, full, newer, video, link]).lead.entry.key == "newer"
    assert composed([plain, full, newer, talk]).lead.entry.key == "talk"
    assert composed([talk, marked, marked2]).lead.entry.key == "marked2"
    assert composed([plain]).lead.entry.key == "plain"
    assert composed([link]).lead is None


def test_items_over_the_limit_go_to_overflow(composed):
    """The mail keeps the lead and the newest; profiles get a quarter of a full mail."""
    config = make_config("max_items = 8\n")
    articles = [make_entry(f"a{day:02}", f"2026-01-{day}") for day in range(20, 27)]
    many = [*articles, *(make_entry(f"b{day}", f"2026-01-{day}") for day in range(20, 27))]
    many.append(make_entry("lead", "2026-01-20", lead=True))
    profiles = [make_profile(f"p{n}") for n in range(5)]
    issue = composed(many + profiles, config=config)
    assert issue.lead.entry.key == "lead"
    assert (len(issue.items), len(issue.profiles), len(issue.overflow)) == (6, 2, 12)
    assert min(item.entry.date.at.day for item in issue.items[1:]) == 24
    few = composed([*articles[:2], *profiles], config=config)
    assert (len(few.items), len(few.profiles), len(few.overflow)) == (2, 5, 0)


def test_updated_profiles_stand_before_new_ones(composed):
    """What changed is the news; each kind goes by its date."""
    first = composed([make_profile("old", position="a"), make_profile("older", "2026-01-20", position="a")])
    later = [
        make_profile("old", position="b"),
        make_profile("older", "2026-01-20", position="b"),
        make_profile("fresh", "2026-01-30"),
        make_profile("undated", None),
    ]
    issue = composed(later, before=[first], now=week_later())
    assert keys(issue.profiles) == ["old", "older", "fresh", "undated"]


def test_minutes_and_addresses(composed):
    """Reading time is of the words without their marks; the address is asked of the caller."""
    issue = composed(
        [make_entry("a", body="**字**" * 1200)], url=lambda entry: f"https://x.example/{entry.key}"
    )
    assert issue.lead.minutes == 3
    assert issue.lead.url == "https://x.example/a"


def test_the_issue_carries_its_edition(composed):
    """Title, tagline, languages and the editor's note come from the config."""
    config = make_config('tagline = "On paper"\nlanguages = ["en", "ko"]\nnote = "Hello **you**"\n')
    issue = composed([make_entry()], config=config)
    assert (issue.title, issue.tagline, issue.note) == ("Scratch Weekly", "On paper", "Hello **you**")
    assert (issue.language, issue.languages) == ("en", ("en", "ko"))


def test_quotes_of_an_updated_profile_are_the_new_ones(composed):
    """Readers have seen the others."""
    old, new = make_quote("Seen before."), make_quote("Said since.")
    first = composed([dataclasses.replace(make_profile(position="a"), quotes=(old,))])
    assert [each.quote for each in first.quotes] == [old]
    second = composed(
        [dataclasses.replace(make_profile(position="b"), quotes=(old, new))], before=[first], now=week_later()
    )
    assert [each.quote for each in second.quotes] == [new]


def test_a_broken_subject_template_is_an_error_at_the_config(composed):
    """The problem says which key of which edition, so that the shell can point at its line."""
    with pytest.raises(TemplateError) as caught:
        composed([make_entry()], config=make_config('subject = "{{ leed.title }}"\n'))
    (problem,) = caught.value.problems
    assert (problem.rule, problem.severity) == ("subject-template", Severity.ERROR)
    assert problem.position == Position(path="config.toml")
    assert "weekly" in problem.sentence
    assert "leed" in problem.sentence


def test_the_ledger_is_what_the_issues_left(composed):
    """Last publication of each entry, last version of each profile, newest date, next number."""
    entries = [make_entry("a"), make_entry("old", "2025-01-01"), make_profile("p", position="a")]
    first = composed(entries)
    second = composed([make_profile("p", position="b")], before=[first], now=week_later())
    ledger = remember([second, first])
    assert ledger == remember([first, second])
    assert ledger.published["p"].number == 2
    assert ledger.snapshots["p"].fields == {"position": "b"}
    assert ledger.passed == {"old": entries[1].fingerprint}
    assert (ledger.last, ledger.next_number) == (second.date, 3)
    assert remember([]) == Ledger()


TAGS = ["AI", "ai", "Go", "Tea", "茶", "podcast", "Rust lang", "rust_lang"]
MOMENTS = st.one_of(
    st.none(),
    st.integers(-40, 5).map(
        lambda days: Stamp(at=NOW + timedelta(days=days, hours=days), day_only=days % 2 == 0)
    ),
)


# Made once: to make the strategies anew for each entry costs more than they do.
FACTS = st.fixed_dictionaries(
    {
        "type": st.sampled_from([EntryType.ARTICLE, EntryType.ARTICLE, EntryType.LINK, EntryType.PROFILE]),
        "tags": st.lists(st.sampled_from(TAGS), max_size=4).map(tuple),
        "categories": st.lists(st.sampled_from(TAGS), max_size=1).map(tuple),
        "draft": st.sampled_from([False, False, True]),
        "lead": st.sampled_from([False, False, False, True]),
        "quotes": st.lists(st.sampled_from(["q", "r", "w" * 300, "w" * 500]), max_size=3),
    }
)


@st.composite
def entries(draw):
    """A site of articles, links and profiles."""
    made = []
    for number in range(draw(st.integers(0, 25))):
        facts = draw(FACTS)
        entry = make_entry(f"e{number}", None, **facts | {"quotes": tuple(map(make_quote, facts["quotes"]))})
        made.append(dataclasses.replace(entry, date=draw(MOMENTS), updated=draw(MOMENTS)))
    return made


@given(entries(), st.randoms(use_true_random=False))
def test_composing_is_deterministic_and_indifferent_to_order(found, shuffler):
    """Same entries, in whatever order: the same issue."""
    config = make_config('max_items = 9\n[[editions.sections]]\ntag = "Tea"\n')
    shuffled = list(found)
    shuffler.shuffle(shuffled)

    def made(order):
        return compose(
            config.editions[0], config, order, Ledger(), now=NOW, url=lambda entry: "https://e.example/"
        )

    assert made(found) == made(shuffled)


@given(entries(), entries())
def test_every_eligible_entry_is_in_exactly_one_place(found, more):
    """Shown once, in overflow, passed over, or due later: over two issues nothing is lost or told twice."""
    config = make_config("max_items = 6\n")

    def made(order, ledger, now):
        return compose(
            config.editions[0], config, order, ledger, now=now, url=lambda entry: "https://e.example/"
        )

    first = made(found, Ledger(), NOW)
    before = [first] if first else []
    places = keys(first.everything) + [each.key for each in first.passed] if first else []
    assert len(places) == len(set(places))
    due = {
        entry.key for entry in found if not entry.draft and not later_than(entry.date or entry.updated, NOW)
    }
    assert not first or set(places) == due
    assert not first or {e.key for e in first.baselines} == {
        each.key for each in first.passed if entry_of(found, each.key).type is EntryType.PROFILE
    }
    added = found + [dataclasses.replace(entry, key=f"x{entry.key}", slug=f"x{entry.slug}") for entry in more]
    second = made(random.Random(1).sample(added, len(added)), remember(before), week_later(8))
    if first and second:
        assert not {item.entry.key for item in second.everything if item.reason is Reason.NEW} & set(places)


def later_than(date, now):
    if date is None:
        return False
    return date.at.date() > now.date() if date.day_only else date.at > now


def entry_of(found, key):
    return next(entry for entry in found if entry.key == key)


def test_key_points_count_as_reading(composed):
    """Key points in the front matter are read with the body: 400 Han of them are a minute more."""
    plain = composed([make_entry("a", body="字" * 400)])
    pointed = composed([make_entry("a", body="字" * 400, key_points=("字" * 200, "字" * 200))])
    assert (plain.minutes, pointed.minutes) == (1, 2)
