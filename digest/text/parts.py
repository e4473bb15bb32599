"""Which stretches of an issue's mail a reader of some topics gets, and the mail made of them.

The conditions: `lead` and `lead:I` (item I leads), `body` (sections or profiles), `g:G` (section G is
shown, `g:G=N` with N items), `i:I` (item I is shown in its place), `p` (profiles, `p=N`; `people` where all
are persons, else `mixed`), `q` (quotes, `q=N`), `q:J` (quote J), `quiet` (any of what stands at the end:
`a` late entries, `o` the overflow, `o=N` with N more on the web, `e` earlier issues, `w` about the whole
issue), `toc` (stories, profiles or quotes), `pills` (sections, profiles or quotes), `n` (stories, `n=N`),
`m=M` (minutes of them). What may stand first or after another has `…:first` and `…:next`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

from digest.model.parts import MailParts, Parts, Stretch
from digest.text import personal
from digest.text.characters import mailable
from digest.text.wrap import wrap

PILLS: Final = "@@digest:pills@@"
"""Stands in a text's stretch for the line of its parts, which is wrapped for each set of topics."""


def shown(parts: Parts, topics: Collection[str]) -> frozenset[int]:
    """The items of which any tag is among the topics (keys, aliases applied); all where there are none."""
    if not topics:
        return frozenset(range(len(parts.items)))
    return frozenset(i for i, item in enumerate(parts.items) if any(tag in topics for tag in item.tags))


def best(parts: Parts) -> frozenset[int]:
    """What somebody gets who gets the lead only: the lead, or the first item where nothing leads."""
    return frozenset((*parts.leads, 0)[:1])


def conditions(parts: Parts, items: Collection[int]) -> frozenset[str]:
    """What holds of a mail that shows these items."""
    lead = next((i for i in parts.leads if i in items), None)
    sections = [[i for i in each if i in items and i != lead] for each in parts.sections]
    stories = [*(() if lead is None else (lead,)), *(i for each in sections for i in each)]
    profiles = [i for i in parts.profiles if i in items]
    quotes = [j for j, i in enumerate(parts.quotes) if i in items or i < 0][: parts.quoted]
    overflow = [i for i in parts.overflow if i in items]
    found = {*_counted("p", len(profiles)), *_counted("q", len(quotes)), *(f"q:{j}" for j in quotes)}
    if lead is not None:
        found |= {"lead", f"lead:{lead}"}
    if stories:
        found |= {"n", f"n={len(stories)}", f"m={sum(parts.items[i].minutes for i in stories)}"}
    if stories or profiles or quotes:
        found.add("toc")
    if any(sections) or profiles or quotes:
        found.add("pills")
    full = [(f"g:{g}", each) for g, each in enumerate(sections) if each]
    for name, each in full:
        found |= {*_counted(name, len(each)), *_row(each)}
    found |= set(_places([*(name for name, _ in full), *(("p",) if profiles else ())]))
    if profiles:
        found |= {"people" if set(profiles) <= set(parts.persons) else "mixed", *_row(profiles)}
    if full or profiles:
        found.add("body")
    found |= {f"i:{i}" for i in overflow[: parts.listed]}
    if overflow:
        found.add(f"o={max(0, len(overflow) - parts.listed)}")
    return frozenset(found | _quiet(parts, items, overflow))


def _quiet(parts: Parts, items: Collection[int], overflow: Sequence[int]) -> set[str]:
    """The conditions of what stands at the end; what is about the whole issue is for who gets the whole."""
    archive = [i for i in parts.archive if i in items]
    there = [*("a" for _ in archive[:1]), *("o" for _ in overflow[:1])]
    there += parts.whole if len(items) == len(parts.items) else ()
    found = {f"i:{i}" for i in archive} | set(there) | set(_places(there))
    return found | {"quiet"} if there else found


def _counted(name: str, count: int) -> tuple[str, ...]:
    return (name, f"{name}={count}") if count else ()


def _row(items: Sequence[int]) -> Iterator[str]:
    """The conditions of items that stand one after another."""
    names = [f"i:{i}" for i in items]
    yield from names
    yield from _places(names)


def _places(names: Sequence[str]) -> Iterator[str]:
    return (f"{name}:{'next' if place else 'first'}" for place, name in enumerate(names))


def chosen(stretches: Iterable[Stretch], holds: Collection[str]) -> Iterator[Stretch]:
    """The stretches of which every condition holds."""
    return (each for each in stretches if all(name in holds for name in each.when))


def pill_line(mail: MailParts, holds: Collection[str], cells: int = 72) -> str:
    """The text's line of what stands in the mail: each part that is shown, and how many it has."""
    counts = {name: count for name, _, count in (each.partition("=") for each in holds) if count}
    return said_pills(((each.text, counts[each.when[0]]) for each in chosen(mail.pills, holds)), cells)


def said_pills(pills: Iterable[tuple[str, str]], cells: int = 72) -> str:
    """Titles and counts in a line, wrapped, as the text part of a mail has them."""
    line = " · ".join(f"{title} {count}" for title, count in pills)
    return personal.inert(mailable(wrap(line.replace("\n", " "), cells)), markup=False)


def joined(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """Stretches of which no two neighbours hang on the same, and none is empty."""
    runs = groupby(stretches, key=lambda each: each.when)
    texts = ((when, "".join(each.text for each in run)) for when, run in runs)
    return tuple(Stretch(text=text, when=when) for when, text in texts if text)


def assembled(stretches: Iterable[Stretch], holds: Collection[str], pills: str = "") -> str:
    """The mail of those stretches that hold, its line of parts filled in."""
    return "".join(each.text for each in chosen(stretches, holds)).replace(PILLS, pills)
