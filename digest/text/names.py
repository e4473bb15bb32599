"""Finding a name in a text: whole, as its script demands, and never as a part of a longer one."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from digest.text.counts import HAN_AND_KANA, HANGUL

_CJK: Final = re.compile(f"[{HAN_AND_KANA}{HANGUL}]")
_ENDS_IN_HANGUL: Final = re.compile(f"[{HANGUL}]$")
_KANA: Final = "\u3041-\u3096\u30a1-\u30fa\u30fc-\u30ff"
_WORD: Final = re.compile(f"[^\\W_{HAN_AND_KANA}{HANGUL}]+")
_ASCII_WORD: Final = re.compile("[a-z0-9]+")  # the same of a text that is all ASCII, in half the time
_RUN: Final = re.compile(f"[{HAN_AND_KANA}{HANGUL}·]{{2,}}")
_LETTER: Final = f"[^\\W_{HAN_AND_KANA}{HANGUL}]"
_MARKED: Final = re.compile("[\u00c0-\u024f\u1e00-\u1eff]")
_MARKS: Final = re.compile("[\u0300-\u036f]")
_STROKES: Final = str.maketrans("łŁøØđĐħĦ", "lLoOdDhH")
_DOT: Final = re.compile("[·・‧•]")
_DOTS: Final = re.compile(r"\s*[·・‧•]\s*")
_SHORT: Final = 2
"""Characters of a Chinese or Japanese name that is found only where what stands around it is no name."""

# fmt: off
_JOINTS: Final = (
    "的之是在和與与及跟同說说於于把被用也都曾將将為为對对從从到因而等改造寫写讓让向由給给以就又仍還还者"
    "はがをにでとのもやへ"
)
"""Characters that stand beside a name and are seldom in one."""

_LONGER: Final = (
    "獎|奖|賞|路|街|大學|大学|學院|学院|中學|中学|小學|學校|基金會|基金会|紀念|纪念|研究所|研究院|館|馆|文庫|杯|市|縣|區"
)
"""What makes the name of a prize, a street or a school of the name that it follows."""

_INSTITUTIONS: Final = (
    "institute|universit(?:y|ies)|college|school|foundation|day|prize|awards?|medal|lectures?|cent(?:er|re)|museum|"
    "library|street|avenue|road|hall|house|labs?|laborator(?:y|ies)|fund|society|chair|fellowships?|scholarship|"
    "robotics|cloud"
)
_PARTICLES: Final = (
    "의|에|도|만|께|씨|님|부터|까지|처럼|보다|에게|한테|에서|께서|조차|마저|뿐|대왕|교수|박사|대표|선생|작가|감독"
)
_AFTER_CONSONANT: Final = "은|이|을|과|으로|아|이라|이나|이며|이다|이었|이여"
_AFTER_VOWEL: Final = "는|가|를|와|로|야|라|나|며|다|였|여"
# fmt: on
_IS_DISTINCT: Final = re.compile(r"[^\W\d_].*[A-Z]|\d")
"""OpenAI, IBM, 3M: a word that is written so is nothing else."""
_WORD_BEFORE: Final = re.compile(f"({_LETTER}+)[ -]$")
_MIDST: Final = re.compile(r"(?:[,;(]|[^\x00-\x7f。！？])\s*$")
_CAPITAL_AFTER: Final = re.compile(r"[ -][A-Z]")
_SMALL_AFTER: Final = re.compile(r",? [a-z]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """A text in which names are looked for: as it is written, and in one case; no marks over letters."""

    written: str
    folded: str

    @classmethod
    def of(cls, text: str) -> Searched:
        """Read a plain text."""
        written = unmarked(text)
        return cls(written=written, folded=written.casefold())

    def beginnings(self) -> set[str]:
        """With what names in it may begin: its words, and every two neighbouring characters."""
        if self.folded.isascii():
            return set(_ASCII_WORD.findall(self.folded))
        found = set(_WORD.findall(self.folded))
        for run in _RUN.findall(self.folded):
            found.update(map(str.__add__, run, run[1:]))
        return found


def unmarked(text: str) -> str:
    """The text in NFKC, with Latin letters without their marks, and one sign for the dots in names."""
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKC", text)
    if _MARKED.search(plain):
        bare = _MARKS.sub("", unicodedata.normalize("NFD", plain.translate(_STROKES)))
        plain = unicodedata.normalize("NFC", bare)
    return _DOTS.sub("·", plain) if _DOT.search(plain) else plain


def beginning(name: str) -> str:
    """With what a name begins, as `Searched.beginnings` has it; empty for one that is never looked for."""
    folded = unmarked(name).strip().casefold()
    if _CJK.match(folded):
        run = _RUN.search(folded)
        return run[0][:2] if run else ""
    words = _WORD.findall(folded)
    return words[0] if words and (len(words) > 1 or len(words[0]) > 2) else ""


def occurrences(name: str, text: Searched) -> int:
    """How often a text has a name.

    A name in Chinese or Japanese is found in running text, one of two characters only beside another script,
    punctuation or a word that joins (王安 is not in 王安石); one in Korean at the beginning of a word, with a
    particle that fits it; one of several Latin words in any case; one Latin word as it is written, where it
    is not a part of a longer name, nor any first word of a sentence.
    """
    plain = unmarked(name).strip()
    pattern, exact = _pattern(plain)
    found = pattern.finditer(text.written if exact else text.folded)
    if exact and not _IS_DISTINCT.search(plain):
        return sum(1 for each in found if _stands_alone(each))
    return sum(1 for _ in found)


def _stands_alone(found: re.Match[str]) -> bool:
    """Whether a word with a capital is a name by itself: no part of one, and no first word of a sentence."""
    before, after = found.string[max(0, found.start() - 40) : found.start()], found.string[found.end() :]
    neighbour = _WORD_BEFORE.search(before)
    if (neighbour and neighbour[1][0].isupper()) or _CAPITAL_AFTER.match(after):
        return False
    return bool(neighbour or _MIDST.search(before) or not _SMALL_AFTER.match(after))


@lru_cache(maxsize=4096)
def _pattern(name: str) -> tuple[re.Pattern[str], bool]:
    """How a name is found, and whether in the text as it is written."""
    if not _CJK.search(name):
        words = _WORD.findall(name)
        return _latin(words, name), len(words) < 2
    folded = name.casefold()
    said = r"\s*".join(map(re.escape, folded.split()))
    if _ENDS_IN_HANGUL.search(folded):
        return re.compile(rf"(?<![{HANGUL}]){said}(?={_particles(folded)}|[^{HANGUL}]|$)"), False
    if re.match(f"[{_KANA}]", folded[-1]):
        return re.compile(rf"(?<![\u30a1-\u30fa\u30fc]){said}(?![\u30a1-\u30fa\u30fc])"), False
    if len(folded) <= _SHORT:
        around = f"[^{HAN_AND_KANA}]|[{_JOINTS}]"
        return re.compile(rf"(?:(?<={around})|^){said}(?={around}|$)"), False
    return re.compile(rf"{said}(?!{_LONGER})"), False


def _latin(words: list[str], name: str) -> re.Pattern[str]:
    if len(words) != 1:
        said = r"[\s.·’'-]{1,3}".join(map(re.escape, (word.casefold() for word in words)))
        return re.compile(rf"(?<!{_LETTER}){said}(?!{_LETTER})(?! (?:{_INSTITUTIONS})\b)")
    if not name[:1].isupper() and not _IS_DISTINCT.search(name):
        return re.compile(r"(?!)")
    return re.compile(rf"(?<!{_LETTER}){re.escape(name)}(?!{_LETTER})(?! (?i:{_INSTITUTIONS})\b)")


def _particles(name: str) -> str:
    """The particles that may follow a Korean name: some go by how it ends."""
    ending = (ord(name[-1]) - 0xAC00) % 28 if "가" <= name[-1] <= "힣" else 0
    fitting = _AFTER_CONSONANT if ending else _AFTER_VOWEL
    others = f"|로|{_PARTICLES}" if ending == 8 else f"|{_PARTICLES}"  # 8: ㄹ
    return f"(?:{fitting}{others})"
