"""Whose Markdown a file is written in: what its source says, its path, else signs that are no accident."""

from __future__ import annotations

import re
from typing import Final

from digest.collect.flavours.fences import fences
from digest.collect.flavours.sheet import masked

_SUFFIXES: Final = {".mdx": "docusaurus", ".qmd": "myst"}
_MYST: Final = re.compile(
    r"\{(?:admonition|attention|caution|code-block|code-cell|danger|dropdown|error|figure|grid|hint|image|"
    r"important|list-table|literalinclude|margin|math|mermaid|note|seealso|sidebar|tab-set|tip|toctree|"
    r"versionadded|warning)\}"
)
_COLON_MYST: Final = re.compile(r"^[ \t]*:{3,}(?=\{)" + _MYST.pattern, re.MULTILINE)
_ZOLA: Final = re.compile(
    r"\{\{\s*\w+\((?:\s*|\s*\w+\s*=[^{}]*)\)\s*\}\}|\{%\s*\w+\((?:\s*|\s*\w+\s*=[^%]*)\)\s*%\}|\]\(@/"
)
_PAIRED: Final = re.compile(
    r"\{%-?\s*(?:end(?:raw|highlight|comment|capture|codeblock)|link\s+\S{1,300}\.\w+|post_url\s+\S{1,300})\s*-?%\}"
)
_LIQUID: Final = re.compile(
    r"^[ \t]*\{%-?\s*(?:include\s+\S{1,300}\.\w+|(?:assign|capture|set|for|if|unless|img|image|youtube)\s)"
    r"[^%\n]{0,500}%\}[ \t]*$|\{\{-?\s*(?:site|page)\.[\w.]{1,100}[^{}\n]{0,300}\}\}|"
    r"\|\s*(?:relative_url|absolute_url|url)\s*\}\}",
    re.MULTILINE,
)
_NUNJUCKS: Final = re.compile(
    r"\{%-?\s*(?:(?:set|import|from)\s|include\s+[\"']|\w+\s+[\"'][^%\n]{0,300}[\"'],)|\|\s*url\s*\}\}|\{#"
)
_KRAMDOWN: Final = re.compile(
    r"^\{:\s*[.#]?[\w-][^{}\n]*\}[ \t]*$|\{:toc\}|\)\{:\s*[^{}\n]*\}|^\{::\w+", re.MULTILINE
)
_COLONS: Final = re.compile(
    r"^[ \t]*:{3,}[ \t]*(?:note|tip|info|warning|danger|caution|important|details|success|secondary)"
    r"(?:[ \t{\[].*)?$",
    re.MULTILINE,
)
_COLONS_END: Final = re.compile(r"^[ \t]*:{3,}[ \t]*$", re.MULTILINE)
_IMPORT: Final = re.compile(
    r"^import\s[^;\n]{0,300}?\sfrom\s{1,5}['\"][^'\"\n]{1,300}['\"];?[ \t]*$", re.MULTILINE
)
_COMPONENT: Final = re.compile(r"^[ \t]*</?[A-Z]\w*", re.MULTILINE)
_EMBED: Final = re.compile(r"(?<!\\)!\[\[[^\s\[\]|][^\[\]\n]*\]\]")
_WIKILINK: Final = re.compile(
    r"(?<![\w\]\\])\[\[(?=[^\[\]\n]*[^\W\d_])[^\s\[\]|,\"'$-][^\[\]\n,\"'$=]*\]\](?![(\[\]:])"
)
_PELICAN: Final = re.compile(
    r"\]\(\s*<?(?:\{(?:filename|static|attach|tag|category|author|index)\}|\|filename\|)"
)
_ADMONITION: Final = re.compile(r"^(?:!!!|\?\?\?\+?) [a-z]+[^\n]*\n(?: {4}|\t)\S", re.MULTILINE)


def flavour_of(path: str, text: str, dialect: str, configured: str = "auto") -> str:
    """The flavour of a file: `configured` unless that is `auto`.

    `text` is its body or the whole file, `dialect` that of its front matter. Where nothing tells, a text with
    shortcodes is `hugo` and one without is `plain`.
    """
    if configured != "auto":
        return configured
    suffix = path[-4:].casefold()
    if suffix in _SUFFIXES:
        return _SUFFIXES[suffix]
    if dialect == "header":
        return "pelican"
    if "_posts/" in path:
        return "jekyll"
    return _by_signs(text, dialect)


def _by_signs(text: str, dialect: str) -> str:
    """The first flavour whose signs stand outside of code; Hugo's shortcodes there speak against some.

    Each sign is looked for in the whole text first: where the code lies is only asked when one is there.
    """
    has_braces = "{" in text
    may_be_hugo = has_braces and ("{{<" in text or "{{%" in text)
    if has_braces and _is_myst(text):
        return "myst"
    shown = ""
    signs = {sign for sign in _FIRST if sign in text}
    signs.update(_BRACES.findall(text) if has_braces else ())
    signs.update(("](",) if _LINKS.search(text) else ())
    for flavour, pattern, beside_hugo, first, second in _OTHERS if signs else ():
        if signs.isdisjoint(first) or (pattern in _TEMPLATES and dialect not in {"", "yaml"}):
            continue
        if (not second or any(need in text for need in second)) and pattern.search(text):
            shown = shown or masked(text)
            is_hugo = may_be_hugo and ("{{<" in shown or "{{%" in shown)
            if (beside_hugo or not is_hugo) and pattern.search(shown) and _holds(flavour, shown):
                return "eleventy" if flavour == "jekyll" and _NUNJUCKS.search(shown) else flavour
    return "hugo" if may_be_hugo else "plain"


def _holds(flavour: str, shown: str) -> bool:
    """Whether a sign that needs another is not alone: a box its end, an import a component."""
    if flavour != "docusaurus":
        return True
    opening = _COLONS.search(shown)
    if opening and _COLONS_END.search(shown, opening.end()):
        return True
    return bool(_IMPORT.search(shown) and _COMPONENT.search(shown))


def _is_myst(text: str) -> bool:
    """Whether a directive stands outside of other code."""
    if ":::{" in text and _COLON_MYST.search(masked(text)):
        return True
    has_fence = "```{" in text or "~~~{" in text
    return has_fence and any(_MYST.match(fence.info) for fence in fences(text.split("\n")))


_TEMPLATES: Final = (_PAIRED, _LIQUID, _KRAMDOWN)
"""Signs of tools whose front matter is YAML."""

_OTHERS: Final = (
    ("zola", _ZOLA, False, ("{{", "{%", "]("), (") }}", ")}}", ") %}", ")%}", "](@/")),
    ("pelican", _PELICAN, True, ("](",), ()),
    ("pelican", _ADMONITION, False, ("!!!", "???"), ()),
    ("jekyll", _PAIRED, True, ("{%",), ()),
    (
        "jekyll",
        _LIQUID,
        False,
        ("{{", "{%"),
        ("{%", " site.", "{site.", " page.", "{page.", "url }", "url}"),
    ),
    ("jekyll", _KRAMDOWN, False, ("{:",), ()),
    ("docusaurus", _COLONS, True, (":::",), ()),
    ("docusaurus", _IMPORT, True, (" from ",), (" from '", ' from "')),
    ("obsidian", _EMBED, True, ("[[",), ("![[",)),
    ("obsidian", _WIKILINK, False, ("[[",), ()),
)
"""Flavours with a sign of theirs, whether it counts beside Hugo's shortcodes, and what it cannot lack.

The latter in two steps: one of the first, looked for once, then one of the second, if there are any.
"""

_FIRST: Final = ("[[", ":::", " from ", "!!!", "???")
_LINKS: Final = re.compile(r"\]\([<\s]*[@{|]")
_BRACES: Final = re.compile(r"\{(?:\{(?![<%])|(?<!\{\{)%|:)")
"""Braces that are not those of Hugo's shortcodes."""
