"""What an index was made by and for, as one hash: another parser or other settings need another index."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import msgspec

from digest import __version__
from digest.collect.jobs import Order

_FORMAT: Final = 1
_CODE: Final = ("model", "collect", "text")
_SETTINGS: Final = ("zone", "language", "static", "shelves", "roles")
_LIBRARIES: Final = ("charset_normalizer", "frontmatter", "msgspec", "tzdata", "yaml")


def signature(order: Order) -> bytes:
    """The hash of all that shapes entries, apart from their files; where the site lies does not count."""
    return blake2b(_code().encode() + settings(order), digest_size=16).digest()


def settings(order: Order) -> bytes:
    """The hash of the version and of what config.toml says about reading: the same on every machine."""
    told = msgspec.msgpack.encode((__version__, *(getattr(order, name) for name in _SETTINGS)))
    return blake2b(told, digest_size=16).digest()


@lru_cache(maxsize=1)  # once: code that is edited under a running process is not the code that runs
def _code() -> str:
    """Version, and size and time of each file of code that reads content."""
    root = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))  # noqa: PTH120 -- texts: at every run
    states = sorted(state for name in _CODE for state in _files(root, name))
    specs = ((name, find_spec(name)) for name in _LIBRARIES)
    found = [(name, *_state(Path(spec.origin).stat())) for name, spec in specs if spec and spec.origin]
    return repr((_FORMAT, __version__, sys.version, states, found))


def _files(root: str, folder: str) -> Iterator[tuple[str, int, int]]:
    """Path, size and time of each file of code below a folder."""
    with os.scandir(os.path.join(root, folder)) as entries:  # noqa: PTH118
        for entry in entries:
            path = f"{folder}/{entry.name}"
            if entry.name.endswith(".py"):
                yield path, *_state(entry.stat())
            elif entry.name != "__pycache__" and entry.is_dir():
                yield from _files(root, path)


def _state(at: os.stat_result) -> tuple[int, int]:
    return at.st_size, at.st_mtime_ns
