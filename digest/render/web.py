"""The web pages: home, issue, entry, profile, tags and the page for what is not there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from digest.config import Config
from digest.model import EntryType, Issue, Reason
from digest.render import dossier, noticing
from digest.render.address import feed_url, issue_url, tag_url
from digest.render.cards import Alteration, IssueLine, NoticeView
from digest.render.library import Library, Record, Tag
from digest.render.markdown import Medium
from digest.render.pointing import people
from digest.render.setting import Setting
from digest.render.theme import Theme
from digest.text.excerpt import excerpt
from digest.text.scripts import script_language

FEEDS: Final = {
    "rss": ("RSS", "application/rss+xml"),
    "atom": ("Atom", "application/atom+xml"),
    "json": ("JSON Feed", "application/feed+json"),
}
"""Format of a feed → its name and media type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed to be found: `<link rel="alternate">`, and the links for people."""

    title: str
    type: str
    format: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a page says of itself; `url` is absolute, and empty for the page of what is not there."""

    title: str
    description: str
    url: str
    feeds: tuple[Feed, ...]
    type: str = "website"
    image: str = ""
    current: str = ""


def feeds(setting: Setting, tag: Tag | None = None) -> tuple[Feed, ...]:
    """The feeds of everything or of a tag: of entries and of issues, in each format."""
    site = setting.config.site.title
    name = f"{site} · {tag.title}" if tag else site
    return tuple(
        Feed(
            title=f"{name} · {setting.words(what)} · {said}",
            type=media,
            format=said,
            url=setting.local(feed_url(f"{file}.{suffix}", setting.config, tag=tag.key if tag else "")),
        )
        for what, file in (("Articles", "entries"), ("Issues", "issues"))
        for suffix, (said, media) in FEEDS.items()
    )


def issue_page(
    issue: Issue,
    theme: Theme,
    config: Config,
    *,
    previous: Issue | None = None,
    following: Issue | None = None,
    library: Library | None = None,
    inline_style: bool = True,
) -> str:
    """The web page of an issue, sealed or draft.

    Args:
        library: what the site holds; only this issue when absent.
        inline_style: whether the page carries its style sheet, so that it stands alone (in a preview).
    """
    shelf = library or Library((issue,), config)
    setting = Setting(shelf, theme, issue.language)
    first = issue.lead or next(iter(issue.items), None)
    image = setting.lead_image(issue, first.entry) if first else None
    head = Head(
        title=f"{issue.subject} · {issue.title} {setting.words('No. {number}', number=issue.number)}",
        description=issue.preheader,
        url=issue_url(issue.edition, issue.number, config),
        feeds=feeds(setting),
        type="article",
        image=_absolute(image.src, setting) if image else "",
    )
    return _page(
        "web/issue.html.j2",
        setting,
        head,
        inline_style=inline_style,
        notices=noticing.of_issue(issue, setting),
        issue=issue,
        tagline=setting.name(issue.tagline),
        day=setting.day(issue.date, "long"),
        note=setting.note(issue),
        lead=setting.card(issue, issue.lead) if issue.lead else None,
        sections=[
            (section, _tag_link(section.key, setting), [setting.card(issue, item) for item in section.items])
            for section in issue.sections
        ],
        profiles=[setting.card(issue, item) for item in issue.profiles],
        quotes=[setting.said(each.quote, issue.language, each.url) for each in issue.quotes],
        archive=[setting.card(issue, item) for item in issue.archive],
        overflow=[setting.card(issue, item) for item in issue.overflow],
        people=setting.ways(people(issue)),
        earlier=setting.ways(issue.earlier),
        bulk=[setting.card(issue, item) for item in issue.bulk],
        previous=setting.line(previous) if previous else None,
        following=setting.line(following) if following else None,
    )


def withdrawn_issue(issue: Issue, library: Library, theme: Theme) -> str:
    """The page of an issue that was withdrawn: when and why, and nothing of what stood there."""
    setting = Setting(library, theme, issue.language)
    title = f"{issue.title} {setting.words('No. {number}', number=issue.number)}"
    url = issue_url(issue.edition, issue.number, library.config)
    return _withdrawn(title, issue.language, url, setting, noticing.of_issue(issue, setting))


def withdrawn_entry(record: Record, library: Library, theme: Theme) -> str:
    """The page of an entry whose only issues were withdrawn."""
    entry = record.entry
    setting = Setting(library, theme, "").speaking(entry.language)
    notices = noticing.of_record(record, setting)
    return _withdrawn(entry.title, entry.language, record.url, setting, notices)


def _withdrawn(title: str, language: str, url: str, setting: Setting, notices: tuple[NoticeView, ...]) -> str:
    head = Head(title=title, description="", url=url, feeds=feeds(setting))
    return _page(
        "web/withdrawn.html.j2", setting, head, notices=notices, title=title, title_language=language
    )


def home(library: Library, theme: Theme) -> str:
    """The front page: the latest issue, and all of them by year."""
    setting = _setting(library, theme)
    site = library.config.site
    lines = [setting.line(issue) for issue in library.issues]
    head = Head(
        title=site.title,
        description=site.description,
        url=f"{site.base_url}/",
        feeds=feeds(setting),
        current="home",
    )
    return _page(
        "web/home.html.j2",
        setting,
        head,
        tagline=setting.name(site.description),
        latest=lines[0] if lines else None,
        years=[(year, list(of_year)) for year, of_year in groupby(lines, key=lambda line: line.year)],
        several=len({issue.edition for issue in library.issues}) > 1,
        topics=[setting.tag(tag) for tag in library.tags.values()][:12],
    )


def entry_page(record: Record, library: Library, theme: Theme) -> str:
    """The page of an article, in full."""
    entry, newest = record.entry, record.newest
    setting = Setting(library, theme, "").speaking(entry.language)
    image = setting.lead_image(newest.issue, entry)
    return _page(
        "web/entry.html.j2",
        setting,
        _entry_head(record, setting, image.src if image else ""),
        notices=noticing.of_record(record, setting),
        entry=entry,
        badge=setting.badge(entry),
        source=setting.name(entry.source_name),
        day=setting.day(entry.date) if entry.date else None,
        updated=setting.day(entry.updated) if entry.updated else None,
        time=setting.minutes(entry, newest.item.minutes),
        image=image,
        body=setting.body(newest.issue, entry, Medium.WEB),
        quotes=setting.quotes_beside(entry),
        tags=setting.tags(entry),
        source_url=setting.local(entry.source_url),
        also=setting.also(entry),
        people=setting.ways(newest.item.mentions),
        related=setting.ways(newest.item.related),
        history=_history(record, setting),
        appearances=[setting.line(each.issue) for each in record.appearances],
    )


def profile_page(record: Record, library: Library, theme: Theme) -> str:
    """The page of a profile, in full, with its history."""
    entry, newest = record.entry, record.newest
    setting = Setting(library, theme, "").speaking(entry.language)
    photo = setting.lead_image(newest.issue, entry)

    def resolve(slug: str) -> tuple[str, str] | None:
        found = library.profile_urls.get(slug)
        return (dossier.names(found.entry)[0], setting.local(found.url)) if found else None

    read = dossier.dossier(
        entry, setting.words, resolve, used(setting.config), library.config.profile_roles.related
    )
    told = [row.head.text for group in read.groups for row in group.rows if row.quote]
    return _page(
        "web/profile.html.j2",
        setting,
        _entry_head(record, setting, photo.src if photo else ""),
        notices=noticing.of_record(record, setting),
        entry=entry,
        badge=setting.badge(entry),
        dossier=read,
        original_language=script_language(read.original, entry.language),
        photo=photo,
        photo_credit=str(entry.fields.get("photo_credit") or ""),
        body=setting.body(newest.issue, entry, Medium.WEB),
        quotes=setting.quotes_beside(entry, told),
        tags=setting.tags(entry),
        local=setting.local,
        people=setting.ways(newest.item.mentions),
        mentioned=[
            setting.way(each) for each in library.mentioning.get(entry.key, ()) if each.entry.key != entry.key
        ],
        history=_history(record, setting),
    )


def _history(record: Record, setting: Setting) -> list[tuple[IssueLine, str, str, tuple[Alteration, ...]]]:
    """Each appearance of an entry, the newest first: its issue, what it was there, the note, what changed."""
    profile = record.entry.type is EntryType.PROFILE
    new = setting.words("New profile") if profile else setting.words("First published")
    return [
        (
            setting.line(each.issue),
            setting.words("Updated", "state") if each.item.reason is Reason.UPDATED else new,
            each.item.note,
            setting.changes(each.item.changes),
        )
        for each in record.appearances
    ]


def used(config: Config) -> frozenset[str]:
    """Keys of `[profile_roles]` that say what stands at the head of a profile's page."""
    table = config.profile_roles
    heads = (table.name, table.native_name, table.role, table.organization, table.photo)
    return frozenset(key for keys in heads for key in keys if "." not in key)


def profiles_page(library: Library, theme: Theme) -> str:
    """The list of profiles, by name."""
    setting = _setting(library, theme)
    cards = [setting.card(each.newest.issue, each.newest.item) for each in library.profiles]
    return _page(
        "web/profiles.html.j2",
        setting,
        _list_head(setting, setting.words("Profiles"), "profiles/", "profiles"),
        cards=sorted(cards, key=lambda card: (card.title.casefold(), card.title, card.url)),
    )


def tags_page(library: Library, theme: Theme) -> str:
    """The list of tags, those of the most entries first."""
    setting = _setting(library, theme)
    return _page(
        "web/tags.html.j2",
        setting,
        _list_head(setting, setting.words("Tags"), "tags/", "tags"),
        tags=[setting.tag(tag) for tag in library.tags.values()],
    )


def tag_page(tag: Tag, library: Library, theme: Theme) -> str:
    """What carries a tag, the newest first."""
    setting = _setting(library, theme)
    found = feeds(setting, tag)
    head = Head(
        title=f"{tag.title} · {library.config.site.title}",
        description=setting.words.plural("{n} item", "{n} items", len(tag.records)),
        url=tag_url(tag.key, library.config),
        feeds=found,
        current="tags",
    )
    return _page(
        "web/tag.html.j2",
        setting,
        head,
        tag=tag,
        cards=[setting.card(each.newest.issue, each.newest.item) for each in tag.records],
        found=found,
    )


def missing_page(library: Library, theme: Theme) -> str:
    """What a server shows where there is no page."""
    setting = _setting(library, theme)
    head = Head(title=setting.words("There is no such page"), description="", url="", feeds=())
    return _page("web/404.html.j2", setting, head)


def style(theme: Theme) -> str:
    """The style sheet of the pages."""
    return theme.style("web/style.css")


def _page(
    template: str,
    setting: Setting,
    head: Head,
    *,
    inline_style: bool = False,
    notices: tuple[NoticeView, ...] = (),
    **values: Any,
) -> str:
    site = setting.config.site
    return setting.theme.render(
        template,
        head=head,
        language=setting.language,
        words=setting.words,
        # The site's title is in the site's own language, whatever the page speaks.
        site_language=site.languages[0],
        site=site,
        home=setting.home(),
        nav=tuple(_nav(setting)),
        stylesheet=setting.page("style.css"),
        style=style(setting.theme) if inline_style else "",
        notices=notices,
        **values,
    )


def _nav(setting: Setting) -> Iterator[tuple[str, str, str]]:
    yield "home", setting.words("Issues"), setting.home()
    if setting.library.tags:
        yield "tags", setting.words("Tags"), setting.page("tags/")
    if setting.library.profiles:
        yield "profiles", setting.words("Profiles"), setting.page("profiles/")
    yield "feeds", "RSS", setting.local(feed_url("entries.rss", setting.config))


def _setting(library: Library, theme: Theme) -> Setting:
    return Setting(library, theme, library.config.site.languages[0])


def _list_head(setting: Setting, title: str, path: str, current: str) -> Head:
    site = setting.config.site
    return Head(
        title=f"{title} · {site.title}",
        description=site.description,
        url=f"{site.base_url}/{path}",
        feeds=feeds(setting),
        current=current,
    )


def _entry_head(record: Record, setting: Setting, image: str) -> Head:
    entry = record.entry
    profile = entry.type is EntryType.PROFILE
    return Head(
        title=f"{entry.title} · {setting.config.site.title}",
        description=excerpt(dossier.role(entry) if profile else entry.description, 300),
        url=record.url,
        feeds=feeds(setting),
        type="profile" if profile else "article",
        image=_absolute(image, setting) if image else "",
        current="profiles" if profile else "",
    )


def _absolute(url: str, setting: Setting) -> str:
    if url.startswith("/"):
        return setting.config.site.base_url.removesuffix(setting.home().rstrip("/")) + url
    return url


def _tag_link(key: str, setting: Setting) -> str:
    return setting.local(tag_url(key, setting.config)) if key in setting.library.tags else ""


def neighbours(issue: Issue, issues: Sequence[Issue]) -> tuple[Issue | None, Issue | None]:
    """The issues of the same edition before and after an issue."""
    run = sorted((each for each in issues if each.edition == issue.edition), key=lambda each: each.number)
    place = [each.number for each in run].index(issue.number)
    return (run[place - 1] if place else None), (run[place + 1] if place + 1 < len(run) else None)
