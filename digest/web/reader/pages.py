"""The reader's pages as answers: which template with what in it, in the language of whoever asks."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from digest.config import EditionTable
from digest.model.people import Subscriber
from digest.press.places import Site
from digest.press.subscription import masked
from digest.render import reader
from digest.render.reader import Choice, Link
from digest.text.phrases import LANGUAGES, Phrases, match_language, phrases


class Pages:
    """Makes the pages of a site; `prefix` is the path that all of them are under."""

    def __init__(self, site: Site, prefix: str) -> None:
        self._site: Final = site
        self._prefix: Final = prefix

    def language(self, request: Request, edition: EditionTable, said: str = "") -> str:
        """The language of a page: as `?lang=` or the form says, else the browser's, else the edition's."""
        wanted = said or request.query_params.get("lang", "")
        if wanted in LANGUAGES:
            return wanted
        for each in request.headers.get("accept-language", "")[:200].split(","):
            tag = each.partition(";")[0].strip().lower()
            if tag.split("-")[0] in ("zh", "ko", "en"):
                return match_language(tag)
        return match_language(self._site.config.language(edition))

    def spoken(self, person: Subscriber) -> str:
        """The language of a page for somebody who is known."""
        return match_language(
            person.language or self._site.config.language(self._site.edition(person.edition))
        )

    def page(self, name: str, language: str, status: int = 200, **values: Any) -> Response:
        """A page by its template."""
        text = reader.page(
            name, self._site.theme(), self._site.config, language, prefix=self._prefix, **values
        )
        return HTMLResponse(text, status)

    def form(
        self,
        edition: EditionTable,
        language: str,
        topics: tuple[Choice, ...],
        *,
        address: str = "",
        error: str = "",
        chosen_language: str = "",
    ) -> Response:
        """The form of subscribing; with an `error` it is one that must be sent again (422)."""
        config = self._site.config
        editions = [
            Choice(
                key=each.name,
                text=each.title,
                language=config.language(each),
                chosen=each.name == edition.name,
            )
            for each in config.editions
        ]
        return self.page(
            "subscribe",
            language,
            422 if error else 200,
            edition=edition,
            edition_language=config.language(edition),
            editions=[
                {
                    "text": each.text,
                    "url": self.subscribe(each.key, language),
                    "chosen": each.chosen,
                    "language": each.language,
                }
                for each in editions
            ],
            topics=topics,
            languages=reader.languages(config.languages(edition), chosen_language or language),
            address=address,
            error=error,
        )

    def message(
        self, language: str, title: str, *sentences: str, ways: tuple[Link, ...] = (), status: int = 200
    ) -> Response:
        """A page that only says something."""
        return self.page("message", language, status, title=title, sentences=sentences, ways=ways)

    def sent(self, edition: EditionTable, language: str, address: str) -> Response:
        """The answer to a wish: the same for everybody."""
        words = phrases(language)
        told = words(
            "A mail is on its way to {address}. Press its link within three days, and {title} will come.",
            address=address,
            title=edition.title,
        )
        more = words("If nothing arrives, look into the spam folder, or try again in a while.")
        return self.message(language, words("Look into your mailbox"), told, more)

    def ask_confirm(self, person: Subscriber, action: str) -> Response:
        """The one button of confirming."""
        words, title = self._about(person)
        told = words("{title} will come to {address}.", title=title, address=masked(person.address))
        return self.page(
            "ask",
            self.spoken(person),
            title=words("Confirm your subscription"),
            sentences=(told,),
            action=action,
            button=words("Yes, subscribe me"),
            others=False,
            ways=(),
        )

    def confirmed(self, person: Subscriber, preferences: str) -> Response:
        """It is done."""
        words, title = self._about(person)
        told = words(
            "The next issue of {title} will come to {address}.", title=title, address=masked(person.address)
        )
        ways = (Link(text=words("Topics and language"), url=preferences),)
        return self.message(self.spoken(person), words("You are subscribed"), told, ways=ways)

    def dead_confirmation(self, language: str, edition: str = "") -> Response:
        """A confirmation link that is too old, not whole, or was used before somebody left."""
        words = phrases(language)
        told = words("It may be older than three days, or not whole. Subscribing again brings a new one.")
        ways = (Link(text=words("Subscribe again"), url=self.subscribe(edition, language)),)
        return self.message(language, words("This link does not work any more"), told, ways=ways, status=410)

    def broken_link(self, language: str) -> Response:
        """A link of leaving or preferences that is none of ours."""
        words = phrases(language)
        first = words("Please copy the whole address out of the mail, or use the link in another issue.")
        second = words("You can also answer any issue and write that you want to leave.")
        return self.message(language, words("This link is not whole"), first, second, status=404)

    def ask_leave(self, person: Subscriber, action: str, preferences: str, *, others: bool) -> Response:
        """The one button of leaving."""
        words, title = self._about(person)
        told = words("No more mail will come to {address}.", address=masked(person.address))
        return self.page(
            "ask",
            self.spoken(person),
            title=words("Leave {title}?", title=title),
            sentences=(told,),
            action=action,
            button=words("Unsubscribe"),
            others=others,
            ways=(Link(text=words("Topics and language"), url=preferences),),
        )

    def left(self, person: Subscriber) -> Response:
        """It is done."""
        words, title = self._about(person)
        told = words(
            "No more mail of {title} will come to {address}.", title=title, address=masked(person.address)
        )
        ways = (Link(text=words("Subscribe again"), url=self.subscribe(person.edition, self.spoken(person))),)
        return self.message(self.spoken(person), words("You have left"), told, ways=ways)

    def preferences(
        self, person: Subscriber, topics: tuple[Choice, ...], action: str, leave: str, *, saved: bool
    ) -> Response:
        """Topics and language of somebody, and the button of leaving."""
        words, _ = self._about(person)
        edition = self._site.edition(person.edition)
        config = self._site.config
        since = person.since.astimezone(config.zone) if person.since else None
        return self.page(
            "preferences",
            self.spoken(person),
            edition=edition,
            edition_language=config.language(edition),
            address=masked(person.address),
            since=words.date(since, "medium") if since else "",
            saved=saved,
            topics=topics,
            languages=reader.languages(config.languages(edition), person.language),
            action=action,
            leave=leave,
        )

    def not_subscribed(self, person: Subscriber) -> Response:
        """Preferences of somebody who left."""
        words, title = self._about(person)
        told = words("{title} does not come to {address} now.", title=title, address=masked(person.address))
        ways = (Link(text=words("Subscribe again"), url=self.subscribe(person.edition, self.spoken(person))),)
        return self.message(self.spoken(person), words("You are not subscribed"), told, ways=ways, status=410)

    def subscribe(self, edition: str, language: str) -> str:
        """The address of the form."""
        query = {"edition": edition, "lang": language} if edition else {"lang": language}
        return f"{self._prefix}/subscribe?{urlencode(query)}"

    def _about(self, person: Subscriber) -> tuple[Phrases, str]:
        return phrases(self.spoken(person)), self._site.edition(person.edition).title
