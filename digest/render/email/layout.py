"""A layout in MJML: checked for what the compiler lets pass, compiled to HTML, made smaller."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from mjml import mjml2html

from digest.render.email.components import ATTRIBUTES, CHILDREN, LEAVES, NEEDED, REFUSED, VOID
from digest.text.characters import mailable

DEPTH: Final = 100
"""Elements in each other, at most: mrml dies of a stack overflow (SIGSEGV) at some thousands."""

_TAG: Final = re.compile(
    r"<!--.*?-->|<(?P<end>/?)(?P<name>[A-Za-z][\w:-]*)"
    r"(?P<attributes>(?:[^<>\"']|\"[^\"]*\"|'[^']*')*?)(?P<void>/?)>",
    re.DOTALL,
)
_ATTRIBUTE: Final = re.compile(r"([\w:-]+)\s*=\s*(\"[^\"]*\"|'[^']*')")
_CONTENT: Final = re.compile(r"(<mj-(text|raw|table|button)\b[^>]*(?<!/)>)(.*?)(</mj-\2>)", re.DOTALL)
_COMPONENT: Final = re.compile(r"<mj-(?:[^<>\"]|\"[^\"]*\")*>")
_SPACING: Final = re.compile(r"(\s(?:inner-|text-)?padding(?:-\w+)?=\")([^\"]*)")
_BARE_ZERO: Final = re.compile(r"(?<!\S)0(?!\S)")
_GAP: Final = re.compile(r"(?<=>)\n\s*(?=<)")
_NAME: Final = re.compile(r"</?([A-Za-z][\w-]*)")
_BLOCK: Final = re.compile(
    "address|article|aside|blockquote|center|div|d[dlt]|fig(ure|caption)|footer|h[1-6r]|header|li|main|[ou]l|"
    "p|section|table|tbody|t[dhr]|tfoot|thead",
    re.IGNORECASE,
)
_BETWEEN_CONDITIONALS: Final = re.compile(r"<!\[endif\]-->\s*<!--\[if mso \| IE\]>")
_LAST_SEMICOLON: Final = re.compile(r'( style="[^"]*?);\s*"')
_POSITION: Final = re.compile(r"position (\d+)")


class LayoutError(Exception):
    """A fault in a layout: what it is, and how many opening tags stand before it."""

    def __init__(self, sentence: str, tags: int, hint: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.tags = tags
        self.hint = hint


@lru_cache(maxsize=32)
def compiled(mjml: str) -> str:
    """The HTML of a layout, kept for the layouts compiled last.

    Raises:
        LayoutError: for a component that is unknown or out of its place, an attribute that does nothing, a
            layout that is too deep, or one that mrml refuses.
    """
    check(mjml)
    text = whole_gaps(with_units(mailable(mjml)))
    try:
        markup: str = mjml2html(text, fonts={})
    except ValueError as error:
        raise _refusal(text, error) from None
    return smaller(markup)


def with_units(mjml: str) -> str:
    """The layout with each bare 0 of a padding as 0px.

    mrml takes a padding that holds a bare 0 for none when it counts the width of what is inside, so that
    Outlook, which gets widths in pixels, shows the section wider than the sheet.
    """
    return _COMPONENT.sub(
        lambda tag: _SPACING.sub(lambda found: found[1] + _BARE_ZERO.sub("0px", found[2]), tag[0]), mjml
    )


def whole_gaps(mjml: str) -> str:
    """The layout with line ends between inline tags as blanks, between blocks as nothing, by a `<pre>` kept.

    mrml drops a text that is nothing but blanks and begins with a line end: `<b>a</b>`, line end, `<i>b</i>`
    becomes "ab".
    """
    return _CONTENT.sub(_with_gaps, mjml)


def _with_gaps(content: re.Match[str]) -> str:
    text = content[3]
    whole = "<pre" in text

    def gap(found: re.Match[str]) -> str:
        if whole:
            return found[0].replace("\n", "&#10;")
        neighbours = (_NAME.match(text, text.rfind("<", 0, found.start())), _NAME.match(text, found.end()))
        is_block = any(_BLOCK.fullmatch(name[1]) for name in neighbours if name)
        return "" if is_block else " "

    return content[1] + _GAP.sub(gap, text) + content[4]


def smaller(markup: str) -> str:
    """The HTML with neighbouring Outlook conditionals made one and the last semicolon of a style left out."""
    return _LAST_SEMICOLON.sub(r'\1"', _BETWEEN_CONDITIONALS.sub("", markup))


def opening_tags(mjml: str) -> Iterator[re.Match[str]]:
    """Every opening tag, in order."""
    return (found for found in _TAG.finditer(mjml) if found["name"] and not found["end"])


def check(mjml: str) -> None:
    """Find what mjml-python lets pass in silence, or dies of. Raises LayoutError for the first fault."""
    stack: list[str] = []
    depth = tags = last = 0
    for found in _TAG.finditer(mjml):
        name = found["name"]
        if not name:
            continue
        _no_stray_text(mjml[last : found.start()], stack, tags)
        last = found.end()
        if found["end"]:
            depth -= 1
            if name.startswith("mj") and (not stack or stack.pop() != name):
                raise LayoutError(f"</{name}> closes what is not open here", max(tags - 1, 0))
            continue
        _allowed(name, stack, tags)
        if name in ATTRIBUTES and "mj-attributes" not in stack:
            _attributes(name, found["attributes"], tags)
        tags += 1
        if found["void"] or name in VOID:
            continue
        depth += 1
        if depth > DEPTH:
            raise LayoutError(f"more than {DEPTH} elements stand in each other", tags - 1)
        if name.startswith("mj"):
            stack.append(name)
    if stack:
        raise LayoutError(f"<{stack[-1]}> is never closed", max(tags - 1, 0))


def _allowed(name: str, stack: list[str], tags: int) -> None:
    """Refuse a component, or HTML, where its parent cannot hold it."""
    parent = stack[-1] if stack else ""
    if name in REFUSED:
        raise LayoutError(f"<{name}> cannot be used", tags, REFUSED[name])
    if parent in LEAVES:
        if name.startswith("mj-"):
            raise LayoutError(f"<{name}> cannot stand in <{parent}>", tags, "only HTML can")
        return
    if parent == "mj-attributes":
        return
    allowed = CHILDREN.get(parent, frozenset())
    if name in allowed:
        return
    if name.startswith("mj-") and name not in CHILDREN | dict.fromkeys(LEAVES):
        near = difflib.get_close_matches(name, [*CHILDREN, *LEAVES], 1)
        raise LayoutError(
            f"there is no component <{name}>", tags, f"did you mean <{near[0]}>?" if near else ""
        )
    inside = f"in <{parent}>" if parent else "at the top"
    hint = f"{'in <' + parent + '>' if parent else 'there'} can stand: {', '.join(sorted(allowed))}"
    raise LayoutError(f"<{name}> cannot stand {inside}", tags, hint)


def _attributes(name: str, text: str, tags: int) -> None:
    """Refuse an attribute that does nothing, and a picture without its text."""
    given = {each[1]: each[2][1:-1] for each in _ATTRIBUTE.finditer(text)}
    if name == "mj-style" and given.pop("inline", None):
        hint = "write the style on the element, or use classes"
        raise LayoutError('<mj-style inline="inline"> is not inlined by our compiler', tags, hint)
    for attribute in given:
        if attribute not in ATTRIBUTES[name] and not attribute.startswith("data-"):
            near = difflib.get_close_matches(attribute, ATTRIBUTES[name], 1)
            hint = f"did you mean {near[0]}?" if near else ""
            raise LayoutError(f"<{name}> has no attribute {attribute}", tags, hint)
    for attribute in NEEDED.get(name, ()):
        if attribute not in given:
            raise LayoutError(f"<{name}> needs {attribute}", tags, 'alt="" says that a picture is ornament')


def _no_stray_text(text: str, stack: list[str], tags: int) -> None:
    """Refuse words between components: the compiler would drop them, or put them outside every column."""
    if text.strip() and (not stack or stack[-1] not in LEAVES):
        words = " ".join(text.split())[:40]
        raise LayoutError(f"“{words}” stands outside every column", max(tags - 1, 0), "put it into <mj-text>")


def _refusal(mjml: str, error: ValueError) -> LayoutError:
    """mrml's own refusal; its position counts bytes."""
    sentence = re.sub(r"\s+", " ", str(error))
    place = _POSITION.search(sentence)
    before = mjml.encode()[: int(place[1])].decode(errors="ignore") if place else mjml
    tags = sum(1 for _ in opening_tags(before))
    return LayoutError(f"the layout does not compile: {sentence}", max(tags - 1, 0))
