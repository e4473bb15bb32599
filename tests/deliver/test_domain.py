"""What receivers ask of a domain, held against zones that are as they should be and as they are not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from digest.deliver import domain as domains


class Zone:
    """A DNS in memory: records by name and kind."""

    def __init__(self, records: Mapping[tuple[str, str], Sequence[str]]) -> None:
        self.records = records

    def _of(self, name: str, kind: str) -> tuple[str, ...]:
        return tuple(self.records.get((name, kind), ()))

    def texts(self, name: str) -> tuple[str, ...]:
        return self._of(name, "TXT")

    def addresses(self, name: str) -> tuple[str, ...]:
        return self._of(name, "A")

    def exchangers(self, name: str) -> tuple[str, ...]:
        return self._of(name, "MX")

    def names_of(self, address: str) -> tuple[str, ...]:
        return self._of(address, "PTR")


def spf(record: str, server: str = "", **more: str) -> domains.Checked:
    """The check of a.example with this record, and others by name (`_` stands for a dot)."""
    texts = {(name.replace("_", "."), "TXT"): [said] for name, said in more.items()}
    hosts = {
        ("mx.a.example", "A"): ["203.0.113.7"],
        ("a.example", "MX"): ["mx.a.example"],
        ("a.example", "A"): ["203.0.113.9"],
        ("six.example", "A"): ["2001:db8::5"],
    }
    return domains.spf(Zone({("a.example", "TXT"): [record], **texts, **hosts}), "a.example", server)


@pytest.mark.parametrize(
    ("record", "server"),
    [
        ("v=spf1 ip4:203.0.113.7 -all", "mx.a.example"),
        ("v=spf1 ip4:203.0.113.0/24 -all", "mx.a.example"),
        ("v=spf1 mx -all", "mx.a.example"),
        ("V=SPF1 A -ALL", "a.example"),
        ("v=spf1 a:mx.a.example/28 ~all", "a.example"),
        ("v=spf1 ip6:2001:db8::/32 -all", "six.example"),
        ("v=spf1 include:b.example -all", "mx.a.example"),
        ("v=spf1 redirect=b.example", "mx.a.example"),
        ("v=spf1 exp=why.example ip4:203.0.113.7 -all", "mx.a.example"),
        ("v=spf1 exists:x.example ptr ip4:203.0.113.7 -all", "mx.a.example"),
        ("v=spf1 include:b.example include:c.example -all", "mx.a.example"),
        ("v=spf1 -all", ""),
    ],
)
def test_spf_that_is_as_it_should_be(record: str, server: str) -> None:
    """The server is found by address, network, name, exchanger, inclusion and redirection."""
    inner = "v=spf1 ip4:203.0.113.7 ip4:203.0.113.9 -all"
    found = spf(record, server, b_example=inner, c_example="v=spf1 include:b.example -all")
    assert (found.state, found.sentence) == ("ok", f"a.example: {record}")


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ("v=spf1 +all", "lets anybody send"),
        ("v=spf1 all", "lets anybody send"),
        ("v=spf1 ip4:0.0.0.0/0 -all", "lets anybody send"),
        ("v=spf1 ipv4:192.0.2.9 -all", "nobody knows: ipv4:192.0.2.9"),
        ("v=spf1 ip4:192.0.2.999 -all", "an address that is none: 192.0.2.999"),
        ("v=spf1 include:nowhere.example -all", "not there, of nowhere.example"),
        ("v=spf1 include:a.example -all", "in circles by a.example"),
        ("v=spf1 " + "a:x.example " * 11 + "-all", "needs more than 10 look-ups"),
        ("v=spf10 -all", "has no SPF record"),
        ("something else", "has no SPF record"),
    ],
)
def test_spf_that_is_not(record: str, said: str) -> None:
    """An error, with what it says and what to do."""
    found = spf(record)
    assert found.state == "error"
    assert said in found.sentence
    assert found.hint


def test_two_records_are_none() -> None:
    """RFC 7208 §4.5."""
    zone = Zone({("a.example", "TXT"): ["v=spf1 -all", "v=spf1 a -all"]})
    assert "2 SPF records, which count as none" in domains.spf(zone, "a.example").sentence


def test_a_server_that_is_not_named() -> None:
    """A warning: it may hand mail on to others."""
    found = spf("v=spf1 ip4:198.51.100.7 -all", "mx.a.example")
    assert (found.state, "does not name mx.a.example (203.0.113.7)" in found.sentence) == ("warning", True)


def test_dkim_s_key() -> None:
    """There, another one, revoked, and none; the hint is the record to publish."""
    place = ("digest._domainkey.a.example", "TXT")

    def found(*records: str, public: str = "S0VZ") -> domains.Checked:
        return domains.dkim_record(Zone({place: records}), "a.example", "digest", public)

    assert found("v=DKIM1; k=rsa; p=S0VZ").state == "ok"
    assert found("v=DKIM1; p=S0 VZ; t=s").state == "ok"
    assert "another key" in found("v=DKIM1; p=T1RIRVI=").sentence
    assert "no key" in found("v=DKIM1; p=").sentence
    assert "no key" in found().sentence
    assert found().hint == 'publish its TXT record: "v=DKIM1; k=ed25519; p=S0VZ"'
    assert "k=rsa" in found(public="A" * 100).hint


def dmarc(record: str, author: str, envelope: str, signing: str = "", at: str = "") -> domains.Checked:
    return domains.dmarc(Zone({(f"_dmarc.{at or author}", "TXT"): [record]}), author, envelope, signing)


@pytest.mark.parametrize(
    ("author", "envelope", "signing", "at", "record"),
    [
        ("a.example", "a.example", "", "", "v=DMARC1; p=none"),
        ("a.example", "in.a.example", "", "", "v=DMARC1; p=none"),
        ("news.a.example", "in.a.example", "", "a.example", "v=DMARC1; p=reject; sp=none"),
        ("news.a.example", "a.example", "", "", "v=DMARC1; p=quarantine"),
        ("a.example", "pm.provider.example", "a.example", "", "v=DMARC1;p=none"),
        ("A.example", "a.EXAMPLE", "", "A.example", "v=DMARC1; p=NONE; aspf=s"),
    ],
)
def test_dmarc_that_is_aligned(author: str, envelope: str, signing: str, at: str, record: str) -> None:
    """By the return path or by who signs; the policy may stand above."""
    assert dmarc(record, author, envelope, signing, at).state == "ok"


@pytest.mark.parametrize(
    ("record", "envelope", "signing", "state", "said"),
    [
        ("v=DMARC1; p=none; aspf=s", "in.a.example", "", "warning", "not aligned with the return path"),
        ("v=DMARC1; p=none", "provider.example", "", "warning", "not aligned"),
        ("v=DMARC1; p=none", "b.example", "b.example", "error", "nor with who signs, b.example"),
        ("v=DMARC1; p=none; adkim=s; aspf=s", "in.a.example", "in.a.example", "error", "nor with who signs"),
        ("v=DMARC1; p=perhaps", "a.example", "", "error", "has no DMARC policy"),
        ("v=DMARC2; p=none", "a.example", "", "error", "has no DMARC policy"),
    ],
)
def test_dmarc_that_is_not(record: str, envelope: str, signing: str, state: str, said: str) -> None:
    """A warning where the server may sign for the domain all the same."""
    found = dmarc(record, "a.example", envelope, signing)
    assert (found.state, said in found.sentence) == (state, True)
    assert found.hint


def test_where_mail_arrives() -> None:
    """By MX, or by an address."""
    zone = Zone({("a.example", "MX"): ["mx.a.example"], ("b.example", "A"): ["192.0.2.1"]})
    states = [domains.mail_arrives(zone, name).state for name in ("a.example", "b.example", "c.example")]
    assert states == ["ok", "ok", "error"]


def test_a_name_that_leads_back() -> None:
    """PTR, and an address again."""
    zone = {("m.example", "A"): ["192.0.2.1"], ("192.0.2.1", "PTR"): ["m.example"]}
    assert domains.leads_back(Zone(zone), "m.example").state == "ok"
    assert (
        domains.leads_back(Zone(zone | {("192.0.2.1", "PTR"): ["other.example"]}), "m.example").state
        == "warning"
    )
    assert domains.leads_back(Zone({}), "m.example").state == "error"
