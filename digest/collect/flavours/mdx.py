"""MDX (Docusaurus, Astro): imports, comments and values in braces, components with the text in them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from digest.collect.flavours.sheet import Found, Sheet
from digest.collect.flavours.writing import alone, callout, closing, tag

_IMPORT: Final = re.compile(
    r"^import\s+(?:[^'\"\n;]{0,300}(?:\n[^'\"\n;]{1,300}){0,20}?\sfrom\s+)?['\"][^'\"\n]+['\"];?[ \t]*$",
    re.MULTILINE,
)
_ASSET: Final = re.compile(
    r"import\s+(\w+)\s+from\s+['\"]([^'\"\n]+\.(?:png|jpe?g|gif|svg|webp|avif|mp4|mp3))"
)
_EXPORT: Final = re.compile(
    r"^export[ \t]+(?:const|let|var|default|function|async|class)\b.*(?:\n.*\S.*)*", re.MULTILINE
)
_USED: Final = re.compile(r"=\{\s*(?P<name>\w+)(?:\.src)?\s*\}")
_COMMENT: Final = re.compile(r"\{/\*(?:(?!\{/\*).)*?\*/\}", re.DOTALL)
_BRACED: Final = r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}"
_ATTRIBUTES: Final = (
    r"(?P<rest>(?:\s+(?:[A-Za-z_][\w:.-]*(?:=(?:\"[^\"]*\"|'[^']*'|"
    + _BRACED
    + r"))?|"
    + _BRACED
    + r"))*)\s*"
)
_COMPONENT: Final = re.compile(r"<(?P<end>/?)(?P<name>[A-Z][\w.]*)" + _ATTRIBUTES + r"(?P<alone>/?)>")
_ELEMENT: Final = re.compile(r"<(?P<name>[a-z][\w-]*)" + _ATTRIBUTES + r"(?P<alone>/?)>")
_FRAGMENT: Final = re.compile(r"</?>")
_ATTRIBUTE: Final = re.compile(
    r"(?P<name>[A-Za-z_][\w:.-]*)(?:=(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<code>"
    + _BRACED
    + r")))?"
)
_STRING: Final = re.compile(r"\{\s*(?:\"([^\"]*)\"|'([^']*)'|`([^`$]*)`|(-?\d+(?:\.\d+)?|true|false))\s*\}")
_CALLED: Final = re.compile(r"\{\s*(?:require|useBaseUrl)\(\s*['\"]([^'\"]+)['\"]\s*\)(?:\.default)?\s*\}")
_VALUE: Final = re.compile(
    r"\{\s*(?:[A-Za-z_$][\w$]*(?:\??\.[\w$]+|\[[\w'\"]+\])*|['\"`][^'\"`{}\n]*['\"`])\s*\}"
)
_INTERPOLATED: Final = re.compile(r"\{\{(?![<%])[^{}\n]{1,300}\}\}")
_WORDS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[._]")

_WRAPPERS: Final = frozenset((
    "BrowserOnly", "Card", "CardGrid", "Center", "CodeGroup", "Column", "Columns", "Fragment", "Grid",
    "Highlight", "React.Fragment", "Steps", "Tabs", "Tabs.Root",
))  # fmt: skip
_TABS: Final = frozenset(("Tab", "TabItem", "Tabs.Item"))
_BOXES: Final = frozenset(("Admonition", "Aside", "Callout"))
_LINKS: Final = frozenset(("A", "Link"))
_IMAGES: Final = frozenset(("Figure", "IdealImage", "Image", "Img", "Picture", "ThemedImage", "ZoomImage"))
_SAME: Final = {
    "YouTube": "youtube",
    "TweetEmbed": "tweet",
    "LiteYouTubeEmbed": "youtube",
    "GitHub": "github",
}


def imports(sheet: Sheet) -> None:
    """Leave out imports and exports, with the paths of imported images written where they are used."""
    if "import" in sheet.text or "export" in sheet.text:
        assets = dict(_ASSET.findall(sheet.masked))
        sheet.drop(_IMPORT, "an import")
        sheet.drop(_EXPORT, "an export")
        if assets:
            sheet.sub(_USED, lambda found: f'="{assets[found["name"]]}"' if found["name"] in assets else None)


def components(sheet: Sheet) -> None:
    """Write components as shortcodes: what they enclose stays Markdown."""
    if "{/*" in sheet.text:
        sheet.drop(_COMMENT, "a comment")
    if "<" in sheet.text:
        boxes: list[str] = []
        sheet.sub(_COMPONENT, lambda found: _component(found, boxes))
        sheet.sub(_FRAGMENT, lambda _found: "")
        if "={" in sheet.text:
            sheet.sub(_ELEMENT, _element)


def values(sheet: Sheet) -> None:
    """Write strings in braces as text; leave out what only a program knows."""
    if "{" in sheet.text:
        sheet.sub(_INTERPOLATED, lambda found: _lost(sheet, found))
        sheet.sub(_VALUE, lambda found: _value(sheet, found))


def _component(found: Found, boxes: list[str]) -> str:
    name, params = found["name"], _params(found["rest"])
    if name in _WRAPPERS:
        return ""
    if name in _LINKS:
        return _link(found, params)
    if name in _BOXES:
        return _box(found, params, boxes)
    return _shortcode(found, name, params)


def _shortcode(found: Found, name: str, params: Mapping[str, str]) -> str:
    """A component that is a shortcode of ours, or one by the rule for unknown ones."""
    if name in _TABS:
        label = params.get("label") or params.get("title") or params.get("value", "")
        return closing("details") if found["end"] else tag("details", (), {"summary": label, "open": "true"})
    if name in _IMAGES and not found["end"]:
        return alone("figure", (), {key: params.get(key, "") for key in ("src", "alt", "caption", "title")})
    ours = _SAME.get(name) or _WORDS.sub("-", name).strip("-").lower()
    if found["end"]:
        return closing(ours)
    return (alone if found["alone"] else tag)(ours, (), params)


def _link(found: Found, params: Mapping[str, str]) -> str:
    if found["end"]:
        return "</a>"
    address = (params.get("to") or params.get("href", "")).replace('"', "%22")
    return f'<a href="{address}">' + ("</a>" if found["alone"] else "")


def _box(found: Found, params: Mapping[str, str], boxes: list[str]) -> str:
    """The halves of a callout: its end is told by its beginning."""
    if found["end"]:
        return boxes.pop() if boxes else ""
    begin, end = callout(params.get("type") or params.get("kind") or "note", params.get("title", ""))
    if found["alone"]:
        return begin + end
    boxes.append(end)
    return begin


def _params(rest: str) -> dict[str, str]:
    """Attributes whose values are text or numbers."""
    found: dict[str, str] = {}
    for one in _ATTRIBUTE.finditer(rest):
        value = _plain(one)
        if value is not None:
            found.setdefault(one["name"], value)
    return found


def _plain(found: re.Match[str]) -> str | None:
    if found["code"] is None:
        return found["double"] if found["double"] is not None else found["single"] or ""
    string = _STRING.fullmatch(found["code"])
    called = _CALLED.fullmatch(found["code"])
    if string:
        return next(part for part in string.groups() if part is not None)
    return called[1] if called else None


def _element(found: Found) -> str | None:
    """An HTML element without the attributes that are programs."""
    if "={" not in found["rest"]:
        return None
    kept = "".join(f' {key}="{value}"' for key, value in _params(found["rest"]).items() if '"' not in value)
    return f"<{found['name']}{kept}{' /' if found['alone'] else ''}>"


def _value(sheet: Sheet, found: Found) -> str:
    string = _STRING.fullmatch(found[0])
    if string:
        return next(part for part in string.groups() if part is not None)
    return _lost(sheet, found)


def _lost(sheet: Sheet, found: Found) -> str:
    sheet.lost("a value that only a program knows", found[0], found.start)
    return ""
