"""The whole of config.toml: its tables in their order, and what several of them say together."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from digest.config import content
from digest.config.editions import ArchiveTable, EditionTable, EmailTable
from digest.config.mail import BouncesTable, DeliveryTable, DkimTable, ServeTable
from digest.config.values import Line, Some, Table


class DatabaseTable(Table):
    """`[database]`: where issues, ledger and slots are kept."""

    url: Line = Field(
        "sqlite:///var/digest.db",
        description=(
            "SQLAlchemy URL; a relative SQLite path is in the site. DIGEST_DATABASE_URL overrides it, so "
            "that no password need stand here."
        ),
    )


class Config(Table):
    """The whole of config.toml."""

    site: content.SiteTable
    sources: Some[content.SourceTable]
    editions: Some[EditionTable]
    feeds: content.FeedsTable = content.FeedsTable()
    profile_roles: content.ProfileRolesTable = content.ProfileRolesTable()
    shortcodes: content.ShortcodesTable = content.ShortcodesTable()
    aliases: dict[str, tuple[Line, ...]] = Field(
        default_factory=dict, description="A tag and the tags that mean the same, in any language."
    )
    profile_fields: dict[str, Literal["ignore", "minor", "major"]] = Field(
        default_factory=dict,
        description=(
            "How much a change of a profile's field is news, by its key or path (`social.github`): a major "
            "one announces the profile, a minor one is told beside a major one, an ignored one never."
        ),
    )
    tags: content.TagsTable = content.TagsTable()
    news: content.NewsTable = content.NewsTable()
    email: EmailTable = EmailTable()
    delivery: DeliveryTable = DeliveryTable()
    dkim: DkimTable = DkimTable()
    serve: ServeTable = ServeTable()
    bounces: BouncesTable = BouncesTable()
    archive: ArchiveTable = ArchiveTable()
    database: DatabaseTable = DatabaseTable()

    @model_validator(mode="after")
    def _names_are_unique(self) -> Config:
        names = [edition.name for edition in self.editions]
        if len(set(names)) != len(names):
            raise ValueError("two editions have the same name")
        return self

    @property
    def folders(self) -> tuple[content.SourceTable, ...]:
        """The sources that are folders, in their order."""
        return tuple(source for source in self.sources if source.kind != "feed")

    @property
    def subscriptions(self) -> tuple[content.SourceTable, ...]:
        """The sources that are feeds, in their order."""
        return tuple(source for source in self.sources if source.kind == "feed")

    @property
    def zone(self) -> ZoneInfo:
        """The site's time zone."""
        return ZoneInfo(self.site.timezone)

    def language(self, edition: EditionTable) -> str:
        """The language of an edition."""
        return edition.language or self.site.languages[0]

    def languages(self, edition: EditionTable) -> tuple[str, ...]:
        """The languages of an edition's mails, its own first."""
        own = self.language(edition)
        return (own, *(language for language in edition.languages if language != own))

    @property
    def authority(self) -> str:
        """Authority of the feeds' tag: ids."""
        return self.archive.tag_authority or f"{urlsplit(self.site.base_url).hostname},2026"
