"""Who gets an issue: subscribers, what became of them, and one issue owed to one of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final


class SubscriberState(StrEnum):
    """Where somebody stands with an edition; only who is active is mailed."""

    PENDING = "pending"  # asked to be subscribed, has not confirmed
    ACTIVE = "active"
    UNSUBSCRIBED = "unsubscribed"  # left; may come back
    SUPPRESSED = "suppressed"  # hard bounce, complaint or erasure: must never be mailed again


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """A person's subscription of one edition.

    `id` is the database's number, `address` the mail address as it is written to. `topics` are tag keys
    (`digest.text.tags.tag_key`, aliases applied); none means every topic. `language` is one of the edition's
    languages; empty means the edition's own. `since` is when the subscription became active.
    """

    id: int
    edition: str
    address: str
    state: SubscriberState
    language: str = ""
    name: str = ""
    topics: tuple[str, ...] = ()
    since: datetime | None = None


class ConsentAction(StrEnum):
    """What a line of the record of consents says was done."""

    ASKED = "asked"  # by a form: to be subscribed, not confirmed yet
    CONFIRMED = "confirmed"  # by the link in the confirmation mail
    INVITED = "invited"  # on an editor's word: the mail that asks them to confirm has left
    IMPORTED = "imported"  # by an editor, from another list; not confirmed
    VOUCHED = "vouched"  # by an editor, who says that they confirmed elsewhere
    CHANGED = "changed"  # topics, language or name
    LEFT = "left"
    SUPPRESSED = "suppressed"
    ERASED = "erased"


MAILED_TO_CONFIRM: Final = (ConsentAction.ASKED, ConsentAction.INVITED)
"""What the record says of those whom a mail has asked to confirm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """A line of the record of consents, which is only ever added to.

    `source` says where it was given (`form`, `one-click`, `mail`, `import`, `editor`, `bounce` …), `text`
    which version of the words was agreed to, `detail` what is to be known besides: a file, another service,
    a reason. No address is in it, for it outlives the subscriber.
    """

    action: ConsentAction
    source: str
    at: datetime
    text: str = ""
    detail: str = ""


class SuppressionReason(StrEnum):
    """Why an address is never mailed again."""

    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    ERASED = "erased"
    EDITOR = "editor"  # by hand, or on the list of a service that blocked it


class ReturnKind(StrEnum):
    """What came back of a mail."""

    HARD = "hard"  # the address is not there
    SOFT = "soft"  # refused for now, or for a reason that may pass
    BLOCKED = "blocked"  # refused for what we are or send: no fault of the address
    COMPLAINT = "complaint"  # the reader called it spam
    LEAVING = "leaving"  # asked to be unsubscribed, by mail or by a link of this issue
    NOTHING = "nothing"  # a delay, a receipt, an answer from somebody who is away
    UNKNOWN = "unknown"  # nobody could tell


class DeliveryState(StrEnum):
    """Where one issue owed to one subscriber stands (research/delivery.md §2)."""

    PENDING = "pending"  # not begun
    INFLIGHT = "inflight"  # its mark is on disk; the body may have left
    SENT = "sent"  # the server took it
    DEFERRED = "deferred"  # refused for now (4xx); tried again at `next_at`
    FAILED = "failed"  # refused for good
    UNCERTAIN = "uncertain"  # the connection was lost after the last dot, and the policy is `hold`
    SKIPPED = "skipped"  # no topic of the reader's in the issue, left, or suppressed before it was claimed
