"""The parts that readers' mails are spliced of: made of a draft, sealed with it, read again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from digest import archive
from digest.compose.leading import leads
from digest.compose.tags import Tags
from digest.config import EditionTable
from digest.model import Draft, Issue, Item, Parts, Position, Problem, Rendition, SealedIssue, Severity
from digest.press.places import Site
from digest.render.parts import agrees, parts
from digest.render.references import References
from digest.text.parts import assembled, conditions, shown


def with_parts(site: Site, edition: EditionTable, draft: Draft, references: References) -> Draft:
    """The draft with its parts; with a problem instead where the theme's templates do not mark them.

    Raises:
        TemplateError: a template fails where the mail holds every variant.
    """
    tags = Tags.of(site.config.aliases)
    entries = [item.entry for item in draft.issue.everything]
    known = {key for entry in entries for key in tags.keys(entry)}
    found = parts(
        draft.issue,
        site.theme(edition),
        site.config,
        references,
        keys=tags.keys,
        leads=_ranked(draft.issue),
        topics=tags.spelled(known, entries),
    )
    if agrees(found, draft.renditions):
        large = _too_large(site, edition, draft.issue, found)
        return replace(draft, parts=found, problems=(*draft.problems, *large))
    problem = Problem(
        severity=Severity.WARNING,
        rule="mail-whole",
        sentence=f"the mail of {edition.name} cannot be cut to topics, so every reader gets all of it",
        position=Position(path=f"templates/{edition.theme}/email"),
        hint="the theme's templates need when(…) and end() around sections and cards, as those of ink have",
    )
    return replace(draft, problems=(*draft.problems, problem))


def _too_large(site: Site, edition: EditionTable, issue: Issue, found: Parts) -> Iterator[Problem]:
    """A problem where a reader's mail would be too large because somebody else leads it than everybody's.

    The largest mail that an item can lead is that of every topic but those of the items that come before it.
    """
    limit = site.config.email.max_bytes
    every = {tag for item in found.items for tag in item.tags}
    for place, number in enumerate(found.leads):
        before = {tag for each in found.leads[:place] for tag in found.items[each].tags}
        topics = every - before
        if not place or not topics & {*found.items[number].tags}:
            continue
        holds = conditions(found, shown(found, topics))
        size = max(len(assembled(mail.html, holds).encode()) for mail in found.mails)
        if size > limit:
            title = issue.everything[number].entry.title
            yield Problem(
                severity=Severity.ERROR,
                rule="mail-too-large",
                sentence=f"the mail of {edition.name} has {size:,} bytes for readers whose topics {title!r} "
                f"leads, over the limit of {limit:,}",
                position=issue.everything[number].entry.position,
                hint='shorten it, or set full_text = "never"',
            )
            return


def _ranked(issue: Issue) -> tuple[Item, ...]:
    """Who leads a reader's mail: the issue's own lead, else the best of what is theirs."""
    if issue.lead is None:
        return leads(issue.items)
    return (issue.lead, *leads(item for item in issue.items if item is not issue.lead))


def sealable(draft: Draft) -> tuple[Rendition, ...]:
    """What is sealed of a draft: its renditions, and what readers' mails are spliced of."""
    if draft.parts is None:
        return draft.renditions
    return (*draft.renditions, archive.dump_parts(draft.parts, _texts(draft)))


def _texts(draft: Draft) -> dict[str, tuple[str, str]]:
    """HTML and text of the draft's mails, by language."""
    languages = draft.issue.languages or (draft.issue.language,)
    texts = [each.text for each in draft.renditions]
    return dict(zip(languages, zip(texts[::2], texts[1::2], strict=True), strict=True))


def draft_mails(draft: Draft) -> tuple[dict[str, tuple[str, str]], Parts | None]:
    """The mails of a draft by language, HTML and text, and the parts of them."""
    return _texts(draft), draft.parts


def sealed_mails(site: Site, sealed: SealedIssue) -> tuple[dict[str, tuple[str, str]], Parts | None]:
    """The mails of a sealed issue by language, HTML and text, and the parts that were sealed with them.

    Raises:
        SealError: a file of it is missing or is not what was sealed.
    """
    issue = sealed.issue

    def read(name: str) -> bytes:
        return archive.read(site.archive, issue.edition, issue.number, name)

    languages = issue.languages or (issue.language,)
    suffixes = ["", *(f".{language}" for language in languages[1:])]
    mails = {
        language: (read(f"email{suffix}.html").decode(), read(f"email{suffix}.txt").decode())
        for language, suffix in zip(languages, suffixes, strict=True)
    }
    if archive.PARTS not in archive.manifest_of(site.archive, issue.edition, issue.number).files:
        return mails, None
    return mails, archive.load_parts(read(archive.PARTS), mails, f"{sealed.folder}/{archive.PARTS}")
