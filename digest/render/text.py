"""The text part of a mail, built of the same data as its HTML, in the same order; never of the HTML."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from digest.config import Config
from digest.model import Mark, Position, Rendition
from digest.render.mail import Card, Group, Mail, Profile, Row, Words
from digest.render.plain import plain_body, plain_note
from digest.render.references import References
from digest.render.theme import Theme
from digest.text import personal
from digest.text.characters import mailable
from digest.text.widths import cells
from digest.text.wrap import wrap as fresh_wrap

CELLS: Final = 72
"""Cells of a line; only an address or a reader's own part makes one longer."""

wrap: Final = lru_cache(maxsize=8192)(fresh_wrap)
"""As digest.text.wrap, remembered: the same cards are wrapped again at every save and in every language."""


def render_text(
    shown: Mail,
    config: Config,
    name: str,
    references: References | None = None,
    theme: Theme | None = None,
) -> Rendition:
    """The text part of an issue's mail, as a file of this name."""
    writer = _Writer(shown, config, references, theme)
    return Rendition(
        name=name,
        language=writer.mail.language,
        media_type="text/plain",
        text=writer.text(),
        marks=tuple(writer.marks),
    )


class _Writer:
    """Writes paragraphs one after another and remembers where each came from."""

    def __init__(
        self, shown: Mail, config: Config, references: References | None, theme: Theme | None
    ) -> None:
        self.mail = shown
        self.config = config
        self.references = references
        self.theme = theme
        self.marks: list[Mark] = []
        self._parts: list[str] = []
        self._length = 0  # characters of the parts, line ends between them with it

    def text(self) -> str:
        """The whole text part."""
        shown, words = self.mail, self.mail.words
        self._put(words("View in browser"), shown.web_url)
        self._put(f"{shown.number} · {shown.day}", shown.issue.title, shown.tagline.text)
        self._raw("=" * CELLS)
        if shown.issue.note.strip():
            base = f"{self.config.site.base_url}/"
            self._raw(plain_note(shown.issue.note, language=shown.language, base_url=base, cells=CELLS))
        self._put(shown.total, " · ".join(f"{each.title.text} {each.count}" for each in shown.pills))
        if shown.lead:
            self._card(shown.lead, leads=True)
        for group in shown.groups:
            self._group(group)
        if shown.profiles:
            self._heading(f"{shown.profiles_title} · {shown.profiles_count}")
            for profile in shown.profiles:
                self._profile(profile)
        if shown.quotes:
            self._heading(words("Quotes"))
            for quote in shown.quotes:
                self._quote(quote)
        self._quietly()
        self._footer()
        return "".join(self._parts) + "\n"

    def _add(self, text: str, place: Position | None = None, gap: str = "\n\n") -> None:
        """Add a text that is wrapped already, a line apart from the one before."""
        gap = gap if self._parts else ""
        start = self._length + len(gap)
        self._parts += (gap, text)
        self._length = start + len(text)
        if place:
            self.marks.append(Mark(start=start, end=self._length, position=place))

    def _raw(self, text: str, place: Position | None = None, gap: str = "\n\n") -> None:
        """Add a text of the content, in which nothing is a reader's token."""
        self._add(personal.inert(mailable(text), markup=False), place, gap)

    def _put(self, *lines: str, place: Position | None = None) -> None:
        """Add a paragraph of lines, wrapped; empty ones go."""
        self._raw("\n".join(wrap(line.replace("\n", " "), CELLS) for line in lines if line), place)

    def _heading(self, text: str) -> None:
        self._raw(f"{wrap(text, CELLS)}\n{'-' * min(CELLS, max(map(cells, text.splitlines())))}")

    def _group(self, group: Group) -> None:
        self._heading(f"{group.title.text} · {group.count}")
        for card in group.cards:
            self._card(card)

    def _card(self, card: Card, *, leads: bool = False) -> None:
        meta = " · ".join(
            filter(
                None,
                (card.reading.text, card.code, *(f"#{tag.text}" for tag in card.tags)),
            )
        )
        news = f"↻ {card.news}" if card.news else ""
        also = self._also(card)
        self._put(
            self._kicker(card), card.title, card.url, card.dek, card.note, news, also, meta, place=card.place
        )
        if card.full:
            body = plain_body(
                card.entry,
                language=self.mail.language,
                base_url=card.url,
                cells=CELLS,
                ignore=self.config.shortcodes.ignore,
                references=self.references,
                theme=self.theme,
            )
            place = Position(path=card.entry.position.path, line=card.entry.body_line)
            self._raw(body, place)
        if leads:
            self._put(card.action.text, card.action.url)

    def _also(self, card: Card) -> str:
        """Where else the story stands, with addresses."""
        places = [f"{each.text.text} {each.url}" for each in card.also]
        return self.mail.words("Also at {places}", places=self.mail.words.list(places)) if places else ""

    def _kicker(self, card: Card) -> str:
        state = f"[{self.mail.words('Updated', 'state')}]" if card.updated else ""
        badge = " ".join(filter(None, (card.badge.sign.rstrip("\ufe0e"), card.badge.word, state)))
        return " · ".join(filter(None, (badge, card.source.text, card.day)))

    def _profile(self, profile: Profile) -> None:
        self._put(
            " ".join(filter(None, (profile.name, profile.original.text))),
            profile.url,
            profile.role,
            " · ".join(filter(None, (profile.state, profile.day))),
            profile.note,
            place=profile.place,
        )
        for index, row in enumerate(profile.rows):
            self._row(row, "\n" if index else "\n\n")
        if profile.more_url:
            lead = f"{profile.more} · " if profile.more else ""
            self._put(f"{lead}{self.mail.words('See all changes')}", profile.more_url)

    def _row(self, row: Row, gap: str) -> None:
        comma = self.mail.words(", ", "list")
        separator = " / " if row.operation == "changed" else comma
        said = separator.join(" → ".join(filter(None, pair)) for pair in row.values)
        line = f"{row.sign} {row.word} · {row.label} · {said} {row.more}".rstrip()
        self._raw(wrap(line, CELLS, subsequent="  "), row.place, gap)

    def _quote(self, quote: Words) -> None:
        by = " · ".join(filter(None, (quote.by.text, quote.source.text)))
        self._put(
            quote.text, f"— {by}" if by else "", quote.url if quote.source.text else "", place=quote.place
        )

    def _quietly(self) -> None:
        """What stands at the end: late entries, what is on the web only, and what leads on."""
        shown, words = self.mail, self.mail.words
        if shown.archive:
            self._heading(words("From the archive"))
            self._put(words("Published earlier, new in this letter."))
            for card in shown.archive:
                self._line(card.url, card.title, card.source.text, card.day, place=card.place)
        if shown.overflow:
            self._heading(words("More on the web"))
            for card in shown.overflow:
                self._line(card.url, card.title, card.source.text, place=card.place)
            if shown.overflow_more:
                self._put(shown.overflow_more, f"{shown.web_url}#overflow")
        if shown.earlier:
            self._heading(words("Earlier in the archive"))
            for way in shown.earlier:
                self._line(way.url, way.text.text, way.beside)
        if shown.people:
            self._put(
                words("In this issue: {names}", names=words.list([each.text.text for each in shown.people]))
            )
        if shown.bulk:
            self._put(shown.bulk, f"{shown.web_url}#bulk")

    def _line(self, url: str, *said: str, place: Position | None = None) -> None:
        """An item of a list, and its address under it."""
        title = " · ".join(filter(None, said))
        self._raw(f"{wrap(f'• {title}', CELLS, subsequent='  ')}\n  {url}", place)

    def _footer(self) -> None:
        shown, words = self.mail, self.mail.words
        why = words(
            "You get this mail because {address} subscribed to {title} on {since}.",
            address=personal.ADDRESS,
            title=personal.inert(shown.issue.title, markup=False),
            since=personal.SINCE,
        )
        lines = [
            "=" * CELLS,
            f"{wrap(mailable(why), CELLS)}\n{words('Your topics: {topics}', topics=personal.TOPICS)}",
            f"{words('Manage topics and frequency')}\n{personal.PREFERENCES}",
            f"{words('View in browser')}\n{shown.web_url}",
            f"RSS\n{shown.feed_url}",
            f"{words('Unsubscribe')}\n{personal.UNSUBSCRIBE}",
            wrap(mailable(shown.postal_address.text), CELLS),
        ]
        for each in filter(None, lines):
            self._add(each)
