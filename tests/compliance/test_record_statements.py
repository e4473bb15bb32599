"""The statements of research/features.md §4 about what is held of people, by their numbers."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import Result

from digest import press
from digest.errors import StoreError
from digest.model.people import ConsentAction
from digest.press import Site, sending, subscribers
from digest.press.asking import ask_back
from digest.store.bounces import Bounces
from digest.store.tables import consents
from tests.commands import invoke
from tests.press.conftest import NOW
from tests.servers.smtp import Answer, MailServer, Session

pytestmark = pytest.mark.network

ANN = "Ann.Erased@readers.example"
LIST = "email,name\nann.erased@readers.example,Ann\nbob@readers.example,Bob\n"
Run = Callable[..., Result]


@pytest.fixture
def paper(site: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A site that sent an issue to Ann, whose server named her in its refusal, and to Bob."""
    for name in [each for each in os.environ if each.startswith("DIGEST_")]:
        monkeypatch.delenv(name)

    def refuse(_: Session, step: str, said: str) -> Answer:
        gone = step == "RCPT" and "ann" in said.lower()
        return f"552 5.2.2 <{ANN}>: the mailbox of {ANN.lower()} is full" if gone else None

    with MailServer(refuse) as server:
        monkeypatch.setenv("DIGEST_SMTP_HOST", "127.0.0.1")
        monkeypatch.setenv("DIGEST_SMTP_PORT", str(server.port))
        monkeypatch.setenv("DIGEST_SMTP_TLS", "none")
        with (site / "config.toml").open("a") as config:
            config.write("\n[delivery]\nwait_minutes = 0\n")
        found = Site.load(site)
        for address in (ANN, "bob@readers.example"):
            subscribers.add(found, address, NOW, name=address[:3], topics=("time",), confirmed=True)
        press.publish(found, now=NOW)
        sending.send(found, sending.prepare(found, number=1), now=NOW)
    return found


@pytest.fixture
def run(paper: Site) -> Run:
    """Run a command on the site."""
    return lambda *words: invoke("-C", paper.root, *words)


def test_15_who_is_pending_gets_no_issue(paper: Site) -> None:
    """Not even one that is sent while they wait: they have no row in the outbox."""
    subscribers.add(paper, "cy@readers.example", NOW)
    with MailServer() as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("DIGEST_SMTP_PORT", str(server.port))
        (paper.root / "articles/more.md").write_text("---\ntitle: More\ndate: 2026-01-25\n---\n\nWords.\n")
        press.publish(paper, now=NOW.replace(month=2))
        sending.send(paper, sending.prepare(paper, number=2), now=NOW)
        assert "cy@readers.example" not in server.counts
    assert subscribers.story(paper, "cy@readers.example").subscriptions[0].deliveries == ()


@pytest.mark.parametrize("change", [sa.update(consents).values(source="x"), sa.delete(consents)])
def test_16_consents_are_append_only(paper: Site, change: sa.Executable) -> None:
    """The database itself refuses to change or delete one."""
    with (
        paper.store() as store,
        pytest.raises(StoreError, match="only ever added"),
        store._writing() as connection,
    ):
        connection.execute(change)


def test_18_everything_that_is_held_of_one_person(paper: Site, run: Run, tmp_path: Path) -> None:
    """As JSON: subscription, consents, each issue and what became of it, what came back, what was asked."""
    with paper.store() as store:
        (ann,) = subscribers.story(paper, ANN).subscriptions
        ask_back(paper, store, ann.subscriber, NOW)
    found = json.loads(run("subscribers", "export", "--address", ANN.upper()).stdout)
    (one,) = found["subscriptions"]
    assert (one["address"], one["name"], one["topics"], one["state"]) == (ANN, "Ann", ["time"], "active")
    assert [each["action"] for each in one["consents"]] == ["vouched"]
    (log,) = one["deliveries"]
    assert (log["edition"], log["number"], log["state"]) == ("weekly", 1, "failed")
    assert [(each["kind"], each["reason"]) for each in one["returned"]] == [("soft", "full")]
    assert [each["edition"] for each in found["asked"]] == ["weekly"]
    file = tmp_path / "ann.json"
    assert str(file) in run("subscribers", "export", "--address", ANN.upper(), str(file)).stdout
    assert json.loads(file.read_text()) == found
    assert (file.stat().st_mode & 0o777) == 0o600
    assert "bob" not in file.read_text()
    assert run("subscribers", "export", "--address", "nobody@x.example").exit_code == 2


def traces(root: Path) -> list[str]:
    """The files below var/ whose bytes hold Ann's address, in capitals or not."""
    files = [each for each in (root / "var").rglob("*") if each.is_file()]
    return [each.name for each in files if b"ann.erased" in each.read_bytes().lower()]


def test_19_erasing_leaves_a_hash_and_no_byte(
    paper: Site, run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    """No file of databases and logs has the address, in free pages either; no import brings it back."""
    with paper.store() as store:
        (ann,) = subscribers.story(paper, ANN).subscriptions
        ask_back(paper, store, ann.subscriber, NOW)
        raw = f"To: b@in.scratch.example\n\n<{ANN}>: user unknown\n".encode()
        assert Bounces(store).keep(raw, "file", NOW)
        # Pages that were written often, and are free by now.
        for number in range(60):
            subscribers.add(paper, f"{number}.{ANN}", NOW, confirmed=True)
    for number in range(60):
        if number % 3:
            subscribers.erase(paper, f"{number}.{ANN}", NOW)
    assert traces(paper.root)
    for number in range(0, 60, 3):
        subscribers.erase(paper, f"{number}.{ANN}", NOW)
    assert traces(paper.root)
    done = run("subscribers", "erase", ANN.lower(), "--yes")
    assert "1 subscription" in done.stdout
    assert traces(paper.root) == []
    assert ANN.lower() not in caplog.text.lower()
    (paper.root / "people.csv").write_text(LIST)
    told = json.loads(
        run("--json", "subscribers", "import", str(paper.root / "people.csv"), "--confirmed").stdout
    )
    assert told["became"]["kept_out"] == 1
    assert traces(paper.root) == []
    assert subscribers.story(paper, ANN).suppressed is not None
    assert subscribers.story(paper, ANN).subscriptions == ()


def test_19_what_is_in_use_is_said(paper: Site, run: Run) -> None:
    """Where another process reads, the log cannot be cut: the command says what to do, and then it works."""
    reader = sqlite3.connect(paper.root / "var/digest.db", isolation_level=None)
    with closing(reader):
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM subscribers").fetchone()
        subscribers.add(paper, "eve@readers.example", NOW)
        done = run("subscribers", "erase", ANN, "--yes")
        assert "erase again" in done.stderr
    assert "erase again" not in run("subscribers", "erase", ANN, "--yes").stderr
    assert traces(paper.root) == []


def test_19_what_was_agreed_to_is_kept_without_a_name(paper: Site) -> None:
    """The record of consents outlives the person: it says what was done, and names nobody."""
    (ann,) = subscribers.story(paper, ANN).subscriptions
    assert subscribers.erase(paper, ANN, NOW).subscriptions == 1
    with subscribers.people_of(paper) as people:
        kept = people.consents(ann.subscriber.id)
    assert [each.action for each in kept] == [ConsentAction.VOUCHED, ConsentAction.ERASED]
    assert "@" not in repr(kept)
