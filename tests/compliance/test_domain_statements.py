"""The statements of research/features.md §4 about the sender's domain: as a receiver checks them, by DNS."""

from __future__ import annotations

import json
import os
import re
import ssl
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from digest import press
from digest.deliver.dkim import KEY_FILE, signer
from digest.press import Site, sending
from tests.commands import invoke
from tests.deliver.test_dkim import pem, record
from tests.deliver.test_transports import certificate
from tests.press.conftest import NOW
from tests.press.test_sending import join
from tests.servers.dns import Resolver, aligned, dmarc_policy, name_of, spf_passes
from tests.servers.dovecot import PASSWORD, USER, Dovecot
from tests.servers.smtp import MailServer, Taken

__all__ = ["certificate"]

pytestmark = pytest.mark.network

DOMAIN = "scratch.example"
LISTED = {b"list-unsubscribe", b"list-unsubscribe-post"}
CONFIG = """
[delivery]
wait_minutes = 0

[bounces]
address = "b@in.scratch.example"
"""
SIGNED = f'\n[dkim]\ndomain = "{DOMAIN}"\n'


@pytest.fixture
def key(tmp_path: Path) -> dict[str, str]:
    """The environment's key of a domain that signs."""
    return pem(generate_private_key(public_exponent=65537, key_size=2048), tmp_path / "dkim.pem")


@pytest.fixture
def resolver(key: dict[str, str]) -> Iterator[Resolver]:
    """The DNS as docs/delivery.md says that it is to be."""
    made = signer(DOMAIN, "digest", key, NOW)
    assert made
    public = record(made).decode()
    halves = " ".join(f'"{public[start : start + 200]}"' for start in range(0, len(public), 200))
    zone = {
        ("in.scratch.example", "TXT"): ['"v=spf1 ip4:127.0.0.1 -all"'],
        ("digest._domainkey.scratch.example", "TXT"): [halves],
        ("_dmarc.scratch.example", "TXT"): ['"v=DMARC1; p=none; rua=mailto:dmarc@scratch.example"'],
        ("1.0.0.127.in-addr.arpa", "PTR"): ["mail.scratch.example."],
        ("mail.scratch.example", "A"): ["127.0.0.1"],
    }
    with Resolver(zone) as running:
        yield running


@pytest.fixture
def received(
    site: Path, key: dict[str, str], certificate: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Taken]:
    """Send an issue to one reader over TLS, and get what arrived."""
    for name in [each for each in os.environ if each.startswith("DIGEST_")]:
        monkeypatch.delenv(name)

    def send(config: str) -> Taken:
        with (site / "config.toml").open("a") as file:
            file.write(config)
        with MailServer(keep=True, tls=certificate) as server:
            given = {"DIGEST_SMTP_HOST": "127.0.0.1", "DIGEST_SMTP_PORT": str(server.port)}
            for name, value in (given | {"DIGEST_SMTP_TLS": "implicit"} | key).items():
                monkeypatch.setenv(name, value)
            paper = Site.load(site)
            join(paper, "ann")
            press.publish(paper, now=NOW)
            sending.send(paper, sending.prepare(paper, number=1), now=NOW)
        (taken,) = server.taken
        return taken

    return send


def covered(data: bytes) -> set[bytes]:
    """The fields that a DKIM signature is over."""
    names = re.search(rb"(?s)\r?\nDKIM-Signature: .*?[ \t;]h=([^;]+);", b"\n" + data)
    assert names
    return set(re.sub(rb"\s", b"", names[1]).lower().split(b":"))


def test_03_dkim_covers_both_fields(received: Callable[..., Taken], resolver: Resolver) -> None:
    """RFC 8058 §3.1, §4: what arrives verifies by the key in the DNS, and `h=` names both fields."""
    taken = received(CONFIG + SIGNED)
    assert dkim.verify(taken.data, dnsfunc=resolver.txt)
    assert covered(taken.data) >= LISTED
    for name in (b"List-Unsubscribe:", b"List-Unsubscribe-Post:"):
        assert taken.data.count(b"\r\n" + name) == 1
        assert not dkim.verify(taken.data.replace(name, b"X-" + name), dnsfunc=resolver.txt)
        again = taken.data.replace(b"\r\nSubject:", b"\r\n" + name + b" <https://evil.example/>\r\nSubject:")
        assert not dkim.verify(again, dnsfunc=resolver.txt)


@pytest.mark.parametrize("relay", ["keeps", "adds", "strips"])
def test_03_doctor_mails_a_probe_and_looks_at_what_arrives(
    site: Path, key: dict[str, str], resolver: Resolver, monkeypatch: pytest.MonkeyPatch, relay: str
) -> None:
    """By SMTP to the mailbox of [bounces], from there by IMAP; a relay that adds or takes a field is told."""
    for name in [each for each in os.environ if each.startswith("DIGEST_")]:
        monkeypatch.delenv(name)
    again = b"List-Unsubscribe: <https://relay.example/u>\r\nSubject:"

    def forwarded(data: bytes) -> bytes:
        if relay == "adds":
            return data.replace(b"Subject:", again, 1)
        return data.replace(b"List-Unsubscribe-Post:", b"X-Was:", 1) if relay == "strips" else data

    with Dovecot() as imap, MailServer(keep=True) as server:
        with (site / "config.toml").open("a") as file:
            more = f'imap_host = "127.0.0.1"\nimap_port = {imap.tls_port}\nimap_username = "{USER}"\n'
            file.write(f"{CONFIG}{more}{SIGNED}")
        given = {
            "DIGEST_SMTP_HOST": "127.0.0.1",
            "DIGEST_SMTP_PORT": str(server.port),
            "DIGEST_SMTP_TLS": "none",
        }
        for name, value in (given | key | {"DIGEST_IMAP_PASSWORD": PASSWORD}).items():
            monkeypatch.setenv(name, value)
        paper = Site.load(site)
        press.publish(paper, now=NOW)

        def deliver(seconds: float) -> None:
            (taken,) = server.taken
            assert seconds > 0
            imap.put(forwarded(taken.data).replace(b"\r\n", b"\n"))

        monkeypatch.setattr("digest.press.probing.sleep", deliver)
        words = ["doctor", "-C", str(site), "--json", "--probe", "b+probe@in.scratch.example"]
        done = invoke(*words, "--dns", f"127.0.0.1:{resolver._asking.port}")
    told = {each["name"]: each["state"] for each in json.loads(done.stdout)["checks"]}
    good = relay == "keeps"
    assert done.exit_code == (0 if good else 1)
    assert told == dict.fromkeys(("one click", "signature"), "ok" if good else "error")


def test_03_a_relay_that_signs_finds_both_fields_there(
    received: Callable[..., Taken], resolver: Resolver, key: dict[str, str]
) -> None:
    """Without [dkim] the relay signs, and has nothing to add first: both fields are in what it gets."""
    taken = received(CONFIG)
    assert b"DKIM-Signature" not in taken.data
    signature = dkim.sign(
        taken.data,
        b"digest",
        DOMAIN.encode(),
        Path(key[KEY_FILE]).read_bytes(),
        include_headers=[b"from", b"list-unsubscribe", b"list-unsubscribe-post"],
    )
    assert dkim.verify(signature + taken.data, dnsfunc=resolver.txt)
    assert covered(signature + taken.data) >= LISTED


def test_11_what_mailbox_providers_ask_of_a_domain(
    received: Callable[..., Taken], resolver: Resolver
) -> None:
    """SPF and DKIM pass, DMARC has a policy, From is aligned with both, the server has a name, TLS is on."""
    taken = received(CONFIG + SIGNED)
    mail = message_from_bytes(taken.data, policy=policy.default)
    author = mail["From"].addresses[0].domain
    envelope = taken.sender.rpartition("@")[2]
    assert spf_passes(resolver, "127.0.0.1", envelope)
    assert not spf_passes(resolver, "192.0.2.1", envelope)
    assert dkim.verify(taken.data, dnsfunc=resolver.txt)
    signed = re.search(rb"[ \t;]d=([^;\s]+)", taken.data)
    assert signed
    assert dmarc_policy(resolver, author) in ("none", "quarantine", "reject")
    assert (author, signed[1].decode(), envelope) == (DOMAIN, DOMAIN, "in.scratch.example")
    assert aligned(author, envelope)
    assert aligned(author, signed[1].decode())
    assert name_of(resolver, "127.0.0.1") == "mail.scratch.example"
