"""Any issue for any reader: what is spliced is what the slow way makes of it, one by one, by EmailMessage."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, default

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from digest.deliver.compiling import compile_issue
from digest.deliver.readers import Reader
from digest.errors import DeliveryError
from digest.model import Entry, Issue, IssueQuote, Item, Parts, Quote, Reason, Section
from digest.render import render
from digest.text import personal
from digest.text.phrases import phrases
from tests.deliver.test_compiling import CONFIG, NOW, THEME, clean, content, parsed
from tests.render import conftest as rich
from tests.render.personal import parted, slowly

LANGUAGES = ("zh-Hant-TW", "ko", "en")
TAGS = ("印刷", "한글", "語錄", "css", "農學", "Line breaking")
PLAIN = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Co", "Cn", "Zl", "Zp"])
NASTY = st.sampled_from(
    [
        "鉛字\u3000的重量",
        "훈민정음 해례본",
        "👩‍💻🏳️‍🌈 emoji ☎️",
        "Bcc: eve@example.org",
        "=?utf-8?b?5YKz?= =?x",
        "@@digest:address@@ @@digest:unsubscribe@@",
        "@@digest:pills@@",
        ". .leading dots",
        "From here",
        "<script>alert(1)</script> & &amp; \"' \\",
        "{{ 7 * 7 }} {% raw %}",
        "x" * 300,
        "字" * 120,
        "a\u200bb\u00adc\u202ed",
    ]
)
WORDS = st.one_of(NASTY, st.text(PLAIN, min_size=1, max_size=60)).filter(lambda text: text.strip())
TAG_SETS = st.lists(st.sampled_from(TAGS), max_size=3, unique=True).map(tuple)


class Made:
    """An issue with what its mails are made of; Hypothesis is not to print all of it."""

    def __init__(self, issue: Issue) -> None:
        self.issue = issue
        self.mails: Mapping[str, tuple[str, str]] = _by_language(issue, render(issue, THEME, CONFIG))
        self.parts: Parts = parted(issue, CONFIG, THEME)

    def __repr__(self) -> str:
        shown = [(item.entry.title, item.entry.tags) for item in self.issue.everything]
        return f"<{self.issue.languages} {self.issue.subject!r} {shown}>"[:5000]


@st.composite
def entries(draw: st.DrawFn, number: int) -> Item:
    made: Entry = rich.article(
        f"made-{number}",
        " ".join(draw(WORDS).split()) or "x",
        draw(st.sampled_from(LANGUAGES)),
        kind=draw(st.sampled_from(["article", "video", "podcast", "interview", "paper", "wiki"])),
        description=" ".join(draw(st.one_of(st.just(""), WORDS)).split()),
        tags=draw(TAG_SETS),
        source_name=" ".join(draw(st.one_of(st.just(""), WORDS)).split()),
        body=draw(st.one_of(st.just(""), WORDS)) + "\n",
    )
    return rich.item(
        made,
        draw(st.integers(1, 90)),
        reason=draw(st.sampled_from([Reason.NEW, Reason.UPDATED])),
        note=" ".join(draw(st.one_of(st.just(""), WORDS)).split()),
    )


@st.composite
def issues(draw: st.DrawFn) -> Made:
    """With a lead or none, late entries, overflow, updates in one line, quotes, people; or nearly nothing."""
    number = draw(st.integers(1, 9))
    items = [draw(entries(each)) for each in range(number)]
    lead = items.pop() if draw(st.booleans()) else None
    places: dict[str, list[Item]] = {name: [] for name in (*TAGS[:3], "archive", "overflow")}
    for each in items:
        places[draw(st.sampled_from([*places]))].append(each)
    told = [*([lead] if lead else []), *items]
    quoted = draw(st.lists(st.sampled_from(told), max_size=4)) if told else []
    issue = Issue(
        edition="weekly",
        number=draw(st.integers(1, 9999)),
        label="2026-W05",
        title="紙與字週報",
        tagline="",
        language=LANGUAGES[0],
        languages=(LANGUAGES[0], *draw(st.sampled_from([("ko",), ("en",), ("ko", "en"), ()]))),
        date=datetime(2026, 1, 26, 9, 0, tzinfo=rich.ZONE),
        subject=" ".join(draw(WORDS).split()) or "x",
        preheader=" ".join(draw(WORDS).split()),
        note=draw(st.one_of(st.just(""), WORDS)),
        lead=lead,
        sections=tuple(
            Section(key=name, title=name, colour="teal", items=tuple(places[name]))
            for name in TAGS[:3]
            if places[name]
        ),
        profiles=draw(st.sampled_from([(), (rich.item(rich.PERSON, 3, changes=rich.PERSON_CHANGES),)])),
        quotes=tuple(
            IssueQuote(
                quote=Quote(text=draw(WORDS), by="韓愈", source="", language=each.entry.language),
                entry=each.entry.key,
                url=each.url,
            )
            for each in quoted
        ),
        archive=tuple(places["archive"]),
        overflow=tuple(places["overflow"]),
        bulk=draw(st.sampled_from([(), (rich.item(rich.KINSOKU, 1, reason=Reason.UPDATED),) * 3])),
    )
    return Made(issue)


def _by_language(issue: Issue, renditions) -> dict[str, tuple[str, str]]:
    texts = [each.text for each in renditions]
    return dict(zip(issue.languages, zip(texts[::2], texts[1::2], strict=True), strict=True))


TOKEN = st.from_regex(r"[a-z2-7]{32}", fullmatch=True)
NAMES = st.one_of(
    NASTY, st.text(PLAIN, max_size=40), st.sampled_from(["Ann\r\nBcc: eve@example.org", "a\0b"])
)


@st.composite
def readers(draw: st.DrawFn) -> Reader:
    local = draw(st.from_regex(r"[a-z0-9=_&'+-]{1,40}", fullmatch=True))
    base = draw(st.sampled_from(["https://paper.example", "https://xn--fsqu00a.example/letters"]))
    token = draw(TOKEN)
    return Reader(
        id=draw(st.integers(1, 1 << 39)),
        address=f"{local}@{draw(st.sampled_from(['example.org', 'xn--fsqu00a.xn--kpry57d']))}",
        name=draw(NAMES),
        language=draw(st.sampled_from(["", *LANGUAGES, "fr"])),
        topics=frozenset(draw(st.lists(st.sampled_from([*TAGS, "no such topic"]), max_size=3))),
        unsubscribe_url=f"{base}/unsubscribe/{token}",
        unsubscribe_mailto=draw(st.sampled_from(["", f"mailto:b+{token}@paper.example?subject=unsubscribe"])),
        preferences_url=f"{base}/preferences/{token}",
        message_id=f"weekly.14.{draw(TOKEN)}@paper.example",
        since=draw(st.datetimes(datetime(2020, 1, 1), datetime(2026, 1, 1), timezones=st.just(UTC))),
    )


def slow_message(made: Made, person: Reader, texts: tuple[str, str], language: str) -> EmailMessage:
    """The whole message by the standard library, for one reader."""
    words = phrases(language)
    known = [made.parts.topics.get(each, each) for each in person.topics]
    values = {
        personal.ADDRESS: person.address,
        personal.SINCE: words.date(person.since.replace(tzinfo=None)),
        personal.TOPICS: words.list(sorted(known)) or words("All topics"),
        personal.UNSUBSCRIBE: person.unsubscribe_url,
        personal.PREFERENCES: person.preferences_url,
    }
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address("紙與字週報", addr_spec="weekly@paper.example")
    mail["Reply-To"] = "letters@paper.example"
    mail["To"] = Address(addr_spec=person.address)
    mail["Subject"] = made.issue.subject
    mail["Message-ID"] = f"<{person.message_id}>"
    mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(personal.fill(texts[1], values, markup=False))
    mail.add_alternative(personal.fill(texts[0], values, markup=True), subtype="html")
    return message_from_bytes(mail.as_bytes(), policy=default)


def spaceless(text: str) -> str:
    """Python 3.11 puts a blank between encoded-words where RFC 2047 §6.2 has none, and takes others away."""
    return "".join(text.split())


def the_splice_is_the_slow_message(made: Made, person: Reader) -> None:
    ready = compile_issue(
        issue=made.issue,
        mails=made.mails,
        parts=made.parts,
        sender="紙與字週報 <weekly@paper.example>",
        reply_to="letters@paper.example",
        now=NOW,
        site=rich.BASE,
        postal_address=CONFIG.site.postal_address,
    )
    wanted = slowly(made.issue, CONFIG, THEME, person.topics)
    if re.search(r"[\r\n\0]", person.name):
        if wanted is not None:
            with pytest.raises(DeliveryError):
                ready.wire(person)
        return
    data = ready.wire(person)
    assert (data is None) == (wanted is None)
    assert ready.reaches(person.topics) == (wanted is not None)
    if data is None or wanted is None:
        return
    clean(data)
    mail = parsed(data)
    language = person.language if person.language in made.mails else made.issue.language
    slow = slow_message(made, person, _by_language(made.issue, wanted)[language], language)
    for kind in ("plain", "html"):
        assert content(mail, kind).rstrip("\n") == content(slow, kind).rstrip("\n")
    for name in ("From", "Reply-To", "Message-ID", "List-Unsubscribe-Post"):
        assert str(mail[name]) == str(slow[name]), name
    assert mail["To"].addresses[0].addr_spec == slow["To"].addresses[0].addr_spec
    assert spaceless(mail["To"].addresses[0].display_name) == spaceless(person.name)
    # Not that of EmailMessage, which takes a subject that reads like an encoded-word for one.
    assert spaceless(mail["Subject"]) == spaceless(made.issue.subject)
    ways = [f"<{each}>" for each in (person.unsubscribe_url, person.unsubscribe_mailto) if each]
    assert mail["List-Unsubscribe"] == ", ".join(ways)
    assert mail["Date"].datetime == NOW
    assert len(mail.keys()) == len(set(mail.keys()))
    assert "Bcc" not in mail
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


# A failing issue is told as it was found: to make it smaller would take minutes of rendering.
PHASES = [Phase.explicit, Phase.generate]
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


@settings(max_examples=10, phases=PHASES, suppress_health_check=SLOW)
@given(made=issues(), people=st.lists(readers(), min_size=2, max_size=4))
def test_any_issue_for_any_reader(made: Made, people: list[Reader]) -> None:
    """Parsed by the standard library: both texts, headers, parts; and clean on the wire."""
    for person in people:
        the_splice_is_the_slow_message(made, person)


@pytest.mark.soak
@settings(max_examples=400, phases=PHASES, suppress_health_check=SLOW)
@given(made=issues(), people=st.lists(readers(), min_size=4, max_size=12))
def test_very_many_issues_for_many_readers(made: Made, people: list[Reader]) -> None:
    """The same in large numbers."""
    for person in people:
        the_splice_is_the_slow_message(made, person)
