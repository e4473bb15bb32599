"""Which file of an entry's picture its mail shows, and how large."""

from __future__ import annotations

from typing import Final

from digest.config import Config
from digest.model import Entry, Issue, Picture
from digest.render.address import asset_url
from digest.render.kinds import alt_of
from digest.render.mail import Image
from digest.text.links import safe_url

THUMB: Final = 190
LEAD: Final = 600
_TALL: Final = 0.62
"""Height of a lead's picture by its width, at most: more would fill a screen."""


class Images:
    """The pictures of an issue, as its mail shows them."""

    def __init__(self, issue: Issue, config: Config) -> None:
        self.issue = issue
        self.config = config
        self.pictures = {(each.entry, each.src): each for each in issue.pictures}

    def of(self, entry: Entry, width: int) -> Image | None:
        """The entry's picture at a width; the file has twice the pixels where there is one."""
        if entry.image is None:
            return None
        src, alt = entry.image.src, alt_of(entry)
        picture = self.pictures.get((entry.key, src))
        if picture and picture.files:
            return self._file(picture, width, alt)
        if src.startswith(("https://", "http://")) and safe_url(src):
            return Image(src=src, width=width, height=0, alt=alt)
        return None

    def _file(self, picture: Picture, width: int, alt: str) -> Image | None:
        file = next((each for each in picture.files if each.width >= 2 * width), picture.files[-1])
        if width == LEAD and file.width < LEAD // 2:
            return None  # a stamp across the whole sheet is nothing but its pixels
        wide = min(width, file.width) if width == THUMB else width
        height = round(file.height * wide / file.width)
        highest = width if width == THUMB else round(_TALL * width)
        is_tall = height > highest
        if is_tall:
            wide, height = max(1, round(wide * highest / height)), highest
        src = asset_url(self.issue, file.name, self.config)
        return Image(src=src, width=wide, height=height, alt=alt or picture.alt, is_tall=is_tall)
