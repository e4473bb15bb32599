"""How the site's feeds stand, as their last visits left them; of what visits need nothing is loaded."""

from __future__ import annotations

from digest.press.places import Site
from digest.store import Store
from digest.store.feeds import Feeds, FeedState


def states(site: Site) -> dict[str, FeedState]:
    """Every feed that was ever visited, by its address, as its last visit left it; reads only."""
    store = Store.peek(site.database, site.root)
    if store is None:
        return {}
    with store:
        feeds = Feeds(store)
        return feeds.states() if feeds.are_kept() else {}
