"""The live state of the preview: rebuilt on every save in a worker thread, told to every open page."""

from __future__ import annotations

import asyncio
import json
import time
import traceback
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import aclosing
from typing import Any, Final

from digest.errors import DigestError, ProblemError
from digest.model import Position, Problem, Severity
from digest.web.desk import Desk, Showing
from digest.web.watch import saves

RETRY: Final = 0.06
"""Seconds after which a build that failed is tried again: the file may have been half written."""
HEARTBEAT: Final = 15.0
"""Seconds between comments in a silent stream, by which a closed page is noticed."""


class Live:
    """What is shown now, what is wrong now, and who listens.

    The last good issue stays when a build fails, and while a broken file is being mended; a save elsewhere
    shows the issue without the broken entry.
    """

    def __init__(self, desk: Desk, say: Callable[[str], None]) -> None:
        self.desk: Final = desk
        self.showing: Showing | None = None
        self.fault: tuple[Problem, ...] = ()
        self._say: Final = say
        self._milliseconds = 0
        self._shown = 0
        self._told = 0
        self._news = asyncio.Event()
        self._stop: Final = asyncio.Event()
        self._rewatch = asyncio.Event()

    async def run(self) -> None:
        """Build, then again on every save, until stop; watch other places when the config names others."""
        while not self._stop.is_set():
            places = await asyncio.to_thread(self.desk.places)
            self._rewatch = asyncio.Event()
            async with aclosing(saves(places, self._rewatch)) as changes:
                async for names in changes:
                    await self.rebuild(names)
                    if self._stop.is_set() or await asyncio.to_thread(self.desk.places) != places:
                        break

    def stop(self) -> None:
        """End the streams and the watch."""
        self._stop.set()
        self._rewatch.set()
        self._announce()

    async def rebuild(self, names: frozenset[str]) -> None:
        """Build once more, twice where it fails, and tell what came of it."""
        showing, fault = await self._built()
        if fault and names and fault != self.fault:
            await asyncio.sleep(RETRY)
            showing, fault = await self._built()
        broken = {problem.position.path for problem in fault}
        mending = bool(fault and self.showing and names and names <= broken)
        if showing and not mending:
            self.showing = showing
            self._shown += 1
        self.fault = fault
        self._told += 1
        self._announce()
        self._report(names)

    async def _built(self) -> tuple[Showing | None, tuple[Problem, ...]]:
        began = time.perf_counter()
        try:
            showing = await asyncio.to_thread(self.desk.build)
        except Exception as error:  # whatever fails, the desk stays open and says it
            return None, _problems(error)
        finally:
            self._milliseconds = max(1, round((time.perf_counter() - began) * 1000))
        return showing, tuple(each for each in showing.problems if each.severity is Severity.ERROR)

    def _announce(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()

    def _report(self, names: frozenset[str]) -> None:
        what = ", ".join(sorted(names)[:3]) + (" …" if len(names) > 3 else "") if names else "built"
        wrong = [": ".join(part for part in (_place(each), each.sentence) if part) for each in self.fault]
        self._say(f"{self._milliseconds:>5} ms  {what}" + "".join(f"\n          {line}" for line in wrong))

    async def events(self) -> AsyncIterator[bytes]:
        """Server-sent events: `showing` when the issue changed, `fault` after every build (HTML §9.2)."""
        shown = told = 0
        while not self._stop.is_set():
            news = self._news
            if shown != self._shown and self.showing:
                shown = self._shown
                yield _event("showing", self._told, showing_data(self.showing, self._milliseconds))
            if told != self._told:
                told = self._told
                yield _event("fault", told, fault_data(self.fault, self._milliseconds))
            try:
                await asyncio.wait_for(news.wait(), HEARTBEAT)
            except TimeoutError:
                yield b": still here\n\n"


def showing_data(showing: Showing, milliseconds: int) -> dict[str, Any]:
    """What a page needs of a showing, as JSON values."""
    warnings = [each for each in showing.problems if each.severity is not Severity.ERROR]
    return {
        "state": showing.state,
        "edition": showing.edition,
        "title": showing.title,
        "language": showing.language,
        "number": showing.number,
        "label": showing.label,
        "date": showing.date,
        "sender": showing.sender,
        "subject": showing.subject,
        "preheader": showing.preheader,
        "notice": showing.notice,
        "site": showing.site,
        "mails": [
            {"language": mail.language, "html": mail.html, "text": mail.text, "size": mail.size}
            for mail in showing.mails
        ],
        "web": showing.web,
        "warnings": [_problem_data(each) for each in warnings],
        "limits": [showing.warn_bytes, showing.max_bytes],
        "milliseconds": milliseconds,
    }


def fault_data(problems: tuple[Problem, ...], milliseconds: int) -> dict[str, Any]:
    """What a page needs of what is wrong, as JSON values."""
    return {"problems": [_problem_data(each) for each in problems], "milliseconds": milliseconds}


def _problem_data(problem: Problem) -> dict[str, Any]:
    position = problem.position
    return {
        "sentence": problem.sentence,
        "rule": problem.rule,
        "hint": problem.hint,
        "place": _place(problem),
        "line": position.line,
        "column": position.column,
        "frame": [[number, text] for number, text in problem.frame],
    }


def _place(problem: Problem) -> str:
    """`file:line:col`; the subject alone for what has no line, nothing for what has no place."""
    return str(problem.position) if problem.frame else problem.position.path


def _event(name: str, identity: int, data: Mapping[str, Any]) -> bytes:
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"event: {name}\nid: {identity}\ndata: {body}\n\n".encode(errors="replace")


def _problems(error: Exception) -> tuple[Problem, ...]:
    """An exception as what the overlay shows."""
    if isinstance(error, ProblemError):
        return error.problems
    if isinstance(error, DigestError):
        return (_placeless(error.sentence, error.subject, error.hint),)
    last = traceback.extract_tb(error.__traceback__)[-1]
    hint = f"this is a fault of digest itself, in {last.name}, line {last.lineno}: please report it"
    return (_placeless(f"{type(error).__name__}: {error}", "", hint),)


def _placeless(sentence: str, subject: str, hint: str) -> Problem:
    return Problem(
        severity=Severity.ERROR, rule="", sentence=sentence, position=Position(path=subject), hint=hint
    )
