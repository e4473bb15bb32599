"""Feeds in the text of config.toml, whatever way that is written."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.cli.feed_tables import added, read, readdressed, removed, table, write
from digest.errors import ConfigError, DigestError, UsageError

CONFIG = """\
# Ours
[site]
title = "T"
base_url = "https://x.example"

# Where entries come from.
[[sources]] # the first
kind = "articles"   # aligned
path = "articles"

# A blog of tea
[[sources]]
kind = "feed"
url  =  "https://tea.example/feed"   # its address
# tags = ["later"]

# What one subscribes to.
[[editions]]
name = "weekly"
title = "W"
"""
NEW = table(
    {"url": "https://ink.example/?a=1&b", "title": 'A "q" \\ 茶', "tags": ("活字", "b"), "language": ""}
)


def test_a_feed_is_added_behind_the_others() -> None:
    """Every line stays; the comment of what follows stays with that; keys that say nothing are left out."""
    text = added(CONFIG, [NEW])
    before, _, after = text.partition('\n[[sources]]\nkind = "feed"\nurl = "https://ink')
    assert before.endswith('"https://tea.example/feed"   # its address\n')
    assert after.endswith(CONFIG.partition("# its address\n")[2])
    assert tomllib.loads(text)["sources"][2] == NEW
    assert "language" not in NEW


def test_what_is_added_can_be_removed() -> None:
    """Adding and removing gives the same bytes."""
    assert removed(added(CONFIG, [NEW]), 2) == CONFIG
    assert removed(removed(added(CONFIG, [NEW, table({"url": "https://b.example/"})]), 2), 2) == CONFIG


def test_a_removed_feed_takes_its_comment_with_it() -> None:
    """The one right above it; not the one above the first source, which is about them all."""
    text = removed(CONFIG, 1)
    assert "tea" not in text
    assert "# What one subscribes to.\n[[editions]]" in text
    assert "# Where entries come from." in removed(CONFIG, 0)


def test_another_address() -> None:
    """Only the address changes, spaces and comments stay."""
    text = readdressed(CONFIG, 1, "https://new.example/feed")
    assert text == CONFIG.replace("https://tea.example/feed", "https://new.example/feed")
    single = CONFIG.replace('"https://tea.example/feed"', "'https://tea.example/feed'")
    assert (
        tomllib.loads(readdressed(single, 1, "https://n.example/"))["sources"][1]["url"]
        == "https://n.example/"
    )


@pytest.mark.parametrize(
    "text",
    [
        CONFIG.replace("\n", "\r\n"),
        CONFIG.rstrip("\n"),
        CONFIG.partition("# What one")[0],
        CONFIG.replace("[[sources]]", '  [[ "sources" ]]'),
        CONFIG.replace('title = "T"', 'title = """\n[[sources]]\n"""'),
        CONFIG.replace('title = "T"', 'title = "\u2028"'),
        CONFIG + '\n[[sources]]\nkind = "articles"\npath = "late"\n',
        'sources = [{kind="articles", path="a"}, {kind="feed", url="https://tea.example/feed"}]\n[site]\n',
        'sources = [\n  {kind="articles", path="a"},  # one\n  {kind="feed", url="https://tea.example/feed"},\n]\n',
    ],
)
def test_other_ways_to_write_it(text: str) -> None:
    """CRLF, no end of line, quoted headings, look-alikes in strings, one list: each is edited."""
    made = added(text, [NEW])
    assert tomllib.loads(made)["sources"][-1] == NEW
    assert ("\r\n" in made) == ("\r\n" in text)
    assert made.count("\r\n") in (0, made.count("\n"))
    index = next(i for i, each in enumerate(tomllib.loads(text)["sources"]) if each["kind"] == "feed")
    assert len(tomllib.loads(removed(text, index))["sources"]) == len(tomllib.loads(text)["sources"]) - 1
    assert removed(made, len(tomllib.loads(text)["sources"])).rstrip() == text.rstrip()


def test_what_cannot_be_edited_is_refused() -> None:
    """With the lines to add by hand, and nothing written."""
    odd = "sources.0 = 1\n"
    dotted = "[[sources]]\nkind.x = 1\n[[sources]]\nurl.y = 'a'\nurl.z = 'b'\n"
    with pytest.raises((UsageError, KeyError, TypeError)):
        added(odd, [NEW])
    with pytest.raises(UsageError, match="cannot edit") as raised:
        readdressed(
            CONFIG.replace('"https://tea.example/feed"', '"https:\\u002f/tea.example/feed"'), 1, "https://n/"
        )
    assert "line 14" in raised.value.hint
    assert removed(dotted, 1)


LINE = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)


@given(title=LINE, tags=st.lists(LINE, max_size=3), comment=LINE)
def test_any_words(title: str, tags: list[str], comment: str) -> None:
    """Whatever a feed is called, and whatever the comments say, it is added and removed again."""
    text = CONFIG.replace("# its address", f"# {comment}")
    values = table({"url": "https://ink.example/", "title": title, "tags": tuple(tags)})
    made = added(text, [values])
    assert tomllib.loads(made)["sources"][2] == values
    assert removed(made, 2) == text


@pytest.fixture
def config(site: Path) -> Path:
    return site / "config.toml"


def test_the_file_is_replaced_whole(config: Path) -> None:
    """With its mode and its mark, through a link; nothing else is left in the folder."""
    config.chmod(0o640)
    config.write_bytes(b"\xef\xbb\xbf" + config.read_bytes())
    link = config.with_name("link.toml")
    link.symlink_to(config)
    text = read(link)
    write(link, text, added(text, [NEW]))
    assert link.is_symlink()
    assert config.stat().st_mode & 0o777 == 0o640
    assert config.read_bytes().startswith(b"\xef\xbb\xbf# " if text.startswith("#") else b"\xef\xbb\xbf[")
    assert "ink.example" in read(config)
    assert not list(config.parent.glob(".config.toml*"))


def test_a_file_that_changed_meanwhile_is_not_touched(config: Path) -> None:
    """An editor who saves at that moment loses nothing."""
    text = read(config)
    config.write_text(text + "# saved\n")
    with pytest.raises(DigestError, match="meanwhile"):
        write(config, text, added(text, [NEW]))
    assert config.read_text().endswith("# saved\n")


def test_what_would_be_no_config_is_not_written(config: Path) -> None:
    """The new text is checked first."""
    text = read(config)
    with pytest.raises(ConfigError):
        write(config, text, added(text, [table({"url": "ftp://x/"})]))
    assert read(config) == text


def test_a_disk_that_refuses(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is an error with the path; the file is as it was, and nothing lies beside it."""
    text = read(config)

    def refuse(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(DigestError, match="No space left"):
        write(config, text, added(text, [NEW]))
    assert read(config) == text
    assert not list(config.parent.glob(".config.toml*"))
