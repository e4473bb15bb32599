"""The ways that a message leaves by: an SMTP server, or a file where none is configured."""

from __future__ import annotations

import asyncio
import os
import re
import socket
import ssl
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from digest.deliver.message import Message
from digest.deliver.office import Deadlines, Office
from digest.deliver.pipelining import Wire
from digest.deliver.settings import Server, is_loopback
from digest.errors import DeliveryError

if TYPE_CHECKING:
    from aiosmtplib import SMTP, SMTPResponseException

_CERTIFICATE: Final = (
    "let the host's name be the one in the certificate; a private authority's certificate is trusted when "
    "SSL_CERT_FILE names it"
)
_CLASSES: Final = {
    4: "the server asks to try again later: wait some minutes and send again",
    5: "the server will not take it: read its reply, and check the sender's and the recipient's address",
}


def send(server: Server, message: Message) -> str:
    """Hand one message to a server and wait for its last word; see send_smtp."""
    return asyncio.run(send_smtp(server, message))


async def send_smtp(server: Server, message: Message) -> str:
    """Hand one message to a server; the return value is what the server said of it.

    Lines and dots are prepared for the wire here (RFC 5321 §4.5.2); the bytes are otherwise left alone.

    Raises:
        DeliveryError: with the server as its subject, its reply code where it gave one, and a hint.
    """
    from aiosmtplib import SMTPException

    client = _client(server)
    try:
        reply = await _dialogue(client, server, message)
        await _goodbye(client)
    except (OSError, ValueError, SMTPException) as error:
        raise _explained(server, error) from error
    finally:
        await _hang_up(client)
    return reply


def meet(server: Server) -> None:
    """Connect, seal, sign in and say farewell, without a mail. Raises DeliveryError, as send_smtp does."""
    asyncio.run(_meet(server))


async def _meet(server: Server) -> None:
    from aiosmtplib import SMTPException

    client = _client(server)
    try:
        await _handshake(client, server)
        if client.is_ehlo_or_helo_needed:
            await _greet(client)
        await _goodbye(client)
    except (OSError, ValueError, SMTPException) as error:
        raise _explained(server, error) from error
    finally:
        await _hang_up(client)


def opener(
    server: Server, *, deadlines: Deadlines | None = None, clock: Callable[[], float] = time.monotonic
) -> Callable[[Office], Awaitable[Wire]]:
    """What opens connections for a sender: aiosmtplib connects, seals and signs in, and we take over.

    What it returns raises DeliveryError, as send_smtp does.
    """

    async def open_wire(office: Office) -> Wire:
        from aiosmtplib import SMTPException

        client = _client(server)
        try:
            await _handshake(client, server)
            if client.is_ehlo_or_helo_needed:
                await _greet(client)
            if client.transport is None or client.transport.is_closing():
                raise ConnectionResetError
        except (OSError, ValueError, SMTPException) as error:
            await _hang_up(client)
            raise _explained(server, error) from error
        return Wire(
            office,
            cast(asyncio.Transport, client.transport),
            pipelining=client.supports_extension("pipelining"),
            smtputf8=client.supports_extension("smtputf8"),
            eight_bit=client.supports_extension("8bitmime"),
            deadlines=deadlines,
            clock=clock,
            keep=client,
        )

    return open_wire


def write_eml(folder: Path, data: bytes, name: str) -> Path:
    """Write a message as a file that mail readers open, whole or not at all; `.eml` is added to the name.

    Raises:
        DeliveryError: the folder cannot be written, or the disk is full.
    """
    stem = re.sub(r"[^\w.-]+", "-", name.removesuffix(".eml")).strip(".-") or "message"
    path = folder / f"{stem}.eml"
    temporary = ""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=folder)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except OSError as error:
        with suppress(OSError):
            Path(temporary).unlink()
        raise DeliveryError(
            f"the message cannot be written: {error.strerror or error}",
            subject=str(path),
            hint="check that the folder can be written and the disk has room",
        ) from error
    return path


def _client(server: Server) -> SMTP:
    from aiosmtplib import SMTP

    _refuse_open_password(server)
    _refuse_half_a_login(server)
    return SMTP(
        hostname=server.host,
        port=server.port,
        timeout=server.timeout,
        use_tls=server.tls == "implicit",
        start_tls=False,  # said below, so that a server without it is an error and not a mail in the clear
        tls_context=_trust(server),
        local_hostname="localhost" if is_loopback(server.host) else None,
    )


async def _handshake(client: SMTP, server: Server) -> None:
    await client.connect()
    if server.tls == "starttls":
        await client.starttls()
    if server.username:
        await client.login(server.username, server.password)


async def _greet(client: SMTP) -> None:
    """Say EHLO; a server of the last century gets HELO and offers nothing."""
    from aiosmtplib import SMTPHeloError

    try:
        await client.ehlo()
    except SMTPHeloError:
        await client.helo()


async def _dialogue(client: SMTP, server: Server, message: Message) -> str:
    await _handshake(client, server)
    options = ["SMTPUTF8", "BODY=8BITMIME"] if message.smtputf8 else []
    _, reply = await client.sendmail(message.sender, [message.recipient], message.data, mail_options=options)
    return reply


async def _goodbye(client: SMTP) -> None:
    """Say QUIT; the message is theirs by now, however they answer."""
    from aiosmtplib import SMTPException

    with suppress(OSError, SMTPException):
        await client.execute_command(b"QUIT")


async def _hang_up(client: SMTP) -> None:
    """Close the socket now: a sealed connection would wait for the other side's farewell."""
    transport = cast("asyncio.Transport | None", client.transport)
    client.close()
    if transport:
        transport.abort()
        await asyncio.sleep(0)


def _trust(server: Server) -> ssl.SSLContext | None:
    if server.tls == "none":
        return None
    context = ssl.create_default_context()
    if not server.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _refuse_half_a_login(server: Server) -> None:
    if server.username and not server.password:
        raise DeliveryError(
            f"{server.name} wants a password for {server.username}, and there is none",
            subject="DIGEST_SMTP_PASSWORD",
            hint="set it, or DIGEST_SMTP_PASSWORD_FILE; without a user name none is needed",
        )


def _refuse_open_password(server: Server) -> None:
    if server.username and server.tls == "none" and not is_loopback(server.host):
        raise DeliveryError(
            "the password would cross the network unsealed, so nothing was sent",
            subject=server.name,
            hint='set tls to "starttls" or "implicit"',
        )


def _explained(server: Server, error: Exception) -> DeliveryError:
    """The failure as a sentence with the server, its code and what to do."""
    from aiosmtplib import SMTPRecipientsRefused, SMTPResponseException

    if isinstance(error, SMTPRecipientsRefused):
        error = error.recipients[0]
    if isinstance(error, SMTPResponseException):
        return _replied(server, error)
    sentence, hint = _unheard(server, error)
    return DeliveryError(sentence, subject=server.name, hint=hint)


def _replied(server: Server, error: SMTPResponseException) -> DeliveryError:
    from aiosmtplib import (
        SMTPAuthenticationError,
        SMTPConnectResponseError,
        SMTPDataError,
        SMTPRecipientRefused,
        SMTPSenderRefused,
    )

    refused: dict[type[Exception], str] = {
        SMTPAuthenticationError: "the user name or password",
        SMTPSenderRefused: "the sender's address",
        SMTPRecipientRefused: "the recipient's address",
        SMTPDataError: "the message",
        SMTPConnectResponseError: "the connection",
    }
    what = refused.get(type(error), "a command")
    said = " ".join(str(error.message).split())
    hint = _CLASSES.get(error.code // 100, "read the server's reply")
    if isinstance(error, SMTPAuthenticationError):
        hint = "check the user name, and DIGEST_SMTP_PASSWORD or DIGEST_SMTP_PASSWORD_FILE"
    return DeliveryError(
        f"{server.host} refused {what}: {error.code} {said}",
        subject=server.name,
        hint=hint,
        reply=error.code,
    )


def _unheard(server: Server, error: Exception) -> tuple[str, str]:
    """Sentence and hint for a failure in which the server gave no reply code: the first cause we know."""
    known = (_known(server, cause) for cause in _causes(error))
    said = " ".join(str(error).split()).rstrip(".")
    unknown = f"{server.host} cannot take the message: {said}", "check tls, user name and host in [delivery]"
    return next((each for each in known if each), unknown)


def _known(server: Server, cause: BaseException) -> tuple[str, str] | None:
    from aiosmtplib import SMTPConnectError, SMTPNotSupported, SMTPTimeoutError

    match cause:
        case socket.gaierror():
            told = f"there is no server {server.host}", "check the host's name and the network"
        case ConnectionRefusedError():
            told = f"nothing answers at {server.name}", "check host and port; is the server running?"
        case ssl.SSLCertVerificationError():
            told = f"the certificate of {server.host} is not trusted: {cause.verify_message}", _CERTIFICATE
        case ssl.SSLError():
            reason = cause.reason or "the handshake failed"
            told = f"no sealed connection to {server.name}: {reason}", "465 is implicit TLS, 587 STARTTLS"
        case SMTPTimeoutError() | TimeoutError():
            told = (
                f"{server.name} did not answer within {server.timeout:g} s",
                "check host, port and firewall; tls must fit the port (465 implicit, 587 starttls)",
            )
        case SMTPNotSupported():
            told = (
                f"{server.host} takes no address that is not ASCII before the @ (it offers no SMTPUTF8)",
                "use an ASCII address, or a server that offers SMTPUTF8",
            )
        case ConnectionError() if not (isinstance(cause, SMTPConnectError) and cause.__cause__):
            told = f"{server.name} closed the connection", "try again; if it stays so, ask its operator"
        case _:
            return None
    return told


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__
