"""What the mails are spliced of as the text of `email.parts.json`, and back.

A stretch of the sealed mail itself is kept as where it lies in it, and only what no reader of every topic
gets as text, so that the file stays small and what is sent is what `email.html` and `email.txt` hold.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from digest.errors import SealError
from digest.model import MailParts, PartItem, Parts, Rendition, Stretch
from digest.text.parts import conditions, shown

PARTS: Final = "email.parts.json"
"""Its name in the sealed folder; an issue that was sealed without it goes to everybody whole."""

FORMAT: Final = 1

Texts = Mapping[str, tuple[str, str]]
"""The sealed mails, HTML and text, by language."""


def dump_parts(parts: Parts, mails: Texts) -> Rendition:
    """The sealed file of the parts of these mails."""
    holds = conditions(parts, shown(parts, ()))
    names = sorted({name for each in _stretches(parts) for name in each.when})
    numbers = {name: number for number, name in enumerate(names)}
    table = {
        "format": FORMAT,
        "items": [{"key": item.key, "tags": item.tags, "minutes": item.minutes} for item in parts.items],
        **{key: getattr(parts, key) for key in _KEYS},
        "conditions": names,
        "mails": {
            mail.language: {
                kind: list(_rows(getattr(mail, kind), text, holds, numbers))
                for kind, text in zip(_KINDS, (*mails[mail.language], ""), strict=True)
            }
            for mail in parts.mails
        },
    }
    text = json.dumps(table, ensure_ascii=False, separators=(",", ":")) + "\n"
    return Rendition(name=PARTS, language="", media_type="application/json", text=text)


_KEYS: Final = (
    *("leads", "sections", "profiles", "persons", "quotes", "overflow", "archive", "whole"),
    *("quoted", "listed", "topics"),
)
_KINDS: Final = ("html", "text", "pills")


def _stretches(parts: Parts) -> Iterator[Stretch]:
    for mail in parts.mails:
        yield from (*mail.html, *mail.text, *mail.pills)


def _rows(
    stretches: Iterable[Stretch], sealed: str, holds: frozenset[str], numbers: Mapping[str, int]
) -> Iterator[list[Any]]:
    """Each stretch: what it hangs on, and where it lies in the sealed mail, else its text."""
    at = 0
    for each in stretches:
        when = [numbers[name] for name in each.when]
        place = sealed.find(each.text, at) if holds.issuperset(each.when) and each.text else -1
        if place < 0:
            yield [when, each.text]
        else:
            at = place + len(each.text)
            yield [when, place, at]


def load_parts(data: bytes, mails: Texts, subject: str) -> Parts:
    """The parts that `dump_parts` wrote for these mails; `subject` is the file that a fault is told of.

    Raises:
        SealError: where it is nothing that this digest understands.
    """
    try:
        return _parts(json.loads(data), mails)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise SealError(
            "is not what this digest can splice mails of",
            subject=subject,
            hint="restore the folder from git or a backup, or use the version of digest that sealed it",
        ) from error


def _parts(table: dict[str, Any], mails: Texts) -> Parts:
    if table["format"] != FORMAT:
        raise ValueError("foreign")
    names = table["conditions"]
    values = {key: _frozen(table[key]) for key in _KEYS}
    return replace(
        Parts(items=tuple(_item(each) for each in table["items"])),
        **values,
        mails=tuple(
            MailParts(
                language=language,
                **{
                    kind: tuple(_stretch(row, text, names) for row in mail[kind])
                    for kind, text in zip(_KINDS, (*mails[language], ""), strict=True)
                },
            )
            for language, mail in table["mails"].items()
        ),
    )


def _item(table: Mapping[str, Any]) -> PartItem:
    return PartItem(key=table["key"], tags=tuple(table["tags"]), minutes=table["minutes"])


def _frozen(value: Any) -> Any:
    return tuple(_frozen(each) for each in value) if isinstance(value, list) else value


def _stretch(row: Sequence[Any], sealed: str, names: Sequence[str]) -> Stretch:
    when = tuple(names[number] for number in row[0])
    return Stretch(text=sealed[row[1] : row[2]] if len(row) == 3 else row[1], when=when)
