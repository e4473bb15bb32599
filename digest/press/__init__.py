"""The verbs: collect, build, publish, replay; the only place where the stages meet."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from digest.press.building import build
    from digest.press.collecting import Collected, SourceReport, collect
    from digest.press.comparing import Found, What
    from digest.press.drafts import draft_folder, write_draft
    from digest.press.feed_reports import FeedReport
    from digest.press.ledgers import ledger
    from digest.press.places import Site
    from digest.press.publishing import build_site, publish, rebuild, replay, sealed, sealed_issue, verify
    from digest.press.reading import read

_PLACES = {
    "building": ("build",),
    "collecting": ("Collected", "SourceReport", "collect"),
    "comparing": ("Found", "What"),
    "drafts": ("draft_folder", "write_draft"),
    "feed_reports": ("FeedReport",),
    "ledgers": ("ledger",),
    "places": ("Site",),
    "publishing": ("build_site", "publish", "rebuild", "replay", "sealed", "sealed_issue", "verify"),
    "reading": ("read",),
}

__all__ = [
    "Collected",
    "FeedReport",
    "Found",
    "Site",
    "SourceReport",
    "What",
    "build",
    "build_site",
    "collect",
    "draft_folder",
    "ledger",
    "publish",
    "read",
    "rebuild",
    "replay",
    "sealed",
    "sealed_issue",
    "verify",
    "write_draft",
]


def __getattr__(name: str) -> Any:
    """Load a verb when it is first asked for: who collects needs no renderer, and waits for none."""
    for module, names in _PLACES.items():
        if name in names:
            return getattr(import_module(f"digest.press.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
