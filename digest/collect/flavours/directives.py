"""What the directives of MyST and the boxes of other tools mean; another is a row at the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from digest.collect.flavours.arguments import arguments
from digest.collect.flavours.writing import alone, callout, closing, opening, tag, words


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """What stands for a directive: before its body, after it, or the info string of a fence around it.

    `taken` lines of the body have gone into `begin`; `lost` tells that readers miss something.
    """

    begin: str = ""
    end: str = ""
    fence: str = ""
    taken: int = 0
    lost: bool = False


Options = Mapping[str, str]
Writer = Callable[[str, Options, Sequence[str]], Box]


def box(name: str, title: str, options: Options, _body: object) -> Box:
    """A box of Markdown: a callout, something that folds, or a shortcode by the rule for unknown ones."""
    name = name.casefold()
    if name in _WRAPPERS:
        return Box()
    if name in _FOLDED:
        return Box(begin=opening("details", summary=words(title)), end=closing("details"))
    if name in CALLOUTS:
        both = callout(name, title)
        return Box(begin=both[0], end=both[1])
    return Box(begin=tag(name, (), {"title": words(title), **options}), end=closing(name))


def directive(name: str, title: str, options: Options, body: Sequence[str]) -> Box:
    """A directive of MyST by its name."""
    name = name.casefold()
    if name == "admonition":
        name = next((each for each in options.get("class", "").split() if each in CALLOUTS), name)
    if name in _DIRECTIVES:
        return _DIRECTIVES[name](title, options, body)
    if ":" in name or name.startswith("auto"):  # a domain of Sphinx: py:function, automodule
        return _lost(title, options, body)
    return box(name, title, {}, body)


def leaf(name: str, label: str, rest: str) -> str:
    """`::youtube[Title]{id=…}`: a shortcode that encloses nothing."""
    args, params = arguments(rest.replace("#", " "), variables=True)
    return alone(name, args, {**({"title": words(label)} if label else {}), **params})


def _code(title: str, options: Options, _body: Sequence[str]) -> Box:
    language = (title or options.get("language", "")).split(maxsplit=1)
    return Box(fence=language[0] if language else "text")


def _fence(language: str) -> Writer:
    def write(_title: str, _options: Options, _body: Sequence[str]) -> Box:
        return Box(fence=language)

    return write


def _figure(title: str, options: Options, body: Sequence[str]) -> Box:
    """An image, its caption the first paragraph of the body; what follows stays below it."""
    taken = [line.strip() for line in body]
    start = next((number for number, line in enumerate(taken) if line), len(taken))
    end = next((number for number in range(start, len(taken)) if not taken[number]), len(taken))
    values = {"src": title, "alt": options.get("alt", ""), "caption": words("\n".join(taken[start:end]))}
    return Box(begin=alone("figure", (), values), taken=end)


def _image(title: str, options: Options, _body: Sequence[str]) -> Box:
    return Box(begin=alone("figure", (), {"src": title, "alt": options.get("alt", "")}))


def _media(name: str) -> Writer:
    def write(title: str, options: Options, _body: Sequence[str]) -> Box:
        return Box(begin=alone(name, (title,), {"title": options.get("alt", "")}))

    return write


def _titled(title: str, _options: Options, _body: Sequence[str]) -> Box:
    """A box whose title is a line in bold."""
    return Box(begin=f"**{title}**" if title else "")


def _folded(title: str, _options: Options, _body: Sequence[str]) -> Box:
    return Box(begin=opening("details", summary=words(title)), end=closing("details"))


def _tab(title: str, _options: Options, _body: Sequence[str]) -> Box:
    return Box(begin=tag("details", (), {"summary": words(title), "open": "true"}), end=closing("details"))


def _quote(title: str, _options: Options, _body: Sequence[str]) -> Box:
    return Box(begin=opening("quote", author=words(title)), end=closing("quote"))


def _lost(_title: str, _options: Options, _body: Sequence[str]) -> Box:
    return Box(lost=True)


def _kept(_title: str, _options: Options, _body: Sequence[str]) -> Box:
    return Box()


CALLOUTS: Final = frozenset((
    "admonition", "attention", "bug", "callout", "caution", "check", "danger", "deprecated", "error",
    "example", "hint", "important", "info", "note", "question", "secondary", "seealso", "success", "tip",
    "todo", "versionadded", "versionchanged", "warning",
))  # fmt: skip
"""Boxes beside the text."""

_FOLDED: Final = frozenset(("details", "dropdown", "spoiler", "toggle"))
_WRAPPERS: Final = frozenset(
    name
    for names in (
        "card-grid code-group column column-margin columns content-visible div grid",
        "panel-tabset raw steps tab-set tabs v-pre vue",
    )
    for name in names.split()
)
"""Boxes that only place what is in them."""

_DIRECTIVES: Final[dict[str, Writer]] = {
    name: write
    for names, write in (
        ("bibliography contents eval-rst include index literalinclude tableofcontents toctree", _lost),
        ("card grid-item-card list-table rubric sidebar table topic", _titled),
        ("code code-block code-cell prompt sourcecode", _code),
        ("csv-table csv", _fence("csv")),
        ("dropdown", _folded),
        ("epigraph pull-quote", _quote),
        ("figure", _figure),
        ("glossary grid grid-item margin raw tab-set", _kept),
        ("iframe", _media("iframe")),
        ("image", _image),
        ("math", _fence("math")),
        ("mermaid", _fence("mermaid")),
        ("parsed-literal literal", _fence("text")),
        ("tab-item tab", _tab),
        ("youtube", _media("youtube")),
    )
    for name in names.split()
}
"""Directives that are no callouts."""
