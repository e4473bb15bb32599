"""`doctor`: a site as it should be, one thing wrong at a time, and a message as it arrived."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from digest.deliver.dkim import signer
from digest.press import Site
from tests.cli.conftest import Run
from tests.deliver.test_dkim import NOW, pem, record
from tests.servers.dns import Resolver
from tests.servers.dovecot import PASSWORD, USER, Dovecot
from tests.servers.smtp import Answer, MailServer, Session

pytestmark = pytest.mark.network

MORE = '\n[bounces]\naddress = "b@in.scratch.example"\n\n[dkim]\ndomain = "scratch.example"\n'


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [each for each in os.environ if each.startswith("DIGEST_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="module")
def rsa() -> RSAPrivateKey:
    """A key that signs; to make one takes a tenth of a second."""
    return generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def zone(
    rsa: RSAPrivateKey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[tuple[str, str], list[str]]:
    """The DNS of docs/delivery.md, for a key that the environment has."""
    key = pem(rsa, tmp_path / "dkim.pem")
    for name, value in key.items():
        monkeypatch.setenv(name, value)
    made = signer("scratch.example", "digest", key, NOW)
    assert made
    public = record(made).decode()
    halves = " ".join(f'"{public[start : start + 200]}"' for start in range(0, len(public), 200))
    return {
        ("in.scratch.example", "TXT"): ['"v=spf1 ip4:192.0.2.25 -all"'],
        ("in.scratch.example", "MX"): ["10 mx.scratch.example."],
        ("scratch.example", "MX"): ["10 mx.scratch.example."],
        ("digest._domainkey.scratch.example", "TXT"): [halves],
        ("_dmarc.scratch.example", "TXT"): ['"v=DMARC1; p=none; rua=mailto:d@scratch.example"'],
    }


@pytest.fixture
def paper(site: Path) -> Path:
    config = site / "config.toml"
    config.write_text(config.read_text() + MORE)
    return site


Look = Callable[..., tuple[int, dict[str, tuple[str, str]], dict]]


@pytest.fixture
def look(run: Run, paper: Path, zone, monkeypatch: pytest.MonkeyPatch) -> Iterator[Look]:
    """Run it against a server and a resolver: exit code, state and sentence by name, the object."""
    with MailServer(keep=True) as mail, Resolver(zone) as resolver:
        for name, value in (("HOST", "127.0.0.1"), ("PORT", str(mail.port)), ("TLS", "none")):
            monkeypatch.setenv(f"DIGEST_SMTP_{name}", value)

        def looked(*words: object) -> tuple[int, dict[str, tuple[str, str]], dict]:
            line = ("doctor", "-C", paper, "--dns", f"127.0.0.1:{resolver._asking.port}", *words)
            told = json.loads((done := run(*line, "--json")).stdout)
            assert not mail.taken
            found = {each["name"]: (each["state"], each["sentence"]) for each in told.get("checks", ())}
            return done.exit_code, found, told

        yield looked


def test_a_site_as_it_should_be(look: Look) -> None:
    """0; nothing is made, and no mail has left."""
    code, found, told = look()
    assert (code, told["errors"], told["warnings"]) == (0, 0, 0), told
    states = {name: state for name, (state, _) in found.items()}
    assert states == {
        **dict.fromkeys(("clock", "templates", "archive", "postal address", "links", "DKIM key"), "ok"),
        **dict.fromkeys(("sender of weekly", "server", "SPF", "DMARC", "MX", "DKIM"), "ok"),
        **dict.fromkeys(("database", "outbox", "secret"), "skipped"),
    }


def test_nothing_is_written(look: Look, paper: Path) -> None:
    """Neither secret, outbox nor database: who looks changes nothing."""
    before = sorted(paper.rglob("*"))
    look()
    assert sorted(paper.rglob("*")) == before


@pytest.mark.parametrize(
    ("name", "key", "records", "said"),
    [
        ("SPF", ("in.scratch.example", "TXT"), [], "has no SPF record"),
        ("DMARC", ("_dmarc.scratch.example", "TXT"), [], "has no DMARC policy"),
        ("DKIM", ("digest._domainkey.scratch.example", "TXT"), ['"v=DKIM1; p=AAAA"'], "another key"),
        ("MX", ("in.scratch.example", "MX"), [], "no server takes mail for in.scratch.example"),
    ],
)
def test_one_record_that_is_wrong(look: Look, zone, name: str, key, records: list[str], said: str) -> None:
    """1, and the one check tells; all others are as before."""
    zone[key] = records
    code, found, told = look()
    assert (code, told["errors"]) == (1, 1)
    assert (found[name][0], said in found[name][1]) == ("error", True)


def test_what_is_wrong_on_this_machine(look: Look, paper: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A template that does not compile, no address of ours, no https, a sender of everybody's domain."""
    config = (paper / "config.toml").read_text()
    (paper / "templates").mkdir(exist_ok=True)
    (paper / "templates" / "bad.html.j2").write_text("{% if %}")
    config = config.replace("https://scratch.example", "http://scratch.example")
    site = Site.load(paper).config
    config = config.replace(site.editions[0].sender, "Scratch <scratch@gmail.com>")
    config = config.replace(site.site.postal_address, "")
    (paper / "config.toml").write_text(config)
    monkeypatch.setenv("DIGEST_DKIM_KEY_FILE", "/nowhere.pem")
    monkeypatch.setenv("DIGEST_SECRET", "short")
    code, found, _ = look()
    assert code == 1
    wrong = {name for name, (state, _) in found.items() if state == "error"}
    assert wrong >= {"templates", "postal address", "links", "sender of weekly", "DKIM key", "secret"}
    assert "bad.html.j2" in found["templates"][1]
    assert "its DMARC policy forbids it" in found["sender of weekly"][1]
    assert "too short" in found["secret"][1]


def test_what_was_sent_is_looked_at(run: Run, look: Look, paper: Path, now: str) -> None:
    """Archive, database, outbox, secret; then a paused issue, a damaged archive and a late clock."""
    assert run("subscribers", "add", "ann@example.org", "--confirmed", "-C", paper).exit_code == 0
    assert run("publish", "-C", paper, "--now", now, "--yes").exit_code == 0
    code, found, _ = look()
    assert code == 0
    assert found["archive"] == ("ok", "1 issue is as it was sealed")
    assert found["database"] == ("ok", "it knows 1 issue")
    assert found["outbox"][0] == "ok"
    assert "back it up" in found["secret"][1]
    from tests.cli.test_sending import execute

    execute(paper, "UPDATE issues SET paused = 'full'")
    (paper / "archive/weekly/1/email.html").write_text("other")
    code, found, told = look("--now", "2020-01-01T00:00:00Z")
    assert code == 1
    assert found["archive"][0] == "error"
    assert found["outbox"] == ("warning", "weekly/1 is paused: full")
    assert found["clock"][0] == "warning"
    assert told["warnings"] == 2


def test_a_server_that_does_not_let_us_in(
    run: Run, paper: Path, zone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sentence of `send`, and the variable that is wrong."""

    def script(_: Session, step: str, __: str) -> Answer:
        return "535 5.7.8 no" if step == "AUTH" else None

    with MailServer(script, offers=("AUTH PLAIN",)) as mail, Resolver(zone) as resolver:
        given = {
            "HOST": "127.0.0.1",
            "PORT": str(mail.port),
            "TLS": "none",
            "USERNAME": "ed",
            "PASSWORD": "x",
        }
        for name, value in given.items():
            monkeypatch.setenv(f"DIGEST_SMTP_{name}", value)
        done = run("doctor", "-C", paper, "--dns", f"127.0.0.1:{resolver._asking.port}")
    assert done.exit_code == 1
    assert "error    server: 127.0.0.1 refused the user name or password: 535" in done.stdout
    assert "hint  check the user name, and DIGEST_SMTP_PASSWORD" in done.stdout
    assert "1 error, 0 warnings." in done.stderr


def test_no_server_is_named(run: Run, paper: Path, zone) -> None:
    """Told once for each edition, and nothing is asked of a server that is not there."""
    with Resolver(zone) as resolver:
        done = run("doctor", "-C", paper, "--dns", f"127.0.0.1:{resolver._asking.port}")
    assert done.exit_code == 1
    assert done.stdout.count("no SMTP server is named") == 1


@pytest.mark.parametrize(("transport", "state"), [("folder", "skipped"), ("sendmail", "error")])
def test_other_ways(run: Run, paper: Path, zone, transport: str, state: str) -> None:
    """A folder needs no DNS; a sendmail that is not there is told."""
    config = paper / "config.toml"
    more = f'[delivery]\ntransport = "{transport}"\nsendmail = "/nowhere/sendmail"\n\n[bounces]'
    config.write_text(config.read_text().replace("[bounces]", more))
    with Resolver(zone) as resolver:
        done = run("doctor", "-C", paper, "--json", "--dns", f"127.0.0.1:{resolver._asking.port}")
    found = {each["name"]: each["state"] for each in json.loads(done.stdout)["checks"]}
    assert found["server"] == state
    assert ("SPF" in found) == (transport == "sendmail")


def test_a_server_of_ones_own_is_looked_up(
    run: Run, paper: Path, zone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its address is to be in the SPF record, and to have a name; that of a provider need not."""
    zone |= {("mail.scratch.example", "A"): ["192.0.2.25"]}
    monkeypatch.setattr("digest.press.doctor.meet", lambda _: None)  # 192.0.2.25 is nobody's
    monkeypatch.setenv("DIGEST_SMTP_HOST", "mail.scratch.example")
    with Resolver(zone) as resolver:
        line = ("doctor", "-C", paper, "--json", "--dns", f"127.0.0.1:{resolver._asking.port}")
        lost = json.loads(run(*line).stdout)["checks"]
        zone |= {("25.2.0.192.in-addr.arpa", "PTR"): ["mail.scratch.example."]}
        zone[("in.scratch.example", "TXT")] = ['"v=spf1 ip4:192.0.2.26 -all"']
        named = json.loads(run(*line).stdout)["checks"]
    states = [{each["name"]: each["state"] for each in found} for found in (lost, named)]
    assert [(each["PTR"], each["SPF"]) for each in states] == [("warning", "ok"), ("ok", "warning")]


def test_offline_asks_nobody(run: Run, paper: Path, zone) -> None:
    """What is here is looked at, and nothing else."""
    told = json.loads(run("doctor", "-C", paper, "--offline", "--json").stdout)
    assert {"SPF", "DMARC", "server"}.isdisjoint(each["name"] for each in told["checks"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--offline", "--dns", "127.0.0.1"), "asks nobody"),
        (("--probe", "a@example.org", "--received", "x.eml"), "give one"),
        (("--dns", "resolver.example"), "is no resolver"),
        (("--received", "nowhere.eml", "--dns", "127.0.0.1"), "cannot be read"),
        (("--probe", "nobody", "--dns", "127.0.0.1"), "cannot be used"),
    ],
)
def test_wrong_words(run: Run, paper: Path, words: tuple[str, ...], said: str) -> None:
    """2, in a sentence with a hint."""
    done = run("doctor", "-C", paper, *words)
    assert (done.exit_code, said in done.stderr) == (2, True)
    assert "hint" in done.stderr


def test_a_message_as_it_arrived(
    run: Run, paper: Path, zone, now: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The probe of the newest issue, kept as a file: signed, covered, one click; a changed one is told."""
    assert run("publish", "-C", paper, "--now", now, "--yes").exit_code == 0
    with MailServer(keep=True) as mail, Resolver(zone) as resolver:
        for name, value in (("HOST", "127.0.0.1"), ("PORT", str(mail.port)), ("TLS", "none")):
            monkeypatch.setenv(f"DIGEST_SMTP_{name}", value)
        asking = ("--dns", f"127.0.0.1:{resolver._asking.port}")
        sent = run("doctor", "-C", paper, "--probe", "me@example.org", *asking)
        told = json.loads(run("doctor", "-C", paper, "--probe", "me@example.org", "--json", *asking).stdout)
        first, second = mail.taken
        file = paper / "arrived.eml"
        file.write_bytes(b"Received: by mx\r\n" + first.data)
        good = run("doctor", "-C", paper, "--received", file, *asking)
        file.write_bytes(first.data.replace(b"\r\nSubject:", b"\r\nSubject: [list]"))
        bad = run("doctor", "-C", paper, "--received", file, *asking)
    assert (sent.exit_code, "weekly/1 is on its way to me@example.org: 2.0.0" in sent.stderr) == (0, True)
    assert "digest doctor --received FILE" in sent.stdout
    assert told["probe"] == {"issue": "weekly/1", "to": "me@example.org", "message_id": second.message_id}
    assert (good.exit_code, "scratch.example signed it" in good.stdout) == (0, True)
    assert (bad.exit_code, "a field was changed after signing" in bad.stdout) == (1, True)


def test_a_probe_needs_an_issue_and_a_server(run: Run, paper: Path, zone, now: str) -> None:
    """Neither a draft nor a file arrives anywhere."""
    words = ("doctor", "-C", paper, "--probe", "me@example.org", "--dns", "127.0.0.1")
    none = run(*words)
    assert (none.exit_code, "no issue of weekly is sealed yet" in none.stderr) == (1, True)
    config = paper / "config.toml"
    config.write_text(
        config.read_text().replace("[bounces]", '[delivery]\ntransport = "folder"\n\n[bounces]')
    )
    assert run("publish", "-C", paper, "--now", now, "--yes").exit_code == 0
    filed = run(*words)
    assert (filed.exit_code, "mail becomes files" in filed.stderr) == (2, True)
    assert not (paper / "var/mail").exists()


def test_a_probe_that_does_not_arrive(
    run: Run, paper: Path, zone, now: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """1, and where to look; the mailbox is as it was."""
    monkeypatch.setattr("digest.press.probing.PATIENCE", 0.0)
    assert run("publish", "-C", paper, "--now", now, "--yes").exit_code == 0
    with Dovecot() as imap, MailServer() as mail:
        imap.put(b"Subject: another\n\nbody\n")
        more = f'imap_host = "127.0.0.1"\nimap_port = {imap.tls_port}\nimap_username = "{USER}"\n\n[dkim]'
        config = paper / "config.toml"
        config.write_text(config.read_text().replace("[dkim]", more))
        given = {
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(mail.port),
            "SMTP_TLS": "none",
            "IMAP_PASSWORD": PASSWORD,
        }
        for name, value in given.items():
            monkeypatch.setenv(f"DIGEST_{name}", value)
        done = run("doctor", "-C", paper, "--probe", "b@IN.scratch.example", "--dns", "127.0.0.1")
        assert [flags for _, flags in imap.flags()] == [{"\\Recent"}] or not imap.flags()[0][1]
    assert (done.exit_code, "the probe has not arrived within 0 s" in done.stderr) == (1, True)
    assert "--received FILE" in done.stderr


def test_a_sender_that_is_none(look: Look, paper: Path) -> None:
    """Told as such; of its domain nothing is asked."""
    config = paper / "config.toml"
    sender = Site.load(paper).config.editions[0].sender
    config.write_text(config.read_text().replace(sender, "Scratch <scratch@>"))
    code, found, _ = look()
    assert (code, found["sender of weekly"][0]) == (1, "error")
    assert "SPF" not in found


def test_a_probe_by_sendmail(run: Run, paper: Path, zone, now: str) -> None:
    """Handed to the program, as an issue is."""
    program = paper / "sendmail"
    program.write_text(f'#!/bin/sh\necho "$@" > {paper}/called\ncat > {paper}/taken.eml\n')
    program.chmod(0o755)
    config = paper / "config.toml"
    more = f'[delivery]\ntransport = "sendmail"\nsendmail = "{program}"\n\n[bounces]'
    config.write_text(config.read_text().replace("[bounces]", more))
    assert run("publish", "-C", paper, "--now", now, "--yes").exit_code == 0
    done = run("doctor", "-C", paper, "--probe", "me@example.org", "--dns", "127.0.0.1")
    assert (done.exit_code, "taken by sendmail" in done.stderr) == (0, True)
    assert (paper / "called").read_text().endswith("-- me@example.org\n")
    assert "List-Unsubscribe-Post" in (paper / "taken.eml").read_text()
