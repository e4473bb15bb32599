"""One key for all the spellings of a tag."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from digest.text.counts import HAN_AND_KANA, HANGUL

_UNSEEN: Final = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
)
# A slash must not become a folder in /tags/KEY/; middle dots part the names of people in Chinese.
_BREAKS: Final = re.compile(r"[\s_\-\u2010-\u2015·・‧•/\\]+")
_CJK: Final = f"[{HAN_AND_KANA}{HANGUL}]"
_BORDER: Final = re.compile(f"(?<={_CJK})-(?!{_CJK})|(?<!{_CJK})-(?={_CJK})")

_LONGEST: Final = 200
"""Bytes of the longest key: it is a folder of the site, and file systems take 255."""


@lru_cache(maxsize=8192)  # a site has few tags, on many entries
def tag_key(tag: str) -> str:
    """The key that all spellings of a tag share; empty when nothing is left.

    NFKC, without `#`, casefolded; spaces, `_`, `-` and `·` are one hyphen, and none where Chinese, Japanese
    or Korean meets another script: `AI 產業`, `AI產業` and `#ai_產業` are one tag.
    """
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", tag).casefold())
    text = _UNSEEN.sub("", text).strip().lstrip("#")
    key = _BORDER.sub("", _BREAKS.sub("-", text).rstrip("-").lstrip("-#"))
    key = key.encode("utf-8", "ignore")[:_LONGEST].decode("utf-8", "ignore").rstrip("-")
    return "" if key.strip(".") == "" else key
