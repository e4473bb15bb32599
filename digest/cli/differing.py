"""`diff`: what differs between a draft and a sealed issue, or between two issues."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias

import typer
from rich.text import Text

from digest.cli.app import Desk, app, command
from digest.cli.given import Edition, Now, clock, issue
from digest.cli.show import count, printable, shortened

if TYPE_CHECKING:
    from digest.press import Site
    from digest.press.differing import Difference, ItemDifference

IssueKey: TypeAlias = tuple[str, int | None]

_SIGNS: Final = {
    "added": ("+", "green"),
    "removed": ("−", "red"),
    "moved": ("→", "cyan"),
    "changed": ("~", "yellow"),
}
_LINES: Final = (("+++", "bold"), ("---", "bold"), ("@@", "cyan"), ("+", "green"), ("-", "red"))


@command(app, "diff")
def diff(
    desk: Desk,
    first: Annotated[
        str | None,
        typer.Argument(metavar="A", help="The older one, as weekly/3; the newest sealed when absent."),
    ] = None,
    second: Annotated[
        str | None,
        typer.Argument(metavar="B", help="The newer one, or an edition for its draft, as when absent."),
    ] = None,
    edition: Edition = None,
    items: Annotated[bool, typer.Option("--items", help="By entry; as when nothing else is asked.")] = False,
    text: Annotated[bool, typer.Option("--text", help="The text parts, as a unified diff.")] = False,
    html: Annotated[bool, typer.Option("--html", help="The HTML mails, as a unified diff.")] = False,
    now: Now = None,
) -> None:
    """What differs between the draft and a sealed issue, or between two issues."""
    terminal, site = desk.terminal, desk.site()
    with terminal.progress("Comparing") as step:
        step(first or "the draft")
        found = _found(site, first, second, edition, clock(now))
    if items or not (text or html):
        _show_items(desk, found)
    told = _json(found)
    for wanted, name in ((text, "text"), (html, "html")):
        if wanted:
            told[name] = getattr(found, name)()
            _show_lines(desk, told[name], name)
    terminal.emit(told)


def _found(
    site: Site, first: str | None, second: str | None, edition: str | None, now: datetime
) -> Difference:
    from digest.press.differing import diff, newest

    new: IssueKey = issue(site, second, edition)
    old: IssueKey = issue(site, first, edition) if first else newest(site, new[0])
    if first and not second:
        new = (old[0], None)
    if old[1] is None and first and not second:
        old, new = newest(site, old[0]), old  # an edition's name alone is its draft
    return diff(site, old, new, now=now)


def _show_items(desk: Desk, found: Difference) -> None:
    terminal = desk.terminal
    terminal.say(f"{found.old.name} → {found.new.name}", "")
    width = min(terminal.out.width, 160)
    for field, old, new in found.heads:
        terminal.say(*_values(field, old, new, width, indent=0))
    if found.heads:
        terminal.say("")
    for each in found.items:
        terminal.say(*_item(each, width))
    counts = {kind: sum(each.kind.value == kind for each in found.items) for kind in _SIGNS}
    said = ", ".join(f"{number} {kind}" for kind, number in counts.items() if number)
    entries = count(len(found.items), "entry")
    terminal.note(f"{entries}: {said}." if found.items else "The same entries in the same places.")


def _item(each: ItemDifference, width: int) -> Iterator[Text]:
    sign, style = _SIGNS[each.kind.value]
    where = each.new_section or each.old_section
    if each.old_section and each.new_section and each.old_section != each.new_section:
        where = f"{each.old_section} → {each.new_section}"
    elif each.kind.value == "moved":
        where = f"{where}, in another place"
    line = Text()
    line.append(f"{sign} {each.kind.value:<8}", style)
    line.append(printable(shortened(each.title, max(20, width - 10))))
    yield line
    yield Text(f"{'':10}{printable(shortened(where, max(20, width - 10)))}", "dim")
    for field, old, new in each.fields:
        yield from _values(field, old, new, width, indent=10)


def _values(field: str, old: str, new: str, width: int, *, indent: int) -> Iterator[Text]:
    """A value before and after, a line each, one below the other."""
    for sign, style, value in (("−", "red", old), ("+", "green", new)):
        if value:
            line = Text(" " * indent)
            line.append(f"{field:<12}" if sign == "−" or not old else f"{'':12}", "bold")
            line.append(f"{sign} {printable(shortened(value, max(20, width - indent - 14)))}", style)
            yield line


def _show_lines(desk: Desk, diff: str, name: str) -> None:
    """A unified diff with the colours that everybody knows."""
    if not diff:
        desk.terminal.note(f"The {name} is the same.")
    for line in diff.splitlines():
        style = next((style for begin, style in _LINES if line.startswith(begin)), "")
        desk.terminal.say(Text(printable(line), style))


def _json(found: Difference) -> dict[str, Any]:
    old, new = (
        {"issue": each.issue.id, "draft": each.is_draft, "date": each.issue.date.isoformat()}
        for each in (found.old, found.new)
    )
    return {
        "old": old,
        "new": new,
        "issue": [_change(*each) for each in found.heads],
        "items": [
            {
                "kind": each.kind.value,
                "key": each.key,
                "title": each.title,
                "old_section": each.old_section or None,
                "new_section": each.new_section or None,
                "fields": [_change(*field) for field in each.fields],
            }
            for each in found.items
        ],
    }


def _change(field: str, old: str, new: str) -> dict[str, str]:
    return {"field": field, "old": old, "new": new}
