"""The filters of the templates."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from mjml import mjml2html

from digest.render.filters import attribute, primary

GARBLED = [
    "\u3000",
    "\u200d",
    "\ufe0f",
    "\u200b",
    "\u00a0",
    "\u00ad",
    "\u0301",
    "\\",
    '"',
    "'",
    "\u2028",
    "\uff9e",
    "\ue000",
]


def through_mjml(value):
    image = f'<mj-image alt="{value}" src="x" />'
    column = f"<mj-section><mj-column>{image}</mj-column></mj-section>"
    made = mjml2html(f"<mjml><mj-body>{column}</mj-body></mjml>", fonts={})
    return made.split('alt="', 1)[1].split('"', 1)[0]


@pytest.mark.parametrize("character", GARBLED)
def test_what_rust_would_garble_arrives_as_it_is(character):
    """mrml prints attributes by Rust's debug format: U+3000 became \\u{3000}, a quote broke out."""
    said = f"a{character}b"
    assert html.unescape(through_mjml(attribute(said))) == said


def test_without_the_filter_it_is_garbled():
    """The day this fails, mrml has mended it and the filter can go."""
    assert through_mjml("a\u3000b") == "a\\u{3000}b"


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20))
def test_any_text_survives_as_an_attribute(said):
    """Whatever a title holds, an attribute of the mail holds it too."""
    said = "".join(each for each in said if each not in "\ufffe\uffff")
    assert html.unescape(through_mjml(attribute(said))) == said


def test_control_characters_go_and_line_ends_are_blanks():
    """A newline in an alt text would become \\n, a control character is illegal."""
    assert attribute("a\x00\x85b \r\n\t c\ufffe") == "ab c"


def test_markup_is_taken_as_it_reads():
    """A value that is HTML already is shown, not trusted, in an attribute."""
    assert attribute(Markup("<b>")) == "&#60;b&#62;"
    assert attribute(3) == "3"


def test_common_letters_cost_nothing():
    """Chinese, Korean and Latin words are not turned into references, which would be four times as long."""
    assert attribute("鉛字 한글 Łukasz！") == "鉛字 한글 Łukasz！"


def test_primary():
    """The first part of a language tag."""
    assert (primary("zh-Hant-TW"), primary("KO")) == ("zh", "ko")
