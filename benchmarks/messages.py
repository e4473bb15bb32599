"""`make bench`: messages made for readers of chosen topics, beside a render and an EmailMessage for each."""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from itertools import islice
from pathlib import Path
from typing import Final

from bench import met
from run import say
from site_maker import make

from digest.compose.leading import leads
from digest.compose.tags import Tags
from digest.config import Config
from digest.deliver.compiling import Compiled, compile_issue
from digest.deliver.dkim import Signer
from digest.deliver.identities import message_id
from digest.deliver.readers import Reader
from digest.model import Issue
from digest.press.building import build
from digest.press.parting import draft_mails
from digest.press.places import Site
from digest.render.email import render_email
from digest.render.mailing import mail
from digest.render.text import render_text
from digest.render.theme import Theme
from digest.text import personal

NOW: Final = datetime(2026, 1, 26, 1, 0, tzinfo=UTC)
ENTRIES: Final = 30
TOPICS: Final = 8
SLOW: Final = 30
FAST: Final = 6000
ROUNDS: Final = 5
SITE: Final = "https://digest.example"


def readers(topics: list[str], count: int, most: int) -> list[Reader]:
    """Readers of one to `most` topics, half of them with a name."""
    chance = random.Random(14)
    return [
        Reader(
            id=number,
            address=f"reader.{number}@mail-{number % 97}.example",
            name=("", f"王小明{number}")[number % 2],
            topics=frozenset(chance.sample(topics, chance.randint(1, most))),
            unsubscribe_url=f"{SITE}/unsubscribe/{number:032x}",
            unsubscribe_mailto=f"mailto:b+{number:032x}@digest.example?subject=unsubscribe",
            preferences_url=f"{SITE}/preferences/{number:032x}",
            message_id=message_id(b"key", "weekly/1", str(number), "digest.example"),
            since=datetime(2025, 1 + number % 12, 1 + number % 28, tzinfo=UTC),
        )
        for number in range(count)
    ]


def per_second(make_one: Callable[[Reader], object], people: list[Reader]) -> float:
    """Messages a second; the loop is in here, for both ways alike."""
    start = time.process_time()
    for person in people:
        make_one(person)
    return len(people) / (time.process_time() - start)


def slow_way(issue: Issue, config: Config, theme: Theme) -> Callable[[Reader], bytes]:
    """What one would write first: cut the issue to the reader's, render it, and build an EmailMessage."""
    tags = Tags.of(config.aliases)

    def made(person: Reader) -> bytes:
        def wanted(items: tuple[object, ...]) -> list[object]:
            return [each for each in items if set(tags.keys(each.entry)) & person.topics]  # type: ignore[attr-defined]

        lead = next(iter(leads(wanted(issue.items))), None)  # type: ignore[arg-type]
        sections = (
            replace(each, items=tuple(item for item in wanted(each.items) if item is not lead))
            for each in issue.sections
        )
        mine = replace(
            issue,
            lead=lead,
            sections=tuple(each for each in sections if each.items),
            profiles=tuple(wanted(issue.profiles)),
            quotes=(),
            overflow=tuple(wanted(issue.overflow)),
        )
        shown = mail(mine, config, issue.language)
        values = dict.fromkeys(personal.TOKENS, person.unsubscribe_url)
        letter = EmailMessage(policy=policy.SMTP)
        letter["From"], letter["To"], letter["Subject"] = (
            "weekly@digest.example",
            person.address,
            issue.subject,
        )
        letter["Message-ID"] = f"<{person.message_id}>"
        letter["List-Unsubscribe"] = f"<{person.unsubscribe_url}>"
        letter.set_content(personal.fill(render_text(shown, config, "t").text, values, markup=False))
        html = render_email(shown, theme, config, "h").text
        letter.add_alternative(personal.fill(html, values, markup=True), subtype="html")
        return letter.as_bytes()

    return made


def signers() -> dict[str, Signer]:
    """A key of each kind."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

    keys = {
        "RSA-2048": generate_private_key(public_exponent=65537, key_size=2048),
        "Ed25519": Ed25519PrivateKey.generate(),
    }
    return {
        name: Signer(domain="digest.example", selector="digest", key=key, now=NOW)  # type: ignore[arg-type]
        for name, key in keys.items()
    }


def main() -> None:
    """Measure and print; fast and slow take turns, and the median counts."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = make(Path(scratch) / "site", ENTRIES)
        config = folder / "config.toml"
        config.write_text(config.read_text().replace("[site]", '[site]\npostal_address = "1 Mill Lane"', 1))
        site = Site.load(folder)
        draft = build(site, now=NOW, parted=True)
        mails, parts = draft_mails(draft)
        assert parts is not None

        def ready(signer: Signer | None = None) -> Compiled:
            return compile_issue(
                issue=draft.issue,
                mails=mails,
                parts=parts,
                sender="Weekly <weekly@digest.example>",
                now=NOW,
                site=SITE,
                postal_address=site.config.site.postal_address,
                signer=signer,
            )

        counts = [tag for item in parts.items for tag in item.tags]
        topics = sorted(set(counts), key=lambda tag: (-counts.count(tag), tag))
        people = readers(topics[:TOPICS], FAST, 3)
        compiled, slow = ready(), slow_way(draft.issue, site.config, site.theme())
        length = statistics.mean(len(data) for each in islice(people, 200) if (data := compiled.wire(each)))
        pairs = [(per_second(compiled.wire, people), per_second(slow, people[:SLOW])) for _ in range(ROUNDS)]
        fast, slowly = (statistics.median(each) for each in zip(*pairs, strict=True))
        times = statistics.median(one / other for one, other in pairs)
        print(f"Messages for readers of 1 to 3 of {TOPICS} topics, {length / 1024:.0f} KB each, one core")
        say("spliced", fast, "a second", f"aim ≥ 30,000: {met(fast >= 30_000)}")
        say("rendered for each, by EmailMessage", slowly, "a second")
        say("spliced is faster", times, "times", f"aim ≥ 100: {met(times >= 100)}")
        cold = statistics.median(per_second(ready().wire, people[:40]) for _ in range(ROUNDS))
        say("spliced, every set of topics seen first", cold, "a second")
        for name, signer in signers().items():
            signed = per_second(ready(signer).wire, people[:2000])
            say(f"signing by {name}", 1e6 / signed - 1e6 / fast, "µs each")


if __name__ == "__main__":
    sys.exit(main())
