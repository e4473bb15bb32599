"""The verb `doctor`: what must be true before mail leaves, looked at without changing a thing."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from digest import archive, deliver
from digest.config import EditionTable
from digest.deliver import domain as domains
from digest.deliver.addresses import mailbox
from digest.deliver.dkim import signer
from digest.deliver.domain import Checked, Resolver, State
from digest.deliver.postal import is_postal
from digest.deliver.secrets import keyring
from digest.deliver.settings import is_loopback
from digest.deliver.transports import meet
from digest.errors import DigestError
from digest.press.fan_out import outbox_of
from digest.press.places import Site
from digest.press.publishing import verify
from digest.press.putting_back import check_age
from digest.press.ways import check_sender, way_of
from digest.store import Store
from digest.store.outbox import Outbox

_AHEAD: Final = timedelta(hours=1)  # that clocks may differ

Check = tuple[str, Callable[[], Iterator[Checked]]]
"""What is looked at, and how; what it raises is its finding, too."""


def examine(site: Site, now: datetime, names: Resolver | None) -> Iterator[Checked]:
    """Look at everything, one after another; without a resolver at what is on this machine alone.

    No mail leaves, and nothing is written, but that an outbox of an older digest is brought up to date.
    What cannot be looked at is an error of its own.
    """
    for name, look in (*_here(site, now), *(_outside(site, now, names) if names else ())):
        try:
            yield from look()
        except DigestError as error:
            place = f" ({error.subject})" if error.subject else ""
            yield Checked(name=name, state="error", sentence=f"{error.sentence}{place}", hint=error.hint)


def _here(site: Site, now: datetime) -> tuple[Check, ...]:
    return (
        ("clock", partial(_clock, site, now)),
        ("templates", partial(_templates, site)),
        ("archive", partial(_archive, site)),
        ("database", partial(_database, site)),
        ("outbox", partial(_outbox, site)),
        ("secret", partial(_secret, site)),
        ("postal address", partial(_postal, site)),
        ("links", partial(_links, site)),
        *((f"sender of {each.name}", partial(_sender, site, each)) for each in site.config.editions),
        ("DKIM key", partial(_key, site, now)),
    )


def _outside(site: Site, now: datetime, names: Resolver) -> Iterator[Check]:
    if site.config.delivery.transport == "folder":
        yield (
            "server",
            partial(_iter, "server", "skipped", "mail becomes files, and nothing is asked outside"),
        )
        return
    yield "server", partial(_server, site, names)
    authors = dict.fromkeys(_author(each) for each in site.config.editions)
    for author in filter(None, authors):
        envelope = _envelope(site) or author
        yield "SPF", partial(_spf, site, names, envelope)
        yield "DMARC", partial(_one, domains.dmarc, names, author, envelope, site.config.dkim.domain)
        for each in dict.fromkeys((author, envelope)):
            yield "MX", partial(_one, domains.mail_arrives, names, each)
    if site.config.dkim.domain:
        yield "DKIM", partial(_published, site, now, names)


def _one(look: Callable[..., Checked], *values: object) -> Iterator[Checked]:
    yield look(*values)


def _iter(name: str, state: State, sentence: str, hint: str = "") -> Iterator[Checked]:
    yield Checked(name=name, state=state, sentence=sentence, hint=hint)


def _author(edition: EditionTable) -> str:
    """The domain of From; empty where that is no address, which is told elsewhere."""
    try:
        return mailbox(edition.sender, "sender").domain
    except DigestError:
        return ""


def _envelope(site: Site) -> str:
    return site.config.bounces.address.rpartition("@")[2]


# On this machine


def _clock(site: Site, now: datetime) -> Iterator[Checked]:
    ahead = [each for each in archive.sealed(site.archive) if each.issue.date > now + _AHEAD]
    told = f"{now.astimezone(site.config.zone):%Y-%m-%d %H:%M} in {site.config.site.timezone}"
    if ahead:
        newest = max(ahead, key=lambda each: each.issue.date).issue
        sentence = f"it is {told}, and {newest.id} was sealed at {newest.date:%Y-%m-%d %H:%M}"
        yield from _iter("clock", "warning", sentence, "set this machine's clock, by NTP")
    else:
        yield from _iter("clock", "ok", told)


def _templates(site: Site) -> Iterator[Checked]:
    """Every template that the site has of its own is compiled, of each theme."""
    for edition in site.config.editions:
        site.theme(edition).check()
    names = ", ".join(dict.fromkeys(each.theme for each in site.config.editions))
    yield from _iter("templates", "ok", f"they compile: {names}")


def _archive(site: Site) -> Iterator[Checked]:
    faults = verify(site)
    if faults:
        sentence = f"{len(faults)} faults, the first: {faults[0].sentence} ({faults[0].position})"
        yield from _iter("archive", "error", sentence, "`digest archive verify` shows all")
    else:
        many = len(archive.sealed(site.archive))
        told = "1 issue is as it was sealed" if many == 1 else f"{many} issues are as they were sealed"
        yield from _iter("archive", "ok", told)


def _database(site: Site) -> Iterator[Checked]:
    store = Store.peek(site.database, site.root)
    if store is None:
        yield from _iter("database", "skipped", "there is none yet")
        return
    with store:
        known = len(store.seals())
    yield from _iter("database", "ok", f"it knows {known} issue{'' if known == 1 else 's'}")


def _outbox(site: Site) -> Iterator[Checked]:
    path = outbox_of(site)
    if not path.exists():
        yield from _iter("outbox", "skipped", "there is none yet")
        return
    with Outbox.open(path) as outbox:
        outbox.check()
        check_age(site, outbox)
        paused = [each for each in outbox.issues() if each.paused]
    for each in paused:
        hint = f"when that is mended: digest send {each.name} --resume"
        yield from _iter("outbox", "warning", f"{each.name} is paused: {each.paused}", hint)
    if not paused:
        yield from _iter("outbox", "ok", "it is whole")


def _secret(site: Site) -> Iterator[Checked]:
    given = any(os.environ.get(each) for each in ("DIGEST_SECRET", "DIGEST_SECRET_FILE"))
    if not given and not (site.root / "var" / "secret.key").exists():
        yield from _iter("secret", "skipped", "none is given: var/secret.key is made when it is needed")
        return
    keyring(os.environ, site.root)
    kept = "" if given else ", in var/secret.key: back it up with the database"
    yield from _iter("secret", "ok", f"there is one{kept}")


def _postal(site: Site) -> Iterator[Checked]:
    if is_postal(site.config.site.postal_address):
        yield from _iter("postal address", "ok", " ".join(site.config.site.postal_address.split()))
    else:
        hint = "set site.postal_address in config.toml before you publish: it is sealed with the issue"
        yield from _iter("postal address", "error", "there is none, and no mail may go out without", hint)


def _links(site: Site) -> Iterator[Checked]:
    url = site.config.serve.url or site.config.site.base_url
    if url.startswith("https://"):
        yield from _iter("links", "ok", f"unsubscribing is at {url}")
    else:
        hint = "let [serve] url begin with https://"
        yield from _iter("links", "error", f"one-click unsubscribing needs https, and is at {url}", hint)


def _sender(site: Site, edition: EditionTable) -> Iterator[Checked]:
    name = f"sender of {edition.name}"
    mailbox(edition.sender, "sender")
    check_sender(site, edition.name, way_of(site))
    yield from _iter(name, "ok", edition.sender)


def _key(site: Site, now: datetime) -> Iterator[Checked]:
    table = site.config.dkim
    found = signer(table.domain, table.selector, os.environ, now)
    if found is None:
        yield from _iter("DKIM key", "skipped", "the server is to sign: no [dkim] domain is named")
    else:
        yield from _iter("DKIM key", "ok", f"{found.algorithm} for {table.domain}")


# Outside


def _server(site: Site, names: Resolver) -> Iterator[Checked]:
    server = deliver.server(site.config.delivery, os.environ)
    if site.config.delivery.transport == "sendmail":
        program = site.config.delivery.sendmail
        there = os.access(program, os.X_OK) and Path(program).is_file()
        state: State = "ok" if there else "error"
        yield from _iter(
            "server", state, program if there else f"{program} is no program", "" if there else "install it"
        )
        return
    if server is None:
        return  # told with the sender
    meet(server)
    how = {"none": "unsealed", "starttls": "sealed by STARTTLS", "implicit": "sealed"}[server.tls]
    who = f", signed in as {server.username}" if server.username else ""
    yield from _iter("server", "ok", f"{server.name} answers, {how}{who}")
    if _own(site, server.host):
        yield domains.leads_back(names, server.host)


def _own(site: Site, host: str) -> bool:
    """Whether a server may be the one that receivers see: neither a provider's nor this machine's."""
    return not site.config.delivery.provider and not is_loopback(host)


def _spf(site: Site, names: Resolver, envelope: str) -> Iterator[Checked]:
    server = deliver.server(site.config.delivery, os.environ)
    seen = server.host if server and _own(site, server.host) else ""
    yield domains.spf(names, envelope, seen)


def _published(site: Site, now: datetime, names: Resolver) -> Iterator[Checked]:
    table = site.config.dkim
    found = signer(table.domain, table.selector, os.environ, now)
    if found:
        yield domains.dkim_record(names, table.domain, table.selector, found.public)
