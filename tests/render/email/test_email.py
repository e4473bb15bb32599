"""Broken templates of a mail, said at the template's line."""

import pytest

from digest.errors import TemplateError
from digest.model import Mark, Position
from digest.render.email import _inert, render_email, small_css
from digest.render.mailing import mail
from digest.render.markdown import Body
from digest.render.theme import Theme


@pytest.fixture
def broken(tmp_path, rich_issue, rich_config):
    """Render with one partial of the theme replaced, and return the problem."""

    def render(template, text):
        path = tmp_path / "templates" / "ink" / template
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        theme = Theme("ink", [tmp_path / "templates"])
        with pytest.raises(TemplateError) as raised:
            render_email(mail(rich_issue, rich_config, "zh-Hant-TW"), theme, rich_config, "x")
        return raised.value.problems[0]

    return render


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        (
            '<mj-section>\n<mj-column>\n<mj-text>{{ "<b>" }}</mj-text>\n{# <x> #}<mj-txt>a</mj-txt>\n'
            "</mj-column>\n</mj-section>",
            4,
            "there is no component <mj-txt>",
        ),
        (
            "<mj-section><mj-column>\n<mj-text>\n{% if true %}<b>\n{% endif %}\n<i>a < b</i>"
            "</mj-text></mj-column></mj-section>",
            5,
            "the layout does not compile: ",
        ),
        ("\n<mj-section>\n<p>x</p></mj-section>", 3, "<p> cannot stand in <mj-section>"),
        ("{{ mail.nothing }}", 1, "'digest.render.mail.Mail object' has no attribute 'nothing'"),
    ],
)
def test_a_fault_in_a_partial_is_said_at_its_line(broken, text, line, sentence):
    """The layout that mrml sees is long and has no lines of its own; the editor's file has."""
    found = broken("email/footer.mjml.j2", text)
    assert str(found.position) == f"templates/ink/email/footer.mjml.j2:{line}:1"
    assert found.sentence.startswith(sentence)
    assert dict(found.frame)[line] == text.split("\n")[line - 1]


def test_a_fault_of_the_layout_itself_is_said_there(broken):
    """Before any tag there is only the layout's first line."""
    assert str(broken("email/issue.mjml.j2", "words").position) == "templates/ink/email/issue.mjml.j2:1:1"


def test_a_body_that_quotes_a_token_keeps_its_marks():
    """What makes the token inert makes the body longer; what comes after moves."""
    place = Position(path="a.md", line=2)
    html = "<p>@@digest:x</p><p>b</p>"
    start = html.index("<p>b")
    made, marks = _inert(Body(html=html, marks=(Mark(start=start, end=len(html), position=place),)))
    assert made[marks[0].start : marks[0].end] == "<p>b</p>"
    assert "@@digest:" not in made


def test_css_is_made_small():
    """Comments and blanks go; selectors with blanks and values stay."""
    assert small_css(
        "/* a */\n.a > b , .c {\n  color: red ;\n  margin: 0 1px;\n}\n@media (x: y) { a:hover { b: c; } }"
    ) == (".a > b,.c{color:red;margin:0 1px}@media (x:y){a:hover{b:c}}")


def test_a_fault_far_from_the_end_is_said_where_it_is(broken):
    """What follows the broken partial is not blamed."""
    found = broken("email/head.mjml.j2", "<mj-section>\n<mj-colum>\n</mj-colum></mj-section>")
    assert (str(found.position), found.hint) == (
        "templates/ink/email/head.mjml.j2:2:1",
        "did you mean <mj-column>?",
    )
