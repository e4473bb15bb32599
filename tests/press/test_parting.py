"""The parts of an issue, from publishing to the message: sealed, read again, compiled."""

from __future__ import annotations

import json
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from digest import archive, press
from digest.deliver.readers import Reader
from digest.errors import GateError
from digest.press import Site
from digest.press.compiling import compiled
from digest.press.parting import sealable, sealed_mails
from tests.commands import invoke

NOW = datetime(2026, 1, 26, 9, 0, tzinfo=ZoneInfo("Asia/Taipei"))


def person(**changes: object) -> Reader:
    values: dict[str, object] = {
        "id": 1,
        "address": "ann@example.org",
        "unsubscribe_url": "https://digest.example/unsubscribe/a",
        "preferences_url": "https://digest.example/preferences/a",
        "message_id": "weekly.1.a@digest.example",
    }
    return Reader(**(values | changes))  # type: ignore[arg-type]


def copied(root: Path, folder: Path, *, sealed: bool) -> Site:
    """The sample site in a folder of its own."""
    for name in ("articles", *(("archive",) if sealed else ())):
        shutil.copytree(root / name, folder / name)
    shutil.copy(root / "config.toml", folder)
    return Site.load(folder)


def test_the_old_sealed_issue_still_goes_to_everybody(root: Path, tmp_path: Path) -> None:
    """The sample issue was sealed without parts: whole, whatever the topics, and still verified."""
    site = copied(root, tmp_path, sealed=True)
    sealed = archive.load(site.archive, "weekly", 1)
    if archive.PARTS not in archive.manifest_of(site.archive, "weekly", 1).files:
        assert sealed_mails(site, sealed)[1] is None
    ready = compiled(site, sealed, now=NOW)
    assert ready.wire(person()) is not None
    assert archive.verify(site.archive) == ()


def test_what_is_published_can_be_cut_to_topics(root: Path, tmp_path: Path) -> None:
    """`publish` seals the parts, the archive verifies, and a reader's message is shorter than the whole."""
    site = copied(root, tmp_path, sealed=False)
    sealed = press.publish(site, now=NOW)
    assert archive.PARTS in archive.manifest_of(site.archive, "weekly", 1).files
    assert archive.verify(site.archive) == ()
    _, parts = sealed_mails(site, sealed)
    assert parts is not None
    ready = compiled(site, sealed, now=datetime(2026, 1, 26, 1, 0, tzinfo=UTC))
    whole, one = (ready.wire(person(topics=frozenset(each))) for each in ((), parts.items[0].tags[:1]))
    assert whole
    assert one
    assert len(one) < len(whole)
    assert ready.wire(person(topics=frozenset({"nothing of it"}))) is None


def test_a_theme_that_marks_no_parts_is_told(root: Path, tmp_path: Path) -> None:
    """Its mails go whole to everybody, and the editor hears of it."""
    copied(root, tmp_path, sealed=False)
    own = tmp_path / "templates" / "ink" / "email"
    shutil.copytree(root / "templates" / "ink" / "email", own)
    name = own / "sections.mjml.j2"
    name.write_text(
        name.read_text().replace(
            "parts.placed(card, ", "parts.placed({'part': '', 'places': ['first', 'next']}, "
        )
    )
    draft = press.build(Site.load(tmp_path), now=NOW, parted=True)
    assert draft.parts is None
    assert "mail-whole" in {each.rule for each in draft.problems}
    assert sealable(draft) == draft.renditions


def test_a_mail_that_another_lead_makes_too_large_stops_the_issue(site: Path) -> None:
    """With the lead in full: everybody's is small, that of the topics which a long one leads is not."""
    config = (site / "config.toml").read_text()
    (site / "config.toml").write_text(f'{config}full_text = "lead"\n\n[email]\nmax_bytes = 60000\n')
    for path in (site / "articles").glob("*.md"):
        path.unlink()
    head = "---\ntitle: {0}\ndate: 2026-01-2{1}\nlanguage: en\ntags: [{2}]\nlead: {3}\n---\n\n{4}\n"
    (site / "articles/a.md").write_text(head.format("Short", 4, "one", "true", "Few words."))
    (site / "articles/b.md").write_text(head.format("Long", 3, "two", "false", "Many words. " * 6000))
    with pytest.raises(GateError, match="'Long' leads, over the limit of 60,000"):
        press.publish(Site.load(site), now=NOW)
    assert not (site / "archive").exists()


def test_a_large_mail_of_another_lead_is_told(site: Path) -> None:
    """Under the limit it is a warning at the entry, and `build` tells the size, with whom."""
    config = (site / "config.toml").read_text()
    (site / "config.toml").write_text(f'{config}full_text = "lead"\n\n[email]\nwarn_bytes = 60000\n')
    for path in (site / "articles").glob("*.md"):
        path.unlink()
    head = "---\ntitle: {0}\ndate: 2026-01-2{1}\nlanguage: en\ntags: [{2}]\nlead: {3}\n---\n\n{4}\n"
    (site / "articles/a.md").write_text(head.format("Short", 4, "one", "true", "Few words."))
    (site / "articles/b.md").write_text(head.format("Long", 3, "two", "false", "Many words. " * 5000))
    done = invoke("build", "-C", site, "--now", NOW.isoformat())
    assert done.exit_code == 0
    assert re.search(r"Mail   [\d,]+ bytes; at most [67]\d,\d{3} where Long leads", done.stderr)
    assert "readers whose topics 'Long' leads; mail programs cut" in done.stderr
    told = json.loads(invoke("build", "-C", site, "--now", NOW.isoformat(), "--json").stdout)
    (problem,) = [each for each in told["problems"] if each["rule"] == "mail-large"]
    assert (problem["severity"], problem["origin"]) == ("warning", "articles/b.md")
    assert told["sizes"]["other_title"] == "Long"
    assert told["sizes"]["mail"] < 60_000 < told["sizes"]["other_lead"]


def test_an_issue_that_nobody_else_can_lead(site: Path) -> None:
    """One entry: its own mail is the only one."""
    for path in (site / "articles").glob("*.md"):
        path.unlink()
    (site / "articles/a.md").write_text(
        "---\ntitle: A\ndate: 2026-01-24\nlanguage: en\ntags: [x]\n---\n\nA.\n"
    )
    told = json.loads(invoke("build", "-C", site, "--now", NOW.isoformat(), "--json").stdout)
    assert (told["sizes"]["other_lead"], told["sizes"]["other_title"]) == (None, "")
