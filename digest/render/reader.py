"""The reader's pages of `digest serve` and the mail that asks back, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup

from digest.config import Config, EditionTable
from digest.render.email import CSS, small_css
from digest.render.email.layout import LayoutError, compiled
from digest.render.theme import Theme
from digest.text.phrases import match_language, phrases
from digest.text.wrap import wrap

NAMES: Final = {"zh-Hant-TW": "中文", "ko": "한국어", "en": "English"}
"""What each interface language calls itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Something to tick: a topic by its key, a language by its tag. `language` is that of the text."""

    key: str
    text: str
    language: str = ""
    chosen: bool = False
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link out of a page."""

    text: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """The mail that asks back, in one language."""

    subject: str
    html: str
    text: str


def page(name: str, theme: Theme, config: Config, language: str, *, prefix: str, **values: Any) -> str:
    """A page of the reader's, by its template under `reader/`.

    Args:
        prefix: the path that every page is under, without a slash at its end; empty for none.

    Raises:
        TemplateError: for what goes wrong in a template.
    """
    shown = match_language(language)
    return theme.render(
        f"reader/{name}.html.j2",
        site=config.site,
        site_language=config.site.languages[0],
        language=shown,
        words=phrases(shown),
        home=f"{config.site.base_url}/",
        prefix=prefix,
        **values,
    )


def style(theme: Theme) -> str:
    """The style sheet of the reader's pages."""
    return theme.style("reader/style.css")


def languages(wanted: Sequence[str], chosen: str) -> tuple[Choice, ...]:
    """The languages of mails to choose from, each by its own name; the first is chosen where none is."""
    some = chosen if chosen in wanted else wanted[0]
    return tuple(
        Choice(key=tag, text=NAMES[match_language(tag)], language=match_language(tag), chosen=tag == some)
        for tag in wanted
    )


def consent_text(language: str) -> str:
    """The words that somebody agrees to who sends the form, in its language."""
    return phrases(language)("Nothing is sent until you press the link in that mail.")


def asking(
    theme: Theme,
    config: Config,
    edition: EditionTable,
    language: str,
    *,
    url: str,
    topics: Sequence[str] = (),
    known: bool = False,
) -> Asking:
    """The mail that a form brings: it asks for the last word, or tells who is `known` that nothing changed.

    Raises:
        TemplateError: for what goes wrong in a template.
    """
    shown = match_language(language)
    words = phrases(shown)
    subject = (
        words("You are already subscribed to {title}", title=edition.title)
        if known
        else words("Please confirm: {title}", title=edition.title)
    )
    values = {
        "site": config.site,
        "site_language": config.site.languages[0],
        "edition": edition,
        "language": shown,
        "edition_language": config.language(edition),
        "words": words,
        "subject": subject,
        "url": url,
        "topics": words.list(tuple(topics)) if topics else words("All topics"),
        "known": known,
    }
    mjml = theme.render_with(
        "email/asking.mjml.j2",
        values | {"css": Markup(small_css(theme.source(CSS)))},  # noqa: S704 the theme's own
    )
    try:
        html = compiled(mjml)
    except LayoutError as fault:
        raise theme.fault(
            "email/asking.mjml.j2", 1, fault.sentence, hint=fault.hint, rule="template-layout"
        ) from None
    text = theme.render_with("email/asking.txt.j2", values)
    return Asking(subject=subject, html=html, text=wrap(text.strip()) + "\n")
