"""Keys of front matter, whatever their spelling."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

_DROPPED: Final = str.maketrans("", "", "_- \t")


@lru_cache(maxsize=8192)  # a site has few keys, in many files
def folded(key: str) -> str:
    """A key without case, hyphens, underscores and blanks: `last_updated` and `Last Updated` are one."""
    return key.casefold().translate(_DROPPED)
