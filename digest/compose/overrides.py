"""The text of an `issues/EDITION/NUMBER.toml`, understood: what is wrong in it is told, the rest goes on."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from digest.config import locate
from digest.model import Named, Overrides, Position, Problem, SectionWish, Severity, Skip
from digest.text.frames import frame

KEYS: Final = ("lead", "pins", "skips", "order", "sections", "note", "subject", "preheader")
"""The keys of the file."""
SKIP_KEYS: Final = ("entry", "until")
SECTION_KEYS: Final = ("title", "titles", "entries")

_ENTRY: Final = "an entry is named by its key, path or slug, in quotes"
_SKIP: Final = 'write "ENTRY" for good, or { entry = "ENTRY", until = "next" }'


def read_overrides(text: str, path: str) -> tuple[Overrides, tuple[Problem, ...]]:
    """What an editor wrote, and what of it cannot be understood; `path` stands in the problems.

    Errors (rules `override-syntax`, `override-key`, `override-value`) mean that a word of the editor is lost;
    everything else in the file still holds.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return Overrides(text=text), (_syntax(error, text, path),)
    return _Reading(text, path).overrides(data)


class _Reading:
    """One file being read: its text, and what was found wrong so far."""

    def __init__(self, text: str, path: str) -> None:
        self.text, self.path = text, path
        self.found: list[Problem] = []

    def overrides(self, data: Mapping[str, Any]) -> tuple[Overrides, tuple[Problem, ...]]:
        self.unknown(data, KEYS, ())
        readers: dict[str, Callable[[Any, str], Any]] = {
            "lead": self.entry,
            "pins": self.entries,
            "skips": self.skips,
            "order": self.entries,
            "sections": self.sections,
            "note": self.words,
            "subject": self.words,
            "preheader": self.words,
        }
        made = {key: readers[key](data[key], key) for key in KEYS if key in data}
        known = {key: value for key, value in made.items() if value is not None}
        return Overrides(text=self.text, **known), tuple(self.found)

    def unknown(self, table: Mapping[str, Any], known: Iterable[str], place: tuple[str, ...]) -> None:
        for key in table:
            if key not in known:
                near = difflib.get_close_matches(key, list(known), 1, 0.5)
                hint = f"did you mean {near[0]}?" if near else f"known here: {', '.join(known)}"
                self.tell("override-key", f"there is no key {key}", self.key(*place, key), hint)

    def tell(self, rule: str, sentence: str, position: Position, hint: str) -> None:
        lines = frame(self.text, position.line)
        self.found.append(
            Problem(
                severity=Severity.ERROR,
                rule=rule,
                sentence=sentence,
                position=position,
                hint=hint,
                frame=lines,
            )
        )

    def key(self, *path: str) -> Position:
        line, column = locate(self.text, path)
        return Position(path=self.path, line=line, column=column)

    def value(self, value: str, *path: str) -> Position:
        """Where a string stands behind its key; the key's own place where it is written in another way."""
        key = self.key(*path)
        lines = self.text.split("\n")
        start = sum(len(line) + 1 for line in lines[: key.line - 1]) + key.column - 1
        found = re.compile(f"[\"']{re.escape(value)}[\"']").search(self.text, start)
        if not found:
            return key
        before = self.text[: found.start()]
        return Position(
            path=self.path, line=before.count("\n") + 1, column=found.start() - before.rfind("\n")
        )

    def words(self, value: Any, key: str) -> str | None:
        if isinstance(value, str):
            return value
        self.wrong(value, f"{key} must be text", "write it in quotes", key)
        return None

    def wrong(self, value: Any, sentence: str, hint: str, *path: str) -> None:
        said = f", not {value!r}" if isinstance(value, bool | int | float | str) else ""
        self.tell("override-value", f"{sentence}{said}", self.key(*path), hint)

    def entry(self, value: Any, *path: str) -> Named | None:
        if isinstance(value, str) and value.strip():
            return Named(name=value.strip(), position=self.value(value, *path))
        self.wrong(
            value, f"{path[-1]} must name an entry" if value != "" else "a name is empty", _ENTRY, *path
        )
        return None

    def entries(self, value: Any, *path: str) -> tuple[Named, ...]:
        if not isinstance(value, list):
            self.wrong(value, f"{path[-1]} must be a list", 'write ["one", "another"]', *path)
            return ()
        named = [each for one in value if (each := self.entry(one, *path))]
        return tuple({each.name: each for each in reversed(named)}.values())[::-1]

    def skips(self, value: Any, key: str) -> tuple[Skip, ...]:
        if not isinstance(value, list):
            self.wrong(value, "skips must be a list", _SKIP, key)
            return ()
        return tuple(each for one in value if (each := self.skip(one, key)))

    def skip(self, value: Any, key: str) -> Skip | None:
        if not isinstance(value, dict):
            named = self.entry(value, key)
            return Skip(entry=named) if named else None
        for each in value.keys() - set(SKIP_KEYS):
            near = difflib.get_close_matches(each, SKIP_KEYS, 1, 0.5)
            hint = f"did you mean {near[0]}?" if near else _SKIP
            self.tell("override-key", f"a skip has no key {each}", self.inside(each, key), hint)
        named = self.entry(value.get("entry"), key)
        until = value.get("until")
        if until not in (None, "next"):
            self.tell(
                "override-value", f"until must be next, not {until!r}", self.inside("until", key), _SKIP
            )
        return Skip(entry=named, for_good="until" not in value) if named else None

    def inside(self, word: str, key: str) -> Position:
        """Where a key of a skip stands: in an inline table, or under a heading of its own."""
        place = self.key(key)
        lines = self.text.split("\n")
        for number, line in enumerate(lines[place.line - 1 :], place.line):
            found = re.search(rf"(?<![\w-]){re.escape(word)}\s*=", line)
            if found:
                return Position(path=self.path, line=number, column=found.start() + 1)
        return place

    def sections(self, value: Any, key: str) -> tuple[SectionWish, ...]:
        if not isinstance(value, dict):
            self.wrong(value, "sections must be a table", 'write [sections."TAG"]', key)
            return ()
        return tuple(self.section(name, table) for name, table in value.items() if self.table(name, table))

    def table(self, name: str, table: Any) -> bool:
        if not isinstance(table, dict):
            sentence = f"the section {name} must be a table"
            self.wrong(
                table, sentence, f'write [sections."{name}"], and title = "…" under it', "sections", name
            )
        return isinstance(table, dict)

    def section(self, name: str, table: Mapping[str, Any]) -> SectionWish:
        place = ("sections", name)
        self.unknown(table, SECTION_KEYS, place)
        title = table.get("title", "")
        if not isinstance(title, str):
            self.wrong(title, "title must be text", "write it in quotes", *place, "title")
        return SectionWish(
            section=Named(name=name, position=self.key(*place)),
            title=title.strip() if isinstance(title, str) else "",
            titles=dict(self.titles(table.get("titles", {}), *place)),
            entries=self.entries(table["entries"], *place, "entries") if "entries" in table else (),
        )

    def titles(self, value: Any, *place: str) -> Iterator[tuple[str, str]]:
        hint = 'write titles = { ko = "…" }'
        if not isinstance(value, dict):
            self.wrong(value, "titles must be a table", hint, *place, "titles")
            return
        for language, title in value.items():
            if isinstance(title, str):
                yield language, title.strip()
            else:
                self.wrong(title, f"the title in {language} must be text", hint, *place, "titles")


def _syntax(error: tomllib.TOMLDecodeError, text: str, path: str) -> Problem:
    lines = text.rstrip("\n").split("\n")
    at = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
    line, column = (int(at[1]), int(at[2])) if at else (len(lines), len(lines[-1]) + 1)
    said = re.sub(r" \(at .*\)$", "", str(error))
    return Problem(
        severity=Severity.ERROR,
        rule="override-syntax",
        sentence=f"is not TOML: {said[:1].lower()}{said[1:]}",
        position=Position(path=path, line=line, column=column),
        hint="texts stand in double quotes, lists in [ ]",
        frame=frame(text, line),
    )
