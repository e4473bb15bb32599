"""What the change of a field weighs."""

import pytest

from digest.compose.changes import compare
from digest.compose.significance import USUAL, Significance
from digest.model import Weight
from tests.compose.conftest import make_profile


@pytest.mark.parametrize(
    ("field", "weight"),
    [
        ("current_position", "major"),
        ("organization", "major"),
        ("awards", "major"),
        ("founded_companies", "major"),
        ("death_year", "major"),
        ("ceo", "major"),
        ("a_key_of_their_own", "major"),
        ("nationality", "minor"),
        ("social.github", "minor"),
        ("Birth-Place", "minor"),
        ("lastUpdated", "ignore"),
        ("photo_credit", "ignore"),
        ("tags", "ignore"),
    ],
)
def test_what_fields_weigh_unless_a_site_says_otherwise(field, weight):
    """Work and honours are news, facts ride along, bookkeeping is ignored; what nobody knows is news."""
    assert USUAL.weight(field) is Weight(weight)


def test_a_site_says_what_its_fields_weigh():
    """`[profile_fields]` wins, for a table or for a key in it, in whatever spelling."""
    own = Significance.of(
        {"nationality": "major", "social": "ignore", "social.mastodon": "major", "awards": "minor"}
    )
    assert own.weight("Nationality") is Weight.MAJOR
    assert own.weight("social.github") is Weight.IGNORE
    assert own.weight("social.mastodon") is Weight.MAJOR
    assert own.weight("awards") is Weight.MINOR


def test_changes_carry_their_weight_and_ignored_ones_are_none():
    """What compare finds is weighed field by field."""
    old = make_profile(position="A", nationality="X", weight=1)
    new = make_profile(position="B", nationality="Y", weight=2)
    assert [(each.field, each.weight.value) for each in compare(old, new)] == [
        ("position", "major"),
        ("nationality", "minor"),
    ]
    own = Significance.of({"position": "ignore", "weight": "major"})
    assert [each.field for each in compare(old, new, own)] == ["weight", "nationality"]


def test_the_most_telling_change_comes_first():
    """Major before minor, a position before an award, the site's own fields after ours, the text last."""
    body = " ".join(f"word{n}" for n in range(90))
    old = make_profile()
    new = make_profile(
        body=body, nickname="N", motto="M", awards=["A"], organization="O", position="P", residence="R"
    )
    fields = ["position", "organization", "awards", "motto", "body", "nickname", "residence"]
    assert [each.field for each in compare(old, new)] == fields


def test_companies_are_weighed_as_people_are():
    """Who leads and owns it, its money and what it makes are news; how many work there rides along."""
    for field in (
        "ceo",
        "founders",
        "funding",
        "valuation",
        "founded",
        "headquarters",
        "products",
        "acquired_by",
    ):
        assert USUAL.weight(field) is Weight.MAJOR, field
    for field in ("employees", "industry", "website"):
        assert USUAL.weight(field) is Weight.MINOR, field
