"""What a file's path tells of its entry: slug, language and date."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

_BUNDLES: Final = ("index", "readme")
_DATED: Final = re.compile(r"(\d{4}-\d{2}-\d{2})[-_ ]+(?=.)")
_SUFFIX: Final = re.compile(r"(?P<name>.+)\.(?P<language>[A-Za-z]{2,3}(?:[-_][A-Za-z]{2,4}){0,2})")
_LANGUAGES: Final = frozenset((
    "ar", "bg", "bn", "ca", "cs", "da", "de", "el", "en", "es", "et", "eu", "fa", "fi", "fil", "fr",
    "gl", "he", "hi", "hr", "hu", "id", "is", "it", "ja", "ka", "kk", "km", "ko", "lt", "lv", "mn",
    "ms", "my", "nb", "ne", "nl", "nn", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sr", "sv", "sw",
    "ta", "te", "th", "tl", "tr", "uk", "ur", "uz", "vi", "yue", "zh",
))  # fmt: skip
_TAG: Final = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z]{4})?(?:[-_](?:[A-Za-z]{2}|\d{3}))?")
_UNSAFE: Final = re.compile(r"[^\w.\-~]+")
_LONGEST: Final = 60
"""Characters of a slug: in CJK 180 bytes, which every file system takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """What a path says: `slug` is never empty; `language` and `date` (2026-01-31) may be."""

    slug: str
    language: str
    date: str
    bundle: bool


def read_name(path: str) -> Name:
    """Understand `posts/2026-01-31-title.zh-tw.md` or `posts/title/index.md`."""
    place = PurePosixPath(path)
    stem, language = _language(place.stem)
    bundle = stem.casefold() in _BUNDLES and len(place.parts) > 1
    stem = place.parent.name if bundle else stem
    dated = _DATED.match(stem)
    slug = slugify(stem) or "entry"
    return Name(slug=slug, language=language, date=dated[1] if dated else "", bundle=bundle)


def without_date(slug: str) -> str:
    """A slug without the date that Jekyll's file names begin with."""
    return _DATED.sub("", slug, count=1)


def slugify(text: str) -> str:
    """Words as the last part of an address: lower case, hyphens, CJK and accents kept; may be empty."""
    lowered = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
    slug = _UNSAFE.sub("-", lowered)
    slug = re.sub(r"-{2,}", "-", slug).strip("-.~")
    if len(slug) > _LONGEST:  # at the end of a word, if there is one in the last third
        cut = slug.rfind("-", _LONGEST * 2 // 3, _LONGEST + 1)
        slug = slug[: cut if cut > 0 else _LONGEST]
    return slug.strip("-.~")


def language_tag(written: str) -> str:
    """A BCP 47 tag in its usual case (`zh_hant_tw` is `zh-Hant-TW`); empty for what is none."""
    if not _TAG.fullmatch(written.strip()):
        return ""
    first, *rest = re.split("[-_]", written.strip())
    return "-".join([first.lower(), *(part.title() if len(part) == 4 else part.upper() for part in rest)])


def _language(stem: str) -> tuple[str, str]:
    """A file's stem without its language, and the language: `title.zh-tw`, `index.en`."""
    found = _SUFFIX.fullmatch(stem)
    tag = language_tag(found["language"]) if found else ""
    if found and tag.split("-")[0] in _LANGUAGES:
        return found["name"], tag
    return stem, ""
