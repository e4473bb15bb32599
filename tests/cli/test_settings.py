"""`config show` tells every key as TOML that means the same; `config schema` tells what may be said."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from digest import config
from digest.cli.settings import toml


def test_show_is_the_same_config(run, site: Path) -> None:
    """What is shown is a config.toml that means what the site's means, every default written out."""
    path = site / "config.toml"
    path.write_text(
        path.read_text()
        + '\n[editions.schedule]\nday = "monday"\ntime = "09:00"\n[aliases]\n"茶" = ["tea"]\n'
    )
    shown = run("config", "show", "-C", site)
    assert shown.exit_code == 0
    assert config.parse(shown.stdout) == config.load(path)
    assert "warn_bytes = 75000" in shown.stdout


def test_show_as_json(run, site: Path) -> None:
    """With --json it is the same as one object."""
    said = json.loads(run("config", "show", "-C", site, "--json").stdout)
    assert said["site"]["timezone"] == "Asia/Taipei"
    assert said["editions"][0]["max_items"] == 40


def test_passwords_are_hidden(run, site: Path) -> None:
    """A password in the database's URL is never shown."""
    path = site / "config.toml"
    path.write_text(path.read_text() + '\n[database]\nurl = "postgresql://me:s3cret@db.example/d"\n')
    for words in ((), ("--json",)):
        shown = run("config", "show", "-C", site, *words).output
        assert "s3cret" not in shown
        assert "me:***@db.example" in shown


def test_schema(run) -> None:
    """The schema needs no site and is JSON with or without --json."""
    for words in ((), ("--json",)):
        assert json.loads(run("config", "schema", *words).stdout)["properties"]["site"]


KEYS = st.text(min_size=1, max_size=8)
VALUES = st.recursive(
    st.text() | st.integers(-(2**63), 2**63 - 1) | st.booleans() | st.lists(st.text()),
    lambda deeper: (
        st.dictionaries(KEYS, deeper, max_size=4)
        | st.lists(st.dictionaries(KEYS, deeper, min_size=1, max_size=3), min_size=1, max_size=3)
    ),
    max_leaves=12,
)


@given(st.dictionaries(KEYS, VALUES, max_size=5))
def test_toml_says_what_it_is_given(table: dict) -> None:
    """Any table of TOML's types is read back as it was."""
    assert tomllib.loads("\n".join(toml(table))) == table
