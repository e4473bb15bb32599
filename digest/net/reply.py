"""What fetching gives back: a reply, or why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from digest.errors import DigestError

PERMANENT = frozenset({301, 308})
"""By which a server says that an address has moved for good (RFC 9110, sections 15.4.2 and 15.4.9)."""


class Fault(StrEnum):
    """Why there is no reply."""

    BAD_URL = "bad-url"  # no address that we fetch: not http(s), with a password, a host that is none
    PRIVATE = "private"  # the name leads to an address that is not public
    DNS = "dns"  # the name leads nowhere
    REFUSED = "refused"  # nobody listens there, or there is no way to it
    TLS = "tls"  # the certificate is wrong, or the handshake failed
    DOWNGRADE = "downgrade"  # an https address redirects to http, and https does not work there
    TIMEOUT = "timeout"  # the answer was not complete in time
    TOO_LARGE = "too-large"  # the body (or the head) is over its limit, as sent or decompressed
    REDIRECT_LOOP = "redirect-loop"  # redirects that do not end
    ENCODING = "encoding"  # a compression that we did not ask for, or that is broken
    INCOMPLETE = "incomplete"  # the connection ended before the body did
    PROTOCOL = "protocol"  # what came is not HTTP


class FetchError(DigestError):
    """There is no reply: `kind` says why in a word, `subject` is the address, without a password."""

    def __init__(self, kind: Fault, sentence: str, *, subject: str = "", hint: str = "") -> None:
        super().__init__(sentence, subject=subject, hint=hint)
        self.kind = kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect:
    """A hop: the status that ordered it, and the absolute address that it led to."""

    status: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer, whatever its status: 304, 404 and 503 are replies too.

    `url` is where it came from in the end. `headers` has lower-case names; what came twice is joined by
    commas, and Set-Cookie is left out. `body` is decompressed, and empty unless `status` is 2xx.
    """

    url: str
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    redirects: tuple[Redirect, ...] = ()
    trusted: bool = False
    """Whether it came from hosts of one's own only: what another names must not lead to one of these."""

    @property
    def moved(self) -> str:
        """Where the address has moved for good: `url` if every hop was 301 or 308, else empty."""
        if self.redirects and all(hop.status in PERMANENT for hop in self.redirects):
            return self.url
        return ""
