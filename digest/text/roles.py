"""Who a profile is about, read from front matter of any schema: name, role, photo, related profiles."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from digest.model import Roles
from digest.text.keys import folded

Table = Mapping[str, Sequence[str]]
"""Role (name, native_name, role, organization, photo, related) → keys in order; `a.b` is a key in a table."""

# fmt: off
GUESSES: Final[Table] = {
    "name": (
        "name", "full_name", "display_name", "name.display", "short_name", "company_name", "company.name",
        "person_name", "name_en", "name_zh", "name_ko", "name_ja", "name_full_en", "이름", "姓名", "名稱",
    ),
    "native_name": (
        "native_name", "name_native", "original_name", "name_original", "name_in_native_language",
        "native_language_name", "name_local", "local_name", "hanzi", "hangul", "kanji", "name_full_en",
        "full_name_en", "name_en", "english_name", "本名", "原名",
    ),
    "role": (
        "current_position", "current_role", "current_title", "position", "role", "roles", "job_title", "job",
        "job_role", "occupation", "profession", "designation", "rank", "current.position", "current.role",
        "current.title", "job.title", "work.position", "hero.role", "params.role", "職稱", "職位", "現職",
        "직책", "직위", "industry", "sector",
    ),
    "organization": (
        "current_organization", "organization", "organizations", "organisation", "organisations",
        "affiliation", "affiliations", "current_company", "employer", "employers", "company", "companies",
        "institution", "institutions", "institute", "university", "school", "workplace", "org", "orgs",
        "current.organization", "current.company", "work.company_name", "params.organization", "機構", "公司",
        "任職機構", "소속", "parent_company", "parent_organization", "parent",
    ),
    "photo": (
        "photo", "image", "avatar", "portrait", "picture", "headshot", "profile_image", "profile_photo",
        "profile_picture", "profile_pic", "author_image", "avatar_filename", "photo_url", "image_url",
        "avatar_url", "logo", "logo_url", "company_logo", "cover", "featured_image", "feature_image",
        "thumbnail", "thumb", "banner", "images", "photos", "img", "params.image", "照片", "사진",
    ),
    "related": (
        "related_people", "related_persons", "related_companies", "related_organizations", "related_profiles",
        "related", "relationships", "connections", "see_also", "current_org_slug", "current_company_slug",
        "相關人物", "相關公司",
    ),
}
"""What a role is usually called, the surest first. Hugo's academic `authors/` have role and organizations."""
# fmt: on

_NAMES: Final = (
    "name",
    "title",
    "display",
    "label",
    "organization",
    "organisation",
    "company",
    "institution",
)
_PLACES: Final = ("src", "url", "path", "file", "filename", "image", "photo", "href", "link")
_SLUGS: Final = ("slug", "person_slug", "company_slug", "org_slug", "profile", "ref", "path", "url", "link")
_KNOWN_BY: Final = ("id", "name", "title", "person", "company", "organization")
_SUFFIX: Final = re.compile(r"(?i)(?:/_?index|/readme)?\.(?:md|markdown|mdx|html?)$")
_UNSAFE: Final = re.compile(r"[^\w.\-~]+")
_MOST: Final = 3
"""Organizations that are told in one line."""


def roles(fields: Mapping[str, Any], table: Table | None = None) -> Roles:
    """What a profile's front matter says; keys that `table` gives for a role replace our guess.

    Keys are found in any spelling: `jobTitle` and `job-title` are `job_title`.
    """
    known = _Front(fields)
    own = name(fields, table)
    natives = (known.text(key) for key in _keys("native_name", table))
    title = known.text("title")
    job = known.first("role", table)
    if not job and title and title != own and not _given("role", table):
        job = title  # `name: Jane Doe`, `title: Professor`
    return Roles(
        native_name=next((each for each in natives if each and each not in (own, title)), ""),
        role=job,
        organization=known.first("organization", table),
        related=tuple(_related(known, table)),
    )


def name(fields: Mapping[str, Any], table: Table | None = None) -> str:
    """Whose profile it is; empty when nothing says it.

    A `title` that holds the name stands; one that does not is somebody's title: `Professor`.
    """
    known = _Front(fields)
    title = known.text("title")
    if _given("name", table):
        return known.first("name", table) or title
    called = known.text("name")
    if title and (not called or called in title):
        return title
    return known.first("name", table) or title or _joined(known)


def photo(fields: Mapping[str, Any], table: Table | None = None) -> str:
    """The photo or logo as written there: an address or a path; empty when there is none."""
    known = _Front(fields)
    return next((src for key in _keys("photo", table) if (src := known.place(key))), "")


def key_of(fields: Mapping[str, Any], role: str, table: Table | None = None) -> str:
    """The key of the front matter that tells a role, as it is spelt there; empty when none does."""
    known = _Front(fields)
    tell = known.place if role == "photo" else known.text
    path = next((key for key in _keys(role, table) if tell(key)), "")
    return known.spelt(path)


def slug_of(value: str) -> str:
    """The slug that a path, an address or a name stands for: `people/jane-doe.md` is `jane-doe`."""
    text = unicodedata.normalize("NFC", value).strip().removeprefix("[[").removesuffix("]]")
    text = re.split(r"[?#|]", text, maxsplit=1)[0].rstrip("/")
    last = _SUFFIX.sub("", text).rstrip("/").rsplit("/", 1)[-1]
    return _UNSAFE.sub("-", unicodedata.normalize("NFC", last.casefold())).strip("-.~")


class _Front:
    """Front matter whose keys are found in any spelling."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields = fields
        self._keys = {folded(str(key)): key for key in reversed(tuple(fields))}

    def spelt(self, path: str) -> str:
        """The first key of a path as the front matter has it."""
        return self._keys.get(folded(path)) or self._keys.get(folded(path.partition(".")[0]), "")

    def values(self, path: str) -> tuple[Any, ...]:
        """What stands under a path: one value, or one for each table of a list on the way."""
        whole = self._keys.get(folded(path))
        if whole is not None:
            return (self._fields[whole],)
        if "." not in path:
            return ()
        return tuple(_inside([self._fields], path.split(".")))

    def text(self, path: str) -> str:
        """What stands under a path, in one line."""
        return ", ".join(tuple(_names(self.values(path)))[:_MOST])

    def first(self, role: str, table: Table | None) -> str:
        """The first of a role's keys that says something."""
        return next((text for key in _keys(role, table) if (text := self.text(key))), "")

    def place(self, path: str) -> str:
        """The address or file under a path."""
        return next(_places(self.values(path)), "")


def _given(role: str, table: Table | None) -> Sequence[str]:
    return table.get(role, ()) if table else ()


def _keys(role: str, table: Table | None) -> Sequence[str]:
    return _given(role, table) or GUESSES[role]


def _inside(values: Sequence[Any], steps: Sequence[str]) -> Iterator[Any]:
    """What lies at the end of steps into tables, through lists of them."""
    for value in values:
        if isinstance(value, list | tuple):
            yield from _inside(value, steps)
        elif not steps:
            yield value
        elif isinstance(value, Mapping):
            under = {folded(str(key)): each for key, each in value.items()}.get(folded(steps[0]))
            yield from _inside([under], steps[1:])


def _names(value: Any) -> Iterator[str]:
    """Texts, and of tables their names, each once."""
    seen = set()
    for each in _flat(value):
        found = (
            next((each[key] for key in _NAMES if each.get(key)), "") if isinstance(each, Mapping) else each
        )
        text = "" if isinstance(found, Mapping | list | tuple) else _line(found)
        if text and text not in seen:
            seen.add(text)
            yield text


def _places(value: Any) -> Iterator[str]:
    for each in _flat(value):
        found = (
            next((each[key] for key in _PLACES if each.get(key)), "") if isinstance(each, Mapping) else each
        )
        if isinstance(found, str) and found.strip():
            yield found.strip()


def _flat(value: Any) -> Iterator[Any]:
    if isinstance(value, list | tuple):
        for each in value:
            yield from _flat(each)
    else:
        yield value


def _line(value: Any) -> str:
    return "" if value is None or isinstance(value, bool) else " ".join(str(value).split())


def _joined(known: _Front) -> str:
    """A name in two fields."""
    first, last = known.text("first_name"), known.text("last_name")
    return f"{first or known.text('given_name')} {last or known.text('family_name')}".strip()


def _related(known: _Front, table: Table | None) -> Iterator[str]:
    """Slugs under every key of the role, each once."""
    seen = set()
    for key in _keys("related", table):
        for each in _flat(known.values(key)):
            slug = slug_of(_reference(each))
            if slug and slug not in seen:
                seen.add(slug)
                yield slug


def _reference(value: Any) -> str:
    """What names a profile: a slug, a path, else a name."""
    if isinstance(value, Mapping):
        found = next((value[key] for key in (*_SLUGS, *_KNOWN_BY) if value.get(key)), "")
        return found if isinstance(found, str) else ""
    return value if isinstance(value, str) else ""
