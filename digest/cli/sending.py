"""`send` and `outbox`: a sealed issue to its readers, and what an operator looks at."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any

import typer

from digest.cli.app import Desk, app, command, failed
from digest.cli.given import Edition, IssueName, Now, Yes, clock, issue
from digest.cli.show import count
from digest.errors import GateError

if TYPE_CHECKING:
    from digest.cli.console import Terminal
    from digest.deliver.recording import Snapshot
    from digest.press.sending import Prepared, Sent


@command(app, "send")
def send(
    desk: Desk,
    name: IssueName = None,
    edition: Edition = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write every message, and send none.")] = False,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, metavar="N", help="So many messages at most.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with an issue that was paused.")] = False,
    retry_uncertain: Annotated[
        bool, typer.Option("--retry-uncertain", help="Send again what may or may not have arrived.")
    ] = False,
    yes: Yes = False,
    now: Now = None,
) -> int:
    """Send a sealed issue to its readers; again sends only what is left."""
    from digest.press import sending

    terminal, site = desk.terminal, desk.site()
    named, number = issue(site, name, edition)
    prepared = sending.prepare(site, edition=named, number=number)
    if dry_run:
        return _rehearse(desk, prepared, sending.rehearse(site, prepared, clock(now)))
    _ask(terminal, prepared, limit, yes)
    with _stopping(terminal) as stopped, _bar(terminal) as say:
        sent = sending.send(
            site,
            prepared,
            now=clock(now),
            limit=limit,
            resume=resume,
            retry_uncertain=retry_uncertain,
            say=say,
            stopped=stopped,
        )
    return _tell(desk, sent)


def _ask(terminal: Terminal, prepared: Prepared, limit: int | None, yes: bool) -> None:
    made = prepared.sealed.issue
    many = prepared.owed if limit is None else min(limit, prepared.owed)
    terminal.note(f"{made.title} · {made.id} · sealed {made.date:%Y-%m-%d %H:%M}", made.subject)
    if yes or not many:
        return
    if not terminal.interactive:
        raise GateError("nothing was sent: nobody can be asked", hint="look with --dry-run, then add --yes")
    if not terminal.confirm(f"Send it to {count(many, 'subscriber')} by {prepared.way.name}?"):
        raise GateError("nothing was sent", hint="answer y, or add --yes")


def _rehearse(desk: Desk, prepared: Prepared, rehearsed: tuple[dict[str, int], int]) -> int:
    told, size = rehearsed
    terminal, made = desk.terminal, prepared.sealed.issue
    terminal.say(
        f"{made.title} · {made.id}",
        made.subject,
        f"{count(told['sent'], 'message')} would leave by {prepared.way.name}, {size / 1_000_000:.1f} MB",
    )
    for what, many in told.items():
        if what != "sent":
            terminal.say(f"{count(many, 'subscriber')} would be passed over: {what}")
    if prepared.paused:
        terminal.note(f"It is paused: {prepared.paused}")
    terminal.note("Nothing was sent.")
    terminal.emit(
        {
            "issue": made.id,
            "by": prepared.way.name,
            "would_send": told["sent"],
            "passed_over": {what: many for what, many in told.items() if what != "sent"},
            "bytes": size,
            "paused": prepared.paused,
        }
    )
    return 0 if told["sent"] else 4


@contextmanager
def _stopping(terminal: Terminal) -> Iterator[Callable[[], bool]]:
    """Whether Ctrl-C (or SIGTERM) was pressed: the first time ends cleanly, the second at once."""
    stop = threading.Event()
    before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}

    def stopping(_: int, __: FrameType | None) -> None:
        stop.set()
        restore()
        terminal.note("Stopping: what is on its way is waited for; Ctrl-C again ends at once.")

    def restore() -> None:
        for each, was in before.items():
            signal.signal(each, was)

    for each in before:
        signal.signal(each, stopping)
    try:
        yield stop.is_set
    finally:
        restore()


@contextmanager
def _bar(terminal: Terminal) -> Iterator[Callable[[Snapshot], None]]:
    """A bar with rate, retries and time left, on a terminal."""
    if terminal.json or terminal.quiet or not terminal.err.is_terminal:
        yield lambda _: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    with Progress(
        TextColumn("Sending"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("{task.fields[told]}"),
        console=terminal.err,
        transient=True,
        refresh_per_second=5,
    ) as bar:
        task = bar.add_task("", total=None, told="")

        def say(snapshot: Snapshot) -> None:
            bar.update(task, total=snapshot.total, completed=snapshot.done, told=_told(snapshot))

        yield say


def _told(snapshot: Snapshot) -> str:
    parts = [f"{snapshot.rate:.0f}/s"]
    parts += [f"{snapshot.retries} retried"] if snapshot.retries else []
    parts += [f"{snapshot.deferred} put off"] if snapshot.deferred else []
    parts += [f"{snapshot.failed} failed"] if snapshot.failed else []
    seconds = snapshot.seconds_left
    parts += [f"{duration(seconds)} left"] if seconds is not None and snapshot.left else []
    return ", ".join(parts)


def _are(many: int) -> str:
    return "is" if many == 1 else "are"


def duration(seconds: float) -> str:
    """Seconds as one says them: 40 s, 12 min, 3 h 20 min."""
    whole = round(seconds)
    if whole < 90:
        return f"{whole} s"
    minutes = round(whole / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


def _tell(desk: Desk, sent: Sent) -> int:
    """What became of it, and how to go on; 0 done, 5 partly, 1 where nothing could be sent."""
    terminal, run = desk.terminal, sent.snapshot
    line = f"{sent.issue}: {count(run.sent, 'message')} sent"
    line += f" in {duration(terminal.seconds)}" if run.sent else ""
    parts = [f"{run.failed} failed"] if run.failed else []
    parts += [f"{run.skipped} passed over"] if run.skipped else []
    terminal.say(", ".join([line, *parts]))
    if sent.suppressed:
        terminal.note(f"{count(sent.suppressed, 'subscriber')} will not be mailed again: no such address.")
    code = _ended(terminal, sent)
    terminal.emit(_sent_json(sent, code))
    return code


def _ended(terminal: Terminal, sent: Sent) -> int:
    run, name = sent.snapshot, sent.issue
    if sent.fault is not None:
        if not terminal.json:
            failed(terminal, sent.fault)
        return 5 if run.sent else sent.fault.code
    uncertain = sum(many for state, many in sent.counts.items() if state.value == "uncertain")
    if run.paused:
        terminal.error(f"paused  {run.paused}")
        terminal.error(f"  hint  when that is mended: digest send {name} --resume")
    elif run.stopped:
        terminal.note(f"Stopped. Go on with: digest send {name}")
    elif run.left:
        when = f"; the next is due at {sent.next_at:%H:%M} UTC" if sent.next_at else ""
        terminal.note(f"{run.left} {_are(run.left)} left{when}. Go on with: digest send {name}")
    if uncertain:
        terminal.note(f"{uncertain} may or may not have arrived: digest outbox {name}")
    return 5 if run.left or uncertain or run.paused else 0


def _sent_json(sent: Sent, code: int) -> dict[str, Any]:
    run = sent.snapshot
    fault = sent.fault
    return {
        "issue": sent.issue,
        "sent": run.sent,
        "failed": run.failed,
        "passed_over": run.skipped,
        "retries": run.retries,
        "left": run.left,
        "stopped": run.stopped,
        "paused": run.paused,
        "suppressed": sent.suppressed,
        "next_at": sent.next_at.isoformat() if sent.next_at else None,
        "states": {state.value: many for state, many in sent.counts.items()},
        "error": {"sentence": fault.sentence, "subject": fault.subject, "hint": fault.hint, "code": code}
        if fault
        else None,
    }


@command(app, "outbox")
def outbox(
    desk: Desk,
    name: IssueName = None,
    edition: Edition = None,
    retry_uncertain: Annotated[
        bool, typer.Option("--retry-uncertain", help="Let `send` send the uncertain ones again.")
    ] = False,
    sent: Annotated[bool, typer.Option("--sent", help="Take the uncertain ones for sent.")] = False,
    accept: Annotated[
        bool, typer.Option("--accept", help="Go on with an older outbox: all that it owes is uncertain.")
    ] = False,
) -> int:
    """What is owed, sent, put off, failed and uncertain, of every issue or in detail of one."""
    from digest.cli.outbox_view import accepted, decide, tell_all, tell_one
    from digest.errors import UsageError

    site = desk.site()
    if accept and (name or edition or retry_uncertain or sent):
        raise UsageError(
            "the outbox is accepted as a whole", hint="`digest outbox --accept`, and nothing else"
        )
    if accept:
        return accepted(desk, site)
    if retry_uncertain and sent:
        raise UsageError("an uncertain delivery is either sent again or taken for sent", hint="choose one")
    if name is None and edition is None and not (retry_uncertain or sent):
        return tell_all(desk, site)
    named, number = issue(site, name, edition)
    if retry_uncertain or sent:
        return decide(desk, site, named, number, again=retry_uncertain)
    return tell_one(desk, site, named, number)
