"""From an issue to what its mail shows, in the words of one language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import Final

from digest.config import Config
from digest.model import (
    Change,
    Entry,
    EntryType,
    Issue,
    IssueQuote,
    Item,
    Parts,
    Pointer,
    Reason,
    Section,
    Stamp,
)
from digest.render import dossier
from digest.render.address import change_anchor, feed_url, issue_url
from digest.render.cards import BADGES
from digest.render.imaging import LEAD, THUMB, Images
from digest.render.kinds import away, badge_of, dek_of, source_of, time_of
from digest.render.mail import (
    Action,
    Badge,
    Card,
    Group,
    Mail,
    Pill,
    Profile,
    Row,
    Said,
    Variants,
    Way,
    Words,
)
from digest.render.pointing import people
from digest.render.tallies import Tallies
from digest.render.telling import sentences, told
from digest.text.excerpt import excerpt as fresh_excerpt
from digest.text.links import safe_url
from digest.text.phrases import phrases
from digest.text.scripts import primary, quoted, script_language
from digest.text.tags import tag_key

excerpt: Final = lru_cache(maxsize=8192)(fresh_excerpt)
"""As digest.text.excerpt, remembered: the same texts are cut again for the text part and every language."""

DEK: Final = 240
"""Cells of a card's description: 120 Han or 240 Latin characters."""
ROWS: Final = 4
"""Changes of a profile that are shown; the others are counted."""
LISTED: Final = 12
"""Items of "more on the web" that are listed; the others are counted."""
QUOTES: Final = 3
EARLIER: Final = 3
"""Earlier articles that the mail names."""
_SOURCE: Final = 44
_CREDIT: Final = 80
_TAG: Final = 30
_VALUE: Final = 100
_QUOTE: Final = 360

_ACTIONS: Final = {
    "podcast": ("Listen to the episode", True),
    "video": ("Watch the video", True),
    "interview": ("Read the interview", False),
    "wiki": ("Read the wiki page", False),
    "quotes": ("Read the quotes", False),
    "paper": ("Read the paper", True),
}
"""Kind → what the lead's button says, and whether it opens the source, where there is one."""

_CODES: Final = {"zh": "中", "ko": "한", "ja": "日"}
_TEXT_STYLE: Final = "\ufe0e"


def mail(issue: Issue, config: Config, language: str, parts: Parts | None = None) -> Mail:
    """What the mail of an issue shows in one of its languages: to all, or each variant of `parts`."""
    return _Mailing(issue, config, language, parts).mail()


def whole(issue: Issue) -> bool:
    """Whether a mail ends with a word about the whole issue: whom it names, what was touched in a sweep."""
    return bool(people(issue) or issue.bulk)


class _Mailing:
    """One issue, one language."""

    def __init__(self, issue: Issue, config: Config, language: str, parts: Parts | None) -> None:
        self.issue = issue
        self.config = config
        self.parts = parts
        self.numbers = {item.entry.key: number for number, item in enumerate(issue.everything)}
        self.words = phrases(language)
        self.language = _other(self.words.language, language) or language
        self.edition = next((each for each in config.editions if each.name == issue.edition), None)
        self.images = Images(issue, config)
        self.tallies = Tallies(issue, self.words, parts)
        self.places = {item.entry.key: item.entry for item in issue.everything}

    def mail(self) -> Mail:
        issue, words = self.issue, self.words
        groups = tuple(self._group(number, each) for number, each in enumerate(issue.sections))
        quotes, overflow = (None, None) if self.parts else (QUOTES, LISTED)
        titles = self.tallies.profiles_titles()
        return Mail(
            issue=issue,
            words=words,
            language=self.language,
            foreign=_other(issue.language, self.language),
            number=words("No. {number}", number=issue.number),
            day=words.date(issue.date, "long"),
            tagline=self._said(issue.tagline),
            web_url=issue_url(issue.edition, issue.number, self.config),
            feed_url=feed_url("issues.rss", self.config),
            postal_address=self._said(self.config.site.postal_address),
            item_counts=self.tallies.counted("n", len(issue.items), "{n} item", "{n} items"),
            minute_counts=self.tallies.minutes(),
            pills=self._pills(groups, titles),
            leads=tuple(self._lead(each) for each in self._leads()),
            groups=groups,
            profiles=tuple(self._profile(place, each) for place, each in enumerate(issue.profiles)),
            profiles_places=self.tallies.places(len(groups)),
            profiles_titles=titles,
            profiles_counts=self.tallies.profiles_counts(),
            quotes=tuple(self._quote(number, each) for number, each in enumerate(issue.quotes[:quotes])),
            overflow=tuple(self._card(each) for each in issue.overflow[:overflow]),
            overflow_more=self.tallies.counted(
                "o", len(issue.overflow) - LISTED, "{n} more on the web", "{n} more on the web"
            ),
            archive=tuple(self._card(each) for each in issue.archive),
            bulk=self._bulk(),
            people=tuple(self._way(each) for each in people(issue)),
            earlier=tuple(self._way(each) for each in issue.earlier[:EARLIER]),
            quiet=self._quiet(),
        )

    def _quiet(self) -> Mapping[str, tuple[str, ...]]:
        """What stands at the end, and whether first or next."""
        issue = self.issue
        there = {"a": issue.archive, "o": issue.overflow, "e": issue.earlier, "w": whole(issue)}
        names = (name for name, each in there.items() if each)
        return {name: self.tallies.places(place) for place, name in enumerate(names)}

    def _bulk(self) -> str:
        """One line for what was touched in a sweep; empty where nothing was."""
        count = len(self.issue.bulk)
        if not count:
            return ""
        return self.words.plural(
            "{n} entry was re-filed or touched up, without news",
            "{n} entries were re-filed or touched up, without news",
            count,
        )

    def _way(self, pointer: Pointer) -> Way:
        beside = self.words("No. {number}", number=pointer.number)
        is_earlier = pointer.number and pointer.type is not EntryType.PROFILE
        return Way(
            text=self._said(excerpt(pointer.title, _CREDIT)),
            url=pointer.url,
            beside=beside if is_earlier else "",
        )

    def _leads(self) -> tuple[Item, ...]:
        """Who leads; where the mail is spliced, everybody who may."""
        if self.parts:
            return tuple(self.issue.everything[number] for number in self.parts.leads)
        return (self.issue.lead,) if self.issue.lead else ()

    def _pills(self, groups: tuple[Group, ...], profiles: Variants) -> tuple[Pill, ...]:
        issue = self.issue
        pills = [
            Pill(
                part=each.part,
                titles=((each.part, excerpt(each.title.text, _TAG)),),
                language=each.title.language,
                counts=self.tallies.numbers(each.part, each.number),
                anchor=each.anchor,
            )
            for each in groups
        ]
        quotes = (("q", self.words("Quotes")),)
        for part, titles, count, anchor in (
            ("p", profiles, len(issue.profiles), "profiles"),
            ("q", quotes, min(QUOTES, len(issue.quotes)), "quotes"),
        ):
            if count:
                counts = self.tallies.numbers(part, count)
                pills.append(Pill(part=part, titles=titles, language="", counts=counts, anchor=anchor))
        return tuple(pills)

    def _group(self, number: int, section: Section) -> Group:
        part = f"g:{number}"
        return Group(
            part=part,
            places=self.tallies.places(number),
            # The same whatever else a reader gets; of letters that every mail program takes in an id.
            anchor=f"s{sha256(section.key.encode()).hexdigest()[:6]}",
            title=self._said(self._section_title(section)),
            colour=section.colour,
            counts=self.tallies.counted(part, len(section.items), "{n} item", "{n} items"),
            number=len(section.items),
            cards=tuple(self._card(each, place) for place, each in enumerate(section.items)),
        )

    def _section_title(self, section: Section) -> str:
        """The heading in this language, where the editor or config.toml gives one."""
        if self.language in section.titles:
            return section.titles[self.language]
        if self.language != self.issue.language and self.edition:
            for table in self.edition.sections:
                if tag_key(table.tag) == section.key:
                    return table.titles.get(self.language) or section.title
        return section.title

    def _lead(self, item: Item) -> Card:
        return self._card(item, leads=True)

    def _card(self, item: Item, place: int = 0, *, leads: bool = False) -> Card:
        entry = item.entry
        setting = self.edition.full_text if self.edition else "never"
        written = bool(entry.body.strip()) and entry.type is not EntryType.LINK
        full = written and (setting == "always" or (setting == "lead" and leads))
        foreign = primary(entry.language) != primary(self.language)
        return Card(
            part=f"{'lead' if leads else 'i'}:{self.numbers[entry.key]}",
            places=self.tallies.places(place),
            entry=entry,
            place=entry.place("title"),
            dek_place=entry.place("description"),
            title=entry.title,
            url=item.url,
            language=entry.language,
            badge=self._badge(entry),
            updated=item.reason is Reason.UPDATED,
            source=self._said(excerpt(source_of(entry), _SOURCE)),
            day=self._day(entry),
            dek=excerpt(dek_of(entry), DEK),
            reading=Said(
                text=time_of(entry, item.minutes),
                language=_other(phrases(entry.language).language, entry.language),
            ),
            code=_code(entry.language) if foreign else "",
            tags=tuple(_tag(excerpt(tag, _TAG), entry.language) for tag in entry.tags[:3]),
            image=self.images.of(entry, LEAD if leads else THUMB),
            action=self._action(item, full=full),
            level=2 if leads else 3,
            full=full,
            news=sentences(item.changes, self.words),
            note=excerpt(item.note, DEK),
            also=tuple(
                Way(text=self._said(excerpt(each.name, _SOURCE)), url=each.url)
                for each in entry.also
                if each.name and safe_url(each.url)
            ),
        )

    def _said(self, text: str) -> Said:
        return _said(text, self.language)

    def _badge(self, entry: Entry) -> Badge:
        sign, word, colour = BADGES[badge_of(entry)]
        return Badge(colour=colour, sign=sign + _TEXT_STYLE, word=self.words(word, "kind"))

    def _day(self, entry: Entry, form: str = "short") -> str:
        """The entry's date, with its year where that is not the issue's."""
        stamp = entry.date or entry.updated
        if stamp is None:
            return ""
        day = self._local(stamp)
        return self.words.date(day, form if day.year == self.issue.date.year else "medium")

    def _local(self, stamp: Stamp) -> date:
        return stamp.at.date() if stamp.day_only else stamp.at.astimezone(self.config.zone).date()

    def _action(self, item: Item, *, full: bool) -> Action:
        entry = item.entry
        words = self.words
        if entry.type is EntryType.LINK and entry.source_name:
            return Action(text=away(entry, words, excerpt(entry.source_name, _SOURCE)), url=item.url)
        message, outside = _ACTIONS.get(entry.kind, ("Read the article", False))
        leads = (
            outside and entry.source_url.startswith(("https://", "http://")) and safe_url(entry.source_url)
        )
        if full and not leads:
            return Action(text=words("View in browser"), url=item.url)  # all of it stands here already
        return Action(text=words(message), url=entry.source_url if leads else item.url)

    def _profile(self, place: int, item: Item) -> Profile:
        entry = item.entry
        name, original = dossier.names(entry)
        is_new = item.reason is Reason.NEW
        stamp = entry.updated or entry.date
        rows = [self._row(each, entry) for each in item.changes[:ROWS]]
        web_url = issue_url(self.issue.edition, self.issue.number, self.config)
        return Profile(
            part=f"i:{self.numbers[entry.key]}",
            places=self.tallies.places(place),
            entry=entry,
            place=entry.place("title"),
            url=item.url,
            language=entry.language,
            name=name,
            original=_said(original, entry.language),
            initials=dossier.initials(original or name),
            photo=self.images.of(entry, 56),
            role=excerpt(dossier.role(entry), DEK),
            state=self.words("New profile") if is_new else self.words("Updated", "state"),
            is_new=is_new,
            day=self.words.date(self._local(stamp), "medium") if stamp else "",
            note=excerpt(item.note, DEK),
            rows=tuple(row for row, _ in rows),
            more=self._others(item.changes[ROWS:]),
            more_url=f"{web_url}#{change_anchor(item)}"
            if len(item.changes) > ROWS or any(is_cut for _, is_cut in rows)
            else "",
        )

    def _others(self, changes: Sequence[Change]) -> str:
        """The changes that have no row: how many, and what the first of them are."""
        if not changes:
            return ""
        many = self.words.plural("{n} more change", "{n} more changes", len(changes))
        return self.words("{label}: {value}", label=many, value=sentences(changes, self.words, 2))

    def _row(self, change: Change, entry: Entry) -> tuple[Row, bool]:
        """A change as a row, and whether anything of it is left out."""
        row = told(change, self.words, cells=_VALUE, most=2 if change.old and change.new else 3)
        shown = Row(
            place=change.position or entry.position,
            operation=row.operation,
            sign=row.sign,
            word=row.word,
            label=row.field,
            values=row.pairs,
            more=row.more,
        )
        return shown, row.is_cut

    def _quote(self, number: int, each: IssueQuote) -> Words:
        quote = each.quote
        entry = self.places.get(each.entry)
        language = quote.language or (entry.language if entry else self.language)
        return Words(
            part=f"q:{number}",
            text=quoted(excerpt(quote.text, _QUOTE), language),
            language=language,
            is_latin=script_language(quote.text, "en") == "",
            by=self._said(excerpt(quote.by, _CREDIT)),
            source=self._said(excerpt(quote.source, _CREDIT)),
            url=each.url,
            place=entry.place("quotes") if entry else None,
        )


def _said(text: str, around: str) -> Said:
    return Said(text=text, language=script_language(text, around))


def _tag(text: str, around: str) -> Said:
    """A tag: one in Latin letters is at home in every language."""
    said = _said(text, around)
    return Said(text=text) if said.is_latin else said


def _other(language: str, around: str) -> str:
    return "" if primary(language) == primary(around) else language


def _code(language: str) -> str:
    """A language's short sign: 中, 한, 日, EN."""
    first = primary(language)
    return _CODES.get(first, first.upper())
