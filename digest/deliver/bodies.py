"""The two texts of an issue's mail in one language, encoded once, and what each set of topics gets."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from digest.deliver.splicing import ENCODINGS, Encoding, Piece
from digest.model import MailParts, Parts, Stretch
from digest.text import parts as splices
from digest.text.personal import TOKENS

_TOKEN: Final = re.compile("|".join(TOKENS))
_SETS: Final = 512
"""Sets of items whose mails are kept ready, some 60 KB each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Half:
    """A text for one set of items: its encoded beginning, bytes that wait, and the rest.

    The rest begins at the first place that is the reader's own; `slots` says where which token is filled in.
    """

    encoding: Encoding
    fixed: bytes
    waiting: bytes
    rest: tuple[bytes, ...]
    slots: tuple[tuple[int, str], ...]

    def end(self, values: Mapping[str, bytes]) -> bytes:
        """What closes the text, its tokens filled with ready values in one pass."""
        parts = list(self.rest)
        for place, token in self.slots:
            parts[place] = values[token]
        return self.encoding.end(self.waiting, parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The plain text and the HTML for one set of items."""

    plain: Half
    html: Half


class _Text:
    """One text of one language: pieces that are the same for all, up to what is the reader's own."""

    def __init__(self, stretches: Sequence[Stretch], encoding: Encoding) -> None:
        self.encoding = encoding
        own = next((at for at, each in enumerate(stretches) if _TOKEN.search(each.text)), len(stretches))
        self._rest = list(stretches[own:])
        first = list(stretches[:own])
        if self._rest:
            text, when = self._rest[0].text, self._rest[0].when
            cut = len(_TOKEN.split(text, maxsplit=1)[0])
            first.append(Stretch(text=text[:cut], when=when))
            self._rest[0] = Stretch(text=text[cut:], when=when)
        self._pieces = [(each, self._piece(each)) for each in first]

    def _piece(self, stretch: Stretch) -> Piece | None:
        """The stretch encoded; None where it holds the line of parts, which each set has its own of."""
        return None if splices.PILLS in stretch.text else self.encoding.pieces(stretch.text)

    def half(self, holds: frozenset[str], pills: str) -> Half:
        """What there is for those for whom these conditions hold."""
        pieces = [
            piece or self.encoding.pieces(each.text.replace(splices.PILLS, pills))
            for each, piece in self._pieces
            if holds.issuperset(each.when)
        ]
        fixed, waiting = self.encoding.join(pieces)
        rest = splices.assembled(self._rest, holds, pills)
        texts, tokens = _TOKEN.split(rest), _TOKEN.findall(rest)
        parts = [b""] * (len(texts) + len(tokens))
        parts[::2] = [self.encoding.ready(each) for each in texts]
        return Half(
            encoding=self.encoding,
            fixed=fixed,
            waiting=waiting,
            rest=tuple(parts),
            slots=tuple((2 * number + 1, token) for number, token in enumerate(tokens)),
        )


class Bodies:
    """The mail in one language."""

    def __init__(self, parts: Parts, mail: MailParts) -> None:
        self.parts = parts
        self._mail = mail
        self._kept: OrderedDict[frozenset[int], Texts] = OrderedDict()
        holds = splices.conditions(parts, splices.shown(parts, ()))
        self._plain = _Text(mail.text, _shorter(splices.assembled(mail.text, holds)))
        self._html = _Text(mail.html, _shorter(splices.assembled(mail.html, holds)))

    @property
    def encodings(self) -> tuple[Encoding, Encoding]:
        """The transfer encodings of text and HTML."""
        return self._plain.encoding, self._html.encoding

    def texts(self, items: frozenset[int]) -> Texts:
        """Both texts for a set of items; those of the sets that were asked for last are kept."""
        found = self._kept.get(items)
        if found is None:
            found = self._kept[items] = self._made(items)
            if len(self._kept) > _SETS:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(items)
        return found

    def _made(self, items: frozenset[int]) -> Texts:
        holds = splices.conditions(self.parts, items)
        pills = splices.pill_line(self._mail, holds)
        return Texts(plain=self._plain.half(holds, pills), html=self._html.half(holds, pills))


def _shorter(text: str) -> Encoding:
    """The transfer encoding in which a text is shorter."""
    return min(ENCODINGS, key=lambda encoding: len(encoding.join([encoding.pieces(text)])[0]))


def whole(mails: Mapping[str, tuple[str, str]]) -> Parts:
    """The parts of an issue that was sealed without any: everybody gets all of it."""
    return Parts(
        items=(),
        mails=tuple(
            MailParts(language=language, html=(Stretch(text=html),), text=(Stretch(text=text),))
            for language, (html, text) in mails.items()
        ),
    )


def boundary(subtype: str, *parts: str) -> str:
    """A boundary made of what it parts; `=_` stands in no base64 nor quoted-printable (RFC 2045 §6.7)."""
    digest = sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:24]
    return f"=_{subtype}_{digest}"
