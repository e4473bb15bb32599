"""Interface words in the reader's language, from the one catalogue under `digest/text/locale/`."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from importlib import resources
from typing import Final

from babel import Locale, dates
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

LANGUAGES: Final = {"zh-Hant-TW": "zh_Hant_TW", "ko": "ko", "en": "en"}
"""Interface languages (BCP 47) and their catalogues."""


def match_language(language: str) -> str:
    """The interface language that serves a BCP 47 tag best; English for one that we do not speak."""
    tag = language.replace("_", "-").lower()
    first = tag.split("-")[0]
    return {"zh": "zh-Hant-TW", "ko": "ko"}.get(first, "en")


class Phrases:
    """Sentences, dates and lists of one interface language.

    A message is looked up by its English text (and a context, such as `field`); `{name}` placeholders are
    filled from keyword arguments. A message with a plural takes its number as `n`.
    """

    def __init__(self, language: str) -> None:
        self.language = match_language(language)
        self.locale: Final = Locale.parse(LANGUAGES[self.language])
        self._catalog = _catalog(self.language)

    def __call__(self, message: str, /, context: str | None = None, **values: object) -> str:
        """The message in this language, its English text where the catalogue has none."""
        return self._lookup(message, context).format(**values) if values else self._lookup(message, context)

    def plural(self, singular: str, plural: str, n: int, /, **values: object) -> str:
        """The form of a message for the number `n`, which is also a value."""
        found = self._catalog.get(singular)
        forms = found.string if found and isinstance(found.string, list | tuple) else (singular, plural)
        one_form = len(forms) == 1
        return forms[0 if one_form or n == 1 else 1].format(n=n, **values)

    def _lookup(self, message: str, context: str | None) -> str:
        found = self._catalog.get(message, context)
        return found.string if found and isinstance(found.string, str) and found.string else message

    def date(self, day: date | datetime, form: str = "long") -> str:
        """A day in words: `long` (with weekday), `medium` (with the year) or `short` (month and day)."""
        pattern = self._lookup(
            {"long": "EEEE, d MMMM y", "medium": "d MMMM y", "short": "d MMM"}[form], "date"
        )
        return dates.format_date(day, pattern, locale=self.locale)

    def list(self, words: list[str] | tuple[str, ...]) -> str:
        """Words one after another, with the language's comma."""
        return self._lookup(", ", "list").join(words)


@cache
def phrases(language: str) -> Phrases:
    """The phrases for a language tag, read once."""
    return Phrases(language)


@cache
def _catalog(language: str) -> Catalog:
    source = resources.files("digest.text") / "locale" / f"{LANGUAGES[language]}.po"
    with source.open("rb") as file:
        return read_po(file, locale=LANGUAGES[language])
