"""JSON Feed 1.0 and 1.1 as raw items. Source: https://www.jsonfeed.org/version/1.1/"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from digest.collect.dates import stamp
from digest.collect.feeds.facts import number, seconds, text
from digest.collect.feeds.raw import Fault, Medium, RawFeed, RawItem

_ZONE: Final = ZoneInfo("UTC")
_MOST: Final = 50


def is_json(source: str) -> bool:
    """Whether a text can only be JSON: it begins with a brace."""
    return source.lstrip()[:1] == "{"


def read_json(source: str, most: int) -> RawFeed:
    """A JSON Feed, its first `most` items. What is of the wrong type is passed over as if it were absent."""
    try:
        feed = json.loads(source)
    except json.JSONDecodeError as error:
        fault = Fault(sentence=f"its JSON is broken: {error.msg}", line=error.lineno, column=error.colno)
        return RawFeed(format="json", fault=fault)
    except RecursionError:
        return RawFeed(format="json", fault=Fault(sentence="its JSON is nested too deeply"))
    except ValueError:  # a number of more digits than Python reads
        return RawFeed(format="json", fault=Fault(sentence="its JSON has a number without end"))
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        return RawFeed(format="")
    author = _authors(feed)
    items = [each for each in feed["items"] if isinstance(each, dict)]
    return RawFeed(
        format="json",
        title=text(feed.get("title")),
        title_plain=True,
        language=text(feed.get("language")),
        home=text(feed.get("home_page_url")),
        image=text(feed.get("icon")),
        items=tuple(_item(each, author) for each in items[:most]),
        more=len(items) > most,
    )


def _item(item: dict[str, Any], author: str) -> RawItem:
    markup, plain = _body(item)
    return RawItem(
        id=text(item.get("id")),
        link=text(item.get("url")) or text(item.get("external_url")),
        title=text(item.get("title")),
        title_plain=True,
        markup=markup,
        plain=plain,
        author=_authors(item) or author,
        date=_date(item.get("date_published")) or _date(item.get("date_modified")),
        updated=_date(item.get("date_modified")),
        media=tuple(_medium(each) for each in _tables(item.get("attachments")) if text(each.get("url"))),
        images=tuple(filter(None, (text(item.get("image")), text(item.get("banner_image"))))),
        tags=tuple(text(each) for each in _list(item.get("tags"))),
        language=text(item.get("language")),
    )


def _body(item: dict[str, Any]) -> tuple[str, bool]:
    """What stands for the item, and whether it is plain text: its summary, its HTML, its text."""
    if summary := text(item.get("summary")):
        return summary, True
    if markup := text(item.get("content_html")):
        return markup, False
    return text(item.get("content_text")), True


def _medium(attachment: dict[str, Any]) -> Medium:
    return Medium(
        url=text(attachment.get("url")),
        type=text(attachment.get("mime_type")),
        seconds=seconds(attachment.get("duration_in_seconds")),
        width=number(attachment.get("width")),
    )


def _authors(owner: dict[str, Any]) -> str:
    """Names of version 1.1's `authors`, else of 1.0's `author`."""
    given = _tables(owner.get("authors")) or _tables([owner.get("author")])
    return ", ".join(dict.fromkeys(filter(None, (text(each.get("name")) for each in given))))


def _date(value: Any) -> datetime | None:
    try:
        found = stamp(text(value), _ZONE)
        return found.at.astimezone(UTC) if found else None
    except (ValueError, OverflowError):
        return None


def _list(value: Any) -> list[Any]:
    return value[:_MOST] if isinstance(value, list) else []


def _tables(value: Any) -> list[dict[str, Any]]:
    return [each for each in _list(value) if isinstance(each, dict)]
