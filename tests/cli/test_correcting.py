"""`correct` and `retract`: beside the seal, on page and in feeds, never in the mail."""

import json
from pathlib import Path

import pytest

from digest.cli import console
from digest.store.outbox_file import sole_sender

LATER = "2026-01-28T12:00:00+08:00"
NEXT = "2026-02-02T09:00:00+08:00"


@pytest.fixture
def published(issued) -> Path:
    """A site with one sealed issue."""
    return issued()


def correct(run, site: Path, *words: str, text: str = "It was *not* the telegraph."):
    return run("correct", "weekly/1", "-C", site, "--now", LATER, "--text", text, *words)


def retract(run, site: Path, *words: str):
    return run("retract", "weekly/1", "-C", site, "--now", LATER, "--reason", "A *grave* error.", *words)


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def page(site: Path, name: str = "weekly/1") -> str:
    return (site / "public" / name / "index.html").read_text()


def feed(site: Path, name: str) -> dict[str, dict]:
    items = json.loads((site / "public/feeds" / f"{name}.json").read_text())["items"]
    return {each["title"].partition(" · ")[0]: each for each in items}


def test_a_correction_stands_beside_the_seal(run, published: Path) -> None:
    """The sealed folder keeps every byte, verify knows the correction, page and feed show it, dated."""
    before = tree(published / "archive/weekly/1")
    result = correct(run, published)
    assert result.exit_code == 0
    assert tree(published / "archive/weekly/1") == before
    assert (published / "archive/weekly/1.notices/0001.json").is_file()
    verified = run("archive", "verify", "-C", published)
    assert (verified.exit_code, verified.stdout.strip()) == (0, "1 issue as sealed.")
    assert "1 correction" in run("archive", "list", "-C", published).stdout
    assert "更正，2026 年 1 月 28 日" in page(published)
    assert "<em>not</em> the telegraph" in page(published)
    (item,) = feed(published, "issues").values()
    assert "2026-01-28T12:00:00" in item["date_modified"]
    assert "<em>not</em> the telegraph" in item["content_html"]
    assert "2026-01-26T09:00:00" in item["date_published"]


def test_a_correction_of_an_entry(run, published: Path) -> None:
    """It stands on the entry's page in the entry's language, on the issue's with its title, in the feed."""
    assert correct(run, published, "--entry", "articles/clocks.md").exit_code == 0
    path = next(each for each in (published / "public").rglob("index.html") if "clocks" in str(each.parent))
    assert "Correction, 28 January 2026" in path.read_text()
    assert "How clocks learned to agree" in page(published).partition("<main")[2].partition("</aside>")[0]
    items = feed(published, "entries")
    assert "2026-01-28" in items["How clocks learned to agree"]["date_modified"]
    others = [each for title, each in items.items() if not title.startswith("How clocks")]
    assert all("2026-01-26" in each["date_modified"] for each in others)


def test_corrections_in_korean(run, published: Path) -> None:
    """The label is in the reader's language."""
    correct(run, published, "--entry", "ferry")
    path = next(each for each in (published / "public").rglob("index.html") if "ferry" in str(each.parent))
    assert "정정, 2026년 1월 28일" in path.read_text()


def test_corrections_are_sanitised_and_added(run, published: Path) -> None:
    """Nothing in it can do harm; each is kept, in order; the same words twice are one."""
    correct(run, published, text="One <script>alert(1)</script>[x](javascript:alert(1))")
    correct(run, published, text="Two")
    again = json.loads(correct(run, published, "--json", text="Two").stdout)
    assert (again["changed"], again["file"]) == (False, None)
    said = page(published)
    assert "<script>alert" not in said
    assert 'href="javascript:' not in said
    assert said.index("One") < said.index(">Two<")
    names = sorted(each.name for each in (published / "archive/weekly/1.notices").iterdir())
    assert names == ["0001.json", "0002.json"]


def test_a_correction_survives_the_next_issue_and_a_fresh_clone(run, published: Path) -> None:
    """Pages are made of archive and notices: nothing of them is in the database or the old pages."""
    correct(run, published)
    for name in ("var", "public"):
        for path in sorted((published / name).rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
    assert run("archive", "build", "-C", published).exit_code == 0
    assert "更正" in page(published)


@pytest.mark.parametrize("how", ["changed", "missing", "swapped", "foreign", "moved", "broken"])
def test_verify_finds_what_happened_to_corrections(run, published: Path, how: str) -> None:
    """One changed letter, a gap, another order, a stranger's file: each is told, by its file."""
    correct(run, published, text="One")
    correct(run, published, text="Two")
    folder = published / "archive/weekly/1.notices"
    first, second = folder / "0001.json", folder / "0002.json"
    if how == "changed":
        second.write_text(second.read_text().replace("Two", "Too"))
    elif how == "missing":
        first.unlink()
    elif how == "swapped":
        one, two = first.read_bytes(), second.read_bytes()
        first.write_bytes(two)
        second.write_bytes(one)
    elif how == "foreign":
        (folder / "note.txt").write_text("x")
    elif how == "moved":
        folder.rename(folder.with_name("7.notices"))
    else:
        second.write_text("{}")
    result = run("archive", "verify", "-C", published)
    assert result.exit_code == 1
    assert "archive-notice" in result.stderr


def test_corrections_of_wrong_things(run, published: Path, tmp_path: Path) -> None:
    """One sentence and exit 2 for what is not there or not sealed."""
    near = correct(run, published, "--entry", "articles/clockz.md")
    assert (near.exit_code, "did you mean articles/clocks.md" in near.stderr) == (2, True)
    assert correct(run, published, text="  ").exit_code == 2
    assert run("correct", "weekly/1", "-C", published).exit_code == 2
    assert run("correct", "weekly", "-C", published, "--text", "x").exit_code == 2
    assert run("correct", "weekly/7", "-C", published, "--text", "x").exit_code == 2
    assert correct(run, published, "--file", str(tmp_path / "x")).exit_code == 2
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff")
    assert run("correct", "1", "-C", published, "--file", binary).exit_code == 2
    assert not (published / "archive/weekly/1.notices").exists()


def test_a_correction_from_a_file_and_from_the_editor(
    run, published: Path, tmp_path: Path, monkeypatch
) -> None:
    """--file reads it; on a terminal the editor is opened, and closed without a word it stops."""
    path = tmp_path / "words.md"
    path.write_text("From a file.")
    assert run("correct", "1", "-C", published, "--file", path).exit_code == 0
    monkeypatch.setattr(console.Terminal, "interactive", True)
    monkeypatch.setenv("VISUAL", "true")
    assert run("correct", "1", "-C", published).exit_code == 2
    monkeypatch.setenv("VISUAL", "sed -i '1s/^/By hand./'")
    assert run("correct", "1", "-C", published).exit_code == 0
    assert "By hand." in page(published)
    assert "Close the editor" not in page(published)


def test_retracted(run, published: Path) -> None:
    """Its page says when and why and no more, the address stays; feeds and lists have it no longer."""
    before = tree(published / "archive/weekly/1")
    result = retract(run, published, "--yes")
    assert (result.exit_code, "its entries come again" in result.stdout) == (0, True)
    (listed,) = json.loads(run("archive", "list", "-C", published, "--json").stdout)["issues"]
    assert [each["kind"] for each in listed["notices"]] == ["retraction"]
    assert "withdrawn" in run("archive", "list", "-C", published).stdout
    assert "撤回，2026 年 1 月 28 日" in page(published)
    assert "<em>grave</em>" in page(published)
    assert "茶樹為什麼" not in page(published)
    assert feed(published, "issues") == feed(published, "entries") == {}
    clocks = next(each for each in (published / "public").rglob("index.html") if "clocks" in str(each.parent))
    assert "Withdrawn, 28 January 2026" in clocks.read_text()
    assert "Railways" not in clocks.read_text()
    assert tree(published / "archive/weekly/1") == before
    assert run("archive", "verify", "-C", published).exit_code == 0


def test_an_unsent_issue_releases_its_entries(run, published: Path) -> None:
    """The next number has them, its page and feeds too; the database agrees, and a fresh clone as well."""
    retract(run, published, "--yes")
    said = json.loads(run("publish", "-C", published, "--now", LATER, "--yes", "--json").stdout)
    assert said["issue"] == "weekly/2"
    assert {each["title"] for each in feed(published, "entries").values()} >= {"How clocks learned to agree"}
    clocks = next(each for each in (published / "public").rglob("index.html") if "clocks" in str(each.parent))
    assert "Railways" in clocks.read_text()
    (published / "var/digest.db").unlink()
    assert run("build", "-C", published, "--now", NEXT).exit_code == 4
    assert run("archive", "build", "-C", published).exit_code == 0
    assert run("archive", "verify", "-C", published).exit_code == 0
    assert "撤回" in page(published)


@pytest.fixture
def read(run, site: Path, now: str) -> Path:
    """A site with two readers, one sealed issue, and mail that becomes files."""
    config = site / "config.toml"
    config.write_text(config.read_text() + '\n[delivery]\ntransport = "folder"\n')
    for each in ("a@example.org", "b@example.org"):
        assert run("subscribers", "add", each, "--confirmed", "-C", site, "--now", now).exit_code == 0
    assert run("publish", "-C", site, "--now", now, "--yes").exit_code == 0
    return site


def test_a_sent_issue_keeps_its_entries(run, read: Path) -> None:
    """What one reader has got is out: it is withdrawn, nothing of it comes again, the other gets none."""
    sent = run("send", "weekly/1", "-C", read, "--yes", "--limit", "1")
    assert sent.exit_code == 5, sent.stderr
    assert "it was sent" in retract(run, read, "--yes").stdout
    assert run("build", "-C", read, "--now", NEXT).exit_code == 4
    refused = run("send", "weekly/1", "-C", read, "--yes")
    assert refused.exit_code == 3
    assert "withdrawn" in refused.stderr
    assert len(list((read / "var/mail").rglob("*.eml"))) == 1


def test_an_issue_withdrawn_before_it_was_sent_is_owed_to_nobody(run, read: Path) -> None:
    """Its entries are free, `send` refuses it and takes the next one, which has them."""
    assert "its entries come again" in retract(run, read, "--yes").stdout
    assert run("send", "weekly/1", "-C", read, "--yes").exit_code == 3
    assert run("publish", "-C", read, "--now", NEXT, "--yes").exit_code == 0
    assert run("send", "-C", read, "--yes").exit_code == 0
    assert len(list((read / "var/mail").rglob("*.eml"))) == 2


def test_an_issue_of_which_nothing_left_is_not_sent(run, read: Path) -> None:
    """A sender that began and reached no server has sent nothing: its entries are free."""
    config = read / "config.toml"
    config.write_text(config.read_text().replace('transport = "folder"', "timeout_seconds = 2"))
    nowhere = {"DIGEST_SMTP_HOST": "127.0.0.1", "DIGEST_SMTP_PORT": "1", "DIGEST_SMTP_TLS": "none"}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in nowhere.items():
            patch.setenv(name, value)
        assert run("send", "-C", read, "--yes").exit_code == 1
    assert "its entries come again" in retract(run, read, "--yes").stdout


def test_an_issue_that_was_published_elsewhere_counts_as_sent(run, published: Path) -> None:
    """Without the outbox that knows, its readers may have it."""
    for each in (published / "var").glob("outbox*"):
        each.unlink()
    assert "it was sent" in retract(run, published, "--yes").stdout
    assert run("build", "-C", published, "--now", NEXT).exit_code == 4


def test_nothing_is_withdrawn_while_it_is_sent(run, read: Path) -> None:
    """The sender is stopped first; then nobody is between."""
    with sole_sender(read / "var/outbox.db"):
        refused = retract(run, read, "--yes")
    assert refused.exit_code == 1
    assert "stop the sender" in refused.stderr
    assert not (read / "archive/weekly/1.notices").exists()


def test_retracting_wants_a_reason_and_a_yes(run, published: Path, monkeypatch) -> None:
    """Without a terminal --yes is needed, with one the answer counts; twice is once."""
    assert run("retract", "1", "-C", published, "--yes").exit_code == 2
    assert retract(run, published).exit_code == 2
    assert run("retract", "7", "-C", published, "--reason", "x", "--yes").exit_code == 2
    monkeypatch.setattr(console.Terminal, "interactive", True)
    words = ("retract", "1", "-C", published, "--reason", "x")
    assert run(*words, answers="n\n").exit_code == 3
    assert not (published / "archive/weekly/1.notices").exists()
    assert run(*words, answers="y\n").exit_code == 0
    assert "was withdrawn already" in run(*words, answers="y\n").stdout
    assert correct(run, published).exit_code == 2


def test_why_tells_what_was_said_since(run, published: Path) -> None:
    """A correction of the entry and the withdrawal of its issue belong to its story; another's do not."""
    assert correct(run, published, "--entry", "articles/clocks.md").exit_code == 0
    retract(run, published, "--yes")
    told = run("why", "articles/clocks.md", "-C", published, "--now", NEXT).stdout
    assert "2026-01-28 corrected: It was *not* the telegraph." in told
    assert "2026-01-28 withdrawn, and free again: A *grave* error." in told
    assert "corrected" not in run("why", "articles/tea.md", "-C", published, "--now", NEXT).stdout
