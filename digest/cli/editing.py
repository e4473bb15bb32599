"""`edit`: the file of what an editor changes in an issue, opened, and checked when it is closed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from digest.cli.app import Desk, app, command
from digest.cli.given import Edition, IssueName, Now, clock, issue
from digest.cli.reading import partly, tell_problems
from digest.cli.show import count, errors, problem_json
from digest.cli.writing import open_editor
from digest.model import Problem

if TYPE_CHECKING:
    from digest.press import Site


@command(app, "edit")
def edit(desk: Desk, name: IssueName = None, edition: Edition = None, now: Now = None) -> int:
    """Open what you change in an issue, issues/EDITION/NUMBER.toml, and check it."""
    from digest import press
    from digest.press import editing

    terminal, site, at = desk.terminal, desk.site(), clock(now)
    named, number = issue(site, name, edition)
    number = number or press.ledger(site, site.edition(named)).next_number
    with terminal.progress("Building") as step:
        step(f"{named}/{number}")
        path, is_new = editing.begin(site, named, number, now=at)
    begun = path.read_bytes()
    if terminal.interactive:
        problems = _edited(desk, site, path, (named, number), at)
    else:
        problems = editing.findings(site, named, number, now=at)
        tell_problems(desk, problems)
        terminal.note("There is no terminal to open an editor in; this is the file:")
    kept = not (is_new and terminal.interactive and path.read_bytes() == begun)
    if not kept:
        path.unlink()
    terminal.say(str(path) if kept else f"Nothing was changed in {named}/{number}.")
    terminal.emit(
        {
            "issue": f"{named}/{number}",
            "file": str(path),
            "new": is_new,
            "problems": [problem_json(each) for each in problems],
        }
    )
    return partly(problems)


def _edited(desk: Desk, site: Site, path: Path, which: tuple[str, int], at: datetime) -> tuple[Problem, ...]:
    """Open the editor until nothing is wrong, or nobody wants to mend it."""
    from digest.press import editing

    while True:
        open_editor(path)
        problems = editing.findings(site, *which, now=at)
        tell_problems(desk, problems)
        if not problems:
            return problems
        wrong = count(errors(problems), "error") if errors(problems) else count(len(problems), "warning")
        if not desk.terminal.confirm(f"{wrong}. Open it again?"):
            return problems
