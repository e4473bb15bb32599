"""The statements of research/features.md §4 about sending, by their numbers."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from digest import press
from digest.errors import GateError
from digest.model.people import ReturnKind, SuppressionReason
from digest.press import Site, sending, subscribers
from digest.store.bounces import Bounces, Return
from digest.store.outbox import Outbox
from tests.press.conftest import LATER, NOW
from tests.press.test_sending import join, leave, send


@pytest.fixture
def paper(site: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A site whose mail is written to a folder."""
    for name in [each for each in os.environ if each.startswith("DIGEST_")]:
        monkeypatch.delenv(name)
    with (site / "config.toml").open("a") as config:
        config.write('\n[delivery]\ntransport = "folder"\n')
    return Site.load(site)


def test_09_who_left_after_the_approval_gets_nothing(paper: Site) -> None:
    """Suppression is checked when a message is claimed: after publishing, and after a first run."""
    numbers = join(paper, "ann", "bob", "eve", "dan")
    press.publish(paper, now=NOW)
    leave(paper, numbers[1])
    assert send(paper, limit=1).snapshot.sent == 1
    leave(paper, numbers[2])
    with subscribers.people_of(paper) as people:
        people.suppress("dan@readers.example", SuppressionReason.COMPLAINT, NOW)
    assert send(paper).snapshot.sent == 0
    mails = [each.read_bytes() for each in (paper.root / "var/mail").glob("*.eml")]
    assert len(mails) == 1
    assert b"\r\nTo: ann@readers.example\r\n" in mails[0]


@pytest.mark.parametrize(
    ("sent", "complaints", "held"), [(5, 2, False), (5, 3, True), (1200, 3, True), (1201, 3, False)]
)
def test_13_complaints_hold_the_next_issue(paper: Site, sent: int, complaints: int, held: bool) -> None:
    """Before 0.3 %, at 0.25 % and three at least, the next issue waits for an editor."""
    numbers = join(paper, *(f"r{number}" for number in range(5)))
    press.publish(paper, now=NOW)
    send(paper)
    with Outbox.open(paper.root / "var/outbox.db") as outbox:
        issue = outbox.issue("weekly", 1)
        assert issue
        outbox.fan_out("weekly", 1, range(1000, 1000 + sent - len(numbers)), NOW)
        outbox._database.execute("UPDATE deliveries SET state = 'sent' WHERE state = 'pending'")
    (paper.root / "articles/new.md").write_text("---\ntitle: New\ndate: 2026-01-30\n---\n\nWords.\n")
    press.publish(paper, now=LATER)
    with paper.store() as store:
        for number in numbers[:complaints]:
            Bounces(store).record(
                Return(subscriber=number, issue=1, kind=ReturnKind.COMPLAINT, edition="weekly", at=LATER)
            )
    if not held:
        assert sending.prepare(paper).name == "weekly/2"
        return
    with pytest.raises(GateError, match="spam"):
        sending.prepare(paper)


def test_14_from_is_no_free_mail_domain(paper: Site) -> None:
    """Such mail cannot align with DMARC unless its own servers send it."""
    join(paper, "ann")
    path = paper.root / "config.toml"
    text = path.read_text().replace("weekly@scratch.example", "weekly@gmail.com")
    path.write_text(text.replace('transport = "folder"', 'host = "smtp.scratch.example"'))
    site = Site.load(paper.root)
    press.publish(site, now=NOW)
    with pytest.raises(GateError, match=r"gmail\.com cannot be sent"):
        sending.prepare(site)


@pytest.mark.parametrize("address", ["", "TODO"])
def test_22_nothing_is_sealed_for_readers_without_a_postal_address(paper: Site, address: str) -> None:
    """CAN-SPAM: it could never be added to what is sealed; without readers it is for the web alone."""
    path = paper.root / "config.toml"
    path.write_text(path.read_text().replace("1 Test Road, Taipei", address))
    site = Site.load(paper.root)
    (number,) = join(site, "ann")
    with pytest.raises(GateError, match="postal address"):
        press.publish(site, now=NOW)
    assert not (site.root / "archive").exists()
    leave(site, number)
    assert press.publish(site, now=NOW).issue.id == "weekly/1"
