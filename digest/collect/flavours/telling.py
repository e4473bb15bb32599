"""Whose Markdown a file is written in: what its source says, its path, else signs that are no accident."""

from __future__ import annotations

import re
from typing import Final

from digest.collect.flavours.fences import fences
from digest.collect.flavours.sheet import masked

_SUFFIXES: Final = {".mdx": "docusaurus", ".qmd": "myst"}
_SIGNS: Final = (
    "[[", "{{", "{%", ":::", "```{", "~~~{", "{:", "{filename}", "{static}", "{attach}", "|filename|",
    "import ", "](@/", "!!! ", "??? ",
)  # fmt: skip
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
    return _by_signs(text, dialect) if any(sign in text for sign in _SIGNS) else "plain"


def _by_signs(text: str, dialect: str) -> str:
    """The first flavour whose signs stand outside of code; Hugo's shortcodes there speak against some."""
    if "{" in text and _is_myst(text):
        return "myst"
    shown = masked(text)
    no_hugo = "{{<" not in shown and "{{%" not in shown
    is_template = dialect in ("", "yaml") and ("{%" in shown or "{{" in shown)
    is_liquid = is_template and (_PAIRED.search(shown) or (no_hugo and _LIQUID.search(shown)))
    for flavour, holds in (
        ("zola", no_hugo and _ZOLA.search(shown)),
        ("pelican", _PELICAN.search(shown) or (no_hugo and _ADMONITION.search(shown))),
        ("eleventy", is_liquid and _NUNJUCKS.search(shown)),
        ("jekyll", is_liquid or (no_hugo and dialect != "toml" and _KRAMDOWN.search(shown))),
        ("docusaurus", _is_mdx(shown)),
        ("obsidian", _EMBED.search(shown) or (no_hugo and _WIKILINK.search(shown))),
    ):
        if holds:
            return flavour
    return "hugo" if "{{<" in text or "{{%" in text else "plain"


def _is_myst(text: str) -> bool:
    """Whether a directive stands outside of other code."""
    if ":::{" in text and _COLON_MYST.search(masked(text)):
        return True
    has_fence = "```{" in text or "~~~{" in text
    return has_fence and any(_MYST.match(fence.info) for fence in fences(text.split("\n")))


def _is_mdx(shown: str) -> bool:
    """Whether there is a box between colons, or an import of components."""
    opening = _COLONS.search(shown)
    if opening and _COLONS_END.search(shown, opening.end()):
        return True
    return bool(_IMPORT.search(shown) and _COMPONENT.search(shown))
