"""Loose text understood: what it says of itself, with how sure that is, and its body as Markdown."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import PurePosixPath
from typing import Final
from zoneinfo import ZoneInfo

from digest.collect.entries import parse
from digest.collect.frontmatter import split
from digest.collect.kinds import host_kind, is_profile
from digest.collect.loose_article import article, file_name
from digest.collect.loose_body import key_points, markdown
from digest.collect.loose_findings import Finding, Hints, Loose
from digest.collect.loose_header import Header, read_header
from digest.collect.loose_script import language_of
from digest.collect.mistakes import MistakeError
from digest.collect.naming import slugify
from digest.collect.quotes import ENOUGH, quotes_in
from digest.collect.values import one_line
from digest.model import Document, Entry, EntryType, Quote

__all__ = ["Finding", "Hints", "Loose", "article", "file_name", "understand"]

_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_SPEAKERS: Final = (
    re.compile(
        r"(?:lessons|quotes|wisdom|insights|sayings)\s+(?:from|by|of)\s+(?P<name>.{2,60})", re.IGNORECASE
    ),
    re.compile(
        r"(?P<name>.{2,60}?)(?:['’]s)?\s+(?:quotes|in quotes|in (?:his|her|their) own words)", re.IGNORECASE
    ),
    re.compile(r"(?P<name>.{2,30}?)(?:的)?\s*(?:語錄|名言|金句|명언|어록)"),
)
_KIND_BY_SOURCE: Final = {
    "youtube": "video",
    "vimeo": "video",
    "bilibili": "video",
    "spotify": "podcast",
    "apple podcasts": "podcast",
    "arxiv": "paper",
    "wikipedia": "wiki",
}


def understand(text: str, name: str, hints: Hints | None = None, *, is_markdown: bool = False) -> Loose:
    """Understand loose text; `name` is its file's name, `hints` what the file says beside its text.

    With `is_markdown` the body's blocks stay as they are. Nothing is invented: a text without a date gets
    none.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    if finished := _finished(text, name):
        return finished
    hints = hints or Hints()
    lines = _CONTROLS.sub("", text).split("\n")
    header = read_header(lines, hints.title)
    rest = ["" if number in header.used else line for number, line in enumerate(lines)]
    points, taken = key_points(rest)
    rest = ["" if number in taken else line for number, line in enumerate(rest)]
    body, left_out = ("\n".join(rest).strip(), ()) if is_markdown else markdown(rest)
    title = _title(header, hints, name)
    dated, is_update = _date(header, hints)
    quotes = _quotes(body, title.value)
    source = _either(header.source, hints.source, "the file's own header")
    return Loose(
        name=name,
        title=title,
        body=body,
        kind=_kind(header, source, hints.source_url, bool(quotes)),
        language=Finding(value=hints.language, confidence=0.9) if hints.language else language_of(body),
        date=dated,
        date_is_update=is_update,
        source=source,
        source_url=_either(header.source_url, hints.source_url, "the file's own header"),
        author=_either(header.author, hints.author, "the file's own header"),
        speaker=_speaker(title.value) if quotes else None,
        description=_either(None, hints.description, "the file's own header"),
        tags=header.tags or (Finding(value=hints.tags, confidence=0.8) if hints.tags else None),
        categories=Finding(value=tuple(header.categories), confidence=0.4) if header.categories else None,
        key_points=Finding(value=points, confidence=0.95, evidence=lines[taken.start].strip())
        if points
        else None,
        quotes=Finding(value=quotes, confidence=0.95, evidence=f"{len(quotes)} list items")
        if quotes
        else None,
        left_out=left_out,
    )


def _finished(text: str, name: str) -> Loose | None:
    """A text that has fenced front matter already, described and otherwise left alone."""
    try:
        dialect = split(text).dialect
    except MistakeError:
        return None
    document = Document(path=name, data=text.encode("utf-8", "replace"), type=EntryType.ARTICLE, language="")
    entry, _ = parse(document, ZoneInfo("UTC"))
    if dialect in {"", "header"} or entry is None:
        return None
    if is_profile(entry.fields):
        entry, _ = parse(replace(document, type=EntryType.PROFILE), ZoneInfo("UTC"))
        assert entry  # noqa: S101 - it was one already
    stamp = entry.date or entry.updated
    return Loose(
        name=name,
        title=Finding(value=entry.title, confidence=1),
        body=text,
        kind=Finding(value=entry.kind, confidence=1),
        language=_language_given(entry),
        date=Finding(value=stamp.at.date(), confidence=1) if stamp else None,
        date_is_update=entry.date is None,
        tags=Finding(value=entry.tags, confidence=1) if entry.tags else None,
        slug=slugify(one_line(entry.fields.get("slug", ""))),
        finished=True,
    )


def _language_given(entry: Entry) -> Finding[str]:
    if entry.language:
        return Finding(value=entry.language, confidence=1)
    guess = language_of(entry.body)
    return replace(guess, evidence="guessed: the file does not say, and stays as it is")


def _title(header: Header, hints: Hints, name: str) -> Finding[str]:
    said = header.title if header.title and one_line(header.title.value) else None
    if said and said.confidence > 0.96:
        return said
    if hints.title:
        return Finding(value=hints.title, confidence=0.95, evidence="the file's own header")
    stem = PurePosixPath(name).stem
    words = one_line(re.sub(r"[-_]+", " ", stem)) or one_line(stem) or "untitled"
    return said or Finding(value=words, confidence=0.2, evidence="the name of the file")


def _date(header: Header, hints: Hints) -> tuple[Finding[date] | None, bool]:
    """The day of publication if one is said, else the one of an update, else none."""
    published = [found for found, is_update in header.dates if not is_update]
    updated = [found for found, is_update in header.dates if is_update]
    if hints.date:
        return Finding(value=hints.date, confidence=0.95, evidence="the file's own header"), False
    if published:
        return published[0], False
    if hints.updated:
        return Finding(value=hints.updated, confidence=0.9, evidence="the file's own header"), True
    return (updated[0], True) if updated else (None, False)


def _quotes(body: str, title: str) -> tuple[Quote, ...]:
    speaker = _speaker(title)
    found = quotes_in(body, speaker.value if speaker else "")
    return found if sum(bool(quote.topic) for quote in found) >= ENOUGH else ()


def _speaker(title: str) -> Finding[str] | None:
    """Whose words a collection holds, when its title says so."""
    for pattern in _SPEAKERS:
        found = pattern.fullmatch(title.strip())
        if found:
            return Finding(value=found["name"].strip(), confidence=0.7, evidence=title)
    return None


def _kind(header: Header, source: Finding[str] | None, url: str, quotes: bool) -> Finding[str]:
    if header.kind:
        return header.kind
    if quotes:
        return Finding(value="quotes", confidence=0.95, evidence="a list of topics, quotes and sources")
    address = header.source_url.value if header.source_url else url
    if kind := host_kind(address):
        return Finding(value=kind, confidence=0.8, evidence=address)
    if source and (kind := _KIND_BY_SOURCE.get(source.value.casefold(), "")):
        return Finding(value=kind, confidence=0.8, evidence=source.evidence)
    return Finding(value="article", confidence=0.5)


def _either(found: Finding[str] | None, hint: str, evidence: str) -> Finding[str] | None:
    """What the text says, else what the file says."""
    return found or (Finding(value=hint, confidence=0.9, evidence=evidence) if hint else None)
