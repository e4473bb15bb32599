"""The body of an issue's messages in one language: its two texts in their MIME frame."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from html import escape
from typing import Final

from digest.deliver.bodies import Bodies, Texts, boundary
from digest.deliver.mime import Part, multipart_headers, text_headers
from digest.deliver.readers import Reader
from digest.model import Issue, MailParts, Parts
from digest.text.personal import ADDRESS, PREFERENCES, SINCE, TOPICS, UNSUBSCRIBE
from digest.text.phrases import phrases

_SETS: Final = 8192
"""Sets of topics that are remembered with what they get."""
_MARKUP: Final = re.compile(r"[&<>\"']")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choice:
    """What a set of topics gets: the texts, and the topics in words, ready for each of the two texts."""

    texts: Texts
    plain: bytes
    html: bytes


class LanguageBody:
    """What writes it for each reader; `kind` is the header of the whole."""

    def __init__(self, parts: Parts, mail: MailParts, issue: Issue, pictures: Sequence[Part]) -> None:
        self._bodies = Bodies(parts, mail)
        self._words = phrases(mail.language)
        self._names = parts.topics
        self._choices: OrderedDict[frozenset[str], _Choice] = OrderedDict()
        self._since = lru_cache(maxsize=4096)(self._said)
        texts = (issue.id, mail.language, *(each.text for each in (*mail.text, *mail.html)))
        self._outer, self._inner = boundary("alternative", *texts), boundary("related", *texts)
        self.kind = multipart_headers("alternative", self._outer)
        self._frame(pictures)

    def _frame(self, pictures: Sequence[Part]) -> None:
        """What surrounds the texts: before the plain one, between them, and after the HTML."""
        plain, html = self._bodies.encodings
        outer, inner = f"--{self._outer}".encode(), f"--{self._inner}".encode()
        self._before = outer + b"\r\n" + text_headers("plain", plain.name) + b"\r\n"
        self._between = b"\r\n" + outer + b"\r\n"
        self._after = b"\r\n" + outer + b"--"
        if pictures:
            kind = multipart_headers("related", self._inner, '\r\n type="text/html";')
            self._between += kind + b"\r\n" + inner + b"\r\n"
            shown = b"".join(inner + b"\r\n" + bytes(each) for each in pictures)
            self._after = b"\r\n" + shown + inner + b"--\r\n" + self._after
        self._between += text_headers("html", html.name) + b"\r\n"

    def pieces(
        self, reader: Reader, address: str, items: frozenset[int], since: datetime
    ) -> tuple[bytes, ...]:
        """The body of a reader's message, without its last line end.

        Args:
            address: of the reader, as it may stand in a message.
            items: what the reader's topics show; the same topics always show the same.
            since: the day that is told as that of subscribing.
        """
        choice = self._choice(reader.topics, items)
        plain, html = choice.texts.plain, choice.texts.html
        plain_since, html_since = self._since(since.date())
        leave, prefer = reader.unsubscribe_url, reader.preferences_url
        ready = plain.encoding.ready
        own = {
            ADDRESS: ready(address),
            SINCE: plain_since,
            TOPICS: choice.plain,
            UNSUBSCRIBE: ready(leave),
            PREFERENCES: ready(prefer),
        }
        end = plain.end(own)
        if html.encoding is not plain.encoding or _MARKUP.search(f"{address}{leave}{prefer}"):
            ready = html.encoding.ready
            own[ADDRESS], own[UNSUBSCRIBE] = ready(escape(address)), ready(escape(leave))
            own[PREFERENCES] = ready(escape(prefer))
        own[SINCE], own[TOPICS] = html_since, choice.html
        return self._before, plain.fixed, end, self._between, html.fixed, html.end(own), self._after

    def _choice(self, topics: frozenset[str], items: frozenset[int]) -> _Choice:
        """What these topics get, remembered."""
        found = self._choices.get(topics)
        if found is None:
            found = self._choices[topics] = self._chosen(topics, items)
            if len(self._choices) > _SETS:
                self._choices.popitem(last=False)
        return found

    def _chosen(self, topics: frozenset[str], items: frozenset[int]) -> _Choice:
        names = self._words.list(sorted(self._names.get(key, key) for key in topics))
        said = names or self._words("All topics")
        plain, html = self._bodies.encodings
        return _Choice(
            texts=self._bodies.texts(items), plain=plain.ready(said), html=html.ready(escape(said))
        )

    def _said(self, day: date) -> tuple[bytes, bytes]:
        said = self._words.date(day)
        plain, html = self._bodies.encodings
        return plain.ready(said), html.ready(escape(said))
