"""What each subscriber's message is made of: the compiled issue, and the addresses that are theirs alone."""

from __future__ import annotations

import os
from datetime import datetime
from typing import cast

from digest.deliver.addresses import mailbox
from digest.deliver.identities import message_id
from digest.deliver.outbox import Person, Write, Written
from digest.deliver.readers import Reader
from digest.deliver.secrets import keyring
from digest.deliver.tokens import KEYS, links
from digest.model import SealedIssue
from digest.press.compiling import compiled
from digest.press.places import Site
from digest.store.audience import Addressee


def writer(site: Site, sealed: SealedIssue, now: datetime) -> Write:
    """What writes a subscriber's message of a sealed issue; the same bytes for every attempt.

    Args:
        now: the Date header of all of them: when sending began.

    Raises:
        DeliveryError: the issue cannot be made into messages, or the site's secret cannot be read.
    """
    issue = sealed.issue
    ready = compiled(site, sealed, now=now)
    ring = keyring(os.environ, site.root)
    ways, key = links(site.config, ring.keys(KEYS)), ring.key("message ids")
    sender = mailbox(site.edition(issue.edition).sender, "sender")

    def write(person: Person) -> Written | None:
        somebody = cast(Addressee, person)
        reader = Reader(
            id=somebody.id,
            address=somebody.address,
            name=somebody.name,
            language=somebody.language,
            topics=frozenset(somebody.topics),
            unsubscribe_url=ways.unsubscribe(somebody.id, issue.number),
            unsubscribe_mailto=ways.unsubscribe_mailto(somebody.id, issue.number),
            preferences_url=ways.preferences(somebody.id, issue.number),
            message_id=message_id(key, issue.id, str(somebody.id), sender.domain),
            return_path=ways.return_path(somebody.id, issue.number) or sender.address,
            since=somebody.since,
        )
        data = ready.wire(reader)
        if data is None:
            return None
        return Written(
            sender=reader.return_path,
            recipient=somebody.address,
            data=data,
            smtputf8=ready.smtputf8(reader),
        )

    return write
