"""Two sealed issues, a full profile that changed between them, and the site that is made of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from digest.config import Config
from digest.model import (
    Change,
    Entry,
    EntryType,
    ImageRef,
    Issue,
    Operation,
    Picture,
    PictureFile,
    Position,
    Quote,
    Reason,
)
from digest.render.library import Library
from digest.render.site import pages
from digest.render.theme import Theme

FIELDS: dict[str, Any] = {
    "title": "沈括 Shen Kuo",
    "slug": "shen-kuo",
    "name_zh": "沈括",
    "name_en": "Shen Kuo",
    "photo": "shen.jpg",
    "photo_credit": "摹本",
    "nationality": "北宋",
    "birth_year": 1031,
    "birth_place": "錢塘",
    "death_year": 1095,
    "current_position": "翰林學士",
    "description_short": "《夢溪筆談》的作者，第一個寫下活字印刷術的人",
    "description_long": "沈括做過水利、天文、外交與軍務。\n\n晚年退居潤州夢溪園，寫成《夢溪筆談》。\n",
    "importance_level": "A",
    "ai_domains": [],
    "key_contributions": [
        {
            "title": "記下活字",
            "description": "畢昇的膠泥活字只見於此書",
            "impact_on_other": "後世得以復原",
            "year": 1088,
        },
    ],
    "representative_works": [
        {"title": "夢溪筆談", "type": "筆記", "year": 1088, "url": "https://example.org/mengxi"},
        {"title": "良方", "type": "醫書", "year": None, "url": "javascript:alert(1)"},
    ],
    "education": [{"institution": "進士", "institution_en": "Jinshi", "years": "1063", "thesis": ""}],
    "career_history": [
        {"organization": "司天監", "position": "提舉", "years": "1072", "org_slug": "astronomy"},
        {"organization": "Ink Works", "position": "顧問", "org_slug": "ink-works"},
    ],
    "notable_quotes": [{"quote": "予觀書，未嘗不求其理。", "context": "筆談自序", "source": ""}],
    "related_people": [
        {"slug": "wang-zhen", "relation": "後繼者"},
        {"slug": "bi-sheng", "relation": "同時代的刻工"},
    ],
    "social": {"wikipedia": "https://zh.wikipedia.org/wiki/沈括", "twitter": "", "note": "無"},
    "is_fictional": False,
    "favourite_tools": ["渾儀", "https://www.example.org/tools/"],
    "astronomy_slug": "x",
    "tags": ["印刷", "科學"],
    "data_sources": ["宋史", "夢溪筆談"],
    "last_updated": "2026-01-20",
}


@pytest.fixture(scope="session")
def full_profile(make_article: Callable[..., Entry]) -> Entry:
    """A profile with fields of every shape, a photo, quotes and a body."""
    return make_article(
        "shen-kuo",
        "沈括 Shen Kuo",
        "zh-Hant-TW",
        type=EntryType.PROFILE,
        kind="person",
        description="",
        tags=("印刷", "科學"),
        date=None,
        fields=FIELDS,
        image=("shen.jpg", "沈括像"),
        quotes=(
            Quote(text="予觀書，未嘗不求其理。", by="沈括"),
            Quote(text="此句已在內文。", by="沈括"),
            Quote(text="另一句。", by="沈括"),
        ),
        body="## 一句話認識他\n\n**沈括什麼都量一量。**此句已在內文。\n",
    )


@pytest.fixture(scope="session")
def issues(rich_issue: Issue, full_profile: Entry, make_item: Callable[..., Any]) -> tuple[Issue, ...]:
    """The rich issue, with the full profile in it, and the one before it."""
    younger = dataclasses.replace(
        full_profile,
        fields=FIELDS | {"residence": "潤州"},
        title="沈括 Shen Kuo",
        body=full_profile.body + "\n新。\n",
    )
    moved = Change(operation=Operation.CHANGED, field="residence", old=("錢塘",), new=("潤州",))
    made = tuple(
        Change(operation=Operation.ADDED, field=key, new=("一", "二")) for key in sorted(FIELDS)[:10]
    )
    photo = Picture(
        entry=full_profile.key,
        src="shen.jpg",
        alt="沈括像",
        files=(PictureFile(name="aaaaaaaaaaaaaaaa-300.jpg", width=300, height=300),),
    )
    before = dataclasses.replace(
        rich_issue,
        number=13,
        label="2025-W52",
        subject="行首不能放的標點",
        date=rich_issue.date - timedelta(weeks=5),
        lead=None,
        note="",
        tagline="",
        profiles=(make_item(full_profile, 10, changes=made, note="初始建檔"),),
        quotes=(),
        overflow=(),
        pictures=(photo,),
        sections=(dataclasses.replace(rich_issue.sections[0], items=rich_issue.sections[0].items[:1]),),
    )
    now = dataclasses.replace(
        rich_issue,
        profiles=(*rich_issue.profiles, make_item(younger, 10, reason=Reason.UPDATED, changes=(moved,))),
        pictures=(*rich_issue.pictures, photo),
    )
    return before, now


@pytest.fixture(scope="session")
def ink() -> Theme:
    """The built-in theme."""
    return Theme.load("ink")


@pytest.fixture(scope="session")
def library(issues: tuple[Issue, ...], rich_config: Config) -> Library:
    """What the two issues hold."""
    return Library(issues, rich_config)


@pytest.fixture(scope="session")
def site_pages(issues: tuple[Issue, ...], rich_config: Config, ink: Theme) -> dict[str, bytes]:
    """Every page of the site, by its path."""
    return {page.path: page.data for page in pages(issues, ink, rich_config)}


@pytest.fixture
def image_ref() -> Callable[[str], ImageRef]:
    """A reference to an image, by its address."""
    return lambda src: ImageRef(src=src, alt="", position=Position(path="x"))
