"""RSS 2.0, Atom 1.0 and JSON Feed 1.1, of entries and of issues, for everything and for each tag."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, Final
from urllib.parse import quote

from digest.config import Config
from digest.model import EntryType, Issue, Notice, Reason
from digest.render import dossier, noticing
from digest.render.address import feed_url, issue_url, tag_url
from digest.render.kinds import away, dek_of, time_of
from digest.render.library import Library, Record, Tag
from digest.render.markdown import Medium
from digest.render.setting import Setting
from digest.render.theme import Theme
from digest.text.characters import legal
from digest.text.links import safe_url

_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""The date of a feed in which nothing has appeared yet: Atom wants one, and there is no clock here."""

_TEMPLATES: Final = {"rss": "feeds/rss.xml.j2", "atom": "feeds/atom.xml.j2"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedItem:
    """An entry or an issue in a feed; `id` is a tag: URI, `html` its full content with absolute addresses.

    `source` is the feed that a link came from, and `source_name` what that is called.
    """

    id: str
    url: str
    title: str
    summary: str
    html: str
    language: str
    published: datetime
    updated: datetime
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    image: str = ""
    source: str = ""
    source_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A feed: `updated` is the date of the newest issue in it."""

    id: str
    title: str
    description: str
    language: str
    home: str
    author: str
    updated: datetime
    items: tuple[FeedItem, ...]


def feeds(
    library: Library, theme: Theme, tag: Tag | None = None, made: dict[str, FeedItem] | None = None
) -> Iterator[tuple[str, str]]:
    """File name and text of every feed of everything, or of a tag; the newest items, up to `feed_items`.

    Args:
        made: items that a feed of the same library had already, by id; new ones are put there.
    """
    made = {} if made is None else made
    for name, channel in (
        ("entries", _entries(library, theme, tag, made)),
        ("issues", _issues(library, theme, tag, made)),
    ):
        for suffix, template in _TEMPLATES.items():
            file = f"{name}.{suffix}"
            text = theme.render(
                template,
                channel=channel,
                self_url=_address(file, library.config, tag),
                rfc822=rfc822,
                rfc3339=rfc3339,
            )
            yield file, legal(text)
        file = f"{name}.json"
        yield file, json_feed(channel, _address(file, library.config, tag))


def rfc822(at: datetime) -> str:
    """A date as RSS has it: `Mon, 26 Jan 2026 09:00:00 +0800`."""
    return format_datetime(_whole(at))


def rfc3339(at: datetime) -> str:
    """A date as Atom and JSON Feed have it: `2026-01-26T09:00:00+08:00`."""
    return _whole(at).isoformat(timespec="seconds")


def json_feed(channel: Channel, self_url: str) -> str:
    """A feed as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""
    table = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "home_page_url": channel.home,
        "feed_url": self_url,
        "description": channel.description,
        "language": channel.language,
        "authors": [{"name": channel.author}],
        "items": [_json_item(item) for item in channel.items],
    }
    return json.dumps(_cleaned(_full(table)), ensure_ascii=False, indent=1) + "\n"


def _json_item(item: FeedItem) -> dict[str, Any]:
    return _full(
        {
            "id": item.id,
            "url": item.url,
            "title": item.title,
            "content_html": item.html or "<p></p>",
            "summary": item.summary,
            "image": item.image,
            "date_published": rfc3339(item.published),
            "date_modified": rfc3339(item.updated),
            "authors": [{"name": name} for name in item.authors],
            "tags": list(item.tags),
            "language": item.language,
        }
    )


def _full(table: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in table.items() if value or key == "items"}


def _cleaned(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _cleaned(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_cleaned(each) for each in value]
    return legal(value)


def _whole(at: datetime) -> datetime:
    """A time whose offset both formats can write: zones of the 19th century have seconds in theirs."""
    offset = at.utcoffset() or timedelta()
    return at.astimezone(UTC) if offset.total_seconds() % 60 else at


def _entries(library: Library, theme: Theme, tag: Tag | None, made: dict[str, FeedItem]) -> Channel:
    setting = _setting(library, theme)
    items = []
    for record in (tag.records if tag else library.records)[: library.config.archive.feed_items]:
        uri = tag_uri(f"entries/{record.entry.key}", library.config)
        items.append(made.get(uri) or made.setdefault(uri, _entry(uri, record, setting)))
    return _channel("entries", "Articles", setting, tag, items)


def _issues(library: Library, theme: Theme, tag: Tag | None, made: dict[str, FeedItem]) -> Channel:
    setting = _setting(library, theme)
    items = []
    for issue in (tag.issues if tag else library.issues)[: library.config.archive.feed_items]:
        uri = tag_uri(f"issues/{issue.edition}/{issue.number}", library.config)
        items.append(made.get(uri) or made.setdefault(uri, _issue(uri, issue, setting)))
    return _channel("issues", "Issues", setting, tag, items)


def _channel(name: str, said: str, setting: Setting, tag: Tag | None, items: Sequence[FeedItem]) -> Channel:
    site = setting.config.site
    parts = (site.title, tag.title if tag else "", setting.words(said))
    return Channel(
        id=tag_uri(f"feeds/tags/{tag.key}/{name}" if tag else f"feeds/{name}", setting.config),
        title=" · ".join(part for part in parts if part),
        description=site.description or site.title,
        language=site.languages[0],
        home=tag_url(tag.key, setting.config) if tag else f"{site.base_url}/",
        author=site.title,
        updated=max((item.updated for item in items), default=_NEVER),
        items=tuple(items),
    )


def tag_uri(specific: str, config: Config) -> str:
    """A tag: URI (RFC 4151) under the site's authority: it stays when the address of the site changes."""
    authority = quote(config.authority, safe=",.-@:_", errors="replace")
    return f"tag:{authority}:{quote(specific, safe='/-._~', errors='replace')}"


def _entry(uri: str, record: Record, site: Setting) -> FeedItem:
    entry, issue, item = record.entry, record.newest.issue, record.newest.item
    setting = site.speaking(entry.language)
    profile = entry.type is EntryType.PROFILE
    is_link = entry.type is EntryType.LINK
    image = setting.lead_image(issue, entry)
    html = site.theme.render(
        "feeds/entry.html.j2",
        entry=entry,
        words=setting.words,
        image=image,
        role=dossier.role(entry) if profile else "",
        changes=setting.changes(item.changes),
        note=item.note,
        also=setting.also(entry),
        body=setting.body(issue, entry, Medium.FEED),
        quotes=setting.quotes_beside(entry),
        url=record.url,
        time=time_of(entry, item.minutes) if is_link else "",
        away=away(entry, setting.words, entry.source_name or entry.title) if is_link else "",
    )
    updated = item.reason is Reason.UPDATED
    return FeedItem(
        id=uri,
        url=record.url,
        title=f"{entry.title} · {setting.words('Updated', 'state')}" if profile and updated else entry.title,
        summary=dossier.role(entry) if profile else dek_of(entry),
        html=noticing.as_html(noticing.of_record(record, setting)) + html,
        language=entry.language,
        published=record.published,
        updated=_touched(record.updated, (each for _, each in site.library.said_of(record))),
        authors=_told(entry.authors) or _told((entry.source_name,)),
        tags=_told(spelling for _, spelling in site.library.tags_of(entry)),
        image=image.src if image else "",
        source=entry.feed if is_link and safe_url(entry.feed) else "",
        source_name=entry.source_name or entry.feed,
    )


def _issue(uri: str, issue: Issue, site: Setting) -> FeedItem:
    setting = Setting(site.library, site.theme, issue.language, absolute=True)
    url = issue_url(issue.edition, issue.number, site.config)
    first = issue.lead or next(iter(issue.items), None)
    image = setting.lead_image(issue, first.entry) if first else None
    html = site.theme.render(
        "feeds/issue.html.j2",
        issue=issue,
        words=setting.words,
        note=setting.note(issue),
        url=url,
        lead=setting.card(issue, issue.lead) if issue.lead else None,
        sections=[
            (section.title, [setting.card(issue, item) for item in section.items])
            for section in issue.sections
        ],
        profiles=[setting.card(issue, item) for item in issue.profiles],
        quotes=[setting.said(each.quote, issue.language, each.url) for each in issue.quotes],
        archive=[setting.card(issue, item) for item in issue.archive],
        overflow=[setting.card(issue, item) for item in issue.overflow],
        earlier=setting.ways(issue.earlier),
        bulk=len(issue.bulk),
    )
    number = setting.words("No. {number}", number=issue.number)
    return FeedItem(
        id=uri,
        url=url,
        title=f"{issue.subject} · {issue.title} {number}",
        summary=issue.preheader,
        html=noticing.as_html(noticing.of_issue(issue, setting)) + html,
        language=issue.language,
        published=issue.date,
        updated=_touched(issue.date, site.library.notices.get(issue.id, ())),
        authors=_told((issue.title,)),
        tags=_told(section.title for section in issue.sections),
        image=image.src if image else "",
    )


def _touched(at: datetime, notices: Iterable[Notice]) -> datetime:
    """When an item was published or corrected last."""
    return max((at, *(each.date for each in notices)))


def _told(names: Iterable[str]) -> tuple[str, ...]:
    """Names that say something: neither format takes an empty author or category."""
    return tuple(name for name in names if legal(name).strip())


def _setting(library: Library, theme: Theme) -> Setting:
    return Setting(library, theme, library.config.site.languages[0], absolute=True)


def _address(file: str, config: Config, tag: Tag | None) -> str:
    return feed_url(file, config, tag=tag.key if tag else "")
