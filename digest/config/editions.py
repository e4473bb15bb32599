"""The tables of what is made: the editions, their sections and weekly slots, and their mails and archive."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from digest.config.values import Clock, Inside, Line, Name, Table, Weekday, Zone


class SectionTable(Table):
    """`[[editions.sections]]`: a section that comes before the ones made of tags."""

    tag: Line = Field(description="The tag that gathers the section.")
    title: Line = Field("", description="Its heading; the tag itself when empty.")
    titles: dict[str, Line] = Field(
        default_factory=dict, description="The heading in other languages, by language tag."
    )
    colour: Literal["", "teal", "blue", "plum", "ochre"] = Field("", description="The colour of its bar.")
    least: int = Field(
        2,
        ge=1,
        description="With fewer items it is left out, and they stand where their other tags put them.",
    )


class ScheduleTable(Table):
    """`[editions.schedule]`: the weekly slot at which `digest run` publishes."""

    day: Weekday = Field(description="Day of the week, by its English name.")
    time: Clock = Field(description='Time of day, as "09:00".')
    timezone: Zone | None = Field(None, description="The slot's zone; the site's when absent.")
    max_lateness_hours: int = Field(
        24, ge=1, le=144, description="How many hours after its slot a missed issue is still made."
    )
    needs_approval: bool = Field(
        False, description="Whether the slot publishes only what `digest approve` has approved."
    )
    send: bool = Field(
        False,
        description="Whether `digest run` also sends the issues that it publishes, as soon as they are.",
    )


class EditionTable(Table):
    """`[[editions]]`: a named newsletter that one subscribes to."""

    name: Name = Field(description="Its name in folders, addresses and commands.")
    title: Line = Field(description="Its title, in the masthead.")
    tagline: Line = Field("", description="A line under the title.")
    language: Line = Field("", description="Its language (BCP 47); the site's first when empty.")
    languages: tuple[Line, ...] = Field(
        (),
        description="Languages in which its mails are made; only its own when empty.",
    )
    tags: tuple[Line, ...] = Field((), description="Only entries with one of these tags; all when empty.")
    entry_languages: tuple[Line, ...] = Field(
        (), description="Only entries in one of these languages; all when empty."
    )
    sender: Line = Field("", description='From, such as "Weekly <weekly@example.org>".')
    reply_to: Line = Field("", description="Where answers go, when not to the sender.")
    subject: Line = Field("{{ lead.title }}", description="Template of the subject.")
    preheader: Line = Field("{{ lead.description }}", description="Template of the line after the subject.")
    note: str = Field("", description="The editor's note at the head of every issue, in Markdown.")
    theme: Name = Field("ink", description="Folder of templates that it is rendered with.")
    max_items: int = Field(40, ge=1, le=200, description="Items in the mail; the others go to the web page.")
    since_days: int = Field(7, ge=0, le=3650, description="How many days back the first issue reaches.")
    full_text: Literal["never", "lead", "always"] = Field(
        "never", description="Which articles stand in the mail in full: none, the lead, or all."
    )
    no_match: Literal["skip", "lead"] = Field(
        "skip",
        description="What a reader gets of whose topics there is nothing in an issue: no mail, or the lead.",
    )
    sections: tuple[SectionTable, ...] = Field((), description="Sections in a fixed order.")
    schedule: ScheduleTable | None = Field(None, description="When `digest run` publishes it.")


class EmailTable(Table):
    """`[email]`: what every mail keeps to."""

    warn_bytes: int = Field(75_000, ge=1_000, description="The mail's HTML warns over this size.")
    max_bytes: int = Field(100_000, ge=1_000, description="The mail's HTML is an error over this size.")
    image_width: int = Field(1200, ge=600, le=2400, description="Pixels of the widest image kept.")


class ArchiveTable(Table):
    """`[archive]`: the sealed record and the site built of it."""

    path: Inside = Field("archive", description="Folder of the sealed issues.")
    public: Inside = Field("public", description="Folder that the site is built into.")
    feed_items: int = Field(50, ge=1, le=500, description="Newest entries in a feed.")
    tag_authority: Line = Field(
        "",
        description=(
            "Authority of the feeds' tag: ids (RFC 4151), such as example.org,2026; keep it when the "
            "address of the site changes. The host of base_url and 2026 when empty."
        ),
    )
