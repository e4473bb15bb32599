"""Noticing saves of sources, templates and config, and not the temporary files that editors write."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from watchfiles import Change, DefaultFilter, awatch

from digest.web.desk import Places

STEP: Final = 20
"""Milliseconds in which nothing more may come, before changes are told."""
DEBOUNCE: Final = 50
"""Milliseconds after which changes are told although more keep coming."""


class _Saves(DefaultFilter):
    """All but hidden files, the cache, and the temporary ones that editors write beside what they save."""

    ignore_dirs = (*DefaultFilter.ignore_dirs, ".digest")

    def __call__(self, change: Change, path: str) -> bool:
        name = Path(path).name
        return not name.startswith(".") and name != "4913" and super().__call__(change, path)


async def saves(places: Places, stop: asyncio.Event) -> AsyncGenerator[frozenset[str], None]:
    """Names of what changed, together where it changed together; ends when `stop` is set.

    The first yield is empty and says that the watch stands: what is read from then on misses no save.
    """
    heard: asyncio.Queue[frozenset[str]] = asyncio.Queue()
    watchers = [asyncio.create_task(each) for each in _watchers(places, heard.put_nowait, stop)]
    ended = asyncio.create_task(stop.wait())
    try:
        await asyncio.sleep(0)  # the watchers' first step, in which the kernel is asked
        yield frozenset()
        while not stop.is_set():
            told = asyncio.create_task(heard.get())
            await asyncio.wait({told, ended}, return_when=asyncio.FIRST_COMPLETED)
            if not told.done():
                told.cancel()
                return
            yield told.result()
    finally:
        stop.set()
        ended.cancel()
        for watcher in watchers:
            with suppress(asyncio.CancelledError):
                await watcher


def _watchers(
    places: Places, tell: Callable[[frozenset[str]], None], stop: asyncio.Event
) -> Iterator[Coroutine[None, None, None]]:
    folders = [folder for folder in places.folders if folder.is_dir()]
    if folders:
        yield _watch(places, folders, tell, stop, recursive=True)
    # The root itself is not watched in depth: an environment in it has tens of thousands of files.
    yield _watch(places, [places.root], tell, stop, recursive=False)


async def _watch(
    places: Places,
    paths: list[Path],
    tell: Callable[[frozenset[str]], None],
    stop: asyncio.Event,
    *,
    recursive: bool,
) -> None:
    async for changes in awatch(
        *paths, step=STEP, debounce=DEBOUNCE, stop_event=stop, recursive=recursive, watch_filter=_Saves()
    ):
        names = frozenset(places.name(Path(path)) for _, path in changes)
        heard = names if recursive else names & places.names
        if heard:
            tell(heard)
