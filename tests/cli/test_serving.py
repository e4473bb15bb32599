"""`digest serve` and `digest bounces` as commands."""

from __future__ import annotations

import email
import email.policy
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.deliver.bounced import dsn
from tests.servers.smtp import MailServer


def _line(site: Path, *words: str) -> list[str]:
    return [sys.executable, "-c", "from digest.cli import main; main()", "-C", str(site), *words]


@pytest.fixture
def environment(root: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DIGEST_")}
    return kept | {"PYTHONPATH": str(root)}


@pytest.mark.network
@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_serve(site: Path, environment: dict[str, str], stop: signal.Signals) -> None:
    """It says where, answers, sends what is asked for, and stops without a trace."""
    with subprocess.Popen(
        _line(site, "serve", "--port", "0"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment | {"PYTHONUNBUFFERED": "1"},
    ) as process:
        try:
            address = re.match(r"http://127\.0\.0\.1:\d+/", process.stdout.readline())[0]
            body = b"edition=weekly&address=ann@example.org"
            with urllib.request.urlopen(f"{address}subscribe", body, timeout=20) as answer:
                assert answer.status == 200
            assert _answer_to_endless_headers(address).startswith(b"HTTP/1.1 400 ")
        finally:
            process.send_signal(stop)
            out, err = process.communicate(timeout=30)
    assert "Traceback" not in out + err
    assert "ann@example.org" not in out + err


def _answer_to_endless_headers(address: str) -> bytes:
    """What is said to somebody who sends headers and never comes to their end: nobody's memory holds them."""
    host, _, port = address.removeprefix("http://").rstrip("/").rpartition(":")
    with socket.create_connection((host, int(port)), timeout=20) as talking:
        with suppress(ConnectionError):
            talking.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + b"X-More: more\r\n" * 20_000)
        return talking.recv(100)


@pytest.mark.network
def test_serve_where_somebody_listens(site: Path, environment: dict[str, str]) -> None:
    """One sentence and exit 1."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen(1)
        line = _line(site, "serve", "--port", str(taken.getsockname()[1]), "--json")
        done = subprocess.run(line, capture_output=True, text=True, env=environment, timeout=60, check=False)
    assert done.returncode == 1
    assert "nothing can listen there" in json.loads(done.stdout)["error"]["sentence"]


def test_bounces(run: Run, site: Path, tmp_path: Path) -> None:
    """Import tells what came, poll what it lacks, resume that nothing is paused."""

    def bounces(*words: str) -> tuple[int, dict]:
        done = run("-C", site, "bounces", *words, "--json")
        return done.exit_code, json.loads(done.stdout)

    mail = tmp_path / "one.eml"
    mail.write_bytes(dsn("b@in.scratch.example"))
    code, said = bounces("import", str(mail))
    assert (code, said["new"], said["kinds"], said["without_token"]) == (0, 1, {"hard": 1}, 1)
    assert bounces("import", str(mail))[1]["new"] == 0
    assert bounces("import", str(tmp_path / "none.eml"))[0] == 2
    assert "no IMAP server" in bounces("poll")[1]["error"]["sentence"]
    assert bounces("resume") == (0, {"was_paused": False, "suppressed": 0})
    assert run("-C", site, "bounces", "import", mail).stdout.startswith("0 new mails.")


@pytest.mark.network
def test_whom_an_editor_adds_is_asked_by_mail_and_confirms(
    run: Run, site: Path, environment: dict[str, str]
) -> None:
    """`subscribers add`, then `serve` mails over SMTP, then the button of the link makes them active."""
    added = run("-C", site, "subscribers", "add", "Ann <ann@example.org>", "--topic", "tea")
    assert added.exit_code == 0
    assert "`digest serve` sends it" in added.stdout
    with MailServer(keep=True) as mail:
        smtp = {
            "DIGEST_SMTP_HOST": "127.0.0.1",
            "DIGEST_SMTP_PORT": str(mail.port),
            "DIGEST_SMTP_TLS": "none",
        }
        with subprocess.Popen(
            _line(site, "serve", "--port", "0"),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment | smtp | {"PYTHONUNBUFFERED": "1"},
        ) as process:
            try:
                address = re.match(r"(http://127\.0\.0\.1:\d+)/", process.stdout.readline())[1]
                until = time.monotonic() + 60
                while not mail.taken and time.monotonic() < until:
                    time.sleep(0.1)
                (taken,) = mail.taken
                letter = email.message_from_bytes(taken.data, policy=email.policy.default)
                text = letter.get_body(("plain",)).get_content()
                path = re.search(r"https://scratch\.example(/confirm/\S+)", text)[1]
                assert _state(run, site) == "pending"
                with urllib.request.urlopen(f"{address}{path}", b"answer=yes", timeout=20) as answer:
                    assert answer.status == 200
            finally:
                process.send_signal(signal.SIGTERM)
                process.communicate(timeout=30)
    assert taken.recipient == "ann@example.org"
    assert "Scratch Weekly" in letter["Subject"]
    assert "tea" in text
    assert _state(run, site) == "active"


def _state(run: Run, site: Path) -> str:
    done = run("-C", site, "--json", "subscribers", "show", "ann@example.org")
    assert done.exit_code == 0
    (found,) = json.loads(done.stdout)["subscriptions"]
    return str(found["state"])
