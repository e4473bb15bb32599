"""`edit`, and overrides in every command that makes an issue."""

import json
import shlex
import sys
from pathlib import Path

import pytest

from digest.cli import console

OVERRIDES = "issues/weekly/1.toml"


@pytest.fixture
def editor(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """An editor that writes a text, another each time that it is opened, and tells what it was opened on."""
    monkeypatch.setattr(console.Terminal, "interactive", True)

    def install(*texts: str | None, code: int = 0) -> Path:
        script, log = tmp_path / "an editor.py", tmp_path / "opened"
        log.touch()
        script.write_text(
            "import pathlib, sys\n"
            f"log = pathlib.Path({str(log)!r})\n"
            "turn = len(log.read_text().splitlines())\n"
            "log.write_text(log.read_text() + sys.argv[-1] + '\\n')\n"
            f"text = {list(texts)!r}[turn]\n"
            "text is None or pathlib.Path(sys.argv[-1]).write_text(text)\n"
            f"sys.exit({code})\n"
        )
        monkeypatch.setenv("VISUAL", f"{sys.executable} {shlex.quote(str(script))}")
        return log

    return install


def write(site: Path, text: str, name: str = OVERRIDES) -> Path:
    path = site / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_edit_begins_a_file_that_changes_nothing(run, site: Path, now: str) -> None:
    """Without a terminal the file is made and named; it holds the composer's choice as comments."""
    result = run("edit", "-C", site, "--now", now)
    assert (result.exit_code, result.stdout.strip()) == (0, str(site / OVERRIDES))
    assert "There is no terminal to open an editor in" in result.stderr
    text = (site / OVERRIDES).read_text()
    assert all(not line or line.startswith("#") for line in text.splitlines())
    for told in ("# lead = ", "# order = ", "articles/tea.md", "articles/profiles/surveyor.md", "茶樹為什麼"):
        assert told in text
    before = run("build", "-C", site, "--now", now, "--json").stdout
    (site / OVERRIDES).unlink()
    assert run("build", "-C", site, "--now", now, "--json").stdout == before


def test_each_suggestion_is_sound(run, site: Path, now: str) -> None:
    """Whoever takes the # away from the order gets the issue as the composer made it."""
    run("edit", "-C", site, "--now", now)
    plain = json.loads(run("build", "-C", site, "--now", now, "--json").stdout)
    path, lines = site / OVERRIDES, []
    inside = False
    for line in (site / OVERRIDES).read_text().splitlines():
        inside = inside or line.startswith(("# order", "# [sections", "# entries"))
        taken = inside and not line.startswith("# titles")
        lines.append(line.removeprefix("# ").removeprefix("#") if taken else line)
        inside = inside and line not in ("# ]",) and not line.startswith("# order")
    path.write_text("\n".join(lines) + "\n")
    result = run("build", "-C", site, "--now", now, "--json")
    assert result.exit_code == 0, result.stdout
    assert json.loads(result.stdout)["sections"] == plain["sections"]


def test_edit_opens_the_editor_and_checks(run, site: Path, now: str, editor) -> None:
    """What is wrong is told with its place; yes opens the editor again, and then all is well."""
    log = editor('lead = "fery"\n', 'lead = "ferry"\n')
    result = run("edit", "weekly/1", "-C", site, "--now", now, answers="y\n")
    assert result.exit_code == 0
    assert log.read_text().splitlines() == [str(site / OVERRIDES)] * 2
    assert f"{OVERRIDES}:1:8" in result.stderr
    assert "did you mean ferry?" in result.stderr
    assert "부산항" in run("build", "-C", site, "--now", now).stdout.splitlines()[1]


def test_edit_leaves_what_nobody_wants_to_mend(run, site: Path, now: str, editor) -> None:
    """No is respected; the file stays as it was saved, and an error in it is told as partly done."""
    editor("skip = 1\n")
    assert run("edit", "-C", site, "--now", now, answers="n\n").exit_code == 5
    assert (site / OVERRIDES).read_text() == "skip = 1\n"


def test_edit_keeps_no_file_without_a_word(run, site: Path, now: str, editor) -> None:
    """Who closes the editor without a change leaves nothing behind; a file of one's own stays."""
    editor(None, None)
    result = run("edit", "-C", site, "--now", now)
    assert (result.exit_code, result.stdout.strip()) == (0, "Nothing was changed in weekly/1.")
    assert not (site / OVERRIDES).exists()
    write(site, "# mine\n")
    run("edit", "-C", site, "--now", now)
    assert (site / OVERRIDES).read_text() == "# mine\n"


def test_edit_without_an_editor(run, site: Path, now: str, editor, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is no program, a broken one, none at all: one sentence each, and exit codes."""
    editor(None, code=3)
    result = run("edit", "-C", site, "--now", now)
    assert (result.exit_code, "ended with 3" in result.stderr) == (1, True)
    for value, told in (("/no/such", "cannot be started"), ("'", "cannot read $VISUAL")):
        monkeypatch.setenv("VISUAL", value)
        result = run("edit", "-C", site, "--now", now)
        assert (result.exit_code, told in result.stderr) == (2, True)
    monkeypatch.delenv("VISUAL")
    monkeypatch.delenv("EDITOR", raising=False)
    monkeypatch.setenv("PATH", "")
    assert "there is no editor" in run("edit", "-C", site, "--now", now).stderr


def test_edit_with_nothing_new_and_what_is_sealed(run, site: Path, now: str) -> None:
    """A sealed issue is not edited; of one for which nothing is new yet the file is begun all the same."""
    run("publish", "-C", site, "--now", now, "--yes")
    result = run("edit", "weekly/1", "-C", site, "--now", now)
    assert (result.exit_code, "digest correct weekly/1" in result.stderr) == (2, True)
    said = json.loads(run("edit", "-C", site, "--now", now, "--json").stdout)
    assert (said["issue"], said["new"], said["problems"]) == ("weekly/2", True, [])
    assert Path(said["file"]).read_text().startswith("# Issue weekly/2")
    assert run("edit", "monthly", "-C", site).exit_code == 2


EVERYTHING = """\
lead = "ferry"
subject = "A subject of one's own"
preheader = "A line of one's own"
note = "A **note**."
skips = ["clocks"]
"""


def test_overrides_hold_in_every_command(run, site: Path, now: str) -> None:
    """Build, test, publish: the same issue, as the editor wants it; and the seal keeps it."""
    write(site, EVERYTHING)
    built = json.loads(run("build", "-C", site, "--now", now, "--json").stdout)
    assert (built["subject"], built["lead"]["key"]) == ("A subject of one's own", "articles/ferry.md:ko")
    sent = json.loads(run("test", "-C", site, "--now", now, "--to", "a@example.org", "--json").stdout)
    assert b"A subject of one's own" in Path(sent["file"]).read_bytes()
    published = json.loads(run("publish", "-C", site, "--now", now, "--yes", "--json").stdout)
    assert (published["subject"], published["sections"]) == (built["subject"], built["sections"])
    record = json.loads((site / "archive/weekly/1/issue.json").read_text())
    assert (record["note"], [each["key"] for each in record["passed"]]) == (
        "A **note**.",
        ["articles/clocks.md:en"],
    )
    assert run("build", "-C", site, "--now", "2026-02-02T09:00:00+08:00").exit_code == 4


def test_overrides_hold_at_the_slot(run, site: Path) -> None:
    """`run` publishes as the editor wants it; what is skipped until the next issue comes there."""
    with (site / "config.toml").open("a") as file:
        file.write('\n[editions.schedule]\nday = "monday"\ntime = "09:00"\n')
    write(site, 'skips = [{ entry = "clocks", until = "next" }]\n')
    assert run("run", "--once", "-C", site, "--now", "2026-01-26T09:00:30+08:00").exit_code == 0
    assert run("run", "--once", "-C", site, "--now", "2026-02-02T09:00:30+08:00").exit_code == 0
    second = json.loads((site / "archive/weekly/2/issue.json").read_text())
    items = [second["lead"], *(item for section in second["sections"] for item in section["items"])]
    assert [each["entry"]["key"] for each in items if each] == ["articles/clocks.md:en"]


@pytest.mark.parametrize("text", ['skip = ["clocks"]\n', 'skips = ["clocks"\n', 'skips = ["klocks"]\n'])
def test_publish_refuses_a_lost_word(run, site: Path, now: str, text: str) -> None:
    """An error in the overrides stops the seal (exit 3): what went out cannot be taken back."""
    write(site, text)
    assert run("build", "-C", site, "--now", now).exit_code == 5
    result = run("publish", "-C", site, "--now", now, "--yes")
    assert result.exit_code == 3
    assert f"{OVERRIDES}:1:" in result.stderr
    assert not (site / "archive").exists()


def test_publish_goes_on_without_a_wish_that_came_to_nothing(run, site: Path, now: str) -> None:
    """A warning stops nothing: the composer's choice stands where the editor's means nothing."""
    write(site, 'lead = "fery"\norder = ["teas"]\n')
    result = run("publish", "-C", site, "--now", now, "--yes")
    assert result.exit_code == 0
    assert "there is no entry fery" in result.stderr
