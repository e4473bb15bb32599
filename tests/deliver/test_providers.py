"""The providers' doors: whole, and with a region where they have some."""

import pytest

from digest.deliver.providers import FREE_MAIL, PROVIDERS, host_of


@pytest.mark.parametrize("name", sorted(PROVIDERS))
def test_every_door_is_closed_to_listeners(name: str) -> None:
    """587 with STARTTLS or 465 with TLS from the first byte (RFC 8314), at a whole host name."""
    provider = PROVIDERS[name]
    assert (provider.port, provider.tls) in ((587, "starttls"), (465, "implicit"))
    host = host_of(provider, "")
    assert "{" not in host
    assert ".." not in host
    assert host.count(".") >= 2
    assert host == host.lower()


@pytest.mark.parametrize(
    ("name", "region", "host"),
    [
        ("ses", "", "email-smtp.us-east-1.amazonaws.com"),
        ("ses", "ap-northeast-2", "email-smtp.ap-northeast-2.amazonaws.com"),
        ("mailgun", "", "smtp.mailgun.org"),
        ("mailgun", "us", "smtp.mailgun.org"),
        ("mailgun", "eu", "smtp.eu.mailgun.org"),
        ("postmark", "eu", "smtp-broadcasts.postmarkapp.com"),
    ],
)
def test_a_region_is_part_of_the_host(name: str, region: str, host: str) -> None:
    """Where a provider has regions; elsewhere it changes nothing."""
    assert host_of(PROVIDERS[name], region) == host


def test_who_signs_for_its_customers_is_free_mail_to_others() -> None:
    """Every domain that a provider signs for can be sent by that provider only."""
    own = {domain for provider in PROVIDERS.values() for domain in provider.domains}
    assert own <= FREE_MAIL
    assert {"gmail.com", "outlook.com", "naver.com", "qq.com"} <= FREE_MAIL
    assert all(domain == domain.lower() for domain in FREE_MAIL)
