"""Signed opaque tokens: who is meant, and for what, in 32 letters that nobody else can make.

A token is 20 octets in base32, in small letters: a tag of 12 and a masked payload of 8, so that neither
numbers of subscribers nor of issues can be read from it. The tag is keyed BLAKE2b (RFC 7693) over purpose and
payload, and the mask is made of the tag (as in SIV, RFC 5297): equal claims give equal tokens, and a changed
letter gives nothing at all. Base32 because mail servers may fold the case of an address, which is where the
token of a bounce stands.
"""

from __future__ import annotations

import hmac
from base64 import b32decode
from binascii import Error as NotBase32
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import blake2b
from typing import Final
from urllib.parse import quote

from digest.config import Config

KEYS: Final = "tokens"
"""Their purpose in the site's keyring: `links(config, keyring(…).keys(KEYS))`."""
LENGTH: Final = 32
"""Letters of every token."""
CONFIRM_HOURS: Final = 72
"""How long a link of a confirmation mail works; all others work for as long as their key is kept."""

_EPOCH: Final = datetime(2026, 1, 1, tzinfo=UTC)
_TAG: Final = 12
_PAYLOAD: Final = 8
_LOW_BITS: Final = 24
_MOST_LOW: Final = (1 << _LOW_BITS) - 1
_MOST_SUBSCRIBERS: Final = (1 << 40) - 1
NOBODY: Final = _MOST_SUBSCRIBERS
"""The number of a subscriber whom no database will ever have: whose token does nothing."""
_LOCAL: Final = 64
_SLACK: Final = timedelta(minutes=5)  # how far another machine's clock may be ahead

_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz234567"
_SHIFTS: Final = tuple(range(150, -1, -10))
_PAIRS: Final = tuple(one + other for one in _ALPHABET for other in _ALPHABET)


class Purpose(StrEnum):
    """What a token is good for; one of another purpose is no token at all."""

    CONFIRM = "confirm"  # makes a pending subscription active, for 72 hours
    UNSUBSCRIBE = "unsubscribe"
    PREFERENCES = "preferences"
    BOUNCE = "bounce"  # stands in the return path (VERP) and says whose mail came back


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a token says: the subscriber's id, and the number of the issue that it was sent with (0: none).

    Of a confirmation `issue` is 0, and `made` is when it was asked for, to the minute.
    """

    purpose: Purpose
    subscriber: int
    issue: int = 0
    made: datetime | None = None


class Tokens:
    """Makes and reads tokens with the site's keys: the first one signs, every one verifies (rotation)."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """Raises ValueError without a key, or for one under 16 octets."""
        if not keys or any(len(key) < 16 for key in keys):
            raise ValueError("tokens want at least one key, of 16 octets or more")
        self._keys: Final = tuple(_Key(key) for key in keys)
        self.unsubscribe: Final = self._keys[0].maker(Purpose.UNSUBSCRIBE)
        """Makes the token by which a subscriber leaves: of the subscriber's id and an issue's number."""
        self.preferences: Final = self._keys[0].maker(Purpose.PREFERENCES)
        """As `unsubscribe`, for changing topics and language."""
        self.bounce: Final = self._keys[0].maker(Purpose.BOUNCE)
        """As `unsubscribe`, for the return path."""
        self._confirm: Final = self._keys[0].maker(Purpose.CONFIRM)

    def confirm(self, subscriber: int, now: datetime) -> str:
        """A token that confirms a subscription, for 72 hours from `now`."""
        return self._confirm(subscriber, (now - _EPOCH) // timedelta(minutes=1))

    def read(self, purpose: Purpose, token: str, now: datetime) -> Claim | None:
        """What a token of this purpose says; None for whatever we did not make, or that is too old.

        Letters count as written: who reads a mail address turns them small first.
        """
        raw = _octets(token)
        if raw is None:
            return None
        payload = next((found for key in self._keys if (found := key.opened(purpose, raw)) is not None), None)
        if payload is None:
            return None
        subscriber, low = payload >> _LOW_BITS, payload & _MOST_LOW
        if purpose is not Purpose.CONFIRM:
            return Claim(purpose=purpose, subscriber=subscriber, issue=low)
        made = _EPOCH + timedelta(minutes=low)
        if not -_SLACK <= now - made < timedelta(hours=CONFIRM_HOURS):
            return None
        return Claim(purpose=purpose, subscriber=subscriber, made=made)


class _Key:
    """One key, with the beginnings of every hash done: what is left costs a microsecond or two."""

    def __init__(self, key: bytes) -> None:
        secret = blake2b(key, digest_size=32, person=b"digest tokens").digest()
        self._tags: Final = {
            purpose: blake2b(key=secret, digest_size=_TAG, person=purpose.encode()) for purpose in Purpose
        }
        self._mask: Final = blake2b(key=secret, digest_size=_PAYLOAD, person=b"mask")

    def maker(self, purpose: Purpose) -> Callable[[int, int], str]:
        """The function that makes tokens of a purpose; it raises ValueError for numbers that have no room."""
        tags, mask, pairs = self._tags[purpose], self._mask, _PAIRS

        def make(subscriber: int, low: int = 0) -> str:
            if not (0 < subscriber <= _MOST_SUBSCRIBERS and 0 <= low <= _MOST_LOW):
                raise ValueError(f"no token has room for subscriber {subscriber} and {low}")
            payload = subscriber << _LOW_BITS | low
            signing = tags.copy()
            signing.update(payload.to_bytes(_PAYLOAD, "big"))
            tag = signing.digest()
            masking = mask.copy()
            masking.update(tag)
            masked = payload ^ int.from_bytes(masking.digest(), "big")
            bits = int.from_bytes(tag, "big") << 64 | masked
            return "".join([pairs[bits >> shift & 1023] for shift in _SHIFTS])

        return make

    def opened(self, purpose: Purpose, raw: bytes) -> int | None:
        tag, masked = raw[:_TAG], int.from_bytes(raw[_TAG:], "big")
        masking = self._mask.copy()
        masking.update(tag)
        payload = masked ^ int.from_bytes(masking.digest(), "big")
        return payload if hmac.compare_digest(tag, self._tag(purpose, payload)) else None

    def _tag(self, purpose: Purpose, payload: int) -> bytes:
        made = self._tags[purpose].copy()
        made.update(payload.to_bytes(_PAYLOAD, "big"))
        return made.digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Where a subscriber goes: addresses of the reader's pages, and of mail that comes back.

    `url` is where `digest serve` is reached, without a slash at its end. `bounces` is the mailbox that
    returned mail goes to, such as b@bounces.example.org, which must take `b+ANYTHING@…` too; empty where
    there is none. `unsubscribe_box` is the mailbox of unsubscribing by mail, often the same.
    """

    tokens: Tokens
    url: str
    bounces: str = ""
    unsubscribe_box: str = ""

    def confirm(self, subscriber: int, now: datetime) -> str:
        """The page with the button that makes a subscription active."""
        return f"{self.url}/confirm/{self.tokens.confirm(subscriber, now)}"

    def unsubscribe(self, subscriber: int, issue: int = 0) -> str:
        """The page with the button of leaving, which also takes the one-click POST (RFC 8058)."""
        return f"{self.url}/unsubscribe/{self.tokens.unsubscribe(subscriber, issue)}"

    def preferences(self, subscriber: int, issue: int = 0) -> str:
        """The page where topics and language are changed."""
        return f"{self.url}/preferences/{self.tokens.preferences(subscriber, issue)}"

    def unsubscribe_mailto(self, subscriber: int, issue: int = 0) -> str:
        """The `mailto:` that unsubscribes (RFC 2369 §3.2), for List-Unsubscribe; empty without a mailbox."""
        if not self.unsubscribe_box:
            return ""
        token = self.tokens.unsubscribe(subscriber, issue)
        return f"mailto:{quote(tagged(self.unsubscribe_box, token), safe='@+')}?subject=unsubscribe"

    def return_path(self, subscriber: int, issue: int = 0) -> str:
        """The envelope's sender, by which a bounce tells whose it is (VERP); empty without a mailbox."""
        if not self.bounces:
            return ""
        return tagged(self.bounces, self.tokens.bounce(subscriber, issue))


def links(config: Config, keys: Sequence[bytes]) -> Links:
    """The links of a site: `[serve] url`, or its base_url, and the mailboxes of `[bounces]`."""
    return Links(
        tokens=Tokens(keys),
        url=config.serve.url or config.site.base_url,
        bounces=config.bounces.address,
        unsubscribe_box=config.bounces.unsubscribe_address or config.bounces.address,
    )


def tagged(mailbox: str, token: str) -> str:
    """A mailbox with a token behind a plus: b+TOKEN@example.org.

    Raises ValueError over 64 octets before the @ (RFC 5321 §4.5.3.1.1).
    """
    local, _, domain = mailbox.rpartition("@")
    if not local or len(local.encode()) + 1 + len(token) > _LOCAL:
        raise ValueError(
            f"{mailbox!r} has no room for a token: at most {_LOCAL - LENGTH - 1} octets before the @"
        )
    return f"{local}+{token}@{domain}"


def token_of(address: str) -> str:
    """What looks like a token behind the plus of an address, in small letters; empty where there is none.

    `b+TOKEN=example.org@relay`, as SRS and some forwarders rewrite it, is none: only what came back to us as
    it was sent tells something.
    """
    tag = address.rpartition("@")[0].rpartition("+")[2].lower()
    return tag if len(tag) == LENGTH and set(tag) <= set(_ALPHABET) else ""


def _octets(token: str) -> bytes | None:
    if len(token) != LENGTH or not token.isascii() or token != token.lower():
        return None
    try:
        return b32decode(token.upper())
    except NotBase32:
        return None
