"""Entries and problems packed: what comes out is what went in, to the last bit, or an error."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest.collect.packing import (
    _PLAIN,
    BrokenError,
    _encoder,
    _summed,
    pack_entry,
    pack_problems,
    unpack_entry,
    unpack_problems,
)
from digest.model import (
    Also,
    Entry,
    EntryType,
    ImageRef,
    Origin,
    Position,
    Problem,
    Quote,
    Roles,
    Severity,
    Stamp,
)

PLACE = Position(path="a.md", line=3, column=2)
AT = datetime(2026, 1, 2, 8, tzinfo=UTC)
ENTRY = Entry(
    key="k",
    type=EntryType.LINK,
    kind="video",
    slug="s",
    title="標題 제목",
    language="ko",
    position=PLACE,
    fingerprint="f",
    date=Stamp(at=AT, day_only=True, origin=Origin.FILE_NAME),
    body="{{< youtube x >}}",
    tags=("a", "b"),
    image=ImageRef(src="i.png", alt="", position=PLACE),
    images=(ImageRef(src="j.png", alt="j", position=PLACE),),
    quotes=(Quote(text="q", by="w"),),
    roles=Roles(role="r", related=("x",)),
    also=(Also(name="n", url="https://u.example"),),
    fields={"list": [1, 2.5, None, True, {"deep": ["x"]}], "空": ""},
    positions={"title": (2, 1)},
)
ZONES = st.one_of(
    st.integers(-86399, 86399).map(lambda seconds: timezone(timedelta(seconds=seconds))),
    st.sampled_from([UTC, ZoneInfo("Asia/Taipei"), ZoneInfo("Europe/Amsterdam")]),
)
MOMENTS = st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=ZONES)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


def test_an_entry_comes_back_whole() -> None:
    """Tuples, enumerations and nested values are what they were."""
    assert repr(unpack_entry(pack_entry(ENTRY, b"n"), b"n")) == repr(ENTRY)


@given(MOMENTS, MOMENTS, VALUES)
@example(datetime(1890, 1, 1, tzinfo=ZoneInfo("Asia/Seoul")), datetime(2026, 1, 1, tzinfo=UTC), 10**30)
def test_every_date_and_value_comes_back(date: datetime, expires: datetime, value: object) -> None:
    """A date on its own clock, also one of seconds; numbers of any size, texts of any letters."""
    entry = replace(ENTRY, date=Stamp(at=date), expires=Stamp(at=expires), fields={"v": value})
    back = unpack_entry(pack_entry(entry, b"n"), b"n")
    # In an hour that a clock skips or has twice, Python calls no two dates equal: their words are compared.
    assert replace(back, date=None, expires=None) == replace(entry, date=None, expires=None)
    assert back.date is not None
    assert back.expires is not None
    assert back.date.at.isoformat() == date.isoformat()
    assert back.expires.at.isoformat() == expires.isoformat()


def test_what_messagepack_cannot_hold_is_packed_otherwise() -> None:
    """Integers beyond 64 bits and half surrogates; endless numbers are held by both."""
    fields = {"n": 10**30, "inf": math.inf, "half": "\ud800"}
    back = unpack_entry(pack_entry(replace(ENTRY, fields=fields), b"n"), b"n")
    assert back == replace(ENTRY, fields=fields)


def test_problems_come_back() -> None:
    """With their frames; none are nothing."""
    problem = Problem(
        severity=Severity.INFO, rule="r", sentence="s", position=PLACE, hint="h", frame=((1, "x"),)
    )
    assert unpack_problems(pack_problems([problem], b"n"), b"n") == (problem,)
    assert pack_problems([], b"n") == b""


@given(st.integers(0), st.integers(0, 7))
def test_a_bent_bit_is_noticed(place: int, bit: int) -> None:
    """Wherever it is; and so are the bytes of another name, a text, nothing."""
    packed = bytearray(pack_entry(ENTRY, b"n"))
    packed[place % len(packed)] ^= 1 << bit
    for data, name in (
        (bytes(packed), b"n"),
        (pack_entry(ENTRY, b"n"), b"m"),
        ("x", b"n"),
        (None, b"n"),
        (b"", b"n"),
    ):
        with pytest.raises(BrokenError):
            unpack_entry(data, name)


def test_what_was_no_entry_is_broken() -> None:
    """Even with a good sum."""
    with pytest.raises(BrokenError):
        unpack_entry(pack_problems([], b"") or pack_entry(ENTRY, b"n")[:-4] + b"\0\0\0\0", b"n")
    with pytest.raises(BrokenError):
        unpack_problems(pack_entry(ENTRY, b"n"), b"n")


def test_what_is_summed_right_and_is_no_entry_is_broken() -> None:
    """A cache of another build, or of a stranger: bytes that are whole and mean nothing."""
    with pytest.raises(BrokenError):
        unpack_entry(_summed(_PLAIN + _encoder.encode({"entry": 1}), b"a.md"), b"a.md")
