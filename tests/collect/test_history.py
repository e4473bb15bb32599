"""When git first saw a file: real repositories, renamed, merged, shallow, nested, hostile."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.collect import history
from digest.collect.history import first_added, head

LONG = "".join(f"Line {number} of a text that is long enough to be known again.\n" for number in range(30))


def git(place: Path, *words: str, at: int = 0, **env: str) -> str:
    """Run git in a folder, as on this day of January 2026."""
    moment = f"2026-01-{at or 1:02}T08:00:00+08:00"
    done = subprocess.run(
        ["git", "-c", "user.name=Editor", "-c", "user.email=editor@example.org", *words],
        cwd=place,
        env={**os.environ, "GIT_AUTHOR_DATE": moment, "GIT_COMMITTER_DATE": moment, **env},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def day(number: int) -> datetime:
    return datetime(2026, 1, number, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the editor's own git settings nor a hook's reach a test."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "none"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


@pytest.fixture
def repository(tmp_path: Path) -> Callable[..., Path]:
    """A repository with one file, `articles/a.md`, of the second of January."""

    def make(name: str = "site") -> Path:
        place = tmp_path / name
        place.mkdir(parents=True)
        git(place, "init", "-q", "-b", "main")
        commit(place, {"articles/a.md": LONG}, at=2)
        return place

    return make


def commit(place: Path, files: dict[str, str], *, at: int, **env: str) -> None:
    """Write the files and commit everything."""
    for name, text in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text)
    git(place, "add", "-A")
    git(place, "commit", "-q", "--allow-empty", "-m", f"day {at}", at=at, **env)


def test_the_commit_that_added_a_file(repository) -> None:
    """A file counts from the commit that added it, not from later edits; names of any script are found."""
    place = repository()
    commit(place, {"articles/茶 樹.md": "one\n", 'articles/a"b.md': "two\n"}, at=3)
    commit(place, {"articles/a.md": f"{LONG}more\n"}, at=4)
    names = ["articles/a.md", "articles/茶 樹.md", 'articles/a"b.md']
    found = first_added(place, names)
    assert found == dict(zip(names, [day(2), day(3), day(3)], strict=True))
    assert all(at.tzinfo for at in found.values())


def test_a_rename_keeps_the_first_date(repository) -> None:
    """Renamed twice and edited on the way, a file still counts from its first name."""
    place = repository()
    git(place, "mv", "articles/a.md", "articles/b.md")
    commit(place, {}, at=3)
    (place / "posts").mkdir()
    git(place, "mv", "articles/b.md", "posts/c.md")
    commit(place, {"posts/c.md": f"{LONG}A closing line.\n"}, at=4)
    assert first_added(place, ["posts/c.md"]) == {"posts/c.md": day(2)}


def test_a_new_file_under_a_name_that_was_given_up(repository) -> None:
    """The renamed file keeps the old date; another one that takes its name has a date of its own."""
    place = repository()
    git(place, "mv", "articles/a.md", "articles/b.md")
    commit(place, {}, at=3)
    commit(place, {"articles/a.md": "Quite another text.\n"}, at=5)
    found = first_added(place, ["articles/a.md", "articles/b.md"])
    assert found == {"articles/b.md": day(2), "articles/a.md": day(5)}


def test_what_git_does_not_have_has_no_date(repository, tmp_path) -> None:
    """Untracked and ignored files, and whatever lies in no repository at all."""
    place = repository()
    (place / ".gitignore").write_text("hidden.md\n")
    (place / "hidden.md").write_text("x")
    (place / "untracked.md").write_text("x")
    assert first_added(place, ["hidden.md", "untracked.md", "gone.md"]) == {}
    (tmp_path / "plain").mkdir()
    assert first_added(tmp_path / "plain", ["a.md"]) == {}
    assert head(tmp_path / "plain") == ""
    assert first_added(place, []) == {}


def test_an_empty_repository(tmp_path) -> None:
    """Staged and never committed: git has it, and knows no date."""
    git(tmp_path, "init", "-q")
    (tmp_path / "a.md").write_text("x")
    git(tmp_path, "add", "a.md")
    assert first_added(tmp_path, ["a.md"]) == {}


def test_a_site_in_a_folder_of_a_repository(repository) -> None:
    """Paths are the site's, whatever lies above it; relative output is not asked for by anybody's config."""
    place = repository()
    git(place, "config", "diff.relative", "true")
    commit(place, {"site/articles/x.md": "x\n"}, at=6)
    assert first_added(place / "site", ["articles/x.md"]) == {"articles/x.md": day(6)}


def test_a_merge_counts_from_the_branch(repository) -> None:
    """A file of a branch counts from its own commit; one that only the merge brought, from the merge."""
    place = repository()
    git(place, "checkout", "-q", "-b", "side")
    commit(place, {"side.md": "written beside\n"}, at=3)
    git(place, "checkout", "-q", "main")
    commit(place, {"main.md": "meanwhile\n"}, at=4)
    git(place, "merge", "-q", "--no-ff", "--no-commit", "side")
    commit(place, {"merged.md": "by the merge itself\n"}, at=5)
    found = first_added(place, ["side.md", "main.md", "merged.md"])
    assert found == {"side.md": day(3), "main.md": day(4), "merged.md": day(5)}


def test_a_shallow_clone_invents_no_dates(repository, tmp_path) -> None:
    """What was there when the clone begins has no date; what came later has."""
    place = repository()
    commit(place, {"b.md": "b\n"}, at=3)
    commit(place, {"c.md": "c\n"}, at=4)
    git(tmp_path, "clone", "-q", "--depth", "2", place.as_uri(), "clone")
    assert first_added(tmp_path / "clone", ["articles/a.md", "b.md", "c.md"]) == {"c.md": day(4)}


def test_a_submodule_answers_for_its_own_files(repository) -> None:
    """Content that is a repository of its own within the site."""
    place, inner = repository(), repository("site/content/notes")
    commit(inner, {"deep/n.md": "n\n"}, at=9)
    found = first_added(place, ["articles/a.md", "content/notes/deep/n.md"])
    assert found == {"articles/a.md": day(2), "content/notes/deep/n.md": day(9)}
    both = head(place, ["articles/a.md", "content/notes/deep/n.md"])
    assert both.split() == [git(each, "rev-parse", "HEAD").strip() for each in (place, inner)]


def test_head_changes_with_the_history(repository) -> None:
    """The dates are to be asked for again exactly when it changes."""
    place = repository()
    before = head(place, ["articles/a.md"])
    assert before
    assert head(place, ["articles/a.md"]) == before == head(place)
    commit(place, {"b.md": "b\n"}, at=3)
    assert head(place) != before


def test_within_a_hook_of_another_repository(repository, tmp_path, monkeypatch) -> None:
    """GIT_DIR and its like, as a hook sets them, lead nobody astray."""
    place = repository()
    other = repository("other")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "no-index"))
    assert first_added(place, ["articles/a.md"]) == {"articles/a.md": day(2)}


def test_a_repository_can_make_us_run_nothing(repository, tmp_path) -> None:
    """A config that came with an unpacked site starts no program and turns no output."""
    place = repository()
    trap = tmp_path / "trap"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {trap}\n")
    program.chmod(0o755)
    (place / ".gitattributes").write_text("*.md diff=trap\n")
    settings = {
        "core.fsmonitor": program, "core.pager": program, "pager.log": program, "gpg.program": program,
        "log.showSignature": "true", "diff.external": program, "diff.trap.textconv": program,
        "diff.trap.command": program, "core.sshCommand": program, "diff.orderFile": tmp_path / "none",
        "log.showRoot": "false", "diff.renames": "false", "color.ui": "always", "format.pretty": "oneline",
        "log.diffMerges": "off", "core.quotePath": "true",
    }  # fmt: skip
    for name, value in settings.items():
        git(place, "config", name, str(value))
    assert first_added(place, ["articles/a.md"]) == {"articles/a.md": day(2)}
    assert not trap.exists()


def test_a_partial_clone_fetches_nothing(repository, tmp_path) -> None:
    """Contents that were left at the server are not asked for; their files are dated all the same."""
    place = repository()
    git(place, "config", "uploadpack.allowFilter", "true")
    git(place, "mv", "articles/a.md", "articles/b.md")
    commit(place, {"articles/b.md": f"{LONG}more\n"}, at=3)
    git(tmp_path, "clone", "-q", "--no-checkout", "--filter=blob:none", place.as_uri(), "clone")
    clone = tmp_path / "clone"
    git(clone, "read-tree", "HEAD")
    place.rename(tmp_path / "away")
    found = first_added(clone, ["articles/b.md"])
    assert set(found.values()) <= {day(2), day(3)}


def test_a_partial_clone_runs_nothing_either(repository, tmp_path, monkeypatch) -> None:
    """A git too old for GIT_NO_LAZY_FETCH asks a server by no protocol, whatever its repository allows."""
    place = repository()
    commit(place, {"articles/b.md": "b\n"}, at=3)
    git(place, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "-q", "--no-checkout", "--filter=tree:0", place.as_uri(), "clone")
    clone, trap = tmp_path / "clone", tmp_path / "trap"
    git(clone, "read-tree", "HEAD")  # with the trees of today, and of no day before
    git(clone, "config", "protocol.ext.allow", "always")
    git(clone, "config", "remote.origin.url", f"ext::touch {trap}")
    monkeypatch.delitem(history._SILENT, "GIT_NO_LAZY_FETCH")
    assert first_added(clone, ["articles/a.md"]) == {}  # what is missing is not fetched
    assert not trap.exists()


def test_a_slow_history_gives_no_dates_at_all(repository, monkeypatch) -> None:
    """Half a history is never taken for the whole."""
    place = repository()
    slow = place.parent / "git"
    told = 'for word; do [ "$word" = log ] && genuine "$@" && exec sleep 60; done\nexec genuine "$@"\n'
    slow.write_text(f"#!/bin/sh\n{told}")
    slow.chmod(0o755)
    (place.parent / "genuine").symlink_to(history._git())
    monkeypatch.setenv("PATH", f"{place.parent}:{os.environ['PATH']}")
    assert head(place) != ""
    assert first_added(place, ["articles/a.md"], seconds=1) == {}


def test_without_git(repository, monkeypatch) -> None:
    """A machine that has no git has no dates, and no error."""
    place = repository()
    monkeypatch.setenv("PATH", str(place))
    assert first_added(place, ["articles/a.md"]) == {}
    assert head(place) == ""


def test_dates_that_are_none(repository) -> None:
    """An author's clock that is ahead is not believed beyond the commit; broken dates are no dates."""
    place = repository()
    commit(place, {"b.md": "b\n"}, at=3, GIT_AUTHOR_DATE="2031-01-01T00:00:00Z")
    assert first_added(place, ["b.md"]) == {"b.md": day(3)}
    assert history._commit(b"\x01abc 2026-13-01T00:00:00Z nonsense") == (b"abc", None)
    assert history._commit(b"\x01abc 2026-01-01T00:00:00") == (b"abc", None)


@given(st.lists(st.sampled_from([b"\x01c 2026-01-02T00:00:00Z", b"A", b"R100", b"a", b"b", b"", b"\xff"])))
def test_any_output_is_read(fields: list[bytes]) -> None:
    """Whatever a git of another day prints, cut short anywhere, nothing but dates comes of it."""
    found = history._first(iter(fields), {b"a": "a"}, ())
    assert set(found) <= {"a"}
