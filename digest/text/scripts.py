"""What a text's letters tell of its language, and the quotation marks that a language uses."""

from __future__ import annotations

import re
from typing import Final

_SCRIPTS: Final = (
    ("ko", re.compile("[\uac00-\ud7a3\u1100-\u11ff\u3130-\u318f]")),
    ("ja", re.compile("[\u3041-\u30ff]")),
    ("zh-Hant", re.compile("[\u3400-\u9fff\uf900-\ufaff]")),
    ("en", re.compile("[A-Za-z]")),
)
_QUOTED: Final = re.compile(r"^\s*[「『“\"‘《〈].*[」』”\"’》〉]\s*$", re.DOTALL)


def primary(language: str) -> str:
    """The first part of a language tag (RFC 5646): `zh` of `zh-Hant-TW`."""
    return language.replace("_", "-").partition("-")[0].lower()


def script_language(text: str, around: str) -> str:
    """The language that a name's letters tell, empty where it is the one around it or cannot be told."""
    found = next((language for language, script in _SCRIPTS if script.search(text)), "")
    return "" if primary(found) == primary(around) else found


def quoted(text: str, language: str) -> str:
    """A quote in the quotation marks of its language; one that has marks keeps them."""
    if _QUOTED.match(text):
        return text.strip()
    return f"「{text}」" if primary(language) in ("zh", "ja") else f"“{text}”"
