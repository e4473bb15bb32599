"""Notices beside a sealed issue: whole or not at all, whenever somebody dies."""

import os
from datetime import UTC, datetime

import pytest

from digest import archive
from digest.errors import DigestError
from digest.model import Notice, NoticeKind
from digest.press import Site, publish, verify
from tests.press.conftest import NOW, make_site  # noqa: F401 # a fixture

ONE = Notice(kind=NoticeKind.CORRECTION, date=datetime(2026, 2, 1, tzinfo=UTC), text="One")
TWO = Notice(kind=NoticeKind.CORRECTION, date=datetime(2026, 2, 2, tzinfo=UTC), text="Two", entry="a")


@pytest.fixture
def site(make_site) -> Site:  # noqa: F811
    made = make_site()
    publish(made, now=NOW)
    return made


def said(site: Site) -> list[str]:
    return [each.text for each in archive.notices(site.archive, "weekly", 1)]


def test_what_is_added_is_read(site: Site) -> None:
    """Each notice comes back as it was, in the order in which they were added."""
    for each in (ONE, TWO):
        archive.add_notice(site.archive, "weekly", 1, each)
    assert archive.notices(site.archive, "weekly", 1) == (ONE, TWO)
    assert archive.notices(site.archive, "weekly", 2) == ()
    assert verify(site) == ()


@pytest.mark.parametrize("step", ["fsync", "link"])
def test_a_death_at_any_step_leaves_all_or_nothing(site: Site, monkeypatch, step: str) -> None:
    """Before the link nothing is there, and the draft of the dead is in nobody's way."""
    archive.add_notice(site.archive, "weekly", 1, ONE)

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, step, dies)
        with pytest.raises(KeyboardInterrupt):
            archive.add_notice(site.archive, "weekly", 1, TWO)
    assert said(site) == ["One"]
    (site.archive / "weekly/1.notices/.0002.json.tmp").write_text("{ half")
    assert verify(site) == ()
    archive.add_notice(site.archive, "weekly", 1, TWO)
    assert said(site) == ["One", "Two"]


def test_the_disk_may_refuse(site: Site, monkeypatch) -> None:
    """A full disk is one sentence with the path, and leaves nothing."""

    def full(_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DigestError, match="No space left"):
        archive.add_notice(site.archive, "weekly", 1, ONE)
    assert said(site) == []


def test_who_was_first_is_not_written_over(site: Site, monkeypatch) -> None:
    """Two who add at the same moment: one is told to look again."""
    link = os.link

    def raced(draft, path) -> None:
        path.write_text("theirs")
        link(draft, path)

    monkeypatch.setattr(os, "link", raced)
    with pytest.raises(DigestError, match="meanwhile"):
        archive.add_notice(site.archive, "weekly", 1, ONE)
