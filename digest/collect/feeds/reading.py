"""Reading feeds without parsing them here: workers that are killed at the deadline and begun anew."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Collection
from types import TracebackType
from typing import Final, Self

import msgspec

from digest.collect.feeds.exchange import Answer, Request, read_frame, write_frame
from digest.collect.feeds.findings import CRASHED, fail
from digest.collect.feeds.items import ParsedFeed

_KEPT: Final = ("PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "SYSTEMROOT", "TZ", "TZDIR")
"""What of the environment a worker gets: no secrets."""

_LONGEST_ANSWER: Final = 64_000_000
_DECODER: Final = msgspec.msgpack.Decoder(Answer)


class Readers:
    """A few processes that parse feeds; whatever a feed does to one, it is that feed's problem alone.

    `seconds` is how long one feed may take by the clock, `max_entries` how many items of it are read,
    `max_bytes` how large it may be. Processes begin when they are first needed and end with `close`. Calls
    may come from many threads; those that find every process busy wait.
    """

    def __init__(
        self,
        *,
        max_entries: int = 500,
        seconds: float = 10,
        max_bytes: int = 5_000_000,
        processes: int = 2,
    ) -> None:
        self.max_entries = max_entries
        self.seconds = seconds
        self.max_bytes = max_bytes
        self._turns = threading.BoundedSemaphore(processes)
        self._idle: list[_Worker] = []
        self._lock = threading.Lock()

    def read(
        self, body: bytes, content_type: str, url: str, *, known: Collection[str] = (), last: int = 0
    ) -> ParsedFeed:
        """Parse a feed that came from `url` with this Content-Type.

        Items whose guid is `known` get no summary; `last` is how many items there were the last time. No
        fault of the feed raises anything: it is `failed`, and its problems say why.
        """
        if len(body) > self.max_bytes:
            sentence = f"the feed has {len(body):,} bytes; {self.max_bytes:,} are read at most"
            return fail(url, "feed-large", sentence, "`max_bytes` in [feeds] raises the bound")
        request = Request(
            body=body,
            content_type=content_type,
            url=url,
            most=self.max_entries,
            seconds=max(1, round(self.seconds)),
            known=frozenset(known),
            last=last,
        )
        with self._turns:
            return self._ask(request)

    def _ask(self, request: Request) -> ParsedFeed:
        worker = self._take()
        try:
            feed = worker.ask(request, self.seconds)
        except BaseException:  # Ctrl-C in the middle of an answer: this worker is of no more use
            worker.end()
            raise
        if worker.usable:
            with self._lock:
                self._idle.append(worker)
        else:
            worker.end()
        return feed

    def _take(self) -> _Worker:
        with self._lock:
            while self._idle:
                worker = self._idle.pop()
                if worker.alive:
                    return worker
                worker.end()
        return _Worker()

    def close(self) -> None:
        """End the processes."""
        with self._lock:
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Worker:
    """One process and the pipes to it."""

    def __init__(self) -> None:
        # -P: no module of the folder that we were started in stands before ours. A session of its own: Ctrl-C
        # is for us, and we end it.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "digest.collect.feeds.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in _KEPT if name in os.environ} | {"PYTHONUTF8": "1"},
            start_new_session=True,
        )
        self.usable = True

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        """The process' number."""
        return self._process.pid

    def ask(self, request: Request, seconds: float) -> ParsedFeed:
        """The answer, or what became of the process instead."""
        deadline = _Deadline(self._process, seconds)
        made: Answer | None = None
        with deadline, contextlib.suppress(OSError, msgspec.DecodeError):
            made = self._exchange(request)
        self.usable = made is not None and not made.worn and not deadline.passed
        if made is not None:
            return made.feed
        return self._failure(request.url, seconds, late=deadline.passed)

    def _exchange(self, request: Request) -> Answer | None:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin  # noqa: S101 - both are pipes
        assert stdout  # noqa: S101 - both are pipes
        write_frame(stdin, msgspec.msgpack.encode(request))
        frame = read_frame(stdout, _LONGEST_ANSWER)
        return None if frame is None else _DECODER.decode(frame)

    def _failure(self, url: str, seconds: float, *, late: bool) -> ParsedFeed:
        self.end()
        if late or self._process.returncode == -24:  # SIGXCPU: the system's own deadline
            sentence = f"the feed was given up: reading it takes longer than {seconds:g} s"
            return fail(url, "feed-slow", sentence, "`parse_seconds` in [feeds] raises the bound")
        sentence = f"the parser broke down on the feed (exit {self._process.returncode})"
        return fail(url, "feed-crash", sentence, CRASHED)

    def end(self) -> None:
        """Kill the process, and wait until it is gone."""
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):  # what is left in a broken pipe cannot be flushed
                if pipe:
                    pipe.close()
        self._process.wait()


class _Deadline:
    """Kills a process that is not done in time; never one that is."""

    def __init__(self, process: subprocess.Popen[bytes], seconds: float) -> None:
        self.passed = False
        self._process = process
        self._done = False
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._kill)
        self._timer.daemon = True

    def _kill(self) -> None:
        with self._lock:
            if not self._done:
                self.passed = True
                self._process.kill()

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._done = True
        self._timer.cancel()
