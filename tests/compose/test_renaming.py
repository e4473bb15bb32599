"""Files that are moved, renamed, copied: one entry, told once."""

from dataclasses import replace

from digest.compose import remember
from digest.model import EntryType, Reason
from tests.compose.conftest import make_entry, make_profile, week_later


def keys(items):
    return [item.entry.key for item in items]


def moved(entry, key):
    """The same entry in another file: key and slug are of its path."""
    return replace(entry, key=key, slug=key)


def test_moved_history_is_no_news(composed):
    """A folder that is renamed brings neither what was published nor what was passed over."""
    entries = [make_entry("new"), make_entry("old", "2020-01-01"), make_profile("stale", "2020-01-01")]
    first = composed(entries)
    elsewhere = [moved(entry, f"posts/{entry.key}") for entry in entries]
    assert composed(elsewhere, before=[first], now=week_later()) is None


def test_renamed_file_stays_known_when_it_is_edited_later(composed):
    """The issue after a renaming notes the new name, so that later edits do not bring the entry again."""
    article, past = make_entry("a"), make_entry("past", "2020-01-01")
    first = composed([article, past])
    here = [moved(article, "b"), moved(past, "former"), make_entry("c")]
    second = composed(here, before=[first], now=week_later())
    assert keys(second.everything) == ["c"]
    assert [each.key for each in second.passed] == ["b", "former"]
    edited = [replace(each, fingerprint="edited", title="Another title") for each in here]
    assert composed(edited, before=[first, second], now=week_later(2)) is None


def test_renamed_and_edited_at_once(composed):
    """An article that keeps title and day is known under another name, whatever else was edited."""
    article = make_entry("a")
    first = composed([article])
    edited = replace(moved(article, "b"), fingerprint="edited")
    assert composed([edited], before=[first], now=week_later()) is None
    other = replace(edited, date=make_entry("x", "2026-01-30").date)
    assert keys(composed([other], before=[first], now=week_later()).everything) == ["b"]


def test_renamed_profile_is_compared_with_what_it_was(composed):
    """A profile in another file comes back with what changed, not as a new one; small edits add up."""
    profile = make_profile("p", position="Writer", title="Mina")
    first = composed([profile])
    edited = replace(moved(profile, "q"), fields={"position": "Editor"}, fingerprint="edited")
    issue = composed([edited], before=[first], now=week_later())
    assert [(item.reason, item.changes[0].old) for item in issue.profiles] == [(Reason.UPDATED, ("Writer",))]
    quiet = composed([moved(profile, "q"), make_entry("c")], before=[first], now=week_later())
    assert quiet.baselines == ()
    assert remember([first, quiet]).snapshots["q"].fields["position"] == "Writer"
    later = composed([edited], before=[first, quiet], now=week_later(2))
    assert [item.reason for item in later.profiles] == [Reason.UPDATED]


def test_copy_is_another_entry(composed):
    """While the first file is there, a second one of the same words is an entry of its own."""
    article = make_entry("a")
    first = composed([article])
    issue = composed([article, moved(article, "b")], before=[first], now=week_later())
    assert keys(issue.everything) == ["b"]


def test_twins_are_each_told_once(composed):
    """Of two entries of the same words, both moved, neither comes again; a third one does."""
    article = make_entry("a", None)
    twins = [moved(article, "a"), moved(article, "b")]
    first = composed([*twins, make_entry("c")])
    here = [moved(article, key) for key in ("d", "e", "f")]
    issue = composed(here, before=[first], now=week_later())
    assert keys(issue.everything) == ["f"]


def test_renamed_again_and_again(composed):
    """Each new name is known by the one before it, edited on the way or not, taken on the way or not."""
    article, profile = make_entry("a", mark="m"), make_profile("p", position="Writer", title="Mina")
    issues = [composed([article, profile])]
    for week, name in enumerate("bcd", 1):
        article = replace(moved(article, name), fingerprint=name, title=f"Title {name}", mark="m")
        profile = replace(moved(profile, f"p{name}"), fields={"position": name}, fingerprint=f"p{name}")
        issue = composed([article, profile], before=issues, now=week_later(week))
        assert [(item.entry.key, item.reason) for item in issue.everything] == [(f"p{name}", Reason.UPDATED)]
        assert {each.key for each in issue.renamed} == {name, f"p{name}"}
        issues.append(issue)
    again = composed([article, profile, make_entry("n")], before=issues, now=week_later(9))
    assert keys(again.everything) == ["n"]
    assert again.renamed == ()


def test_the_first_name_may_come_back(composed):
    """A renaming that is undone is no news, and what was passed over keeps its words in mind."""
    article, past = make_entry("a"), make_entry("past", "2020-01-01")
    first = composed([article, past])
    second = composed([moved(article, "b"), past, make_entry("c")], before=[first], now=week_later())
    back = [replace(article, fingerprint="x"), make_entry("c"), make_entry("d")]
    third = composed([*back, past], before=[first, second], now=week_later(2))
    assert keys(third.everything) == ["d"]
    elsewhere = replace(moved(past, "former"), fingerprint="edited")
    assert composed([*back, elsewhere], before=[first, second, third], now=week_later(3)) is None


def test_since_brings_nothing_that_is_out_under_another_name(composed):
    """Renamed, noted, then edited: it is published, and `--since` does not take it for passed over."""
    article = make_entry("a", "2026-01-24", mark="m")
    first = composed([article])
    second = composed([moved(article, "b"), make_entry("c")], before=[first], now=week_later())
    edited = replace(moved(article, "b"), fingerprint="edited")
    since = make_entry("x", "2026-01-01").date.at
    assert composed([edited], before=[first, second], now=week_later(2), since=since) is None


def test_what_is_ambiguous_is_new(composed):
    """Two that could be the same entry are both told: news that never comes is not noticed."""
    twins = [make_entry(key, mark="m", title="One", slug=key) for key in "ab"]
    first = composed(twins)
    here = [replace(each, key=f"x{each.key}", slug=f"x{each.key}", fingerprint=each.key) for each in twins]
    issue = composed(here, before=[first], now=week_later())
    assert sorted(keys(issue.everything)) == ["xa", "xb"]


def test_issues_sealed_before_there_were_marks(composed):
    """A ledger whose entries left nothing but fingerprints still knows what was moved unchanged."""
    article, past = make_entry("a"), make_entry("past", "2020-01-01")
    first = composed([article, past])
    bare = replace(first, passed=tuple(replace(each, likeness=()) for each in first.passed))
    assert composed([moved(article, "b"), moved(past, "q")], before=[bare], now=week_later()) is None
    edited = replace(moved(past, "q"), fingerprint="edited")
    assert keys(composed([article, edited], before=[bare], now=week_later()).everything) == ["q"]


def test_since_takes_back_what_was_passed_over_but_no_published_one_under_its_new_name(composed):
    """`--since` brings older entries, also renamed ones, and nothing that is out already."""
    article, past = make_entry("a"), make_entry("past", "2026-01-01")
    first = composed([article, past])
    here = [moved(article, "b"), moved(past, "former"), make_entry("c")]
    second = composed(here, before=[first], now=week_later())
    third = composed(
        here, before=[first, second], now=week_later(2), since=make_entry("x", "2026-01-01").date.at
    )
    assert keys(third.everything) == ["former"]


def test_deleted_and_restored_is_no_news(composed):
    """A file that was away for a week is known when it is there again."""
    article, profile = make_entry("a"), make_profile("p")
    first = composed([article, profile])
    second = composed([make_entry("c")], before=[first], now=week_later())
    here = [article, profile, make_entry("c")]
    assert composed(here, before=[first, second], now=week_later(2)) is None
    assert profile.type is EntryType.PROFILE


def test_a_file_that_says_another_language_is_no_news(composed):
    """Language is part of the key, but a file that lies where it lay is known, whatever else was edited."""
    article = replace(make_entry("a"), key="articles/a.md", title="One")
    first = composed([article])
    edited = replace(
        article, key="articles/a.md:en", language="en", title="Two", slug="b", fingerprint="edited", mark=""
    )
    assert composed([edited], before=[first], now=week_later()) is None
    back = replace(edited, key="articles/a.md:fr", language="fr", title="Three", slug="c", fingerprint="x")
    assert composed([back], before=[first], now=week_later()) is None
    other = replace(edited, position=replace(edited.position, path="articles/b.md"), key="articles/b.md:en")
    date = make_entry("x", "2026-01-30").date
    news = composed([replace(other, date=date)], before=[first], now=week_later())
    assert keys(news.everything) == ["articles/b.md:en"]
