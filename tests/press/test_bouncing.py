"""What comes back is kept, understood and acted on, and no hostile mail can empty a list."""

from __future__ import annotations

import asyncio
import mailbox
import os
import smtplib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digest.deliver.bounces_lmtp import listening
from digest.errors import DeliveryError, UsageError
from digest.model.people import Consent, ConsentAction, ReturnKind, SubscriberState, SuppressionReason
from digest.press import Site, bouncing
from digest.store import Store
from digest.store.bounces import Bounces
from digest.store.subscribers import Subscribers
from tests.deliver.bounced import arf, dsn, words

NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)
BOUNCES = '\n[bounces]\naddress = "b@in.scratch.example"\nmax_suppressions = 3\n'


class Office:
    """A site with its open store, people and links."""

    def __init__(self, site: Site, store: Store) -> None:
        self.site = site
        self.store = store
        self.judge = bouncing.Judge.of(site, store)
        self.bounces = Bounces(store)
        self.people: Subscribers = self.judge._people
        self.links = bouncing.site_links(site)

    def active(self, name: str = "ann") -> int:
        consent = Consent(action=ConsentAction.ASKED, source="form", at=NOW)
        number = self.people.ask("weekly", f"{name}@example.org", consent).subscriber.id
        self.people.confirm(number, Consent(action=ConsentAction.CONFIRMED, source="confirmation", at=NOW))
        return number

    def state(self, number: int) -> SubscriberState:
        return self.people.get(number).state

    def take(self, *raws: bytes, now: datetime = NOW) -> bouncing.Settled:
        """Keep mails, and do what is due."""
        self.bounces.keep_many([(raw, ()) for raw in raws], "file", now)
        return bouncing.settle(self.site, self.store, now)

    def box(self, number: int, issue: int = 14) -> str:
        return self.links.return_path(number, issue)


@pytest.fixture
def office(site: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    for name in list(os.environ):
        if name.startswith("DIGEST_") and name not in ("DIGEST_STRICT", "DIGEST_GOLDEN", "DIGEST_SOAK"):
            monkeypatch.delenv(name)
    (site / "config.toml").write_text((site / "config.toml").read_text() + BOUNCES)
    loaded = Site.load(site)
    with loaded.store() as store:
        yield Office(loaded, store)


def test_a_complaint_ends_it_at_once(office: Office) -> None:
    """Suppressed for every edition, with a line in the record of consents that names the issue."""
    number = office.active()
    done = office.take(arf(office.box(number)))
    assert (done.suppressed, done.kinds) == (1, {ReturnKind.COMPLAINT: 1})
    assert office.state(number) is SubscriberState.SUPPRESSED
    assert office.people.suppressed("ann@example.org")[0] is SuppressionReason.COMPLAINT
    last = office.people.consents(number)[-1]
    assert (last.source, last.detail) == ("arf", "weekly/14; complaint complaint")


def test_two_reports_of_two_issues(office: Office) -> None:
    """One report, or two of one issue, end nothing."""
    number = office.active()
    assert office.take(dsn(office.box(number))).suppressed == 0
    assert office.take(dsn(office.box(number), extra="\n")).suppressed == 0
    assert office.state(number) is SubscriberState.ACTIVE
    assert office.take(dsn(office.box(number, 15))).suppressed == 1
    assert office.state(number) is SubscriberState.SUPPRESSED


def test_what_a_server_replies(office: Office) -> None:
    """5.1.1 in our own dialogue ends it; a reply that blames us, or gives no reason, does not."""
    one, two = office.active("one"), office.active("two")
    assert office.judge.smtp(one, 14, 550, "5.1.1 <one@example.org> User unknown", NOW)
    assert office.state(one) is SubscriberState.SUPPRESSED
    for issue in range(9):
        assert not office.judge.smtp(two, issue, 550, "5.7.1 blocked by policy", NOW)
    assert not office.judge.smtp(two, 14, 554, "transaction failed", NOW)
    assert not office.judge.smtp(999, 14, 550, "5.1.1 User unknown", NOW)
    assert office.state(two) is SubscriberState.ACTIVE
    assert office.bounces.counts("weekly", 14)[ReturnKind.HARD] == 1


def test_mail_to_leave(office: Office) -> None:
    """Unsubscribed, not suppressed; a second one, and one of who was erased, change nothing."""
    number = office.active()
    address = office.links.unsubscribe_mailto(number, 14).removeprefix("mailto:").partition("?")[0]
    done = office.take(f"To: {address}\nSubject: unsubscribe\n\n".encode())
    assert (done.left, done.suppressed) == (1, 0)
    assert office.state(number) is SubscriberState.UNSUBSCRIBED
    assert not office.people.is_suppressed("ann@example.org")
    assert office.take(f"To: {address}\nSubject: again\n\n".encode()).left == 0
    office.people.erase("ann@example.org", NOW)
    assert office.take(f"To: {address}\nSubject: and again\n\n".encode()).left == 0
    assert office.bounces.counts("weekly", 14)[ReturnKind.LEAVING] == 1


def test_forged_mail_counts_nothing(office: Office) -> None:
    """A thousand reports with addresses of real subscribers and made up tokens suppress nobody."""
    number = office.active()
    forged = [
        dsn(
            f"b+{n:032d}@in.scratch.example".replace("0", "a")
            .replace("1", "b")
            .replace("8", "c")
            .replace("9", "d")
        )
        for n in range(1000)
    ]
    done = office.take(*forged, arf("b@in.scratch.example", original="To: ann@example.org\n\n"))
    assert done.suppressed == 0
    assert done.strangers == len(set(forged)) + 1
    assert office.state(number) is SubscriberState.ACTIVE


def test_the_cap_pauses_and_tells(office: Office) -> None:
    """Who has stolen all return paths suppresses three; then an editor must look, and decides."""
    numbers = [office.active(f"n{n}") for n in range(6)]
    done = office.take(*(arf(office.box(number)) for number in numbers))
    assert done.suppressed == 3
    assert done.paused_since == NOW
    states = [office.state(number) for number in numbers]
    assert states.count(SubscriberState.ACTIVE) == 3
    later = NOW + timedelta(days=3)
    assert office.take(arf(office.box(office.active("more"))), now=later).suppressed == 0
    assert office.judge.smtp(office.active("gone"), 14, 550, "5.1.1 User unknown", later)
    assert bouncing.held_back(office.site, later) == 4
    assert bouncing.resume(office.site, later) == (True, 4)
    assert office.bounces.paused_since() is None
    assert all(office.state(number) is SubscriberState.SUPPRESSED for number in numbers)
    assert bouncing.resume(office.site, later) == (False, 0)
    assert office.take(arf(office.box(office.active("next"))), now=later + timedelta(days=2)).suppressed == 1


def test_a_crash_loses_no_mail(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed between keeping and understanding, the next round does it; and no mail counts twice."""
    number = office.active()
    office.bounces.keep(arf(office.box(number)), "lmtp", NOW)
    with monkeypatch.context() as patch:
        patch.setattr(bouncing.Judge, "mail", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            bouncing.settle(office.site, office.store, NOW)
    assert bouncing.settle(office.site, office.store, NOW).suppressed == 1
    assert not office.bounces.keep(arf(office.box(number)), "lmtp", NOW)
    assert bouncing.settle(office.site, office.store, NOW).kinds == {}


def test_a_mail_that_is_understood_is_emptied(office: Office) -> None:
    """Nothing that it holds of people stays, but that it came."""
    office.take(words(office.box(office.active()), "<ann@example.org>: User unknown"))
    with office.store._reading() as connection:
        rows = connection.exec_driver_sql("SELECT raw, recipients, kind FROM returned_mails").all()
    assert rows == [(b"", "", "hard")]


def test_files(office: Office, tmp_path: Path) -> None:
    """.eml, mbox, Maildir and a folder of .eml: each is read, and the same mail once."""
    number = office.active()
    raws = [dsn(office.box(number, issue), "4.4.1", "smtp; timed out") for issue in range(4)]
    eml = tmp_path / "one.eml"
    eml.write_bytes(raws[0])
    box = mailbox.mbox(tmp_path / "some.mbox")
    box.add(raws[1])
    box.flush()
    box.close()
    folder = mailbox.Maildir(tmp_path / "maildir")
    folder.add(raws[2])
    emls = tmp_path / "folder"
    emls.mkdir()
    (emls / "a.eml").write_bytes(raws[3])
    (emls / "notes.pdf").write_bytes(b"not a mail")
    (emls / "empty.eml").write_bytes(b"")
    paths = [eml, tmp_path / "some.mbox", tmp_path / "maildir", emls]
    told: list[str] = []
    done = bouncing.take_in(office.site, paths, NOW, told.append)
    assert done.kept == 4
    assert done.kinds == {ReturnKind.SOFT: 4}
    assert told == [str(path) for path in paths]
    assert bouncing.take_in(office.site, paths, NOW).kept == 0
    with pytest.raises(UsageError, match="cannot be read"):
        bouncing.take_in(office.site, [tmp_path / "none"], NOW)


def _port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class _Lmtp:
    """A server in a thread of its own."""

    def __init__(self, keep, wanted) -> None:
        self.port = _port()
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(keep, wanted))

    def _run(self, keep, wanted) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(listening(f"127.0.0.1:{self.port}", keep, wanted))
        self._ready.set()
        self._loop.run_forever()
        server.close()
        self._loop.run_until_complete(asyncio.sleep(0.05))
        self._loop.close()

    def __enter__(self):
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)


@pytest.mark.network
def test_lmtp(office: Office) -> None:
    """Mail to our mailboxes is on the disk before the 250; mail to others is refused."""
    number = office.active()
    seen: list[int] = []

    def keep(raw: bytes, recipients: tuple[str, ...]) -> None:
        office.bounces.keep(raw, "lmtp", NOW, recipients)
        seen.append(len(office.bounces.waiting()))

    wanted = bouncing.mailbox_for_us(office.site)
    with _Lmtp(keep, wanted) as server, smtplib.LMTP("127.0.0.1", server.port, timeout=10) as client:
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            client.sendmail("", ["ann@example.org"], b"Subject: x\r\n\r\nx")
        client.sendmail("", [office.box(number).upper()], arf("fbl@scratch.example"))
        assert seen == [1]
        refused = client.sendmail("", [office.box(number, 3), "x@example.org"], dsn("x@example.org"))
        assert set(refused) == {"x@example.org"}
    done = bouncing.settle(office.site, office.store, NOW)
    assert (done.suppressed, done.strangers) == (1, 0)


@pytest.mark.network
def test_lmtp_says_later_where_it_cannot_keep(office: Office) -> None:
    """A full disk costs no mail: the MTA keeps it and comes again."""

    def keep(raw: bytes, recipients: tuple[str, ...]) -> None:
        raise OSError(28, "No space left on device")

    with _Lmtp(keep, lambda _: True) as server, smtplib.LMTP("127.0.0.1", server.port, timeout=10) as client:
        with pytest.raises(smtplib.SMTPDataError) as caught:
            client.sendmail("", ["b@in.scratch.example"], b"Subject: x\r\n\r\nx")
        assert caught.value.smtp_code == 451


@pytest.mark.parametrize(
    "place", ["", "8124", "192.0.2.1:8124", "0.0.0.0:8124", "127.0.0.1:x", "127.0.0.1:99999"]
)
def test_lmtp_is_for_this_machine(place: str) -> None:
    """It knows no sender and no password: it listens on loopback or nowhere."""
    with pytest.raises(DeliveryError, match="no place"):
        asyncio.run(listening(place, lambda *_: None, lambda _: True))


@pytest.mark.network
def test_listen_as_a_command(office: Office, root: Path) -> None:
    """`digest bounces listen` says where, takes a mail, acts on it, and stops when it is told to."""
    number, port = office.active(), _port()
    line = [sys.executable, "-c", "from digest.cli import main; main()", "-C", str(office.site.root)]
    process = subprocess.Popen(
        [*line, "bounces", "listen", "--at", f"127.0.0.1:{port}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | {"PYTHONPATH": str(root)},
    )
    try:
        assert "lmtp://" in process.stdout.readline()
        with smtplib.LMTP("127.0.0.1", port, timeout=10) as client:
            client.sendmail("", [office.box(number)], arf("fbl@scratch.example"))
        for _ in range(100):
            if office.state(number) is SubscriberState.SUPPRESSED:
                break
            time.sleep(0.1)
        assert office.state(number) is SubscriberState.SUPPRESSED
    finally:
        process.terminate()
        rest = process.communicate(timeout=20)[0]
    assert "Traceback" not in rest


def test_listening_needs_a_mailbox(site: Path) -> None:
    """Without [bounces] address no mail could be ours."""
    with pytest.raises(UsageError, match="no mailbox"):
        bouncing.listen(Site.load(site), "127.0.0.1:8124", print)
