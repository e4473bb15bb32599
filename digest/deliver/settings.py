"""Where mail goes out: `[delivery]` of config.toml, each key overridden by an environment that is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path
from typing import Final, Literal, cast

from digest.config import DeliveryTable
from digest.deliver.providers import PROVIDERS, host_of
from digest.errors import DeliveryError

Tls = Literal["none", "starttls", "implicit"]
_TLS: Final = ("none", "starttls", "implicit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """An SMTP server and how to speak to it; `timeout` is for a single reply, in seconds.

    The certificate is checked where `verify` says so: everywhere but on this machine itself, where a relay
    has a self-signed one.
    """

    host: str
    port: int = 587
    tls: Tls = "starttls"
    username: str = ""
    password: str = field(default="", repr=False)
    timeout: float = 30
    verify: bool = True

    @property
    def name(self) -> str:
        """The server as it is said: `smtp.example.org:587`."""
        return f"{self.host}:{self.port}"


def server(table: DeliveryTable, environment: Mapping[str, str]) -> Server | None:
    """The server that mail is handed to; None where neither config nor environment names one.

    What the config says itself wins over what is known of its `provider`. `DIGEST_SMTP_HOST`, `_PORT`, `_TLS`
    and `_USERNAME` win over the config; the password is only ever in `DIGEST_SMTP_PASSWORD`, or in the file
    that `DIGEST_SMTP_PASSWORD_FILE` names.

    Raises:
        DeliveryError: a value cannot be used, or the password's file cannot be read.
    """
    table = _with_provider(table)
    host = environment.get("DIGEST_SMTP_HOST", "") or table.host
    if not host:
        return None
    return Server(
        host=host,
        port=_port(environment.get("DIGEST_SMTP_PORT", "") or str(table.port)),
        tls=_tls(environment.get("DIGEST_SMTP_TLS", "") or table.tls),
        username=environment.get("DIGEST_SMTP_USERNAME", "") or table.username,
        password=_from(environment, "DIGEST_SMTP_PASSWORD"),
        timeout=table.timeout_seconds,
        verify=not is_loopback(host),
    )


def _with_provider(table: DeliveryTable) -> DeliveryTable:
    known = PROVIDERS.get(table.provider)
    if known is None:
        return table
    row = {
        "host": host_of(known, table.region),
        "port": known.port,
        "tls": known.tls,
        "username": known.username,
    }
    return table.model_copy(update={key: row[key] for key in row if key not in table.model_fields_set})


def secret(environment: Mapping[str, str], site: str) -> bytes:
    """The key of delivery ids: `DIGEST_SECRET`, or the file that `DIGEST_SECRET_FILE` names.

    Without one it is made of the site's address, which is enough for the Message-ID of a test message and for
    nothing else: who knows the site can make it too.
    """
    given = _from(environment, "DIGEST_SECRET")
    return given.encode() if given else sha256(f"digest test messages of {site}".encode()).digest()


def is_loopback(host: str) -> bool:
    """Whether a host is this machine itself."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower().rstrip(".") == "localhost" or host.lower().endswith(".localhost")


def _from(environment: Mapping[str, str], name: str) -> str:
    if environment.get(name):
        return environment[name]
    path = environment.get(f"{name}_FILE", "")
    if not path:
        return ""
    try:
        return Path(path).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise DeliveryError(
            f"the file that {name}_FILE names cannot be read: {error}",
            subject=path,
            hint=f"let {name}_FILE name a readable text file that holds nothing but the secret",
        ) from None


def _port(value: str) -> int:
    if value.isascii() and value.isdigit() and 1 <= int(value) <= 65_535:
        return int(value)
    raise DeliveryError(
        f"DIGEST_SMTP_PORT is {value!r}, which is no port",
        subject="DIGEST_SMTP_PORT",
        hint="587 for STARTTLS, 465 for implicit TLS, 25 for a relay",
    )


def _tls(value: str) -> Tls:
    if value in _TLS:
        return cast(Tls, value)
    raise DeliveryError(
        f"DIGEST_SMTP_TLS is {value!r}", subject="DIGEST_SMTP_TLS", hint=f"it is one of {', '.join(_TLS)}"
    )
