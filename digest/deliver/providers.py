"""The usual providers' SMTP doors, a row each: what an editor would else look up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A provider's SMTP settings; `{region}` in the host is the region, `regions` its default and others.

    `username` is the one that all its customers have, where there is such. `domains` are those in which its
    customers' own addresses are, so that it signs for them.
    """

    host: str
    port: int = 587
    tls: Literal["starttls", "implicit"] = "starttls"
    username: str = ""
    region: str = ""
    domains: tuple[str, ...] = ()


PROVIDERS: Final[dict[str, Provider]] = {
    "brevo": Provider(host="smtp-relay.brevo.com"),
    "fastmail": Provider(
        host="smtp.fastmail.com", port=465, tls="implicit", domains=("fastmail.com", "fastmail.fm")
    ),
    "gmail": Provider(
        host="smtp.gmail.com", port=465, tls="implicit", domains=("gmail.com", "googlemail.com")
    ),
    "icloud": Provider(host="smtp.mail.me.com", domains=("icloud.com", "me.com", "mac.com")),
    "mailersend": Provider(host="smtp.mailersend.net"),
    "mailgun": Provider(host="smtp.{region}mailgun.org"),
    "mailjet": Provider(host="in-v3.mailjet.com"),
    "migadu": Provider(host="smtp.migadu.com", port=465, tls="implicit"),
    "outlook": Provider(
        host="smtp-mail.outlook.com", domains=("outlook.com", "hotmail.com", "live.com", "msn.com")
    ),
    # Newsletters go by Postmark's broadcast stream, which has a host of its own.
    "postmark": Provider(host="smtp-broadcasts.postmarkapp.com"),
    "resend": Provider(host="smtp.resend.com", port=465, tls="implicit", username="resend"),
    "sendgrid": Provider(host="smtp.sendgrid.net", username="apikey"),
    "ses": Provider(host="email-smtp.{region}.amazonaws.com", region="us-east-1"),
    "smtp2go": Provider(host="mail.smtp2go.com"),
    "sparkpost": Provider(host="smtp.sparkpostmail.com", username="SMTP_Injection"),
    "zoho": Provider(host="smtp.zoho.com", port=465, tls="implicit", domains=("zoho.com",)),
}

FREE_MAIL: Final = frozenset(
    (
        *(domain for provider in PROVIDERS.values() for domain in provider.domains),
        "aol.com",
        "daum.net",
        "gmx.com",
        "gmx.de",
        "gmx.net",
        "hanmail.net",
        "mail.ru",
        "naver.com",
        "pm.me",
        "proton.me",
        "protonmail.com",
        "qq.com",
        "web.de",
        "yahoo.co.jp",
        "yahoo.com",
        "yahoo.com.tw",
        "yandex.com",
        "yandex.ru",
        "ymail.com",
        "163.com",
        "126.com",
    )
)
"""Domains of everybody's addresses: only their own servers sign for them, so other mail cannot align."""


def host_of(provider: Provider, region: str) -> str:
    """A provider's host in a region; its default one where none is named."""
    if provider.host.startswith("smtp.{region}mailgun"):
        return provider.host.format(region=f"{region}." if region and region != "us" else "")
    return provider.host.format(region=region or provider.region)
