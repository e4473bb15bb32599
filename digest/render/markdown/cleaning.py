"""Sanitised HTML of a Markdown text for one medium: it can do no harm and breaks no layout."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache, lru_cache
from typing import Final

import css_inline
import nh3

from digest.render.markdown import engine
from digest.render.markdown.views import Medium
from digest.text.links import SCHEMES

_TEXT: Final = frozenset({
    "a", "abbr", "b", "bdi", "bdo", "br", "cite", "code", "del", "dfn", "em", "i", "ins", "kbd", "mark",
    "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var",
    "wbr",
})  # fmt: skip
_BLOCKS: Final = frozenset({
    "blockquote", "caption", "center", "col", "colgroup", "dd", "details", "div", "dl", "dt", "figcaption",
    "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "img", "li", "ol", "p", "pre", "section",
    "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
})  # fmt: skip
_PLAYERS: Final = frozenset({"audio", "source", "video"})
_SILENT: Final = frozenset(
    {"script", "style", "svg", "math", "template", "textarea", "select", "title", "object"}
)
"""Tags that go with all that is in them."""

_EVERYWHERE: Final = frozenset({"lang", "dir", "data-line"})
_ATTRIBUTES: Final = {
    "a": {"href", "title"},
    "abbr": {"title"},
    "blockquote": {"cite"},
    "col": {"span"},
    "colgroup": {"span"},
    "details": {"open"},
    "img": {"src", "alt", "title", "width", "height"},
    "li": {"value"},
    "ol": {"start", "reversed", "type"},
    "q": {"cite"},
    "td": {"align", "colspan", "rowspan", "style"},
    "th": {"align", "colspan", "rowspan", "scope", "style"},
    "time": {"datetime"},
}
_PLAYER_ATTRIBUTES: Final = {
    "audio": {"src", "controls", "preload"},
    "video": {"src", "controls", "preload", "poster", "width", "height"},
    "source": {"src", "type"},
    "div": {"tabindex"},
}
_TASK_CLASSES: Final = {"li": {"task-list-item"}, "ul": {"contains-task-list"}}

_DEEPEST: Final = 100
"""Levels of tags: the time that an HTML parser takes grows with their square, and mail programs give up."""

_TAGS: Final = re.compile(r"<(/?)([a-z][a-z0-9]*)[^<>]*>", re.IGNORECASE)
_CLOSED_BY_OTHERS: Final = frozenset({
    "area", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta", "p", "param",
    "source", "td", "th", "tr", "track", "wbr",
})  # fmt: skip
_RUBY: Final = re.compile(r"<rp>.*?</rp>|</?(?:ruby|rb)(?: [^<>]*)?>", re.DOTALL)
_RT: Final = re.compile(r"<rt(?: [^<>]*)?>(.*?)</rt>", re.DOTALL)


@lru_cache(maxsize=2048)
def clean_html(text: str, medium: Medium, heading: int, css: str = "") -> str:
    """The HTML of a Markdown text whose shortcodes are signs: sanitised, and for mail with `css` in its tags.

    Kept by its arguments, which are all that it depends on: an unchanged text costs nothing the second time.
    """
    html = sanitised(engine.to_html(text, medium, heading), medium)
    if medium is not Medium.EMAIL:
        return html
    if "<ruby" in html:  # Gmail shows its parts one after the other
        html = _RUBY.sub("", _RT.sub(r"(\1)", html))
    return (
        css_inline.inline_fragment(html, css, minify_css=True, load_remote_stylesheets=False)
        if css and html
        else html
    )


def sanitised(html: str, medium: Medium) -> str:
    """HTML with only the tags, attributes and addresses of a medium; too deep a nest becomes text.

    Asked before, because the parser's time grows with the square of the depth, and after, because an unclosed
    tag can hide from counting, and a deep nest ends css-inline's process.
    """
    if depth(html) <= _DEEPEST:
        clean = str(_cleaner(medium).clean(html))
        if depth(clean) <= _DEEPEST:
            return clean
    return nh3.clean(_TAGS.sub(" ", html), tags=set())


def depth(html: str) -> int:
    """How deep tags nest at most, by counting open ones of each name; tags that others close are left out."""
    opened: Counter[str] = Counter()
    level = deepest = 0
    for found in _TAGS.finditer(html):
        name = found[2].lower()
        if name in _CLOSED_BY_OTHERS:
            continue
        step = -1 if found[1] else 1
        if step > 0 or opened[name]:
            opened[name] += step
            level += step
            deepest = max(deepest, level)
    return deepest


@cache
def _cleaner(medium: Medium) -> nh3.Cleaner:
    email, web = medium is Medium.EMAIL, medium is Medium.WEB
    everywhere = _EVERYWHERE | (set() if email else {"id"}) | ({"class"} if web else set())
    attributes = {"*": set(everywhere)} | {tag: set(names) for tag, names in _ATTRIBUTES.items()}
    if not email:
        attributes |= {tag: set(names) for tag, names in _PLAYER_ATTRIBUTES.items()}
    return nh3.Cleaner(
        tags=set(_TEXT | _BLOCKS | (frozenset() if email else _PLAYERS)),
        clean_content_tags=set(_SILENT),
        attributes=attributes,
        allowed_classes={tag: set(names) for tag, names in _TASK_CLASSES.items()} if email else None,
        url_schemes=set(SCHEMES),
        link_rel=None,
        filter_style_properties={"text-align"},
    )
