"""One document understood: front matter and body become an entry, and every finding a problem."""

from __future__ import annotations

import re
from typing import Final
from zoneinfo import ZoneInfo

from digest.collect.dating import DATE_KEYS, UPDATED_KEYS, date_of, expires, not_before
from digest.collect.decoding import decode
from digest.collect.fingerprints import fingerprint, mark
from digest.collect.flavours import flavour_of, translate
from digest.collect.frontmatter import Parts, split
from digest.collect.kinds import ARTICLES, PROFILES, media_kind, profile_kind
from digest.collect.links import also_of, duration_of
from digest.collect.mistakes import Mistake, MistakeError, Report
from digest.collect.naming import Name, language_tag, read_name, slugify, without_date
from digest.collect.passing import is_in_drawer, passed_over
from digest.collect.quotes import ENOUGH, given_quotes, mostly_quotes, quotes_in
from digest.collect.values import Fields, is_web_address, one_line, unique
from digest.model import (
    Document,
    Entry,
    EntryType,
    ImageRef,
    Position,
    Problem,
    Quote,
    Roles,
    Severity,
)
from digest.text import roles as profile_roles
from digest.text.images import references, without_code
from digest.text.markup import without_shortcodes
from digest.text.shortcodes import Stray, Token, tokenize, walk

_DRAFT_STATES: Final = frozenset(("draft", "private", "hidden", "pending", "unlisted", "trash"))
_PUBLIC_STATES: Final = frozenset(("published", "publish", "public", "final"))
_IMAGE_KEYS: Final = (
    "image", "cover", "photo", "featured_image", "feature_image", "thumbnail", "banner", "images",
)  # fmt: skip
_IDENTITY: Final = frozenset((
    "id", "uid", "title", "slug", "name", "name_en", "name_zh", "name_ko", "name_full_en", "type", "kind",
    "person_type", "language", "lang", "tags", "categories", "date", "updated", "last_updated", "draft",
    "update_notes",
))  # fmt: skip
"""Keys that say who a profile is about, and nothing of them."""
_HEADING: Final = re.compile(r"^ {0,3}#{1,6}[ \t]+(?P<words>[^\n]+?)(?:[ \t]+#+)?[ \t]*$", re.MULTILINE)
_MARKS: Final = re.compile(r"[*`]+|!?\[([^\[\]]*)\]\([^()\s]*\)|\{#[\w-]+\}")


def parse(
    document: Document, zone: ZoneInfo, *, roles: profile_roles.Table | None = None
) -> tuple[Entry | None, tuple[Problem, ...]]:
    """Understand a document; dates without a zone are in `zone`, `roles` are the site's keys of profiles.

    No entry when a problem is an error, or when the file is passed over on purpose (`file-passed`).
    """
    decoded = decode(document.data, document.encoding)
    report = Report(document.path, decoded.text)
    if decoded.mistake:
        report.add(decoded.mistake)
    if not decoded.readable or _is_empty(decoded.text, report):
        return None, report.problems
    if passed := passed_over(document, decoded.text):
        report.add(passed)
        return None, report.problems
    try:
        parts = split(decoded.text)
    except MistakeError as error:
        report.add(error.mistake)
        return None, report.problems
    for mistake in parts.block.mistakes:
        report.add(mistake)
    entry = _Reading(document, parts, report, zone, roles).entry()
    return entry, report.problems


def _is_empty(text: str, report: Report) -> bool:
    if text.strip():
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
        self.fields = Fields(parts.block.values, parts.block.offsets, report).plain()
        self.roles = roles
        self.name: Name = read_name(document.path, document.source)
        self.flavour = flavour_of(
            document.path, report.text[parts.body_start :], parts.dialect, document.flavour
        )
        self.text = self._in_ours(parts.body_start)
        body = self.text[parts.body_start :]
        self.start = parts.body_start + len(body) - len(body.lstrip("\n"))
        self.is_profile = document.type is EntryType.PROFILE
        self.loose = "" if parts.dialect else body
        if not parts.dialect:
            self._no_front_matter()

    def _in_ours(self, start: int) -> str:
        """The whole text, its body in our Markdown: the same lines."""
        text = self.report.text
        done = translate(text[start:], self.flavour)
        for mistake in done.mistakes:
            self.report.add(mistake.moved(start))
        return text[:start] + done.body

    def entry(self) -> Entry:
        """The entry."""
        fields = self.fields
        title = self._title()
        body = self.text[self.start :].rstrip()
        line = 1 + self.text.count("\n", 0, self.start)
        tokens = tokenize(body, line)
        self._strays(tokens)
        description = self._description()
        unwritten = not body and not description and self._unwritten()
        kind, quotes = self._kind_and_quotes(tokens, body, title)
        language = self._language()
        source_url = fields.web_address("source_url", "source", "original_url", "link")
        feed = fields.web_address("feed")
        return Entry(
            key=self._key(language),
            type=EntryType.LINK if feed else self.document.type,
            kind=kind,
            slug=self._slug(title),
            title=title,
            language=language,
            position=self._position("title"),
            fingerprint=fingerprint(title, description, body, fields.values),
            date=date_of(fields, self.name, self.zone, loose=self.loose, profile=self.is_profile),
            updated=fields.stamp(self.zone, *UPDATED_KEYS),
            description=description,
            body=body,
            body_line=line,
            tags=unique((*self._terms("tags", "tag"), *self.document.tags)),
            categories=self._terms("categories", "category"),
            authors=self._authors(),
            source_name=self._source_name(),
            source_url=source_url,
            url=source_url if feed else self._url(),
            image=self._image(),
            images=references(body, self.document.path, line),
            key_points=fields.texts("key_points", "keypoints", "takeaways"),
            quotes=quotes,
            draft=self._draft() or unwritten,
            lead=self._lead(),
            mark=mark(body),
            source=self.document.source,
            not_before=not_before(fields, self.zone),
            expires=expires(fields, self.zone),
            approved_by=", ".join(fields.names("approved_by", split=False)),
            needs_approval=self.document.needs_approval,
            roles=profile_roles.roles(fields.values, self.roles) if self.is_profile else Roles(),
            feed=feed,
            duration=duration_of(fields),
            also=also_of(fields),
            fields=fields.values,
            positions=fields.positions(),
        )

    def _key(self, language: str) -> str:
        """The explicit id, else the path of the file or its folder; and the language where that is news."""
        given = self.fields.line("id", "uid")
        told = not given and not self.name.bundle and self.name.language
        suffix = "" if told or language == self.document.language else f":{language}"
        return f"{given or self.name.home}{suffix}"

    def _position(self, *names: str) -> Position:
        return self.fields.place(*names)

    def _warn(self, rule: str, sentence: str, hint: str, offset: int = 0) -> None:
        mistake = Mistake(rule=rule, sentence=sentence, offset=offset, hint=hint, severity=Severity.WARNING)
        self.report.add(mistake)

    def _no_front_matter(self) -> None:
        sentence = "this file has no front matter, so it has no date and no tags"
        self._warn(
            "front-matter-missing", sentence, "begin it with lines such as `title: …` between two `---`"
        )

    def _unwritten(self) -> bool:
        """Whether an entry without body and description says nothing at all: what `digest new` made."""
        if self.is_profile:
            told = any(value for key, value in self.fields.values.items() if key not in _IDENTITY)
        else:
            told = bool(self.fields.web_address("source_url", "source", "link"))
        if not told:
            sentence = "there is nothing to read here yet, so it counts as a draft"
            self._warn(
                "body-empty",
                sentence,
                "write a body or a description",
                min(self.start, len(self.report.text)),
            )
        return not told

    def _title(self) -> str:
        """The title as given, else the first heading, else the file's name; a body does not repeat it."""
        fields = self.fields
        title = (
            one_line(profile_roles.name(fields.values, self.roles))
            if self.is_profile
            else fields.line("title")
        )
        body = self.text[self.start :]
        found = _HEADING.match(body) if title else _HEADING.search(without_code(body))
        words = one_line(_MARKS.sub(r"\1", without_shortcodes(found["words"]))) if found else ""
        if found and words and words == (title or words):
            self._pass_over(found)
        if title or words:
            return title or words
        title = without_date(self.name.slug).replace("-", " ").strip() or self.name.slug
        self._warn(
            "title-missing", f"there is no title, so the file's name stands in: {title}", "add `title: …`"
        )
        return title

    def _pass_over(self, heading: re.Match[str]) -> None:
        """Begin the body after a heading that says the title again, if it is the first thing there."""
        if not self.text[self.start : self.start + heading.start()].strip():
            rest = self.text[self.start + heading.end() :]
            self.start += heading.end() + len(rest) - len(rest.lstrip("\n"))

    def _description(self) -> str:
        return self.fields.line(
            "description_short", "description", "summary", "excerpt", "abstract", "description_long"
        ) or (self.fields.line("lead") if self._lead_is_text() else "")

    def _lead_is_text(self) -> bool:
        """Some themes call the first paragraph `lead`; ours is a yes or no."""
        value = self.fields.get("lead")
        return isinstance(value, str) and len(value.split()) > 1

    def _lead(self) -> bool:
        return not self._lead_is_text() and self.fields.flag("lead", unclear=False)

    def _slug(self, title: str) -> str:
        given = slugify(self.fields.line("slug").strip("/").replace("/", "-"))
        found = self.name.slug if self.fields.key(*DATE_KEYS) else without_date(self.name.slug)
        return given or found or slugify(title) or "entry"

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
        """Tags or categories, also where Zola puts them."""
        taxonomies = self.fields.get("taxonomies")
        if isinstance(taxonomies, dict) and not self.fields.key(*names):
            return Fields(taxonomies, {}, self.report).tags(*names)
        return self.fields.tags(*names, spaced=self.flavour == "jekyll")

    def _authors(self) -> tuple[str, ...]:
        return self.fields.names("authors") or self.fields.names("author", "by", split=False)

    def _source_name(self) -> str:
        source = self.fields.line("source")
        return self.fields.line("source_name") or ("" if is_web_address(source) else source)

    def _url(self) -> str:
        url = self.fields.line("url", "permalink")
        if not url or is_web_address(url):
            return url
        if url.startswith("/") and not url.startswith("//"):
            return url
        key = self.fields.key("url", "permalink")
        if re.match(r"[A-Za-z][\w+.-]*:|//", url):
            self.fields.warn(
                key, "url-wrong", f"`{key}` is no web address: {url}", "write https://… or /path/"
            )
            return ""
        return f"/{url}"

    def _image(self) -> ImageRef | None:
        photo = profile_roles.key_of(self.fields.values, "photo", self.roles) if self.is_profile else ""
        key = photo or self.fields.key(*_IMAGE_KEYS)
        value = self.fields.values[key] if key else None
        value = value[0] if isinstance(value, list) and value else value
        alt = self.fields.line("image_alt", "cover_alt", "photo_alt", "alt")
        if isinstance(value, dict):
            alt = alt or one_line(value.get("alt") or value.get("caption") or value.get("title"))
            value = next((value[name] for name in ("src", "image", "url", "path") if value.get(name)), None)
        src = one_line(value) if isinstance(value, str) else ""
        if key is None or not src:
            return None
        return ImageRef(src=src, alt=alt, position=self._position(key))

    def _draft(self) -> bool:
        """A draft by `draft`, `published: false` or `status`; what is unclear stays in the drawer."""
        status = self.fields.line("status").casefold()
        published = self.fields.get("published")
        unpublished = published is False or (
            isinstance(published, str) and published.casefold() in ("false", "no", "off")
        )
        if status and status not in _DRAFT_STATES | _PUBLIC_STATES:
            status = ""
        if is_in_drawer(self.document.path) or status in _DRAFT_STATES:
            return True
        return unpublished or self.fields.flag("draft", unclear=True)

    def _kind_and_quotes(
        self, tokens: tuple[Token, ...], body: str, title: str
    ) -> tuple[str, tuple[Quote, ...]]:
        """The badge, given or guessed, and the quotes, given or in the lists of a collection."""
        speaker = self.fields.line("speaker", "quotes_by")
        quotes = given_quotes(
            self.fields.get("quotes", "notable_quotes"), title if self.is_profile else speaker
        )
        kinds = PROFILES if self.is_profile else ARTICLES
        given = self.fields.line("kind", "type").casefold()
        if self.fields.key("kind") and given not in kinds:
            sentence = f"`kind: {given}` is unknown; it is guessed"
            self.fields.warn(
                self.fields.key("kind"), "kind-unknown", sentence, f"known are {', '.join(kinds)}"
            )
        if self.is_profile:
            return (given if given in kinds else profile_kind(self.fields.values)), quotes
        in_body = () if quotes or given not in ("quotes", "") else self._quotes_in(body, speaker)
        many = len(quotes or in_body) >= ENOUGH and (bool(quotes) or mostly_quotes(body, len(in_body)))
        if given in kinds:
            return given, quotes or (in_body if given == "quotes" else ())
        url = self.fields.web_address("source_url", "source", "link")
        guessed = media_kind(tokens, url, body) or ("quotes" if many else "article")
        return guessed, quotes or (in_body if guessed == "quotes" else ())

    def _quotes_in(self, body: str, speaker: str) -> tuple[Quote, ...]:
        return quotes_in(without_shortcodes(without_code(body)), speaker)

    def _strays(self, tokens: tuple[Token, ...]) -> None:
        """Shortcodes that cannot be read, as warnings: the rest of the article is good."""
        for token in walk(tokens):
            if isinstance(token, Stray):
                mistake = Mistake(
                    rule=token.rule, sentence=token.sentence, hint=token.hint, severity=Severity.WARNING
                )
                position = Position(path=self.document.path, line=token.line, column=token.column)
                self.report.at(mistake, position)
