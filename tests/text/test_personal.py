"""What a mail says to one reader only."""

import pytest

from digest.text.personal import ADDRESS, TOKENS, UNSUBSCRIBE, fill, inert


def test_a_value_that_holds_a_token_is_inert():
    """Filling is one pass: a reader whose name is a token gets that name, not somebody's link."""
    filled = fill(
        f"{ADDRESS} | {UNSUBSCRIBE}", {ADDRESS: UNSUBSCRIBE, UNSUBSCRIBE: "https://x/?a&b"}, markup=True
    )
    assert filled == f"{UNSUBSCRIBE} | https://x/?a&amp;b"
    assert fill(ADDRESS, {ADDRESS: "<a&b>"}, markup=False) == "<a&b>"


def test_a_token_without_a_value_is_not_passed_over():
    """Nobody is sent a raw token."""
    with pytest.raises(KeyError):
        fill(ADDRESS, {}, markup=True)


@pytest.mark.parametrize("token", TOKENS)
@pytest.mark.parametrize("markup", [True, False])
def test_an_article_cannot_hold_a_token(token, markup):
    """An article about digest that quotes a token does not get the reader's own link put into it."""
    assert fill(inert(f"see {token}", markup=markup), {}, markup=markup) == inert(
        f"see {token}", markup=markup
    )
