"""An issue's mails in the stretches that each reader's own mail is spliced of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from digest.config import Config
from digest.model import Entry, Issue, Item, MailParts, PartItem, Parts, Rendition
from digest.render.email import email_stretches
from digest.render.mailing import LISTED, QUOTES, mail, whole
from digest.render.references import References
from digest.render.text import pill_titles, text_stretches
from digest.render.theme import Theme
from digest.text.parts import assembled, conditions, pill_line, shown


def parts(
    issue: Issue,
    theme: Theme,
    config: Config,
    references: References | None = None,
    *,
    keys: Callable[[Entry], Sequence[str]],
    leads: Sequence[Item],
    topics: Mapping[str, str],
) -> Parts:
    """What the mails of an issue are spliced of, in each of its languages.

    Args:
        keys: the keys of an entry's tags, aliases applied.
        leads: the items of the issue that may lead, the best first.
        topics: how tags are spelled, by key.

    Raises:
        TemplateError: for a fault in a template.
    """
    found = _skeleton(issue, keys, leads, topics)
    known = references or References((item.entry for item in issue.everything), config)
    return replace(
        found,
        mails=tuple(
            _mail(issue, theme, config, language, known, found)
            for language in issue.languages or (issue.language,)
        ),
    )


def agrees(found: Parts, renditions: Sequence[Rendition]) -> bool:
    """Whether what is spliced for a reader of every topic is what `render` made for everybody.

    It is not where a theme's own templates leave out where the parts begin and end.
    """
    holds = conditions(found, shown(found, ()))
    return all(
        assembled(mail.html, holds) == html.text
        and assembled(mail.text, holds, pill_line(mail, holds)) == text.text
        for mail, html, text in zip(found.mails, renditions[::2], renditions[1::2], strict=True)
    )


def _mail(
    issue: Issue, theme: Theme, config: Config, language: str, references: References, found: Parts
) -> MailParts:
    full = mail(issue, config, language, found)
    return MailParts(
        language=language,
        html=email_stretches(full, theme, config, references),
        text=text_stretches(full, config, references, theme),
        pills=pill_titles(full),
    )


def _skeleton(
    issue: Issue,
    keys: Callable[[Entry], Sequence[str]],
    leads: Sequence[Item],
    topics: Mapping[str, str],
) -> Parts:
    everything = issue.everything
    numbers = {item.entry.key: number for number, item in enumerate(everything)}

    def of(items: Sequence[Item]) -> tuple[int, ...]:
        return tuple(numbers[item.entry.key] for item in items)

    return Parts(
        items=tuple(
            PartItem(key=item.entry.key, tags=tuple(keys(item.entry)), minutes=item.minutes)
            for item in everything
        ),
        leads=of(leads),
        sections=tuple(of(section.items) for section in issue.sections),
        profiles=of(issue.profiles),
        persons=of([item for item in issue.profiles if item.entry.kind == "person"]),
        quotes=tuple(numbers.get(each.entry, -1) for each in issue.quotes),
        overflow=of(issue.overflow),
        archive=of(issue.archive),
        whole=(*("e" for _ in issue.earlier[:1]), *(("w",) if whole(issue) else ())),
        quoted=QUOTES,
        listed=LISTED,
        topics=dict(sorted(topics.items())),
    )
