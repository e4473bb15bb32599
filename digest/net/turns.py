"""Politeness: one connection a host at a time and a pause between visits, hosts side by side."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Door:
    """A host's door: who holds the lock may ask it; `wanted` counts those who wait."""

    def __init__(self) -> None:
        """A door that nobody has come to yet."""
        self.lock = asyncio.Lock()
        self.left: float | None = None
        self.wanted = 0


class Turns:
    """Who may ask whom, and when."""

    def __init__(self, *, concurrency: int, pause: float) -> None:
        """Take how many hosts are asked side by side, and the seconds between two visits of one."""
        self._slots = asyncio.Semaphore(concurrency)
        self._pause = pause
        self._doors: dict[str, Door] = {}

    @asynccontextmanager
    async def turn(self, host: str, *, pause: bool) -> AsyncIterator[Door]:
        """Wait for the host, then for a free slot: who waits for a busy host takes no slot from others."""
        door = self._doors.setdefault(host, Door())
        door.wanted += 1
        try:
            await door.lock.acquire()
        finally:
            door.wanted -= 1
        clock = asyncio.get_running_loop().time
        try:
            if pause and door.left is not None:
                await asyncio.sleep(max(0.0, door.left + self._pause - clock()))
            async with self._slots:
                yield door
        finally:
            door.left = clock()
            door.lock.release()
