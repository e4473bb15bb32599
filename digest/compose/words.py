"""An issue's subject and preheader, from the templates of its edition."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache
from typing import Final
from unicodedata import category

import jinja2
from jinja2.sandbox import SandboxedEnvironment

from digest.config import EditionTable
from digest.errors import TemplateError
from digest.model import Issue, Item, Position, Problem, Severity
from digest.text.excerpt import excerpt
from digest.text.markup import plain_text

_SUBJECT_CELLS: Final = 200
_PREHEADER_CELLS: Final = 200
_UNSEEN: Final = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """An item as the templates see it; `description` is the beginning of the text where none was written."""

    title: str
    description: str
    kind: str
    url: str
    minutes: int
    tags: tuple[str, ...]
    authors: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A section as the templates see it."""

    title: str
    stories: tuple[Story, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """The edition as the templates see it."""

    name: str
    title: str
    tagline: str


def worded(issue: Issue, edition: EditionTable) -> Issue:
    """The issue with its subject and preheader: one line each, without control characters.

    The templates know `edition`, `number`, `label`, `date`, `lead`, `sections` and `profiles`; where no
    article leads, `lead` is the first item that there is. An empty subject becomes edition and label.

    Raises:
        TemplateError: with a problem of the rule `subject-template` or `preheader-template` at config.toml.
    """
    values = _values(issue)
    subject = _line(edition.subject, "subject", values, edition)
    preheader = _line(edition.preheader, "preheader", values, edition)
    return replace(
        issue,
        subject=excerpt(subject, _SUBJECT_CELLS) or f"{issue.title} · {issue.label}",
        preheader=excerpt(preheader, _PREHEADER_CELLS),
    )


def one_line(text: str) -> str:
    """A text as one line: white space collapsed, control characters and direction marks gone."""
    kept = (each for each in _UNSEEN.sub("", text) if each.isspace() or category(each) not in ("Cc", "Cs"))
    return " ".join("".join(kept).split())


def _values(issue: Issue) -> dict[str, object]:
    everything = issue.everything
    return {
        "edition": Name(name=issue.edition, title=issue.title, tagline=issue.tagline),
        "number": issue.number,
        "label": issue.label,
        "date": date(issue.date.year, issue.date.month, issue.date.day),
        "lead": _story(issue.lead or everything[0]),
        "sections": tuple(
            Heading(title=section.title, stories=tuple(map(_story, section.items)))
            for section in issue.sections
        ),
        "profiles": tuple(map(_story, issue.profiles)),
    }


def _story(item: Item) -> Story:
    entry = item.entry
    return Story(
        title=entry.title,
        description=entry.description or excerpt(plain_text(entry.body, headings=False), _PREHEADER_CELLS),
        kind=entry.kind,
        url=item.url,
        minutes=item.minutes,
        tags=entry.tags,
        authors=entry.authors,
        source=entry.source_name,
    )


@cache
def _environment() -> SandboxedEnvironment:
    return SandboxedEnvironment(undefined=jinja2.StrictUndefined, autoescape=False)


@lru_cache(maxsize=64)
def _compiled(template: str) -> jinja2.Template:
    return _environment().from_string(template)


def _line(template: str, key: str, values: dict[str, object], edition: EditionTable) -> str:
    try:
        return one_line(_compiled(template).render(values))
    except (
        jinja2.TemplateError,
        TypeError,
        ValueError,
        ArithmeticError,
        LookupError,
        AttributeError,
    ) as error:
        problem = Problem(
            severity=Severity.ERROR,
            rule=f"{key}-template",
            sentence=f"the {key} template of {edition.name} does not work: {one_line(str(error))}",
            position=Position(path="config.toml"),
            hint="it may use edition, number, label, date, lead, sections and profiles",
        )
        raise TemplateError(problem) from None
