"""Profiles of any schema: who it is, what they do, where, and who is related."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.config.content import ProfileRolesTable
from digest.model import Roles
from digest.text.roles import GUESSES, key_of, name, photo, roles, slug_of

SEED = {
    "title": "沈括 Shen Kuo",
    "name_zh": "沈括",
    "name_en": "Shen Kuo",
    "name_full_en": "Shen Kuo (Cunzhong)",
    "photo": "/images/people/shen-kuo.jpg",
    "current_position": "學士",
    "current_organization": "翰林院",
    "current_org_slug": "hanlin",
    "related_people": [{"slug": "bi-sheng", "relation": "x"}, {"slug": ""}],
    "related_companies": [{"slug": "hanlin", "relation": "y"}],
}
ACADEMIC = {
    "title": "Nelson Bighetti",
    "authors": ["admin"],
    "superuser": True,
    "role": "Professor of Artificial Intelligence",
    "organizations": [{"name": "Stanford University", "url": "https://example.edu"}, {"name": "X"}],
    "bio": "My research interests include …",
    "social": [{"icon": "twitter", "icon_pack": "fab", "link": "https://twitter.com/x"}],
}


def test_the_schema_of_a_people_database():
    """Position, organization, original name and relations, each slug once, empty ones not at all."""
    assert roles(SEED) == Roles(
        native_name="Shen Kuo (Cunzhong)",
        role="學士",
        organization="翰林院",
        related=("bi-sheng", "hanlin"),
    )
    assert (name(SEED), photo(SEED)) == ("沈括 Shen Kuo", "/images/people/shen-kuo.jpg")


def test_authors_of_hugos_academic_theme():
    """Their organizations are tables with names; there is no photo in the front matter."""
    found = roles(ACADEMIC)
    assert (found.role, found.organization) == (
        "Professor of Artificial Intelligence",
        "Stanford University, X",
    )
    assert (name(ACADEMIC), photo(ACADEMIC)) == ("Nelson Bighetti", "")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"title": "Jane Doe", "name": "Jane"}, "Jane Doe"),
        ({"title": "Professor", "name": "Jane Doe"}, "Jane Doe"),
        ({"name": "Jane Doe"}, "Jane Doe"),
        ({"fullName": "Jane Doe"}, "Jane Doe"),
        ({"name": {"display": "Jane Doe", "given": "Jane"}}, "Jane Doe"),
        ({"first_name": "Jane", "last_name": "Doe"}, "Jane Doe"),
        ({"given-name": "Jane", "family-name": "Doe"}, "Jane Doe"),
        ({"姓名": "沈括"}, "沈括"),
        ({"company": {"name": "Ink Works"}}, "Ink Works"),
        ({}, ""),
        ({"title": None, "name": ["a", "b"]}, "a, b"),
    ],
)
def test_names(fields, expected):
    """A name is found under any of its usual keys; a title that is not the name is somebody's title."""
    assert name(fields) == expected


def test_a_title_that_is_a_role():
    """`title: Professor` beside a name is what they do."""
    assert roles({"title": "Professor", "name": "Jane Doe"}).role == "Professor"
    assert roles({"title": "Jane Doe", "name": "Jane"}).role == ""


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"photo": "", "avatar": "a.jpg"}, ("a.jpg", "avatar")),
        ({"logo": {"src": "l.svg", "alt": "x"}}, ("l.svg", "logo")),
        (
            {"images": [{"url": "https://example.org/a.png"}, "b.png"]},
            ("https://example.org/a.png", "images"),
        ),
        ({"avatarFilename": "me.png"}, ("me.png", "avatarFilename")),
        ({"params": {"image": "p.png"}}, ("p.png", "params")),
        ({"photo": True, "image": 7}, ("", "")),
    ],
)
def test_photos(fields, expected):
    """A photo is a path or an address, alone, in a table or first in a list, and one knows its key."""
    assert (photo(fields), key_of(fields, "photo")) == expected


def test_a_table_replaces_the_guess():
    """Keys of config.toml win, also inside a table; a role that they give is not guessed."""
    table = ProfileRolesTable(
        name=("who.called",), role=("does",), organization=("at.name",), photo=("pic",), related=("friends",)
    ).model_dump()
    fields = {
        "title": "Page 7",
        "who": {"Called": "Jane"},
        "role": "no",
        "organization": "no",
        "at": [{"name": "A"}, {"name": "B"}, {"other": 1}],
        "photo": "no.png",
        "pic": "yes.png",
        "friends": ["/people/john-doe/", {"name": "Ann Lee"}, "https://example.org/team/bo.html"],
    }
    assert roles(fields, table) == Roles(role="", organization="A, B", related=("john-doe", "ann-lee", "bo"))
    assert (name(fields, table), photo(fields, table)) == ("Jane", "yes.png")
    assert key_of(fields, "organization", table) == "at"
    assert name({"title": "Page 7"}, table) == "Page 7"


def test_an_empty_table_is_none():
    """The table as it is without a word in config.toml changes nothing; it names every role."""
    empty = ProfileRolesTable().model_dump()
    assert roles(SEED, empty) == roles(SEED)
    assert set(empty) == set(GUESSES)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("jane-doe", "jane-doe"),
        ("Jane Doe", "jane-doe"),
        ("[[Jane Doe|her]]", "jane-doe"),
        ("/people/jane-doe/", "jane-doe"),
        ("people/jane-doe/index.md", "jane-doe"),
        ("people/jane-doe/_index.md", "jane-doe"),
        ("../people/Jane_Doe.md#life", "jane_doe"),
        ("https://example.org/people/jane-doe/?x=1", "jane-doe"),
        ("畢昇", "畢昇"),
        ("/", ""),
    ],
)
def test_slugs(written, expected):
    """A profile is named by slug, path, address or name."""
    assert slug_of(written) == expected


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "slug", "url", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(
    st.dictionaries(
        st.sampled_from(["title", "name", "role", "Photo", "related", "company", "current", "first_name"])
        | st.text(max_size=5),
        ANY,
        max_size=6,
    )
)
def test_any_front_matter(fields):
    """Whatever front matter holds, roles are single lines of text."""
    found = roles(fields)
    lines = (name(fields), found.native_name, found.role, found.organization, *found.related)
    assert all("\n" not in line for line in lines)
    assert isinstance(photo(fields), str)
    assert all(key_of(fields, role) in {*fields, ""} for role in GUESSES)
