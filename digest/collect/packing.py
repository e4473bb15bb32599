"""Entries and problems as bytes and back, exactly; a sum at the end tells bytes that a disk has bent."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final, TypeVar
from zlib import crc32

import msgspec

from digest.model import Entry, Problem, Stamp

SUM: Final = 4
"""Bytes at the end of what is packed: a sum over it and its name."""
_PLAIN: Final = b"\0"
_WIDE: Final = b"\1"
_STAMPS: Final = ("date", "updated", "not_before", "expires")

Value = TypeVar("Value")


class BrokenError(Exception):
    """These bytes are not what was packed."""


class _Kept(msgspec.Struct, array_like=True):
    """An entry, and how far from UTC each of its dates is in seconds: MessagePack knows moments only."""

    entry: Entry
    offsets: tuple[int, ...]


_encoder: Final = msgspec.msgpack.Encoder()
_kept: Final = msgspec.msgpack.Decoder(_Kept)
_problems: Final = msgspec.msgpack.Decoder(tuple[Problem, ...])


def pack(value: Any, name: bytes) -> bytes:
    """A value of our own (numbers, texts, structs) as bytes, with a sum over them and the name they go by."""
    return _summed(_encoder.encode(value), name)


def unpack(data: object, name: object, decoder: msgspec.msgpack.Decoder[Value]) -> Value:
    """What was packed under this name. Raises BrokenError."""
    try:
        return decoder.decode(_checked(data, name))
    except msgspec.MsgspecError as error:
        raise BrokenError(str(error)) from error


def pack_entry(entry: Entry, name: bytes) -> bytes:
    """An entry as bytes: MessagePack, or JSON where front matter holds what that cannot (10**30)."""
    kept = _Kept(entry=entry, offsets=tuple([_offset(getattr(entry, each)) for each in _STAMPS]))
    try:
        return _summed(_PLAIN + _encoder.encode(kept), name)
    except (OverflowError, UnicodeEncodeError):
        wide = _Kept(entry=_in_utc(entry), offsets=kept.offsets)
        return _summed(_WIDE + json.dumps(msgspec.to_builtins(wide)).encode(), name)


def unpack_entry(data: object, name: object) -> Entry:
    """The entry again, equal in every part, dates in the zone offset that they had. Raises BrokenError."""
    inner = _checked(data, name)
    try:
        plain = inner[:1] == _PLAIN
        kept = _kept.decode(inner[1:]) if plain else msgspec.convert(json.loads(inner[1:]), _Kept)
    except (msgspec.MsgspecError, ValueError) as error:
        raise BrokenError(str(error)) from error
    for each, offset in zip(_STAMPS, kept.offsets, strict=True):
        if offset:
            _move(getattr(kept.entry, each), offset)
    return kept.entry


def pack_problems(problems: Sequence[Problem], name: bytes) -> bytes:
    """Problems as bytes; nothing for none."""
    return pack(problems, name) if problems else b""


def unpack_problems(data: object, name: object) -> tuple[Problem, ...]:
    """The problems again. Raises BrokenError."""
    return unpack(data, name, _problems)


def _offset(stamp: Stamp | None) -> int:
    away = stamp.at.utcoffset() if stamp else None
    return int(away.total_seconds()) if away else 0


def _in_utc(entry: Entry) -> Entry:
    """The entry with its dates as moments: text has no offsets of seconds, as clocks had before 1900."""
    stamps = {each: stamp for each in _STAMPS if (stamp := getattr(entry, each))}
    return replace(
        entry, **{each: replace(stamp, at=stamp.at.astimezone(UTC)) for each, stamp in stamps.items()}
    )


def _move(stamp: Stamp, offset: int) -> None:
    """Put a date back into its zone: nobody else has seen it yet, and a new entry costs ten times more."""
    zone = timezone(timedelta(seconds=offset))
    moment: datetime = stamp.at.astimezone(zone)
    object.__setattr__(stamp, "at", moment)


def _summed(data: bytes, name: bytes) -> bytes:
    return data + crc32(data, crc32(name)).to_bytes(SUM, "little")


def _checked(data: object, name: object) -> bytes:
    """The bytes without their sum. A disk may make anything of a row: a text, the row of another name."""
    if not isinstance(data, bytes) or not isinstance(name, bytes):
        raise BrokenError("no bytes")
    inner = data[:-SUM]
    if crc32(inner, crc32(name)) != int.from_bytes(data[-SUM:], "little"):
        raise BrokenError("the sum is wrong")
    return inner
