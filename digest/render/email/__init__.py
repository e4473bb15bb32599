"""The mail of an issue in HTML: Jinja2 → MJML → HTML, with bodies spliced in after the compile."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

from jinja2 import Environment
from jinja2.ext import Extension
from markupsafe import Markup

from digest.config import Config
from digest.errors import TemplateError
from digest.model import Mark, Rendition, Stretch
from digest.render.email.layout import LayoutError, compiled, opening_tags
from digest.render.email.splice import Splices
from digest.render.mail import Card, Mail
from digest.render.markdown import Body
from digest.render.pieces import Pieces
from digest.render.references import References
from digest.render.theme import Theme
from digest.text import personal
from digest.text.widths import cells

LAYOUT: Final = "email/issue.mjml.j2"
CSS: Final = "email/mail.css"
_INBOX: Final = 100
"""Cells that an inbox shows of preheader and what follows it."""

_FILLER: Final = "&#847;&zwnj;&nbsp;"
_SOURCE_TAG: Final = re.compile(r"(\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\})|<(?=[A-Za-z])([\w:-]+)", re.DOTALL)
_PLACE: Final = re.compile(r' data-digest-place="([^"]*):(\d+)"')
_PERSONAL: Final = {
    "address": personal.ADDRESS,
    "since": personal.SINCE,
    "topics": personal.TOPICS,
    "preferences": personal.PREFERENCES,
    "unsubscribe": personal.UNSUBSCRIBE,
}


def render_email(
    shown: Mail, theme: Theme, config: Config, name: str, references: References | None = None
) -> Rendition:
    """The HTML of an issue's mail, as a file of this name.

    Raises:
        TemplateError: for a fault in a template, or in the layout that it makes, with its file and line.
    """
    markup, splices = _markup(shown, theme, config, references)
    text, marks = splices.resolve(markup)
    return Rendition(name=name, language=shown.language, media_type="text/html", text=text, marks=marks)


def email_stretches(
    shown: Mail, theme: Theme, config: Config, references: References | None = None
) -> tuple[Stretch, ...]:
    """The same HTML, with every variant that readers get, as what it is spliced of. Raises TemplateError."""
    markup, splices = _markup(shown, theme, config, references)
    return splices.stretches(markup)


def _markup(shown: Mail, theme: Theme, config: Config, references: References | None) -> tuple[str, Splices]:
    """The compiled layout with its tokens, and what these stand for."""
    pieces = Pieces(shown, theme, config, references)
    # Of all that the mail can show: no text in it can hold its own hash.
    seed = repr((shown.issue, shown.language)).encode(errors="replace")
    nonce = "dg" + hashlib.sha256(seed).hexdigest()[:20]
    splices = Splices(nonce)
    values = _values(shown, pieces, splices, theme)
    mjml = theme.render_with(LAYOUT, values)
    try:
        markup = compiled(mjml)
    except LayoutError as fault:
        raise _located(fault, theme, _values(shown, pieces, Splices(nonce), theme)) from None
    return personal.inert(markup, markup=True), splices


def _values(shown: Mail, pieces: Pieces, splices: Splices, theme: Theme) -> dict[str, Any]:
    """What the layout's templates may use (docs/extending.md lists them)."""

    def body(card: Card) -> Markup:
        if not card.full:
            return Markup()
        made = pieces.body(card)
        return (
            Markup('<div class="d y" style="margin:14px 0 0">')
            + splices.put(*_inert(made))
            + Markup("</div>")
        )

    return {
        "mail": shown,
        "css": Markup(small_css(theme.source(CSS))),  # noqa: S704 the theme's own
        "words": shown.words,
        "personal": {key: splices.put(token) for key, token in _PERSONAL.items()},
        "note": splices.put(personal.inert(pieces.note, markup=True)) if pieces.note else "",
        "filler": Markup(_FILLER * max(0, (_INBOX - cells(shown.issue.preheader)) // 2)),  # noqa: S704
        "mark": splices.open,
        "unmark": splices.close,
        "when": splices.when,
        "end": splices.end,
        "choice": splices.choice,
        "body": body,
    }


@lru_cache(maxsize=32)
def small_css(css: str) -> str:
    """Style rules without what only people need."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"\s*([{};,])\s*", r"\1", re.sub(r"\s+", " ", css))
    return re.sub(r":\s+", ":", css).replace(";}", "}").strip()


def _inert(made: Body) -> tuple[str, tuple[Mark, ...]]:
    """A body in which nothing is a reader's token, its marks moved by what that made longer."""
    if personal.OPENING not in made.html:
        return made.html, made.marks

    def moved(offset: int) -> int:
        return len(personal.inert(made.html[:offset], markup=True))

    marks = (replace(mark, start=moved(mark.start), end=moved(mark.end)) for mark in made.marks)
    return personal.inert(made.html, markup=True), tuple(marks)


class _Places(Extension):
    """Writes on every tag of a template where it stands, to find the place of a fault in a layout."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002
        def written(found: re.Match[str]) -> str:
            if found[1]:
                return found[1]
            line = source.count("\n", 0, found.start()) + 1
            return f'{found[0]} data-digest-place="{name}:{line}"'

        return _SOURCE_TAG.sub(written, source)


def _located(fault: LayoutError, theme: Theme, values: Mapping[str, Any]) -> TemplateError:
    """A fault in a layout as one in a template: rendered again with the places written on the tags."""
    environment: Environment = theme.environment.overlay(
        extensions=[_Places],
        cache_size=50,
        bytecode_cache=None,  # what is kept there was compiled without the places
    )
    mjml = environment.get_template(LAYOUT).render(values)
    template, line = LAYOUT, 1
    for index, tag in enumerate(opening_tags(mjml)):
        if index > fault.tags:
            break
        place = _PLACE.search(tag[0])
        if place:
            template, line = place[1], int(place[2])
    return theme.fault(template, line, fault.sentence, hint=fault.hint, rule="template-layout")
