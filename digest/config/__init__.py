"""`config.toml`, read once at the shell, as typed and frozen tables."""

from digest.config.places import dotted, known_keys, locate
from digest.config.reading import load, parse, schema
from digest.config.tables import (
    ArchiveTable,
    BouncesTable,
    Config,
    DatabaseTable,
    DeliveryTable,
    EditionTable,
    EmailTable,
    FeedsTable,
    ProfileRolesTable,
    ScheduleTable,
    SectionTable,
    ServeTable,
    ShortcodesTable,
    SiteTable,
    SourceTable,
    Table,
)

__all__ = [
    "ArchiveTable",
    "BouncesTable",
    "Config",
    "DatabaseTable",
    "DeliveryTable",
    "EditionTable",
    "EmailTable",
    "FeedsTable",
    "ProfileRolesTable",
    "ScheduleTable",
    "SectionTable",
    "ServeTable",
    "ShortcodesTable",
    "SiteTable",
    "SourceTable",
    "Table",
    "dotted",
    "known_keys",
    "load",
    "locate",
    "parse",
    "schema",
]
