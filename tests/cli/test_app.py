"""The frame of the command line: shared options, every way that a command ends, wrong arguments."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from digest import press
from digest.cli import console
from digest.errors import DigestError


def test_version(run) -> None:
    """--version tells the version, before and after a command, and ends with 0."""
    for words in (("--version",), ("collect", "--version")):
        result = run(*words)
        assert (result.exit_code, result.stdout) == (0, "digest 0.1.0\n")


@pytest.mark.parametrize("words", [("-C", "{}", "--json", "collect"), ("collect", "--json", "-C", "{}")])
def test_shared_options_stand_before_or_after(run, site: Path, words: tuple[str, ...]) -> None:
    """The site's folder and --json are understood on either side of a command's name."""
    result = run(*(word.format(site) for word in words))
    assert result.exit_code == 0
    assert len(json.loads(result.stdout)["entries"]) == 4
    assert result.stderr == ""


def test_after_wins_over_before(run, site: Path) -> None:
    """The option nearest to the command's end is the one that counts."""
    assert run("-C", "nowhere", "collect", "-C", site).exit_code == 0


def test_another_config(run, site: Path) -> None:
    """--config reads another file than the site's config.toml."""
    (site / "config.toml").rename(site / "other.toml")
    assert run("collect", "-C", site, "--config", site / "other.toml").exit_code == 0


WRONG = [
    ("nonsense",),
    ("--nonsense",),
    ("collect", "extra"),
    ("collect", "--nonsense"),
    ("build", "a", "b"),
    ("build", "--now"),
    ("build", "--now", "yesterday"),
    ("build", "--now", "2026-01-26T09:00:00"),
    ("build", "--since", "2026-01-26"),
    ("publish", "--yes=2"),
    ("publish", "--now", "2026-13-01T00:00:00Z"),
    ("preview", "--port", "x"),
    ("preview", "--port", "70000"),
    ("test",),
    ("run", "--twice"),
    ("init", "a", "b"),
    ("new",),
    ("new", "poem", "Title"),
    ("new", "article"),
    ("import",),
    ("import", "x.txt", "--date", "soon"),
    ("archive", "nonsense"),
    ("archive", "list", "x"),
    ("archive", "verify", "x"),
    ("archive", "build", "x"),
    ("config", "show", "x"),
    ("config", "schema", "x"),
    ("config", "write"),
]


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_wrong_arguments_are_a_usage_error(run, words: tuple[str, ...]) -> None:
    """Arguments that a command does not take end with 2, a word on stderr, and nothing on stdout."""
    result = run(*words)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Error" in result.stderr
    assert "Traceback" not in result.stderr


def test_naive_now_is_explained(run, site: Path) -> None:
    """A time without a zone is refused with one that would do."""
    result = run("build", "-C", site, "--now", "2026-01-26T09:00:00")
    assert "no zone" in result.stderr


def test_no_arguments_show_help(run) -> None:
    """Nothing after `digest` shows what it can do."""
    assert "publish" in run().output


def test_missing_config_is_an_error_with_a_hint(run, tmp_path: Path) -> None:
    """A folder that is no site gets an error, not a traceback."""
    result = run("collect")
    assert result.exit_code == 1
    assert "there is no config.toml here" in result.stderr
    assert "digest init" in result.stderr


def test_every_config_fault_is_told(run, site: Path) -> None:
    """A config with two unknown keys is shown with both, each in its line, and a closing count."""
    text = (site / "config.toml").read_text().replace("timezone", "timezon").replace("sender", "sendr")
    (site / "config.toml").write_text(text)
    result = run("collect", "-C", site)
    assert result.exit_code == 1
    assert "did you mean timezone?" in result.stderr
    assert re.search(r"config\.toml:\d\d:1\n", result.stderr)
    assert "2 errors. Nothing was done." in result.stderr


def test_error_as_json(run, tmp_path: Path) -> None:
    """With --json an error is one object on stdout, and stderr stays empty."""
    result = run("collect", "--json")
    said = json.loads(result.stdout)
    assert said["error"]["code"] == result.exit_code == 1
    assert said["problems"][0]["rule"] == "config-missing"
    assert result.stderr == ""


def _raising(error: BaseException):
    def collect(*_: object, **__: object) -> None:
        raise error

    return collect


def test_fault_of_ours_is_one_sentence(run, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception that nobody foresaw is a sentence and how to report it; a traceback only with -v."""
    monkeypatch.setattr(press, "collect", _raising(ZeroDivisionError("by nought")))
    result = run("collect", "-C", site)
    assert result.exit_code == 1
    assert "digest itself failed: ZeroDivisionError: by nought" in result.stderr
    assert "report it" in result.stderr
    assert "Traceback" not in result.output
    assert "Traceback" in run("collect", "-C", site, "-v").stderr
    assert json.loads(run("collect", "-C", site, "--json").stdout)["error"]["code"] == 1


def test_interrupt(run, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C ends with 130 and a word that nothing half-written stays."""
    monkeypatch.setattr(press, "collect", _raising(KeyboardInterrupt()))
    result = run("collect", "-C", site)
    assert result.exit_code == 130
    assert "Nothing half-written stays." in result.stderr


def test_refusal_of_the_system_is_explained(run, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of the system has its path and a hint."""
    monkeypatch.setattr(press, "collect", _raising(PermissionError(13, "Permission denied", "/locked")))
    result = run("collect", "-C", site)
    assert result.exit_code == 1
    assert "the system refused: Permission denied" in result.stderr
    assert "/locked" in result.stderr


def test_quiet_still_tells_errors(run, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """--quiet silences tables and warnings, never an error."""
    monkeypatch.setattr(press, "collect", _raising(DigestError("the disk is gone", hint="find it")))
    result = run("collect", "-C", site, "-q")
    assert result.stderr == "error  the disk is gone\n  hint  find it\n"


def test_colours(run, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Colours come where they are wanted, and never with NO_COLOR or --no-color."""
    (site / "articles" / "bad.md").write_text("---\ntitle: [a\n---\nx\n")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    assert "\x1b[" in run("collect", "-C", site).stderr
    assert "\x1b[" not in run("collect", "-C", site, "--no-color").stderr
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in run("collect", "-C", site).output


def test_no_colours_in_a_pipe(run, site: Path) -> None:
    """What is no terminal gets no escape sequences."""
    assert "\x1b" not in run("collect", "-C", site).output


def test_progress_waits_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bar comes on a terminal when the work takes longer than its patience, and not before."""
    import io
    import time

    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("TERM", "xterm")
    screen = Screen()
    monkeypatch.setattr(console.sys, "stderr", screen)
    monkeypatch.setattr(console, "_PATIENCE", 0.05)
    terminal = console.Terminal()
    with terminal.progress("Reading") as step:
        step("a.md")
    assert "Reading" not in screen.getvalue()
    with terminal.progress("Reading") as step:
        step("a.md")
        time.sleep(0.3)
    assert "Reading" in screen.getvalue()
    quiet = console.Terminal(quiet=True)
    with quiet.progress("Silent") as step:
        step("a.md")
        time.sleep(0.1)
    assert "Silent" not in screen.getvalue()
