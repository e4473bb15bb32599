"""The probe of `doctor`: a real message to a mailbox of one's own, and what it is once it has arrived."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from time import monotonic, sleep
from typing import Final

from digest.deliver import bounces_imap
from digest.deliver.addresses import mailbox
from digest.deliver.message import Message
from digest.deliver.outbox import Written
from digest.deliver.settings import server
from digest.deliver.tokens import NOBODY
from digest.deliver.transports import send_smtp
from digest.errors import DeliveryError, DigestError, UsageError
from digest.press.letters import writer
from digest.press.places import Site
from digest.press.publishing import sealed_issue
from digest.press.subscription import call_sendmail
from digest.press.ways import check_sender, way_of
from digest.store.audience import Addressee

PATIENCE: Final = 90.0
"""Seconds that a probe may take to arrive."""
_PAUSE: Final = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A message that left: of which issue, to whom, and what the server said of it."""

    issue: str
    to: str
    message_id: str
    reply: str


def send_probe(site: Site, to: str, now: datetime, edition: str | None = None) -> Probe:
    """Mail the newest sealed issue to one address, as to a reader: the same headers, signature and server.

    Its links are of nobody, and do nothing.

    Raises:
        UsageError: it is no address, or mail becomes files.
        DigestError: no issue is sealed, or the mail could not be handed over.
    """
    try:
        address = mailbox(to, "recipient").address
    except DeliveryError as error:
        raise UsageError(error.sentence, subject="--probe", hint=error.hint) from None
    sealed = sealed_issue(site, edition)
    check_sender(site, sealed.issue.edition, way_of(site))
    nobody = Addressee(id=NOBODY, address=address, name="", language="", topics=(), since=None)
    written = writer(site, sealed, now)(nobody)
    if written is None:
        raise DigestError(f"{sealed.issue.id} has nothing to mail", subject=sealed.issue.id)
    identity = str(message_from_bytes(written.data, policy=policy.default)["Message-ID"]).strip("<>")
    return Probe(
        issue=sealed.issue.id, to=address, message_id=identity, reply=_handed(site, written, identity)
    )


def _handed(site: Site, written: Written, identity: str) -> str:
    table = site.config.delivery
    message = Message(
        sender=written.sender,
        recipient=written.recipient,
        message_id=identity,
        data=written.data + b"\r\n",
        smtputf8=written.smtputf8,
    )
    if table.transport == "sendmail":
        call_sendmail(table.sendmail, message)
        return "taken by sendmail"
    found = server(table, os.environ)
    if table.transport == "folder" or found is None:
        raise UsageError(
            "mail becomes files here, and none of them arrives",
            subject="[delivery] transport",
            hint="name a server, then probe it",
        )
    return asyncio.run(send_smtp(found, message))


def is_polled(site: Site, to: str) -> bool:
    """Whether what is mailed to an address can be fetched by `[bounces]`."""
    table = site.config.bounces
    local, _, domain = table.address.rpartition("@")
    said, _, where = to.rpartition("@")
    return bool(table.imap_host) and domain.lower() == where.lower() and said.partition("+")[0] == local


def arrived(site: Site, probe: Probe) -> bytes:
    """The probe, fetched by IMAP from the mailbox of `[bounces]`; it stays there.

    Raises:
        DeliveryError: it has not arrived within PATIENCE seconds, or the server cannot be asked.
    """
    box = bounces_imap.settings(site.config.bounces, os.environ)
    until = monotonic() + PATIENCE
    while (found := bounces_imap.find(box, probe.message_id)) is None:
        if monotonic() >= until:
            raise DeliveryError(
                f"the probe has not arrived within {PATIENCE:g} s",
                subject=probe.to,
                hint="look where it went, then save it as a file: digest doctor --received FILE",
            )
        sleep(_PAUSE)
    return found
