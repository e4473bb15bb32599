"""Fails what does not come to an end: a limit on a hang, not a measure of speed."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import pytest


@contextmanager
def watchdog(seconds: int, what: str = "") -> Iterator[None]:
    """Fail the test when the block has not ended after so many seconds."""

    def bark(_number: int, _frame: FrameType | None) -> None:
        pytest.fail(f"no end after {seconds} seconds {what}".rstrip())

    before = signal.signal(signal.SIGALRM, bark)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
