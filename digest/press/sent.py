"""Whether readers have got an issue, and letting none get it any more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime

from digest.errors import DigestError
from digest.press.fan_out import outbox_of
from digest.press.places import Site
from digest.press.putting_back import is_older
from digest.store.outbox import Outbox
from digest.store.outbox_file import BusyError, sole_sender
from digest.store.outbox_turns import tried


def was_sent(site: Site, edition: str, number: int) -> bool:
    """Whether anything of an issue may have gone out: it was begun to be handed over, or published elsewhere.

    An issue that this outbox cannot tell of (in a fresh clone, after a loss, an old one put back) counts as
    sent: its readers may have it, and what they have must not come again.
    """
    outbox = Outbox.peek(outbox_of(site))
    if outbox is None:
        return True
    with outbox:
        issue = outbox.issue(edition, number)
        return (
            issue is None or is_older(site, outbox) or (issue.begun_at is not None and tried(outbox, issue))
        )


@contextmanager
def stopped(site: Site, edition: str, number: int, now: datetime) -> Iterator[None]:
    """Let nobody send while an issue is withdrawn, and nothing of it leave afterwards.

    Raises:
        DigestError: somebody is sending at this moment.
    """
    path = outbox_of(site)
    try:
        with sole_sender(path) if path.exists() else nullcontext():
            yield
            cancel(site, edition, number, now)
    except BusyError as busy:
        raise DigestError(
            f"mail is being sent, so {edition}/{number} cannot be withdrawn now",
            subject=busy.subject,
            hint="stop the sender with Ctrl-C, which loses nothing, and withdraw it again",
        ) from None


def cancel(site: Site, edition: str, number: int, now: datetime) -> int:
    """Skip what is still owed of a withdrawn issue, and return how many deliveries that were."""
    outbox = Outbox.peek(outbox_of(site))
    if outbox is None:
        return 0
    with outbox:
        issue = outbox.issue(edition, number)
        return outbox.cancel(issue, now) if issue else 0
