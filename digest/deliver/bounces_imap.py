"""Fetching returned mail by IMAP: a mail is kept on our disk before it is marked or deleted on the server."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from digest.config import BouncesTable
from digest.deliver.settings import _from, is_loopback
from digest.errors import DeliveryError

if TYPE_CHECKING:
    from imapclient import IMAPClient

_BATCH: Final = 50
_SECONDS: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """An IMAP folder and how to get there; the certificate is checked everywhere but on this machine."""

    host: str
    port: int = 993
    tls: str = "implicit"
    username: str = ""
    password: str = field(default="", repr=False)
    folder: str = "INBOX"
    delete: bool = False

    @property
    def name(self) -> str:
        """The folder as it is remembered: it outlives another port or password."""
        return f"{self.username}@{self.host}/{self.folder}"


Known = Callable[[str, int], set[int]]
"""The UIDs that are kept already, of a folder with this name and UIDVALIDITY."""
Keep = Callable[[str, int, Sequence[tuple[int, bytes]]], int]
"""Keep mails with their UIDs; when it returns they are on the disk. It tells how many are new."""


def settings(table: BouncesTable, environment: Mapping[str, str]) -> Mailbox:
    """The folder that `[bounces]` names; the password is in DIGEST_IMAP_PASSWORD(_FILE) alone.

    Raises:
        DeliveryError: none is named, the password is not there, or it would cross the network in the clear.
    """
    if not table.imap_host:
        raise DeliveryError(
            "no IMAP server is named",
            subject="[bounces] imap_host",
            hint="name it in config.toml, or read files with `digest bounces import`",
        )
    if table.imap_tls == "none" and not is_loopback(table.imap_host):
        raise DeliveryError(
            "the password would cross the network unsealed",
            subject="[bounces] imap_tls",
            hint='set it to "implicit" or "starttls"',
        )
    password = _from(environment, "DIGEST_IMAP_PASSWORD")
    if not password:
        raise DeliveryError(
            "there is no password for the IMAP server",
            subject="DIGEST_IMAP_PASSWORD",
            hint="set it, or let DIGEST_IMAP_PASSWORD_FILE name a file that holds it",
        )
    return Mailbox(
        host=table.imap_host,
        port=table.imap_port,
        tls=table.imap_tls,
        username=table.imap_username,
        password=password,
        folder=table.imap_folder,
        delete=table.imap_delete,
    )


def fetch(box: Mailbox, known: Known, keep: Keep) -> int:
    """Keep every mail of a folder that is not known, then mark it as read or delete it; how many were new.

    Raises:
        DeliveryError: the server cannot be reached, or refuses.
    """
    with _connected(box) as client:
        validity = int(client.select_folder(box.folder)[b"UIDVALIDITY"])
        there = sorted(client.search(["NOT", "DELETED"]))
        seen = known(box.name, validity)
        new = 0
        wanted = [uid for uid in there if uid not in seen]
        for some in _batches(wanted):
            new += keep(box.name, validity, _fetched(client, some))
            _done(client, box, some)
        # Kept before, but we died before the server was told.
        left = [uid for uid in there if uid in seen]
        if box.delete:
            for some in _batches(left):
                _done(client, box, some)
    return new


def find(box: Mailbox, identity: str) -> bytes | None:
    """The mail of a folder with this Message-ID, left as it is; None where it is not there.

    Raises:
        DeliveryError: the server cannot be reached, or refuses.
    """
    with _connected(box) as client:
        client.select_folder(box.folder, readonly=True)
        found = client.search(["HEADER", "Message-ID", identity])
        return next((raw for _, raw in _fetched(client, found[:1])), None) if found else None


def _fetched(client: IMAPClient, uids: Sequence[int]) -> list[tuple[int, bytes]]:
    found: dict[int, dict[bytes, Any]] = client.fetch(uids, ["BODY.PEEK[]"])
    return [(uid, bytes(found[uid][b"BODY[]"])) for uid in uids if uid in found and b"BODY[]" in found[uid]]


def _done(client: IMAPClient, box: Mailbox, uids: Sequence[int]) -> None:
    if not box.delete:
        client.add_flags(uids, [b"\\Seen"], silent=True)
        return
    client.add_flags(uids, [b"\\Seen", b"\\Deleted"], silent=True)
    # Only ours, where the server knows how (RFC 4315): others may have deleted what they still want back.
    if client.has_capability("UIDPLUS"):
        client.uid_expunge(uids)


def _batches(uids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (uids[start : start + _BATCH] for start in range(0, len(uids), _BATCH))


@contextmanager
def _connected(box: Mailbox) -> Iterator[IMAPClient]:
    from imapclient import IMAPClient
    from imapclient.exceptions import IMAPClientError, LoginError

    try:
        client = IMAPClient(
            box.host,
            port=box.port,
            use_uid=True,
            ssl=box.tls == "implicit",
            ssl_context=_trust(box) if box.tls == "implicit" else None,
            timeout=_SECONDS,
        )
        try:
            if box.tls == "starttls":
                client.starttls(_trust(box))
            client.login(box.username, box.password)
            yield client
            with suppress(OSError, IMAPClientError):
                client.logout()
        finally:
            with suppress(OSError, IMAPClientError):
                client.shutdown()
    except LoginError as error:
        raise _refused(box, error, "check imap_username, and DIGEST_IMAP_PASSWORD") from error
    except (OSError, IMAPClientError) as error:
        raise _refused(box, error, "check imap_host, imap_port, imap_tls and imap_folder") from error


def _trust(box: Mailbox) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if is_loopback(box.host):
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _refused(box: Mailbox, error: Exception, hint: str) -> DeliveryError:
    said = " ".join(str(error).split()).rstrip(".") or type(error).__name__
    said = said.replace(box.password, "…") if box.password else said
    return DeliveryError(
        f"no mail can be fetched by IMAP: {said}", subject=f"{box.host}:{box.port}", hint=hint
    )
