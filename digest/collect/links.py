"""What front matter says of an item of somebody else's feed: how long it plays, and where else it stands."""

from __future__ import annotations

import re
from typing import Final

from digest.collect.values import Fields, is_web_address, one_line
from digest.model import Also

_CLOCK: Final = re.compile(r"(?:(?P<hours>\d{1,4}):)?(?P<minutes>\d{1,4}):(?P<seconds>[0-5]\d)(?:\.\d+)?")
_SECONDS: Final = re.compile(r"(?P<seconds>\d{1,7})(?:\.\d*)?(?: ?s(?:ec(?:onds?)?)?)?", re.IGNORECASE)
_WORDS: Final = re.compile(
    r"(?=.*\d)(?:PT)?(?:(?P<hours>\d{1,4}) ?(?:h(?:(?:ou)?rs?)?|小時|시간) ?)?"
    r"(?:(?P<minutes>\d{1,4}) ?(?:m(?:in(?:ute)?s?)?|分鐘?|분) ?)?"
    r"(?:(?P<seconds>\d{1,6})(?:\.\d+)? ?(?:s(?:ec(?:ond)?s?)?|秒|초))?",
    re.IGNORECASE,
)
"""`1h 2m 3s`, `62 min`, and ISO 8601's `PT1H2M3S`."""


def duration_of(fields: Fields) -> int:
    """Seconds that an entry plays, of `3600`, `1:02:03`, `62 min` or `PT1H2M`; a warning and 0 for else."""
    key = fields.key("duration")
    written = one_line(fields.values[key]) if key else ""
    found = next((one for form in (_SECONDS, _CLOCK, _WORDS) if (one := form.fullmatch(written))), None)
    if key and not found:
        fields.warn(
            key, "duration-wrong", f"`{key}: {written}` is no length of time", "write seconds, or 1:02:03"
        )
    parts = found.groupdict() if found else {}
    return sum(
        int(parts.get(name) or 0) * unit for name, unit in (("hours", 3600), ("minutes", 60), ("seconds", 1))
    )


def also_of(fields: Fields) -> tuple[Also, ...]:
    """The other places where the story stands: tables with a name and an address, or addresses alone."""
    value = fields.get("also")
    found: dict[str, Also] = {}
    for item in value if isinstance(value, list) else [value]:
        table = item if isinstance(item, dict) else {"url": item}
        url = one_line(table.get("url"))
        if is_web_address(url):
            found.setdefault(url, Also(name=one_line(table.get("name")), url=url))
    return tuple(found.values())
