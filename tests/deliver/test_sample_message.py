"""The sample edition's issue as a test message, from the article to the mail server."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import datetime
from email import message_from_bytes, policy
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from digest import press
from digest.deliver import Message, message_for_test
from digest.model import Draft
from digest.press import Site
from digest.render.address import asset_url
from tests.conftest import need

NOW = datetime(2026, 1, 26, 9, 0, tzinfo=ZoneInfo("Asia/Taipei"))


@pytest.fixture(scope="module")
def sample(root: Path) -> tuple[Site, Draft]:
    """The draft of the sample site at its fixed time."""
    site = Site.load(root)
    return site, press.build(site, now=NOW)


def sent(site: Site, draft: Draft) -> Message:
    edition = site.edition()
    texts = {rendition.name: rendition.text for rendition in draft.renditions}
    return message_for_test(
        issue=draft.issue,
        html=texts["email.html"],
        text=texts["email.txt"],
        subject=draft.issue.subject,
        sender=edition.sender,
        reply_to=edition.reply_to,
        to="editor@example.org",
        now=NOW,
        key=b"sample",
        site=site.config.site.base_url,
        pictures={asset_url(draft.issue, name, site.config): data for name, data in draft.assets.items()},
    )


def test_issue_arrives_as_it_was_rendered(sample: tuple[Site, Draft]) -> None:
    """Both parts come back; the HTML differs from the rendition in tokens and picture addresses only."""
    site, draft = sample
    mail = message_from_bytes(sent(site, draft).data, policy=policy.default)
    assert mail["Subject"] == f"[TEST] {draft.issue.subject}"
    html = mail.get_body(("html",)).get_content()  # type: ignore[attr-defined]
    source = next(each.text for each in draft.renditions if each.name == "email.html")
    assert "@@digest" not in html
    assert len(re.findall(r'src="cid:', html)) == source.count("/assets/")
    cids = {part["Content-ID"][1:-1] for part in mail.walk() if part.get_content_maintype() == "image"}
    assert set(re.findall(r'src="cid:([^"]+)"', html)) == cids
    assert not [defect for part in mail.walk() for defect in part.defects]


def test_same_inputs_same_bytes(sample: tuple[Site, Draft]) -> None:
    """The message of an issue is the same whenever it is made for the same time."""
    assert sent(*sample).data == sent(*sample).data


def test_spamassassin_has_nothing_against_the_sample(sample: tuple[Site, Draft]) -> None:
    """SpamAssassin's local rules score the sample issue's message at 0.5 at most."""
    need(shutil.which("spamassassin"), "SpamAssassin is missing: apt-get install spamassassin")
    result = subprocess.run(
        ["spamassassin", "-L", "-t"], input=sent(*sample).data, capture_output=True, check=True, timeout=120
    )
    score = re.search(rb"^X-Spam-Status: \w+, score=(-?[\d.]+)", result.stdout, re.MULTILINE)
    assert score, result.stdout[:2000]
    report = result.stdout.partition(b"Content analysis details")[2].decode(errors="replace")
    assert float(score[1]) <= 0.5, report[:3000]
