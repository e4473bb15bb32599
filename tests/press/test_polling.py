"""Fetching returned mail by IMAP from Debian's dovecot: each mail once, kept before it is marked."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.config import BouncesTable
from digest.deliver import bounces_imap
from digest.errors import DeliveryError
from digest.press import Site, bouncing
from digest.store.bounces import Bounces
from tests.conftest import need
from tests.deliver.bounced import words
from tests.servers.dovecot import PASSWORD, USER, Dovecot

pytestmark = pytest.mark.network

NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    need(
        shutil.which("dovecot", path="/usr/sbin:/usr/bin"),
        "dovecot is missing: apt-get install dovecot-imapd",
    )
    with Dovecot() as server:
        yield server


@pytest.fixture
def server(dovecot: Dovecot) -> Dovecot:
    """The server with an empty folder."""
    with dovecot.client() as client:
        client.store("1:*", "+FLAGS", "\\Deleted") if int(client.select("INBOX")[1][0]) else None
        client.expunge()
    return dovecot


@pytest.fixture
def polled(site: Path, server: Dovecot, monkeypatch: pytest.MonkeyPatch):
    """A function that polls, with more keys of [bounces]."""
    monkeypatch.setenv("DIGEST_IMAP_PASSWORD", PASSWORD)
    monkeypatch.delenv("DIGEST_DATABASE_URL", raising=False)
    before = (site / "config.toml").read_text()

    def poll(more: str = "") -> bouncing.Settled:
        text = (
            f'\n[bounces]\naddress = "b@in.scratch.example"\nimap_host = "127.0.0.1"\n'
            f'imap_username = "{USER}"\n{more}\n'
        )
        if "imap_port" not in more:
            text += f"imap_port = {server.tls_port}\n"
        (site / "config.toml").write_text(before + text)
        return bouncing.poll(Site.load(site), NOW)

    return poll


def mail(number: int) -> bytes:
    return words("b@in.scratch.example", f"Mail {number}: mailbox full")


@pytest.mark.parametrize("tls", ["implicit", "starttls", "none"])
def test_each_mail_once(polled, server: Dovecot, tls: str) -> None:
    """By each way of sealing: what is new is kept and marked as read, and never taken again."""
    port = server.tls_port if tls == "implicit" else server.port
    more = f'imap_tls = "{tls}"\nimap_port = {port}'
    server.put(mail(1), mail(2))
    assert polled(more).kept == 2
    assert all("\\Seen" in flags for _, flags in server.flags())
    assert polled(more).kept == 0
    server.put(mail(3))
    assert polled(more).kept == 1


def test_mail_that_somebody_read_is_taken_too(polled, server: Dovecot) -> None:
    """It is our memory that says what is new, not a flag that any mail program sets."""
    server.put(mail(1))
    with server.client() as client:
        client.store("1", "+FLAGS", "\\Seen")
    assert polled().kept == 1


def test_deleting(polled, server: Dovecot) -> None:
    """With `imap_delete` what was kept goes, and what somebody else marked as deleted stays."""
    server.put(mail(1), mail(2), mail(3))
    with server.client() as client:
        client.store("2", "+FLAGS", "\\Deleted")
    assert polled("imap_delete = true").kept == 2
    assert [flags & {"\\Deleted"} for _, flags in server.flags()] == [{"\\Deleted"}]


def test_many(polled, server: Dovecot) -> None:
    """More than a batch of them."""
    server.put(*(mail(number) for number in range(120)))
    done = polled("imap_delete = true")
    assert done.kept == 120
    assert server.flags() == []


def test_a_mail_is_on_the_disk_before_it_is_marked(server: Dovecot, site: Path) -> None:
    """Killed while keeping, nothing is marked; killed after it, nothing is taken twice, and all is done."""
    server.put(mail(1), mail(2))
    box = bounces_imap.Mailbox(
        host="127.0.0.1", port=server.tls_port, username=USER, password=PASSWORD, delete=True
    )
    with Site.load(site).store() as store:
        bounces = Bounces(store)

        def dies(*_: object) -> int:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            bounces_imap.fetch(box, bounces.seen_uids, dies)
        assert len(server.flags()) == 2

        def keeps_and_dies(name: str, validity: int, mails: list[tuple[int, bytes]]) -> int:
            bounces.keep_from(name, validity, mails, "imap", NOW)
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            bounces_imap.fetch(box, bounces.seen_uids, keeps_and_dies)
        assert len(server.flags()) == 2
        assert len(bounces.waiting()) == 2

        def keep(name: str, validity: int, mails: list[tuple[int, bytes]]) -> int:
            return bounces.keep_from(name, validity, mails, "imap", NOW)

        assert bounces_imap.fetch(box, bounces.seen_uids, keep) == 0
        assert server.flags() == []
        other = replace(box, folder="INBOX")
        assert bounces.seen_uids(other.name, 0) == set()


def test_a_folder_that_was_made_anew(server: Dovecot, site: Path) -> None:
    """Under another UIDVALIDITY the same UIDs are other mails; the same mail still counts once."""
    with Site.load(site).store() as store:
        bounces = Bounces(store)
        assert bounces.keep_from("box", 1, [(1, mail(1)), (2, mail(2))], "imap", NOW) == 2
        assert bounces.keep_from("box", 1, [(1, mail(9))], "imap", NOW) == 0
        assert bounces.keep_from("box", 2, [(1, mail(3)), (2, mail(2))], "imap", NOW) == 1


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ('imap_folder = "None"', "cannot be fetched|no mail can be fetched"),
        ("imap_port = 1", "no mail can be fetched"),
        ('imap_tls = "implicit"\nimap_port = {plain}', "no mail can be fetched"),
    ],
)
def test_what_goes_wrong_is_said(polled, server: Dovecot, more: str, sentence: str) -> None:
    """One sentence with the server, never a traceback, and never the password."""
    with pytest.raises(DeliveryError, match=sentence) as caught:
        polled(more.replace("{plain}", str(server.port)))
    assert PASSWORD not in str(vars(caught.value))


def test_a_wrong_password(polled, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not repeated in the error."""
    monkeypatch.setenv("DIGEST_IMAP_PASSWORD", "wrong one")
    with pytest.raises(DeliveryError, match="no mail can be fetched") as caught:
        polled()
    assert "DIGEST_IMAP_PASSWORD" in caught.value.hint
    assert "wrong one" not in caught.value.sentence


def test_settings(tmp_path: Path) -> None:
    """No server, no password, and a password in the clear over a network are refused; a file may hold it."""
    table = BouncesTable(imap_host="imap.example.org", imap_username="u")
    with pytest.raises(DeliveryError, match="no IMAP server"):
        bounces_imap.settings(BouncesTable(), {})
    with pytest.raises(DeliveryError, match="no password"):
        bounces_imap.settings(table, {})
    with pytest.raises(DeliveryError, match="unsealed"):
        bounces_imap.settings(table.model_copy(update={"imap_tls": "none"}), {"DIGEST_IMAP_PASSWORD": "x"})
    (tmp_path / "pass").write_text("secret\n")
    box = bounces_imap.settings(table, {"DIGEST_IMAP_PASSWORD_FILE": str(tmp_path / "pass")})
    assert (box.password, box.name) == ("secret", "u@imap.example.org/INBOX")
    assert "secret" not in repr(box)
