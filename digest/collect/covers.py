"""The picture that stands for an entry, under the names and in the shapes that sites give it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from digest.collect.values import Fields, one_line
from digest.model import ImageRef, Position
from digest.text import roles as profile_roles

_KEYS: Final = (
    "image", "cover", "photo", "featured_image", "feature_image", "thumbnail", "banner", "images", "og_image",
    "header_image", "cover_image", "hero_image", "social_image",
)  # fmt: skip
_ALTS: Final = ("image_alt", "cover_alt", "photo_alt", "featured_image_alt", "alt")
_PLACES: Final = ("src", "image", "url", "path", "teaser", "feature")
_TABLES: Final = ("extra", "params", "header")
"""Tables that themes keep the picture in: Zola's, Hugo's, Jekyll's minimal-mistakes."""


def cover_of(fields: Fields, roles: profile_roles.Table | None, *, profile: bool) -> ImageRef | None:
    """The picture of an article, or the photo or logo of a profile; `roles` are the site's keys."""
    key = profile_roles.key_of(fields.values, "photo", roles) if profile else ""
    key = key or fields.key(*_KEYS) or ""
    if key and (found := _picture(fields, fields.values[key], fields.place(key))):
        return found
    return next(_inside(fields), None)


def _inside(fields: Fields) -> Iterator[ImageRef]:
    """The pictures that the tables of themes name."""
    for table in fields.inner(*_TABLES):
        key = table.key(*_KEYS, "teaser", "overlay_image")
        if key and (found := _picture(table, table.values[key], fields.place(*_TABLES))):
            yield found


def _picture(fields: Fields, value: Any, position: Position) -> ImageRef | None:
    """A picture in a text, in a table, or in the first of a list."""
    value = value[0] if isinstance(value, list) and value else value
    alt = fields.line(*_ALTS)
    if isinstance(value, dict):
        alt = alt or one_line(value.get("alt") or value.get("caption") or value.get("title"))
        value = next((value[name] for name in _PLACES if value.get(name)), None)
    src = one_line(value) if isinstance(value, str) else ""
    return ImageRef(src=src, alt=alt, position=position) if src else None
