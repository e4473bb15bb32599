"""A translation in one call."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from digest.collect.flavours import translate


@pytest.fixture
def ours() -> Callable[[str, str], tuple[str, list[str]]]:
    """A body in our Markdown, and what was left out as `rule: snippet`."""

    def call(flavour: str, body: str) -> tuple[str, list[str]]:
        done = translate(body, flavour)
        told = [f"{one.rule.removeprefix('flavour-')}: {one.sentence.split('`')[1]}" for one in done.mistakes]
        return done.body, told

    return call
