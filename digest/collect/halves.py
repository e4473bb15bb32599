"""A large tree looked at by two processes, each in every other folder: most of the time is the disk's."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NoReturn

import msgspec

from digest.collect.documents import Shelf
from digest.collect.scanning import Scan, scan, together
from digest.collect.workers import processors

_OURS: Final = 0
_THEIRS: Final = 1
_encode: Final = msgspec.msgpack.Encoder().encode
_decoder: Final = msgspec.msgpack.Decoder(Scan)


def may_halve() -> bool:
    """Whether a second process helps, and may be split off: never from a process whose threads work.

    What those hold at that moment, a lock perhaps, the second would hold for ever. An alarm, such as that of
    the terminal's bar, only waits.
    """
    threads = threading.enumerate()
    alone = all(isinstance(each, threading.Timer) or each is threading.main_thread() for each in threads)
    return sys.platform == "linux" and alone and processors() > 1


def scan_in_halves(shelves: Sequence[Shelf], root: Path) -> Scan:
    """As `scan`, with a process beside us; what that does not tell we look at ourselves."""
    ear, mouth = os.pipe()
    try:
        other = os.fork() or _tell(ear, mouth, shelves, root)
    except OSError:  # no process is to be had
        os.close(ear)
        return scan(shelves, root)
    finally:
        os.close(mouth)
    try:
        with os.fdopen(ear, "rb") as pipe:
            ours = scan(shelves, root, _OURS)
            data = pipe.read()
    except BaseException:
        os.kill(other, signal.SIGKILL)
        raise
    finally:
        os.waitpid(other, 0)
    return together(ours, _understood(data) or scan(shelves, root, _THEIRS))


def _tell(ear: int, mouth: int, shelves: Sequence[Shelf], root: Path) -> NoReturn:
    """Look at our half, tell it, and end: nothing of what the process was about to do is done twice."""
    try:
        os.close(ear)  # so that writing fails, and does not wait, once nobody listens
        data = _encode(scan(shelves, root, _THEIRS))
        with os.fdopen(mouth, "wb") as pipe:
            pipe.write(data)
    finally:
        os._exit(0)


def _understood(data: bytes) -> Scan | None:
    """What was told; None where it broke off."""
    try:
        return _decoder.decode(data)
    except msgspec.DecodeError:
        return None
