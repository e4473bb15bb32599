"""A lock of a file of its own, so that one process does a thing at a time; for the files in var/."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from digest.errors import DigestError

_PAUSE: Final = 0.05  # seconds between two tries


@contextmanager
def locked(path: Path, refusal: str, *, patience: float = 0.0) -> Iterator[bool]:
    """Hold the lock of a file, which is made where there is none; whether it is ours.

    The kernel frees it however the process ends, so that none is left behind to be taken away by hand.

    Args:
        refusal: the sentence where the file cannot be made; why is put behind it.
        patience: seconds to wait for whoever holds it.

    Raises:
        DigestError: the file cannot be made.
    """
    with _opened(path, refusal) as file:
        yield _is_ours(file.fileno(), time.monotonic() + patience)


def _opened(path: Path, refusal: str) -> IO[str]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("a")
    except OSError as error:
        raise DigestError(
            f"{refusal}: {error.strerror or error}",
            subject=str(error.filename or path),
            hint="the folder var/ must be writable; check its owner and mode",
        ) from error


def _is_ours(descriptor: int, until: float) -> bool:
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                return False
            time.sleep(_PAUSE)
        else:
            return True
