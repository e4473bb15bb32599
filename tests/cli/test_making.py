"""`build`, `publish`, `test`, `run` and `preview` from the command line."""

from __future__ import annotations

import email
import json
import socket
from email import policy
from pathlib import Path

import pytest

from digest.cli import console
from digest.web import preview

TO = ("--to", "you@example.org")


def test_build_writes_a_draft_and_no_record(run, site: Path, now: str) -> None:
    """The draft's files are written and named; neither archive nor database is touched."""
    result = run("build", "-C", site, "--now", now)
    assert result.exit_code == 0
    for line in result.stdout.splitlines()[-3:]:
        assert Path(line).is_file()
    assert "Nothing was published." in result.stderr
    assert not (site / "archive").exists()
    assert not (site / "var" / "digest.db").exists()


def test_build_as_json(run, site: Path, now: str, tmp_path: Path) -> None:
    """The issue is one object: id, subject, what heads it, where its files lie."""
    result = run("build", "weekly", "-C", site, "--now", now, "--json", "--out", tmp_path / "out")
    said = json.loads(result.stdout)
    assert (said["issue"], said["label"], said["folder"]) == ("weekly/1", "2026-W05", str(tmp_path / "out"))
    assert said["lead"]["origin"].startswith("articles/")
    assert {each["name"] for each in said["renditions"]} >= {"email.html", "email.txt"}
    assert result.stderr == ""


def test_build_takes_drafts_and_since(run, site: Path, now: str) -> None:
    """--drafts takes a draft in; --since reaches back further, or less far, than the edition's days."""
    (site / "articles" / "half.md").write_text(
        "---\ntitle: Half\ndate: 2026-01-24\ndraft: true\n---\nWords.\n"
    )

    def titles(*words: str) -> str:
        return run("build", "-C", site, "--now", now, *words).stdout

    assert "Half" not in titles()
    assert "Half" in titles("--drafts")
    assert "How clocks" not in titles("--since", "2026-01-22T12:00:00Z")


def test_nothing_new_is_4(run, site: Path, now: str) -> None:
    """A second issue without anything new is not made: exit 4."""
    assert run("publish", "-C", site, "--now", now, "--yes").exit_code == 0
    for command in ("build", "publish"):
        result = run(command, "-C", site, "--now", now, *(["--yes"] if command == "publish" else []))
        assert result.exit_code == 4
        assert "nothing new" in result.stderr


def test_publish_wants_a_yes(run, site: Path, now: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a terminal --yes is needed; with one the editor is asked, and no is respected with 3."""
    assert run("publish", "-C", site, "--now", now).exit_code == 2
    monkeypatch.setattr(console.Terminal, "interactive", True)
    assert run("publish", "-C", site, "--now", now, answers="n\n").exit_code == 3
    assert not (site / "archive").exists()
    result = run("publish", "-C", site, "--now", now, answers="y\n")
    assert result.exit_code == 0
    assert (site / "archive" / "weekly" / "1" / "manifest.json").is_file()
    assert (site / "public" / "weekly" / "1" / "index.html").is_file()


def test_broken_entry_is_left_out(run, site: Path, now: str) -> None:
    """An issue is published without a broken file, which is told: partly done."""
    (site / "articles" / "bad.md").write_text("---\ntitle: a: b\n---\nx\n")
    result = run("publish", "-C", site, "--now", now, "--yes", "--json")
    assert result.exit_code == 5
    said = json.loads(result.stdout)
    assert said["issue"] == "weekly/1"
    assert [each["origin"] for each in said["problems"]] == ["articles/bad.md"]
    assert len(said["seal"]) == 64


def test_broken_template_stops_with_its_line(run, site: Path, now: str) -> None:
    """A template that does not compile is an error at its line, and nothing is published."""
    shortcodes = site / "templates" / "shortcodes"
    shortcodes.mkdir(parents=True)
    (shortcodes / "youtube.html.j2").write_text("line one\n{% if %}\n")
    result = run("publish", "-C", site, "--now", now, "--yes")
    assert result.exit_code == 1
    assert "youtube.html.j2:2" in result.stderr
    assert not (site / "archive").exists()


def _message(path: str) -> email.message.EmailMessage:
    return email.message_from_bytes(Path(path).read_bytes(), policy=policy.default)


def _subject(data: bytes) -> str:
    return email.message_from_bytes(data, policy=policy.default)["Subject"]


def test_test_mail_of_a_draft(run, site: Path, now: str) -> None:
    """Before anything is sealed, the draft goes out as a file, marked [TEST], with both parts."""
    result = run("test", "-C", site, "--now", now, *TO, "--json")
    said = json.loads(result.stdout)
    message = _message(said["file"])
    assert (result.exit_code, said["sealed"], said["issue"]) == (0, False, "weekly/1")
    assert message["Subject"].startswith("[TEST] ")
    assert message["To"] == "you@example.org"
    assert {part.get_content_type() for part in message.walk()} >= {"text/plain", "text/html"}


def test_test_mail_of_what_is_sealed(run, site: Path, now: str, tmp_path: Path) -> None:
    """With nothing new it is the newest sealed issue; a number names one; --out names the folder."""
    run("publish", "-C", site, "--now", now, "--yes")
    for words in ((), ("weekly/1",), ("1",)):
        said = json.loads(run("test", *words, "-C", site, "--now", now, *TO, "--json").stdout)
        assert said["sealed"] is True
    told = run("test", "-C", site, "--now", now, *TO, "--out", tmp_path / "box")
    assert Path(told.stdout.strip()).parent == tmp_path / "box"
    assert "No SMTP server" in told.stderr


def test_test_mail_refuses_what_it_cannot(run, site: Path, now: str) -> None:
    """A wrong address and a language that no mail is made in are errors, not files."""
    refused = run("test", "-C", site, "--now", now, "--to", "not an address")
    assert (refused.exit_code, "  --to\n" in refused.stderr) == (2, True)
    unknown = run("test", "77", "-C", site, "--now", now, *TO)
    assert (unknown.exit_code, "there is no issue weekly/77" in unknown.stderr) == (2, True)
    assert "the next one is weekly/1" in unknown.stderr
    result = run("test", "-C", site, "--now", now, *TO, "--language", "fr")
    assert result.exit_code == 2
    assert "has no mail in 'fr'" in result.stderr
    assert not (site / "var" / "outbox").exists()


def test_test_mail_with_nothing_at_all(run, site: Path) -> None:
    """With nothing new and nothing sealed there is nothing to test."""
    assert run("test", "-C", site, "--now", "2020-01-01T00:00:00Z", *TO).exit_code == 4


@pytest.mark.network
def test_test_mail_over_smtp(run, site: Path, now: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that the environment names gets the message; what it said is told."""
    from aiosmtpd.controller import Controller

    class Box:
        def __init__(self) -> None:
            self.data: list[bytes] = []

        async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802 # aiosmtpd's name
            self.data.append(envelope.content)
            return "250 kept"

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setenv("DIGEST_SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("DIGEST_SMTP_PORT", str(port))
    monkeypatch.setenv("DIGEST_SMTP_TLS", "none")
    box = Box()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        result = run("test", "-C", site, "--now", now, *TO)
    finally:
        controller.stop()
    assert result.exit_code == 0
    assert "kept" in result.stdout
    assert _subject(box.data[0]).startswith("[TEST] ")
    failed = run("test", "-C", site, "--now", now, *TO)
    assert failed.exit_code == 1
    assert "  hint  " in failed.stderr


SCHEDULE = '\n[editions.schedule]\nday = "monday"\ntime = "09:00"\n'


def test_run_once(run, site: Path) -> None:
    """--once makes what is due, once; before the slot nothing; nothing new says 4."""
    path = site / "config.toml"
    assert run("run", "--once", "-C", site).exit_code == 2
    path.write_text(path.read_text() + SCHEDULE)

    def once(at: str) -> tuple[int, str]:
        result = run("run", "--once", "-C", site, "--now", at, "--json")
        return result.exit_code, json.loads(result.stdout)["outcomes"][0]["result"]

    assert once("2026-01-28T08:00:00+08:00") == (0, "not due")
    assert once("2026-01-26T09:05:00+08:00") == (0, "published")
    assert once("2026-01-26T09:06:00+08:00") == (0, "done before")
    assert once("2026-02-02T09:00:30+08:00") == (4, "nothing new")


def test_run_tells_a_failure(run, site: Path) -> None:
    """A slot whose issue could not be made is an error with its reason."""
    path = site / "config.toml"
    path.write_text(path.read_text() + SCHEDULE)
    (site / "templates" / "shortcodes").mkdir(parents=True)
    (site / "templates" / "shortcodes" / "youtube.html.j2").write_text("{% if %}")
    result = run("run", "--once", "-C", site, "--now", "2026-01-26T09:05:00+08:00")
    assert result.exit_code == 1
    assert result.stderr.startswith("error  weekly: ")
    assert "failed" not in result.stderr
    assert "youtube.html.j2" in result.stderr


def test_run_follows_the_clock(run, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without --once the scheduler runs until it is stopped, and takes no --now."""
    from digest.schedule import forever

    seen = []
    monkeypatch.setattr(forever, "run_forever", lambda given, say: seen.append(given.root))
    assert run("run", "-C", site).exit_code == 0
    assert seen == [site]
    assert run("run", "-C", site, "--now", "2026-01-26T09:05:00+08:00").exit_code == 2


def test_preview_serves(run, site: Path, now: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The preview gets the site, the time, the edition and the port, and tells its address."""
    seen = {}

    def serve(given, port, *, now, edition, say, ready) -> None:
        seen.update(port=port, edition=edition, now=now.isoformat())
        say("http://127.0.0.1:1/")
        ready("http://127.0.0.1:1/")

    monkeypatch.setattr(preview, "serve", serve)
    result = run("preview", "-C", site, "--port", "0", "--now", now, "--json")
    assert json.loads(result.stdout) == {"address": "http://127.0.0.1:1/"}
    assert seen == {"port": 0, "edition": "weekly", "now": now}
    opened = []
    monkeypatch.setattr(console.Terminal, "interactive", True)
    monkeypatch.setattr("webbrowser.open", opened.append)
    run("preview", "-C", site, "--now", now)
    run("preview", "-C", site, "--now", now, "--no-open")
    assert opened == ["http://127.0.0.1:1/"]


def test_empty_to_the_last(run, site: Path, now: str) -> None:
    """--quiet keeps to the answers: where the files lie."""
    lines = run("build", "-C", site, "--now", now, "-q").output.splitlines()
    assert [Path(line).name for line in lines] == ["email.html", "email.txt", "index.html"]


def test_publishing_without_a_postal_address_warns(run, site: Path, now: str) -> None:
    """What is sealed so can be read on the web, and never mailed: that is said at once."""
    path = site / "config.toml"
    path.write_text(path.read_text().replace("1 Test Road, Taipei", ""))
    done = run("publish", "-C", site, "--yes", "--now", now)
    assert done.exit_code == 0
    assert "for the web alone" in done.stderr
    assert "site.postal_address" in done.stderr
