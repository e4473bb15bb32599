"""The reader's application: GET and HEAD show, POST acts; no cookie, no login, no redirect."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from digest.config import Config, EditionTable
from digest.deliver.tokens import Claim, Purpose
from digest.errors import DeliveryError, DigestError, StoreBusyError
from digest.model.people import Subscriber, SubscriberState
from digest.press.places import Site
from digest.press.subscription import Reception
from digest.render import reader
from digest.render.reader import Link
from digest.text.phrases import phrases
from digest.web.reader.clients import Turns, network
from digest.web.reader.forms import first, form, lenient
from digest.web.reader.guard import PUBLIC_HEADERS, Guard, with_headers
from digest.web.reader.pages import Pages

Clock = Callable[[], datetime]
_STAYING: Final = (SubscriberState.PENDING, SubscriberState.ACTIVE)


def now_utc() -> datetime:
    """The time that it is."""
    return datetime.now(UTC)


class Desk:
    """Answers requests by a reception; `woken` is set when there is something for the next round to do."""

    def __init__(self, site: Site, reception: Reception, clock: Clock = now_utc) -> None:
        self.site: Final = site
        self.prefix: Final = prefix_of(site.config)
        self.reception: Final = reception
        self.pages: Final = Pages(site, self.prefix)
        self.woken: Final = asyncio.Event()
        self._clock = clock
        self._turns = Turns(site.config.serve.requests_per_network)

    # Subscribing

    async def show_form(self, request: Request) -> Response:
        """The form of an edition."""
        edition = self._edition(request.query_params.get("edition", ""))
        language = self.pages.language(request, edition)
        topics = await run_in_threadpool(self.reception.choices, edition, ())
        return self.pages.form(edition, language, topics)

    async def take_form(self, request: Request) -> Response:
        """Take a wish down. The answer tells nothing of the address: not by words, status or time."""
        fields = await form(request)
        edition = self._edition(first(fields, "edition"))
        language = self.pages.language(request, edition, first(fields, "lang"))
        words, address = phrases(language), first(fields, "address")[:320]
        if not self._turns.take(network(request.scope, self.site.config.serve.proxies), time.monotonic()):
            return self.pages.message(
                language,
                words("Please wait a little"),
                words("Much was asked for from your network. In an hour you can try again."),
                status=429,
            )
        if first(fields, "website"):  # no person sees this field
            return self.pages.sent(edition, language, address)
        chosen, spoken = fields.get("topic", []), first(fields, "language")
        try:
            await run_in_threadpool(
                self.reception.ask,
                edition,
                address,
                self._clock(),
                page_language=language,
                language=spoken,
                chosen=chosen,
            )
        except DeliveryError:
            told = words(
                "Please check the email address: {address} is not one that mail can reach.", address=address
            )
            error = told if address else words("Please write your email address.")
            topics = await run_in_threadpool(self.reception.choices, edition, chosen)
            return self.pages.form(
                edition, language, topics, address=address, error=error, chosen_language=spoken
            )
        self.woken.set()
        return self.pages.sent(edition, language, address)

    # Confirming

    async def show_confirm(self, request: Request) -> Response:
        """The button of confirming; mail scanners follow links, and press none."""
        found = await self._find(Purpose.CONFIRM, request)
        if found is None or found[1].state not in _STAYING:
            return self._dead(request, found[1].edition if found else "")
        return self.pages.ask_confirm(found[1], self._here(request))

    async def confirm(self, request: Request) -> Response:
        """Make the subscription active."""
        await lenient(request)
        found = await self._find(Purpose.CONFIRM, request)
        person = await run_in_threadpool(self.reception.confirm, found[1], self._clock()) if found else None
        if person is None:
            return self._dead(request, found[1].edition if found else "")
        return self.pages.confirmed(person, self._preferences(person.id))

    # Leaving

    async def show_leave(self, request: Request) -> Response:
        """The button of leaving; for who has left, that it is so."""
        found = await self._find(Purpose.UNSUBSCRIBE, request)
        if found is None:
            return self._broken(request)
        claim, person = found
        others = await run_in_threadpool(self.reception.others, person)
        if person.state not in _STAYING and not others:
            return self.pages.left(person)
        return self.pages.ask_leave(
            person, self._here(request), self._preferences(person.id, claim.issue), others=others
        )

    async def leave(self, request: Request) -> Response:
        """Unsubscribe: for a mail provider by RFC 8058, which gets two words and no page, and for people."""
        fields = await lenient(request)
        one_click = first(fields, "List-Unsubscribe").lower() == "one-click"
        leave = partial(
            self.reception.leave,
            request.path_params["token"],
            "one-click" if one_click else "page",
            self._clock(),
            everything=bool(first(fields, "all")) and not one_click,
        )
        try:
            # Here, for it takes less time than to wake another thread and be woken by it.
            person = leave(at_once=True)
        except StoreBusyError:
            person = await run_in_threadpool(leave)
        if person is None:
            return PlainTextResponse("unknown token\n", 404) if one_click else self._broken(request)
        return PlainTextResponse("unsubscribed\n") if one_click else self.pages.left(person)

    # Preferences

    async def show_preferences(self, request: Request) -> Response:
        """Topics and language."""
        found = await self._find(Purpose.PREFERENCES, request)
        if found is None:
            return self._broken(request)
        claim, person = found
        if person.state not in _STAYING:
            return self.pages.not_subscribed(person)
        return await self._form_of(request, claim.issue, person.id, saved=False)

    async def take_preferences(self, request: Request) -> Response:
        """Change topics and language."""
        fields = await form(request)
        found = await self._find(Purpose.PREFERENCES, request)
        if found is None:
            return self._broken(request)
        claim, person = found
        if person.state not in _STAYING:
            return self.pages.not_subscribed(person)
        await run_in_threadpool(
            self.reception.prefer, person, fields.get("topic", []), first(fields, "language"), self._clock()
        )
        return await self._form_of(request, claim.issue, person.id, saved=True)

    async def _form_of(self, request: Request, issue: int, number: int, *, saved: bool) -> Response:
        person = await run_in_threadpool(self.reception.people.get, number)
        if person is None:
            return self._broken(request)
        edition = self.site.edition(person.edition)
        topics = await run_in_threadpool(self.reception.choices, edition, person.topics)
        leave = self._local(self.reception.links.unsubscribe(person.id, issue))
        return self.pages.preferences(person, topics, self._here(request), leave, saved=saved)

    # What all need

    async def style(self, request: Request) -> Response:
        """The style sheet of the reader's pages."""
        del request
        headers = {"Cache-Control": "public, max-age=3600"}
        return Response(reader.style(self.site.theme()), media_type="text/css", headers=headers)

    async def fault(self, request: Request, error: Exception) -> Response:
        """What went wrong, as a page in the reader's language with a way out."""
        edition = self.site.edition()
        language = self.pages.language(request, edition)
        words = phrases(language)
        status = error.status_code if isinstance(error, HTTPException) else 500
        if status == 404:
            told = words("There is no such page"), words("The address may be old or mistyped.")
        elif status < 500:
            told = words("This was not understood"), words("Please go back and send the form again.")
        else:
            told = (
                words("Something went wrong here"),
                words("It is not your fault. Please try again in a few minutes."),
            )
        home = Link(text=words("All issues"), url=f"{self.site.config.site.base_url}/")
        answer = self.pages.message(language, *told, ways=(home,) if status == 404 else (), status=status)
        if isinstance(error, HTTPException):
            answer.headers.update(error.headers or {})
        return answer

    def _edition(self, name: str) -> EditionTable:
        known = {each.name: each for each in self.site.config.editions}
        return known.get(name, self.site.config.editions[0])

    async def _find(self, purpose: Purpose, request: Request) -> tuple[Claim, Subscriber] | None:
        token = request.path_params["token"]
        return await run_in_threadpool(self.reception.find, purpose, token, self._clock())

    def _dead(self, request: Request, edition: str) -> Response:
        return self.pages.dead_confirmation(self.pages.language(request, self._edition(edition)), edition)

    def _broken(self, request: Request) -> Response:
        return self.pages.broken_link(self.pages.language(request, self.site.edition()))

    def _preferences(self, number: int, issue: int = 0) -> str:
        return self._local(self.reception.links.preferences(number, issue))

    def _here(self, request: Request) -> str:
        path: str = request.scope["path"]
        return path

    def _local(self, url: str) -> str:
        """An address of ours as a path, so that pages work by every name that leads here."""
        return urlsplit(url).path


def prefix_of(config: Config) -> str:
    """The path that every page is under, without a slash at its end."""
    return urlsplit(config.serve.url or config.site.base_url).path.rstrip("/")


def hosts_of(config: Config) -> set[str]:
    """The names that the site answers to, beside this machine's own."""
    urls = (config.serve.url, config.site.base_url)
    return {urlsplit(url).hostname or "" for url in urls if url} | set(config.serve.hosts)


class PublicSite(StaticFiles):
    """The site built from the archive, with headers of its own; nothing where it was never built."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a file, or the site's page of what is not there; there may be no site yet."""
        if not await run_in_threadpool(Path(str(self.directory)).is_dir):
            raise HTTPException(404)
        await super().__call__(scope, receive, with_headers(send, PUBLIC_HEADERS))


def application(
    desk: Desk, lifespan: Callable[[Starlette], AbstractAsyncContextManager[None]] | None = None
) -> ASGIApp:
    """The reader's application of a desk. Every route that changes anything takes POST and nothing else."""
    shown = {
        "/subscribe": (desk.show_form, desk.take_form),
        "/confirm/{token}": (desk.show_confirm, desk.confirm),
        "/unsubscribe/{token}": (desk.show_leave, desk.leave),
        "/preferences/{token}": (desk.show_preferences, desk.take_preferences),
    }
    routes: list[Route | Mount] = [Route("/reader.css", desk.style, methods=["GET"])]
    for path, (show, act) in shown.items():
        routes.append(Route(path, show, methods=["GET"]))  # HEAD comes with it, and shows as well
        routes.append(Route(path, act, methods=["POST"]))
    if desk.site.config.serve.public:
        public = desk.site.public
        routes.append(Mount("/", PublicSite(directory=public, html=True, check_dir=False)))
    inner = Starlette(
        routes=routes,
        exception_handlers={HTTPException: desk.fault, DigestError: desk.fault, Exception: desk.fault},
        lifespan=lifespan or _nothing,
    )
    # Around all of it: what Starlette answers to a fault of ours gets the headers, too.
    return Guard(inner, hosts_of(desk.site.config), desk.prefix)


@asynccontextmanager
async def _nothing(_: Starlette) -> AsyncIterator[None]:
    yield
