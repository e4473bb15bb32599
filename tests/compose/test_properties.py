"""Whatever the entries and their order: the same issue, and each entry in one place or with a reason."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from hypothesis import event, given
from hypothesis import strategies as st

from digest.compose import Rule, compose, decide, remember
from digest.compose.judging import Judge
from digest.config import Config
from digest.model import Decision, Entry, EntryType, Issue, Ledger, Verdict, Word
from tests.compose.conftest import NOW, make_config, make_entry, stamp

# Every limit is low, so that a handful of entries meets it.
CONFIG: Config = make_config(
    'max_items = 5\ntags = ["tea", "ships", "news", "漢字"]\nentry_languages = ["en", "ko"]\n'
    '[[editions.sections]]\ntag = "ships"\n',
    news=(
        "cooldown_days = 10\narchive_items = 1\nfirst_items = 3\n"
        "bulk_updates = 2\nbulk_share = 0.0\nbulk_alike = 1"
    ),
)
EDITION = CONFIG.editions[0]


@dataclass(frozen=True, slots=True)
class Chance:
    """A life by chance: what an edition has published (none, or one issue), and the entries of the next.

    Of a seed and not of a strategy for each value: thousands of small draws would take most of the time.
    """

    pick: random.Random

    def life(self) -> tuple[Ledger, list[Entry]]:
        """The ledger and the entries."""
        first = [self.entry(f"a{n}", -7) for n in range(self.pick.randrange(14))]
        if self.pick.random() < 0.2:
            return Ledger(), first
        before = compose(EDITION, CONFIG, first, Ledger(), now=NOW - self._ago(), url=lambda _: "")
        entries = [self._edited(each) for each in first if self.pick.random() < 0.9]
        entries += [self.entry(f"b{n}", 0) for n in range(self.pick.randrange(10))]
        return remember([before] if before else []), entries

    def _ago(self) -> timedelta:
        return timedelta(days=self.pick.choice((7, 30)))

    def entry(self, key: str, days: int) -> Entry:
        """Any entry: of every kind, with or without dates, tags, words of the editor."""
        pick = self.pick
        kind = pick.choice(tuple(EntryType))
        dated = pick.choices((None, -60, -30, days - 3, days - 1, days + 12), (1, 1, 1, 5, 5, 1))[0]
        later = pick.choices((None, -3, 5), (10, 1, 1))[0]
        ends = pick.choices((None, -2, 9), (14, 1, 1))[0]
        return make_entry(
            key,
            None if dated is None else f"{NOW + timedelta(days=dated):%Y-%m-%d}",
            type=kind,
            kind="person" if kind is EntryType.PROFILE else "article",
            language=pick.choices(("en", "ko", "ja"), (6, 4, 1))[0],
            tags=tuple(pick.sample(("tea", "ships", "maps", "news", "漢字", "Tea"), pick.randrange(1, 4))),
            body=" ".join(f"word{pick.randrange(50)}" for _ in range(40)),
            draft=pick.random() < 0.05,
            lead=pick.random() < 0.1,
            word=pick.choices((None, *Word), (20, 1, 1, 1))[0],
            not_before=None if later is None else stamp(NOW + timedelta(days=later)),
            expires=None if ends is None else stamp(NOW + timedelta(days=ends)),
            needs_approval=pick.random() < 0.05,
            source=pick.choices(("articles", "notes"), (8, 1))[0],
            url=pick.choice(("", "https://elsewhere.example/story", f"https://elsewhere.example/{key}")),
            fields={"position": pick.choice(("smith", "clerk")), "email": pick.choice("ab")},
        )

    def _edited(self, entry: Entry) -> Entry:
        """The entry as it was, with more words, with another position, or under another name."""
        fate = self.pick.randrange(6)
        if fate in (1, 2):
            more = " ".join(f"new{n}" for n in range(self.pick.choice((5, 90))))
            return replace(entry, body=f"{entry.body} {more}", fingerprint=f"{entry.fingerprint}+")
        if fate == 3:
            return replace(entry, fields={"position": "mayor"}, fingerprint=f"{entry.fingerprint}*")
        return replace(entry, key=f"c/{entry.key}") if fate == 4 else entry


lives = st.integers(0, 2**32).map(lambda seed: Chance(random.Random(seed)).life())


def composed(ledger: Ledger, entries: Sequence[Entry]) -> tuple[Issue | None, tuple[Decision, ...]]:
    """The issue of these entries, and the decisions about them."""
    issue = compose(EDITION, CONFIG, entries, ledger, now=NOW, url=lambda each: f"https://x/{each.key}")
    return issue, decide(EDITION, CONFIG, entries, ledger, now=NOW)


@given(life=lives, chance=st.randoms(use_true_random=False))
def test_order_plays_no_part(life: tuple[Ledger, list[Entry]], chance) -> None:
    """The same entries make the same issue and the same decisions, in whatever order they come."""
    ledger, entries = life
    shuffled = list(entries)
    chance.shuffle(shuffled)
    assert composed(ledger, shuffled) == composed(ledger, entries)


@given(life=lives, days=st.sampled_from((None, 7, 90)), drafts=st.booleans())
def test_a_look_finds_what_judging_would(
    life: tuple[Ledger, list[Entry]], days: int | None, drafts: bool
) -> None:
    """What is left out at first sight would be, by the same rule, if it were judged as others are."""
    ledger, entries = life
    since = None if days is None else NOW - timedelta(days=days)
    judge = Judge(EDITION, CONFIG, ledger, now=NOW, since=since, drafts=drafts)
    ruled, rest = judge.at_first_sight(entries)
    seen = [each for each in entries if each.key in ruled]
    assert {each.key: judge(each) for each in seen} == ruled
    assert [each for each in entries if each.key not in ruled] == rest


@given(life=lives)
def test_each_entry_is_in_one_place_or_has_a_reason(life: tuple[Ledger, list[Entry]]) -> None:
    """Each entry has one decision, which says where it stands, exactly once, or why it does not."""
    ledger, entries = life
    issue, decisions = composed(ledger, entries)
    assert [each.entry for each in decisions] == sorted(entry.key for entry in entries)
    places = _places(issue) if issue else {}
    assert max(Counter(key for keys in places.values() for key in keys).values(), default=1) == 1
    for each in decisions:
        event(each.rule)
        where = [name for name, keys in places.items() if each.entry in keys]
        assert where == _promised(each, issue)
        assert each.rule in set(Rule)
    assert {key for keys in places.values() for key in keys} <= {entry.key for entry in entries}


def _promised(each: Decision, issue: Issue | None) -> list[str]:
    """Where a decision says that the entry is; a line about many alone makes no issue."""
    if each.rule == Rule.BULK:
        return ["bulk"] if issue else []
    return [each.verdict.value] if each.verdict not in (Verdict.HELD, Verdict.OUT) else []


def _places(issue: Issue) -> dict[str, list[str]]:
    """The keys in each part of an issue."""
    parts = {
        "shown": (*issue.items, *issue.profiles),
        "overflow": issue.overflow,
        "archive": issue.archive,
        "bulk": issue.bulk,
    }
    return {name: [item.entry.key for item in items] for name, items in parts.items()}


@given(life=lives)
def test_no_tag_heads_a_section_of_one(life: tuple[Ledger, list[Entry]]) -> None:
    """A section of one item is one that an editor configured, or the rest that shares no tag."""
    issue, _ = composed(*life)
    for section in issue.sections if issue else ():
        assert len(section.items) > 1 or section.key in ("ships", "")


@given(life=lives)
def test_what_an_issue_had_is_no_news_in_the_next(life: tuple[Ledger, list[Entry]]) -> None:
    """Composed again from the same entries a day later, nothing that was in an issue is in the next."""
    ledger, entries = life
    issue, _ = composed(ledger, entries)
    if issue is None:
        return
    after = _after(ledger, issue)
    again = compose(EDITION, CONFIG, entries, after, now=NOW + timedelta(minutes=1), url=lambda _: "")
    told = {item.entry.key for item in (*issue.everything, *issue.bulk)}
    assert not again or told.isdisjoint(item.entry.key for item in (*again.everything, *again.bulk))


def _after(ledger: Ledger, issue: Issue) -> Ledger:
    """The ledger with one more issue in it."""
    added = remember([replace(issue, number=ledger.next_number)])
    return replace(
        added,
        published={**ledger.published, **added.published},
        passed={
            key: value
            for key, value in {**ledger.passed, **added.passed}.items()
            if key not in {**ledger.published, **added.published}
        },
        snapshots={**ledger.snapshots, **added.snapshots},
        names={**ledger.names, **added.names},
    )
