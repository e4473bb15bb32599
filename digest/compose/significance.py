"""How much a change of a profile's field is news: by `[profile_fields]`, else by what the field is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from digest.model import Weight
from digest.text.keys import folded

_IGNORED: Final = """
last_updated updated lastmod modified date publish_date expiry_date created embargo_until approved_by
data_sources sources update_notes photo photo_alt photo_credit photo_source avatar logo image image_alt images
cover thumbnail featured draft published status slug id uid url permalink aliases layout type kind weight
order lang language tags categories keywords lead digest importance_level importance_reason current_org_slug
org_slug company_slug superuser user_groups highlight_name draft_notes
"""
"""Bookkeeping, pictures, addresses, tags: no news whatever happens to them."""

_MINOR: Final = """
title name name_en name_zh name_ko name_local name_full_en native_name nickname pronouns gender
description description_short description_long summary bio subtitle
birth_year birth_date birth_place nationality residence location address phone email
website homepage social links resources contact profiles
industry ai_domains ai_impact_areas interests skills expertise languages hobbies
employees employee_count related_people related_companies related mentors notable_students influences
education courses notable_quotes quotes key_points faq
"""
"""What a reader is glad to find, and need not be told of by itself."""

_MAJOR: Final = """
position current_position role occupation job_title organization current_organization employer company
ceo chair leadership executives founders founder owner parent_organization parent_company acquired_by
acquisitions mergers subsidiaries status_note funding total_funding valuation investors investments revenue
ipo stock_symbol customers founded founded_year founded_date dissolved headquarters death_year death_date
founded_companies products models services awards honors key_contributions representative_works publications
books patents projects career_history experience memberships milestones controversies
"""
"""What is news of a person or a company, the most telling first."""

DEFAULTS: Final[Mapping[str, Weight]] = {
    **{folded(key): Weight.MAJOR for key in _MAJOR.split()},
    **{folded(key): Weight.IGNORE for key in _IGNORED.split()},
    **{folded(key): Weight.MINOR for key in _MINOR.split()},
}
"""What each known field weighs; one that is not here is major: a site keeps its own for a reason."""

_RANKS: Final = {folded(key): place for place, key in enumerate(_MAJOR.split())}
_LATER: Final = len(_RANKS)


@lru_cache(maxsize=4096)
def rank(field: str) -> int:
    """Where a field's change stands: what is most telling first, then the rest, the body last."""
    if field == "body":
        return _LATER + 1
    return _RANKS.get(folded(field.partition(".")[0]), _LATER)


@dataclass(frozen=True, slots=True)
class Significance:
    """The weights of a site: its own, by folded key, before ours."""

    own: Mapping[str, Weight]
    _known: dict[str, Weight] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, fields: Mapping[str, str]) -> Significance:
        """Read `[profile_fields]`: a key, or a path such as `social.github`, and ignore, minor or major."""
        return cls({_path(key): Weight(weight) for key, weight in fields.items()})

    def weight(self, field: str) -> Weight:
        """What a change of a field weighs, by its dotted path; the nearest table above it that is known."""
        if field not in self._known:
            self._known[field] = self._weight(_path(field))
        return self._known[field]

    def _weight(self, path: str) -> Weight:
        while path:
            if path in self.own:
                return self.own[path]
            if path in DEFAULTS:
                return DEFAULTS[path]
            path = path.rpartition(".")[0]
        return Weight.MAJOR


@lru_cache(maxsize=4096)
def _path(field: str) -> str:
    return ".".join(folded(part) for part in field.split("."))


USUAL: Final = Significance({})
"""Without a word from the site."""
