"""The tables of config.toml: each key with its type, its default and the sentence that documents it."""

from __future__ import annotations

import difflib
import re
from datetime import time
from ipaddress import ip_network
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


T = TypeVar("T")


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (
        KeyError,
        ValueError,
        OSError,
    ):  # looked up by itself: the list of all takes a walk through the disk
        near = difflib.get_close_matches(name, available_timezones(), 1)
        raise ValueError(
            f"there is no time zone {name!r}" + (f"; did you mean {near[0]!r}?" if near else "")
        ) from None
    return name


def _web_address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError(
            "must be an absolute http or https address without a query, such as https://example.org/"
        )
    return url.rstrip("/")


def _web_address_or_none(url: str) -> str:
    return _web_address(url) if url else ""


def _mailbox_or_none(value: str) -> str:
    """A bare address whose part before the @ leaves room for a plus and a token of 32 letters."""
    if value and not re.fullmatch(r"[a-z0-9._-]{1,31}@[a-z0-9-]+(\.[a-z0-9-]+)*", value):
        raise ValueError(
            "must be a bare address in small letters, at most 31 before the @, such as b@bounces.example.org"
        )
    return value


def _clock(value: Any) -> Any:
    """A time of day as `09:00`; TOML's own local times are taken too."""
    if isinstance(value, str) and re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d", value):
        hour, minute = value.split(":")
        return time(int(hour), int(minute))
    if isinstance(value, time):
        return value
    raise ValueError('must be a time of day such as "09:00"')


def _one_line(value: str) -> str:
    if re.search(r"[\x00-\x1f\x7f]", value):
        raise ValueError("must be one line without control characters")
    return value


def _name(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", value):
        raise ValueError("must be lower-case letters, digits and hyphens, such as weekly")
    return value


def _host(value: str) -> str:
    try:
        ip_network(value.strip("[]"), strict=False)
    except ValueError as error:
        # A last part of digits would be an address: `10.0.0.300` is a slip, not a name.
        if not re.fullmatch(r"(?:[^\W_][\w-]{0,62}\.)*(?!\d+\.?$)[^\W_][\w-]{0,62}\.?", value):
            raise ValueError(
                "must be a host such as feeds.internal, or a network such as 10.1.0.0/16"
            ) from error
    return value


def _relative(value: str) -> str:
    path = PurePosixPath(value)
    if path.is_absolute() or ".." in path.parts:
        raise ValueError("must be a path inside the site")
    return path.as_posix()


def _some(value: tuple[T, ...]) -> tuple[T, ...]:
    if not value:
        raise ValueError("must have at least one")
    return value


# A validator of our own: pydantic's min_length counts the items that failed, and reports one fault as two.
Some = Annotated[tuple[T, ...], AfterValidator(_some)]
Line = Annotated[str, AfterValidator(_one_line)]
Name = Annotated[str, AfterValidator(_name)]
Zone = Annotated[str, AfterValidator(_zone)]
Address = Annotated[str, AfterValidator(_web_address)]
OptionalAddress = Annotated[str, AfterValidator(_web_address_or_none)]
OptionalMailbox = Annotated[str, AfterValidator(_mailbox_or_none)]
Clock = Annotated[time, BeforeValidator(_clock)]
Host = Annotated[str, AfterValidator(_host)]
Inside = Annotated[str, AfterValidator(_relative)]
MaybeInside = Annotated[str, AfterValidator(lambda value: value and _relative(value))]


class Table(BaseModel):
    """A table of config.toml: frozen, and nothing in it that we do not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=False)


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


class SectionTable(Table):
    """`[[editions.sections]]`: a section that comes before the ones made of tags."""

    tag: Line = Field(description="The tag that gathers the section.")
    title: Line = Field("", description="Its heading; the tag itself when empty.")
    titles: dict[str, Line] = Field(
        default_factory=dict, description="The heading in other languages, by language tag."
    )
    colour: Literal["", "teal", "blue", "plum", "ochre"] = Field("", description="The colour of its bar.")


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
    many_share: float = Field(0.03, ge=0, le=1, description="The share that goes with `many_units`.")
    some_units: int = Field(
        30,
        ge=1,
        le=100_000,
        description="New words that do where they are at least `some_share` of the text.",
    )
    some_share: float = Field(0.2, ge=0, le=1, description="The share that goes with `some_units`.")
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
    bulk_share: float = Field(
        0.1,
        ge=0,
        le=1,
        description="The share of the entries that were told before which may be updated at once.",
    )
    bulk_alike: int = Field(
        20, ge=0, le=100_000, description="Updates at once of the very same keys; more are told in one line."
    )


class ShortcodesTable(Table):
    """`[shortcodes]`: how shortcodes are read."""

    ignore: tuple[Line, ...] = Field((), description="Names to drop without a word.")


class EmailTable(Table):
    """`[email]`: what every mail keeps to."""

    warn_bytes: int = Field(75_000, ge=1_000, description="The mail's HTML warns over this size.")
    max_bytes: int = Field(100_000, ge=1_000, description="The mail's HTML is an error over this size.")
    image_width: int = Field(1200, ge=600, le=2400, description="Pixels of the widest image kept.")


Provider = Literal[
    "",
    "brevo",
    "fastmail",
    "gmail",
    "icloud",
    "mailersend",
    "mailgun",
    "mailjet",
    "migadu",
    "outlook",
    "postmark",
    "resend",
    "sendgrid",
    "ses",
    "smtp2go",
    "sparkpost",
    "zoho",
]


class DeliveryTable(Table):
    """`[delivery]`: how mail leaves; `DIGEST_SMTP_…` overrides the server's keys, secrets live only there."""

    transport: Literal["smtp", "folder", "sendmail"] = Field(
        "smtp",
        description="Whether `send` speaks SMTP, writes .eml files, or calls this machine's sendmail.",
    )
    provider: Provider = Field(
        "", description="A provider whose host, port, tls and user name are known; your own keys win."
    )
    region: Line = Field(
        "", description='Region of the provider, such as "eu-west-1" (ses) or "eu" (mailgun).'
    )
    host: Line = Field("", description="SMTP server; with none, a test mail is written as a file.")
    port: int = Field(587, ge=1, le=65_535, description="SMTP port.")
    tls: Literal["none", "starttls", "implicit"] = Field(
        "starttls", description="How the connection is sealed."
    )
    username: Line = Field(
        "", description="User name for AUTH; the password is in DIGEST_SMTP_PASSWORD(_FILE)."
    )
    timeout_seconds: int = Field(30, ge=1, le=600, description="How long a reply may take.")
    message_timeout_seconds: int = Field(
        600,
        ge=1,
        le=3600,
        description="How long the reply to a whole message may take (RFC 5321: ten minutes).",
    )
    folder: Inside = Field("var/mail", description='Folder of the .eml files of transport "folder".')
    sendmail: Line = Field("/usr/sbin/sendmail", description='The program of transport "sendmail".')
    connections: int = Field(10, ge=1, le=200, description="Connections side by side at most.")
    rate: float = Field(0, ge=0, le=100_000, description="Messages a second in all; 0 for no limit.")
    domain_rate: float = Field(
        0,
        ge=0,
        le=100_000,
        description="Messages a second to one domain; 0 for no limit, until a server asks for one (4.7.x).",
    )
    on_uncertain: Literal["resend", "hold"] = Field(
        "resend",
        description=(
            "What becomes of a message whose reply was lost: sent again under the same Message-ID, or held "
            "for `digest outbox` to decide."
        ),
    )
    retry_minutes: float = Field(
        5, gt=0, le=240, description="Minutes until a delivery that was put off is tried again; then doubled."
    )
    wait_minutes: float = Field(
        15, ge=0, le=1440, description="How long `send` waits for what was put off before it ends (exit 5)."
    )
    pause_bounce_percent: float = Field(
        5, ge=0, le=100, description="Sending pauses when more than so many percent do not exist …"
    )
    pause_bounce_first: int = Field(500, ge=1, le=100_000, description="… of the first so many addresses.")
    hold_complaint_percent: float = Field(
        0.25,
        ge=0,
        le=100,
        description=(
            "An issue is not sent when so many percent of its forerunner's readers called that spam, and "
            "three at least; mailbox providers block at 0.3."
        ),
    )


class ServeTable(Table):
    """`[serve]`: the reader's pages, as `digest serve` answers them."""

    url: OptionalAddress = Field(
        "",
        description=(
            "Where readers reach `digest serve`, in every link of a mail; site.base_url when empty. A path "
            "in it is the prefix of every page."
        ),
    )
    host: Line = Field("127.0.0.1", description="Address of this machine that is listened on.")
    port: int = Field(8121, ge=0, le=65_535, description="Port that is listened on; 0 takes a free one.")
    proxies: tuple[Host, ...] = Field(
        (),
        description=(
            "Addresses or networks of your own proxies: their X-Forwarded-For tells the reader's address, "
            "which limits how often one may ask. Nobody else's is believed."
        ),
    )
    hosts: tuple[Line, ...] = Field(
        (), description="Further names that may stand in the Host header, beside that of url and loopback."
    )
    public: bool = Field(True, description="Whether the public site is served, too.")
    confirmations_per_address: int = Field(
        3, ge=1, le=100, description="Confirmation mails that one address gets in a day at most."
    )
    requests_per_network: int = Field(
        20,
        ge=1,
        le=10_000,
        description="Subscriptions asked for in an hour from one network (IPv4 /24, IPv6 /48) at most.",
    )
    confirmations_per_hour: int = Field(
        500, ge=1, le=1_000_000, description="Confirmation mails in an hour in all; what is over waits."
    )


class BouncesTable(Table):
    """`[bounces]`: where returned mail arrives, and what it takes to stop mailing an address."""

    address: OptionalMailbox = Field(
        "",
        description=(
            "Mailbox of returned mail, such as b@bounces.example.org; mail to b+ANYTHING@… must reach it, "
            "too. Without one no return path tells whose a bounce is."
        ),
    )
    unsubscribe_address: OptionalMailbox = Field(
        "", description="Mailbox of unsubscribing by mail; that of bounces when empty."
    )
    imap_host: Line = Field("", description="IMAP server that `digest bounces poll` asks.")
    imap_port: int = Field(993, ge=1, le=65_535, description="Its port.")
    imap_tls: Literal["none", "starttls", "implicit"] = Field(
        "implicit", description="How the connection to it is sealed; none on this machine only."
    )
    imap_username: Line = Field("", description="User name; the password is in DIGEST_IMAP_PASSWORD(_FILE).")
    imap_folder: Line = Field("INBOX", description="Folder that is read.")
    imap_delete: bool = Field(
        False, description="Whether mail that was recorded is deleted there; it is only marked as read else."
    )
    lmtp: Line = Field(
        "",
        description=(
            "Where `digest serve` takes mail by LMTP, and `digest bounces listen` without --at: host:port on "
            "loopback, such as 127.0.0.1:8124. Empty: `serve` takes none."
        ),
    )
    hard_reports: int = Field(
        2, ge=1, le=10, description="Reports of different issues that an address is not there, to stop at."
    )
    soft_threshold: int = Field(
        5, ge=1, le=100, description="Score of temporary failures, at most 1 an issue, to stop at."
    )
    soft_days: int = Field(
        42, ge=42, le=365, description="Days after which a score that did not grow is forgotten."
    )
    max_suppressions: int = Field(
        100,
        ge=1,
        le=1_000_000,
        description=(
            "Addresses that returned mail may suppress in 24 hours; at the cap suppressing pauses, is told, "
            "and goes on by `digest bounces resume`. Complaints count, SMTP replies do not."
        ),
    )


class DkimTable(Table):
    """`[dkim]`: signing by ourselves, for a server that does not; the key is in `DIGEST_DKIM_KEY_FILE`."""

    domain: Line = Field(
        "", description="Domain that signs, that of the sender; with none, the server signs, as most do."
    )
    selector: Line = Field(
        "digest", description="Name of the key: its public half is at SELECTOR._domainkey.DOMAIN in the DNS."
    )


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

    site: SiteTable
    sources: Some[SourceTable]
    editions: Some[EditionTable]
    feeds: FeedsTable = FeedsTable()
    profile_roles: ProfileRolesTable = ProfileRolesTable()
    shortcodes: ShortcodesTable = ShortcodesTable()
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
    tags: TagsTable = TagsTable()
    news: NewsTable = NewsTable()
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
    def folders(self) -> tuple[SourceTable, ...]:
        """The sources that are folders, in their order."""
        return tuple(source for source in self.sources if source.kind != "feed")

    @property
    def subscriptions(self) -> tuple[SourceTable, ...]:
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
