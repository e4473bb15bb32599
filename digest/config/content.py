"""The tables of what comes in: the site, its sources and feeds, and what tags and changes mean."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field, model_validator

from digest.config.values import Address, Host, Inside, Line, MaybeInside, Share, Some, Table, Zone


class SiteTable(Table):
    """`[site]`: what the whole site shares."""

    title: Line = Field(description="The site's name, on its pages and feeds.")
    base_url: Address = Field(description="Where the built site is served, without a trailing slash.")
    timezone: Zone = Field(
        "UTC", description="The zone of dates written without one, and of the issues' dates."
    )
    languages: Some[Line] = Field(
        ("en",), description="Languages of the site (BCP 47); the first is the default."
    )
    permalink: Line = Field(
        "",
        description=(
            "Address of an article on a site of your own, with {slug}, {year}, {month}, {day}, {section} and "
            "{path}; empty means the pages that `digest` builds."
        ),
    )
    profile_permalink: Line = Field("", description="The same for profiles.")
    postal_address: Line = Field("", description="The sender's postal address, in the footer of every mail.")
    description: Line = Field("", description="One sentence about the site, in its feeds and pages.")
    static: tuple[Inside, ...] = Field(
        ("static", "."), description="Folders in which an image address that begins with / is looked for."
    )


Rules = tuple[Line, ...]


class SourceTable(Table):
    """`[[sources]]`: a folder or a feed that entries come from; the deepest configured folder wins a file."""

    kind: Literal["articles", "profiles", "feed"] = Field(
        description="What the files of the folder are; or that it is a feed."
    )
    path: Inside = Field("", description="The folder, relative to the site.")
    url: Line = Field("", description="The feed's address (http or https).")
    title: Line = Field("", description="The feed's name; what it calls itself when empty.")
    language: Line = Field("", description="Language of entries that name none; else the site's first.")
    tags: tuple[Line, ...] = Field((), description="Tags that every entry of the source gets.")
    flavour: Literal[
        "auto", "hugo", "jekyll", "zola", "eleventy", "docusaurus", "pelican", "obsidian", "myst", "plain"
    ] = Field("auto", description="Whose Markdown the files are written in; seen from each file when `auto`.")
    encoding: Line = Field("", description="Encoding of files that are not UTF-8; guessed when empty.")
    needs_approval: bool = Field(
        False, description="Whether an entry waits until its front matter has `approved_by`."
    )
    only_new: bool = Field(
        False,
        description=(
            "Of a feed: whether everything that it holds at the first fetch is passed over, not only what is "
            "older than the last days."
        ),
    )
    include: Rules = Field(
        (),
        description=(
            "Of a feed: words, one of which an item must have in its title, tags or summary; `/…/` is a "
            "regular expression."
        ),
    )
    exclude: Rules = Field((), description="Of a feed: words none of which an item may have.")
    max_items: int = Field(
        20,
        ge=1,
        le=500,
        description="Of a feed: newest items taken at one fetch; the others are passed over.",
    )

    @model_validator(mode="after")
    def _is_folder_or_feed(self) -> SourceTable:
        if self.kind == "feed":
            if not re.match(r"https?://[^\s/]", self.url):
                raise ValueError("a feed needs a `url` that begins with https://")
            if self.path:
                raise ValueError("a feed has a `url` and no `path`")
        elif not self.path:
            raise ValueError("the key path is missing")
        elif self.url:
            raise ValueError("a folder has a `path` and no `url`")
        return self

    @property
    def name(self) -> str:
        """What it is called in tables and on the command line: its path or address."""
        return self.path or self.url


class FeedsTable(Table):
    """`[feeds]`: how feeds are fetched, and where their items go."""

    inbox: Inside = Field("articles/inbox", description="Folder that items become small files in.")
    interval_hours: int = Field(
        6, ge=1, le=168, description="How often a feed is fetched; one that asks for longer gets it."
    )
    timeout_seconds: int = Field(20, ge=1, le=300, description="How long one fetch may take in all.")
    max_bytes: int = Field(
        5_000_000, ge=10_000, le=100_000_000, description="A feed's largest size, after decompression."
    )
    max_entries: int = Field(500, ge=1, le=10_000, description="Entries read of a feed, from its beginning.")
    parse_seconds: int = Field(10, ge=1, le=120, description="How long reading one feed may take.")
    concurrency: int = Field(16, ge=1, le=64, description="Hosts fetched from side by side.")
    allow_hosts: tuple[Host, ...] = Field(
        (),
        description=(
            "Hosts or networks of your own (`feeds.internal`, `10.1.0.0/16`) that feeds may be fetched from "
            "although their addresses are private."
        ),
    )


class ProfileRolesTable(Table):
    """`[profile_roles]`: under which keys a site's profiles say what; each replaces our guess."""

    name: tuple[Line, ...] = Field((), description="The name.")
    native_name: tuple[Line, ...] = Field((), description="The name in its own letters.")
    role: tuple[Line, ...] = Field((), description="Position or role.")
    organization: tuple[Line, ...] = Field((), description="Where they work, or whose part it is.")
    photo: tuple[Line, ...] = Field((), description="Photo or logo.")
    related: tuple[Line, ...] = Field((), description="Slugs of related profiles.")


class ShortcodesTable(Table):
    """`[shortcodes]`: how shortcodes are read."""

    ignore: tuple[Line, ...] = Field((), description="Names to drop without a word.")


class TagsTable(Table):
    """`[tags]`: what the tags of the whole site mean."""

    generic: tuple[Line, ...] = Field(
        (),
        description=(
            "Tags that head no section, beside those that we know to say nothing (podcast, video, news, …)."
        ),
    )
    aliases_file: MaybeInside = Field(
        "",
        description=(
            "A TOML file of lines as in `[aliases]`, beside config.toml; what both say of a tag is added up."
        ),
    )


class NewsTable(Table):
    """`[news]`: from when on a change is news, and how much of it at once."""

    many_units: int = Field(
        60,
        ge=1,
        le=100_000,
        description=(
            "New words (of Chinese and Japanese: characters) that make a text news, if they are at least "
            "`many_share` of it."
        ),
    )
    many_share: Share = Field(0.03, description="The share that goes with `many_units`.")
    some_units: int = Field(
        30,
        ge=1,
        le=100_000,
        description="New words that do where they are at least `some_share` of the text.",
    )
    some_share: Share = Field(0.2, description="The share that goes with `some_units`.")
    cooldown_days: int = Field(
        14, ge=0, le=365, description="Days after an entry was told in which an update of it waits."
    )
    late_days: int = Field(
        14,
        ge=0,
        le=3650,
        description=(
            'Days before the last issue; a new article or link with an older date comes "from the archive".'
        ),
    )
    archive_items: int = Field(
        5, ge=0, le=100, description="Items from the archive in one issue; the others wait for the next."
    )
    first_items: int = Field(
        20,
        ge=0,
        le=1000,
        description="Newest entries that the first issue takes, and that a later one takes of a new source.",
    )
    bulk_updates: int = Field(
        10,
        ge=0,
        le=100_000,
        description="Updates at once; more are told in one line, unless `bulk_share` is more.",
    )
    bulk_share: Share = Field(
        0.1,
        description="The share of the entries that were told before which may be updated at once.",
    )
    bulk_alike: int = Field(
        20, ge=0, le=100_000, description="Updates at once of the very same keys; more are told in one line."
    )
