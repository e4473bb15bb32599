"""Building a draft: collect, compose, make pictures, render; nothing is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from digest.collect.loading import staying
from digest.compose import compose, consider, unmet, zone_of
from digest.config import EditionTable, locate
from digest.errors import NothingNewError, TemplateError
from digest.model import (
    Collection,
    Draft,
    Issue,
    Ledger,
    Position,
    Problem,
    Severity,
)
from digest.press.ledgers import ledger
from digest.press.overriding import Edited, edited
from digest.press.parting import mail_bytes, with_parts
from digest.press.picturing import pictures
from digest.press.places import Site
from digest.press.reaching import reaching
from digest.press.reading import Progress, read
from digest.press.waiting import hint, notes
from digest.render import render
from digest.render.address import entry_url, stands_elsewhere
from digest.render.markdown import shortcode_problems
from digest.render.references import References
from digest.text.frames import frame


def build(
    site: Site,
    *,
    edition: str | None = None,
    now: datetime,
    since: datetime | None = None,
    drafts: bool = False,
    number: int | None = None,
    progress: Progress | None = None,
    collection: Collection | None = None,
    parted: bool = False,
) -> Draft:
    """Make the next issue of an edition as it would be at `now`, and write nothing.

    `collection` is what `read` found, where that was asked before. What waits is told among the problems.
    `parted`: with the parts that the mails of readers are spliced of.

    Raises:
        NothingNewError: there is nothing to publish.
        TemplateError: a template does not work.
        UsageError: there is no such edition.
        SealError: the archive is not whole.
        StoreError: the database cannot be read.
    """
    table = site.edition(edition)
    site.theme(table).check()
    before = ledger(site, table)
    table = reaching(site, table, before, now)
    collection = collection or read(site, now, progress)
    changed = edited(site, table, number or before.next_number, collection.entries)
    with staying():
        choice = consider(
            table,
            site.config,
            collection.entries,
            before,
            now=now,
            since=since,
            drafts=drafts,
            wishes=changed.wishes,
        )
    waiting = (*notes(choice.held, zone_of(table, site.config)), *choice.problems)
    make = partial(
        compose,
        config=site.config,
        entries=collection.entries,
        ledger=before,
        now=now,
        number=number,
        since=since,
        drafts=drafts,
        url=lambda entry: entry_url(entry, site.config),
        elsewhere=lambda entry: stands_elsewhere(entry, site.config),
        wishes=changed.wishes,
        choice=choice,
    )
    found = (*collection.problems, *changed.problems)
    known = partial(_references, site, collection, before)
    draft, references = _drafted(site, table, make, found, waiting, known)
    draft = replace(draft, problems=(*draft.problems, *_unmet(draft.issue, changed)))
    return with_parts(site, table, draft, references) if parted else draft


def _unmet(issue: Issue, changed: Edited) -> tuple[Problem, ...]:
    return unmet(issue, changed.wishes, changed.overrides.text)


def _drafted(
    site: Site,
    edition: EditionTable,
    make: Callable[[EditionTable], Issue | None],
    found: tuple[Problem, ...],
    waiting: tuple[Problem, ...],
    known: Callable[[Issue], References],
) -> tuple[Draft, References]:
    """Compose and render, with fewer items in the mail until it fits."""
    limit, most, moved = site.config.email.max_bytes, edition.max_items, 0
    while True:
        issue = _composed(site, edition.model_copy(update={"max_items": most}), make, waiting)
        shown, assets, broken = pictures(site, issue)
        issue = replace(issue, pictures=shown)
        references = known(issue)
        renditions = tuple(render(issue, site.theme(edition), site.config, references))
        size = mail_bytes(renditions)
        count = len(issue.items) + len(issue.profiles)
        if size <= limit or count <= 1 or most == 1:  # what is pinned stays, however large it is
            break
        most = max(1, min(count - 1, count * limit // size))
        moved += count - most
    unknown = shortcode_problems(
        *(item.entry for item in issue.everything),
        theme=site.theme(edition),
        ignore=site.config.shortcodes.ignore,
        references=references,
    )
    problems = (*found, *waiting, *unknown, *broken, *_size_problems(site, edition, size, moved))
    return Draft(issue=issue, renditions=renditions, assets=assets, problems=problems), references


def _references(site: Site, collection: Collection, before: Ledger, issue: Issue) -> References:
    """What an issue's articles may refer to: what stands in it, what did before, what stands elsewhere."""
    shown = {item.entry.key: item.entry for item in issue.everything}
    others = (
        entry
        for entry in collection.entries
        if entry.key not in shown and (entry.key in before.published or stands_elsewhere(entry, site.config))
    )
    return References((*shown.values(), *others), site.config)


def _composed(
    site: Site,
    edition: EditionTable,
    make: Callable[[EditionTable], Issue | None],
    waiting: Sequence[Problem],
) -> Issue:
    try:
        with staying():
            issue = make(edition)
    except TemplateError as error:
        raise TemplateError(*(_placed(site, edition, problem) for problem in error.problems)) from None
    if issue is None:
        raise NothingNewError(
            f"there is nothing new for {edition.name}", subject=edition.name, hint=hint(waiting)
        )
    return issue


def _placed(site: Site, edition: EditionTable, problem: Problem) -> Problem:
    """A template's problem at its line of config.toml."""
    key = problem.rule.removesuffix("-template")
    index = [each.name for each in site.config.editions].index(edition.name)
    position, lines = _in_config(site, ("editions", index, key))
    return replace(problem, position=position, frame=lines)


def _in_config(site: Site, path: tuple[str | int, ...]) -> tuple[Position, tuple[tuple[int, str], ...]]:
    if site.config_path is None:
        return Position(path="config.toml"), ()
    text = site.config_path.read_text(encoding="utf-8-sig")
    line, column = locate(text, path)
    return Position(path=site.config_path.name, line=line, column=column), frame(text, line)


def _size_problems(site: Site, edition: EditionTable, size: int, moved: int) -> list[Problem]:
    position, _ = _in_config(site, ("email",))
    limits = site.config.email
    found = []
    if moved:
        sentence = (
            f"{moved} items went to the web page, so that the mail of {edition.name} stays within its size"
        )
        found.append(("mail-shortened", Severity.INFO, sentence, ""))
    if size > limits.max_bytes:
        sentence = f"the mail of {edition.name} has {size:,} bytes, over the limit of {limits.max_bytes:,}"
        found.append(("mail-too-large", Severity.ERROR, sentence, 'shorten it, or set full_text = "never"'))
    elif size > limits.warn_bytes:
        sentence = f"the mail of {edition.name} has {size:,} bytes; mail programs cut at about 102,000"
        found.append(("mail-large", Severity.WARNING, sentence, "fewer items make a better letter"))
    return [
        Problem(severity=severity, rule=rule, sentence=sentence, position=position, hint=hint)
        for rule, severity, sentence, hint in found
    ]
