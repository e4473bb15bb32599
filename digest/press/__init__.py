"""The verbs: collect, build, publish, replay; the only place where the stages meet."""

from digest.press.building import build, collect, ledger
from digest.press.drafts import draft_folder, write_draft
from digest.press.places import Site
from digest.press.publishing import build_site, publish, rebuild, replay, sealed, sealed_issue, verify

__all__ = [
    "Site",
    "build",
    "build_site",
    "collect",
    "draft_folder",
    "ledger",
    "publish",
    "rebuild",
    "replay",
    "sealed",
    "sealed_issue",
    "verify",
    "write_draft",
]
