"""A helper process: takes an order and jobs on its standard input, gives readings on its standard output."""

from __future__ import annotations

import sys
from typing import IO, Final

import msgspec

from digest.collect.jobs import Job, Order, Reading
from digest.collect.pictures import FolderState
from digest.collect.understanding import Reader

_LENGTH: Final = 4
_encoder: Final = msgspec.msgpack.Encoder()
_orders: Final = msgspec.msgpack.Decoder(Order)
_jobs: Final = msgspec.msgpack.Decoder(list[Job])


class Answer(msgspec.Struct, array_like=True, frozen=True):
    """Readings, and how the folders were in which images were looked for."""

    readings: list[Reading]
    folders: dict[str, FolderState]


def send(stream: IO[bytes], value: object) -> None:
    """Write a value behind its length."""
    data = _encoder.encode(value)
    stream.write(len(data).to_bytes(_LENGTH, "little") + data)
    stream.flush()


def receive(stream: IO[bytes]) -> bytes:
    """The bytes of the next value; none at the end of the stream."""
    head = stream.read(_LENGTH)
    if len(head) < _LENGTH:
        return b""
    length = int.from_bytes(head, "little")
    data = stream.read(length)
    return data if len(data) == length else b""


def main() -> None:
    """Work until there is no more: who ordered us closes our input, or is gone."""
    jobs, answers = sys.stdin.buffer, sys.stdout.buffer
    reader = Reader(_orders.decode(receive(jobs)))
    while data := receive(jobs):
        readings = reader.read_all(_jobs.decode(data))
        send(answers, Answer(readings, reader.folders))
