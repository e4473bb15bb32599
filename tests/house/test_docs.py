"""Everything that a user can say or see is documented: commands, keys, rules, shortcodes, dependencies."""

from __future__ import annotations

import ast
import re
import runpy
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from digest.cli.commands import app
from digest.compose import Rule

KEBAB = re.compile(r"[a-z]+(?:-[a-z0-9]+)+")
NOT_RULES = re.compile(
    r"(mj|data|task|contains|content|text|css|no|same|github|apple|link|last|quoted|x|utf|iso|big5|euc|shift|windows)-.*"
    r"|cache-control|retry-after|set-cookie|proxy-authorization|bad-url|too-large|redirect-loop"
    r"|accept-language|auto-(generated|replied)|(strict-origin-when-)?cross-origin"
    r"|list-unsubscribe(-post)?|dkim-signature|diagnostic-code|one-click|opt-out(-list)?|rsa-sha256|us-east-1"
    r"|rev-parse|ls-files|latin-1|image-gallery|photo-gallery"
)
"""Words with hyphens in our code that are no rules: tags, CSS, HTTP, git, services, encodings."""


def _documented(path: Path) -> set[str]:
    """What stands in backticks at the beginning of a table's row."""
    return {
        word
        for line in path.read_text().splitlines()
        if line.startswith("| `")
        for word in re.findall(r"`([^`]+)`", line.split(" | ")[0])
    }


def _commands(group, name: str = "digest") -> Iterator[tuple[str, list]]:
    """Every command with its options, as Typer knows them."""
    for key, each in sorted(getattr(group, "commands", {}).items()):
        if hasattr(each, "commands"):
            yield from _commands(each, f"{name} {key}")
        else:
            yield f"{name} {key}", each.params


COMMANDS = dict(_commands(typer.main.get_command(app)))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_documented(root: Path, name: str) -> None:
    """docs/commands.md has each command, and each of its options in its chapter or among the shared ones."""
    text = (root / "docs/commands.md").read_text()
    assert name in text
    chapters = re.split(r"^## ", text, flags=re.MULTILINE)
    own = next(each for each in chapters if name in each.partition("\n")[0] or f"`{name}`" in each)
    shared = next(each for each in chapters if each.startswith("Options of every command"))
    for parameter in COMMANDS[name]:
        for option in (*parameter.opts, *parameter.secondary_opts):
            if option.startswith("-"):
                assert f"{option}" in own + shared, f"{name} {option}"


def test_no_command_is_documented_that_is_not_there(root: Path) -> None:
    """A command named in a heading or table of docs/commands.md exists."""
    text = (root / "docs/commands.md").read_text()
    told = re.findall(r"^(?:## |\| )`(digest [a-z]+(?: [a-z]+)?)[ `]", text, flags=re.MULTILINE)
    groups = {name.rpartition(" ")[0] for name in COMMANDS}
    for name in told:
        assert any(name == each or name.startswith(f"{each} ") for each in {*COMMANDS, *groups})


def test_config_page_is_what_the_tables_say(root: Path) -> None:
    """docs/config.md is what docs/config_reference.py writes: every key, with type, default and meaning."""
    page = runpy.run_path(str(root / "docs/config_reference.py"))["page"]
    assert (root / "docs/config.md").read_text() == page(), "run: python docs/config_reference.py"


def _constants(root: Path) -> Iterator[tuple[str, str]]:
    for path in sorted((root / "digest").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and KEBAB.fullmatch(node.value):
                yield node.value, f"{path.relative_to(root)}:{node.lineno}"


def _keywords(root: Path) -> Iterator[str]:
    for path in sorted((root / "digest").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.keyword) and node.arg == "rule":
                yield from (
                    each.value
                    for each in ast.walk(node.value)
                    if isinstance(each, ast.Constant) and isinstance(each.value, str)
                )


def test_every_rule_is_documented(root: Path) -> None:
    """Each name in the code that looks like a rule is in docs/rules.md, or known to be none."""
    known = _documented(root / "docs/rules.md") | _documented(root / "docs/choosing.md")
    names = {name for name in _keywords(root) if KEBAB.fullmatch(name)}
    unknown = {
        f"{name} ({place})"
        for name, place in _constants(root)
        if name not in known and (name in names or not NOT_RULES.fullmatch(name))
    }
    assert not unknown


def test_every_documented_rule_exists(root: Path) -> None:
    """docs/rules.md names no rule that the code has not."""
    made = {name for name, _ in _constants(root)} | {"subject-template", "preheader-template"}
    named = {name for name in _documented(root / "docs/rules.md") if KEBAB.fullmatch(name)}
    assert named <= made


def test_every_rule_of_choosing_is_documented(root: Path) -> None:
    """docs/choosing.md has a row for each rule that decides of an entry, and none else."""
    assert _documented(root / "docs/choosing.md") == {rule.value for rule in Rule}


def test_every_shortcode_is_documented(root: Path) -> None:
    """Each template of a shortcode has its row in docs/shortcodes.md, and no row is without one."""
    templates = {
        path.name.partition(".")[0]
        for path in (root / "templates/shortcodes").iterdir()
        if not path.name.startswith("_")
    }
    rows = {
        re.match(r"\| `([^`]+)`", line)[1]
        for line in (root / "docs/shortcodes.md").read_text().splitlines()
        if re.match(r"\| `[a-z-]+` \|.*\{\{<|\| `[a-z-]+` \|.*\{\{%", line)
    }
    assert rows == templates


def test_every_dependency_has_its_reason(root: Path) -> None:
    """docs/decisions.md names each dependency, and says why it and not another."""
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    wanted = [
        *project["dependencies"],
        *(each for extra in project["optional-dependencies"].values() for each in extra),
    ]
    names = {re.match(r"[A-Za-z-]+", each)[0].lower() for each in wanted}
    text = (root / "docs/decisions.md").read_text().lower()
    also = {"mjml-python": "mjml", "jinja2": "jinja"}
    assert not {name for name in names if also.get(name, name) not in text}


def _given(root: Path) -> Iterator[tuple[str, set[str]]]:
    """Each template that the code fills by name, and the names of the values that it gives there."""
    for name in ("web.py", "feeds.py"):
        for node in ast.walk(ast.parse((root / "digest/render" / name).read_text())):
            if isinstance(node, ast.Call) and node.args:
                first = node.args[0]
                keys = {each.arg for each in node.keywords if each.arg} - {"inline_style"}
                if isinstance(first, ast.Constant) and str(first.value).endswith(".j2"):
                    yield first.value, keys
                elif isinstance(first, ast.Name) and first.id == "template":
                    yield "every page, `web/…`" if name == "web.py" else "feeds/rss.xml.j2", keys
    for node in ast.walk(ast.parse((root / "digest/render/email/__init__.py").read_text())):
        if isinstance(node, ast.FunctionDef) and node.name == "_values":
            (made,) = [
                each.value
                for each in ast.walk(node)
                if isinstance(each, ast.Return) and isinstance(each.value, ast.Dict)
            ]
            yield "email/issue.mjml.j2", {key.value for key in made.keys}


def test_every_value_of_a_template_is_documented(root: Path) -> None:
    """docs/extending.md names what each template gets, and nothing that it does not get."""
    rows = [line for line in (root / "docs/extending.md").read_text().splitlines() if line.startswith("| ")]
    given = list(_given(root))
    assert len(given) == 14
    for template, keys in given:
        (row,) = [line for line in rows if template in line.split(" | ")[0]]
        told = re.sub(r"\([^)]*\)", "", row.split(" | ", 1)[1])
        assert set(re.findall(r"`(\w+)", told)) == (keys or set()) | ({"unmark"} & keys), template


def test_links_of_the_docs_lead_somewhere(root: Path) -> None:
    """Every relative link of README and docs is a file; the picture is made at the end."""
    for page in (root / "README.md", root / "CHANGELOG.md", *(root / "docs").glob("*.md")):
        for link in re.findall(r"\]\((?!https?:|#|\{)([^)#\s]+)\)", page.read_text()):
            if link != "docs/picture.png":
                assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_exit_codes_are_documented(root: Path) -> None:
    """docs/commands.md has every exit code that an error carries."""
    from digest import errors

    text = (root / "docs/commands.md").read_text()
    codes = {each.code for each in vars(errors).values() if isinstance(each, type) and hasattr(each, "code")}
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", text, flags=re.MULTILINE)} >= codes | {
        0,
        5,
        130,
    }
