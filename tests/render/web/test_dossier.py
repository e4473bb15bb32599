"""A profile's front matter, read as facts and sections."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model import Entry, EntryType, Position, Roles
from digest.render.dossier import Words, dossier, initials, label, names, role
from digest.text.phrases import phrases

ZH = phrases("zh-Hant-TW")


def profile(title: str = "沈括", description: str = "", **fields: object) -> Entry:
    return Entry(
        key="p",
        type=EntryType.PROFILE,
        kind="person",
        slug="p",
        title=title,
        language="zh-Hant-TW",
        position=Position(path="p.md"),
        fingerprint="",
        description=description,
        fields=fields,
    )


def read(entry: Entry, **profiles: tuple[str, str]):
    return dossier(entry, ZH, lambda slug: profiles.get(slug.replace("-", "_")))


def test_everything_in_its_place(full_profile):
    """Known fields come in a reader's order with their labels; empty and private ones not at all."""
    found = read(full_profile, wang_zhen=("王禎", "/profiles/wang-zhen/"))
    assert (found.name, found.original, found.initials) == ("沈括", "Shen Kuo", "SK")
    assert found.role == "《夢溪筆談》的作者，第一個寫下活字印刷術的人"
    assert [fact.label for fact in found.facts] == [
        "國籍",
        "出生年",
        "出生地",
        "逝世年",
        "Is fictional",
        "Favourite tools",
    ]
    assert [group.key for group in found.groups] == [
        "description_long",
        "key_contributions",
        "representative_works",
        "career_history",
        "education",
        "notable_quotes",
        "related_people",
        "social",
    ]
    assert found.sources == ("宋史", "夢溪筆談")


def test_rows(full_profile):
    """An item tells what, when, where to, and the rest with labels; unsafe addresses lead nowhere."""
    groups = {group.key: group for group in read(full_profile).groups}
    (made,) = groups["key_contributions"].rows
    assert (made.head.text, made.when, made.texts) == ("記下活字", "1088", ("畢昇的膠泥活字只見於此書",))
    assert [(fact.label, fact.values[0].text) for fact in made.facts] == [("其他影響", "後世得以復原")]
    book, medicine = groups["representative_works"].rows
    assert book.head == Words(text="夢溪筆談", url="https://example.org/mengxi")
    assert medicine.head == Words(text="良方")
    (school,) = groups["education"].rows
    assert (school.original, school.when) == ("Jinshi", "1063")
    (words,) = groups["notable_quotes"].rows
    assert words.quote


def test_links_of_a_table(full_profile):
    """A table's addresses are links by name; what else it holds is told beside them."""
    group = next(each for each in read(full_profile).groups if each.key == "social")
    assert [(link.text, link.url) for link in group.links] == [
        ("維基百科", "https://zh.wikipedia.org/wiki/沈括")
    ]
    assert group.rows[0].texts == ("無",)


def test_profiles_by_slug(full_profile):
    """A slug is the profile that we have, else the name that the profile itself writes so, else its words."""
    entry = profile(
        organizations=[{"name": "OpenAI"}],
        related_companies=[{"slug": "openai", "relation": "x"}, {"slug": "wang-zhen"}, {"slug": "no-one"}],
    )
    group = next(
        each for each in read(entry, wang_zhen=("王禎", "/w/")).groups if each.key == "related_companies"
    )
    assert [row.head for row in group.rows] == [
        Words(text="OpenAI"),
        Words(text="王禎", url="/w/"),
        Words(text="No One"),
    ]


def test_mixed_list():
    """A list of texts and tables keeps both, and texts in a list may be addresses."""
    (group,) = read(profile(milestones=["一", {"event": "二", "date": "2020"}, "", None])).groups
    assert [row.head.text for row in group.rows] == ["一", "二"]
    (fact,) = read(profile(website="https://a b/")).facts
    assert fact.values == (Words(text="https://a b/"),)
    (fact,) = read(profile(website="https://www.example.org/a/")).facts
    assert fact.values == (Words(text="example.org/a", url="https://www.example.org/a/"),)


def test_values_in_words():
    """Booleans, numbers and nested values are told in words."""
    (group,) = read(
        profile(funding=[{"round": "A", "closed": True, "by": {"lead": "甲", "others": ["乙", "丙"]}}])
    ).groups
    assert [(fact.label, [each.text for each in fact.values]) for fact in group.rows[0].facts] == [
        ("Closed", ["是"]),
        ("By", ["甲、乙、丙"]),
    ]


@pytest.mark.parametrize(
    ("title", "fields", "expected"),
    [
        ("沈括 Shen Kuo", {"name_zh": "沈括", "name_en": "Shen Kuo"}, ("沈括", "Shen Kuo")),
        ("沈括（Shen Kuo）", {"name_en": "Shen Kuo"}, ("沈括", "Shen Kuo")),
        ("잉크웍스", {"name_ko": "잉크웍스", "name_full_en": "Ink Works"}, ("잉크웍스", "Ink Works")),
        ("Ink Works", {"name_en": "Ink Works"}, ("Ink Works", "")),
        ("Ink Works!", {"name_en": "Ink Works!"}, ("Ink Works!", "")),
        ("（Ink Works）", {"name_en": "Ink Works"}, ("（Ink Works）", "")),
        ("某人", {}, ("某人", "")),
    ],
)
def test_names(title, fields, expected):
    """A title that holds two names is taken apart; one name stands alone."""
    assert names(profile(title, **fields)) == expected


def test_name_in_the_profiles_own_language():
    """Of two local names in a title, the one in the profile's language is its name."""
    fields = {"name_zh": "世宗", "name_ko": "세종", "name_en": "Sejong"}
    entry = profile("세종 世宗", **fields)
    assert names(entry) == ("世宗", "Sejong")
    assert names(dataclasses.replace(entry, language="ko")) == ("세종", "Sejong")
    assert names(dataclasses.replace(entry, language="en", title="Sejong")) == ("Sejong", "")


def test_prose_is_no_fact():
    """A description is a section however short it is."""
    found = read(profile(description_long="短。"))
    assert (found.facts, [group.paragraphs for group in found.groups]) == ((), [("短。",)])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Łukasz Kaiser", "ŁK"),
        ("ada", "A"),
        ("沈括", "沈"),
        ("盧卡什・凱撒", "盧"),
        ("세종", "세"),
        ("Ludwig van Beethoven", "LB"),
        ("…", "…"),
        ("", ""),
    ],
)
def test_initials(name, expected):
    """The place of a photo holds two letters, or one character of a script without capitals."""
    assert initials(name) == expected


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (profile(description="甲"), "甲"),
        (profile(description="甲", description_short="乙"), "乙"),
        (profile(current_position="學士", current_organization="翰林院"), "學士 · 翰林院"),
        (profile(position="學士"), "學士"),
        (profile(), ""),
    ],
)
def test_role(entry, expected):
    """Who it is: the short description, else the position."""
    assert role(entry) == expected


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("birth_year", "出生年"),
        ("favourite_tools", "Favourite tools"),
        ("social.github", "社群連結 · GitHub"),
        ("_", "_"),
        (".", "."),
        ("現職", "現職"),
    ],
)
def test_label(key, expected):
    """A field is named by the catalogue, else by its own words; a key in a table by both."""
    assert label(key, ZH) == expected


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["awards", "social", "name_zh", "x", "position"]), JSON, max_size=4))
def test_any_fields(fields):
    """Whatever the front matter holds, it is read."""
    read(profile(**fields))


def test_authors_of_hugos_academic_theme():
    """Role and organizations make the line, courses are rows, a theme's icons name links, its switches go."""
    entry = profile(
        "Nelson",
        authors=["admin"],
        superuser=True,
        role="Professor",
        organizations=[{"name": "Stanford", "url": "https://stanford.example/"}],
        bio="Short.",
        interests=["Robots"],
        education={"courses": [{"course": "PhD", "institution": "MIT", "year": 2012}, {}], "note": "x"},
        social=[
            {"icon": "envelope", "icon_pack": "fas", "link": "#contact"},
            {"icon": "google-scholar", "link": "https://scholar.example/"},
            {"icon": "brands/github", "url": "https://github.com/x", "label": "Code"},
        ],
        work=[{"position": "Lead", "company_name": "A", "date_start": "2020", "date_end": ""}],
        user_groups=["Researchers"],
    )
    found = read(entry)
    assert (found.role, found.work) == ("Professor · Stanford", "")
    assert [fact.label for fact in found.facts] == ["研究興趣"]
    groups = {group.key: group for group in found.groups}
    assert list(groups) == ["bio", "organizations", "work", "education", "social"]
    assert groups["organizations"].rows[0].head == Words(text="Stanford", url="https://stanford.example/")
    note, course = groups["education"].rows
    assert note.texts == ("x",)
    assert (course.head.text, course.shorts, course.when) == ("PhD", ("MIT",), "2012")
    assert groups["social"].links == (
        Words(text="Google 學術搜尋", url="https://scholar.example/"),
        Words(text="Code", url="https://github.com/x"),
    )
    assert groups["social"].rows == ()
    (job,) = groups["work"].rows
    assert (job.head.text, job.when) == ("A", "2020–")


def test_roles_that_collecting_read():
    """What config.toml's table found wins over what we would guess, and is not told again below."""
    entry = dataclasses.replace(
        profile("Jane", wer="Jane", tut="Setzerin", wo="Werkstatt", role="no", description_short="Kurz."),
        roles=Roles(native_name="제인", role="Setzerin", organization="Werkstatt"),
    )
    assert names(entry) == ("Jane", "제인")
    found = dossier(entry, ZH, lambda _: None, frozenset({"wer", "tut", "wo"}))
    assert (found.role, found.work) == ("Kurz.", "Setzerin · Werkstatt")
    assert found.facts == ()


def test_a_company_of_any_schema():
    """Its original name is found; industry and owner stand among the facts."""
    entry = dataclasses.replace(
        profile("Ink Works", originalName="墨工房", industry="Type", parent_company="P", logoUrl="l.png"),
        kind="company",
    )
    found = read(entry)
    assert (found.name, found.original, found.role, found.work) == ("Ink Works", "墨工房", "Type · P", "")
    assert [fact.label for fact in found.facts] == ["產業", "母公司"]


def test_a_list_of_nothing_is_no_section():
    """Rows that say nothing make no heading."""
    assert read(profile(links=[{"icon": "x"}, {"weight": 3}])).groups == ()


def test_related_profiles_are_led_to():
    """Names, slugs and paths of profiles that we have are links, under any key that the site says."""
    entry = profile(
        related=["wang-zhen", "/people/Wang Zhen/", "Nobody"], friends=["wang-zhen"], x=["wang-zhen"]
    )
    found = dossier(
        entry, ZH, lambda slug: ("王禎", "/w/") if slug == "wang-zhen" else None, (), ("friends",)
    )
    known, unknown = Words(text="王禎", url="/w/"), Words(text="Nobody")
    values = {fact.label: fact.values for fact in found.facts}
    assert values == {
        "相關": (known, known, unknown),
        "Friends": (known,),
        "X": (Words(text="wang-zhen"),),
    }
