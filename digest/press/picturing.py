"""The local images of an issue, read and made ready to travel with it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Final

from digest.collect.gather import load_image
from digest.errors import DigestError
from digest.model import Entry, ImageRef, Issue, Picture, PictureFile, Problem, Severity
from digest.press.places import Site
from digest.render.pictures import prepare
from digest.text.frames import frame

Files = tuple[tuple[PictureFile, bytes], ...]

_THUMBNAIL, _COLUMN = 380, 600  # pixels: a card's thumbnail at twice its size, the mail's column
_KEPT: Final = 200  # prepared pictures that a running preview remembers
_ready: Final[dict[tuple[str, tuple[int, ...]], Files]] = {}


def pictures(site: Site, issue: Issue) -> tuple[tuple[Picture, ...], dict[str, bytes], tuple[Problem, ...]]:
    """The pictures of every entry of an issue, their files by name, and a problem for each that is broken."""
    found: list[Picture] = []
    assets: dict[str, bytes] = {}
    problems: list[Problem] = []
    for entry in (item.entry for item in issue.everything):
        for reference in _references(entry):
            try:
                files = _files(site, entry, reference.src)
            except (ValueError, DigestError, OSError) as error:
                problems.append(_broken(site, reference, error))
                continue
            if files:
                found.append(_picture(entry, reference, files))
                assets |= {file.name: data for file, data in files}
    return tuple(found), dict(sorted(assets.items())), tuple(problems)


def _references(entry: Entry) -> Iterator[ImageRef]:
    """The entry's image and those in its body, each address once."""
    seen: dict[str, ImageRef] = {}
    for reference in (*((entry.image,) if entry.image else ()), *entry.images):
        seen.setdefault(reference.src, reference)
    yield from seen.values()


def _files(site: Site, entry: Entry, src: str) -> Files:
    """The sizes of a local image; nothing for a remote one, and for one that collecting found missing."""
    data = load_image(site.config, site.root, entry, src)
    if data is None:
        return ()
    widths = (_THUMBNAIL, _COLUMN, site.config.email.image_width)
    key = (hashlib.sha256(data).hexdigest(), widths)
    files = _ready.pop(key, ()) or prepare(data, widths=widths)
    _ready[key] = files  # the last used goes last, and the first is forgotten first
    if len(_ready) > _KEPT:
        del _ready[next(iter(_ready))]
    return files


def _picture(entry: Entry, reference: ImageRef, files: Files) -> Picture:
    return Picture(
        entry=entry.key, src=reference.src, alt=reference.alt, files=tuple(file for file, _ in files)
    )


def _broken(site: Site, reference: ImageRef, error: Exception) -> Problem:
    said = error.sentence if isinstance(error, DigestError) else str(error)
    return Problem(
        severity=Severity.WARNING,
        rule="image-broken",
        sentence=f"the image {reference.src} {said}",
        position=reference.position,
        hint="the entry goes out without it",
        frame=_frame(site, reference),
    )


def _frame(site: Site, reference: ImageRef) -> tuple[tuple[int, str], ...]:
    """The lines around a reference; none where the file has gone meanwhile."""
    try:
        text = (site.root / reference.position.path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ()
    return frame(text, reference.position.line)
