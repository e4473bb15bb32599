"""The keys of profiles' front matter: which stand where on their page, and which on none."""

from __future__ import annotations

from typing import Final

# What stands elsewhere on the page, or is the editor's own business.
# fmt: off
HIDDEN: Final = frozenset(
    {
        "id", "uid", "type", "kind", "title", "slug", "name", "name_zh", "name_en", "name_ko",
        "name_full_en", "name_local", "date", "lastmod", "updated", "published", "publishdate", "draft",
        "digest", "lead", "tags", "categories", "language", "lang", "url", "permalink", "aliases", "layout",
        "weight", "image", "photo", "photo_alt", "photo_credit", "photo_source", "logo", "cover",
        "description", "description_short", "summary", "current_position", "position", "role",
        "current_organization", "organization", "current_org_slug", "importance_level", "importance_reason",
        "person_type", "company_type", "entity_type", "last_updated", "update_notes", "data_sources",
        "key_points", "quotes", "featured", "status", "author", "authors", "source_name", "source_url",
        # what themes keep there for themselves
        "superuser", "highlight_name", "user_groups", "email", "avatar", "avatar_filename", "first_name",
        "last_name", "feed", "duration", "also", "outputs", "cascade", "build", "_build", "headless",
        "private", "sitemap", "toc", "comments", "share", "sections", "design", "show_date", "show_related",
        "expirydate", "expires", "publish_date", "embargo_until", "approved_by", "alias", "redirect_from",
    }
)

# Facts in a reader's order; facts that are not here follow in the order of the file.
FACTS: Final = (
    "nationality", "birth_year", "birth_place", "death_year", "residence", "founded_year", "founded",
    "founders", "headquarters", "ceo", "employees", "industry", "website", "ai_domains",
    "ai_impact_areas", "ai_safety_stance"
)

SECTIONS: Final = (
    "description_long", "bio", "biography", "organizations", "work", "experience", "key_contributions",
    "products", "representative_works", "awards", "career_history", "education", "founded_companies",
    "publications", "notable_quotes", "ai_development_view", "mentors", "notable_students", "milestones",
    "funding", "related_people", "related_companies", "resources", "social", "profiles", "links"
)

# fmt: on

HEADS: Final = (
    "title", "name", "course", "organization", "company_name", "institution", "quote", "event", "round",
    "position", "area",
)  # fmt: skip
WHENS: Final = ("year", "years", "date", "period")
SPANS: Final = (("date_start", "start"), ("date_end", "end"))
TEXTS: Final = ("description", "summary", "significance", "outcome", "context", "note")
UNSAID: Final = ("icon", "icon_pack", "icon_size", "company_logo", "logo", "image", "percent", "weight")
"""Keys of a row that only a theme understands."""
SHORTS: Final = (
    "institution",
    "position",
    "role",
    "type",
    "degree",
    "field",
    "issuer",
    "venue",
    "relation",
    "amount",
)
LINKS: Final = ("url", "link", "website", "company_url", "href")
SLUGS: Final = ("slug", "org_slug", "company_slug", "person_slug")
PROSE: Final = ("description_long", "ai_development_view", "bio", "biography")
