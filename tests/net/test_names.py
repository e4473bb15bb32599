"""Asking the DNS: what is there, what is not, and who does not answer."""

from __future__ import annotations

import pytest

from digest.errors import DigestError, UsageError
from digest.net import names as module
from digest.net.names import Names
from tests.servers.dns import Resolver

pytestmark = pytest.mark.network

ZONE = {
    ("a.example", "TXT"): ['"v=spf1 " "-all"', '"other"'],
    ("a.example", "A"): ["192.0.2.1"],
    ("a.example", "AAAA"): ["2001:db8::1"],
    ("a.example", "MX"): ["10 mail.a.example."],
    ("1.2.0.192.in-addr.arpa", "PTR"): ["mail.a.example."],
}


def test_each_kind() -> None:
    """The parts of a text are one; addresses of both kinds; names without their last dot; and nothing."""
    with Resolver(ZONE) as running:
        names = Names(f"127.0.0.1:{running._asking.port}")
        assert sorted(names.texts("a.example")) == ["other", "v=spf1 -all"]
        assert names.addresses("a.example") == ("192.0.2.1", "2001:db8::1")
        assert names.exchangers("a.example") == ("mail.a.example",)
        assert names.names_of("192.0.2.1") == ("mail.a.example",)
        assert names.texts("nowhere.example") == names.exchangers("nowhere.example") == ()
        assert names.addresses(f"{'x' * 64}.example") == names.addresses("a..example") == ()


def test_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name that was asked for, within the time, and what to do."""
    monkeypatch.setattr(module, "_SECONDS", 0.3)
    with pytest.raises(DigestError, match="no resolver answers within") as refused:
        Names("127.0.0.1:9").texts("a.example")
    assert refused.value.subject == "TXT a.example"
    assert "--dns" in refused.value.hint


def test_a_resolver_that_fails() -> None:
    """It refuses to say: no absence, but a fault."""
    import dns.rcode

    class Failing(Resolver):
        def _answer(self, query):
            reply = super()._answer(query)
            reply.set_rcode(dns.rcode.SERVFAIL)
            return reply

    with Failing({}) as running, pytest.raises(DigestError, match="the resolver fails"):
        Names(f"127.0.0.1:{running._asking.port}").texts("a.example")


@pytest.mark.parametrize("said", ["nix", "127.0.0.1:x", "127.0.0.1:0", "127.0.0.1:70000", "dns.example"])
def test_no_resolver(said: str) -> None:
    """A name would have to be asked for first."""
    with pytest.raises(UsageError, match="is no resolver"):
        Names(said)


def test_the_system_s(monkeypatch: pytest.MonkeyPatch) -> None:
    """That of the machine; one that has none is told how to name it."""
    import dns.resolver

    def none(*_: object, **__: object) -> None:
        raise dns.resolver.NoResolverConfiguration

    monkeypatch.setattr(dns.resolver.Resolver, "read_resolv_conf", none)
    with pytest.raises(DigestError, match="has no resolver"):
        Names()


def test_an_address_of_the_new_kind() -> None:
    """IPv6, with and without brackets."""
    for said in ("2001:db8::1", "[2001:db8::1]"):
        assert Names(said)._resolver.nameservers == ["2001:db8::1"]
