"""A rich issue, made by hand: three languages, every kind of card, and the characters that break mails."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from digest import config as configuration
from digest.config import Config
from digest.model import (
    Change,
    Entry,
    EntryType,
    ImageRef,
    Issue,
    IssueQuote,
    Item,
    Operation,
    Picture,
    PictureFile,
    Position,
    Quote,
    Reason,
    Section,
    Stamp,
)

ZONE = ZoneInfo("Asia/Taipei")
BASE = "https://paper.example"

CONFIG = f"""\
[site]
title = "紙與字"
base_url = "{BASE}"
timezone = "Asia/Taipei"
languages = ["zh-Hant-TW", "ko", "en"]
postal_address = "紙與字編輯部 · 10048 台北市示例路 1 號"
description = "每週一封，讀印刷、字體與書寫。"

[[sources]]
kind = "articles"
path = "articles"

[[sources]]
kind = "profiles"
path = "articles/profiles"

[[editions]]
name = "weekly"
title = "紙與字週報"
tagline = "Paper, type, and the hands that set it"
language = "zh-Hant-TW"
languages = ["zh-Hant-TW", "ko", "en"]
sender = "紙與字週報 <weekly@paper.example>"

[[editions.sections]]
tag = "印刷"
title = "印刷與紙"
titles = {{ en = "Print and paper", ko = "인쇄와 종이" }}
colour = "teal"

[[editions.sections]]
tag = "한글"
colour = "blue"
"""

POINTS = """\
一枚五號鉛字重不到四公克，一部長篇小說卻要用上十幾萬枚。**檢字師傅說「倒著認字」。**那是手比眼睛快的工夫。

## 三個要點

1. 鉛、錫、銻的合金凝固時收縮很小，字面才會飽滿。
2. 字盤按部首排，常用字放在伸手可及處。
3. 排好的版要先打樣，再校對[^1]。

| 號數 | 點數 | 用處 |
|:--|--:|:--|
| 初號 | 42 | 標題 |
| 五號 | 10.5 | 內文 |

> 「字是給人讀的，不是給人看的。」

```python
def pick(case: dict[str, list[str]], text: str) -> list[str]:
    return [case[sign].pop() for sign in text]
```

- [x] 檢字
- [ ] 還字

![字架與檢字盤](case.png)

{{< youtube DtePicx_kFY >}}

[^1]: 校對用的毛坯紙樣叫「打樣」。
"""


def stamp(text: str) -> Stamp:
    """A date by its ISO text, in the site's zone; day only where no time stands."""
    at = datetime.fromisoformat(text)
    return Stamp(at=at if at.tzinfo else at.replace(tzinfo=ZONE), day_only="T" not in text)


def article(slug: str, title: str, language: str, **values: object) -> Entry:
    """An article whose front matter begins on line 2, title first."""
    path = f"articles/{slug}.md"
    body = str(values.pop("body", "內文。\n"))
    image = values.pop("image", None)
    names = ("title", "date", "description", "tags", "source_name", "image")
    defaults: dict[str, object] = {
        "type": EntryType.ARTICLE,
        "kind": "article",
        "body_line": 12,
        "date": stamp("2026-01-23T10:00:00+08:00"),
        "positions": {name: (2 + index, 1) for index, name in enumerate(names)},
    }
    if image:
        defaults["image"] = ImageRef(src=image[0], alt=image[1], position=Position(path=path, line=7))
    return Entry(
        key=path,
        slug=slug,
        title=title,
        language=language,
        position=Position(path=path),
        fingerprint=hashlib.sha256((slug + title + body).encode()).hexdigest(),
        body=body,
        **(defaults | values),
    )


def item(entry: Entry, minutes: int = 4, **values: object) -> Item:
    """An entry in its place, at the address that digest builds for it."""
    folder = "profiles" if entry.type is EntryType.PROFILE else "articles"
    defaults: dict[str, object] = {"reason": Reason.NEW, "url": f"{BASE}/{folder}/{entry.slug}/"}
    return Item(entry=entry, minutes=minutes, **(defaults | values))


LEAD = article(
    "lead-type",
    "「一枚鉛字的重量」：最後一家鑄字行，為什麼還在鑄字？",
    "zh-Hant-TW",
    kind="podcast",
    description="活版印刷退出市場四十年後，仍有人每天開爐鑄字。這一集談合金、字模與檢字的手感，也談一門手藝要靠什麼留下來。",
    tags=("印刷", "鉛字", "Podcast"),
    source_name="紙聲 Paper Voices",
    source_url="https://podcasts.example/paper-voices/31",
    image=("lead.png", "排成螺旋的鉛字，紅黑相間"),
    images=(
        ImageRef(
            src="lead.png", alt="排成螺旋的鉛字", position=Position(path="articles/lead-type.md", line=7)
        ),
        ImageRef(
            src="case.png", alt="字架與檢字盤", position=Position(path="articles/lead-type.md", line=38)
        ),
    ),
    body=POINTS,
    lead=True,
    key_points=("鉛錫銻合金收縮小", "字盤按部首排"),
)

KINSOKU = article(
    "kinsoku",
    "Kinsoku: the marks that may not begin a line",
    "en",
    kind="wiki",
    description=(
        "A closing bracket or a full stop never opens a line of Chinese or Japanese. "
        "How compositors kept that rule by hand, and how CSS keeps it now."
    ),
    tags=("印刷", "Line breaking", "CSS"),
    source_name="Setting Type",
    date=None,
    updated=stamp("2026-01-20"),
    body="# Kinsoku\n\nA line that begins with `。` is *wrong*.\n\n- one\n- two\n",
)

TRAPS = article(
    "traps",
    'a < b &amp; "c\\d"\u3000全形空白、👩‍💻 與 é：標題裡的陷阱',
    "zh-Hant-TW",
    description=(
        "U+3000、ZWJ、VS16（☎️）、ZWSP\u200b、NBSP\u00a0、軟連字號 hy\u00adphen、"
        "反斜線 \\、引號 \" 與 ' 都要原樣抵達。"
    ),
    tags=("印刷",),
    source_name="<b>Not bold</b> & Co.",
    body="a < b\n\n<script>alert(1)</script>\n\n1 & 2\n",
)

NO_DEK = article("no-dek", "沒有摘要的短訊", "zh-Hant-TW", tags=(), body="", date=stamp("2026-01-21"))

HANGUL = article(
    "haerye",
    "훈민정음 해례본은 왜 글자의 설계도라고 불리는가",
    "ko",
    kind="video",
    description=(
        "1446년에 나온 해례본은 새 글자를 알릴 뿐 아니라, 닿소리가 혀와 입술의 모양을 본떴다는 원리까지 "
        "적었다. 글자를 만든 까닭과 방법이 함께 남은 드문 책이다."
    ),
    tags=("한글", "역사"),
    source_name="글자의 숲",
    source_url="https://www.youtube.com/watch?v=DtePicx_kFY",
    image=("thumb.png", "다섯 겹으로 쌓인 마름모"),
    body="첫 문단이다.\n\n1. 하나\n2. 둘\n",
)

INTERVIEW = article(
    "punch-cutter",
    "An interview with a punch cutter: “You draw with a file, and you cannot undo”",
    "en",
    kind="interview",
    description="A fictional engraver on steel, patience, and the half-day that a single letter takes.",
    tags=("한글", "Type design", "Craft", "Steel"),
    source_name="The Quarto Letters",
    date=stamp("2026-01-22"),
    body="Q. How long?\n\nA. Half a day.\n",
)

COLLECTION = article(
    "on-reading",
    "讀書四則：古人怎麼說讀與寫",
    "zh-Hant-TW",
    kind="quotes",
    description="從韓愈到培根，四句關於讀書與寫作的話，各附出處。",
    tags=("語錄",),
    quotes=(
        Quote(
            text="業精於勤，荒於嬉；行成於思，毀於隨。", by="韓愈", source="〈進學解〉", language="zh-Hant-TW"
        ),
    ),
    body="四句。\n",
)

PAPER = article(
    "rag-content",
    "Supercalifragilistic-hyphenless_identifier_that_never_breaks_at_all_in_a_title",
    "en",
    kind="paper",
    description="https://example.org/a/very/long/url/without/any/break/opportunity/whatsoever/index.html?query=1",
    tags=("語錄", "Paper"),
    source_name="一個名字非常非常長的來源用來檢查換行行為是否正常而且不會撐破版面",
    body="x\n",
)

LINK = article(
    "link-1",
    "An elsewhere worth reading",
    "en",
    type=EntryType.LINK,
    kind="link",
    description="Somebody else’s page, linked as it is.",
    tags=("語錄",),
    source_name="elsewhere.example",
    source_url="https://elsewhere.example/post",
    url="https://elsewhere.example/post",
)

PERSON = article(
    "wang-zhen",
    "王禎 Wang Zhen",
    "zh-Hant-TW",
    type=EntryType.PROFILE,
    kind="person",
    description="元代農學家，製木活字，造轉輪排字架",
    tags=("印刷", "農學"),
    date=None,
    updated=stamp("2026-01-24"),
    fields={
        "title": "王禎 Wang Zhen",
        "name_zh": "王禎",
        "name_en": "Wang Zhen",
        "current_position": "縣尹",
        "representative_works": [{"title": "農書", "year": 1313}],
    },
    body="## 一句話認識他\n\n**王禎把字放在輪上。**\n",
)

COMPANY = article(
    "ink-works",
    "잉크웍스 Ink Works",
    "ko",
    type=EntryType.PROFILE,
    kind="company",
    description="가상의 활자 회사",
    tags=("한글",),
    date=None,
    updated=stamp("2026-01-25"),
    fields={"title": "잉크웍스 Ink Works", "name_ko": "잉크웍스", "name_en": "Ink Works", "founded": 1987},
    body="가상의 회사다.\n",
)


def change(operation: str, field: str, old: tuple[str, ...] = (), new: tuple[str, ...] = ()) -> Change:
    """A change of the first profile."""
    place = Position(path=PERSON.position.path, line=9)
    return Change(operation=Operation(operation), field=field, old=old, new=new, position=place)


PERSON_CHANGES = (
    change("changed", "current_position", ("旌德縣尹",), ("永豐縣尹",)),
    change("added", "representative_works", (), ("《農書》 · 1313", "〈造活字印書法〉")),
    change("removed", "social.twitter", ("twitter.com/sample",)),
    change(
        "changed",
        "description_long",
        ("從舊的一句話簡介改成",),
        ("新的、長度超過一行而且需要換行的一句話簡介，用來確認手機與桌面的版面都不會散開",),
    ),
    change("added", "favourite_typeface", (), ("宋體",)),
    change("changed", "body", (), ("新增一節談轉輪排字架",)),
)

OVERFLOW = (
    article("more-1", "書口、書背與書根：一本線裝書的身體", "zh-Hant-TW", source_name="紙聲"),
    article("more-2", "How deckle edges came back", "en", kind="video", source_name="Mill Street"),
    article("more-3", "한지의 결을 읽는 법", "ko", kind="wiki"),
)


@pytest.fixture(scope="session")
def rich_config() -> Config:
    """The config of the rich issue: `weekly` in three languages."""
    return configuration.parse(CONFIG)


@pytest.fixture(scope="session")
def rich_issue() -> Issue:
    """Podcast lead with a picture, three sections, two profiles with changes, quotes, overflow."""
    return Issue(
        edition="weekly",
        number=14,
        label="2026-W05",
        title="紙與字週報",
        tagline="Paper, type, and the hands that set it",
        language="zh-Hant-TW",
        languages=("zh-Hant-TW", "ko", "en"),
        date=datetime(2026, 1, 26, 9, 0, tzinfo=ZONE),
        subject="一枚鉛字的重量",
        preheader="最後一家鑄字行還在開爐；훈민정음的設計圖；行首不能放的標點。",
        note="這一期從一枚**鉛字**開始：它為什麼倒著刻，又為什麼值得[留下來](/about/)。"
        "再讀 훈민정음 的設計圖，與行首的禁忌。",
        lead=item(LEAD, 5),
        sections=(
            Section(
                key="印刷",
                title="印刷與紙",
                colour="teal",
                items=(item(KINSOKU, 4), item(TRAPS, 1), item(NO_DEK, 1)),
            ),
            Section(key="한글", title="한글", colour="blue", items=(item(HANGUL, 10), item(INTERVIEW, 12))),
            Section(
                key="語錄",
                title="語錄",
                colour="plum",
                items=(
                    item(COLLECTION, 2),
                    item(PAPER, 7, reason=Reason.UPDATED),
                    item(LINK, 3, url="https://elsewhere.example/post"),
                ),
            ),
        ),
        profiles=(
            item(PERSON, 3, reason=Reason.UPDATED, changes=PERSON_CHANGES, note="依新出版的傳記修訂"),
            item(COMPANY, 1, changes=(change("added", "founded", (), ("1987",)),)),
        ),
        quotes=(
            IssueQuote(quote=COLLECTION.quotes[0], entry=COLLECTION.key, url=f"{BASE}/articles/on-reading/"),
            IssueQuote(
                quote=Quote(
                    text="Reading maketh a full man; conference a ready man; and writing an exact man.",
                    by="Francis Bacon",
                    source="Of Studies",
                    language="en",
                ),
                entry=COLLECTION.key,
                url=f"{BASE}/articles/on-reading/",
            ),
            IssueQuote(
                quote=Quote(
                    text="나라의 말이 중국과 달라 문자와 서로 통하지 아니하므로",
                    by="세종",
                    source="훈민정음",
                    language="ko",
                ),
                entry=HANGUL.key,
                url=f"{BASE}/articles/haerye/",
            ),
        ),
        overflow=tuple(item(each, 2 + index) for index, each in enumerate(OVERFLOW)),
        pictures=(
            Picture(
                entry=LEAD.key,
                src="lead.png",
                alt="排成螺旋的鉛字，紅黑相間",
                files=(
                    PictureFile(name="0123456789abcdef-600.png", width=600, height=300),
                    PictureFile(name="0123456789abcdef-1200.png", width=1200, height=600),
                ),
            ),
            Picture(
                entry=LEAD.key,
                src="case.png",
                alt="字架與檢字盤",
                files=(PictureFile(name="fedcba9876543210-480.png", width=480, height=360),),
            ),
            Picture(
                entry=HANGUL.key,
                src="thumb.png",
                alt="다섯 겹으로 쌓인 마름모",
                files=(PictureFile(name="00112233445566aa-600.png", width=600, height=338),),
            ),
        ),
    )


@pytest.fixture(scope="session")
def make_article() -> Callable[..., Entry]:
    """An article of one's own: slug, title, language, and any field of Entry."""
    return article


@pytest.fixture(scope="session")
def make_item() -> Callable[..., Item]:
    """An item of one's own: entry, minutes, and any field of Item."""
    return item


@pytest.fixture(scope="session")
def full_text() -> Callable[[str], Config]:
    """The config of the rich issue with another `full_text`."""

    def make(setting: str) -> Config:
        return configuration.parse(CONFIG.replace("sender =", f'full_text = "{setting}"\nsender =', 1))

    return make
