"""`config.toml`, read once at the shell, as typed and frozen tables."""

from digest.config.places import dotted, known_keys, locate
from digest.config.reading import load, parse, schema
from digest.config.tables import (
    ArchiveTable,
    Config,
    DatabaseTable,
    DeliveryTable,
    EditionTable,
    EmailTable,
    FeedsTable,
    NewsTable,
    ProfileRolesTable,
    ScheduleTable,
    SectionTable,
    ShortcodesTable,
    SiteTable,
    SourceTable,
    Table,
    TagsTable,
)

__all__ = [
    "ArchiveTable",
    "Config",
    "DatabaseTable",
    "DeliveryTable",
    "EditionTable",
    "EmailTable",
    "FeedsTable",
    "NewsTable",
    "ProfileRolesTable",
    "ScheduleTable",
    "SectionTable",
    "ShortcodesTable",
    "SiteTable",
    "SourceTable",
    "Table",
    "TagsTable",
    "dotted",
    "known_keys",
    "load",
    "locate",
    "parse",
    "schema",
]
