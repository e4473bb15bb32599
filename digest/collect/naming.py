"""What a file's path tells of its entry: slug, language and date."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from digest.model import Origin

_BUNDLES: Final = ("index", "_index", "readme")
_FOLDERS: Final = ("index", "_index")
"""Files that stand for the folder that they lie in; a `readme` is known by its own path."""

_COMPACT: Final = r"(?:19|20)\d\d[01]\d[0-3]\d"
_DATED: Final = re.compile(rf"(?:\d{{4}}([-_.])\d{{1,2}}\1\d{{1,2}}|{_COMPACT})[-_ ]+(?=.)")
_FILE_DATE: Final = re.compile(rf"(\d{{4}})([-_.])(\d{{1,2}})\2(\d{{1,2}})(?!\d)|({_COMPACT})(?=[-_ ]|$)")
_PATH_DATE: Final = re.compile(r"(?:^|/)(\d{4})[/-](\d{1,2})[/-](\d{1,2})(?=[/-]|$)")
_SUFFIX: Final = re.compile(r"(?P<name>.+)\.(?P<language>[A-Za-z]{2,3}(?:[-_][A-Za-z]{2,4}){0,2})")
_LANGUAGES: Final = frozenset((
    "ar", "bg", "bn", "ca", "cs", "da", "de", "el", "en", "es", "et", "eu", "fa", "fi", "fil", "fr",
    "gl", "he", "hi", "hr", "hu", "id", "is", "it", "ja", "ka", "kk", "km", "ko", "lt", "lv", "mn",
    "ms", "my", "nb", "ne", "nl", "nn", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sr", "sv", "sw",
    "ta", "te", "th", "tl", "tr", "uk", "ur", "uz", "vi", "yue", "zh",
))  # fmt: skip
_TAG: Final = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z]{4})?(?:[-_](?:[A-Za-z]{2}|\d{3}))?")
_UNSAFE: Final = re.compile(r"[^\w.\-~]+")
_HYPHENS: Final = re.compile("-{2,}")
_LONGEST: Final = 60
"""Characters of a slug: in CJK 180 bytes, which every file system takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """What a path says: `slug` is never empty; `language` and `date` (2026-01-31) may be.

    `stem` is what the file or folder is called, with its date. `home` is the
    path that the entry is known by: that of its folder where the file stands for it (`bundle`).
    `origin` tells which part of the path the date is from.
    """

    slug: str
    language: str
    date: str
    bundle: bool
    home: str = ""
    stem: str = ""
    origin: Origin = Origin.FILE_NAME


def read_name(path: str, source: str = "") -> Name:
    """Understand `posts/2026-01-31-title.zh-tw.md`, `posts/title/index.md` or `2026/01/31/title.md`.

    `source` is the folder of the source: an `index.md` right in it stands for no entry's folder.
    """
    folder, _, file = path.rpartition("/")
    stem, language = _language(file.rpartition(".")[0] or file)
    kind = stem.casefold()
    stands = bool(folder) and kind in _BUNDLES
    bundle = stands and kind in _FOLDERS and folder != source
    stem = folder.rpartition("/")[2] if stands else stem
    date, origin = _date(path[: -len(file)] if not stands else f"{folder}/", stem)
    return Name(
        slug=slugify(stem) or "entry",
        stem=stem,
        language=language,
        date=date,
        bundle=bundle,
        home=folder if bundle else path,
        origin=origin,
    )


def date_in_path(path: str) -> str:
    """The day in `2020/09/14/slug` or `2021/09-14-slug`, as 2020-09-14; empty without one."""
    found = _PATH_DATE.search(path)
    return f"{found[1]}-{found[2]:0>2}-{found[3]:0>2}" if found else ""


def _date(folders: str, stem: str) -> tuple[str, Origin]:
    """The day that the name begins with, else that of the folders; which is the surer one when both tell."""
    named = _FILE_DATE.match(stem)
    by_name = ""
    if named and named[5]:
        by_name = f"{named[5][:4]}-{named[5][4:6]}-{named[5][6:]}"
    elif named:
        by_name = f"{named[1]}-{named[3]:0>2}-{named[4]:0>2}"
    by_path = "" if by_name else date_in_path(f"{folders}{stem}")
    return (by_path, Origin.PATH) if by_path else (by_name, Origin.FILE_NAME)


def without_date(slug: str) -> str:
    """A slug without the date that Jekyll's file names begin with."""
    return _DATED.sub("", slug, count=1)


def slugify(text: str) -> str:
    """Words as the last part of an address: lower case, hyphens, CJK and accents kept; may be empty."""
    if text.isascii():
        lowered = text.lower()
    else:
        lowered = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
    slug = _UNSAFE.sub("-", lowered)
    if "--" in slug:
        slug = _HYPHENS.sub("-", slug)
    slug = slug.strip("-.~")
    if len(slug) > _LONGEST:  # at the end of a word, if there is one in the last third
        cut = slug.rfind("-", _LONGEST * 2 // 3, _LONGEST + 1)
        slug = slug[: cut if cut > 0 else _LONGEST]
    return slug.strip("-.~")


@lru_cache(maxsize=256)
def language_tag(written: str) -> str:
    """A BCP 47 tag in its usual case (`zh_hant_tw` is `zh-Hant-TW`); empty for what is none."""
    if not _TAG.fullmatch(written.strip()):
        return ""
    first, *rest = re.split("[-_]", written.strip())
    return "-".join([first.lower(), *(part.title() if len(part) == 4 else part.upper() for part in rest)])


def _language(stem: str) -> tuple[str, str]:
    """A file's stem without its language, and the language: `title.zh-tw`, `index.en`."""
    found = _SUFFIX.fullmatch(stem) if "." in stem else None
    tag = language_tag(found["language"]) if found else ""
    if found and tag.split("-")[0] in _LANGUAGES:
        return found["name"], tag
    return stem, ""
