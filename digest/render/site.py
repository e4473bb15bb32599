"""Every page of the public site, from the issues as sealed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import unquote, urlsplit

from digest.config import Config
from digest.model import EntryType, Issue, Notice, Page
from digest.render import feeds, web
from digest.render.address import feed_url, issue_url, tag_url
from digest.render.library import Library, Tag
from digest.render.theme import Theme
from digest.render.web import issue_page

__all__ = ["issue_page", "pages"]

_LONGEST: Final = 240
"""Bytes of a file's name that every disk takes (255, less room for a draft's suffix)."""


def pages(
    issues: Sequence[Issue],
    theme: Theme,
    config: Config,
    notices: Mapping[str, tuple[Notice, ...]] | None = None,
) -> Iterator[Page]:
    """The whole site: front page, issues, articles, profiles, tags, feeds, style sheet.

    Of an entry that several issues hold, the newest version is shown. An entry that is read elsewhere gets no
    page. The order of `issues` does not matter. `notices` are what was said of issues since, by their ids.

    Raises:
        TemplateError: for what goes wrong in a template.
    """
    library = Library(issues, config, notices)
    yield _page("index.html", web.home(library, theme))
    yield _page("404.html", web.missing_page(library, theme))
    yield _page("style.css", web.style(theme))
    yield from _issues(library, theme)
    yield from _entries(library, theme)
    yield from _tags(library, theme)
    yield from _feeds(library, theme)


def _issues(library: Library, theme: Theme) -> Iterator[Page]:
    for issue in library.issues:
        previous, following = web.neighbours(issue, library.issues)
        text = web.issue_page(
            issue,
            theme,
            library.config,
            previous=previous,
            following=following,
            library=library,
            inline_style=False,
        )
        yield _page(_path(issue_url(issue.edition, issue.number, library.config), library.config), text)
    for issue in library.withdrawn:
        address = issue_url(issue.edition, issue.number, library.config)
        yield _page(_path(address, library.config), web.withdrawn_issue(issue, library, theme))


def _entries(library: Library, theme: Theme) -> Iterator[Page]:
    for record in library.own:
        path = unquote(f"{record.path}index.html")
        if not _writable(path):
            continue  # its slug is no file name: the entry stands in the issue and the feeds all the same
        profile = record.entry.type is EntryType.PROFILE
        make = web.profile_page if profile else web.entry_page
        yield _page(path, make(record, library, theme))
    for record in library.lost:
        path = unquote(f"{record.path}index.html")
        if _writable(path):
            yield _page(path, web.withdrawn_entry(record, library, theme))
    if library.profiles:
        yield _page("profiles/index.html", web.profiles_page(library, theme))


def _tags(library: Library, theme: Theme) -> Iterator[Page]:
    if library.tags:
        yield _page("tags/index.html", web.tags_page(library, theme))
    for tag in library.tags.values():
        path = _path(tag_url(tag.key, library.config), library.config)
        if _writable(path):
            yield _page(path, web.tag_page(tag, library, theme))


def _feeds(library: Library, theme: Theme) -> Iterator[Page]:
    tags: list[Tag | None] = [None, *library.tags.values()]
    made: dict[str, feeds.FeedItem] = {}
    for tag in tags:
        for name, text in feeds.feeds(library, theme, tag, made):
            path = _path(feed_url(name, library.config, tag=tag.key if tag else ""), library.config)
            if _writable(path):
                yield _page(path, text)


def _path(url: str, config: Config) -> str:
    """The file of a page, by its public address."""
    path = unquote(urlsplit(url).path.removeprefix(urlsplit(config.site.base_url).path).removeprefix("/"))
    return f"{path}index.html" if path.endswith("/") else path


def _writable(path: str) -> bool:
    parts = path.split("/")
    return all(
        part.strip(".") and "\0" not in part and len(part.encode("utf-8", "replace")) <= _LONGEST
        for part in parts
    )


def _page(path: str, text: str) -> Page:
    # Half a surrogate pair, which foreign text can hold, has no bytes: it becomes a question mark.
    return Page(path=path, data=text.encode("utf-8", "replace"))
