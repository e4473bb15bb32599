"""The first lines of loose text: title, date, kind, source, author and tags, each only where it is said."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from digest.collect.days import days
from digest.collect.loose_findings import Finding
from digest.collect.values import is_web_address

_WINDOW: Final = 15
_LONG_LINE: Final = 160
_PARTS: Final = re.compile(r"\s*[·•‧∙|｜]\s*|\s+[—–]\s+|\s{3,}|\t+")
_UPDATED: Final = re.compile(
    r"last\s+(?:reviewed|updated|modified|edited|revised)|(?:reviewed|updated|modified|revised|edited)\b|"
    r"最[後后]?更新|更新|修訂|修改|최종\s*수정|최근\s*수정|수정|업데이트|最終更新",
    re.IGNORECASE,
)
_PUBLISHED: Final = re.compile(
    r"published|posted|released|created|date|發[布佈表]|刊登|日期|時間|게시|작성|등록|입력|발행|公開|投稿",
    re.IGNORECASE,
)
_FILLER: Final = re.compile(
    r"\b(?:on|at|the|by|first|mon|tue|wed|thu|fri|sat|sun|monday|tuesday|wednesday|thursday|friday|saturday|"
    r"sunday|[ap]m|utc|gmt|kst|jst)\b|\d{1,2}:\d{2}(?::\d{2})?|(?:星期|週|周|禮拜)[一二三四五六日天]|"
    r"오전|오후|上午|下午|午前|午後|[월화수목금토일]요일|\([월화수목금토일一二三四五六日]\)|[於在于일자됨날짜：:\s,，.。()（）\-]",
    re.IGNORECASE,
)
_KINDS: Final = {
    "wiki": "wiki", "維基": "wiki", "위키": "wiki",
    "video": "video", "影片": "video", "視頻": "video", "영상": "video", "동영상": "video", "動画": "video",
    "podcast": "podcast", "播客": "podcast", "팟캐스트": "podcast", "ポッドキャスト": "podcast",
    "interview": "interview", "訪談": "interview", "專訪": "interview", "인터뷰": "interview",
    "quotes": "quotes", "語錄": "quotes", "명언": "quotes",
    "paper": "paper", "論文": "paper", "논문": "paper",
    "article": "article", "blog": "article", "文章": "article", "기사": "article", "블로그": "article",
}  # fmt: skip
_SOURCE_NAMES: Final = (
    "YouTube", "Spotify", "Apple Podcasts", "Medium", "Substack", "Vimeo", "Bilibili", "X", "Twitter",
    "LinkedIn", "Reddit", "Hacker News", "GitHub", "arXiv", "Wikipedia", "Facebook", "Instagram",
    "TikTok", "Threads", "Naver", "Brunch", "Velog", "Tistory", "SoundOn", "Firstory", "Newsletter",
)  # fmt: skip
_SOURCES: Final = {name.casefold(): name for name in _SOURCE_NAMES}
_LABELS: Final = (
    ("title", re.compile(r"(?:title|標題|題目|제목|タイトル)\s*[:：]\s*(?P<value>\S.*)", re.IGNORECASE)),
    (
        "author",
        re.compile(
            r"(?:(?:written\s+)?by\s+|author\s*[:：]\s*|(?:作者|撰文|文字|글쓴이|저자|작성자|글|文)\s*[:：／/]\s*|글\s+)"
            r"(?P<value>[^\d\s#].{0,80})",
            re.IGNORECASE,
        ),
    ),
    (
        "source",
        re.compile(
            r"(?:source|via|from|來源|出處|출처)\s*(?:[:：]\s*|\s)(?P<value>\S.{0,100})", re.IGNORECASE
        ),
    ),
    (
        "tags",
        re.compile(
            r"(?:tags?|keywords|topics|標籤|關鍵字|태그|키워드)\s*[:：]\s*(?P<value>\S.*)", re.IGNORECASE
        ),
    ),
)
_HASHTAGS: Final = re.compile(r"(?:[#＃][^\s#＃,，、]+[\s,，、]*)+")
_HASHTAG: Final = re.compile(r"[#＃]([^\s#＃,，、]+)")
_READING: Final = re.compile(
    r"(?:about\s+|約\s*|약\s*)?\d{1,3}\s*(?:min(?:ute)?s?(?:\s+(?:read|watch|listen))?|分鐘(?:閱讀)?|분(?:\s*읽기)?)|"
    r"[\d,.]+[KM]?\s*(?:views|回視聴|次觀看|조회)",
    re.IGNORECASE,
)
_SENTENCE_END: Final = re.compile(r"[.。!?！？…;；]['\"”’」』）)]*$")
_HEADING: Final = re.compile(r"^#{1,6}\s+|\s+#+$")


@dataclass(slots=True, kw_only=True)
class Header:
    """What the first lines say; `used` are the numbers (0-based) of lines that belong to no body."""

    title: Finding[str] | None = None
    dates: list[tuple[Finding[date], bool]] = field(default_factory=list)
    kind: Finding[str] | None = None
    source: Finding[str] | None = None
    source_url: Finding[str] | None = None
    author: Finding[str] | None = None
    tags: Finding[tuple[str, ...]] | None = None
    categories: list[str] = field(default_factory=list)
    used: set[int] = field(default_factory=set)


def read_header(lines: Sequence[str], known_title: str = "") -> Header:
    """Understand the first lines, up to where the text begins; `known_title` is one told from outside."""
    header = Header()
    seen = 0
    for number, raw in enumerate(lines):
        line = raw.strip()
        if not line:
            continue
        seen += 1
        if seen > _WINDOW or _begins_text(line, header):
            break
        if _is_title_again(line, header, known_title) or _meta(line, header):
            header.used.add(number)
        elif header.title is None and not known_title and _may_be_title(line):
            header.title = _title(line, lines, number)
            header.used.add(number)
    _last_lines(lines, header)
    return header


def _begins_text(line: str, header: Header) -> bool:
    """Whether the article's own words begin: a long line, a sentence after the title, a list, a quotation."""
    if len(line) > _LONG_LINE or re.match(r"[-*•]\s|\d{1,3}[.)]\s|>|```|\|", line):
        return not _HASHTAGS.fullmatch(line)
    return header.title is not None and len(line) > 60 and bool(_SENTENCE_END.search(line))


def _may_be_title(line: str) -> bool:
    return not is_web_address(line) and any(sign.isalnum() for sign in line)


def _title(line: str, lines: Sequence[str], number: int) -> Finding[str]:
    """A line as the title: sure for a heading or when repeated, less for one that ends like a sentence."""
    words = _HEADING.sub("", line).strip()
    again = sum(_same(words, other) for other in lines[:30]) > 1
    alone = number + 1 >= len(lines) or not lines[number + 1].strip()
    sentence = bool(_SENTENCE_END.search(words)) and not words.endswith(("?", "？", "!", "！"))
    confidence = 0.95 if again or words != line else 0.5 if sentence else 0.9 if alone else 0.85
    return Finding(value=words, confidence=confidence, evidence=line)


def _is_title_again(line: str, header: Header, known_title: str) -> bool:
    title = header.title.value if header.title else known_title
    return bool(title) and _same(title, line)


def _same(title: str, line: str) -> bool:
    return _bare(title) == _bare(_HEADING.sub("", line.strip())) != ""


def _bare(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _meta(line: str, header: Header) -> bool:
    """Take a line of facts about the text into the header; False when it is none."""
    plain = unicodedata.normalize("NFKC", line)
    if _HASHTAGS.fullmatch(plain):
        tags = tuple(dict.fromkeys(_HASHTAG.findall(plain)))
        header.tags = header.tags or Finding(value=tags, confidence=0.95, evidence=line)
        return True
    parts = [part for part in _PARTS.split(plain) if part.strip()]
    taken = [_take(part.strip(), line, header, several=len(parts) > 1) for part in parts]
    if not any(taken):
        return False
    rest = [part.strip() for part, done in zip(parts, taken, strict=True) if not done]
    if any(len(part.split()) > 5 or len(part) > 40 for part in rest):
        return False
    header.categories += rest
    return True


def _take(part: str, line: str, header: Header, *, several: bool) -> bool:
    """One fact of a line: a date, a kind, a source, an author, tags, an address, a reading time."""
    if found := _dated(part):
        header.dates.append((Finding(value=found[0], confidence=found[2], evidence=line), found[1]))
        return True
    for name, pattern in _LABELS:
        label = pattern.fullmatch(part)
        if label:
            _label(name, label["value"].strip(), line, header, sure=0.9 if several or ":" in part else 0.8)
            return True
    bare = part.casefold().strip(" :：[]()")
    if bare in _KINDS:
        sure = 0.9 if several or header.title else 0.8
        header.kind = header.kind or Finding(value=_KINDS[bare], confidence=sure, evidence=line)
    elif bare in _SOURCES and (several or len(bare) > 1):
        header.source = header.source or Finding(value=_SOURCES[bare], confidence=0.9, evidence=line)
    elif is_web_address(part):
        header.source_url = header.source_url or Finding(value=part, confidence=0.8, evidence=line)
    else:
        return bool(_READING.fullmatch(part))
    return True


def _label(name: str, value: str, line: str, header: Header, *, sure: float) -> None:
    if name == "title":
        header.title = Finding(value=value, confidence=0.98, evidence=line)
    elif name == "author":
        header.author = header.author or Finding(value=value, confidence=sure, evidence=line)
    elif name == "tags":
        tags = tuple(word for part in re.split(r"[,，、;；#]", value) if (word := part.strip()))
        header.tags = header.tags or Finding(value=tags, confidence=0.95, evidence=line)
    elif is_web_address(value):
        header.source_url = header.source_url or Finding(value=value, confidence=0.95, evidence=line)
    else:
        header.source = header.source or Finding(value=value, confidence=sure, evidence=line)


def _dated(part: str) -> tuple[date, bool, float] | None:
    """The day that a part consists of, whether it is of an update, and how sure; None for any other words."""
    found = list(days(part))
    if len(found) != 1 or found[0].date is None:
        return None
    rest = part[: found[0].start] + " " + part[found[0].end :]
    is_update, is_published = bool(_UPDATED.search(rest)), bool(_PUBLISHED.search(rest))
    if _FILLER.sub("", _PUBLISHED.sub("", _UPDATED.sub("", rest))).strip():
        return None
    return found[0].date, is_update, 0.95 if is_update or is_published else 0.9


def _last_lines(lines: Sequence[str], header: Header) -> None:
    """A date at the very end, only where it is called one."""
    filled = [number for number, line in enumerate(lines) if line.strip()]
    for number in filled[-3:]:
        line = unicodedata.normalize("NFKC", lines[number].strip())
        said = _UPDATED.search(line) or _PUBLISHED.search(line)
        found = _dated(line) if said and not header.dates and number not in header.used else None
        if found:
            header.dates.append(
                (Finding(value=found[0], confidence=0.8, evidence=lines[number].strip()), found[1])
            )
            header.used.add(number)
