"""`config.toml`, read once at the shell, as typed and frozen tables."""

from digest.config.content import (
    FeedsTable,
    NewsTable,
    ProfileRolesTable,
    ShortcodesTable,
    SiteTable,
    SourceTable,
    TagsTable,
)
from digest.config.editions import ArchiveTable, EditionTable, EmailTable, ScheduleTable, SectionTable
from digest.config.mail import BouncesTable, DeliveryTable, ServeTable
from digest.config.places import dotted, known_keys, locate
from digest.config.reading import load, parse, schema
from digest.config.tables import Config, DatabaseTable
from digest.config.values import Table

__all__ = [
    "ArchiveTable",
    "BouncesTable",
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
    "ServeTable",
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
