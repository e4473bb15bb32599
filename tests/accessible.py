"""axe on a page, by its findings alone: what it is content with is a megabyte that nobody reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

MAIL = {"rules": {"landmark-one-main": {"enabled": False}, "region": {"enabled": False}}}
"""What a mail is let off: it has no landmarks."""


def violations(page: Page, **options: Any) -> list[str]:
    """What axe holds against a page, each rule with the elements that break it; `options` are axe's own."""
    from axe_playwright_python.sync_playwright import Axe

    page.evaluate(Axe().axe_script)
    asked = {"resultTypes": ["violations"], **options}
    found = page.evaluate("asked => axe.run(asked).then(each => each.violations)", asked)
    return [f"{each['id']}: {node['html'][:120]}" for each in found for node in each["nodes"]]
