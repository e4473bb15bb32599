"""The desk of a site: drafts built by press, the last sealed issue where nothing is new."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from digest import archive, press
from digest.config import EditionTable
from digest.deliver.message import nobody
from digest.errors import DigestError, NothingNewError
from digest.model import Issue, Problem, Rendition
from digest.press import Site
from digest.press.overriding import FOLDER
from digest.render.address import issue_url
from digest.render.site import issue_page
from digest.render.theme import BUILT_IN
from digest.text.personal import fill
from digest.text.phrases import phrases
from digest.web.desk import Mail, Places, Showing, State

READER = "reader@example.org"
"""Who the mail on the desk is for."""


class PressDesk:
    """Builds what a site would publish now; reads its config again when that is saved. Writes nothing."""

    def __init__(self, site: Site, *, now: datetime | None = None, edition: str | None = None) -> None:
        self._site = site
        self._now = now
        self._edition = edition

    def build(self) -> Showing:
        """The draft, or the last sealed issue, or an empty desk. Raises DigestError."""
        if self._site.config_path is not None:
            self._site = Site.load(self._site.root, self._site.config_path)
        site = self._site
        edition = site.edition(self._edition)
        now = self._now or datetime.now(site.config.zone)
        try:
            draft = press.build(site, edition=edition.name, now=now)
        except NothingNewError as nothing:
            return self._without_news(site, edition, nothing, now)
        return _showing(
            site, draft.issue, draft.renditions, draft.assets, state=State.DRAFT, problems=draft.problems
        )

    def places(self) -> Places:
        """Sources, templates, static folders, archive, overrides, the built-in templates, config.toml."""
        site = self._site
        inside = [
            *(source.path for source in site.config.folders),
            "templates",
            *(folder for folder in site.config.site.static if folder != "."),
            site.config.archive.path,
            FOLDER,
        ]
        config = site.config_path.name if site.config_path else "config.toml"
        aliases = site.config.tags.aliases_file.split("/")[0]
        folders = [*(site.root / each for each in inside), BUILT_IN]
        return Places(
            root=site.root,
            folders=tuple(_outermost(folder for folder in folders if folder.is_dir())),
            names=frozenset({config, aliases, *(each.split("/")[0] for each in inside)} - {""}),
        )

    def _without_news(
        self, site: Site, edition: EditionTable, nothing: NothingNewError, now: datetime
    ) -> Showing:
        problems = press.read(site, now).problems
        sealed = archive.sealed(site.archive, edition.name)
        if not sealed:
            return Showing(
                state=State.EMPTY,
                edition=edition.name,
                title=edition.title,
                language=site.config.language(edition),
                notice=f"{_sentence(nothing)} Write an article, and it appears here.",
                problems=problems,
            )
        issue = sealed[-1].issue
        notice = f"{_sentence(nothing)} This is issue {issue.number}, as it was sealed."
        renditions = tuple(_sealed_renditions(site.archive, issue))
        assets = {
            file.name: archive.read(site.archive, issue.edition, issue.number, f"assets/{file.name}")
            for picture in issue.pictures
            for file in picture.files
        }
        return _showing(site, issue, renditions, assets, state=State.SEALED, notice=notice, problems=problems)


def _showing(
    site: Site,
    issue: Issue,
    renditions: tuple[Rendition, ...],
    assets: Mapping[str, bytes],
    *,
    state: State,
    notice: str = "",
    problems: tuple[Problem, ...] = (),
) -> Showing:
    edition = site.edition(issue.edition)
    page = issue_page(issue, site.theme(edition), site.config)
    at = issue.date.astimezone(site.config.zone)
    return Showing(
        state=state,
        edition=issue.edition,
        title=issue.title,
        language=issue.language,
        number=issue.number,
        label=issue.label,
        date=f"{phrases(issue.language).date(at, 'medium')} {at:%H:%M}",
        sender=edition.sender.partition("<")[0].strip().strip('"') or issue.title,
        subject=issue.subject,
        preheader=issue.preheader,
        notice=notice,
        site=site.config.site.base_url,
        mails=tuple(_mails(site, issue, renditions)),
        web=_local(page, issue, site),
        assets=assets,
        problems=problems,
        warn_bytes=site.config.email.warn_bytes,
        max_bytes=site.config.email.max_bytes,
    )


def _mails(site: Site, issue: Issue, renditions: tuple[Rendition, ...]) -> Iterator[Mail]:
    """HTML and text of each language, the issue's own first."""
    kinds = {(each.language, each.media_type.startswith("text/html")): each.text for each in renditions}
    for language in dict.fromkeys((issue.language, *(each.language for each in renditions))):
        source, text = kinds.get((language, True), ""), kinds.get((language, False), "")
        reader = nobody(READER, site=site.config.site.base_url, language=language, now=issue.date)
        shown = _local(fill(source, reader, markup=True), issue, site)
        yield Mail(
            language=language,
            html=shown,
            text=fill(text, reader, markup=False),
            size=len(source.encode()),
        )


def _sealed_renditions(archived: Path, issue: Issue) -> Iterator[Rendition]:
    for language in issue.languages:
        stem = "email" if language == issue.language else f"email.{language}"
        for suffix, media_type in ((".html", "text/html"), (".txt", "text/plain")):
            name = f"{stem}{suffix}"
            text = archive.read(archived, issue.edition, issue.number, name).decode()
            yield Rendition(name=name, language=language, media_type=media_type, text=text)


def _local(text: str, issue: Issue, site: Site) -> str:
    """HTML whose images of this issue come from the desk, whether the site is online or not.

    Pages name them by address or by path, among others in a `srcset`.
    """
    public = f"{issue_url(issue.edition, issue.number, site.config)}assets/"
    path = urlsplit(public).path
    named = "|".join(re.escape(each) for each in dict.fromkeys((public, html.escape(public), path)))
    return re.sub(rf"(?<=[\s\"'(,])(?:{named})", "/assets/", text)


def _sentence(error: DigestError) -> str:
    said = error.sentence.rstrip(".")
    return f"{said[:1].upper()}{said[1:]}."


def _outermost(folders: Iterator[Path]) -> Iterator[Path]:
    """Folders without those that lie in another one of them, which is watched with all in it."""
    every = sorted(set(folders))
    for folder in every:
        if not any(other in folder.parents for other in every):
            yield folder
