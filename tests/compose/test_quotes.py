"""The quotes band."""

from digest.compose.quotes import quotes
from digest.model import Reason
from tests.compose.conftest import make_entry, make_item, make_quote


def item(key, *texts, **values):
    return make_item(make_entry(key, quotes=tuple(map(make_quote, texts))), **values)


def texts(found):
    return [each.quote.text for each in found]


def test_three_quotes_of_different_entries_first():
    """Spread before depth: the first of each entry, in reading order, then second ones."""
    assert texts(quotes([item("a", "a1", "a2"), item("b", "b1")], {})) == ["a1", "b1", "a2"]
    found = quotes([item(key, f"{key}1", f"{key}2") for key in "abcd"], {})
    assert texts(found) == ["a1", "b1", "c1"]
    assert (found[0].entry, found[0].url) == ("a", "https://scratch.example/a")


def test_short_quotes_before_long_ones_and_whole_ones_only():
    """A long quote comes when nothing shorter is left; one that would have to be cut never."""
    long, endless = "長" * 100, "長" * 201
    assert texts(quotes([item("a", long, endless), item("b", "b1", "b2")], {})) == ["b1", "b2", long]


def test_no_quote_twice():
    """The same words in two entries, or twice in one, stand once; white space does not make a difference."""
    assert texts(quotes([item("a", "x y", "x  y", " "), item("b", "x\ny", "z")], {})) == ["x y", "z"]


def test_of_an_updated_profile_only_what_is_new():
    """Its last published version is looked at; a new entry's never."""
    before = make_entry("a", quotes=(make_quote("old"),))
    assert texts(quotes([item("a", "old", "new", reason=Reason.UPDATED)], {"a": before})) == ["new"]
    assert texts(quotes([item("a", "old")], {"a": before})) == ["old"]
