"""Files read side by side: with helpers or without, whatever becomes of them, the same readings."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from msgspec.structs import replace

from digest.collect import worker, workers
from digest.collect.jobs import Job, Order, Reading
from digest.collect.scanning import listed, scan
from digest.collect.shelving import shelves
from digest.collect.understanding import Reader
from digest.config import parse

CONFIG = """
[site]
title = "S"
base_url = "https://s.example"
[[sources]]
kind = "articles"
path = "articles"
[[editions]]
name = "weekly"
title = "W"
"""
SHELVES = shelves(parse(CONFIG))


@pytest.fixture
def order(write_files: Callable[..., Path]) -> Order:
    """An order to read some hundred files."""
    root = write_files(
        {
            f"articles/{number % 7}/n{number}.md": f"---\ntitle: N{number}\n---\n![](x{number}.png)"
            for number in range(300)
        }
    )
    return Order(root=str(root), zone="UTC", language="en", static=("static",), shelves=SHELVES, roles={})


def jobs(order: Order) -> list[Job]:
    """A job for each file."""
    found = scan(order.shelves, Path(order.root)).folders
    return [
        Job(folder.shelf, folder.path, state) for folder in found for state in listed(folder.listing).values()
    ]


def plain(readings: list[Reading]) -> dict[bytes, Reading]:
    """Readings by path, whether or not the files are old enough to be believed by now."""
    return {each.path: replace(each, is_steady=True) for each in readings}


@pytest.fixture
def alone(order: Order) -> dict[bytes, Reading]:
    """The readings of who has no helpers."""
    return plain(Reader(order).read_all(jobs(order)))


@pytest.fixture
def helped(monkeypatch: pytest.MonkeyPatch) -> list[workers._Helper]:
    """Let two helpers be taken for few files, too; they are told."""
    made: list[workers._Helper] = []

    class Told(workers._Helper):
        def __init__(self, order: Order) -> None:
            super().__init__(order)
            made.append(self)

    monkeypatch.setattr(workers, "MANY", 10)
    monkeypatch.setattr(workers, "_CHUNK", 5)
    monkeypatch.setattr(workers, "processors", lambda: 3)
    monkeypatch.setattr(workers, "_Helper", Told)
    return made


def test_helpers_read_what_we_read(
    order: Order, alone: dict[bytes, Reading], helped: list[workers._Helper]
) -> None:
    """Every file once; none of the helpers is left behind."""
    readings = workers.Readings(order)
    told = list(readings.of(iter(jobs(order)), 300))
    assert len(told) == 300
    assert plain(told) == alone
    assert len(helped) == 2
    assert all(each._process.returncode is not None for each in helped)
    assert {"static", *(f"articles/{number}" for number in range(7))} <= set(readings.folders)


def test_helpers_do_the_work_where_we_do_not(order: Order, helped: list[workers._Helper]) -> None:
    """What they answer is taken in while they have more to do."""
    chunks = workers._Chunks(iter(jobs(order)[:40]))
    with workers._crew(order, 1) as (helper,):
        answers = []
        while True:
            helper.give(chunks)
            if not helper.taken:
                break
            answers += helper.finished(wait=True)
    assert sum(len(answer.readings) for answer in answers) == 40


def test_what_a_dead_helper_leaves_is_done(
    order: Order, alone: dict[bytes, Reading], helped: list[workers._Helper]
) -> None:
    """Killed at the start, or in the middle of its work."""
    for after in (1, 60, 150):
        told: list[Reading] = []
        helped.clear()
        for reading in workers.Readings(order).of(iter(jobs(order)), 300):
            told.append(reading)
            if len(told) == after:
                for helper in helped:
                    os.kill(helper._process.pid, signal.SIGKILL)
        assert len(told) == 300
        assert plain(told) == alone


def test_a_helper_that_talks_nonsense_is_not_listened_to(
    order: Order, alone: dict[bytes, Reading], helped: list[workers._Helper], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor one that cannot be started, or ends at once."""
    for start in ("import os; os.write(1, b'\\3\\0\\0\\0abc' * 9)", "raise SystemExit(1)"):
        monkeypatch.setattr(workers, "_START", start)
        assert plain(list(workers.Readings(order).of(iter(jobs(order)), 300))) == alone
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert plain(list(workers.Readings(order).of(iter(jobs(order)), 300))) == alone


def test_a_helper_finds_what_we_found(
    order: Order, helped: list[workers._Helper], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Not what lies in the folder that the command was called in."""
    (tmp_path / "digest").mkdir()
    (tmp_path / "digest/__init__.py").write_text("raise SystemExit('hijacked')")
    (tmp_path / "yaml.py").write_text("raise SystemExit('hijacked')")
    monkeypatch.chdir(tmp_path)
    chunks = workers._Chunks(iter(jobs(order)[:5]))
    with workers._crew(order, 1) as (helper,):
        helper.give(chunks)
        assert len(helper.finished(wait=True)) == 1


def test_the_work_ends_when_nobody_wants_more(order: Order, helped: list[workers._Helper]) -> None:
    """Leaving early ends the helpers, too."""
    readings = workers.Readings(order).of(iter(jobs(order)), 300)
    next(readings)
    readings.close()
    assert all(each._process.returncode is not None for each in helped)


def test_the_helper_reads_until_its_input_ends(
    order: Order, alone: dict[bytes, Reading], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In its own words: an order, jobs, answers; half a message is the end."""
    some = jobs(order)[:3]
    asked, said = BytesIO(), BytesIO()
    worker.send(asked, order)
    worker.send(asked, some)
    asked.write(b"\x09\0\0\0half")
    asked.seek(0)
    monkeypatch.setattr(sys, "stdin", type("In", (), {"buffer": asked}))
    monkeypatch.setattr(sys, "stdout", type("Out", (), {"buffer": said}))
    worker.main()
    said.seek(0)
    answer = workers._answer(worker.receive(said))
    assert answer is not None
    assert plain(answer.readings) == {job.path: alone[job.path] for job in some}
    assert worker.receive(said) == b""


def test_folders_that_differ_for_two_are_like_none(order: Order) -> None:
    """An image that came between two looks must be looked for again."""
    readings = workers.Readings(order)
    readings._learn({"a": (1, 1, 1), "b": None})
    readings._learn({"a": (1, 1, 2), "b": None})
    assert readings.folders == {"a": (0, 0, -1), "b": None}


def test_there_is_a_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the system does not tell which are ours."""
    assert workers.processors() >= 1
    monkeypatch.delattr(os, "sched_getaffinity")
    assert workers.processors() >= 1
