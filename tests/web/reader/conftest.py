"""A site with two editions whose reader's pages are live on loopback, and a clock that a test moves."""

from __future__ import annotations

import email
import http.client
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import policy
from pathlib import Path
from urllib.parse import urlencode

import pytest
import uvicorn

from digest.model.people import Consent, ConsentAction, Subscriber, SubscriberState
from digest.press import Site
from digest.press.subscription import Reception
from digest.web.reader.app import Desk, application

NOW = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)

CONFIG = """\
[site]
title = "字裡行間"
base_url = "https://letters.example{prefix}"
timezone = "Asia/Taipei"
languages = ["zh-Hant-TW", "ko", "en"]
postal_address = "台北市測試路 1 號"

[[sources]]
kind = "articles"
path = "articles"

[[editions]]
name = "weekly"
title = "字裡行間週報"
tagline = "每週一早上九點，一封信"
languages = ["zh-Hant-TW", "ko", "en"]
sender = "字裡行間 <weekly@letters.example>"

[[editions.sections]]
tag = "科學"

[[editions.sections]]
tag = "History of Type"

[[editions.sections]]
tag = "역사"

[[editions]]
name = "monthly"
title = "The Monthly"
language = "en"
sender = "monthly@letters.example"

[bounces]
address = "b@in.letters.example"
unsubscribe_address = "leave@in.letters.example"
{more}
"""


class Clock:
    """The time that it is, for the whole site."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def later(self, **spans: float) -> datetime:
        """Let time pass."""
        self.now += timedelta(**spans)
        return self.now


class House:
    """A site that answers on loopback; mails that it sends are files, rounds are run when a test says so."""

    def __init__(self, root: Path, port: int, desk: Desk, clock: Clock) -> None:
        self.root = root
        self.port = port
        self.desk = desk
        self.clock = clock
        self.reception: Reception = desk.reception
        self.people = desk.reception.people
        self.links = desk.reception.links

    def ask(
        self, method: str, path: str, body: bytes | dict | list | None = None, **headers: str
    ) -> tuple[int, dict[str, str], str]:
        """An answer: status, headers with small names, text."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if isinstance(body, dict | list):
            body = urlencode(body).encode()
            named = {"Content-Type": "application/x-www-form-urlencoded"} | named
        try:
            connection.request(method, path, body, named)
            answer = connection.getresponse()
            return (
                answer.status,
                {k.lower(): v for k, v in answer.getheaders()},
                answer.read().decode("utf-8", "replace"),
            )
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: bytes | dict | list | None = None, **headers: str):
        return self.ask("POST", path, body or {}, **headers)

    def round(self):
        """What follows from what was asked."""
        return self.reception.round(self.clock())

    def mails(self) -> list[email.message.EmailMessage]:
        """The confirmation mails that were sent, the oldest first."""
        files = sorted((self.root / "var" / "outbox").glob("*.eml"), key=lambda each: each.stat().st_mtime_ns)
        return [email.message_from_bytes(each.read_bytes(), policy=policy.default) for each in files]

    def link(self, which: int = -1) -> str:
        """The path of the link in a mail."""
        text = self.mails()[which].get_body(("plain",)).get_content()
        return re.search(r"https://letters\.example(/\S+)", text)[1]

    def active(
        self, address: str = "ann@example.org", edition: str = "weekly", language: str = "", topics=()
    ) -> Subscriber:
        """Somebody who subscribed and confirmed."""
        at = self.clock()
        asked = self.people.ask(
            edition,
            address,
            Consent(action=ConsentAction.ASKED, source="form", at=at),
            language=language,
            topics=topics,
        ).subscriber
        return self.people.confirm(
            asked.id, Consent(action=ConsentAction.CONFIRMED, source="confirmation", at=at)
        )

    def state(self, person: Subscriber | int) -> SubscriberState:
        return self.people.get(person if isinstance(person, int) else person.id).state

    def path(self, url: str) -> str:
        """An address of ours as a path."""
        return url.removeprefix("https://letters.example")

    def everything(self) -> dict[str, list]:
        """All rows of the tables that readers change."""
        from sqlalchemy import select

        from digest.store.tables import consents, returns, subscribers, suppressions, wishes

        with self.reception._store._reading() as connection:
            return {
                table.name: [tuple(row) for row in connection.execute(select(table))]
                for table in (subscribers, consents, suppressions, wishes, returns)
            }


@contextmanager
def living(root: Path, clock: Clock) -> Iterator[House]:
    """The site in the folder, answering."""
    site = Site.load(root)
    with site.store() as store:
        desk = Desk(site, Reception(site, store), clock)
        config = uvicorn.Config(
            application(desk), port=0, log_level="error", ws="none", lifespan="on", proxy_headers=False
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        for _ in range(1000):
            if server.started:
                break
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        try:
            yield House(root, port, desk, clock)
        finally:
            server.should_exit = True
            thread.join(10)


Open = Callable[..., House]


@pytest.fixture
def open_house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Open a house: `more` stands at the end of its config.toml, `prefix` is the path of its pages."""
    from contextlib import ExitStack

    for name in ("DIGEST_SMTP_HOST", "DIGEST_DATABASE_URL", "DIGEST_SECRET", "DIGEST_SECRET_FILE"):
        monkeypatch.delenv(name, raising=False)
    stack = ExitStack()

    def opened(more: str = "", prefix: str = "") -> House:
        root = tmp_path / "house"
        root.mkdir(exist_ok=True)
        (root / "config.toml").write_text(
            CONFIG.replace("{more}", more).replace("{prefix}", prefix), encoding="utf-8"
        )
        return stack.enter_context(living(root, Clock()))

    with stack:
        yield opened


@pytest.fixture
def house(open_house: Open) -> House:
    """A house as most are."""
    return open_house()
