"""Breaking text into lines of a given width, by the rules of Chinese, Japanese, Korean and Latin writing."""

from __future__ import annotations

import re
from typing import Final

from digest.text.widths import cells as width

NOT_AT_START: Final = frozenset(
    "，。、；：？！」』）】》〉〕〗〙〛］｝｠＞…‥・‧·％℃°〜～ーぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿ々〻ゝゞヽヾ"
    "．／＂＇,.;:?!)]}%’”｡｣､･ﾞﾟ"
)
"""Characters that no line begins with (kinsoku; JLREQ 3.1.7, CLREQ 3.1.2)."""

NOT_AT_END: Final = frozenset("「『（【《〈〔〖〘〚［｛｟＜([{‘“｢＄￥$¥£€#＃")
"""Characters that no line ends with."""

# Characters between which a line may break without a space: Han, kana, bopomofo and full-width signs.
# Hangul is not among them: Korean words stay whole.
_WIDE: Final = (
    "\u2e80-\u303f\u3041-\u312f\u31a0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ufe30-\ufe4f"
    "\uff01-\uff9f\uffe0-\uffe6\U00020000-\U0003ffff"
)
_MARKS: Final = "\ufe00-\ufe0f\u3099\u309a\U000e0100-\U000e01ef"
_SPACE: Final = " \t\u3000"
_URL: Final = r"[A-Za-z][A-Za-z0-9+.-]{0,30}://[^\s<>「」『』（）【】《》〈〉，。、；：？！]+"
_ATOM: Final = re.compile(
    f"(?P<space>[{_SPACE}]+)|(?P<url>{_URL})|[{_WIDE}][{_MARKS}]*|(?:(?!{_URL})[^{_WIDE}{_SPACE}])+"
)


def wrap(text: str, cells: int = 72, indent: str = "", subsequent: str = "") -> str:
    """Break each line of `text` into lines of at most `cells` cells.

    No line begins with a closing sign or ends with an opening one; Hangul and Latin words stay whole unless
    one alone is wider than a line; a URL is never broken, so that only it makes a line too wide. `indent`
    stands before the first line, `subsequent` before all others; ideographic spaces that begin a line stay.
    """
    lines: list[str] = []
    for line in text.split("\n"):
        lines += _fill(line, cells, (lines and subsequent) or ("" if lines else indent), subsequent)
    return "\n".join(lines)


def _fill(text: str, cells: int, first: str, later: str) -> list[str]:
    """The lines of one paragraph, by filling each as far as it goes."""
    lines: list[str] = []
    line, used, room = "", 0, max(2, cells - width(first))
    for space, chunk in _chunks(text):
        lead = space if line or "\u3000" in space else ""
        needed = width(lead) + width(chunk)
        if used + needed <= room or not line:
            line, used = line + lead + chunk, used + needed
        else:
            lines.append(line)
            line, used, room = chunk, width(chunk), max(2, cells - width(later))
        while used > room and "://" not in line:
            head, line = _sever(line, room)
            lines.append(head)
            room = max(2, cells - width(later))
            used = width(line) if len(line) <= 4 * room else room + 1  # measured once, not at every cut
    lines.append(line)
    prefixes = [first] + [later] * (len(lines) - 1)
    return [(prefix + line).rstrip(_SPACE) for prefix, line in zip(prefixes, lines, strict=True)]


def _chunks(text: str) -> list[tuple[str, str]]:
    """Stretches that no line break may divide, each with the space before it."""
    chunks: list[tuple[str, str]] = []
    space, opened = "", ""
    for atom in _ATOM.finditer(text):
        word = atom[0]
        if atom["space"]:
            space = word if "\u3000" in word else " "
            continue
        if chunks and (_clings(word[0], NOT_AT_START, space) or _clings(opened, NOT_AT_END, space)):
            chunks[-1] = (chunks[-1][0], chunks[-1][1] + space + word)
        else:
            chunks.append((space, word))
        space, opened = "", word[-1]
    return chunks


def _clings(sign: str, signs: frozenset[str], space: str) -> bool:
    """Whether a sign holds to its neighbour: a wide one over a space too, an ASCII one only without."""
    return sign in signs and (not space or sign > "\u2fff")


def _sever(word: str, room: int) -> tuple[str, str]:
    """Cut a word that is wider than a line, at least one character of it into the first part."""
    used = 0
    for index, character in enumerate(word):
        used += 1 if character == "\ufe0f" else width(character)  # it may widen what it follows
        if used > room and index:
            break
    cut = index
    while cut > 1 and (word[cut] in NOT_AT_START or word[cut - 1] in NOT_AT_END):
        cut -= 1
    cut = cut if cut > 1 else index
    return word[:cut], word[cut:]
