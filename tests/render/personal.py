"""The slow way to a reader's own mail: the issue cut down to what is theirs, rendered like any other."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from digest.compose.leading import leads
from digest.compose.tags import Tags
from digest.config import Config
from digest.model import Issue, Item, Parts, Rendition
from digest.render import render
from digest.render.parts import parts
from digest.render.references import References
from digest.render.theme import Theme


def parted(issue: Issue, config: Config, theme: Theme) -> Parts:
    """What the mails of an issue are spliced of, as `publish` makes it."""
    tags = Tags.of(config.aliases)
    entries = [item.entry for item in issue.everything]
    known = {key for entry in entries for key in tags.keys(entry)}
    return parts(
        issue, theme, config, keys=tags.keys, leads=ranking(issue), topics=tags.spelled(known, entries)
    )


def ranking(issue: Issue) -> Sequence[Item]:
    """Who may lead, the issue's own lead first."""
    rest = [item for item in issue.items if item is not issue.lead]
    return [issue.lead, *leads(rest)] if issue.lead else leads(rest)


def cut(issue: Issue, config: Config, topics: Collection[str]) -> Issue | None:
    """The issue as if it held nothing but what a reader of these topics gets; None where that is nothing."""
    tags = Tags.of(config.aliases)

    def wanted(items: Sequence[Item]) -> list[Item]:
        return [item for item in items if not topics or set(tags.keys(item.entry)) & set(topics)]

    lead = next(iter(wanted(ranking(issue))), None)
    sections = (
        replace(section, items=tuple(item for item in wanted(section.items) if item is not lead))
        for section in issue.sections
    )
    known = {item.entry.key for item in wanted(issue.everything)}
    strange = {item.entry.key for item in issue.everything}
    left = replace(
        issue,
        lead=lead,
        sections=tuple(section for section in sections if section.items),
        profiles=tuple(wanted(issue.profiles)),
        quotes=tuple(each for each in issue.quotes if each.entry in known or each.entry not in strange),
        overflow=tuple(wanted(issue.overflow)),
        archive=tuple(wanted(issue.archive)),
        **({} if known == strange else {"bulk": (), "earlier": ()}),  # what is about the whole issue
    )
    return left if left.everything else None


def slowly(
    issue: Issue, config: Config, theme: Theme, topics: Collection[str]
) -> tuple[Rendition, ...] | None:
    """The mails of a reader of these topics, HTML and text in each language, by the ordinary renderer."""
    left = cut(issue, config, topics)
    if left is None:
        return None
    return render(left, theme, config, References((item.entry for item in issue.everything), config))
