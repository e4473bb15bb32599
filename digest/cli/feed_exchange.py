"""`feeds import` and `feeds export`: subscriptions as OPML, from and for other readers."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from digest.cli.app import Desk, command
from digest.cli.feeds import Language, OnlyNew, Tags, check_language, edit, feeds, known_feed
from digest.cli.reading import tell_problems
from digest.cli.show import count, problem_json
from digest.errors import DigestError, UsageError


@command(feeds, "import")
def import_(
    desk: Desk,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An OPML file; - is standard input.")],
    tag: Tags = None,
    language: Language = "",
    only_new: OnlyNew = False,
    folders: Annotated[
        bool, typer.Option("--folders/--no-folders", help="Whether folders and categories are tags.")
    ] = True,
) -> int:
    """Add the feeds of an OPML file, as other readers export them."""
    from digest.cli.feed_tables import added, table
    from digest.collect.feeds import opml

    check_language(language)
    terminal, site = desk.terminal, desk.site()
    data = sys.stdin.buffer.read() if str(file) == "-" else _bytes(file)
    outlines, problems = opml.read(data, "standard input" if str(file) == "-" else str(file))
    new = [each for each in outlines if known_feed(site, each.url) is None]
    tables = [
        table(
            {
                "url": each.url,
                "title": each.title,
                "language": language or each.language,
                "tags": tuple(dict.fromkeys((*(tag or ()), *(each.tags if folders else ())))),
                "only_new": only_new,
            }
        )
        for each in new
    ]
    if tables:
        edit(desk, site, lambda text: added(text, tables))
    tell_problems(desk, problems)
    there = len(outlines) - len(new)
    terminal.say(f"Added {count(len(new), 'feed')}{f'; {there} were there already' if there else ''}.")
    if new:
        terminal.note(
            "`digest collect` fetches them; of each, what is older than the last days is passed over."
        )
    known = [each.url for each in outlines if each not in new]
    terminal.emit(
        {
            "added": [{"url": each["url"], "title": each.get("title", "")} for each in tables],
            "known": known,
            "problems": [problem_json(each) for each in problems],
        }
    )
    return 5 if problems else 0


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise UsageError(
            f"the file cannot be read: {_why(error)}",
            subject=str(file),
            hint="name an OPML file",
        ) from None


@command(feeds, "export")
def export(
    desk: Desk,
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="Where to; stdout when absent.")
    ] = None,
) -> None:
    """Write the feeds as OPML, which every other reader can import."""
    from digest.collect.feeds.opml import Outline
    from digest.collect.feeds.opml import write as opml
    from digest.press.feed_states import states

    terminal, site = desk.terminal, desk.site()
    known = states(site)
    outlines = [
        Outline(
            url=each.url,
            title=each.title or (known[each.url].title if each.url in known else ""),
            home=known[each.url].home if each.url in known else "",
            language=each.language,
            tags=each.tags,
        )
        for each in site.config.subscriptions
    ]
    text = opml(outlines, site.config.site.title)
    if file is None:
        if terminal.json:
            terminal.emit({"feeds": len(outlines), "opml": text})
        else:
            sys.stdout.write(text)
        return
    _write_new(file, text)
    terminal.say(f"Wrote {count(len(outlines), 'feed')} to {file}")
    terminal.emit({"feeds": len(outlines), "file": str(file)})


def _write_new(file: Path, text: str) -> None:
    """Write a file that is not there yet, or is OPML."""
    try:
        if file.exists() and "<opml" not in file.read_text(errors="replace")[:2_000]:
            raise UsageError(
                "this file is there already, and is no OPML", subject=str(file), hint="name another"
            )
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise DigestError(
            f"the file cannot be written: {_why(error)}",
            subject=str(file),
            hint="name another file",
        ) from error


def _why(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
