"""What was said of an issue since its seal, as pages and feeds show it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from typing import Final

from digest.model import Issue, Notice, NoticeKind
from digest.render.address import issue_url
from digest.render.cards import NoticeView
from digest.render.library import Record
from digest.render.markdown import render_note
from digest.render.setting import Setting
from digest.text.characters import legal

_LABELS: Final = {
    NoticeKind.CORRECTION: "Correction, {date}",
    NoticeKind.RETRACTION: "Withdrawn, {date}",
}


def of_issue(issue: Issue, setting: Setting) -> tuple[NoticeView, ...]:
    """The notices of an issue; those of one entry name it."""
    titles = {item.entry.key: item.entry.title for item in issue.everything}
    notices = setting.library.notices.get(issue.id, ())
    return tuple(_view(each, issue, setting, titles.get(each.entry, "")) for each in notices)


def of_record(record: Record, setting: Setting) -> tuple[NoticeView, ...]:
    """The notices of an entry: corrections of it, and the withdrawal of an issue that had it."""
    return tuple(_view(notice, issue, setting) for issue, notice in setting.library.said_of(record))


def as_html(views: Iterable[NoticeView]) -> str:
    """Notices at the head of a feed's item."""
    return "".join(_lines(views))


def _lines(views: Iterable[NoticeView]) -> Iterator[str]:
    for each in views:
        title = f": {escape(each.title)}" if each.title else ""
        yield f"<div><p><strong>{escape(each.label)}{title}</strong></p>\n{each.html}</div>\n"


def _view(notice: Notice, issue: Issue, setting: Setting, title: str = "") -> NoticeView:
    label = _LABELS[notice.kind]
    base = issue_url(issue.edition, issue.number, setting.config)
    return NoticeView(
        kind=notice.kind.value,
        label=setting.words(label, date=setting.day(notice.date).text),
        title=title,
        html=render_note(legal(notice.text), theme=setting.theme, language=setting.language, base_url=base),
        day=setting.day(notice.date).iso,
    )
