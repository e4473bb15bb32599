"""Signing by DKIM (RFC 6376), relaxed/relaxed, with RSA or Ed25519 (RFC 8463).

Our bodies are their own canonical form: no line ends in white space and no two blanks meet, so that a body is
hashed as it is. Every field is signed, From and Subject once more than they stand there, so that no second
one can be added.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from digest.errors import DeliveryError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

KEY_FILE: Final = "DIGEST_DKIM_KEY_FILE"
_FOLD: Final = re.compile(rb"\r\n[ \t]+")
_TWICE: Final = ("from", "subject", "list-unsubscribe", "list-unsubscribe-post")
"""Fields that are named once more than they stand there, so that nobody can add another one."""
_LEAST_BITS: Final = 2048


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Signs for a domain; its public key stands in the DNS at `selector._domainkey.domain`."""

    domain: str
    selector: str
    key: RSAPrivateKey | Ed25519PrivateKey = field(repr=False)
    now: datetime

    def field(self, head: bytes, body: bytes) -> bytes:
        """The DKIM-Signature of a message, to stand before its header; `body` ends without its last CRLF."""
        digest = sha256(body)
        digest.update(b"\r\n")
        fields = canonical(head)
        names = [*(name for name, _ in fields), *_TWICE]
        unsigned = (
            f"DKIM-Signature: v=1; a={self.algorithm}; c=relaxed/relaxed; d={self.domain};\r\n"
            f" s={self.selector}; t={int(self.now.timestamp())};\r\n"
            f" h={_folded(names)};\r\n bh={b64encode(digest.digest()).decode()};\r\n b="
        ).encode()
        ((_, last),) = canonical(unsigned)
        signed = b"".join(line + b"\r\n" for _, line in fields) + last
        value = b64encode(self._signature(signed)).decode()
        return (
            unsigned + "\r\n ".join(value[at : at + 72] for at in range(0, len(value), 72)).encode() + b"\r\n"
        )

    @property
    def public(self) -> str:
        """The public half in base64, as `p=` of the DNS has it."""
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        if isinstance(self.key, RSAPrivateKey):
            data = self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        else:
            data = self.key.public_key().public_bytes_raw()
        return b64encode(data).decode()

    @property
    def algorithm(self) -> str:
        """What `a=` says."""
        return "rsa-sha256" if hasattr(self.key, "key_size") else "ed25519-sha256"

    def _signature(self, data: bytes) -> bytes:
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
        from cryptography.hazmat.primitives.hashes import SHA256

        if isinstance(self.key, RSAPrivateKey):
            return self.key.sign(data, PKCS1v15(), SHA256())
        return self.key.sign(sha256(data).digest())  # RFC 8463 §3: of the hash


def signer(domain: str, selector: str, environment: Mapping[str, str], now: datetime) -> Signer | None:
    """Who signs by `[dkim]`; None where no domain is named, so that the relay signs.

    The private key (PEM, RSA of 2048 bits or more, or Ed25519) is in the file of `DIGEST_DKIM_KEY_FILE`.

    Raises:
        DeliveryError: there is no key, or it cannot be used.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    if not domain:
        return None
    path = environment.get(KEY_FILE, "")
    try:
        key = load_pem_private_key(Path(path or "/").read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise _refused(path, str(error)) from None
    if isinstance(key, RSAPrivateKey) and key.key_size < _LEAST_BITS:
        raise _refused(path, f"it has {key.key_size} bits")
    if not isinstance(key, RSAPrivateKey | Ed25519PrivateKey):
        raise _refused(path, "it is neither RSA nor Ed25519")
    return Signer(domain=domain, selector=selector, key=key, now=now)


def canonical(head: bytes) -> list[tuple[str, bytes]]:
    """Header fields by their names in small letters, each in its relaxed form (RFC 6376 §3.4.2)."""
    fields = []
    for line in _FOLD.sub(b" ", head).split(b"\r\n"):
        name, colon, value = line.partition(b":")
        if colon:
            small = name.strip().lower()
            fields.append((small.decode(), small + b":" + b" ".join(value.split())))
    return fields


def _folded(names: list[str]) -> str:
    lines = [""]
    for name in names:
        if len(lines[-1]) + len(name) > 70:
            lines.append("")
        lines[-1] += f"{name}:"
    return "\r\n ".join(lines).removesuffix(":")


def _refused(path: str, reason: str) -> DeliveryError:
    return DeliveryError(
        f"the key of DKIM cannot be used: {reason}",
        subject=path or KEY_FILE,
        hint=f"let {KEY_FILE} name a private key in PEM, RSA of 2048 bits or Ed25519",
    )
