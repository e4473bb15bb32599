"""`subscribers add|list|show|export|erase`: the people who get an edition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from digest.cli.app import Desk, command, group
from digest.cli.given import Edition, Now, Yes, clock
from digest.cli.show import count
from digest.errors import UsageError
from digest.model.people import SubscriberState

if TYPE_CHECKING:
    from datetime import datetime

    from digest.press import Site
    from digest.press.subscribers import Story, Subscription
    from digest.store.intake import Taken
    from digest.store.people_lists import Filter, Row

subscribers = group("subscribers", "The people who get an edition.")

Topics = Annotated[
    list[str] | None, typer.Option("--topic", help="A topic; as often as you like. None means every topic.")
]
Language = Annotated[str, typer.Option("--language", help="One of the edition's languages (BCP 47).")]
AnyEdition = Annotated[
    str | None, typer.Option("--edition", metavar="NAME", help="Of this edition; of all when absent.")
]
State = Annotated[SubscriberState | None, typer.Option("--state", help="Only who stands like this.")]
Topic = Annotated[str, typer.Option("--topic", help="Only who chose this topic.")]
Search = Annotated[str, typer.Option("--search", metavar="WORDS", help="Only with this in address or name.")]


@command(subscribers, "add")
def add(
    desk: Desk,
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="Such as ann@example.org.")],
    name: Annotated[str, typer.Option("--name", help="What to call them.")] = "",
    edition: Edition = None,
    topic: Topics = None,
    language: Language = "",
    confirmed: Annotated[
        bool, typer.Option("--confirmed", help="They have agreed already; the record says that you say so.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Also who left or is suppressed, since they asked for it.")
    ] = False,
    now: Now = None,
) -> int:
    """Subscribe one address: pending until it is confirmed."""
    from digest.deliver.listed import readable
    from digest.press import subscribers as people

    terminal, site = desk.terminal, desk.site()
    found, taken = people.add(
        site,
        address,
        clock(now),
        edition=edition,
        name=name,
        language=chosen_language(site, edition, language),
        topics=topic_keys(site, topic),
        confirmed=confirmed,
        again=again,
    )
    if taken.kept_out or taken.stayed_away:
        why = "is suppressed" if taken.kept_out else "has left"
        raise UsageError(
            f"this address {why}, and nothing was changed",
            subject=address,
            hint="`digest subscribers show` tells why; --again is for people who ask for it themselves",
        )
    if found:
        terminal.say(f"{readable(found.address)} is {found.state.value} in {found.edition}.{_what(taken)}")
        asked = found.state is SubscriberState.PENDING
        if asked:
            terminal.say(
                "A mail that asks them to confirm is queued: `digest serve` sends it within seconds where it "
                "runs, and else when it is started within thirty days."
            )
            terminal.note("They get no issue until they confirm; --confirmed is for people who have.")
        terminal.emit({"subscriber": _told(found), "changed": not taken.unchanged, "asked": asked})
    return 0


def _what(taken: Taken) -> str:
    return " Nothing was changed." if taken.unchanged else ""


def topic_keys(site: Site, said: list[str] | None) -> tuple[str, ...]:
    """The keys of topics, aliases applied. Raises UsageError for one without a letter."""
    from digest.compose.tags import Tags

    tags = Tags.of(site.config.aliases)
    for each in said or ():
        if not any(letter.isalnum() for letter in tags.key(each)):
            raise UsageError(f"{each!r} is no topic", hint="a topic is a tag, such as ai")
    return tuple(tags.key(each) for each in said or ())


def chosen_language(site: Site, edition: str | None, said: str) -> str:
    """The language of an edition that was meant. Raises UsageError where it has none such."""
    from digest.press.list_importing import language_of

    table = site.edition(edition)
    found = language_of(site.config, table.name, said)
    if found is None:
        known = ", ".join(site.config.languages(table))
        raise UsageError(f"the edition {table.name} has no mail in {said!r}", hint=f"it has {known}")
    return found


@command(subscribers, "list")
def list_(
    desk: Desk,
    edition: AnyEdition = None,
    state: State = None,
    topic: Topic = "",
    search: Search = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="How many at most.")] = 50,
    after: Annotated[
        int, typer.Option("--after", min=0, metavar="NUMBER", help="The page after this one.")
    ] = 0,
) -> None:
    """The subscribers, a page at a time."""
    from digest.press import subscribers as people

    terminal, site = desk.terminal, desk.site()
    rows, number = people.listing(
        site, chosen_filter(site, edition, state, topic, search), after=after, limit=limit
    )
    headings = ("number", "address", "name", "state", "edition", "language", "topics", "since")
    terminal.table(headings, [_cells(site, row) for row in rows], right=(0,))
    last = rows[-1].id if rows and len(rows) == limit else None
    if not number:
        terminal.note("There is nobody like that; `digest subscribers import` and `add` bring people in.")
    elif last:
        terminal.note(f"{len(rows)} of {number:,}; the next page: --after {last}")
    else:
        terminal.note(f"{count(len(rows), 'subscriber')} of {number:,}")
    terminal.emit({"subscribers": [_row_json(row) for row in rows], "total": number, "after": last})


def chosen_filter(
    site: Site, edition: str | None, state: SubscriberState | None, topic: str, search: str
) -> Filter:
    from digest.store.people_lists import Filter

    name = site.edition(edition).name if edition else None
    keys = topic_keys(site, [topic] if topic else None)
    return Filter(edition=name, state=state, topic=keys[0] if keys else "", search=search.strip())


def _cells(site: Site, row: Row) -> tuple[str, ...]:
    from digest.deliver.listed import readable
    from digest.store.subscribers import topics_of

    since = f"{row.since.astimezone(site.config.zone):%Y-%m-%d}" if row.since else "—"
    topics = ", ".join(topics_of(row.topics)) or "all"
    address = readable(row.address)
    return (str(row.id), address, row.name, row.state, row.edition, row.language or "own", topics, since)


def _row_json(row: Row) -> dict[str, Any]:
    from digest.store.subscribers import topics_of

    return row._asdict() | {
        "topics": list(topics_of(row.topics)),
        "created_at": row.created_at.isoformat(),
        "since": row.since.isoformat() if row.since else None,
    }


@command(subscribers, "show")
def show(desk: Desk, address: Annotated[str, typer.Argument(metavar="ADDRESS", help="Whose story.")]) -> None:
    """All that is known of an address: where it stands, what was agreed to, what it got."""
    from digest.deliver.listed import readable

    terminal, site = desk.terminal, desk.site()
    story = known(site, address)
    terminal.say(readable(story.address))
    if story.suppressed:
        reason, at = story.suppressed
        terminal.say(
            f"  suppressed since {_time(site, at)}: {reason.value}; nothing brings it back but --again"
        )
    for each in story.subscriptions:
        _show_one(desk, site, each)
    terminal.emit(story_json(story))


def known(site: Site, address: str) -> Story:
    """What is known of an address. Raises UsageError where that is nothing."""
    from digest.press import subscribers as people

    story = people.story(site, address)
    if not story.subscriptions and not story.suppressed and not story.wishes:
        raise UsageError(
            f"nobody is known as {story.address}",
            subject=address,
            hint="`digest subscribers list --search` looks",
        )
    return story


def _show_one(desk: Desk, site: Site, found: Subscription) -> None:
    terminal, one = desk.terminal, found.subscriber
    since = f" since {_time(site, one.since)}" if one.since else ""
    terminal.say(f"{one.edition}: {one.state.value}{since}, number {one.id}")
    told = {
        "name": one.name,
        "language": one.language or "the edition's own",
        "topics": ", ".join(one.topics),
    }
    terminal.say(*(f"  {key}: {value or 'all'}" for key, value in told.items() if value or key == "topics"))
    terminal.table(
        ("when", "what", "by", "text", "more"),
        [
            (_time(site, each.at), each.action.value, each.source, each.text, each.detail)
            for each in found.consents
        ],
    )
    terminal.table(
        ("issue", "delivery", "when", "why"),
        [
            (
                f"{each.edition}/{each.number}",
                each.state.value,
                _time(site, each.at) if each.at else "—",
                each.cause,
            )
            for each in found.deliveries
        ],
    )
    terminal.table(
        ("issue", "came back", "when", "why"),
        [
            (f"{each.edition}/{each.issue}", each.kind.value, _time(site, each.at), each.reason)
            for each in found.returned
        ],
    )


def _time(site: Site, at: datetime) -> str:
    return f"{at.astimezone(site.config.zone):%Y-%m-%d %H:%M}"


def _told(one: Any) -> dict[str, Any]:
    return {
        "id": one.id,
        "edition": one.edition,
        "address": one.address,
        "state": one.state.value,
        "name": one.name,
        "language": one.language,
        "topics": list(one.topics),
        "since": one.since.isoformat() if one.since else None,
    }


def story_json(story: Story) -> dict[str, Any]:
    from digest.cli.show import jsonable

    suppressed = None
    if story.suppressed:
        suppressed = {"reason": story.suppressed[0].value, "at": story.suppressed[1].isoformat()}
    return {
        "address": story.address,
        "suppressed": suppressed,
        "subscriptions": [
            _told(each.subscriber)
            | {
                "consents": jsonable(each.consents),
                "deliveries": jsonable(each.deliveries),
                "returned": jsonable(each.returned),
            }
            for each in story.subscriptions
        ],
        "asked": [
            {"edition": each.edition, "at": each.asked_at.isoformat(), "topics": list(each.topics)}
            for each in story.wishes
        ],
    }


@command(subscribers, "erase")
def erase(
    desk: Desk,
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="Whom to forget.")],
    yes: Yes = False,
    now: Now = None,
) -> None:
    """Forget an address for good: only a keyed hash stays, which keeps it out."""
    from digest.press import subscribers as people

    terminal, site = desk.terminal, desk.site()
    if not yes:
        if not terminal.interactive:
            raise UsageError("erasing cannot be undone, and nobody can be asked", hint="add --yes")
        if not terminal.confirm(f"Erase {address} and all that is known of it?"):
            terminal.note("Nothing was erased.")
            return
    done = people.erase(site, address, clock(now))
    what = f"Erased {address}: {count(done.subscriptions, 'subscription')}."
    terminal.say(
        f"{what if done.subscriptions else f'{address} had no subscription.'} No import brings it in."
    )
    if done.traces:
        terminal.note(
            "The database is in use, so that its log holds the address until it is written anew: "
            "end `digest serve` and whatever else runs, then erase again."
        )
    terminal.emit({"erased": done.subscriptions, "traces": done.traces})
