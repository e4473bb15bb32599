"""The statements of compliance about endpoint and consent, by their numbers (docs/readers.md)."""

from __future__ import annotations

from pathlib import Path

import pytest

from digest.model.people import ConsentAction, SubscriberState, SuppressionReason
from tests.web.reader.conftest import House, Open

pytestmark = pytest.mark.network

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
MULTIPART = (
    b'--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n',
    {"Content_Type": "multipart/form-data; boundary=b"},
)


def test_05_an_altered_token_changes_nothing(house: House) -> None:
    """The address names recipient and list by an opaque token; with any letter altered it names nobody."""
    person, other = house.active("ann@example.org"), house.active("ann@example.org", edition="monthly")
    path = house.path(house.links.unsubscribe(person.id, 14))
    assert path != house.path(house.links.unsubscribe(other.id, 14))
    assert not any(word in path for word in ("ann", "weekly", f"/{person.id}"))
    before = house.everything()
    for place in range(len(path) - 32, len(path)):
        letter = "a" if path[place] != "a" else "b"
        assert house.post(path[:place] + letter + path[place + 1 :], ONE_CLICK)[0] == 404
    assert house.everything() == before


@pytest.mark.parametrize("kind", ["urlencoded", "multipart"])
def test_06_one_click(house: House, kind: str) -> None:
    """POST with either body, without cookie or login: a direct 2xx, no redirect; again it is harmless."""
    person = house.active()
    path = house.path(house.links.unsubscribe(person.id, 14))
    for _ in range(2):
        answer = (
            house.post(path, ONE_CLICK)
            if kind == "urlencoded"
            else house.post(path, MULTIPART[0], **MULTIPART[1])
        )
        assert answer[0] == 200
        assert "location" not in answer[1]
        assert "set-cookie" not in answer[1]
        assert house.state(person) is SubscriberState.UNSUBSCRIBED
    actions = [each.action for each in house.people.consents(person.id)]
    assert actions.count(ConsentAction.LEFT) == 1


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_07_get_and_head_change_nothing(house: House, method: str) -> None:
    """For leaving and for confirming alike; GET shows one button."""
    person = house.active()
    house.post("/subscribe", {"edition": "weekly", "address": "new@example.org"})
    house.round()
    before = house.everything()
    for path in (house.path(house.links.unsubscribe(person.id)), house.link()):
        status, _, text = house.ask(method, f"{path}?List-Unsubscribe=One-Click")
        assert status == 200
        assert text.count("<button") == (method == "GET")
    assert house.everything() == before


def test_08_leaving_is_of_one_list_and_all_is_offered(house: House) -> None:
    """The POST ends that list only; the page offers the others, too."""
    weekly, monthly = house.active(), house.active(edition="monthly")
    path = house.path(house.links.unsubscribe(weekly.id))
    assert 'name="all"' in house.get(path)[2]
    house.post(path, ONE_CLICK)
    assert house.state(weekly) is SubscriberState.UNSUBSCRIBED
    assert house.state(monthly) is SubscriberState.ACTIVE
    house.post(path, {"answer": "yes", "all": "1"})
    assert house.state(monthly) is SubscriberState.UNSUBSCRIBED


def test_09_leaving_is_immediate(house: House) -> None:
    """When the answer is there, whoever asks who is still active does not get them."""
    person = house.active()
    house.post(house.path(house.links.unsubscribe(person.id)), ONE_CLICK)
    assert house.people.still_active([person.id]) == set()


@pytest.mark.parametrize("old_key", ["var/secret.key", "DIGEST_SECRET_OLD_FILE"])
def test_10_links_work_sixty_days_later_and_across_new_keys(
    open_house: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old_key: str
) -> None:
    """A mail's link lets go over HTTP sixty days later, though the site signs by another key's file by then.

    The old key is the one that the site had made itself, or is named as the former one; without it, and only
    then, the link is dead. What is signed after the rotation is by the new key.
    """
    first = open_house()
    ann, ben = first.active(), first.active("ben@example.org")
    old = [first.path(first.links.unsubscribe(each.id, 14)) for each in (ann, ben)]
    kept = first.root / "var" / "secret.key"
    assert kept.is_file()
    new = tmp_path / "new.key"
    new.write_text("a secret that was made sixty days later\n")
    if old_key != "var/secret.key":
        monkeypatch.setenv(old_key, str(kept.rename(tmp_path / "old.key")))
    monkeypatch.setenv("DIGEST_SECRET_FILE", str(new))
    rotated = open_house()
    rotated.clock.later(days=60)
    assert rotated.path(rotated.links.unsubscribe(ann.id, 14)) != old[0]
    assert rotated.get(old[0])[0] == 200
    assert rotated.state(ann) is SubscriberState.ACTIVE
    assert rotated.post(old[0], ONE_CLICK)[0] == 200
    assert rotated.state(ann) is SubscriberState.UNSUBSCRIBED
    rotated.clock.later(days=305)
    assert rotated.post(rotated.path(rotated.links.unsubscribe(ben.id, 15)), b"")[0] == 200
    monkeypatch.delenv(old_key, raising=False)
    kept.unlink(missing_ok=True)
    lost = open_house()
    assert lost.post(old[1], ONE_CLICK)[0] == 404


def test_15_pending(house: House) -> None:
    """Nobody pending is active; the link ends after 72 hours, the row after thirty days."""
    house.post("/subscribe", {"edition": "weekly", "address": "new@example.org"})
    house.round()
    person = house.people.find("weekly", "new@example.org")
    assert house.people.still_active([person.id]) == set()
    house.clock.later(hours=72)
    assert house.post(house.link(), {"answer": "yes"})[0] == 410
    assert house.people.still_active([person.id]) == set()
    house.clock.later(days=28)
    house.round()
    assert house.people.get(person.id) is None


def test_16_consent_is_recorded(house: House) -> None:
    """Each event has time, source, version of the words, language, list and topics."""
    form = {"edition": "weekly", "address": "a@example.org", "lang": "en", "topic": "科學", "language": "ko"}
    house.post("/subscribe", form)
    at = house.clock()
    house.round()
    person = house.people.find("weekly", "a@example.org")
    (asked,) = house.people.consents(person.id)
    assert (asked.action, asked.source, asked.at) == (ConsentAction.ASKED, "form", at)
    assert asked.text.startswith("form/en/")
    assert asked.detail == "weekly; topics: 科學; language: ko"
    house.clock.later(minutes=5)
    house.post(house.link(), {"answer": "yes"})
    confirmed = house.people.consents(person.id)[-1]
    assert (confirmed.action, confirmed.at) == (ConsentAction.CONFIRMED, house.clock())


def test_17_no_oracle(house: House) -> None:
    """Whether an address is known cannot be told from the answer, nor from what is written before it."""
    house.active("known@example.org")
    house.people.suppress("gone@example.org", SuppressionReason.BOUNCE, house.clock())
    answers = set()
    for address in ("known@example.org", "gone@example.org", "never@example.org"):
        status, _, text = house.post("/subscribe", {"edition": "weekly", "address": address})
        answers.add((status, text.replace(address, "")))
    assert len(answers) == 1
    assert len(house.everything()["wishes"]) == 3


def test_20_leaving_takes_no_more_steps_than_joining(house: House) -> None:
    """Joining: a form, a link, a button. Leaving: a link, a button; by a mail program, one click."""
    path = house.path(house.links.unsubscribe(house.active().id))
    assert house.get(path)[2].count("<button") == 1
    assert house.post(path, {"answer": "yes"})[0] == 200


def test_21_nothing_is_tracked(house: House) -> None:
    """Pages hold no script, no picture and no address of elsewhere but the site's own; no cookie is set."""
    person = house.active()
    for path in ("/subscribe", house.path(house.links.preferences(person.id))):
        _, headers, text = house.get(path)
        assert "set-cookie" not in headers
        assert "<script" not in text
        assert "<img" not in text
        assert "http" not in text.replace("https://letters.example", "")


def test_23_leaving_asks_for_nothing(house: House) -> None:
    """No login, no fee, no reason: a POST without any body is enough."""
    person = house.active()
    assert house.post(house.path(house.links.unsubscribe(person.id)), b"")[0] == 200
    assert house.state(person) is SubscriberState.UNSUBSCRIBED
