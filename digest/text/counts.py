"""How long a text takes to read, in any mixture of Chinese, Japanese, Korean and alphabetic writing."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

HAN_AND_KANA: Final = (
    "\u3005-\u3007\u3021-\u3029\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
"""Characters that are each about a word: the inside of a regular expression's character class."""

HANGUL: Final = "\u1100-\u11ff\u3131-\u318e\ua960-\ua97c\uac00-\ud7a3\ud7b0-\ud7fb"
"""Hangul syllables and letters, for a character class; words of them are set apart by spaces."""

_CHARACTER: Final = re.compile(f"[{HAN_AND_KANA}]")
_WORD: Final = re.compile(r"\w[\w'’.-]*")
_HANGUL: Final = re.compile(f"[{HANGUL}]")

_CHARACTERS_A_MINUTE: Final = 400
_HANGUL_WORDS_A_MINUTE: Final = 180
_WORDS_A_MINUTE: Final = 238  # Brysbaert 2019: silent reading of English non-fiction


@lru_cache(maxsize=4096)
def reading_minutes(plain: str) -> int:
    """Minutes that a plain text takes to read, rounded, at least 1.

    Han and kana at 400 characters a minute, words with Hangul at 180, other words at 238.
    """
    rest, characters = _CHARACTER.subn(" ", plain)
    words = _WORD.findall(rest)
    hangul = sum(1 for word in words if _HANGUL.search(word))
    minutes = (
        characters / _CHARACTERS_A_MINUTE
        + hangul / _HANGUL_WORDS_A_MINUTE
        + (len(words) - hangul) / _WORDS_A_MINUTE
    )
    return max(1, int(minutes + 0.5))
