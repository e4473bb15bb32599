"""Whose Markdown a file is written in: what its source says, its path, else signs that are no accident."""

from __future__ import annotations

import re
from typing import Final

from digest.collect.flavours.sheet import masked

_SIGNS: Final = (
    "[[", "{{", "{%", ":::", "```{", "~~~{", "{:", "{filename}", "{static}", "{attach}", "|filename|",
    "import ", "](@/", "!!! ", "??? ",
)  # fmt: skip
_SUFFIXES: Final = {".mdx": "docusaurus", ".qmd": "myst"}
_MYST: Final = re.compile(
    r"^[ \t]*(?:`{3,}|~{3,}|:{3,})\{(?:admonition|attention|caution|code-block|code-cell|danger|dropdown|"
    r"error|figure|grid|hint|image|important|list-table|literalinclude|margin|math|mermaid|note|seealso|sidebar|"
    r"tab-set|tip|toctree|versionadded|warning)\}",
    re.MULTILINE,
)
_FENCE: Final = re.compile(r"^[ \t]*(`{3,}|~{3,})(?!\{)[^\n]*\n(?:.*\n)*?[ \t]*\1[`~]*[ \t]*$", re.MULTILINE)
_ZOLA: Final = re.compile(
    r"\{\{\s*\w+\((?:\s*|\s*\w+\s*=[^{}]*)\)\s*\}\}|\{%\s*\w+\((?:\s*|\s*\w+\s*=[^%]*)\)\s*%\}|\]\(@/"
)
_LIQUID: Final = re.compile(
    r"\{%-?\s*(?:highlight\s+[\w+#-]+[^%]*|raw|comment|link\s+\S+\.\w+|post_url\s+\S+)\s*-?%\}|"
    r"^[ \t]*\{%-?\s*(?:include\s+\S+\.\w+|(?:assign|capture|set|for|if|unless|youtube)\s)[^%]*%\}[ \t]*$|"
    r"\{\{-?\s*(?:site|page)\.[\w.]+[^{}]*\}\}|\|\s*(?:relative_url|absolute_url|url)\s*\}\}",
    re.MULTILINE,
)
_NUNJUCKS: Final = re.compile(
    r"\{%-?\s*(?:set\s|import\s|from\s|include\s+[\"']|\w+\s+[\"'][^%]*[\"'],)|\|\s*url\s*\}\}|\{#"
)
_KRAMDOWN: Final = re.compile(r"^\{:\s*[.#]?[\w-][^{}\n]*\}\s*$|\{:toc\}|\)\{:\s*[^{}\n]*\}", re.MULTILINE)
_COLONS: Final = re.compile(
    r"^[ \t]*:{3,}[ \t]*(?:note|tip|info|warning|danger|caution|important|details|success|secondary)"
    r"(?:[ \t{\[].*)?\n(?:.*\n)*?[ \t]*:{3,}[ \t]*$",
    re.MULTILINE,
)
_IMPORT: Final = re.compile(r"^import\s[^;\n]*?\sfrom\s+['\"][^'\"\n]+['\"];?[ \t]*$", re.MULTILINE)
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
    """The first flavour whose signs stand outside of code; Hugo's shortcodes speak against some."""
    is_hugo = "{{<" in text or "{{%" in text
    if "{" in text and _MYST.search(_FENCE.sub("", text) if "```" in text or "~~~" in text else text):
        return "myst"
    shown = masked(text)
    is_liquid = dialect in ("", "yaml") and not is_hugo
    for flavour, holds in (
        ("zola", not is_hugo and _ZOLA.search(shown)),
        ("pelican", _PELICAN.search(shown) or (not is_hugo and _ADMONITION.search(shown))),
        ("eleventy", is_liquid and _LIQUID.search(shown) and _NUNJUCKS.search(shown)),
        ("jekyll", is_liquid and (_LIQUID.search(shown) or _KRAMDOWN.search(shown))),
        ("docusaurus", _COLONS.search(shown) or (_IMPORT.search(shown) and _COMPONENT.search(shown))),
        ("obsidian", _EMBED.search(shown) or (not is_hugo and _WIKILINK.search(shown))),
    ):
        if holds:
            return flavour
    return "hugo" if is_hugo else "plain"
