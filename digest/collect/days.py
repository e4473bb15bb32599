"""Days as people write them, in the scripts and calendars that our sources use."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day at `[start, end)` of a line after NFKC; `date` is None for an impossible one."""

    date: date | None
    start: int
    end: int


_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul",
            "august aug", "september sept sep", "october oct", "november nov", "december dec",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH: Final = "(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_NUMBER: Final = r"(?P<month>\d{1,2})"
_DAY: Final = r"(?P<day>\d{1,2})"
_YEAR: Final = r"(?P<year>\d{4})"
_HAN: Final = "〇零一二三四五六七八九十廿卅"
_FORMS: Final = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?<![\d.\-/]){_YEAR}(?P<sep>[-/.])\s?{_NUMBER}(?P=sep)\s?{_DAY}(?![\d\-/])(?!\.\d)",
        rf"(?<!\d){_YEAR}\s*[年년]\s*{_NUMBER}\s*[月월]\s*{_DAY}\s*[日號号일]",
        rf"(?P<era>民國|民国|中華民國|令和|平成|昭和|大正)\s*(?P<years>\d{{1,3}}|元)\s*年\s*{_NUMBER}\s*月\s*{_DAY}\s*日",
        rf"(?P<han>[{_HAN}]{{4}})年(?P<month>[{_HAN}]{{1,2}})月(?P<day>[{_HAN}]{{1,3}})[日號号]",
        rf"\b{_MONTH}\s+{_DAY}(?:st|nd|rd|th)?\s*,?\s+{_YEAR}(?!\d)",
        rf"(?<!\d){_DAY}(?:st|nd|rd|th)?(?:\s+of)?[\s\-.]+{_MONTH}[\s,\-]+{_YEAR}(?!\d)",
    )
)
_ERAS: Final = {
    "民國": 1911, "民国": 1911, "中華民國": 1911, "令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911,
}  # fmt: skip
"""What is added to a year of the era (Taiwan's era counts 1912 as 1; 令和元年 is 2019)."""

OLDEST: Final = 1000
"""Years before it are no dates of articles (`0001-01-01` is Go's empty date)."""


def days(line: str) -> Iterator[Day]:
    """Every day in a line, from the left; what looks like one and cannot be has no date."""
    text = unicodedata.normalize("NFKC", line)
    found = [
        Day(date=_date(one), start=one.start(), end=one.end())
        for form in _FORMS
        for one in form.finditer(text)
    ]
    end = -1
    for day in sorted(found, key=lambda one: (one.start, -one.end)):
        if day.start >= end:
            yield day
            end = day.end


def first_day(text: str) -> Day | None:
    """The day that a text begins with, a weekday before it passed over; None when it begins otherwise."""
    found = next(days(text), None)
    return found if found and not text[: found.start].strip(" ,\t") else None


def _date(found: re.Match[str]) -> date | None:
    parts = found.groupdict()
    try:
        if parts.get("han"):
            year = int(
                "".join(
                    str("〇一二三四五六七八九".find(sign) % 10) if sign != "零" else "0"
                    for sign in parts["han"]
                )
            )
            return date(year, _han(parts["month"]), _han(parts["day"]))
        month = parts["month"].lower()
        year = _year(parts)
        return date(year, _MONTHS.get(month) or int(month), int(parts["day"])) if year >= OLDEST else None
    except ValueError:
        return None


def _year(parts: dict[str, str | None]) -> int:
    if era := parts.get("era"):
        years = parts["years"] or ""
        return _ERAS[era] + (1 if years == "元" else int(years))
    return int(parts["year"] or 0)


def _han(numeral: str) -> int:
    """A number under a hundred in Han numerals; ValueError for what is none."""
    numeral = numeral.replace("廿", "二十").replace("卅", "三十")
    tens, ten, units = numeral.rpartition("十")
    digits = [sign for sign in tens + units if sign not in "〇零"]
    values = ["一二三四五六七八九".index(sign) + 1 for sign in digits]
    if not ten:
        return values[0] if len(values) == 1 else 0
    return (values.pop(0) if tens else 1) * 10 + (values[0] if units else 0)
