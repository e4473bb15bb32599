"""`make bench`: comparing profiles, and composing from 10,000 entries beyond reading them.

`composing.py 100000` does the same for more entries. Figures are of processor time; ledger and entries are
there, as after reading. Nothing is rendered.
"""

from __future__ import annotations

import copy
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from bench import THREE_LANGUAGES, config_toml, met

from digest.collect.loading import staying
from digest.compose import compare, compose, consider, remember
from digest.config import Config, parse
from digest.model import Entry, EntryType, Issue, Ledger, Passed, Position, Stamp
from digest.text.renames import trace

NOW: Final = datetime(2026, 1, 26, 1, tzinfo=UTC)
ROUNDS: Final = 5
COMPARISONS: Final = 50_000  # a second
COMPOSING_MS: Final = 50.0
EDITED: Final = 20  # one profile in so many has changed since the last issue
CONFIG: Final = config_toml("https://bench.example", site=THREE_LANGUAGES)

# A life in some thirty keys, as profiles have them: made up for this.
FIELDS: Final[dict[str, Any]] = {
    "title": "鐘錶匠 Berta Uhr",
    "slug": "berta-uhr",
    "name_zh": "貝爾塔・烏爾",
    "name_en": "Berta Uhr",
    "photo": "/images/people/berta-uhr.jpg",
    "photo_credit": "鐘錶博物館",
    "nationality": "瑞士",
    "birth_year": 1891,
    "birth_place": "沙夫豪森",
    "death_year": None,
    "residence": "日內瓦",
    "current_position": "首席鐘錶匠",
    "current_organization": "車站鐘公司",
    "current_org_slug": "station-clocks",
    "description_short": "讓全國的車站在同一分鐘發車的人。",
    "description_long": "她為鐵路造鐘四十年，從母鐘到子鐘，從擺錘到電報，讓每一站的分針同時跳動。" * 4,
    "person_type": ["工匠", "發明家"],
    "importance_level": "B",
    "ai_domains": ["計時", "電報", "鐵路"],
    "key_contributions": [
        {"title": "子母鐘", "description": "一座母鐘以電脈衝帶動全站的子鐘", "year": 1922},
        {"title": "停秒", "description": "秒針在整分等候脈衝，再一起出發", "year": 1931},
        {"title": "夜間校時", "description": "凌晨三點，全國的鐘悄悄對一次時", "year": 1938},
    ],
    "representative_works": [
        {"title": "Hauptuhr 1", "type": "鐘", "year": 1922, "url": ""},
        {"title": "Bahnhofszeit", "type": "書", "year": 1940, "description": "車站時間的歷史"},
    ],
    "awards": [{"name": "聯邦工藝獎", "year": 1932, "issuer": "聯邦工藝會"}],
    "education": [
        {"institution": "沙夫豪森鐘錶學校", "degree": "學徒", "years": "1906-1910"},
        {"institution": "蘇黎世工業學校", "degree": "電氣", "years": "1911-1913"},
    ],
    "career_history": [
        {"organization": "Uhr & Söhne", "position": "學徒", "years": "1910-1914"},
        {"organization": "州鐵路", "position": "鐘錶匠", "years": "1914-1921"},
        {"organization": "車站鐘公司", "position": "首席鐘錶匠", "years": "1921-now"},
    ],
    "publications": [{"title": f"校時筆記之{n}", "year": 1920 + n, "venue": "鐘錶雜誌"} for n in range(6)],
    "notable_quotes": [{"quote": "鐘不需要準，需要一致。", "year": 1934, "context": "演講"}],
    "related_people": [{"slug": "otto-weiche", "relation": "同事"}, {"slug": "clara", "relation": "學生"}],
    "social": {"website": "https://uhr.example", "twitter": "", "github": None},
    "tags": ["鐘錶", "鐵路", "標準時間"],
    "data_sources": ["https://uhr.example/archive"],
    "last_updated": "2026-01-10",
    "draft": False,
}  # fmt: skip


def profile(fields: dict[str, Any]) -> Entry:
    """The profile with this front matter."""
    return Entry(
        key="people/berta-uhr.md",
        type=EntryType.PROFILE,
        kind="person",
        slug="berta-uhr",
        title=str(fields["title"]),
        language="zh-Hant-TW",
        position=Position(path="people/berta-uhr.md"),
        fingerprint="",
        body="車站的鐘為什麼會停一秒半？\n\n" * 12,
        fields=fields,
        positions={key: (n, 1) for n, key in enumerate(fields, 2)},
    )


def edited() -> Entry:
    """The profile a week later: five facts changed, two lists in another order, the date moved on."""
    fields = copy.deepcopy(FIELDS)
    fields["current_position"] = "榮譽鐘錶匠"
    fields["residence"] = "沙夫豪森"
    fields["awards"] = [{"name": "州鐵路金質獎章", "year": 1946}, *fields["awards"]]
    fields["publications"] = [*fields["publications"], {"title": "最後的校時", "year": 1947}]
    fields["career_history"][2]["years"] = "1921-1946"
    fields["person_type"] = fields["person_type"][::-1]
    fields["education"] = fields["education"][::-1]
    fields["last_updated"] = "2026-01-24"
    return profile(fields)


def seconds(work: Callable[[], object]) -> float:
    """The median of so many rounds, in seconds of this process."""
    found = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return statistics.median(found)


def rate(pairs: list[tuple[Entry, Entry]]) -> float:
    """Comparisons a second."""

    def all_of_them() -> None:
        for old, new in pairs:
            compare(old, new)

    return len(pairs) / seconds(all_of_them)


def comparisons() -> None:
    """What an issue does with the profiles of a site: most are as they were, each read anew."""
    old, new = profile(FIELDS), edited()
    facts = [each for each in compare(old, new) if each.field != "education"]
    assert len(facts) == 5, facts
    same = [profile(copy.deepcopy(FIELDS)) for _ in range(2_000)]
    changed = [edited() for _ in range(2_000)]
    mixed = [changed[n] if n % EDITED == 0 else same[n] for n in range(2_000)]
    touched = [replace(each, fields={**each.fields, "last_updated": "2026-01-24"}) for each in same]
    print(f"comparing profiles of {len(FIELDS)} keys, each read anew")
    of_a_site = rate([(old, each) for each in mixed])
    aim = f"aim ≥ {COMPARISONS:,}: {met(of_a_site >= COMPARISONS)}"
    say(f"a site's: one in {EDITED} edited", of_a_site, aim)
    say("nothing changed", rate([(old, each) for each in same]))
    say("a touched date alone", rate([(old, each) for each in touched]))
    say("five facts changed, two lists in another order", rate([(old, each) for each in changed]))


def say(what: str, number: float, remark: str = "") -> None:
    """Print one rate."""
    print(f"  {what:<52}{number:>10,.0f} /s  {remark}".rstrip())


def article(number: int, at: datetime) -> Entry:
    """An article of some three hundred words."""
    body = " ".join(f"word{number % 97}x{place % 61}" for place in range(300))
    return Entry(
        key=f"articles/{number}.md",
        type=EntryType.ARTICLE,
        kind="article",
        slug=str(number),
        title=f"Article {number}",
        language=("zh-Hant-TW", "ko", "en")[number % 3],
        position=Position(path=f"articles/{number}.md"),
        fingerprint=f"{number:064x}",
        date=Stamp(at=at),
        description=f"What article {number} says.",
        body=body,
        tags=("鐵路", "電報", "시간", "history", "clocks", "標準")[number % 6 : number % 6 + 2],
        mark=f"{number:032x}",
        source="articles",
    )


def history(count: int) -> tuple[Ledger, list[Entry]]:
    """A ledger of all but forty, a tenth of it published in eighteen issues; and what the sources hold now.

    Forty are new, five have another name, five were edited.
    """
    config: Config = parse(CONFIG)
    old = [article(n, NOW - timedelta(days=400 - n % 380)) for n in range(count - 40)]
    out, passed = old[: count // 10], old[count // 10 :]
    first: list[Issue] = []
    for week in range(18):
        some = out[week::18]
        at = NOW - timedelta(days=7 * (18 - week))
        fresh = [replace(each, date=Stamp(at=at - timedelta(days=1))) for each in some]
        issue = compose(
            config.editions[0].model_copy(update={"max_items": 200}),
            config.model_copy(update={"news": config.news.model_copy(update={"first_items": 1_000})}),
            fresh,
            Ledger(),
            now=at,
            number=week + 1,
            url=lambda _: "",
        )
        assert issue is not None
        first.append(issue)
    kept = tuple(
        Passed(key=each.key, fingerprint=each.fingerprint, likeness=tuple(trace(each))) for each in passed
    )
    first[0] = replace(first[0], passed=kept, sources=("articles",))
    entries = [each.entry for issue in first for each in issue.everything] + passed
    more = " ".join(f"new{place}" for place in range(90))
    entries[:5] = [replace(each, body=f"{each.body} {more}", fingerprint="e") for each in entries[:5]]
    entries[-5:] = [replace(each, key=f"moved/{each.key}") for each in entries[-5:]]
    new = [article(count + n, NOW - timedelta(days=1 + n % 6)) for n in range(40)]
    return remember(first), [*entries, *new]


def composing(count: int) -> None:
    """An ordinary week of a large site."""
    config = parse(CONFIG)
    ledger, entries = history(count)

    def choosing() -> object:
        return consider(config.editions[0], config, entries, ledger, now=NOW)

    def whole() -> Issue | None:
        return compose(config.editions[0], config, entries, ledger, now=NOW, url=lambda each: each.key)

    issue = whole()
    assert issue is not None
    print(f"composing from {len(entries):,} entries: {len(issue.everything)} in the issue")
    with staying():  # as the press does
        taken, all_of_it = seconds(choosing) * 1000, seconds(whole) * 1000
    aim = f"aim ≤ {COMPOSING_MS:.0f} ms: {met(all_of_it <= COMPOSING_MS)}" if count == 10_000 else ""
    print(f"  {'choosing, by every rule':<52}{taken:>10,.1f} ms")
    print(f"  {'the whole issue':<52}{all_of_it:>10,.1f} ms  {aim}".rstrip())


if __name__ == "__main__":
    comparisons()
    composing(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
