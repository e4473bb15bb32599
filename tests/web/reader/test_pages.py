"""The reader's pages over HTTP: subscribing, confirming, preferences and leaving, by a live server."""

from __future__ import annotations

import re
import sqlite3
import threading
from contextlib import closing

import pytest

from digest.model.people import Consent, ConsentAction, SubscriberState, SuppressionReason
from digest.press import subscribers

pytestmark = pytest.mark.network

FORM = {"edition": "weekly", "address": "ann@example.org", "lang": "en"}


def test_the_whole_walk(house) -> None:
    """Form, mail, button, preferences, leaving: each step does what it says and is recorded."""
    status, _, text = house.post("/subscribe", [*FORM.items(), ("topic", "科學"), ("language", "ko")])
    assert status == 200
    assert "Look into your mailbox" in text
    assert house.everything()["subscribers"] == []
    assert house.round().mailed == 1
    (mail,) = house.mails()
    assert (mail["to"], mail["auto-submitted"]) == ("ann@example.org", "auto-generated")
    assert mail["subject"] == "Please confirm: 字裡行間週報"
    person = house.people.find("weekly", "ann@example.org")
    assert (person.state, person.topics, person.language) == (SubscriberState.PENDING, ("科學",), "ko")

    assert "구독 확인" in house.get(house.link())[2]
    assert house.state(person) is SubscriberState.PENDING
    status, _, text = house.post(house.link(), {"answer": "yes"})
    assert status == 200
    assert house.state(person) is SubscriberState.ACTIVE
    preferences = re.search(r'href="(/preferences/[a-z2-7]+)"', text)[1]

    status, _, text = house.post(preferences, [("topic", "history-of-type"), ("language", "en")])
    assert status == 200
    assert "Saved." in text
    person = house.people.get(person.id)
    assert (person.topics, person.language) == (("history-of-type",), "en")

    leave = re.search(r'action="(/unsubscribe/[a-z2-7]+)"', text)[1]
    status, _, text = house.post(leave, {"answer": "yes"})
    assert status == 200
    assert "You have left" in text
    assert house.state(person) is SubscriberState.UNSUBSCRIBED
    actions = [each.action for each in house.people.consents(person.id)]
    assert actions == [
        ConsentAction.ASKED,
        ConsentAction.CONFIRMED,
        ConsentAction.CHANGED,
        ConsentAction.LEFT,
    ]


@pytest.mark.parametrize("language", ["zh-Hant-TW", "ko", "en"])
def test_the_form_speaks_the_readers_language(house, language: str) -> None:
    """By `?lang=`, by the browser's wish, and the mail after it is in the same language."""
    text = house.get(f"/subscribe?lang={language}")[2]
    assert f'<html lang="{language}">' in text
    assert text == house.get("/subscribe", Accept_Language=f"fr;q=1, {language};q=0.5")[2]
    house.post("/subscribe", FORM | {"lang": language})
    house.round()
    subject = house.mails()[-1]["subject"]
    assert {"zh-Hant-TW": "請確認", "ko": "확인해", "en": "confirm"}[language] in subject


def test_each_edition_has_its_form(house) -> None:
    """The form is that of the edition that is named; an unknown one is the first."""
    assert "The Monthly" in re.search(r"<h1.*</h1>", house.get("/subscribe?edition=monthly")[2])[0]
    assert "字裡行間週報" in re.search(r"<h1.*</h1>", house.get("/subscribe?edition=none")[2])[0]
    house.post("/subscribe", FORM | {"edition": "monthly"})
    house.round()
    assert [row[1] for row in house.everything()["subscribers"]] == ["monthly"]


@pytest.mark.parametrize(
    "address", ["", "ann", "ann@", "@example.org", "a b@example.org", "a@b\r\nBcc: c@d.org"]
)
def test_what_is_no_address_is_told(house, address: str) -> None:
    """The form comes back with what was typed and why; nothing is kept."""
    status, _, text = house.post("/subscribe", FORM | {"address": address})
    assert status == 422
    assert 'role="alert"' in text
    assert house.everything()["wishes"] == []


def test_nothing_that_is_typed_becomes_markup(house) -> None:
    """An address with tags in it is shown as letters."""
    text = house.post("/subscribe", FORM | {"address": '"><script>alert(1)</script>@x.org'})[2]
    assert "<script" not in text
    assert "&lt;script&gt;" in text


def test_unknown_topics_and_languages_are_passed_over(house) -> None:
    """Only what the edition offers is recorded."""
    house.post("/subscribe", [*FORM.items(), ("topic", "other"), ("topic", "역사"), ("language", "xx")])
    house.round()
    person = house.people.find("weekly", "ann@example.org")
    assert (person.topics, person.language) == (("역사",), "")


def test_honeypot(house) -> None:
    """Who fills in what nobody sees gets the same answer, and nothing else."""
    filled = house.post("/subscribe", FORM | {"website": "https://spam.example"})
    assert filled[2] == house.post("/subscribe", FORM)[2]
    assert len(house.everything()["wishes"]) == 1


def test_known_unknown_and_suppressed_get_one_answer(house) -> None:
    """Status, headers and text are the same, and so is what is written before the answer."""
    house.active("active@example.org")
    house.people.suppress("gone@example.org", SuppressionReason.COMPLAINT, house.clock())
    left = house.active("left@example.org")
    house.people.unsubscribe(left.id, Consent(action=ConsentAction.LEFT, source="page", at=house.clock()))
    answers = set()
    for name in ("active", "gone", "left", "new"):
        before = len(house.everything()["wishes"])
        status, headers, text = house.post("/subscribe", FORM | {"address": f"{name}@example.org"})
        headers.pop("date")
        headers.pop("content-length")
        answers.add((status, tuple(sorted(headers.items())), text.replace(f"{name}@", "x@")))
        assert len(house.everything()["wishes"]) == before + 1
    assert len(answers) == 1
    house.round()
    subjects = {mail["to"]: mail["subject"] for mail in house.mails()}
    assert set(subjects) == {"active@example.org", "left@example.org", "new@example.org"}
    assert "already" in subjects["active@example.org"]
    assert house.link(0).startswith("/preferences/")


def test_nobody_is_flooded(open_house) -> None:
    """An address gets three mails a day and no more, for whatever edition; the answer stays the same."""
    house = open_house()
    answers = set()
    for turn in range(6):
        house.clock.later(minutes=10)
        answers.add(house.post("/subscribe", FORM | {"edition": ("weekly", "monthly")[turn % 2]})[0])
        house.round()
    assert answers == {200}
    assert len(house.mails()) == 3
    house.clock.later(hours=25)
    house.post("/subscribe", FORM)
    house.round()
    assert len(house.mails()) == 4


def test_a_form_that_is_sent_twice_brings_one_mail(house) -> None:
    """A double click is one wish."""
    house.post("/subscribe", FORM)
    house.post("/subscribe", FORM)
    house.round()
    house.round()
    assert len(house.mails()) == 1


def test_a_network_may_ask_so_often(open_house) -> None:
    """The limit is of the /24 that a trusted proxy tells; a forged header of a stranger changes nothing."""
    house = open_house(more='[serve]\nrequests_per_network = 2\nproxies = ["127.0.0.1"]\n')

    def asked(told: str) -> int:
        return house.post("/subscribe", FORM, X_Forwarded_For=told)[0]

    assert [asked("203.0.113.5"), asked("203.0.113.99"), asked("198.51.100.7, 203.0.113.1")] == [
        200,
        200,
        429,
    ]
    assert asked("198.51.100.7") == 200
    assert "In an hour" in house.post("/subscribe", FORM, X_Forwarded_For="203.0.113.5")[2]


def test_a_stranger_cannot_choose_its_network(open_house) -> None:
    """Without proxies in config.toml X-Forwarded-For is not believed."""
    house = open_house(more="[serve]\nrequests_per_network = 1\n")
    assert house.post("/subscribe", FORM, X_Forwarded_For="203.0.113.5")[0] == 200
    assert house.post("/subscribe", FORM, X_Forwarded_For="198.51.100.7")[0] == 429


def test_mails_in_all_are_limited(open_house) -> None:
    """What is over the limit of an hour waits, and goes later; nothing is lost."""
    house = open_house(more="[serve]\nconfirmations_per_hour = 2\n")
    for number in range(4):
        house.post("/subscribe", FORM | {"address": f"n{number}@example.org"})
    assert house.round().mailed == 2
    house.clock.later(minutes=61)
    assert house.round().mailed == 2


def test_the_address_is_forgotten_once_the_mail_is_gone(house) -> None:
    """Of a wish only a keyed hash stays, and that for two days."""
    house.post("/subscribe", FORM)
    house.round()
    assert "ann@example.org" not in repr(house.everything()["wishes"])
    assert house.everything()["wishes"]
    house.clock.later(days=3)
    house.round()
    assert house.everything()["wishes"] == []


def test_confirming_ends_after_three_days(house) -> None:
    """The link then says so, with the way to a new one."""
    house.post("/subscribe", FORM)
    house.round()
    house.clock.later(hours=73)
    for answer in (house.get(house.link()), house.post(house.link(), {"answer": "yes"})):
        assert answer[0] == 410
        assert "/subscribe?" in answer[2]
    assert house.state(house.people.find("weekly", "ann@example.org").id) is SubscriberState.PENDING


def test_an_old_confirmation_brings_nobody_back(house) -> None:
    """Who confirmed and left stays away, though the link is a day old."""
    house.post("/subscribe", FORM)
    house.round()
    house.post(house.link(), {"answer": "yes"})
    person = house.people.find("weekly", "ann@example.org")
    house.post(house.path(house.links.unsubscribe(person.id)), {"answer": "yes"})
    assert house.post(house.link(), {"answer": "yes"})[0] == 410
    assert house.state(person) is SubscriberState.UNSUBSCRIBED


def test_confirming_twice_is_once(house) -> None:
    """The second press shows the same page, and writes nothing."""
    house.post("/subscribe", FORM)
    house.round()
    first = house.post(house.link(), {"answer": "yes"})
    before = house.everything()
    assert house.post(house.link(), {"answer": "yes"})[2] == first[2]
    assert house.everything() == before


def test_who_never_confirms_is_forgotten(house) -> None:
    """After thirty days, counted from the last time they asked."""
    house.post("/subscribe", FORM)
    house.round()
    house.clock.later(days=20)
    house.post("/subscribe", FORM)
    house.round()
    house.clock.later(days=20)
    house.round()
    assert house.people.find("weekly", "ann@example.org")
    house.clock.later(days=11)
    house.round()
    assert house.people.find("weekly", "ann@example.org") is None


def test_leaving_while_another_program_writes(house) -> None:
    """It waits for that one, and nobody else does: other readers are answered meanwhile."""
    ann = house.active()
    path = house.path(house.links.unsubscribe(ann.id, 3))
    answers: list[tuple[int, dict[str, str], str]] = []
    leaving = threading.Thread(
        target=lambda: answers.append(house.post(path, {"List-Unsubscribe": "One-Click"}))
    )
    writing = sqlite3.connect(house.root / "var" / "digest.db", isolation_level=None)
    with closing(writing):
        writing.execute("BEGIN IMMEDIATE")
        leaving.start()
        for _ in range(20):
            assert house.get("/subscribe")[0] == 200
        assert not answers
        assert house.state(ann) is SubscriberState.ACTIVE
        writing.execute("ROLLBACK")
        leaving.join(20)
    assert answers[0][::2] == (200, "unsubscribed\n")
    assert house.state(ann) is SubscriberState.UNSUBSCRIBED


def test_preferences_of_who_left(house) -> None:
    """They are told that nothing comes, and how to come back; POST changes nothing."""
    person = house.active()
    path = house.path(house.links.preferences(person.id))
    house.post(house.path(house.links.unsubscribe(person.id)))
    before = house.everything()
    assert house.get(path)[0] == house.post(path, {"topic": "科學"})[0] == 410
    assert house.everything() == before


@pytest.mark.parametrize("page", ["confirm", "unsubscribe", "preferences"])
def test_what_is_no_token_gets_a_page_with_a_way_out(house, page: str) -> None:
    """A friendly page, never a fault."""
    from urllib.parse import quote

    for token in ("a" * 32, "short", "%00", "A" * 32, "x" * 2000, "é"):
        path = f"/{page}/{quote(token, safe='%')}"
        for status, _, text in (house.get(path), house.post(path, {"answer": "yes"})):
            assert status in (404, 410), token
            assert "<h1>" in text, token


def test_somebody_who_was_erased(house) -> None:
    """Their links are none any more, and say so kindly."""
    person = house.active()
    house.people.erase("ann@example.org", house.clock())
    status, _, text = house.post(house.path(house.links.unsubscribe(person.id)))
    assert status == 404
    assert "這個連結不完整" in text


def test_a_mail_that_cannot_go_is_tried_again(house, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that is down costs no wish: it waits, and goes when the server is back; after 72 h it ends."""
    monkeypatch.setenv("DIGEST_SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("DIGEST_SMTP_PORT", "1")
    monkeypatch.setenv("DIGEST_SMTP_TLS", "none")
    house.post("/subscribe", FORM)
    done = house.round()
    assert (done.mailed, done.waiting) == (0, 1)
    assert "nothing answers" in done.fault
    assert house.round().waiting == 0
    monkeypatch.delenv("DIGEST_SMTP_HOST")
    house.clock.later(minutes=2)
    assert house.round().mailed == 1
    monkeypatch.setenv("DIGEST_SMTP_HOST", "127.0.0.1")
    house.post("/subscribe", FORM | {"address": "ben@example.org"})
    house.round()
    house.clock.later(hours=73)
    assert house.round().waiting == 0
    assert [row[-1] for row in house.everything()["wishes"]] == ["too late"]


def test_a_wish_outlives_the_process(open_house) -> None:
    """It is on the disk when the answer is given: another process sends the mail."""
    house = open_house()
    house.post("/subscribe", FORM)
    again = open_house()
    assert again.round().mailed == 1


def test_whom_an_editor_adds_is_asked_once_and_as_what_they_are(house) -> None:
    """No form is recorded, nothing of theirs is overwritten, and who has confirmed or left gets no mail."""
    site, now = house.desk.site, house.clock()
    for name in ("ann", "ben", "cy"):
        subscribers.add(site, f"{name}@example.org", now, name=name.title(), topics=("科學",))
    ann, ben, cy = (house.people.find("weekly", f"{name}@example.org") for name in ("ann", "ben", "cy"))
    subscribers.add(site, "ben@example.org", now, confirmed=True)
    house.people.unsubscribe(cy.id, Consent(action=ConsentAction.LEFT, source="page", at=now))
    assert house.round().mailed == 1
    assert house.mails()[0]["To"] == "ann@example.org"
    lines = [each.action for each in house.people.consents(ann.id)]
    assert lines == [ConsentAction.IMPORTED, ConsentAction.INVITED]
    assert house.people.get(ann.id).name == "Ann"
    assert house.post(house.link(), {"answer": "yes"})[0] == 200
    assert [house.state(each).value for each in (ann, ben, cy)] == ["active", "active", "unsubscribed"]
    assert "@" not in repr(house.everything()["wishes"])


def test_adding_again_asks_again_but_not_too_often(house) -> None:
    """A mail that was lost can be sent again; an address gets three a day, whoever asks for them."""
    for _ in range(5):
        subscribers.add(house.desk.site, "ann@example.org", house.clock.later(minutes=10))
        house.round()
    assert len(house.mails()) == 3
