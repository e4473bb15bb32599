"""Files of the inbox that the database has promised: written once, never over what an editor changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

from digest.collect.feeds.filing import State, write
from digest.collect.feeds.inbox import with_also
from digest.model import Also
from digest.press.places import Site
from digest.store.feeds import Feeds, SeenItem

_AT_ONCE: Final = 50


@dataclass(frozen=True, slots=True)
class Kept:
    """A promise that was kept: whose it was, the file (relative to the site), and what became of that.

    `hash` is the sha256 of what we wrote there last.
    """

    feed: str
    path: str
    state: State
    hash: str


def keep_promises(site: Site, feeds: Feeds) -> tuple[Kept, ...]:
    """Write the files that are promised, and say so. Raises DigestError where the disk refuses.

    It is said of some at a time, since each time the disk is waited for: whoever dies in between has written
    files that are still promised, and finds them as they should be.
    """
    kept: list[Kept] = []
    said: list[SeenItem] = []
    try:
        for item in feeds.promised():
            made = _kept(site, item)
            kept += [made] if made else []
            said.append(replace(item, path=made.path, written=made.hash) if made else item)
            if len(said) >= _AT_ONCE:
                feeds.keep(said)
                said = []
    finally:
        feeds.keep(said)
    return tuple(kept)


def _kept(site: Site, item: SeenItem) -> Kept | None:
    """A file written, or left as an editor has it; None where an editor has deleted or moved it meanwhile."""
    folder, _, name = item.path.rpartition("/")
    if item.written and not (site.root / item.path).exists():
        return None
    made = write(site.root / folder, name, item.promised or "", before=item.written)
    return Kept(item.feed, f"{folder}/{made.path.name}", made.state, made.hash)


def told_again(site: Site, item: SeenItem, also: Iterable[Also]) -> str | None:
    """The file of a story with more places where it stands.

    None where it is there no more, where an editor has changed it, and where it says them all already.
    """
    try:
        data = (site.root / item.path).read_bytes()
        text = data.decode()
    except (OSError, UnicodeDecodeError):
        return None
    if sha256(data).hexdigest() != item.written:
        return None
    more = with_also(text, also)
    return more if more != text else None
