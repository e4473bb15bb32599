"""`feeds list`: how each feed was at its last visit, and when it is asked again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from digest.cli.app import Desk, command
from digest.cli.feeds import feeds
from digest.cli.reading import tell_problems
from digest.cli.show import problem_json, shortened
from digest.model import Position, Problem, Severity

if TYPE_CHECKING:
    from digest.config import SourceTable
    from digest.press import Site
    from digest.store.feeds import FeedState


@command(feeds, "list")
def list_(desk: Desk) -> None:
    """The feeds, how each was at its last visit, and when it is asked again."""
    from digest.press.feed_states import states

    terminal, site = desk.terminal, desk.site()
    known = states(site)
    rows: list[tuple[str, ...]] = []
    told: list[dict[str, Any]] = []
    problems: list[Problem] = []
    room = max(20, min(60, terminal.out.width - 52))
    for source in site.config.subscriptions:
        state = known.get(source.url)
        name = source.title or (state.title if state else "") or source.url.partition("//")[2]
        rows.append((shortened(name, room), *_state_row(state, site)))
        told.append(_state_json(source, state))
        problems += _findings(source.url, state)
    terminal.table(("feed", "state", "items", "last", "next"), rows, right=(2,))
    if not rows:
        terminal.note("There is no feed yet; `digest feeds add URL` adds one.")
    if problems:
        terminal.note("")
    tell_problems(desk, tuple(problems))
    terminal.emit({"feeds": told, "problems": [problem_json(each) for each in problems]})


def _word(state: FeedState | None) -> str:
    """How a feed is, in a word or two."""
    if state is None or (state.tried_at is None and state.first_at is None):
        return "new"
    if state.gone_at:
        return "gone"
    if state.wait_until:
        return "asked to wait"
    if state.failures:
        return f"failing ({state.failures})"
    if state.moved_to:
        return "moved"
    return "look" if state.fault else "ok"


def _state_row(state: FeedState | None, site: Site) -> tuple[str, ...]:
    if state is None:
        return (_word(state), "—", "—", "now")
    zone = site.config.zone
    last, following = (
        f"{each.astimezone(zone):%m-%d %H:%M}" if each else "" for each in (state.tried_at, state.next_at)
    )
    then = "never" if state.gone_at else following or "now"
    return (_word(state), str(state.total) if state.total else "—", last or "—", then)


def _findings(url: str, state: FeedState | None) -> Iterable[Problem]:
    """What an editor should know of a feed's state."""
    if state is None:
        return
    if state.fault:
        rule, hint = _advice(url, state)
        yield _finding(url, rule, state.fault, hint)
    if state.moved_to:
        sentence = f"the feed has moved for good to {state.moved_to}"
        yield _finding(url, "feed-moved", sentence, f"`digest feeds add {state.moved_to}` follows it")


def _advice(url: str, state: FeedState) -> tuple[str, str]:
    if state.gone_at:
        return "feed-gone", f"`digest feeds remove {url}`"
    if state.wait_until:
        return "feed-busy", "nothing; it is obeyed"
    if not state.failures:
        return "feed-ill", "look at it in a browser"
    return "feed-ill", f"`digest collect --source {url}` tries again"


def _finding(url: str, rule: str, sentence: str, hint: str) -> Problem:
    place = Position(path=url)
    return Problem(severity=Severity.WARNING, rule=rule, sentence=sentence, position=place, hint=hint)


def _state_json(source: SourceTable, state: FeedState | None) -> dict[str, Any]:
    def moment(name: str) -> str | None:
        at = getattr(state, name, None)
        return at.isoformat() if at else None

    return {
        "url": source.url,
        "title": source.title or (state.title if state else ""),
        "home": state.home if state else "",
        "tags": list(source.tags),
        "language": source.language,
        "only_new": source.only_new,
        "include": list(source.include),
        "exclude": list(source.exclude),
        "max_items": source.max_items,
        "state": _word(state),
        "items": state.total if state else 0,
        "failures": state.failures if state else 0,
        "fault": state.fault if state else "",
        "moved_to": state.moved_to if state else "",
        **{name: moment(name) for name in ("first_at", "tried_at", "good_at", "next_at", "gone_at")},
    }
