"""The badge that an entry wears, given or guessed, and the quotes that it has to give."""

from __future__ import annotations

from digest.collect.headlines import Text
from digest.collect.kinds import ARTICLES, PROFILES, media_kind, profile_kind
from digest.collect.quotes import ENOUGH, given_quotes, has_quoted_items, mostly_quotes, quotes_in
from digest.collect.values import Fields
from digest.model import Quote
from digest.text.markup import without_shortcodes


def badge(fields: Fields, text: Text, name: str) -> tuple[str, tuple[Quote, ...]]:
    """Kind and quotes; `name` is whose a profile is, who then says its quotes, and empty for an article."""
    speaker = name or fields.line("speaker", "quotes_by")
    given_list = fields.get("quotes", "notable_quotes")
    quotes = given_quotes(given_list, speaker) if given_list else ()
    given = fields.line("kind", "type").casefold()
    kind = _known(given, fields, PROFILES if name else ARTICLES)
    if name:
        return kind or profile_kind(fields.values), quotes
    if kind:
        return kind, quotes or (_in_body(text, speaker) if kind == "quotes" else ())
    url = fields.web_address("source_url", "source", "link")
    media = media_kind(text.tokens, url, text.markdown)
    if media or given:
        many = not media and len(quotes) >= ENOUGH
        return media or ("quotes" if many else "article"), quotes
    found = quotes or _in_body(text, speaker)
    many = len(found) >= ENOUGH and (bool(quotes) or mostly_quotes(text.markdown, len(found)))
    return "quotes" if many else "article", found if many else quotes


def _known(given: str, fields: Fields, kinds: tuple[str, ...]) -> str:
    """A kind that we know; another is told, unless it is another program's `type`."""
    if given in kinds:
        return given
    if key := fields.key("kind"):
        sentence = f"`kind: {given}` is unknown; it is guessed"
        fields.warn(key, "kind-unknown", sentence, f"known are {', '.join(kinds)}")
    return ""


def _in_body(text: Text, speaker: str) -> tuple[Quote, ...]:
    if not has_quoted_items(text.markdown):  # code is only looked for where there may be quotes
        return ()
    items = quotes_in(text.prose, speaker)
    return quotes_in(without_shortcodes(text.prose), speaker) if items and text.has_shortcodes else items
