"""Characters that documents may not hold."""

from __future__ import annotations

from xml.sax.saxutils import escape

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from digest.text.characters import legal


@given(st.text(st.characters() | st.characters(categories=["Cs", "Cc"])))
def test_legal(text):
    """What is left can stand in XML and in UTF-8; letters stay."""
    kept = legal(text)
    etree.fromstring(f"<a>{escape(kept)}</a>".encode())
    assert [each for each in kept if each.isalpha()] == [each for each in text if each.isalpha()]
