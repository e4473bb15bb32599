"""Dates that no file tells: when git first had it, else when we first saw it; kept as long as they hold."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.collect import summing
from digest.collect.gather import gather
from digest.collect.survey import survey
from digest.config import parse
from digest.model import Origin, Stamp

SETTINGS = parse("""
[site]
title = "S"
base_url = "https://s.example"
timezone = "Asia/Taipei"
[[sources]]
kind = "articles"
path = "articles"
[[sources]]
kind = "profiles"
path = "people"
[[editions]]
name = "weekly"
title = "W"
""")
NOW = datetime(2026, 1, 26, 1, tzinfo=UTC)
BARE = "---\ntitle: T\n---\nwords\n"
FILES = {
    "articles/a.md": BARE,
    "articles/dated.md": "---\ntitle: D\ndate: 2025-05-05\n---\nx\n",
    "people/updated.md": "---\ntitle: M\nlast_updated: 2025-05-06\n---\nx\n",
    "people/p.md": "---\ntitle: P\n---\nx\n",
}


@pytest.fixture
def root(write_files: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site that is no repository yet, whose files are old enough to be believed."""
    monkeypatch.setattr("digest.collect.youth.YOUNG", 0)
    return write_files(FILES)


def git(root: Path, *words: str, date: str = "") -> None:
    """Run git, as nobody in particular."""
    env = {"PATH": "/usr/bin:/bin", "HOME": str(root), "GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
    names = ("-c", "user.name=N", "-c", "user.email=n@example.org")
    subprocess.run(["git", *names, *words], cwd=root, check=True, capture_output=True, env=env)


def committed(root: Path, date: str) -> None:
    """Commit everything at a moment."""
    if not (root / ".git").exists():
        git(root, "init", "-q")
    git(root, "add", "articles", "people")
    git(root, "commit", "-q", "-m", "more", date=date)


def dates(root: Path, **seen: datetime) -> dict[str, Stamp | None]:
    """The date of each entry, which gathering and a survey tell alike."""
    first_seen = {f"articles/{name}.md": at for name, at in seen.items()}
    found = gather(SETTINGS, root, first_seen=first_seen)
    with survey(SETTINGS, root, first_seen=first_seen) as told:
        assert told.entries([entry.key for entry in found.entries]) == found.entries
        assert {each.key: each.likeness[3] for each in told.seen()} == {
            entry.key: "2025-05-05" if entry.title == "D" else "" for entry in found.entries
        }
    return {entry.key: entry.date for entry in found.entries}


def test_the_first_sight_dates_what_nothing_else_does(root: Path) -> None:
    """What names a date or an update does not need it; what was never seen has none."""
    assert dates(root, a=NOW, dated=NOW) == {
        "articles/a.md": Stamp(at=NOW, origin=Origin.FIRST_SEEN),
        "articles/dated.md": Stamp(at=datetime(2025, 5, 4, 16, tzinfo=UTC), day_only=True),
        "people/p.md": None,
        "people/updated.md": None,
    }


def test_git_dates_what_it_has(root: Path) -> None:
    """By its author's clock, before any first sight, and anew with each commit."""
    committed(root, "2024-02-03T04:05:06+09:00")
    (root / "articles/b.md").write_text(BARE.replace("T", "B"))
    found = dates(root, a=NOW, b=NOW)
    assert found["articles/a.md"] == found["people/p.md"]
    assert found["articles/b.md"] == Stamp(at=NOW, origin=Origin.FIRST_SEEN)
    first = found["articles/a.md"]
    assert first is not None
    assert first.origin is Origin.GIT
    assert first.at.isoformat() == "2024-02-03T04:05:06+09:00"
    committed(root, "2024-03-04T00:00:00+00:00")
    second = dates(root)["articles/b.md"]
    assert second is not None
    assert second.at == datetime(2024, 3, 4, tzinfo=UTC)


def test_git_is_asked_once_a_commit(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And for what is not known: an edit costs no other walk through history."""
    asked: list[list[str]] = []
    inner = summing.first_added
    monkeypatch.setattr(
        summing, "first_added", lambda place, paths: asked.append(sorted(paths)) or inner(place, paths)
    )
    committed(root, "2024-02-03T04:05:06+09:00")
    dates(root)
    assert asked == [["articles/a.md", "people/p.md"]]
    (root / "articles/a.md").write_text(BARE + "more\n")
    dates(root)
    assert len(asked) == 1
    (root / "articles/b.md").write_text(BARE.replace("T", "B"))
    dates(root)
    assert asked[1:] == [["articles/b.md"]]
    committed(root, "2024-03-04T00:00:00+00:00")
    dates(root)
    assert asked[2:] == [["articles/a.md", "articles/b.md", "people/p.md"]]


def test_a_commit_changes_the_state(root: Path) -> None:
    """Where it dates something; first sights do not."""

    def state() -> str:
        with survey(SETTINGS, root) as told:
            return told.state

    before = state()
    with survey(SETTINGS, root, first_seen={"articles/a.md": NOW}) as told:
        assert told.state == before
    committed(root, "2024-02-03T04:05:06+09:00")
    after = state()
    assert after != before
    git(root, "commit", "-q", "--allow-empty", "-m", "nothing", date="2024-05-05T00:00:00+00:00")
    assert state() == after


def test_whoever_is_stopped_while_looking_lets_go_of_the_index(root: Path) -> None:
    """Ctrl-C in the middle of the first look leaves an index that the next look takes up."""

    def stop(_: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        survey(SETTINGS, root, stop)
    with survey(SETTINGS, root) as found:
        assert sum(each.entries for each in found.sources) == len(FILES)
