"""The build folder: a draft as files that an editor opens with a double click, without a network."""

from __future__ import annotations

import html
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from digest import archive
from digest.deliver.message import nobody
from digest.errors import DigestError, UsageError
from digest.model import Draft, Issue, Rendition
from digest.press.places import Site
from digest.render.address import issue_url
from digest.render.site import issue_page
from digest.text.personal import fill

MARKER: Final = ".digest-draft"
"""The hidden file by which we know a folder that we may replace."""


def draft_folder(site: Site, issue: Issue) -> Path:
    """Where the draft of an issue is written unless told otherwise: `build/EDITION/NUMBER`."""
    return site.root / "build" / issue.edition / str(issue.number)


def write_draft(site: Site, draft: Draft, out: Path | None = None) -> Path:
    """Write a draft into a folder, `build/EDITION/NUMBER` of the site unless named, and return that.

    There are the mails as a reader would get them, the web page (`index.html`), `issue.json` and `assets/`;
    images and styles are found beside the file, not on the web. The folder is replaced whole or not at all.

    Raises:
        UsageError: `out` holds something that no draft is.
        DigestError: the disk refuses.
    """
    target = out or draft_folder(site, draft.issue)
    if not _is_ours(target):
        raise UsageError(
            "this folder holds other files, and a draft would replace them",
            subject=str(target),
            hint="name a folder that is new, empty or an earlier draft's",
        )
    try:
        _replace(target, dict(_files(site, draft)))
    except OSError as error:
        raise DigestError(
            f"the draft could not be written: {error.strerror or error}",
            subject=str(error.filename or target),
            hint="nothing was half-written; mend the cause and build again",
        ) from error
    return target


def _is_ours(folder: Path) -> bool:
    if not folder.exists():
        return True
    return folder.is_dir() and ((folder / MARKER).is_file() or not any(folder.iterdir()))


def _files(site: Site, draft: Draft) -> Iterator[tuple[str, bytes]]:
    issue = draft.issue
    yield MARKER, f"{issue.id}\n".encode()
    yield "issue.json", archive.dump_issue(issue)
    for rendition in draft.renditions:
        yield rendition.name, _as_read(site, issue, rendition).encode()
    page = issue_page(issue, site.theme(site.edition(issue.edition)), site.config)
    yield "index.html", _beside(site, issue, page).encode()
    yield from ((f"assets/{name}", data) for name, data in draft.assets.items())


def _as_read(site: Site, issue: Issue, rendition: Rendition) -> str:
    """A mail as its reader gets it, with the values of nobody in particular, and its images beside it."""
    markup = rendition.media_type.startswith("text/html")
    reader = nobody(
        "reader@example.org", site=site.config.site.base_url, language=rendition.language, now=issue.date
    )
    text = fill(rendition.text, reader, markup=markup)
    return _beside(site, issue, text) if markup else text


def _beside(site: Site, issue: Issue, text: str) -> str:
    """A file's addresses as they work from the build folder: assets beside it, everything else on the web."""
    assets = f"{issue_url(issue.edition, issue.number, site.config)}assets/"
    parts = urlsplit(assets)
    for address in (html.escape(assets), assets):
        text = text.replace(address, "assets/")
    text = re.sub(rf"""(?<=["'(,\s]){re.escape(parts.path)}""", "assets/", text)
    return re.sub(r'(?<=\bhref=")/(?!/)', f"{parts.scheme}://{parts.netloc}/", text)


def _replace(target: Path, files: dict[str, bytes]) -> None:
    """Put the files into a new folder beside the target, and change the two by renaming."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    old = fresh / ".old"
    try:
        made = fresh / "draft"
        for name, data in files.items():
            path = made / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        if target.exists():
            target.rename(old)
        made.rename(target)
    except BaseException:
        if old.exists() and not target.exists():
            old.rename(target)
        raise
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
