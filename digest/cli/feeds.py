"""`feeds add` and `feeds remove`: the feeds of config.toml, edited in place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from digest.cli.app import Desk, command, group
from digest.cli.given import Now, clock
from digest.cli.reading import tell_problems
from digest.cli.show import count
from digest.errors import UsageError

if TYPE_CHECKING:
    from digest.config import SourceTable
    from digest.press import Site
    from digest.press.subscribing import FoundFeed

feeds = group("feeds", "The feeds that entries come from; they stand in config.toml.")

Tags = Annotated[list[str] | None, typer.Option("--tag", help="A tag of every item; as often as you like.")]
Language = Annotated[str, typer.Option("--language", help="Language of items that name none (BCP 47).")]
OnlyNew = Annotated[bool, typer.Option("--only-new", help="Pass over what it holds now.")]

_LISTED = 5  # other feeds of a page that are told


@command(feeds, "add")
def add(
    desk: Desk,
    said: Annotated[str, typer.Argument(metavar="URL", help="The feed's address, or that of its site.")],
    title: Annotated[str, typer.Option("--title", help="Its name; its own when absent.")] = "",
    tag: Tags = None,
    language: Language = "",
    include: Annotated[
        list[str] | None,
        typer.Option("--include", metavar="WORDS", help="Only items with one of these; /…/ is a pattern."),
    ] = None,
    exclude: Annotated[
        list[str] | None, typer.Option("--exclude", metavar="WORDS", help="No items with one of these.")
    ] = None,
    max_items: Annotated[
        int | None, typer.Option("--max-items", min=1, max=500, help="Items taken at one fetch; 20.")
    ] = None,
    only_new: OnlyNew = False,
    no_fetch: Annotated[bool, typer.Option("--no-fetch", help="Add the address as it is, unseen.")] = False,
    now: Now = None,
) -> None:
    """Add a feed to config.toml: by its address, or by that of a site that names one."""
    from digest.cli.feed_tables import added, table
    from digest.press import subscribing

    terminal, site = desk.terminal, desk.site()
    values = {
        "title": title,
        "language": language,
        "tags": tuple(tag or ()),
        "only_new": only_new,
        "include": tuple(include or ()),
        "exclude": tuple(exclude or ()),
        "max_items": max_items,
    }
    _check_rules(values)
    check_language(language)
    url = subscribing.address(said)
    if known := known_feed(site, url):
        return _there_already(desk, known)
    found = None
    if not no_fetch:
        with terminal.progress("Looking") as step:
            found = subscribing.find(site, url, step)
        url = found.url
        if known := known_feed(site, url):
            return _there_already(desk, known)
    if followed := _follows(desk, site, url):
        return _tell_followed(desk, followed, url)
    edit(desk, site, lambda text: added(text, [table({"url": url} | values)]))
    if found and only_new:
        subscribing.pass_over(site, url, found.feed, clock(now))
    return _tell_added(desk, site, url, found, values, clock(now))


def _check_rules(values: dict[str, Any]) -> None:
    from digest.collect.feeds.choosing import RuleError, rules

    try:
        rules(values["include"], values["exclude"])
    except RuleError as error:
        raise UsageError(
            str(error), hint="words as they are, or a regular expression between slashes"
        ) from None


def check_language(said: str) -> None:
    """Raise UsageError for a language that is no BCP 47 tag."""
    from digest.collect.naming import language_tag

    if said and not language_tag(said):
        raise UsageError(f"{said!r} is no language tag", hint="write zh-Hant-TW, ko or en")


def known_feed(site: Site, url: str) -> SourceTable | None:
    """The feed of config.toml that has this address, however it is written."""
    from digest.press.subscribing import same

    return next((each for each in site.config.subscriptions if same(each.url, url)), None)


def _there_already(desk: Desk, known: SourceTable) -> None:
    desk.terminal.say(f"{known.title or known.url} is there already.")
    desk.terminal.emit({"added": [], "known": [known.url]})


def _follows(desk: Desk, site: Site, url: str) -> SourceTable | None:
    """The feed that has moved to this address, if one has: it gets the address, and stays what it is."""
    from digest.cli.feed_tables import readdressed
    from digest.press import subscribing
    from digest.press.feed_states import states

    moved = {state.url for state in states(site).values() if subscribing.same(state.moved_to, url)}
    for index, source in enumerate(site.config.sources):
        if source.kind == "feed" and source.url in moved:
            edit(desk, site, partial(readdressed, index=index, url=url))
            subscribing.follow(site, source.url, url)
            return source
    return None


def _tell_followed(desk: Desk, source: SourceTable, url: str) -> None:
    desk.terminal.say(f"{source.title or source.url} has its new address now: {url}")
    desk.terminal.emit({"added": [], "moved": [{"from": source.url, "to": url}]})


def _tell_added(
    desk: Desk, site: Site, url: str, found: FoundFeed | None, values: dict[str, Any], now: datetime
) -> None:
    from digest.press.feed_round import reach

    terminal = desk.terminal
    name = values["title"] or (found.feed.title if found else "") or url
    terminal.say(f"Added {name}", *([f"  {url}"] if name != url else []))
    told: dict[str, Any] = {"url": url, "title": name, "items": None, "recent": None}
    if found:
        total, recent = len(found.feed.items), len(found.recent(site, now))
        told |= {"items": total, "recent": recent, "others": [each.url for each in found.others]}
        terminal.note(_first_fetch(total, recent, reach(site).days, only_new=values["only_new"]))
        for other in found.others[:_LISTED]:
            terminal.note(f"This page also names {other.title or 'another feed'}: {other.url}")
        tell_problems(desk, found.feed.problems)
    terminal.emit({"added": [told], "known": []})


def _first_fetch(total: int, recent: int, days: int, *, only_new: bool) -> str:
    if only_new:
        return f"What it holds now ({count(total, 'item')}) is passed over; what comes later is new."
    if not recent:
        return f"It has {count(total, 'item')}, none of the last {days} days: only what comes later is new."
    older = f" and passes over {total - recent} older" if total > recent else ""
    return f"`digest collect` brings {count(recent, 'item')} of the last {days} days{older}."


def edit(desk: Desk, site: Site, change: Callable[[str], str]) -> None:
    """Change config.toml by a function of its text."""
    from digest.cli.feed_tables import read, write

    path = site.config_path or desk.folder / "config.toml"
    before = read(path)
    write(path, before, change(before))


@command(feeds, "remove")
def remove(
    desk: Desk,
    said: Annotated[str, typer.Argument(metavar="FEED", help="Its address or its title.")],
) -> None:
    """Take a feed out of config.toml; the files that came of it stay."""
    from digest.cli.feed_tables import removed
    from digest.press import subscribing

    terminal, site = desk.terminal, desk.site()
    index, source = _meant(site, said)
    if len(site.config.sources) == 1:
        raise UsageError("this feed is the only source of the site", hint="add another one first")
    edit(desk, site, lambda text: removed(text, index))
    subscribing.forget(site, source)
    terminal.say(f"Removed {source.title or source.url}")
    terminal.note("What it brought stays in the inbox.")
    terminal.emit({"removed": [source.url]})


def _meant(site: Site, said: str) -> tuple[int, SourceTable]:
    """The one feed that an address, a title or a part of them names. Raises UsageError."""
    from digest.press.feed_states import states
    from digest.press.subscribing import same

    known = states(site)
    named = []
    for index, source in enumerate(site.config.sources):
        if source.kind == "feed":
            title = source.title or (known[source.url].title if source.url in known else "")
            named.append((index, source, title))
    said = said.strip()
    exact = [each for each in named if same(each[1].url, said)]
    titled = [each for each in named if each[2] and each[2].casefold() == said.casefold()]
    part = [each for each in named if said and said.casefold() in f"{each[1].url}\n{each[2]}".casefold()]
    found = exact[:1] or titled or part
    if len(found) == 1:
        return found[0][0], found[0][1]
    if found:
        sentence = f"{said!r} is {'the title' if titled else 'a part'} of several feeds"
        raise UsageError(sentence, hint="; ".join(each[1].url for each in found))
    raise UsageError(f"there is no feed {said!r}", hint="`digest feeds list` tells them")
