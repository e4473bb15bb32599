"""The tags of entries under one key each, in whatever spelling and, by `[aliases]`, in whatever language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from operator import attrgetter
from typing import Final

from digest.model import Entry
from digest.text.tags import tag_key

GENERIC: Final = frozenset(
    {
        *("podcast", "podcasts", "youtube", "video", "videos", "audio", "spotify", "apple-podcast"),
        *("apple-podcasts", "article", "articles", "post", "posts", "blog", "news", "newsletter", "misc"),
        *("general", "other", "others", "uncategorized", "uncategorised", "untagged"),
        *("影片", "影音", "視頻", "播客", "文章", "新聞", "未分類", "其他", "部落格"),
        *("영상", "비디오", "동영상", "팟캐스트", "글", "기사", "뉴스", "블로그", "기타", "미분류"),
    }
)
"""Tag keys that say what a thing is, not what it is about: they head no section."""

_TAGS: Final = attrgetter("tags")
_CATEGORIES: Final = attrgetter("categories")

_key = lru_cache(maxsize=16_384)(tag_key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tags:
    """The aliases of a site: the key that stands for each other key, and the spelling of it.

    `generic` are the keys that say what a thing is, not what it is about.
    """

    canonical: Mapping[str, str]
    spellings: Mapping[str, str]
    generic: frozenset[str] = GENERIC

    @classmethod
    def of(cls, aliases: Mapping[str, Iterable[str]], generic: Iterable[str] = ()) -> Tags:
        """Read `[aliases]`: each tag, and the tags that mean the same; and what is `generic` beside ours."""
        canonical = {_key(other): _key(tag) for tag, others in aliases.items() for other in others}
        keys = (_key(tag) for tag in generic)
        return cls(
            canonical=canonical,
            spellings={_key(tag): tag for tag in aliases},
            generic=GENERIC | {canonical.get(key, key) for key in keys},
        )

    def key(self, tag: str) -> str:
        """The key that all spellings and aliases of a tag share; empty for a tag without a letter."""
        key = _key(tag)
        return self.canonical.get(key, key)

    def keys(self, entry: Entry) -> tuple[str, ...]:
        """The keys of an entry's categories and tags, in their order, each once."""
        found = dict.fromkeys(self.key(tag) for tag in (*entry.categories, *entry.tags))
        found.pop("", None)
        return tuple(found)

    def spelled(self, keys: Collection[str], entries: Collection[Entry]) -> dict[str, str]:
        """How tags are written, by key: as `[aliases]` has them, else as most entries do (ties: by code)."""
        used: dict[str, Counter[str]] = {key: Counter() for key in keys}
        written = Counter(chain.from_iterable(map(_TAGS, entries)))
        written.update(chain.from_iterable(filter(None, map(_CATEGORIES, entries))))
        for tag, count in written.items():
            key = self.key(tag)
            if key in used:
                used[key][tag.strip().lstrip("#＃").strip()] += count
        return {key: self.spellings.get(key) or _commonest(used[key], key) for key in keys}


def _commonest(used: Counter[str], key: str) -> str:
    return min(used, key=lambda tag: (-used[tag], tag), default=key)
