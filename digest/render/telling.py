"""A change in a sentence that a reader understands, and in the rows of what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from digest.model import Change, Operation
from digest.render import dossier
from digest.text.difference import aligned
from digest.text.excerpt import excerpt
from digest.text.phrases import Phrases

SIGNS: Final = {
    Operation.ADDED: ("＋", "Added"),
    Operation.CHANGED: ("↻", "Updated"),
    Operation.REMOVED: ("－", "Removed"),
}
"""What a change did to a field → its sign, and its word in the catalogue."""

_LINE: Final = 60
"""Cells of a value within a sentence."""

_COUNTED: Final = {
    **dict.fromkeys(("publications",), ("{n} publication", "{n} publications")),
    **dict.fromkeys(("papers",), ("{n} paper", "{n} papers")),
    **dict.fromkeys(("books",), ("{n} book", "{n} books")),
    **dict.fromkeys(("awards", "honors", "prizes"), ("{n} award", "{n} awards")),
    **dict.fromkeys(("products", "models", "services"), ("{n} product", "{n} products")),
    **dict.fromkeys(("funding", "funding_rounds"), ("{n} funding round", "{n} funding rounds")),
    **dict.fromkeys(("investors", "investments"), ("{n} investor", "{n} investors")),
    **dict.fromkeys(("education", "degrees"), ("{n} degree", "{n} degrees")),
    **dict.fromkeys(("career_history", "experience", "positions"), ("{n} post", "{n} posts")),
    **dict.fromkeys(("founded_companies", "subsidiaries"), ("{n} company", "{n} companies")),
    **dict.fromkeys(("founders",), ("{n} founder", "{n} founders")),
    **dict.fromkeys(("key_contributions", "contributions"), ("{n} contribution", "{n} contributions")),
    **dict.fromkeys(("representative_works", "works", "notable_works"), ("{n} work", "{n} works")),
    **dict.fromkeys(("notable_quotes", "quotes"), ("{n} quote", "{n} quotes")),
    **dict.fromkeys(
        ("related_people", "mentors", "notable_students"), ("{n} related person", "{n} related people")
    ),
    **dict.fromkeys(("milestones", "events"), ("{n} milestone", "{n} milestones")),
    **dict.fromkeys(("patents",), ("{n} patent", "{n} patents")),
    **dict.fromkeys(("projects",), ("{n} project", "{n} projects")),
    **dict.fromkeys(("resources", "links", "social"), ("{n} link", "{n} links")),
    **dict.fromkeys(("acquisitions",), ("{n} acquisition", "{n} acquisitions")),
}
"""Field → what its items are called when they are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A change in the reader's words: sign and word, the field, pairs of values (either empty).

    `more` says how many there are in all, where not all are given; `is_cut` whether anything is left out.
    """

    operation: str
    sign: str
    word: str
    field: str
    pairs: tuple[tuple[str, str], ...]
    more: str
    is_cut: bool


def told(change: Change, words: Phrases, *, cells: int, most: int = 0) -> Told:
    """A change as a row: at most `most` of its values (0: all of them), each in at most `cells` cells.

    Where all is told, a field inside a table is named with the table.
    """
    sign, word = SIGNS[change.operation]
    whole = list(zip_longest(change.old, change.new, fillvalue=""))
    shown = whole[:most] if most else whole
    pairs = tuple(aligned(old, new, cells) for old, new in shown)
    hidden = len(whole) - len(shown)
    return Told(
        operation=change.operation.value,
        sign=sign,
        word=words(word, "change"),
        field=heading(change, words) if most or change.heading else dossier.label(change.field, words),
        pairs=pairs,
        more=words("{counted} in all", counted=counted(change, len(whole), words)) if hidden else "",
        is_cut=bool(hidden) or list(pairs) != shown,
    )


def heading(change: Change, words: Phrases) -> str:
    """What changed: the section of a body, else the field, of a table its last key."""
    return change.heading or dossier.label(change.field.rpartition(".")[2], words)


def counted(change: Change, n: int, words: Phrases) -> str:
    """So many items of the kind that a field holds: `2 publications`."""
    forms = _COUNTED.get(change.field.rpartition(".")[2].casefold())
    if forms:
        return words.plural(*forms, n)
    return words("{n} in {label}", n=n, label=heading(change, words))


def sentence(change: Change, words: Phrases) -> str:
    """A change in a few words: `Position: Google Brain → OpenAI`, `+2 publications`."""
    if change.field == "body":
        return _of_text(change, words)
    n = max(len(change.old), len(change.new))
    if n > 1:
        many = counted(change, n, words)
        return {
            Operation.ADDED: words("+{counted}", counted=many),
            Operation.CHANGED: words("{counted} changed", counted=many),
            Operation.REMOVED: words("−{counted}", counted=many),
        }[change.operation]
    label = heading(change, words)
    old, new = (next(iter(values), "") for values in (change.old, change.new))
    if not (old and new):  # of an item that came or went, its name
        old, new = old.partition(" · ")[0], new.partition(" · ")[0]
    old, new = aligned(old, new, _LINE)
    if change.operation is Operation.REMOVED:
        return words("{label} removed: {value}", label=label, value=old)
    return words("{label}: {value}", label=label, value=" → ".join(filter(None, (old, new))))


def _of_text(change: Change, words: Phrases) -> str:
    name = excerpt(change.heading, _LINE)
    if not name:
        return words("Text added") if change.operation is Operation.ADDED else words("Text rewritten")
    return {
        Operation.ADDED: words("New section “{heading}”", heading=name),
        Operation.CHANGED: words("“{heading}” rewritten", heading=name),
        Operation.REMOVED: words("Section “{heading}” removed", heading=name),
    }[change.operation]


def sentences(changes: Sequence[Change], words: Phrases, most: int = 3) -> str:
    """Changes in one line, the first `most` of them said."""
    said = words("; ", "list").join(sentence(each, words) for each in changes[:most])
    return f"{said}…" if len(changes) > most else said
