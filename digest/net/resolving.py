"""Asking the system which addresses a name has, in a thread that nobody has to wait for."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable

Resolver = Callable[[str, int], Awaitable[tuple[str, ...]]]
"""From a name and a port to addresses as text, the best first; OSError where there are none."""


async def resolve(host: str, port: int) -> tuple[str, ...]:
    """Ask the system's resolver.

    A thread of its own for each name: asyncio's few would all wait for names that are dead, and the process
    could not end before them.

    Raises:
        OSError: the name has no address, or nobody answered.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[tuple[str, ...]] = loop.create_future()

    def settle(found: tuple[str, ...], error: OSError | None) -> None:
        if future.done():
            return
        if error is None:
            future.set_result(found)
        else:
            future.set_exception(error)

    def ask() -> None:
        found: tuple[str, ...] = ()
        fault: OSError | None = None
        try:
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found = tuple(dict.fromkeys(str(row[4][0]) for row in rows))
        except OSError as error:
            fault = error
        except UnicodeError as error:  # a label that IDNA refuses
            fault = OSError(str(error))
        try:
            loop.call_soon_threadsafe(settle, found, fault)
        except RuntimeError:
            return  # the loop ended before the resolver did

    threading.Thread(target=ask, name=f"resolve {host}", daemon=True).start()
    return await future
