"""Themes: where templates are found, and what is said of a broken one."""

import os

import pytest

from digest.errors import TemplateError, UsageError
from digest.render.theme import BUILT_IN, Theme


@pytest.fixture
def folder(tmp_path):
    """A site's folder of templates."""
    templates = tmp_path / "templates"
    (templates / "ink").mkdir(parents=True)
    return templates


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(1, path.stat().st_size + 1))


def problem(theme, template, **values):
    with pytest.raises(TemplateError) as raised:
        theme.render(template, **values)
    return raised.value.problems[0]


def test_the_site_wins_over_the_built_in_and_the_theme_over_the_rest(folder):
    """Search order: site's theme, built-in theme, site, built-in, then the theme `ink`."""
    theme = Theme("sea", [folder])
    write(folder / "a.html", "site")
    write(folder / "ink" / "a.html", "ink")
    assert theme.render("a.html") == "site"
    write(folder / "sea" / "a.html", "sea")
    assert theme.render("a.html") == "sea"
    assert theme.render("ink/a.html") == "ink"
    assert not theme.is_built_in("a.html")
    assert theme.is_built_in("email/issue.mjml.j2")
    write(folder / "ink" / "only.html", "left out by sea")
    assert theme.render("only.html") == "left out by sea"
    assert theme.has("email/issue.mjml.j2")
    assert not theme.has("email/nothing")


def test_a_changed_or_removed_template_is_noticed(folder):
    """The preview edits templates while the program runs."""
    theme = Theme.load("ink", [folder])
    assert Theme.load("ink", [folder]) is theme
    write(folder / "ink" / "a.html", "long before")
    assert theme.render("a.html") == theme.source("a.html") == "long before"
    write(folder / "ink" / "a.html", "after")
    assert theme.render("a.html") == theme.source("a.html") == "after"
    (folder / "ink" / "a.html").unlink()
    assert problem(theme, "a.html").rule == "template-missing"


def test_html_is_escaped_and_text_is_not(folder):
    """Only templates whose name ends in .txt or .txt.j2 leave values as they are."""
    write(folder / "a.html.j2", "{{ x }}")
    write(folder / "a.txt.j2", "{{ x }}")
    theme = Theme("ink", [folder])
    assert theme.render("a.html.j2", x="<&>") == "&lt;&amp;&gt;"
    assert theme.render("a.txt.j2", x="<&>") == "<&>"
    assert theme.environment.from_string("{{ x }}").render(x="<") == "&lt;"


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("1\n2\n{{ foo.bar }}\n", 3, "'foo' is undefined"),
        ("1\n{% if %}\n", 2, "Expected an expression, got 'end of statement block'"),
        ("1\n{% include 'nope' %}\n", 2, "there is no template nope"),
        ("\n{{ 1 / 0 }}\n", 2, "ZeroDivisionError: division by zero"),
        ("\n\n{{ fail() }}", 3, "ValueError"),
    ],
)
def test_every_fault_has_the_file_its_line_and_a_frame(folder, text, line, sentence):
    """Undefined values, syntax, includes and plain Python errors are all said at their place."""

    def fail():
        raise ValueError

    write(folder / "ink" / "a.html", text)
    found = problem(Theme("ink", [folder]), "a.html", fail=fail)
    assert (str(found.position), found.sentence) == (
        f"templates/ink/a.html:{line}:1",
        sentence if sentence != "ValueError" else "ValueError: ValueError",
    )
    assert dict(found.frame)[line] == text.split("\n")[line - 1]


def test_a_fault_in_an_included_template_is_said_there(folder):
    """The innermost template is the one to mend."""
    write(folder / "a.html", "{% include 'b.html' %}")
    write(folder / "b.html", "\n{{ missing }}")
    assert str(problem(Theme("ink", [folder]), "a.html").position) == "templates/b.html:2:1"


def test_our_own_errors_pass_through(folder):
    """A template that calls something which raises a DigestError does not wrap it."""

    def fail():
        raise UsageError("no such issue")

    write(folder / "a.html", "{{ fail() }}")
    with pytest.raises(UsageError):
        Theme("ink", [folder]).render("a.html", fail=fail)


def test_a_missing_template_says_where_it_was_looked_for(folder):
    """Nobody included it, so there is no line; `source` says the same."""
    theme = Theme("ink", [folder])
    found = problem(theme, "zz")
    assert (found.sentence, found.rule) == ("there is no template zz", "template-missing")
    with pytest.raises(TemplateError, match="there is no template zz"):
        theme.source("zz")


@pytest.mark.parametrize("name", ["../a.html", "/etc/passwd", "a//b", "a\\b", "./a"])
def test_a_template_name_cannot_climb(folder, name):
    """Names come from shortcodes too, which articles write."""
    write(folder / "a.html", "x")
    assert not Theme("ink", [folder]).has(name)


def test_a_template_that_is_not_text_is_said(folder):
    """A binary file under templates/ is a fault with its path."""
    (folder / "a.html").write_bytes(b"\xff\xfe\x00")
    found = problem(Theme("ink", [folder]), "a.html")
    assert (found.position.path, found.rule) == ("templates/a.html", "template-error")
    with pytest.raises(TemplateError, match="UnicodeDecodeError"):
        Theme("ink", [folder]).source("a.html")


def test_an_error_outside_every_template_is_not_dressed_up(folder):
    """A fault of the program is shown as what it is."""
    write(folder / "a.html", "x")
    theme = Theme("ink", [folder])
    with pytest.raises(TypeError):
        theme.render_with("a.html", 3)  # type: ignore[arg-type]


def test_a_place_in_a_built_in_template_names_no_folder_of_the_machine(tmp_path):
    """Messages are the same on every machine."""
    theme = Theme("ink", [])
    fault = theme.fault("email/issue.mjml.j2", 3, "x", hint="y", rule="template-layout").problems[0]
    assert (str(fault.position), fault.rule) == ("templates/ink/email/issue.mjml.j2:3:1", "template-layout")
    assert BUILT_IN.is_dir()
    assert theme._shown(tmp_path / "x") == (tmp_path / "x").as_posix()


def test_check_finds_the_sites_own_faults_before_they_are_needed(folder):
    """A shortcode that no article of this issue uses is compiled too; a mended one is compiled again."""
    theme = Theme("ink", [folder])
    theme.check()
    broken = folder / "shortcodes" / "aside.html.j2"
    write(broken, "{% if medium %}\n<p>never closed")
    with pytest.raises(TemplateError) as raised:
        theme.check()
    assert str(raised.value.problems[0].position) == "templates/shortcodes/aside.html.j2:2:1"
    write(broken, "{% if medium %}\n<p>closed</p>{% endif %}")
    theme.check()
    broken.write_bytes(b"\xff\xfe")
    with pytest.raises(TemplateError, match="UnicodeDecodeError"):
        theme.check()


def test_a_theme_that_is_nowhere_is_an_error(folder):
    """A slip in `theme = "…"` would otherwise give every reader `ink` without a word."""
    with pytest.raises(TemplateError, match="there is no theme sea") as raised:
        Theme("sea", [folder]).check()
    assert str(raised.value.problems[0].position) == "templates/sea:1:1"
    (folder / "sea").mkdir()
    Theme("sea", [folder]).check()


def test_check_leaves_the_built_in_templates_to_our_tests():
    """In a checkout the site's templates are the built-in ones."""
    Theme("ink", [BUILT_IN]).check()
