"""`init` makes a site that builds at once and loses nothing; `new` makes a file and overwrites none."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import frontmatter
import pytest

from digest import config
from digest.cli import console
from digest.cli.skeleton import local_zone


@pytest.mark.parametrize("language", ["en", "zh-Hant-TW", "ko"])
def test_new_site_builds_at_once(run, now: str, language: str) -> None:
    """A site fresh from init collects without a finding and builds an issue, in each language."""
    assert run("init", "letter", "--language", language, "--now", now).exit_code == 0
    collected = json.loads(run("collect", "-C", "letter", "--json").stdout)
    assert collected["problems"] == []
    assert {each["type"] for each in collected["entries"]} == {"article", "profile"}
    built = run("build", "-C", "letter", "--now", now, "--json")
    assert built.exit_code == 0
    assert json.loads(built.stdout)["issue"] == "weekly/1"


def test_new_site_publishes_and_tests(run, now: str) -> None:
    """The first issue can be sealed and a test mail written, as the README promises."""
    run("init", "letter", "--now", now)
    assert run("publish", "-C", "letter", "--now", now, "--yes").exit_code == 0
    tested = run("test", "-C", "letter", "--to", "you@example.org", "--now", now, "--json")
    assert tested.exit_code == 0
    assert Path(json.loads(tested.stdout)["file"]).read_bytes().startswith(b"From: ")


def test_init_in_this_folder(run, tmp_path: Path) -> None:
    """Without a folder the site is made here, and a fresh git checkout counts as empty."""
    (tmp_path / ".git").mkdir()
    result = run("init", "--json")
    assert "config.toml" in json.loads(result.stdout)["made"]
    assert run("collect").exit_code == 0


def test_options_reach_the_config(run) -> None:
    """Each question has an option, and any text survives as TOML."""
    title = 'Tom\'s "weekly" \\ 週刊'
    result = run(
        "init", "x", "--title", title, "--url", "https://a.example/news", "--language", "ko",
        "--timezone", "Asia/Seoul", "--sender", "Tom <tom@a.example>",
    )  # fmt: skip
    assert result.exit_code == 0
    made = config.load(Path("x/config.toml"))
    assert made.site.title == made.editions[0].title == title
    assert made.site.base_url == "https://a.example/news"
    assert made.site.timezone == "Asia/Seoul"
    assert made.editions[0].sender == "Tom <tom@a.example>"


@pytest.mark.parametrize(
    "option", [("--url", "not an address"), ("--timezone", "Asia/Taipeh"), ("--title", "two\nlines")]
)
def test_wrong_answer_makes_nothing(run, option: tuple[str, str]) -> None:
    """An answer that config.toml cannot hold is refused before anything is written."""
    assert run("init", "x", *option).exit_code == 2
    assert not Path("x").exists()


def test_full_folder_is_refused(run, tmp_path: Path) -> None:
    """A folder with files is left alone; with --force what is there stays as it is."""
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "config.toml").write_text("mine")
    (tmp_path / "x" / "notes.txt").write_text("mine too")
    assert run("init", "x").exit_code == 2
    assert sorted(each.name for each in (tmp_path / "x").iterdir()) == ["config.toml", "notes.txt"]
    result = run("init", "x", "--force")
    assert result.exit_code == 0
    assert "Left as they were:\n  config.toml" in result.stderr
    assert (tmp_path / "x" / "config.toml").read_text() == "mine"
    assert (tmp_path / "x" / "notes.txt").read_text() == "mine too"
    assert (tmp_path / "x" / "articles" / "01-hello.md").exists()


def test_file_is_no_folder(run, tmp_path: Path) -> None:
    """A file in the way is a usage error."""
    (tmp_path / "x").write_text("")
    assert run("init", "x").exit_code == 2


def test_github_workflow(run) -> None:
    """--github adds a workflow that collects, builds and verifies each change."""
    run("init", "x", "--github")
    text = Path("x/.github/workflows/digest.yml").read_text()
    for command in ("digest collect", "digest build", "digest archive verify"):
        assert command in text


def test_questions_on_a_terminal(run, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal at most five questions are asked, each with a likely answer; an option answers one."""
    asked = []

    def ask(self: console.Terminal, question: str, default: str) -> str:
        asked.append(question)
        return default

    monkeypatch.setattr(console.Terminal, "interactive", True)
    monkeypatch.setattr(console.Terminal, "ask", ask)
    run("init", "my-letter")
    assert len(asked) == 5
    assert config.load(Path("my-letter/config.toml")).site.title == "My Letter"
    asked.clear()
    run("init", "other", "--title", "Other", "--language", "en")
    assert len(asked) == 3


def test_local_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's zone is a name of the IANA database or nothing."""
    monkeypatch.setenv("TZ", "Asia/Seoul")
    assert local_zone() == "Asia/Seoul"
    monkeypatch.setenv("TZ", "nonsense")
    assert local_zone() == "" or "/" in local_zone()


def test_new_article(run, site: Path, now: str) -> None:
    """An article's file is dated by --now in the site's zone, its name keeps CJK, its front matter parses."""
    result = run(
        "new", "article", '標題: "A/B" 測試', "-C", site, "--now", "2026-01-25T20:00:00Z", "--tag", "科學",
        "--language", "ko", "--draft",
    )  # fmt: skip
    assert result.exit_code == 0
    path = Path(result.stdout.strip())
    assert path.parent == site / "articles"
    assert path.name.startswith("2026-01-26-標題")
    said = frontmatter.loads(path.read_text()).metadata
    assert said["title"] == '標題: "A/B" 測試'
    assert str(said["date"]).startswith("2026-01-26 04:00:00+08:00")
    assert (said["tags"], said["language"], said["draft"]) == (["科學"], "ko", True)


def test_new_profile(run, site: Path, now: str) -> None:
    """A profile goes into the folder of profiles, and is collected as one."""
    result = run("new", "profile", "鄭 地圖", "-C", site, "--now", now, "--json")
    assert json.loads(result.stdout)["origin"] == "articles/profiles/鄭-地圖.md"
    entries = json.loads(run("collect", "-C", site, "--json").stdout)["entries"]
    assert [each["type"] for each in entries if each["title"] == "鄭 地圖"] == ["profile"]


def test_new_never_overwrites(run, site: Path, now: str) -> None:
    """The same title twice is refused, and the first file stays."""
    path = Path(run("new", "article", "Once", "-C", site, "--now", now).stdout.strip())
    path.write_text("words")
    result = run("new", "article", "Once", "-C", site, "--now", now)
    assert result.exit_code == 2
    assert path.read_text() == "words"


def test_new_wants_words_and_a_source(run, site: Path) -> None:
    """A blank title, or a site without a folder for profiles, is a usage error."""
    assert run("new", "article", " \n ", "-C", site).exit_code == 2
    text = (site / "config.toml").read_text().replace('kind = "profiles"', 'kind = "articles"')
    (site / "config.toml").write_text(text)
    result = run("new", "profile", "X", "-C", site)
    assert result.exit_code == 2
    assert "no source of kind profiles" in result.stderr


@pytest.mark.parametrize("title", ["../../etc/passwd", "/", "...", "🎈", "CON", "a" * 500, "\x1b[2J"])
def test_no_title_leaves_the_folder(run, site: Path, now: str, title: str) -> None:
    """Whatever the title, the file is a Markdown file in the folder of articles."""
    result = run("new", "article", title, "-C", site, "--now", now, "--json")
    assert result.exit_code == 0
    made = site / json.loads(result.stdout)["origin"]
    assert made.parent.resolve() == (site / "articles").resolve()
    assert stat.S_ISREG(made.stat().st_mode)


@pytest.mark.parametrize("words", [("init", "full"), ("new", "article", "Full", "-C", "site")])
def test_a_full_disk_leaves_no_half_of_a_file(
    run, now: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    """Where the disk is full nothing stays of a new file, and the error says which one it was."""
    assert run("init", "site", "--now", now).exit_code == 0
    before = sorted(path for path in tmp_path.rglob("*") if path.is_file())
    real = Path.open

    def full(path: Path, mode: str = "r", *more: object, **named: object) -> object:
        file = real(path, mode, *more, **named)
        if "x" in mode and path.suffix == ".md":
            file.close()
            file = real(Path("/dev/full"), "w", **named)
        return file

    monkeypatch.setattr(Path, "open", full)
    result = run(*words)
    assert result.exit_code == 1
    assert "No space left on device" in result.stderr
    assert ".md" in result.stderr
    assert sorted(path for path in tmp_path.rglob("*") if path.is_file()) == before


def test_the_next_step_can_be_pasted(run) -> None:
    """A folder with a space in its name is quoted in the command that init proposes."""
    assert "digest -C 'my letter' preview" in run("init", "my letter").stdout
