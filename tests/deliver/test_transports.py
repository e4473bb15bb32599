"""Handing messages over, to real servers on loopback."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd import smtp
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session

from digest.deliver.message import Message
from digest.deliver.settings import Server
from digest.deliver.transports import send, write_eml
from digest.errors import DeliveryError
from tests.conftest import need

pytestmark = pytest.mark.network

DATA = b"From: w@example.org\r\nTo: ann@example.org\r\nSubject: dots\r\n\r\n.\r\n..\r\nA line.\r\n"
MESSAGE = Message(sender="w@example.org", recipient="ann@example.org", message_id="a@example.org", data=DATA)


class Mailroom:
    """Takes everything, or answers as told."""

    def __init__(self, **replies: str) -> None:
        self.replies = replies
        self.envelopes: list[Envelope] = []
        self.authenticated = False

    async def handle_MAIL(  # noqa: N802
        self, server: smtp.SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.replies.get("mail", "250 OK")

    async def handle_RCPT(  # noqa: N802
        self, server: smtp.SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.replies.get("rcpt", "250 OK")

    async def handle_DATA(self, server: smtp.SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.envelopes.append(envelope)
        self.authenticated = session.authenticated
        return self.replies.get("data", "250 2.0.0 taken as 4711")


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """A self-signed certificate for 127.0.0.1, as a server shows it."""
    need(shutil.which("openssl"), "openssl is missing: apt-get install openssl")
    folder = tmp_path_factory.mktemp("certificate")
    key, cert = folder / "key.pem", folder / "cert.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
    ]
    command += ["-keyout", str(key), "-out", str(cert), "-days", "2", "-subj", "/CN=localhost"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"]
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context


@contextmanager
def mailroom(handler: Mailroom, **options: Any) -> Iterator[int]:
    controller = Controller(handler, hostname="127.0.0.1", port=0, **options)
    # Controller wants to know its port to test it; a bound socket tells us which one is free.
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        controller.port = probe.getsockname()[1]
    controller.start()
    try:
        yield controller.port
    finally:
        asyncio.run_coroutine_threadsafe(_conversations_end(), controller.loop).result(5)
        controller.stop()


async def _conversations_end() -> None:
    """Let the server see that its clients left: stopping it earlier leaves their sockets to the collector."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    if others:
        await asyncio.wait(others, timeout=2)
    await asyncio.sleep(0.01)


@contextmanager
def talker(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that says what `answer` says on its one connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                answer(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(5)


def plain(port: int, **options: Any) -> Server:
    return Server(
        **({"host": "127.0.0.1", "port": port, "tls": "none", "timeout": 20, "verify": False} | options)
    )


def refused(server: Server, message: Message = MESSAGE) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        send(server, message)
    error = caught.value
    assert error.subject == server.name
    assert error.hint
    assert error.sentence
    return error


def test_bytes_arrive_as_they_are() -> None:
    """Lone dots and line ends cross unchanged; the server's last word comes back."""
    room = Mailroom()
    with mailroom(room) as port:
        assert "4711" in send(plain(port), MESSAGE)
    assert room.envelopes[0].original_content == DATA
    assert room.envelopes[0].mail_from == "w@example.org"
    assert room.envelopes[0].rcpt_tos == ["ann@example.org"]


def test_starttls(certificate: ssl.SSLContext) -> None:
    """The message goes sealed; on this machine a self-signed certificate is right."""
    room = Mailroom()
    with mailroom(room, tls_context=certificate, require_starttls=True) as port:
        assert "4711" in send(plain(port, tls="starttls"), MESSAGE)
    assert len(room.envelopes) == 1


def test_certificate_is_checked_off_loopback(certificate: ssl.SSLContext) -> None:
    """Where certificates are checked, a self-signed one stops the sending and nothing is sent."""
    room = Mailroom()
    with mailroom(room, tls_context=certificate) as port:
        error = refused(plain(port, tls="starttls", verify=True))
    assert "certificate of 127.0.0.1 is not trusted" in error.sentence
    assert "SSL_CERT_FILE" in error.hint
    assert not room.envelopes


def test_server_without_starttls_gets_nothing() -> None:
    """A missing STARTTLS never turns into a mail in the clear."""
    room = Mailroom()
    with mailroom(room) as port:
        error = refused(plain(port, tls="starttls"))
    assert "STARTTLS" in error.sentence
    assert not room.envelopes


def test_implicit_tls_against_a_plain_server() -> None:
    """Speaking TLS to a server that does not is told as such."""
    with mailroom(Mailroom()) as port:
        error = refused(plain(port, tls="implicit"))
    assert "no sealed connection" in error.sentence


class Porter:
    """Knows one user."""

    def __call__(
        self, server: smtp.SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"ann", b"sesame")
        return AuthResult(success=right, handled=False)  # not handled: aiosmtpd says the 535 itself


def test_right_password() -> None:
    """AUTH with the right password lets the message through."""
    room = Mailroom()
    with mailroom(room, authenticator=Porter(), auth_require_tls=False) as port:
        send(plain(port, username="ann", password="sesame"), MESSAGE)
    assert room.authenticated


def test_wrong_password() -> None:
    """A refused AUTH is the code, and the hint names the variable of the password."""
    with mailroom(Mailroom(), authenticator=Porter(), auth_require_tls=False) as port:
        error = refused(plain(port, username="ann", password="wrong"))
    assert error.reply == 535
    assert "user name or password" in error.sentence
    assert "DIGEST_SMTP_PASSWORD" in error.hint


def test_server_without_auth() -> None:
    """A user name for a server that asks for none is said."""
    with mailroom(Mailroom()) as port:
        assert "AUTH" in refused(plain(port, username="ann", password="x")).sentence


def test_password_never_goes_in_the_clear() -> None:
    """Off this machine, AUTH without TLS is refused before anything is said."""
    error = refused(plain(25, host="mail.example.org", username="ann", password="x", verify=True))
    assert "unsealed" in error.sentence


@pytest.mark.parametrize(
    ("stage", "reply", "what", "hint"),
    [
        ("mail", "550 5.7.1 not you", "the sender's address", "will not take it"),
        ("rcpt", "550 5.1.1 no such user", "the recipient's address", "will not take it"),
        ("rcpt", "450 4.2.1 greylisted", "the recipient's address", "try again later"),
        ("data", "552 5.3.4 too big", "the message", "will not take it"),
        ("data", "451 4.3.0 try again", "the message", "try again later"),
    ],
)
def test_refusals_carry_the_code(stage: str, reply: str, what: str, hint: str) -> None:
    """Whatever is refused, the error says what, the code, the server's words and what to do."""
    with mailroom(Mailroom(**{stage: reply})) as port:
        error = refused(plain(port))
    assert error.sentence == f"127.0.0.1 refused {what}: {reply}"
    assert error.reply == int(reply[:3])
    assert hint in error.hint


def test_greeting_that_refuses() -> None:
    """A server that greets with 554 is heard."""
    with talker(lambda connection: connection.sendall(b"554 5.7.1 blocked\r\n")) as port:
        error = refused(plain(port))
    assert error.reply == 554
    assert "the connection" in error.sentence


def test_command_that_is_refused() -> None:
    """A server that knows neither EHLO nor HELO is heard as well."""

    def answer(connection: socket.socket) -> None:
        connection.sendall(b"220 hello\r\n")
        while connection.recv(100):
            connection.sendall(b"502 5.5.1 unknown\r\n")

    with talker(answer) as port:
        error = refused(plain(port))
    assert error.reply == 502
    assert "a command" in error.sentence


def test_nothing_listens() -> None:
    """A refused connection names host and port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    error = refused(plain(port))
    assert error.sentence == f"nothing answers at 127.0.0.1:{port}"
    assert error.reply is None


def test_host_that_does_not_exist() -> None:
    """A name without an address is told as a name, not as a connection."""
    assert "there is no server" in refused(plain(25, host="smtp.invalid")).sentence


def test_silent_server_times_out() -> None:
    """A server that accepts and says nothing costs the timeout and no more."""
    hold = threading.Event()
    with talker(lambda _: hold.wait(5) and None) as port:
        error = refused(plain(port, timeout=0.3))
        hold.set()
    assert "did not answer within 0.3 s" in error.sentence


def test_slow_loris_times_out() -> None:
    """The timeout is for a whole reply, not for each byte of one."""

    def drip(connection: socket.socket) -> None:
        try:
            for byte in b"220-" + b"x" * 200:
                connection.sendall(bytes([byte]))
                threading.Event().wait(0.05)
        except OSError:
            pass

    with talker(drip) as port:
        assert "did not answer" in refused(plain(port, timeout=0.5)).sentence


def test_connection_that_drops() -> None:
    """A server that hangs up is said to have closed the connection."""

    def answer(connection: socket.socket) -> None:
        connection.sendall(b"220 hello\r\n")
        connection.recv(100)

    with talker(answer) as port:
        assert "closed the connection" in refused(plain(port)).sentence


def test_utf8_address_needs_a_server_that_takes_it() -> None:
    """With SMTPUTF8 it is sent, without it the error says so."""
    message = Message(
        sender="w@example.org", recipient="週報@example.org", message_id="a@b", data=DATA, smtputf8=True
    )
    room = Mailroom()
    with mailroom(room, enable_SMTPUTF8=True) as port:
        send(plain(port), message)
    assert room.envelopes[0].rcpt_tos == ["週報@example.org"]
    with mailroom(Mailroom(), enable_SMTPUTF8=False) as port:
        assert "SMTPUTF8" in refused(plain(port), message).sentence


def test_goodbye_does_not_matter() -> None:
    """Once the server took the message, a broken QUIT changes nothing."""

    def answer(connection: socket.socket) -> None:
        connection.sendall(b"220 hello\r\n")
        for reply in (b"250 e\r\n", b"250 m\r\n", b"250 r\r\n", b"354 d\r\n"):
            connection.recv(4096)
            connection.sendall(reply)
        connection.recv(4096)
        connection.sendall(b"250 taken\r\n")

    with talker(answer) as port:
        assert send(plain(port), MESSAGE) == "taken"


def test_message_as_a_file(tmp_path: Path) -> None:
    """Where there is no server the bytes are in a file that mail readers open, and nothing else is left."""
    path = write_eml(tmp_path / "var" / "outbox", DATA, "weekly/14 to ann@example.org")
    assert path.name == "weekly-14-to-ann-example.org.eml"
    assert path.read_bytes() == DATA
    assert list(path.parent.iterdir()) == [path]
    assert write_eml(path.parent, b"again", "weekly/14 to ann@example.org").read_bytes() == b"again"


@pytest.mark.parametrize(
    ("name", "expected"), [("../../evil", "evil.eml"), ("", "message.eml"), ("a.eml", "a.eml")]
)
def test_file_name_never_leaves_the_folder(tmp_path: Path, name: str, expected: str) -> None:
    """Slashes and leading dots are no part of a file name."""
    assert write_eml(tmp_path, DATA, name) == tmp_path / expected


def test_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """A file where the folder should be is a DeliveryError with the path."""
    (tmp_path / "outbox").write_text("")
    with pytest.raises(DeliveryError, match="cannot be written") as caught:
        write_eml(tmp_path / "outbox", DATA, "a")
    assert caught.value.subject.endswith("a.eml")


def test_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk fills while writing, the half-written file is gone."""

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DeliveryError, match="No space left"):
        write_eml(tmp_path, DATA, "a")
    assert list(tmp_path.iterdir()) == []


def test_sending_works_inside_a_running_loop() -> None:
    """Issue D sends from a loop of its own: send_smtp is a plain coroutine."""
    from digest.deliver.transports import send_smtp

    room = Mailroom()
    with mailroom(room) as port:
        assert "taken" in asyncio.run(send_smtp(plain(port), MESSAGE))
