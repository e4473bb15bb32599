"""The tables of how mail leaves and returns, and how readers are served."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from digest.config.values import (
    Host,
    Inside,
    Line,
    OptionalAddress,
    OptionalMailbox,
    Percent,
    Port,
    Table,
    Tls,
)

Provider = Literal[
    "",
    "brevo",
    "fastmail",
    "gmail",
    "icloud",
    "mailersend",
    "mailgun",
    "mailjet",
    "migadu",
    "outlook",
    "postmark",
    "resend",
    "sendgrid",
    "ses",
    "smtp2go",
    "sparkpost",
    "zoho",
]


class DeliveryTable(Table):
    """`[delivery]`: how mail leaves; `DIGEST_SMTP_…` overrides the server's keys, secrets live only there."""

    transport: Literal["smtp", "folder", "sendmail"] = Field(
        "smtp",
        description="Whether `send` speaks SMTP, writes .eml files, or calls this machine's sendmail.",
    )
    provider: Provider = Field(
        "", description="A provider whose host, port, tls and user name are known; your own keys win."
    )
    region: Line = Field(
        "", description='Region of the provider, such as "eu-west-1" (ses) or "eu" (mailgun).'
    )
    host: Line = Field("", description="SMTP server; with none, a test mail is written as a file.")
    port: Port = Field(587, description="SMTP port.")
    tls: Tls = Field("starttls", description="How the connection is sealed.")
    username: Line = Field(
        "", description="User name for AUTH; the password is in DIGEST_SMTP_PASSWORD(_FILE)."
    )
    timeout_seconds: int = Field(30, ge=1, le=600, description="How long a reply may take.")
    message_timeout_seconds: int = Field(
        600,
        ge=1,
        le=3600,
        description="How long the reply to a whole message may take (RFC 5321: ten minutes).",
    )
    folder: Inside = Field("var/mail", description='Folder of the .eml files of transport "folder".')
    sendmail: Line = Field("/usr/sbin/sendmail", description='The program of transport "sendmail".')
    connections: int = Field(10, ge=1, le=200, description="Connections side by side at most.")
    rate: float = Field(0, ge=0, le=100_000, description="Messages a second in all; 0 for no limit.")
    domain_rate: float = Field(
        0,
        ge=0,
        le=100_000,
        description="Messages a second to one domain; 0 for no limit, until a server asks for one (4.7.x).",
    )
    on_uncertain: Literal["resend", "hold"] = Field(
        "resend",
        description=(
            "What becomes of a message whose reply was lost: sent again under the same Message-ID, or held "
            "for `digest outbox` to decide."
        ),
    )
    retry_minutes: float = Field(
        5, gt=0, le=240, description="Minutes until a delivery that was put off is tried again; then doubled."
    )
    wait_minutes: float = Field(
        15, ge=0, le=1440, description="How long `send` waits for what was put off before it ends (exit 5)."
    )
    pause_bounce_percent: Percent = Field(
        5, description="Sending pauses when more than so many percent do not exist …"
    )
    pause_bounce_first: int = Field(500, ge=1, le=100_000, description="… of the first so many addresses.")
    hold_complaint_percent: Percent = Field(
        0.25,
        description=(
            "An issue is not sent when so many percent of its forerunner's readers called that spam, and "
            "three at least; mailbox providers block at 0.3."
        ),
    )


class DkimTable(Table):
    """`[dkim]`: signing by ourselves, for a server that does not; the key is in `DIGEST_DKIM_KEY_FILE`."""

    domain: Line = Field(
        "", description="Domain that signs, that of the sender; with none, the server signs, as most do."
    )
    selector: Line = Field(
        "digest", description="Name of the key: its public half is at SELECTOR._domainkey.DOMAIN in the DNS."
    )


class ServeTable(Table):
    """`[serve]`: the reader's pages, as `digest serve` answers them."""

    url: OptionalAddress = Field(
        "",
        description=(
            "Where readers reach `digest serve`, in every link of a mail; site.base_url when empty. A path "
            "in it is the prefix of every page."
        ),
    )
    host: Line = Field("127.0.0.1", description="Address of this machine that is listened on.")
    port: int = Field(8121, ge=0, le=65_535, description="Port that is listened on; 0 takes a free one.")
    proxies: tuple[Host, ...] = Field(
        (),
        description=(
            "Addresses or networks of your own proxies: their X-Forwarded-For tells the reader's address, "
            "which limits how often one may ask. Nobody else's is believed."
        ),
    )
    hosts: tuple[Line, ...] = Field(
        (), description="Further names that may stand in the Host header, beside that of url and loopback."
    )
    public: bool = Field(True, description="Whether the public site is served, too.")
    confirmations_per_address: int = Field(
        3, ge=1, le=100, description="Confirmation mails that one address gets in a day at most."
    )
    requests_per_network: int = Field(
        20,
        ge=1,
        le=10_000,
        description="Subscriptions asked for in an hour from one network (IPv4 /24, IPv6 /48) at most.",
    )
    confirmations_per_hour: int = Field(
        500, ge=1, le=1_000_000, description="Confirmation mails in an hour in all; what is over waits."
    )


class BouncesTable(Table):
    """`[bounces]`: where returned mail arrives, and what it takes to stop mailing an address."""

    address: OptionalMailbox = Field(
        "",
        description=(
            "Mailbox of returned mail, such as b@bounces.example.org; mail to b+ANYTHING@… must reach it, "
            "too. Without one no return path tells whose a bounce is."
        ),
    )
    unsubscribe_address: OptionalMailbox = Field(
        "", description="Mailbox of unsubscribing by mail; that of bounces when empty."
    )
    imap_host: Line = Field("", description="IMAP server that `digest bounces poll` asks.")
    imap_port: Port = Field(993, description="Its port.")
    imap_tls: Tls = Field(
        "implicit", description="How the connection to it is sealed; none on this machine only."
    )
    imap_username: Line = Field("", description="User name; the password is in DIGEST_IMAP_PASSWORD(_FILE).")
    imap_folder: Line = Field("INBOX", description="Folder that is read.")
    imap_delete: bool = Field(
        False, description="Whether mail that was recorded is deleted there; it is only marked as read else."
    )
    lmtp: Line = Field(
        "",
        description=(
            "Where `digest serve` takes mail by LMTP, and `digest bounces listen` without --at: host:port on "
            "loopback, such as 127.0.0.1:8124. Empty: `serve` takes none."
        ),
    )
    hard_reports: int = Field(
        2, ge=1, le=10, description="Reports of different issues that an address is not there, to stop at."
    )
    soft_threshold: int = Field(
        5, ge=1, le=100, description="Score of temporary failures, at most 1 an issue, to stop at."
    )
    soft_days: int = Field(
        42, ge=42, le=365, description="Days after which a score that did not grow is forgotten."
    )
    max_suppressions: int = Field(
        100,
        ge=1,
        le=1_000_000,
        description=(
            "Addresses that returned mail may suppress in 24 hours; at the cap suppressing pauses, is told, "
            "and goes on by `digest bounces resume`. Complaints count, SMTP replies do not."
        ),
    )
