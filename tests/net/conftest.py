"""Fetching in one line, and names that lead where a test says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from digest.net import Fault, FetchError, Net, Reply

Get = Callable[..., Reply]
Fails = Callable[..., FetchError]


class Names:
    """A resolver of a test's own: each question takes the next answer, the last one stays."""

    def __init__(self, **names: list[list[str]]) -> None:
        self._names = {name.replace("_", "."): list(answers) for name, answers in names.items()}
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> tuple[str, ...]:
        """Answer for a name; OSError for one that is not there."""
        self.asked.append(host)
        answers = self._names.get(host)
        if answers is None:
            raise OSError(f"no {host}")
        return tuple(answers.pop(0) if len(answers) > 1 else answers[0])


def options(**given: Any) -> dict[str, Any]:
    """What a Net gets in tests, unless they say otherwise: loopback, no pause."""
    return {"allow_hosts": ["127.0.0.0/8"], "pause": 0, "timeout": 20} | given


@pytest.fixture
def get() -> Get:
    """Fetch one address by a client of its own."""

    def fetch(url: str, headers: dict[str, str] | None = None, **given: Any) -> Reply:
        async def run() -> Reply:
            async with Net(**options(**given)) as net:
                return await net.get(url, headers)

        return asyncio.run(run())

    return fetch


@pytest.fixture
def fails(get: Get) -> Iterator[Fails]:
    """Fetch one address, expecting this fault; gives the error."""

    def fetch(fault: Fault, url: str, headers: dict[str, str] | None = None, **given: Any) -> FetchError:
        with pytest.raises(FetchError) as caught:
            get(url, headers, **given)
        assert caught.value.kind is fault, caught.value.sentence
        return caught.value

    return fetch
