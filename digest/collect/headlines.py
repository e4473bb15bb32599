"""An entry's title and its body: a heading that says the title again belongs to no body."""

from __future__ import annotations

import re
from typing import Final

from digest.collect.mistakes import Mistake, Report
from digest.collect.naming import Name, without_date
from digest.collect.values import one_line
from digest.model import Position, Severity
from digest.text.images import without_code
from digest.text.markup import without_shortcodes
from digest.text.shortcodes import Stray, Token, tokenize, walk

_HEADING: Final = re.compile(r"^ {0,3}#{1,6}[ \t]+(?P<words>[^\n]+?)(?:[ \t]+#+)?[ \t]*$", re.MULTILINE)
_MARKS: Final = re.compile(r"[*`]+|!?\[([^\[\]]*)\]\([^()\s]*\)|\{#[\w-]+\}")


class Text:
    """The Markdown of an entry from the line `line` on, and what several look for in it, looked for once."""

    def __init__(self, markdown: str, line: int) -> None:
        begins = markdown.lstrip("\n")
        self.line = line + len(markdown) - len(begins)
        self.markdown = begins.rstrip()
        self.has_shortcodes = "{" in self.markdown and "{{" in self.markdown
        self._tokens: tuple[Token, ...] | None = None

    def after(self, offset: int) -> Text:
        """The rest from an offset on."""
        return Text(self.markdown[offset:], self.line + self.markdown.count("\n", 0, offset))

    @property
    def tokens(self) -> tuple[Token, ...]:
        """Text and shortcodes; nothing for a text without shortcodes."""
        if self._tokens is None:
            self._tokens = tokenize(self.markdown, self.line) if self.has_shortcodes else ()
        return self._tokens

    @property
    def prose(self) -> str:
        """Without code, its places blank."""
        return without_code(self.markdown)


def headline(given: str, text: Text) -> tuple[str, Text]:
    """The title as given, else the first heading (or nothing), and the body without what says it again."""
    found = _HEADING.match(text.markdown) if given else _first_heading(text)
    if found is None:
        return given, text
    words = one_line(_MARKS.sub(r"\1", without_shortcodes(found["words"])))
    is_first = not text.markdown[: found.start()].strip()
    if words and is_first and words == (given or words):
        text = text.after(found.end())
    return given or words, text


def _first_heading(text: Text) -> re.Match[str] | None:
    return _HEADING.search(text.prose) if "#" in text.markdown else None


def name_as_title(name: Name) -> str:
    """What a file is called, as words: `2026-01-31-a-b` is `a b`; capitals and spaces are kept."""
    stem = without_date(name.stem)
    return one_line(stem if " " in stem else stem.replace("-", " ").replace("_", " ")) or name.slug


def tell_strays(text: Text, report: Report) -> None:
    """Shortcodes that cannot be read, as warnings: the rest of the article is good."""
    for token in walk(text.tokens):
        if isinstance(token, Stray):
            mistake = Mistake(
                rule=token.rule, sentence=token.sentence, hint=token.hint, severity=Severity.WARNING
            )
            report.at(mistake, Position(path=report.path, line=token.line, column=token.column))
