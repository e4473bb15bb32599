"""Layouts in MJML: what mrml lets pass in silence, gets wrong, or dies of."""

import pytest
from mjml import mjml2html

from digest.render.email.layout import (
    DEPTH,
    LayoutError,
    check,
    compiled,
    opening_tags,
    smaller,
    whole_gaps,
    with_units,
)


def body(inside, head=""):
    return f"<mjml><mj-head>{head}</mj-head><mj-body>{inside}</mj-body></mjml>"


def column(inside):
    return f"<mj-section><mj-column>{inside}</mj-column></mj-section>"


def text(inside):
    return body(column(f"<mj-text>{inside}</mj-text>"))


@pytest.mark.parametrize(
    ("mjml", "sentence", "hint", "tags"),
    [
        (body(column("<mj-txt>x</mj-txt>")), "there is no component <mj-txt>", "did you mean <mj-text>?", 5),
        (body("<mj-zzzzzz />"), "there is no component <mj-zzzzzz>", "", 3),
        (
            body("<mj-section><mj-text>x</mj-text></mj-section>"),
            "<mj-text> cannot stand in <mj-section>",
            "in <mj-section> can stand: mj-column, mj-group, mj-raw",
            4,
        ),
        (
            body(column("<p>x</p>")),
            "<p> cannot stand in <mj-column>",
            "in <mj-column> can stand: mj-accordion, mj-button, mj-carousel, mj-divider, mj-image, "
            "mj-navbar, mj-raw, mj-social, mj-spacer, mj-table, mj-text",
            5,
        ),
        ("<div></div>", "<div> cannot stand at the top", "there can stand: mjml", 0),
        (text("<mj-image src='x' alt='' />"), "<mj-image> cannot stand in <mj-text>", "only HTML can", 6),
        (body("stray words"), "“stray words” stands outside every column", "put it into <mj-text>", 2),
        ("stray<mjml></mjml>", "“stray” stands outside every column", "put it into <mj-text>", 0),
        (body("<mj-section></mj-column>"), "</mj-column> closes what is not open here", "", 3),
        ("</mjml>", "</mjml> closes what is not open here", "", 0),
        ("<mjml><mj-body>", "<mj-body> is never closed", "", 1),
        (
            body("<mj-include path='x' />"),
            "<mj-include> cannot be used",
            "use {% include %}: mj-include loses the width of a section",
            3,
        ),
        (
            body("", "<mj-preview>x</mj-preview>"),
            "<mj-preview> cannot be used",
            "use a hidden div in mj-raw, with lang: mj-preview is white text, and costs spam points",
            2,
        ),
        (
            body("", '<mj-style inline="inline">a{}</mj-style>'),
            '<mj-style inline="inline"> is not inlined by our compiler',
            "write the style on the element, or use classes",
            2,
        ),
        (
            body(column('<mj-text colour="red">x</mj-text>')),
            "<mj-text> has no attribute colour",
            "did you mean color?",
            5,
        ),
        (body('<mj-section zzz="1"></mj-section>'), "<mj-section> has no attribute zzz", "", 3),
        (
            body(column('<mj-image src="x" />')),
            "<mj-image> needs alt",
            'alt="" says that a picture is ornament',
            5,
        ),
    ],
)
def test_what_mrml_lets_pass_is_a_fault_here(mjml, sentence, hint, tags):
    """Each fault says what is wrong, what to do, and how many tags stand before it."""
    with pytest.raises(LayoutError) as raised:
        check(mjml)
    assert (raised.value.sentence, raised.value.hint, raised.value.tags) == (sentence, hint, tags)


@pytest.mark.parametrize(
    "mjml",
    [
        body(column("<mj-text>a</mj-text><mj-divider /><mj-spacer height='1px' />")),
        body(column("<mj-text><!-- <mj-foo> --><br>a<img src='x' alt='a > b' /></mj-text>")),
        body(
            "<mj-raw><div>x</div></mj-raw>",
            "<mj-attributes><mj-all color='red' /><mj-class name='a' color='b' /><mj-text zzz='1' />"
            "</mj-attributes>"
            "<mj-style>p > a {}</mj-style><mj-title>x</mj-title>",
        ),
        body(
            "<mj-wrapper><mj-section><mj-group><mj-column></mj-column></mj-group></mj-section></mj-wrapper>"
        ),
        body(column("<mj-text data-mine='1' css-class='a'>x</mj-text>")),
    ],
)
def test_what_is_right_passes(mjml):
    """Comments, void elements, quoted angles, head attributes and CSS selectors are no faults."""
    check(mjml)
    assert compiled(mjml).startswith("<!doctype html>")


def test_depth_is_capped_before_mrml_would_crash():
    """Some thousands of elements in each other are a stack overflow that Python cannot catch."""
    room = DEPTH - 5  # mjml, body, section, column and text hold the others
    check(text("<div>" * room + "</div>" * room))
    with pytest.raises(LayoutError, match="more than 100 elements"):
        check(text("<div>" * (room + 1) + "</div>" * (room + 1)))
    with pytest.raises(LayoutError, match="more than 100 elements"):
        compiled(text("<div>" * 9000 + "</div>" * 9000))


@pytest.mark.parametrize("bad", ["<p>never closed", "a < b", "<!-- a -- b -->"])
def test_what_mrml_refuses_is_a_fault_with_a_place(bad):
    """mrml's own errors name bytes; they are counted in tags."""
    with pytest.raises(LayoutError, match="the layout does not compile") as raised:
        compiled(text(f"<b>好</b>{bad}"))
    assert 4 <= raised.value.tags <= 7


def test_a_line_end_between_words_is_not_lost():
    """mrml makes "ab" of <b>a</b>, line end, <i>b</i>; in a <pre> it would glue lines of code."""
    inline = "<b>a</b>\n  <i>b</i>"
    assert "</b><i>" in mjml2html(text(inline), fonts={})
    assert "<b>a</b> <i>b</i>" in compiled(text(inline))
    code = "<pre><b>a</b>\n  <i>b</i></pre>"
    assert "<b>a</b>&#10;  <i>b</i>" in compiled(text(code))


def test_line_ends_between_blocks_go():
    """They say nothing and weigh something."""
    assert "<p>a</p><table><tr><td>b</td></tr></table>" in whole_gaps(
        text("<p>a</p>\n<table>\n<tr>\n<td>b</td>\n</tr>\n</table>")
    )
    assert "<b>a</b> <!-- c -->" in whole_gaps(text("<b>a</b>\n<!-- c -->"))


def test_a_component_that_closes_itself_is_not_taken_for_an_open_one():
    """<mj-text padding="0" /> in the head must not swallow all that follows."""
    mjml = body(column("<mj-text>x</mj-text>"), '<mj-attributes>\n<mj-text padding="0" />\n</mj-attributes>')
    assert whole_gaps(mjml) == mjml


@pytest.mark.parametrize("padding", ["0 36px 9px", "9px 36px 0", "0px 36px"])
def test_outlook_gets_the_width_inside_a_padding_with_a_bare_zero(padding):
    """mrml takes `0 36px` for no padding, and Outlook would show 600 px where 528 are."""
    section = f'<mj-section padding="{padding}"><mj-column><mj-text>x</mj-text></mj-column></mj-section>'
    made = compiled(f"<mjml><mj-body>{section}</mj-body></mjml>")
    assert "vertical-align:top;width:528px" in made


def test_only_paddings_of_components_get_units():
    """Words, other attributes and the styles of HTML are left as they are."""
    given = (
        '<mj-text padding="0 5px" color="0"><p style="padding:0" title="padding=\'0 0\'">0 0</p></mj-text>'
    )
    assert with_units(given) == given.replace('"0 5px"', '"0px 5px"')
    assert with_units('<mj-button inner-padding="0" padding-top="0" href="a>0" />') == (
        '<mj-button inner-padding="0px" padding-top="0px" href="a>0" />'
    )


def test_no_fonts_are_fetched():
    """The compiler's defaults would link Google Fonts."""
    assert "fonts.googleapis" not in compiled(text("x"))


def test_control_characters_go_before_the_compile():
    """mrml refuses C0 controls; Gmail cuts a mail off at C1 controls."""
    assert "abc" in compiled(text("a\x00b\x92c"))


def test_the_made_html_is_smaller_and_says_the_same():
    """Neighbouring Outlook conditionals become one; the last semicolon of a style goes."""
    assert smaller("<!--[if mso | IE]>a<![endif]-->\n<!--[if mso | IE]>b<![endif]-->") == (
        "<!--[if mso | IE]>ab<![endif]-->"
    )
    assert smaller('<p style="a:b;c:d;">x;</p>') == '<p style="a:b;c:d">x;</p>'


def test_a_layout_is_compiled_once():
    """The same layout comes from memory: a preview that changes nothing costs nothing."""
    mjml = text("once")
    assert compiled(mjml) is compiled(mjml)


def test_opening_tags_are_counted_without_comments_and_ends():
    """A place in a layout is a number of opening tags."""
    assert [tag["name"] for tag in opening_tags("<a><!-- <b> --></a><c/>")] == ["a", "c"]
