"""`subscribers import --confirm`: a list is asked to confirm, each once, leaving room for the form."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from digest.model.people import Consent, ConsentAction, SubscriberState
from digest.press import subscribers
from digest.press.list_importing import Imported, Orders, import_list
from digest.store.wishes import Wishes
from tests.web.reader.test_pages import FORM

ASKING = Orders(asking=True)


def bring(house, *names: str, orders: Orders = ASKING) -> Imported:
    """A list with these people, now."""
    path: Path = house.root / "people.csv"
    path.write_text(
        "email,name,topics\n" + "".join(f"{each}@example.org,{each.title()},科學\n" for each in names)
    )
    return import_list(house.desk.site, path, orders, house.clock())


def asked(house) -> list[str]:
    return [each["To"].partition("@")[0] for each in house.mails()]


def test_each_is_asked_and_confirms(house) -> None:
    """Pending at first, a mail each, and the link makes them active with what the list said of them."""
    done = bring(house, "ann", "ben")
    assert (done.taken.pending, done.asking.asked, done.asking.over) == (2, 2, 0)
    assert house.round().mailed == 1
    house.clock.later(minutes=2)
    assert house.round().mailed == 1
    assert asked(house) == ["ann", "ben"]
    ben = house.people.find("weekly", "ben@example.org")
    assert ben.state is SubscriberState.PENDING
    assert house.post(house.link(), {"answer": "yes"})[0] == 200
    assert house.state(ben) is SubscriberState.ACTIVE
    assert [each.action for each in house.people.consents(ben.id)] == [
        ConsentAction.IMPORTED,
        ConsentAction.INVITED,
        ConsentAction.CONFIRMED,
    ]
    assert house.people.get(ben.id).name == "Ben"


def test_the_same_list_again_asks_nobody_twice(house) -> None:
    """Neither while the mails wait, nor once they have gone, nor when the wishes are long forgotten."""
    bring(house, "ann", "ben")
    assert bring(house, "ann", "ben").asking.asked == 0
    house.clock.later(minutes=5)
    assert house.round().mailed == 2
    assert bring(house, "ann", "ben").asking.asked == 0
    house.clock.later(days=6)
    house.round()
    assert house.everything()["wishes"] == []
    again = bring(house, "ann", "ben", "cy")
    assert (again.asking.asked, again.taken.unchanged) == (1, 2)
    assert house.round().mailed == 1
    assert asked(house) == ["ann", "ben", "cy"]


def test_who_was_imported_without_is_asked_later(house) -> None:
    """A list that mailed nobody is imported again, with --confirm."""
    assert bring(house, "ann", orders=Orders()).asking is None
    assert house.round().mailed == 0
    assert bring(house, "ann").asking.asked == 1
    assert house.round().mailed == 1


def test_only_who_is_pending_is_asked(house) -> None:
    """Not who is active, left, is suppressed, was asked by the form or added by an editor."""
    site, now = house.desk.site, house.clock()
    house.active("active@example.org")
    left = house.active("left@example.org")
    house.people.unsubscribe(left.id, Consent(action=ConsentAction.LEFT, source="page", at=now))
    subscribers.erase(site, "erased@example.org", now)
    subscribers.add(site, "added@example.org", now)
    house.post("/subscribe", FORM | {"address": "form@example.org"})
    assert house.round().mailed == 2
    done = bring(house, "active", "left", "erased", "added", "form", "new")
    assert done.asking.asked == 1
    assert (done.taken.stayed_away, done.taken.kept_out) == (1, 1)
    assert house.round().mailed == 1
    assert asked(house)[-1] == "new"


def test_who_leaves_confirms_or_fills_in_the_form_before_their_turn_gets_no_mail(house) -> None:
    """What became of them since counts; the form's mail is the one that asks."""
    bring(house, "ann", "ben", "cy", "dee")
    house.round()
    ben, cy = (house.people.find("weekly", f"{each}@example.org") for each in ("ben", "cy"))
    house.people.unsubscribe(ben.id, Consent(action=ConsentAction.LEFT, source="page", at=house.clock()))
    house.people.confirm(cy.id, Consent(action=ConsentAction.CONFIRMED, source="editor", at=house.clock()))
    house.clock.later(seconds=1)
    house.post("/subscribe", FORM | {"address": "dee@example.org"})
    house.round()
    house.clock.later(hours=1)
    house.round()
    assert asked(house) == ["ann", "dee"]


def test_a_list_leaves_room_for_the_form(open_house) -> None:
    """Its mails go at half the pace of [serve], one after another; a second list waits for the first."""
    house = open_house('[serve]\nurl = "https://letters.example"\nconfirmations_per_hour = 4\n')
    first = bring(house, *"abcd")
    assert first.asking.until == house.clock() + timedelta(minutes=90)
    assert bring(house, "e").asking.until == house.clock() + timedelta(hours=2)
    assert house.round().mailed == 1
    house.clock.later(minutes=59)
    house.post("/subscribe", FORM | {"address": "form@example.org"})
    house.round()
    assert asked(house) == ["a", "b", "form"]
    house.clock.later(hours=2)
    house.round()
    assert sorted(asked(house)) == ["a", "b", "c", "d", "e", "form"]


def test_nobody_is_asked_for_whom_it_would_be_too_late(open_house, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond 25 days they are told apart, and the same list asks them once the first are through."""
    house = open_house('[serve]\nurl = "https://letters.example"\nconfirmations_per_hour = 1\n')
    monkeypatch.setattr("digest.press.asking._REACH", timedelta(hours=4))
    done = bring(house, *"abcdef")
    assert (done.asking.asked, done.asking.over) == (2, 4)
    house.clock.later(hours=2)
    house.round()
    again = bring(house, *"abcdef")
    assert (again.asking.asked, again.asking.over) == (1, 3)


def test_a_turn_of_weeks_later_is_kept(house) -> None:
    """An editor's word holds as long as they are pending: `serve` that was off for days asks all the same."""
    bring(house, "ann")
    house.clock.later(days=10)
    assert house.round().mailed == 1
    ann = house.people.find("weekly", "ann@example.org")
    house.clock.later(days=29)
    house.round()
    assert house.people.get(ann.id) is not None  # asked 29 days ago, whenever they came
    house.clock.later(days=2)
    house.round()
    assert house.people.get(ann.id) is None


def test_a_crash_between_mail_and_record_costs_no_second_mail(house, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line of consent stands before the wish is settled: the next round sees it."""
    bring(house, "ann")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Wishes, "settle", lambda *_: 1 / 0)
        house.clock.later(minutes=1)
        with pytest.raises(ZeroDivisionError):
            house.round()
    house.clock.later(minutes=10)
    house.round()
    assert asked(house) == ["ann"]
    assert [row[-1] for row in house.everything()["wishes"]] == ["not pending"]
