"""One document understood: front matter and body become an entry, and every finding a problem."""

from __future__ import annotations

from typing import Any, Final
from zoneinfo import ZoneInfo

from digest.collect import asking
from digest.collect.addresses import SOURCES, source_name, url_of
from digest.collect.badges import badge
from digest.collect.covers import cover_of
from digest.collect.dating import (
    DATE_KEYS,
    EXPIRES_KEYS,
    NOT_BEFORE_KEYS,
    UPDATED_KEYS,
    date_of,
    expires,
    is_held,
    not_before,
)
from digest.collect.decoding import decode
from digest.collect.fingerprints import with_essence
from digest.collect.flavours import flavour_of, translate
from digest.collect.frontmatter import Parts, split
from digest.collect.headlines import Text, headline, name_as_title, tell_strays
from digest.collect.links import also_of, duration_of
from digest.collect.mistakes import Mistake, MistakeError, Report
from digest.collect.naming import Name, language_tag, read_name, slugify, without_date
from digest.collect.passing import is_in_drawer, passed_over, unlisted
from digest.collect.values import Fields, is_nobody, one_line, unique
from digest.model import Document, Entry, EntryType, Problem, Roles, Severity
from digest.text import roles as profile_roles
from digest.text.images import references

_DRAFT_STATES: Final = frozenset(("draft", "private", "hidden", "pending", "unlisted", "trash"))
_PUBLICS: Final = ("published", "publish", "dg_publish")
_PRIVATES: Final = ("unlisted", "private")
_DRAFTS: Final = ("draft", *_PUBLICS, *_PRIVATES)
_NO: Final = frozenset(("false", "no", "off"))
_IDENTITY: Final = frozenset((
    "id", "uid", "title", "slug", "name", "name_en", "name_zh", "name_ko", "name_full_en", "type", "kind",
    "person_type", "language", "lang", "tags", "categories", "date", "updated", "last_updated", "draft",
    "update_notes",
))  # fmt: skip
"""Keys that say who a profile is about, and nothing of them."""
_KEY_POINTS: Final = ("key_points", "keypoints", "takeaways")
_SELDOM: Final = (
    *_KEY_POINTS, *NOT_BEFORE_KEYS, *EXPIRES_KEYS, "approved_by", "duration", "also", asking.KEY,
)  # fmt: skip
"""Keys that few entries have: the others are spared the asking for each."""
_TABLES: Final = ("taxonomies", "extra", "params")
"""Tables that Zola and Hugo keep an entry's own words in."""
_DESCRIPTION: Final = (
    "description_short", "description", "summary", "excerpt", "abstract", "description_long", "bio",
)  # fmt: skip


def parse(
    document: Document, zone: ZoneInfo, *, roles: profile_roles.Table | None = None
) -> tuple[Entry | None, tuple[Problem, ...]]:
    """Understand a document; dates without a zone are in `zone`, `roles` are the site's keys of profiles.

    No entry when a problem is an error, or when the file is passed over on purpose (`file-passed`).
    """
    entry, problems = understand(document, zone, roles=roles)
    return entry and with_essence(entry), problems


def understand(
    document: Document, zone: ZoneInfo, *, roles: profile_roles.Table | None = None
) -> tuple[Entry | None, tuple[Problem, ...]]:
    """As `parse`, but for the fingerprint and the mark, which follow from the rest (`with_essence`)."""
    decoded = decode(document.data, document.encoding)
    report = Report(document.path, decoded.text)
    if decoded.mistake:
        report.add(decoded.mistake)
    if not decoded.readable or _is_empty(decoded.text, report):
        return None, report.problems
    entry = None
    try:
        if passed := passed_over(document, decoded.text):
            raise MistakeError(passed)
        entry = _Reading(document, split(decoded.text), report, zone, roles).entry()
    except MistakeError as error:
        report.add(error.mistake)
    return entry, report.problems


def _is_empty(text: str, report: Report) -> bool:
    if text and not text.isspace():
        return False
    sentence = "this file is empty"
    report.add(Mistake(rule="file-empty", sentence=sentence, hint="write something in it, or delete it"))
    return True


class _Reading:
    """The understanding of one document, field by field."""

    def __init__(
        self,
        document: Document,
        parts: Parts,
        report: Report,
        zone: ZoneInfo,
        roles: profile_roles.Table | None,
    ) -> None:
        self.document = document
        self.report = report
        self.zone = zone
        self.roles = roles
        block = parts.block
        for mistake in block.mistakes:
            report.add(mistake.moved(parts.start))
        written = report.text[: parts.body_start]
        self.fields = Fields(block.values, block.offsets, report, parts.start).plain(written)
        if passed := unlisted(self.fields):
            raise MistakeError(passed)
        self.name: Name = read_name(document.path, document.source)
        self.is_profile = document.type is EntryType.PROFILE
        self.start = parts.body_start
        while report.text.startswith("\n", self.start):
            self.start += 1
        body = report.text[self.start :].rstrip()
        self.flavour = flavour_of(document.path, body, parts.dialect, document.flavour)
        self.loose = "" if parts.dialect else body
        if self.loose and self.flavour != "obsidian":
            self._no_front_matter()
        self.text = self._translated(body)

    def entry(self) -> Entry:
        """The entry."""
        fields = self.fields
        title, text = self._title()
        tell_strays(text, self.report)
        description = self._description()
        unwritten = not text.markdown and not description and self._unwritten(text)
        kind, quotes = badge(fields, text, title if self.is_profile else "")
        language = self._language()
        source_url = fields.web_address(*SOURCES)
        seldom = self._seldom() if fields.key(*_SELDOM) else {}
        feed = fields.web_address("feed") if source_url and not self.is_profile else ""
        return Entry(
            key=self._key(language),
            type=EntryType.LINK if feed else self.document.type,
            kind=kind,
            slug=self._slug(title),
            title=title,
            language=language,
            position=fields.place("title"),
            fingerprint="",
            date=date_of(fields, self.name, self.zone, loose=self.loose, profile=self.is_profile),
            updated=fields.stamp(self.zone, *UPDATED_KEYS),
            description=description,
            body=text.markdown,
            body_line=text.line,
            tags=self._tags(),
            categories=self._terms("categories", "category"),
            authors=self._authors(),
            source_name=source_name(fields),
            source_url=source_url,
            url=source_url if feed else url_of(fields),
            image=cover_of(fields, self.roles, profile=self.is_profile),
            images=references(text.markdown, self.document.path, text.line, text.tokens),
            quotes=quotes,
            draft=self._draft() or unwritten or (bool(seldom) and is_held(fields, self.zone)),
            lead=self._lead(),
            source=self.document.source,
            needs_approval=self.document.needs_approval,
            roles=profile_roles.roles(fields.values, self.roles) if self.is_profile else _NO_ROLES,
            feed=feed,
            fields=fields.values,
            positions=fields.positions(),
            **seldom,
        )

    def _seldom(self) -> dict[str, Any]:
        """What few entries say."""
        fields = self.fields
        approvals = (name for name in fields.names("approved_by", split=False) if not is_nobody(name))
        return {
            "key_points": fields.texts(*_KEY_POINTS),
            "not_before": not_before(fields, self.zone),
            "expires": expires(fields, self.zone),
            "approved_by": ", ".join(approvals),
            "duration": duration_of(fields),
            "also": also_of(fields),
            "word": asking.word_of(fields),
        }

    def _translated(self, body: str) -> Text:
        """The body in our Markdown; what was left out of it is told."""
        line = self.report.text.count("\n", 0, self.start) + 1
        translated = translate(body, self.flavour)
        for mistake in translated.mistakes:
            self.report.add(mistake.moved(self.start))
        return Text(translated.body, line)

    def _key(self, language: str) -> str:
        """The explicit id, else the path of the file or its folder; and the language where that is news."""
        given = self.fields.line("id", "uid")
        told = not given and not self.name.bundle and self.name.language
        suffix = "" if told or language == self.document.language else f":{language}"
        return f"{given or self.name.home}{suffix}"

    def _warn(self, rule: str, sentence: str, hint: str, line: int = 1) -> None:
        mistake = Mistake(rule=rule, sentence=sentence, hint=hint, severity=Severity.WARNING)
        self.report.at(mistake, self.report.line(line))

    def _no_front_matter(self) -> None:
        sentence = "this file has no front matter, so only its path and its first lines tell of it"
        self._warn(
            "front-matter-missing", sentence, "begin it with lines such as `title: …` between two `---`"
        )

    def _unwritten(self, text: Text) -> bool:
        """Whether an entry without body and description says nothing at all: what `digest new` made."""
        if self.is_profile:
            told = any(value for key, value in self.fields.values.items() if key not in _IDENTITY)
        else:
            told = bool(self.fields.web_address("source_url", "source", "link"))
        if not told:
            sentence = "there is nothing to read here yet, so it counts as a draft"
            self._warn("body-empty", sentence, "write a body or a description", text.line)
        return not told

    def _title(self) -> tuple[str, Text]:
        """The title as given, else the first heading, else the file's name; a body does not repeat it."""
        given = (
            one_line(profile_roles.name(self.fields.values, self.roles))
            if self.is_profile
            else self.fields.line("title")
        )
        title, text = headline(given, self.text)
        if title:
            return title, text
        title = name_as_title(self.name)
        if self.flavour != "obsidian":  # there the file's name is the title
            sentence = f"there is no title, so the file's name stands in: {title}"
            self._warn("title-missing", sentence, "add `title: …`")
        return title, text

    def _description(self) -> str:
        given = self.fields.line(*_DESCRIPTION)
        return given or (self.fields.line("lead") if self._lead_is_text() else "")

    def _lead_is_text(self) -> bool:
        """Some themes call the first paragraph `lead`; ours is a yes or no."""
        value = self.fields.get("lead")
        return isinstance(value, str) and len(value.split()) > 1

    def _lead(self) -> bool:
        return not self._lead_is_text() and self.fields.flag("lead", unclear=False)

    def _slug(self, title: str) -> str:
        given = self.fields.line("slug")
        slug = slugify(given.strip("/").replace("/", "-")) if given else ""
        found = self.name.slug if self.fields.key(*DATE_KEYS) else without_date(self.name.slug)
        return slug or found or slugify(title) or "entry"

    def _language(self) -> str:
        given = self.fields.line("language", "lang", "locale")
        tag = language_tag(given) if given else ""
        if given and not tag:
            key = self.fields.key("language", "lang", "locale")
            self.fields.warn(
                key, "language-unknown", f"`{given}` is no language tag", "write zh-Hant-TW, ko or en"
            )
        return tag or self.name.language or self.document.language

    def _terms(self, *names: str) -> tuple[str, ...]:
        """Tags or categories, also where Zola and others put them; Jekyll's are parted by spaces."""
        spaced = self.flavour == "jekyll"
        found = self.fields.tags(*names, spaced=spaced)
        inner = (table.tags(*names, spaced=spaced) for table in self.fields.inner(*_TABLES))
        return found or next((terms for terms in inner if terms), ())

    def _tags(self) -> tuple[str, ...]:
        """The entry's own tags, then those of its source."""
        own = self._terms("tags", "tag")
        return unique((*own, *self.document.tags)) if self.document.tags else own

    def _authors(self) -> tuple[str, ...]:
        own = self.fields.names("authors") or self.fields.names("author", "by", split=False)
        inner = (table.names("authors", "author") for table in self.fields.inner(*_TABLES))
        return own or next((names for names in inner if names), ())

    def _draft(self) -> bool:
        """A draft by `draft`, `published: false`, `status` or its folder; what is unclear is one too."""
        fields = self.fields
        if is_in_drawer(self.document.path) or fields.line("status").casefold() in _DRAFT_STATES:
            return True
        if not fields.key(*_DRAFTS):
            return False
        if fields.flag("draft", unclear=True):
            return True
        if not fields.key(*_PUBLICS, *_PRIVATES):
            return False
        publics = (fields.get(name) for name in _PUBLICS)
        if any(one is False or (isinstance(one, str) and one.casefold() in _NO) for one in publics):
            return True
        return any(fields.flag(name, unclear=True) for name in _PRIVATES)


_NO_ROLES: Final = Roles()
