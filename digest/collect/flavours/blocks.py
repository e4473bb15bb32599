"""Boxes between rows of colons or backticks: Docusaurus, VitePress, Starlight, Pandoc, Quarto, MyST."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Final

from digest.collect.flavours import directives
from digest.collect.flavours.directives import Box
from digest.collect.flavours.sheet import Sheet, without_indented

_COLONS: Final = re.compile(r"(?P<indent>[ \t]*)(?P<signs>:{3,})[ \t]*(?P<rest>.*)")
_TICKS: Final = re.compile(r"(?P<indent>[ \t>]*)(?P<signs>`{3,}|~{3,})(?P<rest>.*)")
_BRACED: Final = re.compile(r"\{(?P<name>[A-Za-z][\w:.+-]*)\}[ \t]*(?P<title>.*)")
_CHUNK: Final = re.compile(r"\{(?P<name>[A-Za-z]\w*)(?:[ ,][^{}]*)?\}[ \t]*")
_NAMED: Final = re.compile(r"(?P<name>[^\W\d_][\w-]*)(?:\[(?P<label>(?:[^\[\]\\]|\\.)*)\])?(?P<title>.*)")
_CLASSES: Final = re.compile(r"\{(?P<attributes>[^{}]*)\}[ \t]*:*")
_CLASS: Final = re.compile(r"\.([\w-]+)")
_TITLE: Final = re.compile(r"""\b(?:title|summary)=(?:"([^"]*)"|'([^']*)')""")
_LEAF: Final = re.compile(
    r"^[ \t]*::(?P<name>[a-z][\w-]*)(?:\[(?P<label>[^\[\]\n]*)\])?(?:\{(?P<rest>[^{}\n]*)\})?[ \t]*$",
    re.MULTILINE,
)
_OPTION: Final = re.compile(r"[ \t]*:(?P<key>[\w-]+):(?:[ \t]+(?P<value>.*))?$")
_PAIR: Final = re.compile(r"[ \t]*(?P<key>[\w-]+):(?:[ \t]+(?P<value>.*))?$")


@dataclass(slots=True)
class _Open:
    """A block that has begun: by which signs, and what is written at its end (None: code, left alone)."""

    signs: str
    ending: str | None
    is_lost: bool = False


@dataclass(slots=True)
class _Writer:
    """Goes through the lines once."""

    sheet: Sheet
    lines: list[str]
    shown: list[str]
    starts: list[int]
    ticks: bool
    opened: list[_Open] = field(default_factory=list)

    def write(self) -> None:
        """Rewrite every box."""
        number = 0
        while number < len(self.lines):
            number = self._line(number)
        endings = [each.ending for each in reversed(self.opened) if each.ending]
        if endings and self.lines[-1].strip():  # a box that is never closed goes to the end
            self.lines.append("")
        self.lines[-1] += "".join(endings)

    def _line(self, number: int) -> int:
        """Rewrite a line, and give the number of the next."""
        line = self.lines[number] if self.shown[number].strip() else ""  # what is indented is code
        inner = self.opened[-1] if self.opened else None
        ticks = _TICKS.match(line) if "```" in line or "~~~" in line else None
        colons = _COLONS.match(line) if ":::" in line else None
        if inner and _ends(inner, ticks or colons):
            return self._close(number)
        if inner and inner.ending is None:
            self.lines[number] = "" if inner.is_lost else self.lines[number]
            return number + 1
        if ticks:
            return self._fence(number, ticks)
        return self._colons(number, colons) if colons and colons["rest"].strip() else number + 1

    def _close(self, number: int) -> int:
        """Write what stands at the end of the innermost block; code keeps its own."""
        inner = self.opened.pop()
        if inner.ending is not None or inner.is_lost:
            line = self.lines[number]
            indent = line[: len(line) - len(line.lstrip(" \t>"))]
            self.lines[number] = (indent + (inner.ending or "")).rstrip()
        return number + 1

    def _fence(self, number: int, found: re.Match[str]) -> int:
        """A fence: a directive, a chunk of code to run, or code."""
        braced = _BRACED.fullmatch(found["rest"].strip()) if self.ticks else None
        if braced is None or "`" in found["rest"]:
            chunk = _CHUNK.fullmatch(found["rest"].strip()) if self.ticks else None
            if chunk:
                self.lines[number] = found["indent"] + found["signs"] + chunk["name"]
            self.opened.append(_Open(found["signs"], None))
            return number + 1
        return self._directive(number, found, braced["name"], braced["title"].strip())

    def _colons(self, number: int, found: re.Match[str]) -> int:
        rest = found["rest"].strip()
        braced = _BRACED.fullmatch(rest)
        if braced and self.ticks:
            return self._directive(number, found, braced["name"], braced["title"].strip())
        name, title = _header(rest)
        if not name:
            return number + 1
        return self._begin(number, number + 1, found, directives.box(name, title, {}, ""))

    def _directive(self, number: int, found: re.Match[str], name: str, title: str) -> int:
        """A MyST directive with its options, which are lines of their own."""
        options, after = self._options(number + 1)
        body = self._beginning(after, found["signs"])
        box = directives.directive(name, title, options, body)
        if box.lost:
            at = self.starts[number]
            self.sheet.lost(
                "a directive that only its own tool can follow", f"{{{name}}} {title}".strip(), at
            )
        return self._begin(number, after, found, box)

    def _options(self, start: int) -> tuple[dict[str, str], int]:
        """The options from a line on, `:key: value` or between two `---`, and the line after them."""
        options: dict[str, str] = {}
        at = start
        if at < len(self.lines) and self.lines[at].strip() == "---":
            end = next(
                (n for n in range(at + 1, min(len(self.lines), at + 50)) if self.lines[n].strip() == "---"),
                at,
            )
            for line in self.lines[at + 1 : end]:
                if pair := _PAIR.match(line):
                    options[pair["key"]] = (pair["value"] or "").strip().strip("\"'")
            return options, end + 1 if end > at else at
        while at < len(self.lines) and (found := _OPTION.match(self.lines[at])):
            options[found["key"]] = (found["value"] or "").strip()
            at += 1
        return options, at

    def _beginning(self, start: int, signs: str) -> list[str]:
        """The first lines of a body, in which a caption may stand."""
        end = start
        while end < min(len(self.lines), start + 50):
            line = self.lines[end].strip()
            if line.startswith(signs) and not line.strip(signs[0]):
                break
            end += 1
        return self.lines[start:end]

    def _begin(self, number: int, after: int, found: re.Match[str], box: Box) -> int:
        """Write the beginning of a box over its first line and its options, on the last of these."""
        indent = found["indent"]
        self.lines[number:after] = [*[""] * (after - number - 1), (indent + box.begin).rstrip()]
        for each in range(after, after + box.taken):
            self.lines[each] = ""
        signs = found["signs"]
        ticks = signs.replace(":", "`")
        if box.fence:
            self.lines[after - 1] = indent + ticks + box.fence
            self.opened.append(_Open(signs, None if signs == ticks else ticks))
        else:
            self.opened.append(_Open(signs, None if box.lost else box.end, box.lost))
        return after


def _ends(inner: _Open, found: re.Match[str] | None) -> bool:
    """Whether a line ends the innermost block: any row of colons, or as many ticks as began it."""
    if found is None or found["rest"].strip() or found["signs"][0] != inner.signs[0]:
        return False
    return inner.signs[0] == ":" or found["signs"].startswith(inner.signs)


def colon_boxes(sheet: Sheet) -> None:
    """Write `:::note[Title]`, `::: tip Title` and `::: {.callout-note}` as shortcodes."""
    if ":::" in sheet.text:
        _rewrite(sheet, ticks=False)
    if "::" in sheet.text:
        sheet.sub(_LEAF, lambda found: directives.leaf(found["name"], found["label"], found["rest"]))


def myst_boxes(sheet: Sheet) -> None:
    """Write MyST's directives, in backticks or colons, as shortcodes, fences and images."""
    if ":::" in sheet.text or "```" in sheet.text or "~~~" in sheet.text:
        _rewrite(sheet, ticks=True)


def _rewrite(sheet: Sheet, *, ticks: bool) -> None:
    shown = without_indented(sheet.text).split("\n")
    lines = sheet.text.split("\n")
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    writer = _Writer(sheet, lines, shown, starts, ticks)
    writer.write()
    sheet.text = "\n".join(writer.lines)


def _header(rest: str) -> tuple[str, str]:
    """Name and title of a box, from what stands behind the colons; no name for what is none."""
    classes = _CLASSES.fullmatch(rest)
    if classes:
        given = _TITLE.search(classes["attributes"])
        names = [one.removeprefix("callout-") for one in _CLASS.findall(classes["attributes"])]
        return names[0] if names else "div", (given[1] or given[2] or "") if given else ""
    found = _NAMED.fullmatch(rest)
    if found is None:
        return "", ""
    attributes = re.search(r"\{([^{}]*)\}\s*:*$", found["title"])
    plain = found["title"][: attributes.start()] if attributes else found["title"]
    named = _TITLE.search(attributes[1]) if attributes else None
    title: str = found["label"] or plain.strip().strip('"') or ((named[1] or named[2] or "") if named else "")
    return found["name"], title
