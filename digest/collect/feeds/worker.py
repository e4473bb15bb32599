"""The process that feeds are parsed in: bounded in memory and processor time, without files or secrets.

Run as `python -m digest.collect.feeds.worker`. Requests come on stdin, answers go to stdout; each is four
bytes of length (big-endian) and that much msgpack.
"""

from __future__ import annotations

import contextlib
import re
import sys
from pathlib import Path
from typing import IO, Final

import msgspec

from digest.collect.feeds.exchange import Answer, Request, read_frame, write_frame
from digest.collect.feeds.findings import CRASHED, fail, too_large
from digest.collect.feeds.parsing import parse_feed

_BASE: Final = 200_000_000
"""Bytes of memory that the interpreter and a small feed may take; address space counts what is mapped."""

_FOR_EACH: Final = 48
"""Bytes of memory for each byte of a feed; ordinary ones take about a dozen."""

_WORN: Final = 256_000
"""KiB of memory at the peak, after which a process is given up: freed memory stays in pieces."""


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


def peak() -> int:
    """The most memory that this process has had, in KiB; 0 where the system does not tell.

    Linux counts into `ru_maxrss` what a process had before it became this program (getrusage(2)): a worker
    of a large parent would be worn from its birth. VmHWM of proc(5) is this program's own.
    """
    with contextlib.suppress(OSError):
        found = re.search(rb"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_bytes())
        return int(found[1]) if found else 0
    return 0


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
