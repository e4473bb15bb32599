"""Entries and problems as bytes and back, exactly; a sum at the end tells bytes that a disk has bent."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import Any, Final, TypeVar
from zlib import crc32

import msgspec

from digest.model import Entry, Problem, Stamp

_SUM: Final = 4
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


def pack(value: Any) -> bytes:
    """A value of our own (numbers, texts, structs) as bytes with their sum."""
    return _summed(_encoder.encode(value))


def unpack(data: bytes, decoder: msgspec.msgpack.Decoder[Value]) -> Value:
    """What was packed. Raises BrokenError."""
    try:
        return decoder.decode(_checked(data))
    except msgspec.MsgspecError as error:
        raise BrokenError(str(error)) from error


def pack_entry(entry: Entry) -> bytes:
    """An entry as bytes: MessagePack, or JSON where front matter holds what that cannot (10**30)."""
    kept = _Kept(entry=entry, offsets=tuple(_offset(getattr(entry, name)) for name in _STAMPS))
    try:
        return _summed(_PLAIN + _encoder.encode(kept))
    except (OverflowError, UnicodeEncodeError, msgspec.MsgspecError):
        return _summed(_WIDE + json.dumps(msgspec.to_builtins(kept)).encode())


def unpack_entry(data: bytes) -> Entry:
    """The entry again, equal in every part, dates in the zone offset that they had. Raises BrokenError."""
    inner = _checked(data)
    try:
        plain = inner[:1] == _PLAIN
        kept = _kept.decode(inner[1:]) if plain else msgspec.convert(json.loads(inner[1:]), _Kept)
    except (msgspec.MsgspecError, ValueError) as error:
        raise BrokenError(str(error)) from error
    for name, offset in zip(_STAMPS, kept.offsets, strict=True):
        if offset:
            _move(getattr(kept.entry, name), offset)
    return kept.entry


def pack_problems(problems: Sequence[Problem]) -> bytes:
    """Problems as bytes; nothing for none."""
    return pack(problems) if problems else b""


def unpack_problems(data: bytes) -> tuple[Problem, ...]:
    """The problems again. Raises BrokenError."""
    return unpack(data, _problems) if data else ()


def _offset(stamp: Stamp | None) -> int:
    away = stamp.at.utcoffset() if stamp else None
    return int(away.total_seconds()) if away else 0


def _move(stamp: Stamp, offset: int) -> None:
    """Put a date back into its zone: nobody else has seen it yet, and a new entry costs ten times more."""
    zone = timezone(timedelta(seconds=offset))
    moment: datetime = stamp.at.astimezone(zone)
    object.__setattr__(stamp, "at", moment)


def _summed(data: bytes) -> bytes:
    return data + crc32(data).to_bytes(_SUM, "little")


def _checked(data: bytes) -> bytes:
    inner = data[:-_SUM]
    if crc32(inner) != int.from_bytes(data[-_SUM:], "little"):
        raise BrokenError("the sum is wrong")
    return inner
