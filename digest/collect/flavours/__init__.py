"""Other tools' Markdown written in ours, line for line, before anything else reads it; pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from digest.collect.flavours import liquid, mdx, myst, pelican, zola
from digest.collect.flavours.blocks import colon_boxes, myst_boxes
from digest.collect.flavours.callouts import callouts
from digest.collect.flavours.kramdown import attributes, kramdown
from digest.collect.flavours.literal import literal_code
from digest.collect.flavours.obsidian import comments, marks, plugins, wikilinks
from digest.collect.flavours.sheet import Sheet
from digest.collect.flavours.telling import flavour_of
from digest.collect.mistakes import Mistake

__all__ = ["Translated", "flavour_of", "translate"]

Pass = Callable[[Sheet], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Translated:
    """A body in our Markdown, and what was left out of it; offsets count from the body as it was."""

    body: str
    mistakes: tuple[Mistake, ...] = ()


def translate(body: str, flavour: str) -> Translated:
    """A body of this flavour in ours: the same lines, in each what a reader of the other tool would see.

    What has no words for a reader is left out, and what cannot be shown is; a mistake counts either.
    """
    sheet = Sheet(body)
    for each in PASSES.get(flavour, PASSES["plain"]):
        each(sheet)
    return Translated(body=sheet.text, mistakes=sheet.mistakes(body))


_LIQUID: Final[tuple[Pass, ...]] = (liquid.raw, liquid.code, literal_code, liquid.tags)

PASSES: Final[dict[str, tuple[Pass, ...]]] = {
    "hugo": (callouts, attributes),
    "plain": (literal_code, callouts),
    "jekyll": (*_LIQUID, kramdown, liquid.values, callouts, attributes, liquid.shown),
    "eleventy": (*_LIQUID, liquid.values, callouts, attributes, liquid.shown),
    "pelican": (
        pelican.boxes,
        pelican.languages,
        *_LIQUID,
        kramdown,
        pelican.links,
        liquid.shown,
        callouts,
    ),
    "zola": (zola.escapes, literal_code, zola.calls, zola.links, callouts, attributes, liquid.shown),
    "docusaurus": (
        literal_code,
        mdx.imports,
        mdx.components,
        colon_boxes,
        callouts,
        attributes,
        mdx.values,
    ),
    "myst": (myst_boxes, literal_code, myst.roles, myst.notes, callouts, attributes),
    "obsidian": (literal_code, plugins, comments, callouts, wikilinks, marks),
}
"""What is done to each flavour, in this order; another flavour is another row."""
