"""Tokens that stand in a layout for HTML, for places and for conditions, and the passes that resolve them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from markupsafe import Markup

from digest.model import Mark, Position, Stretch
from digest.text.parts import joined


class Splices:
    """What a layout's tokens stand for.

    A token is text that survives MJML as it is. The nonce is a hash of the content, so no content can hold a
    token: it would have to hold its own hash.
    """

    def __init__(self, nonce: str) -> None:
        self.nonce = nonce
        self._token = re.compile(rf"{nonce}:([a-z])(\d+)\.")
        self._places: list[Position | None] = []
        self._fragments: list[tuple[str, tuple[Mark, ...]]] = []
        self._conditions: list[tuple[str, ...]] = []

    def open(self, place: Position | None) -> Markup:
        """Begin a stretch that came from a place; one without a place is not marked."""
        self._places.append(place)
        return self._written("o", len(self._places) - 1)

    def close(self) -> Markup:
        """End the stretch begun last."""
        return self._written("c", 0)

    def put(self, html: str, marks: Sequence[Mark] = ()) -> Markup:
        """Stand for HTML that the compiler must not touch; its marks are offsets into it."""
        self._fragments.append((html, tuple(marks)))
        return self._written("f", len(self._fragments) - 1)

    def when(self, *conditions: str) -> Markup:
        """Begin a stretch that only those get for whom all of these hold; see digest.text.parts."""
        self._conditions.append(conditions)
        return self._written("w", len(self._conditions) - 1)

    def end(self) -> Markup:
        """End the conditions begun last."""
        return self._written("e", 0)

    def choice(self, variants: Sequence[tuple[str, str]]) -> Markup:
        """Texts, each with the condition under which it stands here."""
        each = (self.when(condition) + text + self.end() for condition, text in variants)
        return Markup("").join(each)

    def _written(self, kind: str, number: int) -> Markup:
        # Ends in a full stop: a semicolon at the end of a style is taken away.
        return Markup(f"{self.nonce}:{kind}{number}.")  # noqa: S704 letters and digits only

    def resolve(self, text: str) -> tuple[str, tuple[Mark, ...]]:
        """The text with every token resolved, and where the marked stretches lie in it, outer ones first."""
        parts: list[str] = []
        marks: list[Mark] = []
        waiting: list[tuple[int, Position | None]] = []
        length = last = 0
        for found in self._token.finditer(text):
            part = text[last : found.start()]
            parts.append(part)
            length += len(part)
            last = found.end()
            kind, number = found[1], int(found[2])
            if kind == "o":
                waiting.append((length, self._places[number]))
            elif kind == "c":
                start, place = waiting.pop()
                if place is not None:
                    marks.append(Mark(start=start, end=length, position=place))
            elif kind == "f":
                html, own = self._fragments[number]
                parts.append(html)
                marks += [replace(each, start=each.start + length, end=each.end + length) for each in own]
                length += len(html)
        parts.append(text[last:])
        return "".join(parts), tuple(sorted(marks, key=lambda mark: (mark.start, -mark.end)))

    def stretches(self, text: str) -> tuple[Stretch, ...]:
        """The text with every token resolved, in stretches by the conditions that they hang on."""
        return joined(self._runs(text))

    def _runs(self, text: str) -> Iterator[Stretch]:
        conditions: list[tuple[str, ...]] = []
        last = 0
        for found in self._token.finditer(text):
            when = tuple(name for each in conditions for name in each)
            yield Stretch(text=text[last : found.start()], when=when)
            last = found.end()
            kind, number = found[1], int(found[2])
            if kind == "w":
                conditions.append(self._conditions[number])
            elif kind == "e":
                conditions.pop()
            elif kind == "f":
                yield Stretch(text=self._fragments[number][0], when=when)
        yield Stretch(text=text[last:])
