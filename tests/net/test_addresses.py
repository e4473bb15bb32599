"""Which addresses are public."""

from __future__ import annotations

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.net.addresses import Allowed, parse, public

FOREIGN = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200",
    "100.127.255.255", "127.0.0.1", "127.255.255.254", "168.63.129.16", "169.254.0.1",
    "169.254.169.254", "169.254.170.2", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.192",
    "192.0.2.1", "192.88.99.1", "192.168.0.1", "192.168.255.255", "198.18.0.1", "198.19.255.255",
    "198.51.100.7", "203.0.113.7", "224.0.0.1", "239.1.2.3", "240.0.0.1", "255.255.255.255", "::",
    "::1", "::7f00:1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1", "100::1", "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1",
    "2002:7f00:1::", "2002:808:808::1", "3fff::1", "4000::1", "5f00::1", "fc00::1", "fd00:ec2::254",
    "fdff::1", "fe80::1", "fe80::1%eth0", "febf::1", "fec0::1", "ff02::1", "ff0e::1", "ffff::1",
    "2606:4700::1111%1",
]  # fmt: skip
PUBLIC = [
    "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0",
    "126.255.255.255", "128.0.0.0", "168.63.129.15", "169.253.255.255", "169.255.0.0",
    "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.167.255.255", "192.169.0.0", "198.17.255.255",
    "198.20.0.0", "223.255.255.255", "2001:200::1", "2001:4860:4860::8888", "2003::1",
    "2606:4700::1111", "2a00:1450::1", "3ffe:ffff::1",
]  # fmt: skip


@pytest.mark.parametrize("address", FOREIGN)
def test_no_way_into_private_networks(address: str) -> None:
    """Loopback, private, link-local, metadata, multicast, reserved, and what carries one of them inside."""
    assert not public(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_the_internet_is_public(address: str) -> None:
    """The neighbours of every closed network are open."""
    assert public(ip_address(address))


@given(st.ip_addresses())
def test_nothing_is_public_that_python_calls_private(address: object) -> None:
    """The tables are no laxer than the standard library's."""
    value = ip_address(str(address))
    if public(value):
        assert value.is_global
        assert not value.is_multicast
        assert not value.is_reserved


def test_one_s_own_hosts_are_allowed() -> None:
    """Names, addresses and networks, in any spelling."""
    allowed = Allowed(
        [
            "Feeds.Internal.",
            "münchen.internal",
            "",
            "a b",
            "*",
            "10.1.2.3",
            "192.168.7.9/16",
            "fd00::/8",
            "[::1]",
        ]
    )
    assert allowed.host("feeds.internal")
    assert allowed.host("xn--mnchen-3ya.internal")
    assert not any(map(allowed.host, ("x.feeds.internal", "", "a b", "*")))
    for inside in ("10.1.2.3", "192.168.255.1", "fd12::1", "::1"):
        assert allowed.address(ip_address(inside))
    for outside in ("10.1.2.4", "192.169.0.1", "::2", "::ffff:10.1.2.3"):
        assert not allowed.address(ip_address(outside))


def test_a_resolver_s_nonsense_is_no_address() -> None:
    """What is none is passed over."""
    assert parse("localhost") is None
    assert parse("127.1") is None
    assert parse("fe80::1%eth0") == ip_address("fe80::1%eth0")
