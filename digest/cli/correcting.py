"""`correct` and `retract`: what is said of an issue after its seal."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from digest.cli.app import Desk, app, command
from digest.cli.given import Edition, Now, Yes, clock, issue
from digest.cli.writing import open_editor
from digest.errors import GateError, UsageError

if TYPE_CHECKING:
    from digest.press import Site
    from digest.press.correcting import Noticed

_ASKED: Final = (
    "\n<!-- The correction stands above, in Markdown. Close the editor without a word to stop. -->\n"
)
SealedName = Annotated[str, typer.Argument(metavar="ISSUE", help="A sealed issue: weekly/14, or 14.")]


@command(app, "correct")
def correct(
    desk: Desk,
    name: SealedName,
    edition: Edition = None,
    entry: Annotated[
        str, typer.Option("--entry", metavar="ENTRY", help="What is corrected: key, path or slug.")
    ] = "",
    text: Annotated[str, typer.Option("--text", help="The correction, in Markdown.")] = "",
    file: Annotated[Path | None, typer.Option("--file", metavar="FILE", help="A file that holds it.")] = None,
    now: Now = None,
) -> None:
    """Put a dated correction beside a sealed issue: page and feeds show it, the mail does not change."""
    from digest.press import correcting

    site = desk.site()
    named, number = _sealed(site, name, edition)
    said = _text(desk, text, file)
    done = correcting.correct(site, named, number, said, entry=entry, now=clock(now))
    about = f" of {done.notice.entry}" if done.notice.entry else ""
    done_or_not = "was there already" if done.path is None else f"stands in {done.path}"
    desk.terminal.say(f"The correction{about} {done_or_not}", f"Page   {_page(site, done)}")
    desk.terminal.emit(_told(site, done))


@command(app, "retract")
def retract(
    desk: Desk,
    name: SealedName,
    edition: Edition = None,
    reason: Annotated[str, typer.Option("--reason", help="Why, in Markdown; its page says it.")] = "",
    now: Now = None,
    yes: Yes = False,
) -> None:
    """Withdraw a sealed issue; one that nobody got yet releases its entries to the next."""
    from digest import press
    from digest.press import correcting

    terminal, site = desk.terminal, desk.site()
    named, number = _sealed(site, name, edition)
    if not reason.strip():
        raise UsageError("an issue is withdrawn for a reason", hint="say it with --reason")
    press.sealed_issue(site, named, number)
    if not yes and not terminal.interactive:
        raise UsageError("retract wants a yes, and there is no terminal to ask at", hint="add --yes")
    if not yes and not terminal.confirm(f"Withdraw {named}/{number}? It cannot be taken back."):
        raise GateError("nothing was withdrawn", hint="answer y, or add --yes")
    done = correcting.retract(site, named, number, reason, now=clock(now))
    was = "was withdrawn already" if done.path is None else "is withdrawn"
    what = "its entries come again" if done.notice.released else "its entries stay published: it was sent"
    terminal.say(f"{named}/{number} {was}; {what}.", f"Page   {_page(site, done)}")
    terminal.emit(_told(site, done))


def _sealed(site: Site, name: str, edition: str | None) -> tuple[str, int]:
    named, number = issue(site, name, edition)
    if number is None:
        raise UsageError(f"{name!r} names no issue", hint=f"write its number, as {named}/14")
    return named, number


def _text(desk: Desk, text: str, file: Path | None) -> str:
    """The words: of the option, the file, or the editor that somebody writes them in."""
    if text and file:
        raise UsageError("--text and --file are two ways to say the same", hint="leave one out")
    if file:
        try:
            return file.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            raise UsageError("it is not text in UTF-8", subject=str(file)) from None
    if text:
        return text
    if not desk.terminal.interactive:
        raise UsageError(
            "there is no terminal to open an editor in", hint="say it with --text, or --file FILE"
        )
    with tempfile.TemporaryDirectory(prefix="digest-") as folder:
        path = Path(folder) / "correction.md"
        path.write_text(_ASKED, encoding="utf-8")
        open_editor(path)
        return path.read_text(encoding="utf-8").replace(_ASKED.strip(), "")


def _page(site: Site, done: Noticed) -> Path:
    return site.public / done.issue.edition / str(done.issue.number) / "index.html"


def _told(site: Site, done: Noticed) -> dict[str, Any]:
    return {
        "issue": done.issue.id,
        "kind": done.notice.kind.value,
        "date": done.notice.date.isoformat(),
        "entry": done.notice.entry,
        "text": done.notice.text,
        "released": done.notice.released,
        "changed": done.path is not None,
        "file": str(done.path) if done.path else None,
        "page": str(_page(site, done)),
    }
