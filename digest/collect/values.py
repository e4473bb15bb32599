"""Front matter read by meaning: several spellings of a key, values in the shapes that editors give them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from digest.collect.dates import stamp
from digest.collect.mistakes import Mistake, Report
from digest.model import Position, Severity, Stamp
from digest.text.keys import folded
from digest.text.markup import without_shortcodes
from digest.text.tags import tag_key

_UNSEEN: Final = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]+")
_HALF: Final = re.compile("[\ud800-\udfff]")
_COMMAS: Final = re.compile(r"[,，、;；]")
_NOTHING: Final[tuple[Any, ...]] = (None, "", [], {})
_HASHTAG: Final = re.compile(r"#([^\s#,]+)")
_HASHTAGS: Final = re.compile(r"\s*#[^\s#,]+(?:\s+#[^\s#,]+)+\s*")
_AFTER_KEY: Final = re.compile(
    r"[\w-]+:(?P<tags>(?:[ \t]*#[^\s#]+)+[ \t]*(?=\n)|(?:[ \t]*\n[ \t]*-[ \t]*#[^\s#]+)+[ \t]*(?=\n))"
)
_TRUE: Final = frozenset(("true", "yes", "on", "1", "y"))
_FALSE: Final = frozenset(("false", "no", "off", "0", "n", ""))
_YES_OR_NO: Final = frozenset(("true", "false", "yes", "no", "on", "off"))
_NOBODY: Final = frozenset((
    "none", "null", "nil", "~", "-", "?", "n/a", "na", "nobody", "never", "not yet", "tbd", "todo", "pending",
    "無", "无", "否", "未定", "待定", "없음", "미정",
))  # fmt: skip


class Fields:
    """The front matter of one entry. Keys match whatever their case, hyphens and underscores.

    `offsets` of the keys count from `start`, an offset in the text of the report.
    """

    def __init__(
        self, values: Mapping[str, Any], offsets: Mapping[str, int], report: Report, start: int = 0
    ) -> None:
        self.values = values
        self.report = report
        self._offsets = offsets
        self._start = start
        # What is empty says nothing.
        told = tuple([key for key, value in values.items() if value or value == 0])
        self._has_blank = len(told) < len(values)
        self._keys, self._asked = _known(told)

    def plain(self, written: str) -> Fields:
        """The same without shortcodes in any text, however deep: only bodies have them, as in Hugo.

        Half surrogates, which JSON can write (`"\\ud800"`) and no file can hold as UTF-8, become U+FFFD.
        `written` is the front matter as it stands in the file: without brackets and escapes it is plain.
        """
        if "{{" not in written and "\\" not in written:
            return self
        whole = _each(self.values, lambda text: _HALF.sub("\ufffd", text))
        plain = _each(whole, without_shortcodes)
        for key, value in self.values.items():
            if _each(value, without_shortcodes) != value:
                self.warn(
                    key,
                    "shortcode-misplaced",
                    f"`{key}` has a shortcode in it, which was left out",
                    "move it into the body; to show one as text, write `{{</* … */>}}`",
                )
        offsets = _each(self._offsets, lambda text: without_shortcodes(_HALF.sub("\ufffd", text)))
        return Fields(plain, offsets, self.report, self._start)

    def key(self, *names: str) -> str | None:
        """The key, as written, of the first of these names that has a value."""
        try:
            return self._asked[names]
        except KeyError:
            found = next((self._keys[name] for name in _all_folded(names) if name in self._keys), None)
            self._asked[names] = found
            return found

    def get(self, *names: str) -> Any:
        """The value of the first of these names that has one; else None."""
        key = self.key(*names)
        return None if key is None else self.values[key]

    def place(self, *names: str) -> Position:
        """Where the key stands; the beginning of the file for one that stands nowhere."""
        return self.report.place(self._offset(self.key(*names)))

    def _offset(self, key: str | None, missing: int = 0) -> int:
        """Where a key begins in the text."""
        return self._start + self._offsets[key] if key and key in self._offsets else missing

    def positions(self) -> dict[str, tuple[int, int]]:
        """Line and column of each key."""
        return self.report.places(self._offsets, self._start)

    def inner(self, *names: str) -> Iterator[Fields]:
        """The tables under these names, such as Zola's `taxonomies` and `extra`, as fields of their own."""
        for name in names if self.key(*names) else ():
            value = self.get(name)
            if isinstance(value, dict):
                yield Fields(value, {}, self.report)

    def warn(self, key: str | None, rule: str, sentence: str, hint: str = "") -> None:
        """Tell the editor of a value that was passed over or bent."""
        mistake = Mistake(rule=rule, sentence=sentence, hint=hint, severity=Severity.WARNING)
        self.report.at(mistake, self.report.place(self._offset(key)))

    def line(self, *names: str) -> str:
        """A value as one line of text; a list of texts is joined, with a warning."""
        key = self.key(*names)
        value = self.values[key] if key else None
        if isinstance(value, list) and value and all(isinstance(each, str | int | float) for each in value):
            joined = ", ".join(one_line(each) for each in value)
            self.warn(
                key, "value-shape", f"`{key}` is a list; it was read as `{joined}`", "put the value in quotes"
            )
            return joined
        if isinstance(value, dict | list):
            self.warn(key, "value-shape", f"`{key}` should be one line of text", 'write it in quotes: "…"')
            return ""
        return one_line(value)

    def flag(self, *names: str, unclear: bool) -> bool:
        """A yes or no, false when absent; `unclear` is what a value that is neither counts as."""
        key = self.key(*names)
        if key is None:
            return False
        value = self.values[key]
        word = "…" if isinstance(value, dict | list) else one_line(value).casefold()
        if word in _TRUE or word in _FALSE:
            return word in _TRUE
        self.warn(
            key,
            "value-flag",
            f"`{key}: {word}` is neither true nor false",
            f"it counts as {str(unclear).lower()}",
        )
        return unclear

    def stamp(self, zone: ZoneInfo, *names: str) -> Stamp | None:
        """The first date among these names; a wrong one is a problem, and none."""
        for name in names:
            key = self.key(name)
            value = self.values[key] if key else None
            if key is None or isinstance(value, bool):
                continue
            if name != "date" and one_line(value).casefold() in _YES_OR_NO:  # `published: yes`
                continue
            if isinstance(value, dict | list):
                self.warn(key, "value-shape", f"`{key}` should be one date", "write it as 2026-01-31")
                continue
            try:
                found = stamp(one_line(value), zone)
            except ValueError as error:
                self.warn(
                    key,
                    "date-wrong",
                    f"`{key}`: {error}",
                    "write it as 2026-01-31 or 2026-01-31T09:00:00+08:00",
                )
                continue
            if found:
                return found
        return None

    def names(self, *names: str, split: bool = True) -> tuple[str, ...]:
        """Words in a list, or in one text with commas (`,` `，` `、`); duplicates and blanks dropped."""
        value = self.get(*names)
        if value is None:
            return ()
        if isinstance(value, str):
            value = _COMMAS.split(value) if split else [value]
        items = value if isinstance(value, list) else [value]
        words = [one_line(_name(item)) for item in items if not isinstance(item, bool)]
        return tuple(filter(None, dict.fromkeys(words)))

    def tags(self, *names: str, spaced: bool = False) -> tuple[str, ...]:
        """Tags without `#` and without quotes that are no quotes to YAML, each once whatever its spelling.

        `spaced` parts a text without commas at its blanks, as Jekyll does; `#one #two` is always parted.
        """
        value = self.get(*names)
        if isinstance(value, list) and (usual := _usual_tags(value)):
            return usual
        if isinstance(value, str) and (_HASHTAGS.fullmatch(value) or (spaced and not _COMMAS.search(value))):
            words: Iterable[str] = value.split()
        else:
            words = self.names(*names)
            if not words and (self._has_blank or value):
                words = self._commented(*names)
        if not words:
            return ()
        if any(word[0] in "“”" for word in words):
            key = self.key(*names)
            self.warn(
                key, "yaml-fullwidth", f"`{key}` has curly quotes, which are no quotes to YAML", "remove them"
            )
        return unique(filter(None, map(_bare, words)))

    def _commented(self, *names: str) -> tuple[str, ...]:
        """Tags that YAML takes for a comment: `tags: #one #two`, or a list of such words."""
        wanted = _all_folded(names)
        for key, value in self.values.items():
            if folded(key) not in wanted or not (
                value is None or (isinstance(value, list) and all(e is None for e in value))
            ):
                continue
            found = _AFTER_KEY.match(self.report.text, self._offset(key, len(self.report.text)))
            if found:
                words = _HASHTAG.findall(found["tags"])
                sentence = f"`#` begins a comment in YAML; `{key}` was read as {', '.join(words)}"
                self.warn(key, "tag-comment", sentence, "write the words without #, or in quotes")
                return tuple(words)
        return ()

    def texts(self, *names: str) -> tuple[str, ...]:
        """Sentences in a list, or one a line; bullets of the lines dropped."""
        value = self.get(*names)
        items = value.split("\n") if isinstance(value, str) else value if isinstance(value, list) else []
        lines = [re.sub(r"^[-*•]\s+", "", one_line(_name(item))) for item in items]
        return tuple(line for line in lines if line)

    def web_address(self, *names: str) -> str:
        """The first of these values that is an http or https address; else empty."""
        for name in names if self.key(*names) else ():
            value = self.get(name)
            if isinstance(value, str) and is_web_address(value.strip()):
                return value.strip()
        return ""


def is_no(value: Any) -> bool:
    """Whether a value says no, or nothing."""
    return not isinstance(value, dict | list) and one_line(value).casefold() in _FALSE


def is_nobody(name: str) -> bool:
    """Whether a name says that there is none, or none yet: `no`, `none`, `TBD`."""
    return is_no(name) or name.casefold() in _NOBODY


def one_line(value: Any) -> str:
    """A scalar as one line: control characters and line breaks become blanks; lists and tables nothing."""
    if value is None or isinstance(value, list | dict):
        return ""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if text.isprintable():  # then it has no blanks but spaces
        return text.strip() if "  " not in text else " ".join(text.split())
    return _UNSEEN.sub(" ", text).strip()


def _each(value: Any, change: Callable[[str], str]) -> Any:
    """A value with every text that it is or holds changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_each(each, change) for each in value]
    if isinstance(value, dict):
        return {change(key): _each(each, change) for key, each in value.items()}
    return value


def unique(tags: Any) -> tuple[str, ...]:
    """Tags, each spelled as where it came first."""
    found: dict[str, str] = {}
    for tag in tags:
        found.setdefault(tag_key(tag) or tag, tag)
    return tuple(found.values())


def _usual_tags(items: list[Any]) -> tuple[str, ...]:
    """A list of words as tags; nothing where one of them needs a second look."""
    found: dict[str, str] = {}
    for item in items:
        told = _tag(item) if isinstance(item, str) else None
        if told is None:
            return ()
        found.setdefault(*told)
    return tuple(found.values())


@lru_cache(maxsize=8192)  # a site has few tags, on many entries
def _tag(word: str) -> tuple[str, str] | None:
    """Key and spelling of a word that is a tag, for all that we need to tell of it."""
    line = one_line(word)
    tag = _bare(line)
    return (tag_key(tag) or tag, tag) if tag and line[0] not in "“”" else None


def _bare(word: str) -> str:
    return word.strip("“”").lstrip("#＃").strip()


def is_web_address(text: str) -> bool:
    """Whether a text is an absolute http or https address and nothing else."""
    if any(sign.isspace() or sign in "<>\"'" for sign in text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def _name(item: Any) -> Any:
    """The word of a list item, which may be a table with a name."""
    if isinstance(item, dict):
        return next((item[key] for key in ("name", "title", "text", "point", "value") if item.get(key)), "")
    return item


@lru_cache(maxsize=512)  # the files of a site have few sets of keys
def _known(keys: tuple[str, ...]) -> tuple[dict[str, str], dict[tuple[str, ...], str | None]]:
    """The keys by their folded spelling, and which of them answers the names that were asked for so far."""
    found: dict[str, str] = {}
    for key in keys:
        found.setdefault(folded(key), key)
    return found, {}


@lru_cache(maxsize=4096)  # the names that we look for
def _all_folded(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(folded(name) for name in names))
