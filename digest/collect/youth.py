"""How long the times of a file or folder are not to be trusted: disks write them in steps."""

from __future__ import annotations

import time
from typing import Final

YOUNG: Final = 2_000_000_000
"""Nanoseconds in which something may change twice and keep its times (FAT counts in steps of two seconds)."""


def is_young(*moments: int) -> bool:
    """Whether one of these times (nanoseconds) is so late that the next change may leave it as it is."""
    now = time.time_ns()
    return any(now - YOUNG < moment < now + YOUNG for moment in moments)
