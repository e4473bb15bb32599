"""Politeness: one connection a host at a time and a pause between visits, hosts side by side."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class _Host:
    """A host's door: who holds the lock may ask it."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.left: float | None = None


class Turns:
    """Who may ask whom, and when."""

    def __init__(self, *, concurrency: int, pause: float) -> None:
        """Take how many hosts are asked side by side, and the seconds between two visits of one."""
        self._slots = asyncio.Semaphore(concurrency)
        self._pause = pause
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def turn(self, host: str, *, pause: bool) -> AsyncIterator[None]:
        """Wait for the host, then for a free slot: who waits for a busy host takes no slot from others."""
        door = self._hosts.setdefault(host, _Host())
        async with door.lock:
            clock = asyncio.get_running_loop().time
            if pause and door.left is not None:
                await asyncio.sleep(max(0.0, door.left + self._pause - clock()))
            async with self._slots:
                try:
                    yield
                finally:
                    door.left = clock()
