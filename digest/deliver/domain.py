"""What receivers ask of a sender's domain: SPF (RFC 7208), DKIM's key (RFC 6376), DMARC (RFC 7489), names."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, Protocol

State = Literal["ok", "warning", "error", "skipped"]

_MOST_LOOKUPS: Final = 10  # RFC 7208 §4.6.4
_NOBODYS: Final = ("192.0.2.1", "198.51.100.1")  # of RFC 5737: no mail comes from there
_TERM: Final = re.compile(r"(?i)([+?~-]?)(all|include|a|mx|ptr|ip4|ip6|exists)(?:[:/](.*))?")
_MODIFIER: Final = re.compile(r"(?i)[a-z][\w.-]*=.*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What was found of one thing; `hint` says what to do where it is not as it should be."""

    name: str
    state: State
    sentence: str
    hint: str = ""


class Resolver(Protocol):
    """Who asks the DNS: nothing where there are no such records, DigestError where nobody answers."""

    def texts(self, name: str) -> tuple[str, ...]:
        """TXT records."""

    def addresses(self, name: str) -> tuple[str, ...]:
        """A and AAAA records."""

    def exchangers(self, name: str) -> tuple[str, ...]:
        """MX records."""

    def names_of(self, address: str) -> tuple[str, ...]:
        """PTR records."""


# SPF


def spf(names: Resolver, domain: str, server: str = "") -> Checked:
    """Whether a domain says who may send for it, and whether a server, a host's name, is among them.

    A provider's server hands mail on by others of its own: leave `server` out there.
    """
    records = _spf_records(names, domain)
    if len(records) != 1:
        many = f"has {len(records)} SPF records, which count as none" if records else "has no SPF record"
        return _bad(
            "SPF",
            f"{domain} {many}",
            f'one TXT record of {domain}: "v=spf1 … -all", with what your provider names, or ip4:ADDRESS',
        )
    walk = _Walk(names)
    anybody = [walk.result(domain, each) == "+" for each in _NOBODYS]
    if walk.fault or walk.lookups > _MOST_LOOKUPS:
        many = f"needs more than {_MOST_LOOKUPS} look-ups"
        return _bad("SPF", f"the SPF record of {domain} {walk.fault or many}", f"it says: {records[0]}")
    if all(anybody):
        return _bad("SPF", f"the SPF record of {domain} lets anybody send", "let it end with -all or ~all")
    addresses = names.addresses(server) if server else ()
    passing = any(walk.result(domain, each) == "+" for each in addresses)
    if addresses and not passing:
        return Checked(
            name="SPF",
            state="warning",
            sentence=f"the SPF record of {domain} does not name {server} ({', '.join(addresses)})",
            hint="right where that one hands mail to others, which are named; else add it: ip4:ADDRESS",
        )
    return Checked(name="SPF", state="ok", sentence=f"{domain}: {records[0]}")


def _spf_records(names: Resolver, domain: str) -> list[str]:
    return [each for each in names.texts(domain) if re.match(r"(?i)v=spf1(\s|$)", each)]


@dataclass(slots=True)
class _Walk:
    """Follows a record through what it includes; `fault` is the first thing in it that cannot be."""

    names: Resolver
    lookups: int = 0
    fault: str = ""

    def result(self, domain: str, address: str) -> str:
        """The qualifier of the term that an address meets, from the beginning; empty where it meets none."""
        self.lookups = 0
        return self._result(domain, address, ())

    def _result(self, domain: str, address: str, path: tuple[str, ...]) -> str:
        records = _spf_records(self.names, domain)
        if len(records) != 1 or domain in path:
            what = (
                "goes in circles by" if domain in path else "refers to the one record, which is not there, of"
            )
            self.fault = self.fault or f"{what} {domain}"
            return ""
        redirect = ""
        for term in records[0].split()[1:]:
            found = _TERM.fullmatch(term)
            if found:
                if self._meets(found[2].lower(), found[3] or "", (*path, domain), address):
                    return found[1] or "+"
            elif term.lower().startswith("redirect="):
                redirect = term.partition("=")[2]
            elif not _MODIFIER.fullmatch(term):
                self.fault = self.fault or f"has a term that nobody knows: {term}"
        return self._result(redirect, address, (*path, domain)) if redirect and self._count() else ""

    def _count(self) -> bool:
        self.lookups += 1
        return self.lookups <= _MOST_LOOKUPS

    def _meets(self, kind: str, value: str, path: tuple[str, ...], address: str) -> bool:
        if kind == "all":
            return True
        if kind in ("ip4", "ip6"):
            return self._within(address, value)
        if not self._count():
            return False
        if kind == "include":
            return self._result(value, address, path) == "+"
        name, _, size = value.partition("/")
        name = name or path[-1]
        hosts = self.names.exchangers(name) if kind == "mx" else (name,)
        wide = f"/{size}" if size.isdigit() and ":" not in address else ""
        return kind in ("a", "mx") and any(
            self._within(address, each + wide) for host in hosts for each in self.names.addresses(host)
        )

    def _within(self, address: str, network: str) -> bool:
        try:
            return ipaddress.ip_address(address) in ipaddress.ip_network(network, strict=False)
        except ValueError:
            self.fault = self.fault or f"has an address that is none: {network}"
            return False


# DKIM


def dkim_record(names: Resolver, domain: str, selector: str, public: str) -> Checked:
    """Whether the DNS has the public half of our key; `public` is that in base64, as `p=` has it."""
    place = f"{selector}._domainkey.{domain}"
    records = [tags(each) for each in names.texts(place)]
    keys = [each["p"].replace(" ", "") for each in records if "p" in each]
    if public in keys:
        return Checked(name="DKIM", state="ok", sentence=f"{place} has the key that signs")
    what = "another key than the one that signs" if any(keys) else "no key"
    kind = "rsa" if len(public) > 64 else "ed25519"  # base64 of Ed25519's 32 bytes is 44
    return _bad("DKIM", f"{place} has {what}", f'publish its TXT record: "v=DKIM1; k={kind}; p={public}"')


def tags(text: str) -> Mapping[str, str]:
    """The tags of a record, `name=value` parted by semicolons."""
    pairs = (each.partition("=") for each in text.split(";"))
    return {name.strip().lower(): value.strip() for name, sign, value in pairs if sign}


# DMARC


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a domain wants of mail that names it in From; `at` is where its record stands, it or one above."""

    at: str
    tags: Mapping[str, str]

    def aligned(self, author: str, other: str, tag: str) -> bool:
        """Whether a domain that SPF (`aspf`) or DKIM (`adkim`) vouches for is as good as the author's."""
        author, other, above = author.lower(), other.lower(), self.at.lower()
        if author == other or self.tags.get(tag, "r") == "s":
            return author == other
        kin = f".{author}".endswith(f".{other}") or f".{other}".endswith(f".{author}")
        return kin or all(f".{each}".endswith(f".{above}") for each in (author, other))


def policy_of(names: Resolver, domain: str) -> Policy | None:
    """The DMARC policy of a domain, or of the nearest one above it that has one."""
    labels = domain.split(".")
    for start in range(max(1, len(labels) - 1)):
        at = ".".join(labels[start:])
        for record in names.texts(f"_dmarc.{at}"):
            found = tags(record)
            if record.startswith("v=DMARC1"):
                return Policy(at=at, tags=found)
    return None


def dmarc(names: Resolver, author: str, envelope: str, signing: str) -> Checked:
    """Whether the domain of From has a policy, and is aligned with the return path or with who signs.

    `signing` is empty where the server signs: by whom it does is only seen in what arrives.
    """
    policy = policy_of(names, author)
    if policy is None or policy.tags.get("p", "").lower() not in ("none", "quarantine", "reject"):
        return _bad(
            "DMARC",
            f"{author} has no DMARC policy",
            f'publish the TXT record of _dmarc.{author}: "v=DMARC1; p=none; rua=mailto:YOU@{author}"',
        )
    told = f"{policy.at}: p={policy.tags['p']}"
    by_return = policy.aligned(author, envelope, "aspf")
    if by_return or (signing and policy.aligned(author, signing, "adkim")):
        ways = [f"return path {envelope}"] if by_return else []
        ways += [f"signature {signing}"] if signing and policy.aligned(author, signing, "adkim") else []
        return Checked(name="DMARC", state="ok", sentence=f"{told}; aligned with {' and '.join(ways)}")
    sentence = f"{told}; {author} is not aligned with the return path {envelope}"
    if signing:
        return _bad(
            "DMARC", f"{sentence} nor with who signs, {signing}", "let [dkim] domain be that of the sender"
        )
    return Checked(
        name="DMARC",
        state="warning",
        sentence=sentence,
        hint="your server must sign for that domain: digest doctor --probe tells; or let [bounces] be in it",
    )


# Names


def mail_arrives(names: Resolver, domain: str) -> Checked:
    """Whether mail to a domain, such as bounces and answers, finds a server."""
    if names.exchangers(domain) or names.addresses(domain):
        return Checked(name="MX", state="ok", sentence=f"{domain} takes mail")
    return _bad("MX", f"no server takes mail for {domain}", f"publish an MX record of {domain}")


def leads_back(names: Resolver, host: str) -> Checked:
    """Whether a server's addresses have names that lead back to them."""
    addresses = names.addresses(host)
    lost = [
        each for each in addresses if not any(each in names.addresses(name) for name in names.names_of(each))
    ]
    if not addresses:
        return _bad("PTR", f"{host} has no address", "check the host's name in [delivery]")
    if lost:
        return Checked(
            name="PTR",
            state="warning",
            sentence=f"no name leads back to {', '.join(lost)}, the address of {host}",
            hint="whose address it is can name it (PTR); right where that server hands mail to another",
        )
    return Checked(name="PTR", state="ok", sentence=f"{host} has a name that leads back")


def _bad(name: str, sentence: str, hint: str) -> Checked:
    return Checked(name=name, state="error", sentence=sentence, hint=hint)
