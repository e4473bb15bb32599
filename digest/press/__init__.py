"""The verbs: collect, build, publish, replay; the only place where the stages meet."""

from digest.press.building import build, ledger, read
from digest.press.collecting import Collected, SourceReport, collect
from digest.press.comparing import Found, What
from digest.press.drafts import draft_folder, write_draft
from digest.press.feed_reports import FeedReport
from digest.press.places import Site
from digest.press.publishing import build_site, publish, rebuild, replay, sealed, sealed_issue, verify

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
