"""Dates of front matter as stamps: aware, naive in the site's zone, or of a day only."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from digest.collect.days import OLDEST, first_day
from digest.model import Origin, Stamp

_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})(?!\d)")
_WEEKDAY: Final = re.compile(
    r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+|(?:星期|週|周|禮拜)[一二三四五六日天]\s*", re.IGNORECASE
)
_CLOCK: Final = re.compile(
    r"(?:\s*[Tt,]\s*|\s+|\s*[(（]?(?:星期|週|周|禮拜)?[一二三四五六日天月火水木金土월화수목금토일]?(?:曜日|요일)?[)）]?\s*)"
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?P<zone>Z|z|UTC|GMT|KST|JST|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?)?\s*"
)
_USUAL: Final = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?(Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_AFTER_DAY: Final = re.compile(
    r"\.?\s*[(（]?(?:星期|週|周|禮拜)?[一二三四五六日天月火水木金土월화수목금토일]?(?:曜日|요일)?[)）]?\s*"
)
NEWEST: Final = 2999
"""Years after it overflow in other time zones, and are slips anyway."""

_NAMED: Final = {"KST": 9, "JST": 9}
_EMPTY: Final = frozenset(("", "none", "null", "nil", "~"))


def stamp(written: str, zone: ZoneInfo, origin: Origin = Origin.FRONT_MATTER) -> Stamp | None:
    """The moment that an editor wrote; None for nothing, or for Go's empty date 0001-01-01.

    Raises:
        ValueError: with a sentence for the editor.
    """
    if (usual := _USUAL.fullmatch(written)) and (quick := _quick(usual, zone, origin)):
        return quick
    text = unicodedata.normalize("NFKC", written).strip().strip("“”\"'")
    if text.casefold() in _EMPTY or text.startswith(("0001-01-01", "0000-00-00")):
        return None
    day, rest = _day(text)
    if day.year > NEWEST:
        raise ValueError(f"the year {day.year} is too far away")
    clock = _CLOCK.fullmatch(rest)
    if clock is None:
        if not _AFTER_DAY.fullmatch(rest):
            raise ValueError(f"after the day, `{rest.strip()}` is no time of day")
        return Stamp(at=datetime.combine(day, time(), zone), day_only=True, origin=origin)
    return Stamp(at=_moment(day, clock, zone), origin=origin)


def _quick(usual: re.Match[str], zone: ZoneInfo, origin: Origin) -> Stamp | None:
    """A date in ISO 8601 as most are written; None for one that needs a second look."""
    year, month, day, hour, minute, second, given = usual.groups()
    try:
        if not OLDEST <= int(year) <= NEWEST:
            return None
        if hour is None:
            at = datetime(int(year), int(month), int(day), tzinfo=zone)
            return Stamp(at=at, day_only=True, origin=origin)
        own = _zone(given, zone)
        at = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second or 0), tzinfo=own)
    except ValueError:
        return None
    return Stamp(at=at, origin=origin)


def _day(text: str) -> tuple[date, str]:
    """The day that a text begins with, and what follows it."""
    start = found.end() if (found := _WEEKDAY.match(text)) else 0
    compact = _COMPACT.match(text, start)
    if compact:
        return _checked(text, *(int(part) for part in compact.groups())), text[compact.end() :]
    day = first_day(text[start:])
    if day is None:
        raise ValueError(_what_is_wrong(text))
    if day.date is None:
        raise ValueError(f"there is no such day as `{text[start : start + day.end].strip()}`")
    return day.date, text[start + day.end :]


def _checked(text: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"there is no such day as `{text[:8]}`") from None


def _what_is_wrong(text: str) -> str:
    if re.match(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}", text):
        return f"`{text[:40]}` can be read with the day or the month first"
    if re.match(r"\d{4}(?:[-/.]\d{1,2})?$", text):
        return f"`{text}` lacks the day"
    return f"`{text[:40]}` is no date"


def _moment(day: date, clock: re.Match[str], zone: ZoneInfo) -> datetime:
    hour = int(clock["hour"])
    if clock["half"]:
        if not 1 <= hour <= 12:
            raise ValueError(f"there is no such time as `{clock[0].strip()}`")
        hour = hour % 12 + (12 if clock["half"][0] in "Pp" else 0)
    micro = int((clock["fraction"] or "0")[:6].ljust(6, "0"))
    try:
        moment = time(hour, int(clock["minute"]), int(clock["second"] or 0), micro)
        at = datetime.combine(day, moment, _zone(clock["zone"], zone))
        at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"there is no such time as `{clock[0].strip()}`") from None
    return at


@lru_cache(maxsize=256)
def _zone(name: str | None, zone: ZoneInfo) -> tzinfo:
    """The zone as written: Z, +0900, +09:00, +9, UTC+8, or the site's."""
    if not name:
        return zone
    name = name.upper()
    if name in _NAMED:
        return timezone(timedelta(hours=_NAMED[name]))
    digits = name.removeprefix("UTC").removeprefix("GMT").replace(":", "")
    if digits in ("", "Z"):
        return UTC
    hours, minutes = (digits[1:-2], digits[-2:]) if len(digits) > 3 else (digits[1:], "0")
    if int(hours) > 14 or int(minutes) > 59:
        raise ValueError(name)
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-offset if digits[0] == "-" else offset)
