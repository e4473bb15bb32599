"""The local images of entries on disk: beside the entry, or in the site's static folders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import unquote, urlsplit

from digest.config import Config
from digest.model import Entry

_LARGEST: Final = 30_000_000


def is_remote(src: str) -> bool:
    """Whether an image's address leads elsewhere: http, https, data or any other scheme."""
    try:
        parts = urlsplit(src.strip())
    except ValueError:
        return True
    return bool(parts.scheme) or bool(parts.netloc)


def find_image(config: Config, root: Path, entry: Entry, src: str) -> Path | None:
    """The file of a local image inside the site; None when there is none."""
    if is_remote(src):
        return None
    own = root.resolve()
    for path in _candidates(config, root, entry, src):
        try:
            real = path.resolve()
            if real.is_relative_to(own) and real.is_file():
                return real
        except (OSError, ValueError, RuntimeError):  # a NUL in the name, a name too long, links in a circle
            continue
    return None


def load_image(config: Config, root: Path, entry: Entry, src: str) -> bytes | None:
    """The bytes of a local image; None for a remote one, one that is not there, and one over 30 MB.

    `/x` is looked for in the folders of `site.static`, other addresses first beside the entry. Nothing
    outside `root` is read.
    """
    path = find_image(config, root, entry, src)
    try:
        return path.read_bytes() if path and path.stat().st_size <= _LARGEST else None
    except OSError:
        return None


def _candidates(config: Config, root: Path, entry: Entry, src: str) -> Iterator[Path]:
    """Where the image may lie: with the address as written, and without percent signs, query and fragment."""
    written = src.strip()
    bare = written.split("#", maxsplit=1)[0].split("?", maxsplit=1)[0]
    for name in dict.fromkeys((written, unquote(bare))):
        relative = name.lstrip("/")
        if not relative:
            continue
        if not name.startswith("/"):
            yield root / PurePosixPath(entry.position.path).parent / relative
        for folder in config.site.static:
            yield root / folder / relative
