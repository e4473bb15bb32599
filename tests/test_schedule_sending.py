"""`send = true`: the issue of a slot goes out once, what was put off goes on, and nothing is said twice."""

from __future__ import annotations

import os
import signal
import sqlite3
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from digest import press
from digest.model.people import Consent, ConsentAction
from digest.press import Site, subscribers
from digest.schedule.forever import run_forever
from digest.schedule.once import run_once
from digest.schedule.sending import send_due
from tests.servers.smtp import Answer, MailServer, Session

pytestmark = pytest.mark.network

NOW = datetime(2026, 1, 26, 9, 0, 30, tzinfo=ZoneInfo("Asia/Taipei"))
NAMES = ("ann", "bob", "eve")
FOLDER = '[delivery]\ntransport = "folder"\n'


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [each for each in os.environ if each.startswith("DIGEST_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def make(site: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """A site that is due on Mondays at nine, with three readers; its mail goes to a server or a folder."""

    def made(server: MailServer | None = None, *, send: bool = True) -> Path:
        with (site / "config.toml").open("a") as config:
            config.write('[editions.schedule]\nday = "monday"\ntime = "09:00"\n')
            config.write(f"send = {str(send).lower()}\n\n")
            config.write("[delivery]\nconnections = 1\ntimeout_seconds = 2\n" if server else FOLDER)
        if server:
            for name, value in (("HOST", "127.0.0.1"), ("PORT", str(server.port)), ("TLS", "none")):
                monkeypatch.setenv(f"DIGEST_SMTP_{name}", value)
        with subscribers.people_of(Site.load(site)) as people:
            for name in NAMES:
                consents = [
                    Consent(action=each, source="form", text="v1", at=NOW)
                    for each in (ConsentAction.ASKED, ConsentAction.CONFIRMED)
                ]
                asked = people.ask("weekly", f"{name}@readers.example", consents[0])
                people.confirm(asked.subscriber.id, consents[1])
        return site

    return made


def due(root: Path, now: datetime = NOW) -> list[str]:
    """What one look for something to send says."""
    said: list[str] = []
    send_due(Site.load(root), now, said.append)
    return said


def mails(root: Path) -> int:
    return len(list((root / "var/mail").glob("*.eml")))


def put_forward(root: Path) -> None:
    """Let what was put off be due."""
    with sqlite3.connect(root / "var/outbox.db") as database:
        database.execute("UPDATE deliveries SET next_at = 1 WHERE state = 'deferred'")
    database.close()


def test_run_publishes_sends_and_stays_quiet(make: Callable[..., Path]) -> None:
    """The running schedule makes the issue, sends it, and over more looks neither sends nor says more."""
    root = make()
    said: list[str] = []
    ticks = [0]

    def clock() -> datetime:
        ticks[0] += 1
        return NOW + timedelta(seconds=min(ticks[0], 600) / 10)

    def watch() -> None:
        deadline = time.monotonic() + 20
        while not any("3 sent" in line for line in said) and time.monotonic() < deadline:
            time.sleep(0.01)
        seen = ticks[0]
        while ticks[0] < seen + 20 and time.monotonic() < deadline:
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGTERM)

    watcher = threading.Thread(target=watch)
    watcher.start()
    run_forever(Site.load(root), say=said.append, clock=clock, tick=timedelta(seconds=0.2))
    watcher.join()
    assert [line for line in said if line.startswith("weekly/1")] == [
        "weekly/1: sending to 3 by files in var/mail",
        "weekly/1: 3 sent",
    ]
    assert sum("is published" in line for line in said) == 1
    assert mails(root) == 3


def test_a_slots_issue_is_sent_once(make: Callable[..., Path]) -> None:
    """The second look has nothing to say."""
    root = make()
    run_once(Site.load(root), NOW)
    assert due(root) == ["weekly/1: sending to 3 by files in var/mail", "weekly/1: 3 sent"]
    assert due(root) == due(root, NOW + timedelta(hours=3)) == []
    assert mails(root) == 3


def test_without_send_nothing_leaves(make: Callable[..., Path]) -> None:
    """An editor who did not ask for it sends by hand."""
    root = make(send=False)
    run_once(Site.load(root), NOW)
    assert due(root) == []
    assert mails(root) == 0


def test_what_an_editor_published_by_hand_waits(make: Callable[..., Path]) -> None:
    """Before its slot came, no slot made it."""
    root = make()
    press.publish(Site.load(root), now=NOW - timedelta(days=2))
    assert due(root, NOW - timedelta(days=2)) == []
    assert mails(root) == 0


def test_an_issue_from_a_slot_long_ago_does_not_begin_by_itself(make: Callable[..., Path]) -> None:
    """After a restored backup nobody gets last week's issue unasked."""
    root = make()
    run_once(Site.load(root), NOW)
    assert due(root, NOW + timedelta(hours=25)) == []
    assert mails(root) == 0
    assert len(due(root, NOW + timedelta(hours=23))) == 2


def test_what_was_put_off_goes_on_when_it_is_due(make: Callable[..., Path]) -> None:
    """Not before, also after max_lateness, and only to whom it is still owed."""
    refusing = [True]

    def script(_: Session, step: str, text: str) -> Answer:
        return "451 4.3.0 later" if step == "RCPT" and "bob" in text and refusing[0] else None

    with MailServer(script) as server:
        root = make(server)
        run_once(Site.load(root), NOW)
        assert due(root)[1] == "weekly/1: 2 sent, 1 left"
        assert due(root) == []
        refusing[0] = False
        put_forward(root)
        later = NOW + timedelta(days=2)
        assert due(root, later) == [f"weekly/1: sending to 1 by 127.0.0.1:{server.port}", "weekly/1: 1 sent"]
        assert due(root, later) == []
    assert [server.counts[f"{name}@readers.example"] for name in NAMES] == [1, 1, 1]


def test_a_paused_issue_waits_for_an_editor(make: Callable[..., Path]) -> None:
    """It says why and what to do, once, and asks the server no more."""

    def script(_: Session, step: str, __: str) -> Answer:
        return "550 5.7.1 relaying denied" if step == "RCPT" else None

    with MailServer(script) as server:
        root = make(server)
        run_once(Site.load(root), NOW)
        (_, line) = due(root)
        assert "PAUSED: " in line
        assert "digest send weekly/1 --resume" in line
        sessions = len(server.sessions)
        assert due(root) == []
        assert len(server.sessions) == sessions


def test_a_server_that_is_away_is_tried_again(
    make: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told with the reason; when the server is back, all are sent, once."""
    with MailServer() as server:
        root = make(server)
    run_once(Site.load(root), NOW)
    assert "nothing answers" in due(root)[-1]
    with MailServer() as server:
        monkeypatch.setenv("DIGEST_SMTP_PORT", str(server.port))
        assert due(root)[-1] == "weekly/1: 3 sent"
    assert set(server.counts.values()) == {1}


def test_who_died_in_the_middle_is_gone_on_with(make: Callable[..., Path]) -> None:
    """What was in flight is sent again by the next look, as on_uncertain says."""
    root = make()
    run_once(Site.load(root), NOW)
    due(root)
    with sqlite3.connect(root / "var/outbox.db") as database:
        database.execute("UPDATE deliveries SET state = 'inflight' WHERE subscriber = 2")
        database.execute("UPDATE issues SET ended_at = NULL")
    database.close()
    assert due(root) == ["weekly/1: sending to 1 by files in var/mail", "weekly/1: 1 sent"]
    assert mails(root) == 3  # under the same Message-ID: the same file
