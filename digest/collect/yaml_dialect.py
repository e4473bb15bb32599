"""YAML front matter as JSON values with the place of each key; dates, yes/no and 12:30 stay text.

It is built from libyaml's events and not from its nodes: deep nesting cannot exhaust the stack, anchors are
seen, and it is twice as fast as `yaml.load`. Plain scalars resolve as in YAML 1.2's core schema (10.3.2).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from digest.collect.mistakes import Mistake, MistakeError, duplicate
from digest.collect.yaml_mistakes import explain, illegal, not_a_mapping
from digest.collect.yaml_plain import read_plain, resolved
from digest.model import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Front matter as read: values by key, the offset of each key, and what the editor should know."""

    values: dict[str, Any]
    offsets: dict[str, int] = field(default_factory=dict)
    mistakes: tuple[Mistake, ...] = ()


_DEEPEST: Final = 64
_MOST: Final = 100_000
_EATEN: Final = re.compile(r"\n[A-Za-z_][\w-]*:(?=[ \n])")
_STANDARD: Final = "tag:yaml.org,2002:"


def read(block: str) -> Block:
    """Read a block of YAML. Raises MistakeError, with an offset in the block, where it is not YAML."""
    if plain := read_plain(block):
        return Block(values=plain[0], offsets=plain[1])
    return read_all(block)


def read_all(block: str) -> Block:
    """The same by the parser, whatever the block holds."""
    illegal(block)
    reader = _Reader(block)
    try:
        values = reader.document()
    except yaml.YAMLError as error:
        raise MistakeError(explain(block, error)) from None
    if values is None:
        return Block(values={})
    if not isinstance(values, dict):
        raise MistakeError(not_a_mapping(block))
    return Block(values=values, offsets=reader.offsets, mistakes=tuple(reader.mistakes))


class _Reader:
    """Builds values from events."""

    def __init__(self, block: str) -> None:
        self.block = block
        self.offsets: dict[str, int] = {}
        self.mistakes: list[Mistake] = []
        self._events: Iterator[yaml.Event] = yaml.parse(block, Loader=yaml.CSafeLoader)
        self._anchors: dict[str, Any] = {}
        self._made = 0

    def document(self) -> Any:
        """The value of the only document; None when there is none."""
        value: Any = None
        for event in self._events:
            if isinstance(event, yaml.NodeEvent):
                value = self._value(event, 0)
        return value

    def _value(self, event: yaml.Event, depth: int) -> Any:
        self._made += 1
        if depth > _DEEPEST or self._made > _MOST:
            raise MistakeError(
                Mistake(
                    rule="yaml-too-deep",
                    sentence="the front matter is nested too deeply or too large from here on",
                    offset=_at(event),
                )
            )
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        value: Any
        if isinstance(event, yaml.ScalarEvent):
            value = self._scalar(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            value = self._sequence(depth)
        else:
            value = self._mapping(depth)
        anchor = getattr(event, "anchor", None)
        if anchor:
            self._anchors[anchor] = value
        return value

    def _alias(self, event: yaml.AliasEvent) -> Any:
        if event.anchor not in self._anchors:
            raise MistakeError(
                Mistake(
                    rule="yaml-alias",
                    sentence=f"`*{event.anchor}` refers to an anchor that does not exist",
                    offset=_at(event),
                    hint='a value that begins with * must stand in quotes: "*…"',
                )
            )
        value = self._anchors[event.anchor]
        self._made += _size(value)  # so that aliases of aliases cannot grow without end
        return value

    def _scalar(self, event: yaml.ScalarEvent) -> Any:
        if event.tag or (event.anchor and f"*{event.anchor}" not in self.block):
            return self._marked(event)
        if event.style in ("'", '"') and "\n" in (written := self.block[_at(event) : _end(event)]):
            self._swallowing(written, _at(event))
        return resolved(event.value) if event.implicit[0] else event.value

    def _marked(self, event: yaml.ScalarEvent) -> Any:
        """A scalar behind `!tag` or an anchor that nobody uses: probably words that were to be read."""
        tag = event.tag or ""
        if tag.startswith(_STANDARD):
            return event.value if tag == f"{_STANDARD}str" else resolved(event.value)
        sign, name = ("!", tag) if tag else ("&", f"&{event.anchor}")
        self.mistakes.append(
            Mistake(
                rule="yaml-tag" if tag else "yaml-anchor",
                sentence=f"a value that begins with {sign} means something else to YAML; it is taken as text",
                offset=_at(event),
                hint='put the whole value in double quotes: "…"',
                severity=Severity.WARNING,
            )
        )
        return f"{name} {event.value}".strip()

    def _swallowing(self, written: str, offset: int) -> None:
        """Warn of a quoted text over several lines that has eaten keys: its closing quote is missing."""
        if _EATEN.search(written):
            self.mistakes.append(
                Mistake(
                    rule="yaml-quote",
                    sentence=f"the text that `{written[0]}` opens here runs over lines that look like keys",
                    offset=offset,
                    hint=f"add a {written[0]} at the end of the line, if the text was to end there",
                    severity=Severity.WARNING,
                )
            )

    def _sequence(self, depth: int) -> list[Any]:
        values: list[Any] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            values.append(self._value(event, depth + 1))
        return values

    def _mapping(self, depth: int) -> dict[str, Any]:
        values: dict[str, Any] = {}
        merged: list[Any] = []
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._key(event, depth)
            value = self._value(next(self._events), depth + 1)
            if key == "<<" and isinstance(value, dict | list):
                merged += value if isinstance(value, list) else [value]
                continue
            if key in values:
                self.mistakes.append(duplicate(key, _at(event)))
            if depth == 0:
                self.offsets[key] = _at(event)
            values[key] = value
        for each in merged:
            values = {**each, **values} if isinstance(each, dict) else values
        return values

    def _key(self, event: yaml.Event, depth: int) -> str:
        if isinstance(event, yaml.ScalarEvent):
            return str(event.value)
        if isinstance(event, yaml.AliasEvent):
            return str(self._value(event, depth + 1))
        at = _at(event)
        sign = self.block[at : at + 1]
        raise MistakeError(
            Mistake(
                rule="yaml-brace-start",
                sentence=f"`{sign}` begins a list or a mapping where a key is expected",
                offset=at,
                hint='a value that begins with { or [ must stand in quotes: "{{ … }}"',
            )
        )


def _at(event: yaml.Event) -> int:
    return event.start_mark.index if event.start_mark else 0


def _end(event: yaml.Event) -> int:
    return event.end_mark.index if event.end_mark else 0


def _size(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + sum(_size(each) for each in value.values())
    return 1 + sum(_size(each) for each in value) if isinstance(value, list) else 1
