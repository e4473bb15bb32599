"""What people write after a command, understood: issues, times, editions."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Final

import typer

from digest.errors import UsageError

if TYPE_CHECKING:
    from digest.press import Site

_ISSUE: Final = re.compile(r"(?:(?P<edition>[a-z0-9][a-z0-9-]*)/)?(?P<number>[1-9]\d{0,8})")


def instant(text: str) -> datetime:
    """An ISO 8601 time with a zone, such as 2026-01-26T09:00:00+08:00."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no ISO time such as 2026-01-26T09:00:00+08:00") from None
    if at.tzinfo is None:
        raise typer.BadParameter(f"{text!r} has no zone; write 2026-01-26T09:00:00+08:00, or end it with Z")
    return at


def day(text: str) -> date:
    """A day, such as 2026-01-26."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no day such as 2026-01-26") from None


def clock(now: datetime | None) -> datetime:
    """The time that was given, else the time that it is."""
    return now or datetime.now(UTC)


def issue(site: Site, text: str | None, edition: str | None = None) -> tuple[str, int | None]:
    """The edition and number of `weekly/14`, `14` or `weekly`; the first edition where none is named.

    Raises:
        UsageError: it is none of these, or there is no such edition.
    """
    if text is None:
        return site.edition(edition).name, None
    found = _ISSUE.fullmatch(text)
    if "/" in text and not found:
        raise UsageError(f"{text!r} is no issue", hint="write weekly/14, 14, or weekly for its next issue")
    named: str | None = text
    number = None
    if found and text not in {each.name for each in site.config.editions}:
        named, number = found["edition"] or edition, int(found["number"])
    if edition and named != edition:
        raise UsageError(
            f"the issue {text!r} is not of the edition {edition!r}", hint="name the edition once"
        )
    return site.edition(named).name, number


Now = Annotated[
    datetime | None,
    typer.Option("--now", parser=instant, metavar="TIME", help="The time that it is, ISO with zone."),
]
Since = Annotated[
    datetime | None,
    typer.Option(
        "--since", parser=instant, metavar="TIME", help="How far back the first issue reaches, ISO with zone."
    ),
]
Edition = Annotated[
    str | None, typer.Option("--edition", metavar="NAME", help="The edition; the first when absent.")
]
IssueName = Annotated[
    str | None, typer.Argument(metavar="[ISSUE]", help="An issue: weekly/14, 14, or an edition's name.")
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")]
