"""A sender against servers that behave, and that do not: nobody is lost, and what became of each is known."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest

from digest.deliver.office import Deadlines
from digest.deliver.outbox import Written
from digest.deliver.pacing import Pace
from digest.deliver.recording import Snapshot
from digest.deliver.settings import Server
from digest.errors import DeliveryError
from digest.model.people import DeliveryState
from digest.store.delivery_log import DeliveryLog
from digest.store.outbox import Outbox
from tests.deliver.outgoing import FAST, Crowd, Somebody, missing, owed, send, states, write
from tests.servers.feeds import certificate
from tests.servers.smtp import Answer, Drip, Hang, Late, MailServer, Session

pytestmark = pytest.mark.network
MANY = 200


@pytest.fixture
def outbox(tmp_path: Path) -> Path:
    """An outbox in which an issue is owed to 200 subscribers."""
    owed(tmp_path / "outbox.db", range(1, MANY + 1))
    return tmp_path / "outbox.db"


@pytest.mark.parametrize("offers", [("PIPELINING", "8BITMIME"), ("8BITMIME",), ()])
def test_everybody_gets_theirs_once(outbox: Path, offers: tuple[str, ...]) -> None:
    """With PIPELINING or without it, each message arrives whole, once, over reused connections."""
    with MailServer(offers=offers, keep=True) as server:
        done = send(outbox, server.port)
    assert (done.sent, done.left) == (MANY, 0)
    assert states(outbox) == {"sent": MANY}
    assert set(server.counts.values()) == {1}
    assert len(server.sessions) <= FAST.connections
    for taken in server.taken:
        number = int(taken.sender.partition("+")[2].partition("@")[0])
        expected = write(Crowd().read([number])[number])
        assert (taken.recipient, taken.data) == (expected.recipient, expected.data)


def test_one_round_trip_a_message(outbox: Path) -> None:
    """The envelopes of two messages follow each other with nothing between them."""
    with MailServer() as server:
        send(outbox, server.port, replace(FAST, connections=1), limit=20)
        commands = server.sessions[0].commands
    assert [each.partition(" ")[0] for each in commands[1:7]] == [
        "MAIL",
        "RCPT",
        "DATA",
        "MAIL",
        "RCPT",
        "DATA",
    ]


@pytest.mark.parametrize("offers", [("PIPELINING",), ()])
def test_a_refused_recipient_harms_nobody_else(outbox: Path, offers: tuple[str, ...]) -> None:
    """A 550 fails its delivery as a hard bounce; RSET, and the next ones go over the same connection."""

    def script(_: Session, step: str, text: str) -> Answer:
        return "550 5.1.1 <x> unknown" if step == "RCPT" and "reader7@" in text else None

    with MailServer(script, offers=offers) as server:
        done = send(outbox, server.port, replace(FAST, connections=1))
    assert states(outbox) == {"sent": MANY - 1, "failed": 1}
    assert done.failed == 1
    assert len(server.sessions) == 1
    assert server.sessions[0].commands.count("RSET") == 1


def test_data_taken_without_a_recipient_is_ended_with_nothing(outbox: Path) -> None:
    """A server that says 354 although it refused the recipient gets a lone dot (RFC 2920 §3.1)."""

    def script(session: Session, step: str, text: str) -> Answer:
        if step == "RCPT" and "reader7@" in text:
            return "550 5.1.1 unknown"
        return "354 go on" if step == "DATA" else None

    with MailServer(script) as server:
        send(outbox, server.port)
    assert states(outbox) == {"sent": MANY - 1, "failed": 1}
    assert len(server.taken) == MANY - 1


def test_a_reply_keeps_no_address(outbox: Path) -> None:
    """What the outbox keeps of a reply names nobody, so that erasing somebody leaves nothing here."""

    def script(_: Session, step: str, text: str) -> Answer:
        return f"550-5.1.1 {text[8:]} is\r\n550 5.1.1 unknown: Reader1" if step == "RCPT" else None

    with MailServer(script) as server:
        send(outbox, server.port, replace(FAST, pause_percent=100), limit=1)
    with Outbox.open(outbox) as store:
        issue = store.issue("weekly", 1)
        assert issue
        row = DeliveryLog(store).rows(issue, DeliveryState.FAILED)[0]
    assert (row.cause, row.reply) == ("no such address", "550 5.1.1 <…> is unknown: …")
    assert b"reader1@" not in b"".join(each.read_bytes() for each in outbox.parent.glob("outbox*"))


def test_one_in_five_put_off_is_sent_later(outbox: Path) -> None:
    """20 % 451 at the dot or the recipient: 0 lost, 0 twice."""
    seen: dict[str, int] = defaultdict(int)

    def script(session: Session, step: str, text: str) -> Answer:
        if step not in ("RCPT", "DOT"):
            return None
        seen[f"{step}{text}"] += 1
        number = sum(text.encode()) + seen[f"{step}{text}"] * 7
        return "451 4.3.0 try again" if number % 5 == 0 else None

    with MailServer(script) as server:
        done = send(outbox, server.port, replace(FAST, first_backoff=0.02))
    assert states(outbox) == {"sent": MANY}
    assert set(server.counts.values()) == {1}
    assert done.retries > MANY // 10


def test_greylisting_lets_everybody_in(outbox: Path) -> None:
    """Everybody is put off once: all arrive, once, and the sender has waited for them."""
    known: set[str] = set()

    def script(_: Session, step: str, text: str) -> Answer:
        if step != "RCPT" or text in known:
            return None
        known.add(text)
        return "450 4.2.0 greylisted"

    with MailServer(script) as server:
        done = send(outbox, server.port)
    assert states(outbox) == {"sent": MANY}
    assert set(server.counts.values()) == {1}
    assert done.retries == MANY


@pytest.mark.parametrize("policy", ["resend", "hold"])
def test_dropped_after_the_dot(outbox: Path, policy: str) -> None:
    """Some are taken and the connection dropped: 0 lost; resent as often as dropped, or held, none twice."""
    dropped: set[str] = set()

    def script(session: Session, step: str, text: str) -> Answer:
        if step != "DOT" or len(dropped) >= 8 or text in dropped or session.messages < 3:
            return None
        dropped.add(text)
        return Hang(take=True)

    with MailServer(script) as server:
        send(outbox, server.port, replace(FAST, hold=policy == "hold"))
    doubled = len(server.taken) - len(server.counts)
    assert len(server.counts) == MANY
    assert dropped
    if policy == "hold":
        assert (doubled, states(outbox)) == (0, {"sent": MANY - len(dropped), "uncertain": len(dropped)})
    else:
        assert (doubled, states(outbox)) == (len(dropped), {"sent": MANY})
    assert len({each.message_id for each in server.taken}) == MANY


def test_dropped_before_the_dot_is_no_question(outbox: Path) -> None:
    """A connection that ends before a body left leaves nothing uncertain, even with `hold`."""
    hung = 0

    def script(session: Session, step: str, _: str) -> Answer:
        nonlocal hung
        if step == "MAIL" and session.messages == 5 and hung < 5:
            hung += 1
            return Hang()
        return None

    with MailServer(script, offers=()) as server:
        send(outbox, server.port, replace(FAST, hold=True))
    assert hung == 5
    assert states(outbox) == {"sent": MANY}
    assert set(server.counts.values()) == {1}


def test_a_server_that_always_drops_is_left(outbox: Path) -> None:
    """Who hangs up on every message is given up with a sentence, and no message is sent over and over."""
    with MailServer(lambda _, step, __: Hang(take=True) if step == "DOT" else None) as server:
        with pytest.raises(DeliveryError, match="ends one connection after the other"):
            send(outbox, server.port)
        assert len(server.taken) < 3 * (3 * FAST.connections + FAST.connections)
        assert max(server.counts.values()) <= 3
    assert sum(states(outbox).values()) == MANY


def test_a_slow_loris_is_left_at_its_deadline(outbox: Path) -> None:
    """A reply that trickles in is over at its deadline, while the other connections go on."""
    slow: set[int] = set()

    def script(session: Session, step: str, _: str) -> Answer:
        if step == "DOT" and not slow:
            slow.add(session.number)
            return Drip("250 2.0.0 taken at last", 0.2)
        return None

    times: list[float] = []
    with MailServer(script) as server:
        began = time.monotonic()
        send(
            outbox,
            server.port,
            deadlines=Deadlines(command=5, data=5, dot=1.0),
            say=lambda at: times.append(time.monotonic()) if at.uncertain or at.deferred else None,
        )
        took = times[0] - began
    assert 0.9 < took < 2.5
    assert states(outbox) == {"sent": MANY}
    assert not missing(outbox, server.counts)


def test_421_halves_the_connections(outbox: Path) -> None:
    """421 ends its connection and says that there are too many: fewer are opened, and all are sent."""
    told: set[int] = set()

    def script(session: Session, step: str, _: str) -> Answer:
        if step == "MAIL" and session.messages == 3 and session.server.open > 2:
            told.add(session.number)
            return "421 4.7.0 too many connections"
        return None

    widths: list[int] = []
    with MailServer(script) as server:
        send(outbox, server.port, replace(FAST, connections=8), say=lambda at: widths.append(at.connections))
    assert told
    assert max(widths[-2:]) <= 4
    assert states(outbox) == {"sent": MANY}
    assert set(server.counts.values()) == {1}


@pytest.mark.parametrize(
    ("step", "reply"),
    [
        ("RCPT", "550 5.7.1 relaying denied"),
        ("MAIL", "553 5.1.8 sender address rejected"),
        ("DOT", "554 5.6.0 content refused"),
        ("DATA", "554 5.5.1 no"),
        ("MAIL", "530 5.7.0 authentication required"),
    ],
)
def test_a_refusal_of_us_pauses_the_issue(outbox: Path, step: str, reply: str) -> None:
    """What is refused for what we are fails nobody: all wait, and an editor is told why."""
    with MailServer(lambda _, at, __: reply if at == step else None) as server:
        done = send(outbox, server.port)
    assert reply in done.paused
    assert done.sent == 0
    assert states(outbox).get("failed", 0) == 0
    assert sum(states(outbox).values()) == MANY


def test_a_wrong_password_pauses_the_issue(outbox: Path) -> None:
    """AUTH that fails is told with the server's words, and no delivery was touched."""
    script = lambda _, step, __: "535 5.7.8 wrong" if step == "AUTH" else None  # noqa: E731
    with MailServer(script, offers=("PIPELINING", "AUTH PLAIN")) as server:
        account = Server(
            host="127.0.0.1",
            port=server.port,
            tls="none",
            username="me",
            password="no",
            verify=False,
            timeout=5,
        )
        done = send(outbox, server.port, server=account)
    assert "refused the user name or password: 535" in done.paused
    assert states(outbox) == {"pending": MANY}


def test_many_unknown_addresses_pause_the_issue(outbox: Path) -> None:
    """More than 5 % of the first ones do not exist: the list is not what it should be."""

    def script(_: Session, step: str, text: str) -> Answer:
        return "550 5.1.1 unknown" if step == "RCPT" and text[15] in "24680" else None

    with MailServer(script) as server:
        done = send(outbox, server.port)
    assert "addresses do not exist" in done.paused
    assert 11 <= done.failed < 11 + FAST.connections  # of 200, ten would be 5 %; a reply each was on its way
    assert done.sent < MANY // 2


def test_tls_that_fails_loses_nothing(outbox: Path, tmp_path: Path) -> None:
    """A certificate of nobody's is told at once, and nothing is sent in the clear."""
    context, _ = certificate(tmp_path, "other.example")
    with MailServer(tls=context) as server:
        sealed = Server(host="127.0.0.1", port=server.port, tls="implicit", verify=True, timeout=5)
        with pytest.raises(DeliveryError, match="certificate"):
            send(outbox, server.port, server=sealed)
        assert not server.taken
    assert states(outbox) == {"pending": MANY}


def test_the_connection_is_taken_over_under_tls(outbox: Path, tmp_path: Path) -> None:
    """aiosmtplib's handshake and our protocol after it, sealed from the first byte."""
    context, _ = certificate(tmp_path, "localhost")
    with MailServer(tls=context) as server:
        sealed = Server(host="127.0.0.1", port=server.port, tls="implicit", verify=False, timeout=5)
        send(outbox, server.port, server=sealed)
    assert states(outbox) == {"sent": MANY}


@pytest.mark.parametrize("jump", [-86_400.0, -3_600.0, 3_600.0, 4 * 86_400.0])
def test_a_clock_that_jumps_loses_nobody(outbox: Path, jump: float) -> None:
    """An hour or a day back or ahead, in the middle of a send and before the next one."""
    known: set[str] = set()
    began = time.time()

    def wall() -> float:
        return time.time() + (jump if len(known) > MANY // 2 else 0.0)

    def script(_: Session, step: str, text: str) -> Answer:
        if step != "RCPT" or text in known:
            return None
        known.add(text)
        return "451 4.3.0 try again"

    with MailServer(script) as server:
        send(outbox, server.port, wall=wall)
        assert time.time() - began < 30
    assert states(outbox) == {"sent": MANY}
    assert set(server.counts.values()) == {1}


def test_a_next_time_in_the_far_future_is_brought_near(outbox: Path) -> None:
    """A row that waits for next year, because the clock was wrong, waits four hours and a quarter more."""
    with sqlite3.connect(outbox) as database:
        database.execute("UPDATE deliveries SET state = 'deferred', next_at = ?", (time.time() + 3e7,))
    database.close()
    waits: list[float | None] = []
    with Outbox.open(outbox) as store:
        from digest.deliver.outbox import Queue

        issue = store.issue("weekly", 1)
        assert issue
        queue = Queue(
            store, issue.id, Crowd(), write, Pace(0, 0, time.monotonic), clock=time.monotonic, wall=time.time
        )
        queue.next()
        waits.append(queue.wait())
    assert waits[0] is not None
    assert waits[0] <= 4 * 3600 * 1.25


def test_who_leaves_is_not_claimed_any_more(outbox: Path) -> None:
    """Who leaves while the sender runs gets nothing that was not claimed before, and the row says why."""
    crowd = Crowd()
    left_at: dict[str, int] = {}

    def script(session: Session, step: str, text: str) -> Answer:
        number = int(text.partition("reader")[2].partition("@")[0] or 0) if step == "RCPT" else 0
        if number and number % 10 == 0 and number not in crowd.gone:
            # The envelope is on its way, its body waits for the mark.
            crowd.leave(number)
            left_at[text] = len(session.server.taken)
        return None

    with MailServer(script) as server:
        done = send(outbox, server.port, crowd=crowd)
    gone = {f"reader{number}@{crowd.domain(number)}" for number in crowd.gone}
    assert len(gone) == MANY // 10
    assert not gone & set(server.counts)
    assert states(outbox) == {"sent": MANY - len(gone), "skipped": len(gone)}
    assert done.left == 0


def test_who_has_no_topic_or_an_unfit_address_is_passed_over(outbox: Path) -> None:
    """Nothing for them: skipped; an address that would end a command: failed, and never on the wire."""

    def some(person: Somebody) -> Written | None:
        if person.id % 2:
            return None
        made = write(person)
        return replace(made, recipient="a@b.example>\r\nRSET") if person.id == 2 else made

    with MailServer() as server:
        send(outbox, server.port, write=some)
    assert states(outbox) == {"sent": MANY // 2 - 1, "skipped": MANY // 2, "failed": 1}
    assert not any("RSET" in command for session in server.sessions for command in session.commands)


def test_an_address_beyond_ascii_needs_a_server_for_it(outbox: Path) -> None:
    """Without SMTPUTF8 such a delivery fails with the reason; with it the command says so."""

    def foreign(person: Somebody) -> Written:
        return replace(write(person), recipient=f"週報{person.id}@b.example", smtputf8=True)

    with MailServer(offers=("PIPELINING",)) as server:
        send(outbox, server.port, limit=3, write=foreign)
    assert not server.taken
    assert states(outbox)["failed"] >= 3
    with MailServer() as server:
        send(outbox, server.port, limit=2, write=foreign)
        assert any(
            command.endswith("SMTPUTF8 BODY=8BITMIME")
            for session in server.sessions
            for command in session.commands
        )


def test_a_limit_is_kept_and_the_rest_goes_on(outbox: Path) -> None:
    """--limit 30 sends thirty; the next run sends the others."""
    with MailServer() as server:
        assert send(outbox, server.port, limit=30).left == MANY - 30
        assert len(server.taken) == 30
        assert states(outbox) == {"sent": 30, "pending": MANY - 30}
        send(outbox, server.port)
    assert states(outbox) == {"sent": MANY}
    assert set(server.counts.values()) == {1}


def test_stopping_waits_for_what_is_on_its_way(outbox: Path) -> None:
    """A stop leaves nothing uncertain: what left is recorded, the rest is pending."""
    stop = threading.Event()

    def script(session: Session, step: str, _: str) -> Answer:
        if len(session.server.taken) > 40:
            stop.set()
        return Late("250 2.0.0 taken", 0.05) if step == "DOT" else None

    with MailServer(script) as server:
        done = send(outbox, server.port, replace(FAST, hold=True), stopped=stop.is_set)
    assert done.stopped
    found = states(outbox)
    assert found == {"sent": len(server.taken), "pending": MANY - len(server.taken)}
    assert 40 < found["sent"] < MANY


def test_a_rate_is_kept(outbox: Path) -> None:
    """100 a second in all: after a burst of a second's worth, no faster."""
    with MailServer() as server:
        began = time.monotonic()
        send(outbox, server.port, pace=Pace(100, 0, time.monotonic), limit=150)
        took = time.monotonic() - began
    assert len(server.taken) == 150
    assert took > 0.9  # the bucket begins with one token: 149 more at 100/s


def test_progress_is_told(outbox: Path) -> None:
    """What a bar shows: done grows up to the total."""
    told: list[Snapshot] = []
    with MailServer() as server:
        last = send(outbox, server.port, say=told.append)
    assert [each.done for each in told] == sorted(each.done for each in told)
    assert (last.total, last.done, last.seconds_left) == (MANY, MANY, last.seconds_left)


def test_an_unreachable_server_is_told_at_once(outbox: Path) -> None:
    """Nothing answers: a sentence with the address, and everything is still owed."""
    with pytest.raises(DeliveryError, match="nothing answers"):
        send(outbox, 1)
    assert states(outbox) == {"pending": MANY}


def test_a_greeting_that_puts_off_is_tried_again(outbox: Path) -> None:
    """A server that says 421 to the first calls is called again after a while."""

    def script(session: Session, step: str, _: str) -> Answer:
        return "421 4.3.2 not now" if step == "CONNECT" and session.number < 2 else None

    with MailServer(script) as server:
        send(outbox, server.port, replace(FAST, connections=1))
    assert states(outbox) == {"sent": MANY}


def test_marks_are_on_the_disk_before_bodies_leave(outbox: Path) -> None:
    """At each dot, another connection to the outbox sees the delivery in flight: the write-ahead itself."""
    found: list[str] = []

    def script(session: Session, step: str, text: str) -> Answer:
        if step == "DOT":
            number = int(text.partition("@")[0].removeprefix("reader"))
            with sqlite3.connect(outbox) as database:
                found.extend(
                    row[0]
                    for row in database.execute(
                        "SELECT state FROM deliveries WHERE subscriber = ?", (number,)
                    )
                )
            database.close()
        return None

    with MailServer(script) as server:
        send(outbox, server.port, limit=40)
    assert found == ["inflight"] * 40
