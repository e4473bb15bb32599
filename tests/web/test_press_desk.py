"""The desk of a real site."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from starlette.applications import Starlette

from digest import press
from digest.errors import ConfigError, SealError
from digest.model import Severity
from digest.press import Site
from digest.render.theme import BUILT_IN
from digest.web.desk import State
from digest.web.press_desk import PressDesk
from digest.web.preview import app

NOW = datetime(2026, 1, 26, 9, 0, tzinfo=ZoneInfo("Asia/Taipei"))


@pytest.fixture
def pictured(site: Path) -> Path:
    """The scratch site with a picture in its first article, in three languages."""
    from io import BytesIO

    from PIL import Image

    data = BytesIO()
    Image.new("RGB", (1600, 800), "#9A2B16").save(data, "PNG")
    (site / "articles" / "tea.png").write_bytes(data.getvalue())
    article = site / "articles" / "tea.md"
    text = article.read_text().replace(
        "description:", "image: {src: tea.png, alt: 茶}\nlead: true\ndescription:"
    )
    article.write_text(text + "\n![茶樹](tea.png)\n")
    config = site / "config.toml"
    config.write_text(config.read_text() + 'languages = ["zh-Hant-TW", "ko", "en"]\n')
    return site


def snapshot(root: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in root.rglob("*") if ".digest" not in path.parts}


def test_draft_is_shown_in_every_language(pictured: Path) -> None:
    """Each language has its mail and text, tokens filled; the web page is the site's own."""
    showing = PressDesk(Site.load(pictured), now=NOW).build()
    assert showing.state is State.DRAFT
    assert (showing.edition, showing.number, showing.label) == ("weekly", 1, "2026-W05")
    assert showing.sender == "Scratch Weekly"
    assert showing.date == "2026 年 1 月 26 日 09:00"
    assert [mail.language for mail in showing.mails] == ["zh-Hant-TW", "ko", "en"]
    for mail in showing.mails:
        assert "@@digest" not in mail.html + mail.text
        assert "reader@example.org" in mail.html
        assert mail.size > 5_000
    assert "茶樹為什麼怕鹼性土壤" in showing.web


def test_pictures_come_from_the_draft(pictured: Path) -> None:
    """Every local picture that the mail or the page names is on the desk; none is asked of the site."""
    showing = PressDesk(Site.load(pictured), now=NOW).build()
    shown = showing.web + "".join(mail.html for mail in showing.mails)
    names = set(re.findall(r"/assets/([\w.-]+)", shown))
    assert names
    assert names <= set(showing.assets)
    assert "weekly/1/assets" not in shown


def test_preview_writes_nothing(pictured: Path) -> None:
    """Building for the desk leaves the site's folder as it was, the cache apart: no database, no archive."""
    before = snapshot(pictured)
    PressDesk(Site.load(pictured), now=NOW).build()
    assert snapshot(pictured) == before


def test_without_news_the_last_issue_is_shown(pictured: Path) -> None:
    """When nothing is new the desk shows the newest sealed issue as it was sealed, and says so."""
    site = Site.load(pictured)
    press.publish(site, now=NOW)
    showing = PressDesk(site, now=NOW + timedelta(days=1)).build()
    assert showing.state is State.SEALED
    assert showing.number == 1
    assert "There is nothing new for weekly." in showing.notice
    assert "issue 1" in showing.notice
    assert [mail.language for mail in showing.mails] == ["zh-Hant-TW", "ko", "en"]
    assert set(re.findall(r"/assets/([\w.-]+)", showing.web)) <= set(showing.assets)
    assert all(mail.text for mail in showing.mails)


def test_damaged_archive_is_told(pictured: Path) -> None:
    """A sealed mail with a flipped byte is not shown as if it were right."""
    site = Site.load(pictured)
    press.publish(site, now=NOW)
    mail = pictured / "archive" / "weekly" / "1" / "email.html"
    mail.write_bytes(mail.read_bytes()[:-1] + b"!")
    with pytest.raises(SealError):
        PressDesk(site, now=NOW + timedelta(days=1)).build()


def test_damaged_picture_is_told(pictured: Path) -> None:
    """A sealed picture that became another file is not shown: the desk reads what was sealed."""
    site = Site.load(pictured)
    press.publish(site, now=NOW)
    (pictured / "secret").write_text("secret")
    picture = next((pictured / "archive" / "weekly" / "1" / "assets").iterdir())
    picture.unlink()
    picture.symlink_to(pictured / "secret")
    with pytest.raises(SealError):
        PressDesk(site, now=NOW + timedelta(days=1)).build()


def test_new_site_has_an_empty_desk(site: Path) -> None:
    """A site without an entry has a friendly desk, and what is wrong with its files is on it."""
    for path in (site / "articles").rglob("*.md"):
        path.unlink()
    (site / "articles" / "broken.md").write_text("---\ntitle: [\n---\n")
    showing = PressDesk(Site.load(site), now=NOW).build()
    assert showing.state is State.EMPTY
    assert showing.title == "Scratch Weekly"
    assert "Write an article" in showing.notice
    assert [problem.severity for problem in showing.problems] == [Severity.ERROR]


def test_config_is_read_again(site: Path) -> None:
    """A saved config.toml counts at once; a broken one is told and leaves the old one's places."""
    desk = PressDesk(Site.load(site), now=NOW)
    config = site / "config.toml"
    config.write_text(config.read_text().replace("Scratch Weekly", "Renamed"))
    assert desk.build().title == "Renamed"
    config.write_text("[site")
    with pytest.raises(ConfigError):
        desk.build()
    assert site / "articles" in desk.places().folders


def test_the_clock_runs_where_no_time_is_given(site: Path) -> None:
    """Without a time the desk shows what would be published now."""
    assert PressDesk(Site.load(site)).build().state in (State.DRAFT, State.EMPTY)


def test_site_without_a_file_keeps_its_config(site: Path) -> None:
    """A site that was not read from a file is built as it is."""
    loaded = Site.load(site)
    bare = Site(root=loaded.root, config=loaded.config)
    assert PressDesk(bare, now=NOW).build().number == 1
    assert "config.toml" in PressDesk(bare, now=NOW).places().names


def test_places_are_what_an_issue_is_made_of(site: Path) -> None:
    """Sources, templates and static files are watched, nested ones once; the whole root is not."""
    (site / "templates").mkdir()
    (site / "static").mkdir()
    places = PressDesk(Site.load(site), now=NOW).places()
    assert set(places.folders) == {site / "articles", site / "templates", site / "static", BUILT_IN}
    assert {"config.toml", "archive", "articles"} <= places.names
    assert places.name(site / "articles" / "tea.md") == "articles/tea.md"
    assert places.name(Path("/elsewhere/x")) == "/elsewhere/x"


def test_app_is_made_of_a_site(site: Path) -> None:
    """The preview of a site is an application that others may mount."""
    assert isinstance(app(Site.load(site), now=NOW), Starlette)
