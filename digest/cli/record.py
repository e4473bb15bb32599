"""`archive`: the sealed record, and the site that is built from it."""

from __future__ import annotations

from collections.abc import Sequence

from digest.cli.app import Desk, command, group
from digest.cli.given import Edition
from digest.cli.reading import tell_problems
from digest.cli.show import count, errors, jsonable, problem_json
from digest.model import Notice, NoticeKind

archive = group("archive", "The sealed issues, and the site that is built from them.")


@command(archive, "list")
def list_(desk: Desk, edition: Edition = None) -> None:
    """The sealed issues."""
    from digest import press
    from digest.press.notices import notices_of

    terminal, site = desk.terminal, desk.site()
    issues = press.sealed(site, edition)
    said = notices_of(site, (each.issue for each in issues))
    rows = [
        (
            each.issue.id,
            f"{each.issue.date:%Y-%m-%d}",
            each.issue.label,
            each.seal[:12],
            _since(said.get(each.issue.id, ())),
            each.issue.subject,
        )
        for each in issues
    ]
    terminal.table(("issue", "date", "week", "seal", "since", "subject"), rows)
    if not issues:
        terminal.note("No issue is sealed yet; `digest publish` makes one.")
    terminal.emit(
        {
            "issues": [
                {
                    "issue": each.issue.id,
                    "edition": each.issue.edition,
                    "number": each.issue.number,
                    "date": each.issue.date.isoformat(),
                    "label": each.issue.label,
                    "subject": each.issue.subject,
                    "folder": str(each.folder),
                    "seal": each.seal,
                    "notices": [jsonable(notice) for notice in said.get(each.issue.id, ())],
                }
                for each in issues
            ]
        }
    )


def _since(notices: Sequence[Notice]) -> str:
    """What was said of an issue since its seal, in a cell."""
    if any(each.kind is NoticeKind.RETRACTION for each in notices):
        return "withdrawn"
    return count(len(notices), "correction") if notices else ""


@command(archive, "verify")
def verify(desk: Desk) -> int:
    """Hold every sealed file against its manifest; exit 1 where a byte differs."""
    from digest import press

    terminal, site = desk.terminal, desk.site()
    with terminal.progress("Verifying") as step:
        step(site.config.archive.path)
        problems = press.verify(site)
    tell_problems(desk, problems)
    # The folders are counted, not the issues: a damaged one cannot be read as an issue.
    number = sum(each.name.isdecimal() for each in site.archive.glob("*/[1-9]*/"))
    if not errors(problems):
        terminal.say(f"{count(number, 'issue').capitalize()} as sealed.")
    else:
        terminal.error(f"{count(errors(problems), 'error')} in {count(number, 'issue')}.")
    terminal.emit({"issues": number, "problems": [problem_json(each) for each in problems]})
    return 1 if errors(problems) else 0


@command(archive, "build")
def build(desk: Desk) -> None:
    """Build the public site from the sealed issues, and bring the database up to them."""
    from digest import press

    terminal, site = desk.terminal, desk.site()
    with terminal.progress("Building the site") as step:
        step(site.config.archive.public)
        unknown, changed = press.rebuild(site)
    if unknown:
        terminal.note(f"{count(unknown, 'issue').capitalize()} recorded in the database.")
    terminal.say(f"{count(changed, 'file').capitalize()} changed in {site.public}")
    terminal.emit({"public": str(site.public), "changed": changed, "recorded": unknown})
