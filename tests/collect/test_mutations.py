"""Documents broken in every way: an entry or a problem that names the file, no exception, no hang."""

from __future__ import annotations

import random
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from digest.collect.entries import parse
from digest.model import Document, EntryType
from tests.collect.flavours.test_flavours import FRAGMENTS
from tests.collect.watchdog import watchdog

SITES = Path(__file__).parents[1] / "fixtures" / "sites"
ZONE = ZoneInfo("Asia/Taipei")
SIGNS = (
    *(each.encode() for each in FRAGMENTS),
    b"---\n", b"+++\n", b"{\n", b"}\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\0", b"\xff", b"\r", b"\r\n", b"\x1b",
    b"\xc2", b"title: ", b"date: ", b"tags: [", b"\ttab: ", b"- ", b"&a ", b"*a", b"!b ", b"|\n", b">\n",
    b"<<: ", b"'", b'"', b": ", b"2026-99-99", b"9" * 400, b"[" * 200, b"> " * 60, b"id: 1\n", b"Title: x\n",
    b"\xe2\x80\xa8", b"\xed\xa0\x80",
)  # fmt: skip
FLAVOURS = ("auto", "auto", "jekyll", "zola", "eleventy", "docusaurus", "pelican", "obsidian", "myst")


def _sources() -> list[tuple[str, bytes]]:
    paths = [path for path in sorted(SITES.rglob("*.md*")) if path.is_file() and path.name != "README.md"]
    return [(path.relative_to(SITES).as_posix(), path.read_bytes()) for path in paths]


def _mutated(data: bytes, others: list[tuple[str, bytes]], chance: random.Random) -> bytes:
    """The bytes after one to six accidents."""
    for _ in range(chance.randint(1, 6)):
        at, until = sorted((chance.randint(0, len(data)), chance.randint(0, len(data))))
        kind = chance.randrange(6)
        if kind == 0:
            data = data[:at] + data[until:]
        elif kind == 1:
            data = data[:at] + chance.choice(SIGNS) + data[at:]
        elif kind == 2:
            data = data[:until] + data[at:until] * chance.randint(1, 4) + data[until:]
        elif kind == 3:
            data = data[:at] + chance.choice(others)[1][at:]
        elif kind == 4 and data:
            data = data[: at - 1] + bytes([chance.randrange(256)]) + data[at:]
        else:
            data = data[:at] + chance.choice(SIGNS) * chance.randint(1, 50) + data[until:]
    return data[:20_000]


def _survive(first: int, count: int) -> None:
    sources = _sources()
    for number in range(first, first + count):
        chance = random.Random(number)
        path, data = chance.choice(sources)
        document = Document(
            path=path,
            data=_mutated(data, sources, chance),
            type=chance.choice((EntryType.ARTICLE, EntryType.PROFILE)),
            language="zh-Hant-TW",
            flavour=chance.choice(FLAVOURS),
        )
        with watchdog(20, f"on mutation {number}"):
            try:
                entry, problems = parse(document, ZONE)
            except Exception as error:
                pytest.fail(f"mutation {number} of {path}: {error!r}")
        assert entry or problems, number
        assert all(one.position.path == path for one in problems), number
        lines = document.data.count(b"\n") + document.data.count(b"\r") + 1
        assert all(1 <= one.position.line <= lines for one in problems), number


@pytest.mark.no_cover
@pytest.mark.parametrize("part", range(4))
def test_a_thousand_broken_documents(part: int) -> None:
    """Bytes cut, doubled, spliced, swapped and sown with the signs of every dialect."""
    _survive(part * 250, 250)


@pytest.mark.soak
@pytest.mark.parametrize("part", range(10))
def test_a_hundred_thousand_broken_documents(part: int) -> None:
    """The long form."""
    _survive(1_000 + part * 10_000, 10_000)
