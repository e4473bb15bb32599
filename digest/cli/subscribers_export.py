"""`subscribers export`: a list for spreadsheets and other services, or all that is held of one person."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from digest.cli.app import Desk, command
from digest.cli.show import count
from digest.cli.subscribers import (
    AnyEdition,
    Search,
    State,
    Topic,
    chosen_filter,
    known,
    story_json,
    subscribers,
)
from digest.errors import DigestError, UsageError

if TYPE_CHECKING:
    from digest.press import Site
    from digest.store.people_lists import Filter


@command(subscribers, "export")
def export(
    desk: Desk,
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="Where to; stdout when absent.")
    ] = None,
    edition: AnyEdition = None,
    state: State = None,
    topic: Topic = "",
    search: Search = "",
    address: Annotated[
        str, typer.Option("--address", metavar="ADDRESS", help="All that is held of one person, as JSON.")
    ] = "",
) -> None:
    """Write subscribers as CSV that `import` and spreadsheets read; or all that is held of one of them."""
    from digest.press import subscribers as people

    terminal, site = desk.terminal, desk.site()
    if address:
        _export_one(desk, site, address, file)
        return
    wanted = chosen_filter(site, edition, state, topic, search)
    if file is None:
        if terminal.json:
            raise UsageError("--json needs a FILE to export to", hint="digest subscribers export FILE --json")
        sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]  # a stream of text
        people.export(site, wanted, sys.stdout)
        return
    number = _write(site, wanted, file)
    terminal.say(f"Wrote {count(number, 'subscriber')} to {file}")
    terminal.emit({"subscribers": number, "file": str(file)})


def _export_one(desk: Desk, site: Site, address: str, file: Path | None) -> None:
    """Everything that is held of a person, for whoever asks what it is (GDPR 15 and 20)."""
    found = story_json(known(site, address))
    if file is None:
        desk.terminal.emit(found)
        if not desk.terminal.json:
            sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a stream of text
            sys.stdout.write(_indented(found) + "\n")
        return
    _whole(file, lambda opened: opened.write(_indented(found) + "\n"))
    desk.terminal.say(f"Wrote all that is held of {address} to {file}")
    desk.terminal.emit(found | {"file": str(file)})


def _indented(found: dict[str, Any]) -> str:
    return json.dumps(found, ensure_ascii=False, indent=2)


def _write(site: Site, wanted: Filter, file: Path) -> int:
    """Write the list; an older one of ours is written over."""
    from digest.press import subscribers as people

    return _whole(file, lambda opened: people.export(site, wanted, opened))


def _whole(file: Path, write: Callable[[IO[str]], int]) -> int:
    """Write a file whole or not at all, for its owner alone; one that is no export of ours stays."""
    temporary = ""
    try:
        if file.exists() and not _is_ours(file):
            raise UsageError(
                "this file is there already, and is no export of ours", subject=str(file), hint="name another"
            )
        handle, temporary = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=file.parent)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as opened:
            number = write(opened)
        Path(temporary).replace(file)
    except OSError as error:
        raise DigestError(
            f"the file cannot be written: {(error.strerror or str(error)).lower()}",
            subject=str(file),
            hint="name another file",
        ) from error
    finally:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
    return number


def _is_ours(file: Path) -> bool:
    from digest.press.subscribers import HEADINGS

    with file.open("rb") as opened:
        return opened.read(200).decode("utf-8", "replace").startswith(",".join(HEADINGS))
