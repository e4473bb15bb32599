"""Taking returned mail by LMTP (RFC 2033) from an MTA beside us: on our disk before the 250 is said."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from digest.deliver.bounces import LARGEST
from digest.deliver.settings import is_loopback
from digest.errors import DeliveryError

if TYPE_CHECKING:
    from aiosmtpd.smtp import SMTP, Envelope, Session

_RECIPIENTS: Final = 50
_AT_ONCE: Final = 50  # connections; more are an MTA that went mad, or not an MTA

Keep = Callable[[bytes, tuple[str, ...]], object]
"""Keep a raw mail with its recipients; when it returns, the mail is on the disk. It may raise."""
Wanted = Callable[[str], bool]
"""Whether mail to an address is for us."""


class _Inbox:
    """What aiosmtpd asks at each step; every recipient is answered for by itself (RFC 2033 §4.2)."""

    def __init__(self, keep: Keep, wanted: Wanted) -> None:
        self._keep = keep
        self._wanted = wanted

    async def handle_RCPT(  # noqa: N802 the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del server, session, options
        if not self._wanted(address):
            return "550 5.1.1 no such mailbox here"
        if len(envelope.rcpt_tos) >= _RECIPIENTS:
            return "452 4.5.3 too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        del server, session
        content = envelope.content or b""
        raw = content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content
        recipients = tuple(str(each) for each in envelope.rcpt_tos)
        try:
            await asyncio.to_thread(self._keep, raw, recipients)
        except Exception:  # a full disk, a locked database: the MTA is to keep it and come again
            reply = "451 4.3.0 it cannot be stored now"
        else:
            reply = "250 2.0.0 stored"
        return "\r\n".join(reply for _ in recipients)


async def listening(place: str, keep: Keep, wanted: Wanted) -> asyncio.Server:
    """A server that takes mail at `host:port` on loopback; close it, and what is being stored is stored.

    Raises:
        DeliveryError: the place is none, is not on this machine, or is taken.
    """
    from aiosmtpd.lmtp import LMTP

    host, port = _place(place)
    inbox, open_now = _Inbox(keep, wanted), set[Any]()

    class Limited(LMTP):
        """LMTP for an MTA beside us, not for a crowd."""

        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            if len(open_now) >= _AT_ONCE:
                transport.close()
            else:
                open_now.add(self)
                super().connection_made(transport)

        def connection_lost(self, error: Exception | None) -> None:
            if self in open_now:
                open_now.discard(self)
                super().connection_lost(error)

    def made() -> asyncio.Protocol:
        return Limited(
            inbox,
            data_size_limit=LARGEST,
            enable_SMTPUTF8=True,
            hostname="digest",
            ident="digest",
            timeout=60,
        )

    try:
        return await asyncio.get_running_loop().create_server(made, host, port)
    except OSError as error:
        raise DeliveryError(
            f"mail cannot be taken there: {error.strerror or error}",
            subject=place,
            hint="choose another port",
        ) from error


def _place(place: str) -> tuple[str, int]:
    host, _, port = place.rpartition(":")
    if not port.isdigit() or int(port) > 65_535 or not is_loopback(host):
        raise DeliveryError(
            f"{place!r} is no place to take mail at",
            subject="[bounces] lmtp",
            hint="write host:port on loopback, such as 127.0.0.1:8124: LMTP has no business on a network",
        )
    return host.strip("[]"), int(port)
