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
    root = Path(__file__).resolve().parent.parent
    files = sorted(path for name in _CODE for path in _files(root / name))
    states = [(path.relative_to(root).as_posix(), *_state(path)) for path in files]
    found = [
        (name, *_state(Path(spec.origin))) for name in _LIBRARIES if (spec := find_spec(name)) and spec.origin
    ]
    return repr((_FORMAT, __version__, sys.version, states, found))


def _files(place: Path) -> Iterator[Path]:
    if place.is_file():
        yield place
    for parent, _, names in os.walk(place):
        yield from (Path(parent) / name for name in names if name.endswith(".py"))


def _state(path: Path) -> tuple[int, int]:
    at = path.stat()
    return at.st_size, at.st_mtime_ns
