"""Whole sites as editors have them: sound, with a mistake a file, foreign, with a broken template."""

import re
import shutil
from pathlib import Path

import pytest

from digest import press
from digest.errors import ConfigError, TemplateError
from digest.press import Site
from tests.press.conftest import NOW

SITES = Path(__file__).parents[1] / "fixtures" / "sites"


@pytest.fixture
def copied(tmp_path):
    """A fixture site where a test may write."""
    return lambda name: Path(shutil.copytree(SITES / name, tmp_path / name))


def test_a_sound_site_has_no_problem_and_becomes_an_issue(copied):
    """Three dialects of front matter and a profile."""
    site = Site.load(copied("valid"))
    assert press.read(site, NOW).problems == ()
    draft = press.build(site, now=NOW)
    assert draft.problems == ()
    assert draft.issue.everything


def test_each_mistake_is_found_at_the_line_that_the_readme_names(copied):
    """Rule, file and line of each; the sound files beside them are collected."""
    root = copied("faulty")
    found = press.read(Site.load(root), NOW)
    told = {f"{Path(each.position.path).name} {each.position.line}" for each in found.problems}
    rows = re.findall(r"^\| `([\w-]+\.md)` .*?\(line (\d+)\)", (root / "README.md").read_text(), re.MULTILINE)
    assert len(rows) == 13
    assert told >= {f"{name} {line}" for name, line in rows}
    assert {Path(each.position.path).name for each in found.problems} >= {
        "yaml-04-fence.md", "same-slug-b.md", "no-title.md", "not-text.md", "empty.md",
    }  # fmt: skip
    titles = [entry.title for entry in found.entries]
    assert {"錯字旁邊的好稿", "A clean proof"} <= set(titles)
    assert all(problem.hint for problem in found.problems)


def test_an_unknown_shortcode_is_told_when_the_issue_is_made(copied):
    """It is left out, counted, and the rest of the issue goes on."""
    draft = press.build(Site.load(copied("faulty")), now=NOW)
    rules = [problem.rule for problem in draft.problems]
    assert "shortcode-unknown" in rules
    assert not any("{{<" in each.text for each in draft.renditions)


def test_a_template_that_does_not_compile_stops_the_issue(copied):
    """Also where the mail itself does not need it: the entry's page would."""
    with pytest.raises(TemplateError) as raised:
        press.build(Site.load(copied("bad-template")), now=NOW)
    assert str(raised.value.problems[0].position) == "templates/shortcodes/youtube.html.j2:3:1"


def test_the_config_of_another_project(copied):
    """It is said to be foreign, and the exit code is an error's."""
    with pytest.raises(ConfigError, match="not a config") as raised:
        Site.load(copied("foreign"))
    assert (raised.value.problems[0].rule, raised.value.code) == ("config-foreign", 1)
