"""Small facts of feeds in the shapes that the world gives them: texts, numbers, durations."""

from __future__ import annotations

import re
from typing import Any, Final

from digest.text.characters import legal

_CLOCK: Final = re.compile(r"(?:(\d{1,4}):)?(\d{1,4}):(\d{1,2})(?:[.,]\d+)?")
_NUMBER: Final = re.compile(r"\d{1,9}(?=(?:[.,]\d*)?$)")
_ISO: Final = re.compile(
    r"P(?:(\d{1,3})D)?T?(?:(\d{1,5})H)?(?:(\d{1,5})M)?(?:(\d{1,9})(?:\.\d+)?S)?", re.ASCII
)
_UNITS: Final = re.compile(
    r"(?:(\d{1,3})\s*(?:hours?|hrs?|h|小時|時間|시간)\s*)?(?:(\d{1,4})\s*(?:minutes?|mins?|m|分鐘?|分|분)\s*)?"
    r"(?:(\d{1,5})\s*(?:seconds?|secs?|s|秒鐘?|秒|초))?",
    re.IGNORECASE,
)
_LONGEST: Final = 14 * 86_400
"""Seconds of the longest recording that is believed."""


def text(value: Any) -> str:
    """A text without illegal characters and blanks around it; a number as text; nothing for anything else."""
    if isinstance(value, str):
        return legal(value).strip()
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def number(value: Any) -> int:
    """A whole number that is not negative, up to nine digits; 0 for anything else."""
    found = _NUMBER.match(text(value))
    return int(found[0]) if found else 0


def seconds(value: Any) -> int:
    """A duration in seconds: `3725`, `62:05`, `1:02:05`, `PT1H2M5S`, `62 min`; 0 where it is none.

    Sources: the itunes:duration of Apple's podcast specification, ISO 8601 §5.5.2, and what people write.
    """
    written = text(value)
    if clock := _CLOCK.fullmatch(written):
        hours, minutes, rest = (int(part or 0) for part in clock.groups())
        found = hours * 3600 + minutes * 60 + rest
    elif iso := _ISO.fullmatch(written.upper()):
        days, hours, minutes, rest = (int(part or 0) for part in iso.groups())
        found = days * 86_400 + hours * 3600 + minutes * 60 + rest
    elif written and (units := _UNITS.fullmatch(written)):
        hours, minutes, rest = (int(part or 0) for part in units.groups())
        found = hours * 3600 + minutes * 60 + rest
    else:
        found = number(written)
    return found if found <= _LONGEST else 0
