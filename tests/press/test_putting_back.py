"""An older `var/` put back: it is noticed before anybody is mailed twice, and nobody is lost."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from digest import press
from digest.errors import GateError, NothingNewError
from digest.model.people import DeliveryState
from digest.press import Site, correcting, outbox, sending
from digest.press.fan_out import outbox_of
from digest.press.putting_back import PLACE, accept
from digest.schedule.sending import send_due
from digest.store.outbox import Outbox
from digest.store.outbox_turns import turn_of
from tests.press.conftest import LATER, NOW
from tests.press.test_sending import join

FOLDER = '\n[delivery]\ntransport = "folder"\nfolder = "mail"\nwait_minutes = 0\n'
SCHEDULE = '[editions.schedule]\nday = "monday"\ntime = "09:00"\nsend = true\n'


@pytest.fixture
def paper(make_site: Callable[..., Site]) -> Site:
    """A published issue, three readers, and mail that becomes files outside var/."""
    site = make_site(config=FOLDER)
    join(site, "ann", "bob", "eve")
    press.publish(site, now=NOW)
    return site


def mailed(site: Site) -> int:
    return len(list((site.root / "mail").glob("*.eml")))


def send(site: Site, **more) -> sending.Sent:
    return sending.send(site, sending.prepare(site, number=1), now=NOW, **more)


def back_up(site: Site) -> Path:
    """A copy of var/ as it is now."""
    for name in ("outbox", "digest"):
        with closing(sqlite3.connect(site.root / "var" / f"{name}.db")) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    copy = site.root / "backup"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(site.root / "var", copy)
    return copy


def put_back(site: Site, copy: Path) -> None:
    shutil.rmtree(site.root / "var")
    shutil.copytree(copy, site.root / "var")


def test_a_backup_of_before_the_sending_sends_nothing(paper: Site) -> None:
    """It is refused with what is wrong and both ways on, named or not, again and again."""
    copy = back_up(paper)
    send(paper)
    assert mailed(paper) == 3
    put_back(paper, copy)
    for number in (None, 1, 1):
        with pytest.raises(GateError, match=r"older than the last sending \(20") as refused:
            sending.prepare(paper, number=number)
        assert "digest outbox --accept" in refused.value.hint
        assert refused.value.subject.endswith("var/outbox.db")
    assert mailed(paper) == 3


def test_a_backup_of_the_middle_sends_nothing(paper: Site) -> None:
    """A run that ended is newer than what was saved after its beginning."""
    send(paper, limit=1)
    copy = back_up(paper)
    send(paper)
    put_back(paper, copy)
    with pytest.raises(GateError, match="older"):
        sending.prepare(paper)
    assert mailed(paper) == 3


def test_between_preparing_and_sending(paper: Site) -> None:
    """It is looked at again by the one who sends."""
    copy = back_up(paper)
    prepared = sending.prepare(paper, number=1)
    send(paper)
    put_back(paper, copy)
    with pytest.raises(GateError, match="older"):
        sending.send(paper, prepared, now=NOW)
    assert mailed(paper) == 3


def test_the_newest_backup_is_as_good_as_what_was_lost(paper: Site) -> None:
    """One made after the last sending goes on."""
    send(paper, limit=1)
    put_back(paper, back_up(paper))
    assert send(paper).counts == {DeliveryState.SENT: 3}


def test_a_lost_outbox_counts_as_an_old_one(paper: Site) -> None:
    """A new one has heard of no sending."""
    send(paper)
    shutil.rmtree(paper.root / "var")
    with pytest.raises(GateError, match="older"):
        sending.prepare(paper, number=1)


def test_accepting_holds_what_may_have_left(paper: Site) -> None:
    """All are uncertain until an operator decides; then the issue goes on, and the next one as ever."""
    send(paper, limit=1)
    copy = back_up(paper)
    send(paper)
    put_back(paper, copy)
    assert accept(paper, NOW) == 2
    with pytest.raises(NothingNewError):
        send(paper)
    assert outbox.decide(paper, "weekly", 1, again=True, now=NOW) == ("weekly/1", 2)
    assert send(paper).counts == {DeliveryState.SENT: 3}
    with pytest.raises(NothingNewError, match="nothing to accept"):
        accept(paper, NOW)


def test_accepting_holds_an_issue_that_the_backup_never_heard_of(paper: Site) -> None:
    """Published and sent since: nobody gets it anew but by the operator's word."""
    send(paper)
    copy = back_up(paper)
    (paper.root / "articles" / "new.md").write_text(
        f"---\ntitle: New\ndate: {LATER:%Y-%m-%d}\ntags: [tea]\n---\nNew.\n"
    )
    press.publish(paper, now=LATER + timedelta(days=1))
    sending.send(paper, sending.prepare(paper, number=2), now=LATER)
    assert mailed(paper) == 6
    put_back(paper, copy)
    assert accept(paper, LATER) == 3
    join(paper, "late")
    owed = outbox.look_at(paper, "weekly", 2)
    assert (owed.counts, bool(owed.issue.begun_at)) == ({DeliveryState.UNCERTAIN: 3}, True)
    with pytest.raises(NothingNewError):
        sending.send(paper, sending.prepare(paper, number=2), now=LATER)


def test_what_an_old_outbox_takes_for_unsent_is_not_free(paper: Site) -> None:
    """Withdrawn after the backup was put back, its entries do not come again: its readers have them."""
    copy = back_up(paper)
    send(paper)
    put_back(paper, copy)
    assert not correcting.retract(paper, "weekly", 1, "Wrong.", now=LATER).notice.released


def test_the_schedule_sends_nothing_either(make_site: Callable[..., Site]) -> None:
    """It says why, with the way on."""
    site = make_site(config=SCHEDULE + FOLDER)
    join(site, "ann")
    press.publish(site, now=NOW)
    with site.store() as store:
        store.claim_slot("weekly", "2026-01-26T09:00", NOW)
        store.settle_slot("weekly", "2026-01-26T09:00", outcome="published", number=1)
    copy = back_up(site)
    send(site)
    put_back(site, copy)
    said: list[str] = []
    assert not send_due(site, NOW + timedelta(minutes=5), said.append)
    assert "not sent: the outbox is older" in said[-1]
    assert "--accept" in said[-1]


@pytest.mark.parametrize("text", ["", "{}", '{"turn": 1, "at": "soon"}', '{"turn": []}'])
def test_a_mark_that_says_nothing_guards_nothing(paper: Site, text: str) -> None:
    """Deleted or damaged it costs the guard, and no sending."""
    send(paper, limit=1)
    paper.root.joinpath(*PLACE).write_text(text)
    assert send(paper).counts == {DeliveryState.SENT: 3}


def test_a_place_that_cannot_be_written_costs_no_sending(paper: Site) -> None:
    """A folder where the file would be."""
    paper.root.joinpath(*PLACE).mkdir()
    assert send(paper).counts == {DeliveryState.SENT: 3}


def test_an_outbox_of_the_version_before(paper: Site) -> None:
    """It is brought up when it is opened, and nothing in it is lost."""
    with closing(sqlite3.connect(outbox_of(paper))) as database, database:
        database.execute("DROP TABLE turns")
        database.execute("PRAGMA user_version = 1")
    with Outbox.open(outbox_of(paper)) as opened:
        assert turn_of(opened) == 0
    assert send(paper).counts == {DeliveryState.SENT: 3}
    with Outbox.open(outbox_of(paper)) as opened:
        assert turn_of(opened) == 2
