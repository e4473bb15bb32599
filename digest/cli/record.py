"""`archive`: the sealed record, and the site that is built from it."""

from __future__ import annotations

from digest.cli.app import Desk, command, group
from digest.cli.given import Edition
from digest.cli.reading import tell_problems
from digest.cli.show import count, errors, problem_json

archive = group("archive", "The sealed issues, and the site that is built from them.")


@command(archive, "list")
def list_(desk: Desk, edition: Edition = None) -> None:
    """The sealed issues."""
    from digest import press

    terminal, site = desk.terminal, desk.site()
    issues = press.sealed(site, edition)
    rows = [
        (each.issue.id, f"{each.issue.date:%Y-%m-%d}", each.issue.label, each.seal[:12], each.issue.subject)
        for each in issues
    ]
    terminal.table(("issue", "date", "week", "seal", "subject"), rows)
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
                }
                for each in issues
            ]
        }
    )


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
    number = len(list(site.archive.glob("*/[1-9]*/")))
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
