"""What goes between us and the processes that parse feeds: requests, answers, and how they are framed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO

from digest.collect.feeds.items import ParsedFeed


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A feed to be parsed, within `seconds` of processor time."""

    body: bytes
    content_type: str
    url: str
    most: int
    seconds: int
    known: frozenset[str] = frozenset()
    last: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The parsed feed, and whether the process should not be asked again."""

    feed: ParsedFeed
    worn: bool = False


def read_frame(stream: IO[bytes], longest: int) -> bytes | None:
    """The next message; None at the end of the stream, or when it is longer than `longest` bytes."""
    head = stream.read(4)
    size = int.from_bytes(head, "big")
    if len(head) < 4 or size > longest:
        return None
    data = stream.read(size)
    return data if len(data) == size else None


def write_frame(stream: IO[bytes], data: bytes) -> None:
    """Send a message."""
    stream.write(len(data).to_bytes(4, "big") + data)
    stream.flush()
