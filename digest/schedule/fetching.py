"""Fetching by the clock: each feed by its own pace, and all of them before an issue."""

from __future__ import annotations

import traceback
from datetime import datetime, timedelta
from typing import Final

from digest.errors import DigestError
from digest.press import Site, feeds
from digest.press.feed_reports import news
from digest.schedule.slots import latest_slot, zone_of

FRESH: Final = timedelta(minutes=30)
"""How old a visit of a feed may be when an issue is made."""


def fetched(site: Site, now: datetime) -> tuple[str, ...]:
    """Visit the feeds that are due, and say what there is to say of it, a line each; nothing is raised."""
    slots = [
        latest_slot(each.schedule, zone_of(each.schedule, site.config), now)
        for each in site.config.editions
        if each.schedule
    ]
    since = max((slot.at - FRESH for slot in slots if slot), default=None)
    try:
        if not feeds.any_due(site, now, since):
            return ()
        return news(feeds.fetch(site, now=now, visited_since=since))
    except DigestError as error:
        return (f"feeds could not be fetched: {error.sentence} ({error.subject})",)
    except Exception as error:  # a fault of ours must not take the issues with it
        traceback.print_exc()
        return (f"feeds could not be fetched: {type(error).__name__}: {error}",)
