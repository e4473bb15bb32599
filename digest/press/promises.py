"""Files of the inbox that the database has promised: written once, never over what an editor changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from digest.collect.feeds.filing import State, write
from digest.collect.feeds.inbox import with_also
from digest.model import Also
from digest.press.places import Site
from digest.store.feeds import Feeds, SeenItem


@dataclass(frozen=True, slots=True)
class Kept:
    """A promise that was kept: whose it was, the file (relative to the site), and what became of that."""

    feed: str
    path: str
    state: State


def keep_promises(site: Site, feeds: Feeds) -> tuple[Kept, ...]:
    """Write the files that are promised, and say so, one by one. Raises DigestError for the disk."""
    kept = []
    for item in feeds.promised():
        folder, _, name = item.path.rpartition("/")
        if item.written and not (site.root / item.path).exists():
            feeds.keep(item, item.written)  # an editor has deleted or moved it meanwhile
            continue
        made = write(site.root / folder, name, item.promised or "", before=item.written)
        path = f"{folder}/{made.path.name}"
        feeds.keep(item, made.hash, path)
        kept.append(Kept(item.feed, path, made.state))
    return tuple(kept)


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
