"""What the renderers ask of a body and get: the media, a picture as it can be shown, the finished HTML."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from digest.model import Mark, Problem


class Medium(StrEnum):
    """Where HTML will be read."""

    EMAIL = "email"  # styles inlined; no class, frame, script, form or SVG
    WEB = "web"  # semantic, with classes for the theme's CSS
    FEED = "feed"  # as the web without classes, every address absolute


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureSize:
    """One size of a picture: absolute address and pixels."""

    url: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureView:
    """A local image as a reader gets it: the size to show, and all sizes from the narrowest to the widest."""

    url: str
    width: int
    height: int
    alt: str = ""
    sizes: tuple[PictureSize, ...] = ()

    def at_least(self, width: int) -> PictureSize:
        """The narrowest size that is `width` pixels or more wide, else the widest."""
        own = PictureSize(url=self.url, width=self.width, height=self.height)
        wide = [size for size in self.sizes if size.width >= width]
        return wide[0] if wide else self.sizes[-1] if self.sizes else own


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A body as sanitised HTML; where its stretches come from; and what was wrong with its shortcodes."""

    html: str
    marks: tuple[Mark, ...] = ()
    unknown: tuple[Problem, ...] = ()
