"""Which day an entry is of, and from when to when it may be shown."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from digest.collect.dates import stamp
from digest.collect.loose_header import read_header
from digest.collect.naming import Name, date_in_path
from digest.collect.values import Fields, is_no, one_line
from digest.model import Origin, Stamp

DATE_KEYS: Final = ("date", "publish_date", "published", "published_at", "pubdate", "created", "created_at")
UPDATED_KEYS: Final = (
    "updated", "last_updated", "lastmod", "last_modified", "modified", "updated_at", "modified_at",
)  # fmt: skip
NOT_BEFORE_KEYS: Final = (
    "publish_date", "pubdate", "published", "published_at", "publish_on", "publish_at", "embargo",
    "embargo_until", "embargoed_until", "embargo_date", "scheduled", "scheduled_at", "scheduled_for",
    "not_before",
)  # fmt: skip
_PROMISES: Final = (
    "publish_date", "publish_on", "publish_at", "embargo", "embargo_until", "embargoed_until", "embargo_date",
    "scheduled_at", "scheduled_for", "not_before",
)  # fmt: skip
"""Keys whose only meaning is that nothing may go out before; others also tell an old entry's date."""

EXPIRES_KEYS: Final = (
    "expiry_date", "expires", "expires_at", "expires_on", "expiration_date", "expire_date", "unpublish_date",
    "unpublish_on", "unpublish_at",
)  # fmt: skip
_ADDRESSES: Final = ("path", "permalink", "url", "slug")
_HEADER: Final = 4_000
"""Characters in which the first fifteen lines of a loose text are looked for."""


def date_of(
    fields: Fields, name: Name, zone: ZoneInfo, *, loose: str = "", profile: bool = False
) -> Stamp | None:
    """The date of an entry, by the surest thing that tells one: Origin's order.

    A wrong date in the front matter is a problem, and no guess stands in for it. `loose` is the text of a
    file without front matter. Where nothing else tells one, Hugo's `lastmod` does; not for profiles.
    """
    given = fields.stamp(zone, *DATE_KEYS)
    if given or _is_wrong(fields.get("date"), zone):
        return given
    if found := _by_address(fields, zone) or _of_day(name.date, zone, name.origin) or _by_header(loose, zone):
        return found
    return None if profile else fields.stamp(zone, "lastmod", "modified")


def _is_wrong(value: object, zone: ZoneInfo) -> bool:
    """Whether a value is meant for a date and is none; `none` and Go's empty date are not meant."""
    if value is None or isinstance(value, bool | dict | list):
        return isinstance(value, dict | list)
    try:
        stamp(one_line(value), zone)
    except ValueError:
        return True
    return False


def not_before(fields: Fields, zone: ZoneInfo) -> Stamp | None:
    """The moment until which an entry waits: the latest of publish dates and embargoes."""
    return max(_stamps(fields, zone, NOT_BEFORE_KEYS), key=lambda one: one.at, default=None)


def is_held(fields: Fields, zone: ZoneInfo) -> bool:
    """Whether a day is promised that cannot be read: what goes out too early cannot be called back."""
    return any(_holds(fields, zone, name) for name in _PROMISES if fields.key(name))


def _holds(fields: Fields, zone: ZoneInfo, name: str) -> bool:
    key, value = fields.key(name), fields.get(name)
    if is_no(value):
        return False
    if not isinstance(value, bool | dict | list):
        with suppress(ValueError):
            stamp(one_line(value), zone)
            return False
    sentence = f"`{key}` names no day, so this entry counts as a draft"
    fields.warn(key, "embargo-wrong", sentence, "write it as 2026-01-31 or 2026-01-31T09:00:00+08:00")
    return True


def expires(fields: Fields, zone: ZoneInfo) -> Stamp | None:
    """The moment from which an entry is shown no more: the earliest that is given."""
    return min(_stamps(fields, zone, EXPIRES_KEYS), key=lambda one: one.at, default=None)


def _stamps(fields: Fields, zone: ZoneInfo, names: tuple[str, ...]) -> list[Stamp]:
    if not fields.key(*names):
        return []
    return [found for name in names if fields.key(name) and (found := fields.stamp(zone, name))]


def _by_address(fields: Fields, zone: ZoneInfo) -> Stamp | None:
    """The day in `path = "2020/09/14/slug"`."""
    for key in _ADDRESSES:
        value = fields.get(key)
        day = date_in_path(value) if isinstance(value, str) else ""
        if found := _of_day(day, zone, Origin.PATH):
            return found
    return None


def _of_day(day: str, zone: ZoneInfo, origin: Origin) -> Stamp | None:
    """A day that a name tells; what cannot be one is part of the name."""
    try:
        return stamp(day, zone, origin) if day else None
    except ValueError:
        return None


def _by_header(text: str, zone: ZoneInfo) -> Stamp | None:
    """The day that the first lines tell, if it is not one of an update."""
    dates = read_header(text[:_HEADER].split("\n")).dates if text else []
    found = next((day.value for day, is_update in dates if not is_update), None)
    return (
        Stamp(at=datetime.combine(found, time(), zone), day_only=True, origin=Origin.HEADER)
        if found
        else None
    )
