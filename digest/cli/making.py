"""`build`, `publish`, `preview`, `test` and `run`: from entries to issues, and to a mail for the editor."""

from __future__ import annotations

import webbrowser
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from digest.cli.app import Desk, app, command
from digest.cli.given import Edition, IssueName, Now, Since, Yes, clock, issue
from digest.cli.reading import partly, tell_problems
from digest.cli.show import closing, count, files_of, problem_json
from digest.errors import GateError, UsageError
from digest.model import Draft, Issue, Item

if TYPE_CHECKING:
    from digest.press import Site


@command(app, "build")
def build(
    desk: Desk,
    name: IssueName = None,
    edition: Edition = None,
    now: Now = None,
    since: Since = None,
    drafts: Annotated[bool, typer.Option("--drafts", help="Take drafts in, too.")] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Folder of the draft; build/EDITION/NUMBER when absent."),
    ] = None,
) -> int:
    """Put the next issue together and write it as files; nothing is published."""
    from digest import press

    terminal, site = desk.terminal, desk.site()
    draft = _draft(desk, site, name, edition, clock(now), since, drafts, parted=True)
    folder = press.write_draft(site, draft, out)
    tell_issue(desk, draft.issue)
    sizes = _sizes(draft)
    terminal.note(_sized(sizes))
    tell_problems(desk, draft.problems)
    terminal.note(_closing(desk, draft, "Nothing was published."))
    terminal.say(str(folder / "email.html"), str(folder / "email.txt"), str(folder / "index.html"))
    terminal.emit({**_issue_json(draft), "sizes": sizes, "folder": str(folder)})
    return partly(draft.problems)


def _sizes(draft: Draft) -> dict[str, Any]:
    """Bytes of the mail's HTML: everybody's, and the largest of readers whom another item leads."""
    from digest.press.parting import largest, mail_bytes

    other = largest(draft.issue, draft.parts) if draft.parts else None
    return {
        "mail": mail_bytes(draft.renditions),
        "other_lead": other.bytes if other else None,
        "other_title": other.title if other else "",
    }


def _sized(sizes: dict[str, Any]) -> str:
    line = f"Mail   {sizes['mail']:,} bytes"
    other = sizes["other_lead"]
    return f"{line}; at most {other:,} where {sizes['other_title']} leads" if other else line


def _draft(
    desk: Desk,
    site: Site,
    name: str | None,
    edition: str | None,
    now: datetime,
    since: datetime | None,
    drafts: bool = False,
    *,
    parted: bool = False,
) -> Draft:
    from digest import press

    named, number = issue(site, name, edition)
    with desk.terminal.progress("Building") as step:
        return press.build(
            site,
            edition=named,
            now=now,
            since=since,
            drafts=drafts,
            number=number,
            progress=step,
            parted=parted,
        )


def _closing(desk: Desk, draft: Draft, last: str) -> str:
    entries = [each.entry for each in draft.issue.everything]
    return closing(draft.problems, files_of(entries, draft.problems), desk.terminal.seconds, last)


def tell_issue(desk: Desk, made: Issue) -> None:
    """An issue at a glance: its number, subject and counts, then its items in reading order."""
    if desk.terminal.quiet:
        return
    counts = [count(len(made.items), "article"), f"{made.minutes} min"]
    counts += [count(len(made.profiles), "profile")] if made.profiles else []
    counts += [count(len(made.quotes), "quote")] if made.quotes else []
    counts += [f"{len(made.overflow)} more on the web"] if made.overflow else []
    desk.terminal.say(f"{made.title} · {made.id} · {made.label}", f"{made.subject}", ", ".join(counts), "")
    rows = [_row("lead", made.lead)] if made.lead else []
    rows += [_row(section.title, item) for section in made.sections for item in section.items]
    rows += [_row("profiles", item) for item in made.profiles]
    rows += [_row("on the web", item) for item in made.overflow]
    desk.terminal.table(("section", "reason", "language", "min", "title"), rows, right=(3,))
    desk.terminal.say("")


def _row(section: str, item: Item) -> tuple[str, ...]:
    return section, item.reason.value, item.entry.language, str(item.minutes), item.entry.title


def _issue_json(draft: Draft) -> dict[str, Any]:
    made = draft.issue

    def item_json(item: Item) -> dict[str, Any]:
        return {
            "origin": item.entry.position.path,
            "key": item.entry.key,
            "title": item.entry.title,
            "language": item.entry.language,
            "reason": item.reason.value,
            "url": item.url,
            "minutes": item.minutes,
        }

    return {
        "issue": made.id,
        "edition": made.edition,
        "number": made.number,
        "label": made.label,
        "date": made.date.isoformat(),
        "subject": made.subject,
        "preheader": made.preheader,
        "minutes": made.minutes,
        "lead": item_json(made.lead) if made.lead else None,
        "sections": [
            {"key": each.key, "title": each.title, "items": [item_json(item) for item in each.items]}
            for each in made.sections
        ],
        "profiles": [item_json(each) for each in made.profiles],
        "overflow": [item_json(each) for each in made.overflow],
        "renditions": [
            {"name": each.name, "language": each.language, "bytes": len(each.text.encode())}
            for each in draft.renditions
        ],
        "problems": [problem_json(each) for each in draft.problems],
    }


@command(app, "publish")
def publish(
    desk: Desk,
    name: IssueName = None,
    edition: Edition = None,
    now: Now = None,
    since: Since = None,
    yes: Yes = False,
) -> int:
    """Seal the next issue, archive it and build the site with it; it mails nobody."""
    from digest import press
    from digest.deliver.postal import is_postal
    from digest.press import approving

    terminal, site, at = desk.terminal, desk.site(), clock(now)
    named, number = issue(site, name, edition)
    if not yes and not terminal.interactive:
        raise UsageError("publish wants a yes, and there is no terminal to ask at", hint="add --yes")
    press.replay(site)  # what an earlier publish was stopped in
    at, since = approving.pinned(site, named, number, at, since)
    draft = _draft(desk, site, name, edition, at, since)
    tell_issue(desk, draft.issue)
    tell_problems(desk, draft.problems)
    if not yes and not terminal.confirm(f"Seal {draft.issue.id}? Its entries then count as published."):
        raise GateError("nothing was published", hint="answer y, or add --yes")
    with terminal.progress("Publishing") as step:
        done = press.publish(site, edition=named, now=at, since=since, number=number, progress=step)
    page = site.public / done.issue.edition / str(done.issue.number) / "index.html"
    terminal.note(_closing(desk, draft, "Nothing was sent."))
    terminal.say(f"Sealed {done.issue.id} in {done.folder}", f"Page   {page}")
    if not is_postal(site.config.site.postal_address):
        terminal.note(
            "warning  it is for the web alone: no mail may go out without the sender's postal address, "
            "site.postal_address in config.toml, which was not there when it was sealed"
        )
    terminal.emit({**_issue_json(draft), "folder": str(done.folder), "seal": done.seal, "page": str(page)})
    return partly(draft.problems)


@command(app, "preview")
def preview(
    desk: Desk,
    edition: Edition = None,
    now: Now = None,
    port: Annotated[int, typer.Option("--port", min=0, max=65_535, help="Port; 0 takes a free one.")] = 8120,
    browser: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the browser; only from a terminal.")
    ] = True,
) -> None:
    """The issue in the browser, live on every save; nothing is written."""
    from digest.web.preview import serve

    terminal, site = desk.terminal, desk.site()
    named = site.edition(edition).name

    def ready(address: str) -> None:
        terminal.emit({"address": address})
        if browser and terminal.interactive:
            webbrowser.open(address)

    serve(site, port, now=now, edition=named, say=terminal.note, ready=ready)


@command(app, "test")
def send_test(
    desk: Desk,
    to: Annotated[str, typer.Option("--to", metavar="ADDR", help="Who gets it.")],
    name: IssueName = None,
    edition: Edition = None,
    now: Now = None,
    language: Annotated[str, typer.Option("--language", help="The mail in another language.")] = "",
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Folder of the .eml; var/outbox when absent."),
    ] = None,
) -> None:
    """Send one message of an issue, marked [TEST]; without an SMTP server it becomes an .eml file."""
    from digest.press import testing

    terminal, site = desk.terminal, desk.site()
    named, number = issue(site, name, edition)
    with terminal.progress("Sending") as step:
        step(to)
        sent = testing.send_test(
            site, to=to, now=clock(now), edition=named, number=number, language=language, outbox=out
        )
    what = f"the sealed issue {sent.issue.id}" if sent.sealed else f"the draft of {sent.issue.id}"
    terminal.note(f"[TEST] {what}, {sent.bytes:,} bytes, <{sent.message_id}>")
    if sent.file:
        terminal.note("No SMTP server is named in [delivery] or DIGEST_SMTP_HOST, so it is a file:")
        terminal.say(str(sent.file))
    else:
        terminal.say(f"Sent to {to} by {sent.server}: {sent.reply}")
    terminal.emit(
        {
            "issue": sent.issue.id,
            "sealed": sent.sealed,
            "to": to,
            "message_id": sent.message_id,
            "bytes": sent.bytes,
            "server": sent.server,
            "reply": sent.reply,
            "file": str(sent.file) if sent.file else None,
            "seconds": round(terminal.seconds, 3),
        }
    )


@command(app, "run")
def run(
    desk: Desk,
    once: Annotated[bool, typer.Option("--once", help="Make what is due and end; for cron.")] = False,
    now: Now = None,
) -> int:
    """Publish each edition at its weekly slot, once, also when started late."""
    from digest.schedule import forever
    from digest.schedule.once import run_once
    from digest.schedule.outcomes import Result
    from digest.schedule.sending import send_due

    terminal, site = desk.terminal, desk.site()
    if not once:
        if now:
            raise UsageError("--now goes with --once", hint="the schedule follows the clock")
        forever.run_forever(site, say=terminal.note)
        return 0
    outcomes = run_once(site, clock(now), say=terminal.note)
    if not outcomes:
        raise UsageError("no edition has a schedule", subject="config.toml", hint="add [editions.schedule]")
    for each in outcomes:
        number = f" {each.edition}/{each.number}" if each.number else ""
        if each.result in (Result.FAILED, Result.WAITING):
            what = "error" if each.result is Result.FAILED else "waits"
            terminal.error(f"{what}  {each.edition}: {each.sentence or each.result.value}")
            if each.subject:
                terminal.error(f"  {each.subject}")
            if each.hint:
                terminal.error(f"  hint  {each.hint}")
        else:
            said = f": {each.sentence}" if each.sentence else ""
            terminal.say(f"{each.edition}: {each.result.value}{number}{said}")
    well = send_due(site, clock(now), terminal.note)
    terminal.emit({"outcomes": [_outcome_json(each) for each in outcomes], "sent": well})
    return _code(outcomes) or (0 if well else 5)


def _outcome_json(each: Any) -> dict[str, Any]:
    return {
        "edition": each.edition,
        "result": each.result.value,
        "slot": each.slot.key if each.slot else None,
        "number": each.number,
        "sentence": each.sentence,
        "subject": each.subject,
        "hint": each.hint,
    }


def _code(outcomes: Any) -> int:
    """1 where what was due failed, 3 where it waits, 5 where others came out, 4 where nothing new was all."""
    results = [each.result.value for each in outcomes]
    if "failed" in results or "waiting" in results:
        return 5 if "published" in results else 1 if "failed" in results else 3
    return 4 if "nothing new" in results and "published" not in results else 0
