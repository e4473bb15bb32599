"""From an article's text to a body: shortcodes out, Markdown to clean HTML, cards in, marks."""

from __future__ import annotations

import difflib
import html as markup
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any, Final

from markupsafe import Markup

from digest.model import Entry, Position, Problem, Severity
from digest.render.markdown import seals
from digest.render.markdown.cards import Card, Scene, first, text_line
from digest.render.markdown.cleaning import clean_html
from digest.render.markdown.finishing import Place, finish, separate, splice
from digest.render.markdown.shortcodes import ALIASES, READERS, TEXTUAL, link_card
from digest.render.markdown.source import Source, dedented
from digest.render.markdown.views import Body, Medium, PictureView
from digest.render.references import References, prefix
from digest.render.theme import Theme
from digest.text.frames import frame
from digest.text.markup import plain_text
from digest.text.phrases import phrases
from digest.text.shortcodes import Shortcode, Text, Token, tokenize, walk

HEADINGS: Final = {Medium.EMAIL: 4, Medium.WEB: 2, Medium.FEED: 2}
"""Level of a body's highest heading: under the page's h1, in mail under the h3 of its card."""

BODY_CSS: Final = "email/body.css"
"""The theme's styles for bodies in mail, written into their tags."""

_WRAPPING: Final = re.compile(r"</?p[^<>]*>\s*")


def render_body(
    entry: Entry,
    *,
    theme: Theme,
    medium: Medium,
    language: str,
    base_url: str,
    pictures: Mapping[str, PictureView],
    ignore: Collection[str] = (),
    heading: int | None = None,
    references: References | None = None,
) -> Body:
    """An entry's body as sanitised HTML for one medium.

    `base_url` is the address of the entry's page, which relative links are resolved against; `language` is
    the reader's, for interface words; `pictures` go by `src` as written; `ignore` names shortcodes to drop
    without a word; `heading` is the level of the highest heading (4 in mail, else 2); `references` are the
    entries that `ref` and links to files may mean. Content never raises.

    Raises:
        TemplateError: for a shortcode template that does not compile or render.
    """
    place = Place(
        medium=medium, base_url=base_url, prefix=prefix(entry), pictures=pictures,
        references=references, entry=entry,
    )  # fmt: skip
    writer = Writer(
        theme=theme, place=place, language=language, ignore=frozenset(ignore),
        heading=heading or HEADINGS[medium], entry=entry,
    )  # fmt: skip
    marked = writer.markdown(tokenize(seals.free(entry.body), entry.body_line)) + writer.farewell()
    html, marks = separate(marked, entry.position.path)
    return Body(html=html, marks=marks, unknown=_problems(writer.unknown))


def render_note(
    markdown: str,
    *,
    theme: Theme,
    language: str,
    base_url: str,
    medium: Medium = Medium.WEB,
    heading: int | None = None,
) -> str:
    """An editor's note in Markdown, as `render_body` makes a body; it has no place in a file."""
    place = Place(medium=medium, base_url=base_url, prefix="note")
    writer = Writer(theme=theme, place=place, language=language, heading=heading or HEADINGS[medium])
    return separate(writer.markdown(tokenize(seals.free(markdown))), "")[0]


def shortcode_problems(
    *entries: Entry, theme: Theme, ignore: Collection[str] = (), references: References | None = None
) -> tuple[Problem, ...]:
    """What is wrong with the shortcodes of entries, without rendering them: as `Body.unknown`.

    Of several entries each name is told once, with how often it is there and where first.
    """
    unknown: dict[tuple[str, str], _Unknown] = {}
    for entry in entries:
        place = Place(
            medium=Medium.WEB, base_url="https://press.invalid/", prefix="entry",
            references=references, entry=entry,
        )  # fmt: skip
        writer = Writer(theme=theme, place=place, language="en", heading=2, entry=entry, unknown=unknown)
        for token in walk(tokenize(seals.free(entry.body), entry.body_line)):
            if isinstance(token, Shortcode) and token.name not in ignore:
                writer.understand(token)
    return _problems(unknown)


@lru_cache(maxsize=1024)
def _finished(text: str, heading: int, css: str, place: Place, lines: tuple[int, ...]) -> str:
    """The HTML of a text in its place, kept by all that it depends on."""
    return finish(clean_html(text, place.medium, heading, css), place, lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A shortcode that can be shown: by which template, and with which card if its name is known."""

    shortcode: Shortcode
    template: str
    card: Card | None


@dataclass(slots=True, kw_only=True)
class _Unknown:
    """How often a shortcode could not be shown, where first, and what became of it."""

    position: Position
    sentence: str
    hint: str
    severity: Severity
    rule: str
    frame: tuple[tuple[int, str], ...]
    count: int = 0


@dataclass(kw_only=True)
class Writer:
    """Writes one body; collects on the way what was wrong with its shortcodes."""

    theme: Theme
    place: Place
    language: str
    heading: int
    ignore: frozenset[str] = frozenset()
    entry: Entry | None = None
    unknown: dict[tuple[str, str], _Unknown] = field(default_factory=dict)
    dropped: bool = False

    @cached_property
    def scene(self) -> Scene:
        """What shortcodes may ask."""
        return Scene(place=self.place, words=phrases(self.language))

    @cached_property
    def css(self) -> str:
        """The theme's styles for bodies, in mail."""
        has = self.place.medium is Medium.EMAIL and self.theme.has(BODY_CSS)
        return self.theme.source(BODY_CSS) if has else ""

    def markdown(self, tokens: Iterable[Token]) -> str:
        """HTML of a text read as tokens, with line signs still in it."""
        source = Source()
        cards: list[Shown] = []
        for token in tokens:
            self._take(token, source, cards)
        text = source.text
        if not text.strip():
            return ""
        html = _finished(text, self.heading, self.css, self.place, tuple(source.lines))
        return splice(html, lambda kind, number: self._spliced(cards, kind, number))

    def _take(self, token: Token, source: Source, cards: list[Shown]) -> None:
        """Add a token to the text that Markdown reads, a shortcode as a sign."""
        if isinstance(token, Text):
            source.add(seals.protect(token.text), token.line)
        elif isinstance(token, Shortcode) and token.name not in self.ignore:
            found = self.understand(token)
            if found is None and token.paired:
                for inner in token.tokens:
                    self._take(inner, source, cards)
            elif found and token.name in TEXTUAL and found.card:
                source.add(seals.protect(found.card.title), token.line)
            elif found:
                cards.append(found)
                source.add(seals.card(len(cards) - 1), token.line)

    def understand(self, shortcode: Shortcode) -> Shown | None:
        """The shortcode with its template and card; None when it cannot be shown as itself."""
        template, own = self._template(shortcode.name)
        known = ALIASES.get(shortcode.name, shortcode.name)
        card = READERS[known](shortcode, self.scene) if known in READERS else None
        if template and (card or own or known not in READERS):
            return Shown(shortcode=shortcode, template=template, card=card)
        if known == "ref" and template:
            self._note(
                shortcode, "leads to no entry that has been published", Severity.WARNING, "reference-unknown"
            )
            return None  # the words of its link stay
        if template:
            self._note(
                shortcode, "makes no sense with these arguments", Severity.WARNING, "shortcode-argument"
            )
        elif shortcode.paired:
            self._note(shortcode, "is not known; the text in it was kept", Severity.INFO)
        elif linked := link_card(shortcode, self.scene):
            self._note(shortcode, "is not known; a link was made of it", Severity.INFO)
            return Shown(shortcode=shortcode, template=_file("link-card"), card=linked)
        else:
            self._note(shortcode, "is not known and was left out", Severity.WARNING)
        self.dropped = self.dropped or not shortcode.paired
        return None

    def _template(self, name: str) -> tuple[str, bool]:
        """The file of a shortcode's template, empty if there is none, and whether it is the site's own."""
        for each in (name, ALIASES.get(name, "")):
            file = _file(each)
            if each and not each.startswith("_") and "/" not in each and self.theme.has(file):
                return file, not self.theme.is_built_in(file)
        return "", False

    def _note(
        self, shortcode: Shortcode, what: str, severity: Severity, rule: str = "shortcode-unknown"
    ) -> None:
        path = self.entry.position.path if self.entry else ""
        near = difflib.get_close_matches(shortcode.name, [*READERS, *ALIASES], 1, 0.75)
        guess = f"did you mean {near[0]}? else " if near and rule == "shortcode-unknown" else ""
        hint = f"{guess}write templates/{_file(shortcode.name)}, or name it in [shortcodes] ignore"
        if rule == "shortcode-argument":
            hint = "docs/shortcodes.md shows the arguments that it takes"
        if rule == "reference-unknown":
            hint = (
                f"nothing is called {first(shortcode, 'path') or '(empty)'}; its words stand without a link"
            )
        seen = self.unknown.setdefault(
            (shortcode.name, what),
            _Unknown(
                position=Position(path=path, line=shortcode.line, column=shortcode.column),
                sentence=f"the shortcode `{shortcode.name}` {what}", hint=hint, severity=severity, rule=rule,
                frame=() if (shortcode.name, what) in self.unknown else self._frame(shortcode.line),
            ),
        )  # fmt: skip
        seen.count += 1

    def _frame(self, line: int) -> tuple[tuple[int, str], ...]:
        """The lines of the file around one of its body's."""
        body, before = (self.entry.body, self.entry.body_line - 1) if self.entry else ("", 0)
        return tuple((number + before, text) for number, text in frame(body, line - before))

    def farewell(self) -> str:
        """Where something was left out: the way to the page that has it, unless this is that page."""
        here = self.place.medium is Medium.WEB and not (self.entry and self.entry.url)
        if not self.dropped or here:
            return ""
        words = self.scene.words("Part of this can only be shown on the web: read it there.")
        return f"<p>{self._link(self.place.base_url, words)}</p>\n"

    def _link(self, url: str, label: str) -> str:
        return self.theme.render(_file("_link"), url=url, label=label, medium=self.place.medium.value).strip()

    def _spliced(self, cards: list[Shown], kind: str, number: int) -> str:
        """What stands for a shortcode's sign: a card on its own lines, a link within one, text in code."""
        shown = cards[number]
        if kind == "B":
            return seals.line(shown.shortcode.line) + self._card(shown)
        if kind == "T":
            return markup.escape(self.text_of(shown), quote=False)
        return self._inline(shown)

    def _inline(self, shown: Shown) -> str:
        """A shortcode within a line of text."""
        card = shown.card
        if card is None:
            return self._card(shown).strip()
        if "image" in card.extra:
            return self.theme.render(
                _file("_inline-figure"), card=card, medium=self.place.medium.value
            ).strip()
        if card.url:
            label = card.title if card.brand in card.title else f"{card.brand}: {card.title}"
            return self._link(card.url, label)
        inner = self._inner(shown.shortcode) or markup.escape(card.description or card.extra.get("text", ""))
        return _WRAPPING.sub("", inner).strip()

    def _card(self, shown: Shown) -> str:
        """A shortcode by its template."""
        shortcode, card = shown.shortcode, shown.card
        code = shown.template == _file("highlight")
        values: dict[str, Any] = {
            "medium": self.place.medium.value,
            "name": shortcode.name,
            "args": shortcode.args,
            "params": shortcode.params,
            "get": shortcode.get,
            "card": card,
            "inner": Markup("" if code else self._inner(shortcode)),  # noqa: S704 sanitised by clean_html
            "text": self._code(shortcode.tokens) if code else shortcode.inner,
            "words": self.scene.words,
            "language": self.language,
            "link": self.place.link,
            "picture": self.place.picture,
            "page": self.place.base_url,
        }
        return self.theme.render_with(shown.template, values)

    def own_words(self, shortcode: Shortcode) -> str:
        """What a template of the site's own makes of a shortcode, as plain text; empty where it has none."""
        template, own = self._template(shortcode.name)
        shown = self.understand(shortcode) if own else None
        return plain_text(separate(self._card(shown), "")[0]) if shown and shown.template == template else ""

    def _inner(self, shortcode: Shortcode) -> str:
        """What a pair encloses, as HTML."""
        if not shortcode.paired:
            return ""
        place = self.place
        self.place = replace(place, prefix=f"{place.prefix}-{shortcode.line}-{shortcode.column}")
        self.heading += 1
        html = self.markdown(dedented(shortcode.tokens))
        self.place, self.heading = place, self.heading - 1
        return html

    def _code(self, tokens: Iterable[Token]) -> str:
        """What a pair encloses, as it was written; shortcodes in it as text."""
        parts = []
        for token in tokens:
            if isinstance(token, Text):
                parts.append(seals.protect(token.text))
            elif isinstance(token, Shortcode) and token.name not in self.ignore:
                shown = self.understand(token)
                parts.append(self.text_of(shown) if shown else self._code(token.tokens))
        return "".join(parts)

    def text_of(self, shown: Shown) -> str:
        """A shortcode as a line of text: `▶ YouTube: https://…`, or what it encloses."""
        return text_line(shown.card) or self._code(shown.shortcode.tokens).strip()


def _problems(unknown: Mapping[tuple[str, str], _Unknown]) -> tuple[Problem, ...]:
    """One problem for each name that could not be shown, with how often."""
    return tuple(
        Problem(
            severity=each.severity, rule=each.rule, position=each.position, hint=each.hint, frame=each.frame,
            sentence=each.sentence + (f" ({each.count} times)" if each.count > 1 else ""),
        )
        for each in unknown.values()
    )  # fmt: skip


def _file(name: str) -> str:
    return f"shortcodes/{name}.html.j2"
