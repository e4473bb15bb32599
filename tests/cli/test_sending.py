"""`send` and `outbox` as commands: what is asked, said and left, and how they end."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.servers.smtp import Answer, Late, MailServer, Session

pytestmark = pytest.mark.network
NAMES = ("ann", "bob", "eve")


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [each for each in os.environ if each.startswith("DIGEST_SMTP_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def make(issued: Callable[..., Path]) -> Callable[..., Path]:
    """A site with one published issue and three readers; more lines of [delivery] as wanted."""

    def made(delivery: str = 'transport = "folder"', names: tuple[str, ...] = NAMES) -> Path:
        site = issued(*names)
        with (site / "config.toml").open("a") as file:
            file.write(f"\n[delivery]\nwait_minutes = 0\n{delivery}\n")
        return site

    return made


def smtp(monkeypatch: pytest.MonkeyPatch, server: MailServer) -> None:
    for name, value in (("HOST", "127.0.0.1"), ("PORT", str(server.port)), ("TLS", "none")):
        monkeypatch.setenv(f"DIGEST_SMTP_{name}", value)


def files(site: Path) -> list[Path]:
    return sorted((site / "var/mail").glob("*.eml"))


def execute(site: Path, statement: str) -> None:
    with sqlite3.connect(site / "var/outbox.db") as database:
        database.execute(statement)
    database.close()


def counts(run: Run, site: Path) -> dict[str, int]:
    return dict(json.loads(run("outbox", "1", "-C", site, "--json").stdout)["states"])


def test_send_and_again(run: Run, make: Callable[..., Path]) -> None:
    """Every reader's message leaves, 0; the second time there is nothing, 4, and nothing leaves."""
    site = make()
    done = run("send", "-C", site, "--yes")
    assert done.exit_code == 0
    assert "weekly/1: 3 messages sent" in done.stdout
    assert len(files(site)) == 3
    again = run("send", "-C", site, "--yes")
    assert again.exit_code == 4
    assert "nothing of weekly/1 is left to send" in again.output
    assert len(files(site)) == 3


def test_a_dry_run_leaves_everything_as_it_was(run: Run, make: Callable[..., Path]) -> None:
    """It writes each message and says how many and how large; nothing leaves, nothing has begun."""
    site = make()
    done = run("send", "--dry-run", "-C", site)
    assert done.exit_code == 0
    assert "3 messages would leave by files in var/mail" in done.stdout
    assert "Nothing was sent." in done.output
    told = json.loads(run("send", "--dry-run", "-C", site, "--json").stdout)
    assert (told["issue"], told["would_send"], told["passed_over"]) == ("weekly/1", 3, {})
    assert told["bytes"] > 3_000
    assert files(site) == []
    assert counts(run, site) == {"pending": 3}


def test_nobody_is_asked_without_a_terminal(run: Run, make: Callable[..., Path]) -> None:
    """Without --yes it ends by 3, says what to do, and nothing leaves."""
    site = make()
    done = run("send", "1", "-C", site, answers="y\n")
    assert done.exit_code == 3
    assert "nobody can be asked" in done.output
    assert "--yes" in done.output
    assert files(site) == []


@pytest.mark.parametrize(("answer", "code", "many"), [("y\n", 0, 3), ("n\n", 3, 0), ("\n", 3, 0)])
def test_on_a_terminal_it_asks(
    run: Run, make: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, answer: str, code: int, many: int
) -> None:
    """To how many and by what; only y sends."""
    from digest.cli import console

    monkeypatch.setattr(console.Terminal, "interactive", True)
    site = make()
    done = run("send", "-C", site, answers=answer)
    assert done.exit_code == code
    assert "Send it to 3 subscribers by files in var/mail?" in done.output
    assert len(files(site)) == many


def test_a_limit_leaves_the_rest(run: Run, make: Callable[..., Path]) -> None:
    """So many leave, 5, and the line says how to go on; the next run sends the others."""
    site = make()
    done = run("send", "-C", site, "--yes", "--limit", "1")
    assert done.exit_code == 5
    assert "2 are left. Go on with: digest send weekly/1" in done.output
    assert counts(run, site) == {"sent": 1, "pending": 2}
    assert run("send", "-C", site, "--yes").exit_code == 0
    assert len(files(site)) == 3


def test_json_is_one_object(run: Run, make: Callable[..., Path]) -> None:
    """On stdout, with the counts, whatever is said beside it."""
    done = run("send", "-C", make(), "--yes", "--limit", "2", "--json")
    told = json.loads(done.stdout)
    assert done.exit_code == 5
    assert (told["issue"], told["sent"], told["left"], told["error"]) == ("weekly/1", 2, 1, None)
    assert told["states"] == {"sent": 2, "pending": 1}


def test_a_pause_needs_resume(run: Run, make: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """A refusal of ours pauses: 5 with the server's words; 3 without --resume; with it, all leave."""
    refusing = [True]

    def script(_: Session, step: str, __: str) -> Answer:
        return "550 5.7.1 relaying denied" if step == "RCPT" and refusing[0] else None

    with MailServer(script) as server:
        smtp(monkeypatch, server)
        site = make("connections = 1\nretry_minutes = 0.0001")
        first = run("send", "-C", site, "--yes")
        assert first.exit_code == 5
        assert "5.7.1 relaying denied" in first.output
        assert "digest send weekly/1 --resume" in first.output
        held = run("send", "-C", site, "--yes")
        assert held.exit_code == 3
        assert "is paused" in held.output
        assert "paused: " in run("outbox", "-C", site).stdout
        refusing[0] = False
        resumed = run("send", "-C", site, "--yes", "--resume")
        assert "paused" not in resumed.output
        run("send", "-C", site, "--yes")
        assert [server.counts[f"{name}@readers.example"] for name in NAMES] == [1, 1, 1]


def test_the_uncertain_are_shown_and_sent_again(run: Run, make: Callable[..., Path]) -> None:
    """They are listed with what to do; plain send leaves them; --retry-uncertain sends them."""
    site = make('transport = "folder"\non_uncertain = "hold"')
    run("send", "-C", site, "--yes", "--limit", "1")
    execute(site, "UPDATE deliveries SET state = 'inflight' WHERE state = 'pending'")
    execute(site, "UPDATE deliveries SET state = 'uncertain' WHERE state = 'inflight'")
    held = run("send", "-C", site, "--yes")
    assert held.exit_code == 4
    assert "2 are uncertain" in held.output
    shown = run("outbox", "1", "-C", site)
    assert shown.exit_code == 0
    assert "digest outbox weekly/1 --retry-uncertain" in shown.output
    assert len(files(site)) == 1
    assert run("send", "-C", site, "--yes", "--retry-uncertain").exit_code == 0
    assert len(files(site)) == 3


@pytest.mark.parametrize(("option", "state"), [("--sent", "sent"), ("--retry-uncertain", "pending")])
def test_an_operator_decides(run: Run, make: Callable[..., Path], option: str, state: str) -> None:
    """Taken for sent, or left to the next send; a second time there is nothing to decide, 4."""
    site = make()
    run("send", "-C", site, "--yes")
    execute(site, "UPDATE deliveries SET state = 'uncertain' WHERE subscriber = 1")
    done = run("outbox", "1", option, "-C", site, "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout) == {"issue": "weekly/1", "decided": 1, "again": state == "pending"}
    assert counts(run, site) == ({"sent": 3} if state == "sent" else {"sent": 2, "pending": 1})
    assert run("outbox", "1", option, "-C", site).exit_code == 4


def test_the_outbox_in_a_table(run: Run, make: Callable[..., Path], site: Path) -> None:
    """Nothing yet; waiting; done: each issue is a row."""
    assert "Nothing is owed to anybody" in run("outbox", "-C", site).output
    site = make()
    assert "waits for `send`" in run("outbox", "-C", site).stdout
    run("send", "-C", site, "--yes")
    assert "done 20" in run("outbox", "-C", site).stdout
    (told,) = json.loads(run("outbox", "-C", site, "--json").stdout)["issues"]
    assert (told["issue"], told["states"]) == ("weekly/1", {"sent": 3})


def test_a_list_without_anybody(run: Run, make: Callable[..., Path]) -> None:
    """Nothing to send is 4, with the way to readers; it is not shown as done."""
    site = make(names=())
    done = run("send", "-C", site, "--yes")
    assert done.exit_code == 4
    assert "no active subscriber" in done.output
    assert "nobody to send to" in run("outbox", "-C", site).stdout


@pytest.mark.parametrize(
    "words",
    [
        ("send", "--limit", "0"),
        ("send", "--limit", "many"),
        ("send", "no/such/issue"),
        ("send", "monthly"),
        ("send", "--now", "yesterday"),
        ("outbox", "1", "--sent", "--retry-uncertain"),
        ("report", "monthly"),
    ],
)
def test_wrong_arguments(run: Run, site: Path, words: tuple[str, ...]) -> None:
    """2, and no traceback."""
    done = run(*words, "-C", site)
    assert done.exit_code == 2
    assert "Traceback" not in done.output


@pytest.mark.parametrize("words", [("send", "7", "--yes"), ("outbox", "7"), ("report", "7")])
def test_an_issue_that_is_not_there(run: Run, make: Callable[..., Path], words: tuple[str, ...]) -> None:
    """2, with its name and a hint; in JSON one object."""
    site = make()
    done = run(*words, "-C", site)
    assert done.exit_code == 2
    assert "weekly/7" in done.output
    assert "hint" in done.output
    assert json.loads(run(*words, "-C", site, "--json").stdout)["error"]["code"] == 2


def test_an_issue_that_is_not_published_yet(run: Run, make: Callable[..., Path]) -> None:
    """2 and how it is published; where its edition asks for approval 3, and that it waits for this."""
    site = make()
    done = run("send", "2", "--yes", "-C", site)
    assert (done.exit_code, "weekly/2 is not published yet" in done.stderr) == (2, True)
    assert "`digest publish` seals it" in done.stderr
    schedule = '\n[editions.schedule]\nday = "monday"\ntime = "09:00"\nneeds_approval = true\n'
    config = site / "config.toml"
    config.write_text(config.read_text().replace("\n[delivery]", f"{schedule}\n[delivery]"))
    done = run("send", "2", "--yes", "-C", site)
    assert (done.exit_code, "it waits for approval" in done.stderr) == (3, True)
    assert "digest approve weekly/2" in done.stderr


def test_a_wrong_password_says_where_it_is_set(
    run: Run, make: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pause names the variable, in `send` and in `outbox`; `--resume` goes on with the right one."""
    right = False

    def script(_: Session, step: str, __: str) -> Answer:
        return "535 5.7.8 no" if step == "AUTH" and not right else None

    with MailServer(script, offers=("PIPELINING", "AUTH PLAIN")) as server:
        smtp(monkeypatch, server)
        monkeypatch.setenv("DIGEST_SMTP_USERNAME", "ed")
        site = make("connections = 1")
        none = run("send", "-C", site, "--yes")
        monkeypatch.setenv("DIGEST_SMTP_PASSWORD", "sesame")
        bad = run("send", "-C", site, "--yes")
        shown = run("outbox", "1", "-C", site).stdout
        right = True
        good = run("send", "-C", site, "--yes", "--resume")
    assert (none.exit_code, "wants a password for ed" in none.stderr) == (1, True)
    assert "DIGEST_SMTP_PASSWORD" in none.stderr
    assert (bad.exit_code, good.exit_code) == (5, 0)
    for said in (bad.stderr, shown):
        assert "refused the user name or password: 535 5.7.8 no; check the user name, and DIGEST_SMTP" in said
    assert "digest send weekly/1 --resume" in bad.stderr


def test_nothing_uncertain_is_decided(run: Run, make: Callable[..., Path]) -> None:
    """4, in words."""
    done = run("outbox", "--sent", "-C", make())
    assert (done.exit_code, done.stdout) == (4, "Nothing of weekly/1 is uncertain.\n")


def test_an_unreachable_server(run: Run, make: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """1 with the address, one object in JSON, and everything is still owed."""
    for name, value in (("HOST", "127.0.0.1"), ("PORT", "1"), ("TLS", "none")):
        monkeypatch.setenv(f"DIGEST_SMTP_{name}", value)
    site = make("timeout_seconds = 2")
    done = run("send", "-C", site, "--yes")
    assert done.exit_code == 1
    assert "nothing answers" in done.output
    told = json.loads(run("send", "-C", site, "--yes", "--json").stdout)
    assert "nothing answers" in told["error"]["sentence"]
    assert counts(run, site) == {"pending": 3}


def test_what_is_put_off_says_when(
    run: Run, make: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that says later to one: 5, how many are left and when the next is due."""

    def script(_: Session, step: str, text: str) -> Answer:
        return "451 4.3.0 later" if step == "RCPT" and "bob" in text else None

    with MailServer(script) as server:
        smtp(monkeypatch, server)
        site = make("connections = 1")
        done = run("send", "-C", site, "--yes")
    assert done.exit_code == 5
    assert "1 is left; the next is due at" in done.output
    shown = run("outbox", "1", "-C", site).stdout
    assert "451 4.3.0 later" in shown
    assert "bob" not in shown


def test_ctrl_c_stops_cleanly(make: Callable[..., Path], run: Run, root: Path) -> None:
    """What is on its way is waited for and recorded, 5; the lines say so and how to go on."""
    names = tuple(f"r{number}" for number in range(30))
    with MailServer(lambda _, step, __: Late("250 ok", 0.1) if step == "DOT" else None) as server:
        site = make("connections = 1", names)
        line = [sys.executable, "-c", "from digest.cli import main; main()", "send", "--yes", "-C", str(site)]
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DIGEST_")}
        settings = {"PORT": str(server.port), "HOST": "127.0.0.1", "TLS": "none"}
        settings = {f"DIGEST_SMTP_{name}": value for name, value in settings.items()}
        with subprocess.Popen(
            line,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=kept | settings | {"PYTHONPATH": str(root)},
        ) as process:
            while not server.taken and process.poll() is None:
                signal.sigtimedwait([], 0.01)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
        taken = len(server.taken)
    assert process.returncode == 5, err
    assert "Stopping: what is on its way is waited for" in err
    assert "Stopped. Go on with: digest send weekly/1" in err
    assert "Traceback" not in out + err
    assert counts(run, site) == {"sent": taken, "pending": 30 - taken}


def test_an_older_outbox_is_accepted_by_a_word(run: Run, make: Callable[..., Path]) -> None:
    """`send` refuses it by 3 and names the way; --accept holds what it owes, and goes with nothing else."""
    site = make('transport = "folder"\nfolder = "mail"')
    assert run("outbox", "--accept", "-C", site).exit_code == 4
    assert run("send", "-C", site, "--yes").exit_code == 0
    execute(site, "UPDATE turns SET turn = 0")
    execute(site, "UPDATE deliveries SET state = 'pending', attempts = 0")
    execute(site, "UPDATE issues SET begun_at = NULL, ended_at = NULL")
    refused = run("send", "-C", site, "--yes")
    assert (refused.exit_code, "older than the last sending" in refused.stderr) == (3, True)
    assert "`digest outbox --accept`" in refused.stderr
    assert run("outbox", "1", "--accept", "-C", site).exit_code == 2
    assert json.loads(run("outbox", "--accept", "-C", site, "--json").stdout) == {"accepted": True, "held": 3}
    assert counts(run, site) == {"uncertain": 3}
    assert run("send", "-C", site, "--yes").exit_code == 4
    assert len(list((site / "mail").glob("*.eml"))) == 3
