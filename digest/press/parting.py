"""The parts that readers' mails are spliced of: made of a draft, sealed with it, read again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

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
        large = _too_large(site, edition, draft, found)
        return replace(draft, parts=found, problems=(*draft.problems, *large))
    problem = Problem(
        severity=Severity.WARNING,
        rule="mail-whole",
        sentence=f"the mail of {edition.name} cannot be cut to topics, so every reader gets all of it",
        position=Position(path=f"templates/{edition.theme}/email"),
        hint="the theme's templates need when(…) and end() around sections and cards, as those of ink have",
    )
    return replace(draft, problems=(*draft.problems, problem))


def mail_bytes(renditions: Sequence[Rendition]) -> int:
    """The size of the largest HTML mail among the renditions, in bytes."""
    mails = [each for each in renditions if each.media_type.startswith("text/html")]
    return max((len(each.text.encode()) for each in mails), default=0)


def _too_large(site: Site, edition: EditionTable, draft: Draft, found: Parts) -> Iterator[Problem]:
    """A problem where a reader's mail is too large, or large, as another item leads it than everybody's."""
    limits, whole = site.config.email, mail_bytes(draft.renditions)
    large = largest(draft.issue, found)
    if large is None or large.bytes <= (limits.max_bytes if whole > limits.warn_bytes else limits.warn_bytes):
        return
    over = large.bytes > limits.max_bytes
    sentence = (
        f"the mail of {edition.name} has {large.bytes:,} bytes for readers whose topics {large.title!r} leads"
    )
    yield Problem(
        severity=Severity.ERROR if over else Severity.WARNING,
        rule="mail-too-large" if over else "mail-large",
        sentence=f"{sentence}, over the limit of {limits.max_bytes:,}"
        if over
        else f"{sentence}; mail programs cut at about 102,000",
        position=draft.issue.everything[large.number].entry.position,
        hint='shorten it, or set full_text = "never"',
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Largest:
    """The largest mail that another item leads than everybody's: its place, its title, bytes of HTML."""

    number: int
    title: str
    bytes: int


def largest(issue: Issue, found: Parts) -> Largest | None:
    """The largest mail of readers whom another item leads; None where no other can.

    The largest that an item can lead is that of every topic but those of the items that come before it.
    """
    every = {tag for item in found.items for tag in item.tags}
    sizes: list[tuple[int, int]] = []
    for place, number in enumerate(found.leads):
        before = {tag for each in found.leads[:place] for tag in found.items[each].tags}
        topics = every - before
        if place and topics & {*found.items[number].tags}:
            holds = conditions(found, shown(found, topics))
            sizes.append((max(len(assembled(mail.html, holds).encode()) for mail in found.mails), -number))
    if not sizes:
        return None
    size, negative = max(sizes)
    return Largest(number=-negative, title=issue.everything[-negative].entry.title, bytes=size)


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
