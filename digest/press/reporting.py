"""What became of an issue: deliveries, and what came back of them, in numbers and over time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from digest.model.people import DeliveryState, ReturnKind
from digest.press.fan_out import outbox_of
from digest.press.outbox import issue_of
from digest.press.places import Site
from digest.store.bounces import Bounces
from digest.store.delivery_log import DeliveryLog
from digest.store.outbox import Outbox, OutboxIssue

_STRETCHES: Final = (60, 300, 900, 3600, 6 * 3600, 86_400)
"""Seconds of a stretch of time in a chart: the shortest that leaves at most so many of them."""
_MOST: Final = 24
_LONGEST: Final = 60  # stretches of a chart at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Something over time: how many in each stretch of `seconds`, empty ones with 0."""

    seconds: int
    points: tuple[tuple[datetime, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """An issue's deliveries by state and cause, what came back by kind, and both over time.

    What a server refused in our dialogue with it counts as returned, too.
    """

    issue: OutboxIssue
    counts: dict[DeliveryState, int]
    failed: dict[str, int]
    skipped: dict[str, int]
    returned: dict[ReturnKind, int]
    sent: Course
    came_back: Course
    first_sent: datetime | None
    last_sent: datetime | None

    @property
    def owed(self) -> int:
        """Everybody who had a row, but for those who were passed over."""
        return sum(self.counts.values()) - self.counts.get(DeliveryState.SKIPPED, 0)

    def percent(self, many: int) -> float:
        """Of what was sent, in percent."""
        sent = self.counts.get(DeliveryState.SENT, 0)
        return 100 * many / sent if sent else 0.0

    @property
    def rate(self) -> float:
        """Messages a second between the first and the last one."""
        if self.first_sent is None or self.last_sent is None:
            return 0.0
        seconds = (self.last_sent - self.first_sent).total_seconds()
        return self.counts.get(DeliveryState.SENT, 0) / seconds if seconds > 0 else 0.0


def report(site: Site, *, edition: str | None = None, number: int | None = None) -> Report:
    """What became of an issue; the newest of its edition where none is named.

    Raises:
        DigestError: nothing of it was ever owed here.
    """
    name = site.edition(edition).name
    with Outbox.open(outbox_of(site)) as outbox, site.store() as store:
        issue = issue_of(outbox, name, number)
        bounces = Bounces(store)
        span = DeliveryLog(outbox).span(issue)
        back = [at for at, _ in bounces.moments(name, issue.number)]
        return Report(
            issue=issue,
            counts=outbox.counts(issue),
            failed=outbox.causes(issue, DeliveryState.FAILED),
            skipped=outbox.causes(issue, DeliveryState.SKIPPED),
            returned=bounces.counts(name, issue.number),
            sent=_sent(outbox, issue, span),
            came_back=course(Counter(back), min(back), max(back)) if back else _NOTHING,
            first_sent=span[0] if span else None,
            last_sent=span[1] if span else None,
        )


def _sent(outbox: Outbox, issue: OutboxIssue, span: tuple[datetime, datetime] | None) -> Course:
    if span is None:
        return _NOTHING
    seconds = stretch(span[1] - span[0])
    return course(dict(DeliveryLog(outbox).timeline(issue, DeliveryState.SENT, seconds)), *span)


def stretch(span: timedelta) -> int:
    """Seconds of a stretch for a chart of a span."""
    return next((each for each in _STRETCHES if span.total_seconds() < each * _MOST), _STRETCHES[-1])


def course(counts: Mapping[datetime, int], first: datetime, last: datetime) -> Course:
    """Moments and how many there were at each, by stretches from the first to the last."""
    seconds = stretch(last - first)
    begin, end = (int(at.timestamp()) // seconds for at in (first, last))
    found = Counter[int]()
    for at, many in counts.items():
        found[int(at.timestamp()) // seconds] += many
    begin = max(begin, end - _LONGEST)
    return Course(
        seconds=seconds,
        points=tuple(
            (datetime.fromtimestamp(each * seconds, UTC), found[each]) for each in range(begin, end + 1)
        ),
    )


_NOTHING: Final = Course(seconds=60, points=())
