"""The language of a text by its script: enough to choose between those that our readers read."""

from __future__ import annotations

import re
from typing import Final

from digest.collect.loose_findings import Finding

_SIMPLIFIED: Final = re.compile(
    "[这个们说为国发会时对过还后进经开长见东车书学马门问间听习从么样点听让谁认识话读写]"
)
_TRADITIONAL: Final = re.compile(
    "[這個們說為國發會時對過還後進經開長見東車書學馬門問間聽習從麼樣點讓誰認識話讀寫]"
)
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
_KANA: Final = re.compile(r"[\u3041-\u30fa]")
_HANGUL: Final = re.compile(r"[\uac00-\ud7a3]")
_LATIN: Final = re.compile(r"[A-Za-z\u00c0-\u024f]+")


def language_of(text: str) -> Finding[str]:
    """The BCP 47 tag that a text's script suggests: zh-Hant-TW, zh-Hans-CN, ja, ko or en."""
    sample = text[:20_000]
    han, kana, hangul = (len(pattern.findall(sample)) for pattern in (_HAN, _KANA, _HANGUL))
    latin = len(_LATIN.findall(sample))
    if hangul > max(han, kana, latin):
        return Finding(value="ko", confidence=0.9)
    if kana * 5 > han and kana > latin:
        return Finding(value="ja", confidence=0.9)
    if han > latin:
        simplified, traditional = len(_SIMPLIFIED.findall(sample)), len(_TRADITIONAL.findall(sample))
        value = "zh-Hans-CN" if simplified > traditional else "zh-Hant-TW"
        return Finding(value=value, confidence=0.9 if simplified != traditional else 0.6)
    return Finding(value="en", confidence=0.7 if latin else 0.1)
