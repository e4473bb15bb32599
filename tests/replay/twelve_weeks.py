"""Twelve weeks of a magazine's life, week by week: what is planted, and what must come of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from tests.replay.life import Life, day, monday

LANGUAGES: Final = ("en", "zh-Hant-TW", "ko")

CONFIG: Final = """\
[site]
title = "Tides"
base_url = "https://tides.example"
timezone = "Asia/Taipei"
languages = ["en", "zh-Hant-TW", "ko"]

[[sources]]
kind = "articles"
path = "posts"

[[sources]]
kind = "profiles"
path = "people"
{sources}
[[editions]]
name = "weekly"
title = "Tides"
max_items = 60

[profile_fields]
boats = "major"
"""
NOTES: Final = '\n[[sources]]\nkind = "articles"\npath = "notes"\n'
GUESTS: Final = '\n[[sources]]\nkind = "articles"\npath = "guests"\n'


def before(life: Life, old: int) -> None:
    """What is there before the first issue: years of posts, a dozen profiles, and a week's news."""
    life.configure(CONFIG.format(sources=""))
    for n in range(old):
        serial = f"old{n}"
        date = f"{2024 + n % 2}-{1 + n % 11:02}-{1 + n % 28:02}"
        life.add(serial, f"posts/{date[:4]}/{serial}.md", units=60, language=LANGUAGES[n % 3], date=date)
        life.is_passed(serial)
    for n in range(12):
        _profile(life, f"person{n}", LANGUAGES[n % 3])
        life.is_passed(f"person{n}")
    for n in range(10):  # in git long before anybody makes a source of it
        date = f"2025-0{1 + n % 9}-11" if n % 3 else None
        life.add(f"guest{n}", f"guests/{n}.md", date=date, units=60)
        life.is_passed(f"guest{n}")
    life.commit(monday(0) - timedelta(days=40), "Everything so far")
    for n in range(4):
        life.add(f"first{n}", f"posts/2026/first{n}.md", language=LANGUAGES[n % 3], date=day(0, 1 + n))
        life.is_new(f"first{n}", 0)
    life.add("draft", "posts/2026/draft.md", date=day(0), draft=True)
    life.add("waiting", "posts/2026/waiting.md", date=day(5, 1))
    life.is_new("waiting", 5)
    life.commit(monday(0) - timedelta(days=1), "The first week")


def _profile(life: Life, serial: str, language: str) -> None:
    say = life.words.word
    life.add(
        serial,
        f"people/{serial}.md",
        language=language,
        title=None,
        name=life.words.title(serial, language),
        slug=serial,
        type="person",
        position=say(language),
        organization=say(language),
        awards=[{"title": say(language), "year": 2001 + n} for n in range(3)],
        boats=[say(language) for _ in range(4)],
        email=f"{serial}@tides.example",
        last_updated="2025-06-01",
    )


def week(life: Life, n: int) -> None:
    """The life between the issue of week n - 1 and that of week n."""
    for language in LANGUAGES if n not in _QUIET else ():
        serial = f"w{n}{language[:2]}"
        life.add(serial, f"posts/2026/{serial}.md", language=language, date=day(n, 1 + len(language) % 4))
        life.is_new(serial, n)
    if n in _WEEKS:
        _WEEKS[n](life)
    _noise(life, n)
    life.commit(monday(n) - timedelta(days=1), f"Week {n}")


def _noise(life: Life, n: int) -> None:
    """What happens in every week, and is no news in any."""
    known = sorted(serial for serial, at in life.truth.new.items() if at < n and serial in life.files)
    pick = life.words.chance.sample(known, 4)
    life.edit(pick[0], tags=["maps", life.words.word()], categories=["shore"])
    life.edit(pick[1], lastmod=day(n), weight=n, image=None)
    if life.files[pick[2]].path.startswith("posts/"):  # elsewhere it would become another kind of entry
        life.rename(pick[2], f"posts/moved/{n}-{pick[2]}.md")
    life.rename(f"old{n}", f"posts/moved/old-{n}.md")
    file = life.files[pick[3]]
    file.body = file.body.replace("\n\n", "\n\n\n") + "   \n"
    life.put(file)
    calm = life.files[f"person{n % 4}"]  # persons 0 to 3 never change in a way that anybody sees
    life.edit(calm.serial, last_updated=day(n), **_UNSEEN[n % len(_UNSEEN)](calm.front))
    calm.is_block = n % 2 == 0
    life.put(calm)


_UNSEEN: Final[tuple[Callable[[dict], dict], ...]] = (
    lambda front: {"awards": front["awards"][::-1]},
    lambda front: {"boats": [*front["boats"][1:], front["boats"][0]]},
    lambda front: {"notes": "", "patents": [], "spouse": {}},
    lambda front: {"position": f" {front['position']}  "},
    lambda front: {"photo": "/new.jpg", "photo_credit": "somebody", "tags": ["ships", "people"]},
    lambda front: {"notes": None, "data_sources": ["https://tides.example/sources"]},
)


def _one(life: Life) -> None:
    life.add("grows", "posts/2026/grows.md", units=240, date=day(1))
    life.add("swells", "posts/2026/swells.md", units=240, date=day(1))
    life.add("ignored", "posts/2026/ignored.md", units=240, date=day(1))
    life.add("called", "posts/2026/called.md", units=240, date=day(1))
    for serial in ("grows", "swells", "ignored", "called"):
        life.is_new(serial, 1)
    life.add("never", "posts/2026/never.md", date=day(3))  # deleted before it is due
    life.add("undated", "posts/2026/undated.md", date=None)  # git's date
    life.is_new("undated", 1)


def _two(life: Life) -> None:
    life.delete("never")
    life.edit("person4", position=life.words.word(), update_notes="A new chair.")
    life.is_told("person4", 2, "position")
    life.add("later", "posts/2026/later.md", date=day(2), publishDate=day(6, 1))
    life.is_new("later", 6)


def _three(life: Life) -> None:
    life.edit("grows", fresh=25)
    life.add("forty", "posts/2026/forty.md", date=day(3, 40))  # filed late
    life.is_new("forty", 3, late=True)
    life.add("barely", "posts/2026/barely.md", date=day(2, 3))  # missed by a few days: no relic
    life.is_new("barely", 3)
    awards = life.files["person5"].front["awards"]
    life.edit("person5", awards=[*awards[::-1], {"title": life.words.word(), "year": 2026}])
    life.is_told("person5", 3, "awards")
    _profile(life, "newcomer", "en")
    life.edit("newcomer", last_updated=day(3))
    life.is_new("newcomer", 3)


def _four(life: Life) -> None:
    life.edit("draft", draft=False, date=day(4))
    life.is_new("draft", 4)
    life.delete("first1")  # published, and gone for a while
    life.delete("old20")
    life.edit("person6", email="new@tides.example", phone="02")  # minor: waits for something major
    life.edit("swells", fresh=90, heading="A second look")
    life.is_told("swells", 4, "body")
    life.edit("person9", fresh=25)


def _five(life: Life) -> None:
    life.edit("grows", fresh=25)
    life.configure(CONFIG.format(sources=NOTES))
    for n in range(14):
        life.add(f"note{n}", f"notes/{n}.md", date=f"2023-{1 + n % 12:02}-0{1 + n % 8}", units=60)
        life.is_passed(f"note{n}")
    life.add("note-new", "notes/new.md", date=day(5))
    life.is_new("note-new", 5)
    life.edit("person7", fresh=90, heading=life.words.word())
    life.is_told("person7", 5, "body")
    life.edit("ignored", fresh=120, digest="ignore")
    life.edit("w4en", fresh=90)  # a week after it was out: told once it has cooled down
    life.is_told("w4en", 6, "body")
    life.edit("person9", fresh=25)


def _six(life: Life) -> None:
    """The sweep: every old post gets another category, tags of another spelling, and a time in its date."""
    for serial, file in list(life.files.items()):
        if serial.startswith("old"):
            tags = [tag.upper() for tag in file.front["tags"]]
            life.edit(serial, categories=["Archive"], tags=tags, date=f"{file.front['date'][:10]}T08:00:00")
    life.add("future", "posts/2026/future.md", date=day(9, 1))
    life.is_new("future", 9)
    life.edit("person8", organization=life.words.word("ko"), last_updated=day(6))
    life.is_told("person8", 6, "organization")
    life.rename("person10", "people/known/person10.md")
    life.edit("person10", position=life.words.word("zh-Hant-TW"))
    life.is_told("person10", 6, "position")
    life.edit("old21", fresh=200)  # readers never got it


def _seven(life: Life) -> None:
    life.edit("grows", fresh=25)  # with the others before: 75 new of 315
    life.is_told("grows", 7, "body")
    life.restore("first1")
    life.restore("old20")
    for n in range(8):  # more than five have no room in one issue: the newest first
        life.add(f"relic{n}", f"posts/2026/relic{n}.md", date=f"2024-0{1 + n}-05")
        life.is_new(f"relic{n}", 7 if n > 2 else 8, late=True)
    life.edit("called", fresh=6, digest="update")
    life.is_told("called", 7, "body")
    life.edit("person9", fresh=30)  # with the others before: 80 new
    life.is_told("person9", 7, "body")


def _eight(life: Life) -> None:
    """A folder moves, and some of its posts are mended on the way."""
    for n in range(30, 60):
        life.rename(f"old{n}", f"posts/years/old{n}.md")
    life.edit("old30", fresh=4)
    life.edit("person6", position=life.words.word("en"))
    life.is_told("person6", 8, "position", "email", "phone")
    life.delete("future")


def _nine(life: Life) -> None:
    """A script adds a paragraph to everything of the first weeks: one line tells of it."""
    life.edit("grows", fresh=20)
    for n, language in ((n, language) for n in range(2, 7) for language in LANGUAGES):
        if (n, language) != (4, "en"):
            life.edit(f"w{n}{language[:2]}", fresh=90)
            life.is_swept(f"w{n}{language[:2]}", 9)
    life.restore("future")  # on its day, as if nothing had been
    life.configure(CONFIG.format(sources=NOTES + GUESTS))
    for n in range(2):
        life.add(f"guest-new{n}", f"guests/new{n}.md", date=day(9, n))
        life.is_new(f"guest-new{n}", 9)


def _ten(life: Life) -> None:
    """A week of noise alone, and no issue: but a file gets a new name in it, and another in the next."""
    life.rename("relic7", "posts/moved/relic-once.md")
    life.delete("newcomer")


def _eleven(life: Life) -> None:
    life.restore("newcomer")
    life.rename("relic7", "posts/moved/relic-twice.md")
    life.edit("relic7", fresh=8)
    life.edit("w3en", fresh=10)  # after the sweep, whose version counts as told
    life.edit("person4", boats=[life.words.word(), *life.files["person4"].front["boats"]])
    life.is_told("person4", 11, "boats")


_QUIET: Final = {10}
_WEEKS: Final = {
    1: _one,
    2: _two,
    3: _three,
    4: _four,
    5: _five,
    6: _six,
    7: _seven,
    8: _eight,
    9: _nine,
    10: _ten,
    11: _eleven,
}
