"""How a site's mail leaves, and what must be true of it first."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Final

from digest import deliver
from digest.deliver import handing
from digest.deliver.addresses import mailbox
from digest.deliver.office import Deadlines
from digest.deliver.providers import FREE_MAIL, PROVIDERS
from digest.deliver.sending import Opener
from digest.deliver.transports import opener
from digest.errors import DigestError, GateError
from digest.model import SealedIssue
from digest.model.people import DeliveryState, ReturnKind
from digest.press.places import Site
from digest.store import Store
from digest.store.bounces import Bounces
from digest.store.outbox import Outbox

_FEW: Final = 3  # complaints, under which no share of them means anything


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How mail leaves, in words, and what opens it; `host` is empty where it is no server."""

    name: str
    opener: Opener
    host: str = ""


def way_of(site: Site) -> Way:
    """The way that `[delivery]` and the environment name.

    Raises:
        DigestError: they name none.
        DeliveryError: a value cannot be used.
    """
    table = site.config.delivery
    if table.transport == "folder":
        place = site.root / table.folder
        return Way(name=f"files in {table.folder}", opener=handing.caller(handing.folder(place)))
    if table.transport == "sendmail":
        return Way(name=table.sendmail, opener=handing.caller(handing.sendmail(table.sendmail)))
    server = deliver.server(table, os.environ)
    if server is None:
        raise DigestError(
            "no SMTP server is named",
            subject="[delivery] host",
            hint='name it there, by `provider`, or in DIGEST_SMTP_HOST; transport = "folder" writes files',
        )
    seconds = float(table.timeout_seconds)
    deadlines = Deadlines(command=seconds, data=seconds, dot=float(table.message_timeout_seconds))
    return Way(name=server.name, opener=opener(server, deadlines=deadlines), host=server.host)


def check_sender(site: Site, edition: str, way: Way) -> None:
    """Refuse a From that receivers would refuse: one of everybody's domain, which no other server signs for.

    Raises:
        GateError: it is one, and the mail does not leave by its provider's own server.
        DeliveryError: it is no address.
    """
    domain = mailbox(site.edition(edition).sender, "sender").domain
    own = PROVIDERS.get(site.config.delivery.provider)
    at_home = (own is not None and domain in own.domains) or way.host.endswith(f".{domain}")
    if domain in FREE_MAIL and not at_home and way.host:
        raise GateError(
            f"mail from an address of {domain} cannot be sent by {way.host}: its DMARC policy forbids it",
            subject=f"editions.{edition}.sender",
            hint="use an address of your own domain",
        )


def check_complaints(site: Site, store: Store, outbox: Outbox, sealed: SealedIssue) -> None:
    """Hold an issue whose forerunner was called spam by too many: at 0.3 % mailbox providers block.

    Raises:
        GateError: with the share; the limit is `[delivery] hold_complaint_percent`.
    """
    edition = sealed.issue.edition
    earlier = [
        each for each in outbox.issues() if each.edition == edition and each.number < sealed.issue.number
    ]
    if not earlier:
        return
    last = max(earlier, key=lambda each: each.number)
    sent = outbox.counts(last).get(DeliveryState.SENT, 0)
    complaints = Bounces(store).counts(edition, last.number).get(ReturnKind.COMPLAINT, 0)
    if complaints >= _FEW and sent and 100 * complaints / sent >= site.config.delivery.hold_complaint_percent:
        raise GateError(
            f"{complaints} of {sent} readers called {last.name} spam ({100 * complaints / sent:.2f} %)",
            subject="[delivery] hold_complaint_percent",
            hint="find out why; raise the limit to send all the same",
        )
