"""What the web pages show of entries and issues, in the page's language."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cached_property
from html import escape
from typing import Final
from urllib.parse import urlsplit

from digest.config import Config
from digest.model import Change, Entry, EntryType, Issue, Item, Picture, Pointer, Quote, Reason, Stamp
from digest.render import dossier
from digest.render.address import asset_url, change_anchor, entry_url, issue_url, tag_url
from digest.render.cards import BADGES, Alteration, Badge, Card, Day, Image, IssueLine, Link, Name, Said, Way
from digest.render.kinds import alt_of, badge_of, dek_of, source_of, time_of
from digest.render.library import Library, Record, Tag
from digest.render.markdown import Medium, PictureSize, PictureView, render_body, render_note
from digest.render.telling import sentence, told
from digest.render.theme import Theme
from digest.text.characters import legal
from digest.text.excerpt import excerpt
from digest.text.links import safe_url
from digest.text.markup import plain_text
from digest.text.phrases import Phrases, match_language, phrases
from digest.text.scripts import primary, quoted, script_language

_TEXT_STYLE: Final = "\ufe0e"
_SPOKEN: Final = ("zh", "ko", "en")
_DEK: Final = 240
_VALUE: Final = 600
"""Cells of a value in a list of changes: the whole of it, unless it is a chapter."""


class Setting:
    """What a page is made with: the site, the theme, and the language that it speaks.

    With `absolute`, addresses keep scheme and host: what is made is read elsewhere, in a feed.
    """

    def __init__(self, library: Library, theme: Theme, language: str, *, absolute: bool = False) -> None:
        self.library = library
        self.config: Config = library.config
        self.theme = theme
        self.language = language
        self.absolute = absolute
        self.words: Phrases = phrases(language)

    def speaking(self, language: str) -> Setting:
        """The same for a page in another language; in the site's own where the interface lacks it."""
        own = language if primary(language) in _SPOKEN else self.config.site.languages[0]
        return Setting(self.library, self.theme, own, absolute=self.absolute)

    @cached_property
    def _base(self) -> str:
        return self.config.site.base_url

    def local(self, url: str) -> str:
        """An address on this site without scheme and host, so that pages work wherever they are served."""
        if not self.absolute and (url == self._base or url.startswith((self._base + "/", self._base + "#"))):
            return urlsplit(self._base).path + url[len(self._base) :]
        return url if safe_url(url) else ""

    def home(self) -> str:
        """The front page."""
        return self.local(f"{self._base}/")

    def page(self, path: str) -> str:
        """A page by its path."""
        return self.local(f"{self._base}/{path}")

    def day(self, at: datetime | Stamp, form: str = "medium") -> Day:
        """A day in words: that of an issue as it is, that of an entry in the site's zone."""
        if isinstance(at, Stamp):
            day: date = (at.at if at.day_only else at.at.astimezone(self.config.zone)).date()
            return Day(text=self.words.date(day, form), iso=day.isoformat())
        return Day(text=self.words.date(at.date(), form), iso=at.date().isoformat())

    def badge(self, entry: Entry) -> Badge:
        """What an entry wears."""
        sign, word, colour = BADGES[badge_of(entry)]
        return Badge(sign=sign + _TEXT_STYLE, word=self.words(word, "kind"), colour=colour)

    def tag(self, tag: Tag) -> Link:
        """A tag that leads to its page."""
        return Link(text=tag.title, url=self.local(tag_url(tag.key, self.config)), count=len(tag.records))

    def tags(self, entry: Entry) -> tuple[Link, ...]:
        """An entry's tags as it spells them; those that no sealed entry carries (in a draft) lead nowhere."""
        known = self.library.tags
        return tuple(
            Link(text=spelling, url=self.local(tag_url(key, self.config)) if key in known else "")
            for key, spelling in self.library.tags_of(entry)
        )

    def url(self, entry: Entry) -> str:
        """Where an entry is read."""
        return self.local(entry_url(entry, self.config))

    def image(self, issue: Issue, entry: Entry, src: str, alt: str) -> Image | None:
        """An entry's picture: the copy that travels with the issue, else the address if it is remote."""
        found = next((each for each in issue.pictures if (each.entry, each.src) == (entry.key, src)), None)
        if found and found.files:
            return self.picture(issue, found, alt)
        if src.startswith("https://") and safe_url(src):
            return Image(src=src, srcset="", width=0, height=0, alt=alt)
        return None

    def picture(self, issue: Issue, picture: Picture, alt: str) -> Image:
        """A picture in all its sizes."""
        urls = [(self.local(asset_url(issue, file.name, self.config)), file) for file in picture.files]
        url, widest = urls[-1]
        srcset = ", ".join(f"{url} {file.width}w" for url, file in urls) if len(urls) > 1 else ""
        return Image(src=url, srcset=srcset, width=widest.width, height=widest.height, alt=alt or picture.alt)

    def body(self, issue: Issue, entry: Entry, medium: Medium) -> str:
        """An entry's body as HTML, with its pictures as they travel with the issue."""
        if not entry.body.strip():
            return ""
        html = render_body(
            dataclasses.replace(entry, body=legal(entry.body)),
            theme=self.theme,
            medium=medium,
            language=self.language,
            base_url=entry_url(entry, self.config),
            pictures=self.views(issue, entry),
            ignore=self.config.shortcodes.ignore,
            references=self.library.references,
        ).html
        if medium is not Medium.WEB:
            return html
        # A block of code that scrolls must be reachable by keys (WCAG 2.1.1).
        return self._served_here(html).replace("<pre>", '<pre tabindex="0">')

    def _served_here(self, html: str) -> str:
        """Cleaned HTML whose own links and pictures have lost scheme and host, as `local` does it."""
        own, here = escape(self._base), escape(urlsplit(self._base).path)
        named = re.compile(rf'(?<=[", ]){re.escape(own)}(?=[/#])')
        address = re.compile(r' (?:href|src|srcset)="[^"]*"')
        return re.sub(
            r"<[a-z][^<>]*>",
            lambda tag: address.sub(lambda found: named.sub(lambda _: here, found[0]), tag[0]),
            html,
        )

    def note(self, issue: Issue) -> str:
        """The editor's note as HTML."""
        if not issue.note.strip():
            return ""
        base = issue_url(issue.edition, issue.number, self.config)
        return render_note(legal(issue.note), theme=self.theme, language=self.language, base_url=base)

    def views(self, issue: Issue, entry: Entry) -> dict[str, PictureView]:
        """An entry's own pictures, by the addresses that its text has for them."""
        return {
            each.src: self._view(issue, each)
            for each in issue.pictures
            if each.entry == entry.key and each.files
        }

    def _view(self, issue: Issue, picture: Picture) -> PictureView:
        sizes = tuple(
            PictureSize(url=asset_url(issue, file.name, self.config), width=file.width, height=file.height)
            for file in picture.files
        )
        widest = sizes[-1]
        return PictureView(
            url=widest.url, width=widest.width, height=widest.height, alt=picture.alt, sizes=sizes
        )

    def lead_image(self, issue: Issue, entry: Entry) -> Image | None:
        """The picture at an entry's head."""
        return self.image(issue, entry, entry.image.src, alt_of(entry)) if entry.image else None

    def minutes(self, entry: Entry, minutes: int) -> str:
        """How long it takes, in the entry's own language; empty for a link that does not say."""
        return time_of(entry, minutes)

    def name(self, text: str) -> Name:
        """A name of a source or an edition, which may be in another language than the page."""
        return Name(text=text, language=script_language(text, self.language))

    def said(self, quote: Quote, language: str, url: str = "") -> Said:
        """A quote as it is shown; `language` is that of its entry."""
        return Said(
            text=quoted(quote.text, quote.language or language),
            language=quote.language or language,
            by=quote.by,
            source=quote.source,
            topic=quote.topic,
            url=self.local(url),
        )

    def quotes_beside(self, entry: Entry, told: Iterable[str] = ()) -> list[Said]:
        """An entry's quotes that neither its text nor what is `told` beside it holds already."""
        body = _letters(" ".join((plain_text(entry.body), *told))) if entry.quotes else ""
        return [self.said(each, entry.language) for each in entry.quotes if _letters(each.text) not in body]

    def change(self, change: Change) -> Alteration:
        """A change in reader's words, each of its values."""
        row = told(change, self.words, cells=_VALUE)
        return Alteration(
            operation=row.operation,
            sign=row.sign,
            word=row.word,
            field=row.field,
            old=tuple(old for old, _ in row.pairs if old),
            new=tuple(new for _, new in row.pairs if new),
            pairs=row.pairs,
            said=sentence(change, self.words),
        )

    def changes(self, changes: Sequence[Change]) -> tuple[Alteration, ...]:
        """Changes in reader's words."""
        return tuple(self.change(each) for each in changes)

    def card(self, issue: Issue, item: Item) -> Card:
        """An item as its issue shows it."""
        entry = item.entry
        is_profile = entry.type is EntryType.PROFILE
        name, original = dossier.names(entry) if is_profile else (entry.title, "")
        foreign = match_language(entry.language) != self.words.language
        return Card(
            title=name,
            url=self.url(entry),
            language=entry.language,
            badge=self.badge(entry),
            source=self.name(source_of(entry)),
            day=self._card_day(entry.date, issue) if entry.date else None,
            dek=excerpt(dossier.role(entry) if is_profile else dek_of(entry), _DEK),
            time=self.minutes(entry, item.minutes),
            time_language=phrases(entry.language).language,
            code=primary(entry.language).upper() if foreign else "",
            tags=self.tags(entry)[:3],
            picture=self.lead_image(issue, entry),
            updated=item.reason is Reason.UPDATED,
            note=item.note,
            is_profile=is_profile,
            original=original,
            original_language=script_language(original, entry.language),
            initials=dossier.initials(original or name),
            changes=self.changes(item.changes),
            anchor=change_anchor(item),
            also=self.also(entry),
            mentions=self.ways(item.mentions),
        )

    def _card_day(self, stamp: Stamp, issue: Issue) -> Day:
        """An entry's day, with its year where that is not its issue's."""
        return self.day(stamp, "short" if stamp.at.year == issue.date.year else "medium")

    def also(self, entry: Entry) -> tuple[Way, ...]:
        """Where else a story stands."""
        return tuple(
            Way(text=each.name, language=script_language(each.name, self.language), url=self.local(each.url))
            for each in entry.also
            if each.name and self.local(each.url)
        )

    def way(self, record: Record) -> Way:
        """An entry as last published, and the issue that it was in."""
        entry = record.entry
        return Way(
            text=dossier.names(entry)[0] if entry.type is EntryType.PROFILE else entry.title,
            language=entry.language if primary(entry.language) != primary(self.language) else "",
            url=self.local(record.url),
            beside=self.words("No. {number}", number=record.newest.issue.number),
        )

    def ways(self, pointers: Iterable[Pointer]) -> tuple[Way, ...]:
        """Other entries, and of earlier articles the issue that they were in."""
        return tuple(
            Way(
                text=each.title,
                language=each.language if primary(each.language) != primary(self.language) else "",
                url=self.local(each.url),
                beside=self.words("No. {number}", number=each.number)
                if each.number and each.type is not EntryType.PROFILE
                else "",
            )
            for each in pointers
        )

    def line(self, issue: Issue) -> IssueLine:
        """An issue in the list of issues."""
        first = issue.lead or next(iter(issue.items), None)
        return IssueLine(
            title=issue.subject,
            language=issue.language,
            url=self.local(issue_url(issue.edition, issue.number, self.config)),
            edition=issue.title,
            number=issue.number,
            year=issue.date.year,
            day=self.day(issue.date),
            short_day=self.day(issue.date, "short"),
            articles=len(issue.items) + len(issue.overflow),
            minutes=issue.minutes,
            topics=tuple(section.title for section in issue.sections)[:4],
            preheader=issue.preheader,
            contents=tuple(
                Link(text=item.entry.title, url=self.url(item.entry)) for item in issue.everything
            ),
            picture=self.lead_image(issue, first.entry) if first else None,
        )


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text)
