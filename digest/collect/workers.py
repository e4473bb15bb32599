"""Files read side by side: helper processes for many, ourselves for few, the same readings either way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Final

import msgspec

from digest.collect.jobs import Job, Order, Reading
from digest.collect.pictures import NEVER, FolderState
from digest.collect.understanding import Reader
from digest.collect.worker import Answer, receive, send

MANY: Final = 600
"""Files for which a helper is worth its start."""
_MOST: Final = 3
_CHUNK: Final = 40
_AHEAD: Final = 3
_START: Final = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from digest.collect.worker import main; main()"
)
_answers: Final = msgspec.msgpack.Decoder(Answer)


class Readings:
    """Reads files and remembers how the folders of their images were."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._reader = Reader(order)
        self._folders: dict[str, FolderState] = {}

    @property
    def folders(self) -> dict[str, FolderState]:
        """The states of folders before images were looked for; of two that differ neither is kept."""
        return self._folders

    def of(self, jobs: Iterator[Job], count: int) -> Iterator[Reading]:
        """The readings of so many files, in no order."""
        helpers = min(_MOST, processors() - 1) if count >= MANY and sys.executable else 0
        with _crew(self._order, helpers) as crew:
            yield from self._shared(_Chunks(jobs), crew)
        self._learn(self._reader.folders)

    def _shared(self, chunks: _Chunks, crew: list[_Helper]) -> Iterator[Reading]:
        while True:
            for helper in crew:
                yield from self._received(helper.finished())
                helper.give(chunks)
            if chunk := chunks.next():
                yield from self._reader.read_all(chunk)
            elif waited := next((helper for helper in crew if helper.taken), None):
                yield from self._received(waited.finished(wait=True))
            else:
                return

    def _received(self, answers: Sequence[Answer]) -> Iterator[Reading]:
        for answer in answers:
            self._learn(answer.folders)
            yield from answer.readings

    def _learn(self, folders: dict[str, FolderState]) -> None:
        for folder, state in folders.items():
            if self._folders.setdefault(folder, state) != state:
                self._folders[folder] = NEVER  # it changed while we looked


class _Chunks:
    """Work in portions; what a helper leaves undone comes back."""

    def __init__(self, jobs: Iterator[Job]) -> None:
        self._jobs = jobs
        self._back: list[Sequence[Job]] = []

    def next(self) -> Sequence[Job]:
        """The next portion; an empty one at the end."""
        return self._back.pop() if self._back else list(islice(self._jobs, _CHUNK))

    def take_back(self, chunks: Iterable[Sequence[Job]]) -> None:
        """Have portions done by somebody else."""
        self._back.extend(chunks)


class _Helper:
    """A process that reads chunks of files for us; what it took and did not finish is given back."""

    def __init__(self, order: Order) -> None:
        paths = json.dumps(sys.path)  # it must find what we found, and nothing in the folder of the site
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", _START, paths],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.taken: deque[Sequence[Job]] = deque()
        self._alive = True
        self._answers: SimpleQueue[bytes] = SimpleQueue()
        # A thread takes the answers off the pipe, which is too small for them, while we read files ourselves.
        self._ear = Thread(target=self._listen, daemon=True)
        self._ear.start()
        self._say(order)

    def give(self, chunks: _Chunks) -> None:
        """Hand over work until it has enough, or give back what it will never finish."""
        while self._alive and len(self.taken) < _AHEAD and (chunk := chunks.next()):
            self.taken.append(chunk)
            self._say(chunk)
        if not self._alive:
            chunks.take_back(self.taken)
            self.taken.clear()

    def finished(self, *, wait: bool = False) -> list[Answer]:
        """What has come back, in the order of the work."""
        answers: list[Answer] = []
        while self.taken:
            try:
                data = self._answers.get(block=wait and not answers)
            except Empty:
                break
            answer = _answer(data)
            if answer is None:
                self._alive = False
                break
            self.taken.popleft()
            answers.append(answer)
        return answers

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()
        self._ear.join()
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                with suppress(OSError):  # what was still to be said to it
                    stream.close()

    def _listen(self) -> None:
        stream = self._process.stdout
        while stream and (data := receive(stream)):
            self._answers.put(data)
        self._answers.put(b"")

    def _say(self, value: object) -> None:
        try:
            if self._process.stdin:
                send(self._process.stdin, value)
        except OSError:  # it is gone; its silence says so, too
            self._alive = False


def _answer(data: bytes) -> Answer | None:
    try:
        return _answers.decode(data)
    except msgspec.MsgspecError:
        return None


@contextmanager
def _crew(order: Order, size: int) -> Iterator[list[_Helper]]:
    """So many helpers; fewer where the system has no room, and none is left when we are through."""
    crew: list[_Helper] = []
    try:
        for _ in range(size):
            try:
                crew.append(_Helper(order))
            except OSError:
                break
        yield crew
    finally:
        for helper in crew:
            helper.close()


def processors() -> int:
    """Processors that we may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1
