"""What names a message, and what names a list of them."""

from __future__ import annotations

import hmac
import re
from base64 import b32encode
from hashlib import sha256
from urllib.parse import urlsplit


def message_id(key: bytes, issue: str, recipient: str, domain: str, occasion: str = "") -> str:
    """The Message-ID without its brackets, the same for every attempt: `weekly.14.TOKEN@example.org`.

    The token is an HMAC of issue, recipient and occasion, and never the one that unsubscribes: a Message-ID
    is quoted in replies, reports and logs.
    """
    named = "\0".join((issue, recipient, occasion)).encode()
    token = b32encode(hmac.digest(key, named, "sha256")[:20]).decode().lower()
    return f"{issue.replace('/', '.')}.{token}@{domain}"


def list_identity(edition: str, site: str) -> str:
    """The List-Id of an edition: its name before the host of the site, as a dot-atom (RFC 2919)."""
    host = urlsplit(site).hostname or "localhost"
    try:
        ascii_host = host.encode("idna").decode() if not host.isascii() else host
    except UnicodeError:
        ascii_host = f"site-{sha256(host.encode()).hexdigest()[:16]}.invalid"
    return f"{edition}.{re.sub('[^a-z0-9.-]+', '-', ascii_host.lower()).strip('.-')}"
