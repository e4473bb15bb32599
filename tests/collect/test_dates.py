"""Dates of front matter, and days in lines."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.collect.dates import stamp
from digest.collect.days import days

TAIPEI = ZoneInfo("Asia/Taipei")


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-01-23T10:00:00+08:00", "2026-01-23T10:00:00+08:00"),
        ("2011-11-24 15:50:00 +0900", "2011-11-24T15:50:00+09:00"),
        ("2026/1/3 9:05", "2026-01-03T09:05:00+08:00"),
        ("2026-01-23T10:00:00Z", "2026-01-23T10:00:00+00:00"),
        ("2026-01-23 10:00:00 UTC", "2026-01-23T10:00:00+00:00"),
        ("2026-01-23 10:00 GMT+9", "2026-01-23T10:00:00+09:00"),
        ("2026-01-23 10:00 JST", "2026-01-23T10:00:00+09:00"),
        ("2026-01-23T10:00:00 -08:00", "2026-01-23T10:00:00-08:00"),
        ("2026-01-23T10:00:00.123456789Z", "2026-01-23T10:00:00.123456+00:00"),
        ("2026-01-23 3:04 PM", "2026-01-23T15:04:00+08:00"),
        ("2026-01-23 12:04 a.m.", "2026-01-23T00:04:00+08:00"),
        ("Mon, 02 Jan 2006 15:04:05 +0800", "2006-01-02T15:04:05+08:00"),
        ("２０２６年１月２３日（金） 10:00", "2026-01-23T10:00:00+08:00"),
        ("20260123T100000", None),
        ("20260123 10:00", "2026-01-23T10:00:00+08:00"),
    ],
)
def test_a_moment_is_aware_in_its_own_zone_or_the_sites(written: str, moment: str | None) -> None:
    """Offsets with and without colon, names that are no riddle, twelve-hour clocks, full-width digits."""
    if moment is None:
        with pytest.raises(ValueError, match="no time of day"):
            stamp(written, TAIPEI)
        return
    found = stamp(written, TAIPEI)
    assert found
    assert not found.day_only
    assert found.at == datetime.fromisoformat(moment)
    assert found.at.isoformat() == moment


@pytest.mark.parametrize(
    "written",
    [
        "2026-01-23",
        "2026/01/23",
        "2026.1.23",
        "2026. 1. 23.",
        "2026. 1. 23. (금)",
        "20260123",
        "Jan 23, 2026",
        "January 23rd, 2026",
        "23 January 2026",
        "Fri, 23 Jan 2026",
        "2026年1月23日",
        "2026年1月23日 星期五",
        "2026년 1월 23일 금요일",
        "民國115年1月23日",
        "令和8年1月23日",
        "二〇二六年一月二十三日",
        "“2026-01-23”",
    ],
)
def test_a_day_alone_is_midnight_in_the_sites_zone(written: str) -> None:
    """In every calendar and script that our sources use."""
    found = stamp(written, TAIPEI)
    assert found
    assert found.day_only
    assert found.at == datetime(2026, 1, 23, tzinfo=TAIPEI)


@pytest.mark.parametrize("written", ["", "none", "null", "0001-01-01T00:00:00Z", "0000-00-00"])
def test_no_date_is_no_date(written: str) -> None:
    """Go's empty date is what Hugo's templates leave."""
    assert stamp(written, TAIPEI) is None


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("2026-13-45", "no such day as `2026-13-45`"),
        ("20261345", "no such day"),
        ("2026-02-30", "no such day"),
        ("soon", "`soon` is no date"),
        ("{{ .Date }}", "is no date"),
        ("2026", "lacks the day"),
        ("2026-01", "lacks the day"),
        ("01/02/2026", "day or the month first"),
        ("2026-01-23 25:00", "no such time"),
        ("2026-01-23 10:00:60", "no such time"),
        ("2026-01-23 13:04 PM", "no such time"),
        ("2026-01-23T10:00:00+99:00", "no such time"),
        ("2026-01-23T10:00:00+15:00", "no such time"),
        ("2026-01-23 foo", "`foo` is no time of day"),
        ("99991231", "too far"),
        ("9999-12-31", "too far"),
        ("0999-01-01", "no such day"),
        ("1000-01-01T00:00:00+14:00", None),
    ],
)
def test_a_wrong_date_is_told_in_a_sentence(written: str, words: str | None) -> None:
    """The sentence quotes what was written."""
    if words is None:
        assert stamp(written, TAIPEI)
        return
    with pytest.raises(ValueError, match=r".") as caught:
        stamp(written, TAIPEI)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Last reviewed May 20, 2026", [date(2026, 5, 20)]),
        ("updated 3 Mar 2025 and 2024-01-02", [date(2025, 3, 3), date(2024, 1, 2)]),
        ("昭和元年5月1日", [date(1926, 5, 1)]),
        (
            "一九九九年十月卅一日、二零二六年十二月十日、二〇二六年一月廿日",
            [date(1999, 10, 31), date(2026, 12, 10), date(2026, 1, 20)],
        ),
        ("二〇二六年十三月一日", [None]),
        ("二〇二六年一二月一日", [None]),
        ("Attention (2017)", []),
        ("IP 192.168.1.1 v1.2.3.4 2026.01.23.5 12026-01-01 2026-01-01-1", []),
        ("May the 4th of 2026", []),
        ("2026-13-45", [None]),
        ("February 30, 2026", [None]),
    ],
)
def test_days_are_found_in_a_line_and_nothing_else(line: str, found: list[date | None]) -> None:
    """Version numbers, addresses and lone years are no days."""
    assert [day.date for day in days(line)] == found


@given(st.text(max_size=60) | st.text(alphabet="0123456789-/.: T+Z年月日JanMayPM民國十", max_size=30))
def test_any_text_is_a_stamp_nothing_or_a_valueerror(text: str) -> None:
    """And a stamp can be told in any zone."""
    try:
        found = stamp(text, TAIPEI)
    except ValueError:
        return
    if found:
        assert found.at.astimezone(ZoneInfo("Pacific/Kiritimati")).tzinfo
        assert found.at.astimezone(ZoneInfo("Pacific/Pago_Pago")).tzinfo
