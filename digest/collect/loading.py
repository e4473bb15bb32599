"""Loading thousands of values that all stay."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def staying() -> Iterator[None]:
    """Load values none of which becomes garbage: the collector need not look for any meanwhile.

    It would look at every one of them again and again, which takes half as long as the loading itself.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
