"""A sealed issue as it is sent: read from the archive, compiled with the settings of its edition."""

from __future__ import annotations

import os
from datetime import datetime

from digest.deliver.compiling import Compiled, compile_issue
from digest.deliver.dkim import signer
from digest.model import SealedIssue
from digest.press.parting import sealed_mails
from digest.press.places import Site


def compiled(site: Site, sealed: SealedIssue, *, now: datetime) -> Compiled:
    """What writes the messages of a sealed issue; `now` (aware) is the Date of all of them.

    Raises:
        SealError: a file of the issue is missing or is not what was sealed.
        DeliveryError: its edition names no sender, it holds no postal address, or a key cannot be used.
    """
    issue, config = sealed.issue, site.config
    edition = site.edition(issue.edition)
    mails, parts = sealed_mails(site, sealed)
    return compile_issue(
        issue=issue,
        mails=mails,
        parts=parts,
        sender=edition.sender,
        reply_to=edition.reply_to,
        now=now,
        site=config.site.base_url,
        postal_address=config.site.postal_address,
        no_match=edition.no_match,
        signer=signer(config.dkim.domain, config.dkim.selector, os.environ, now),
    )
