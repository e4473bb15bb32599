"""The process that feeds are parsed in: bounded in memory and processor time, without files or secrets.

Run as `python -m digest.collect.feeds.worker`. Requests come on stdin, answers go to stdout; each is four
bytes of length (big-endian) and that much msgpack.
"""

from __future__ import annotations

import contextlib
import sys
from dataclasses import dataclass
from typing import IO, Final

import msgspec

from digest.collect.feeds.items import ParsedFeed
from digest.collect.feeds.parsing import fail, parse_feed

_BASE: Final = 320_000_000
"""Bytes of memory that the interpreter and a small feed may take; address space counts what is mapped."""

_FOR_EACH: Final = 48
"""Bytes of memory for each byte of a feed; ordinary ones take about a dozen."""

_WORN: Final = 256_000
"""KiB of memory at the peak, after which a process is given up: freed memory stays in pieces."""


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


def answer(request: Request) -> Answer:
    """Parse a feed; a fault of the parser itself is a failed feed, and the end of the process."""
    try:
        feed = parse_feed(
            request.body,
            request.content_type,
            request.url,
            most=request.most,
            known=request.known,
            last=request.last,
        )
    except MemoryError:
        return Answer(feed=too_large(request.url), worn=True)
    except RecursionError:
        sentence = "the feed nests its elements too deeply"
        return Answer(feed=fail(request.url, "feed-broken", sentence, "tell whoever writes it"), worn=True)
    except Exception as error:  # the world's feeds are foreign input to a parser that is not ours
        sentence = f"the parser gave up on the feed: {type(error).__name__}: {str(error)[:100]}"
        return Answer(feed=fail(request.url, "feed-crash", sentence, CRASHED), worn=True)
    return Answer(feed=feed, worn=peak() > _WORN)


CRASHED: Final = "save the feed and report it to us; other feeds are not affected"


def too_large(url: str) -> ParsedFeed:
    """The feed would take more memory than its size allows."""
    sentence = "the feed was given up: it takes far more memory than its size allows"
    return fail(url, "feed-memory", sentence, "look at the address in a browser")


def peak() -> int:
    """The most memory that this process has had, in KiB; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:  # pragma: no cover - Windows
        return 0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most // 1024 if sys.platform == "darwin" else most


def confine() -> None:
    """Give up writing files and core dumps, and opening many, for good."""
    with contextlib.suppress(ImportError):
        import resource

        for limit, value in (
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_NOFILE, 64),
        ):
            with contextlib.suppress(OSError, ValueError):
                resource.setrlimit(limit, (value, value))


def bound(size: int, seconds: int) -> None:
    """Bound memory by the size of a feed in bytes, and processor time; the system enforces both."""
    with contextlib.suppress(ImportError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        spent = int(used.ru_utime + used.ru_stime)
        wanted = ((resource.RLIMIT_AS, _BASE + _FOR_EACH * size), (resource.RLIMIT_CPU, spent + seconds + 2))
        for limit, value in wanted:
            with contextlib.suppress(OSError, ValueError):  # macOS knows RLIMIT_AS and refuses it
                resource.setrlimit(limit, (value, resource.getrlimit(limit)[1]))


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


def serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Answer requests until there are no more, or the process is worn."""
    decoder = msgspec.msgpack.Decoder(Request)
    while (frame := read_frame(requests, 2**32)) is not None:
        request = decoder.decode(frame)
        bound(len(request.body), request.seconds)
        made = answer(request)
        write_frame(answers, msgspec.msgpack.encode(made))
        if made.worn:
            return


def main() -> None:
    """Serve stdin and stdout; nothing that a library prints can get between the answers."""
    answers = sys.stdout.buffer
    sys.stdout = sys.stderr
    confine()
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
